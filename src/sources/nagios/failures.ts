/** What the answers of Nagios' CGIs, and of the web server before them, mean when they are no data. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { failureWords, replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless } from '../../lib/said.ts';

/** What it is called in sentences. */
export const TITLE = 'Nagios';

/** An answer that is no data, as an error in our words. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const { status, contentType } = reply;
  const isLogin = status < 300 && contentType === 'text/html';
  const code = status < 300 ? (isLogin ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED') : codeOfStatus(status);
  return replyFailure(code, messageOf(code, reply), reply, nowMs);
}

/** A complaint in the envelope of a JSON CGI. */
export function complaintOf(type: string, message: string): BotError {
  const said = harmless(message === '' ? type : message);
  if (/could not be (?:read|opened)|unable to (?:read|open)|status (?:data|file)/i.test(said)) {
    return new BotError('SOURCE_BACKEND_DOWN', `${TITLE}'s CGIs cannot read its status: ${endSentence(said)}`);
  }
  return new BotError('SOURCE_BAD_QUERY', `${TITLE} does not understand the question: ${endSentence(said)}`);
}

function messageOf(code: ErrorCode, reply: HttpReply): string {
  const { status } = reply;
  switch (code) {
    case 'SOURCE_AUTH':
      return status === 401
        ? `${TITLE} does not accept my login (401).`
        : `${TITLE} sent a page instead of data (${status}); it needs other credentials, or has no JSON CGIs.`;
    case 'SOURCE_NOT_FOUND':
      return `${TITLE} has no JSON CGIs at this address (404); check url and cgiPath in the configuration.`;
    case 'SOURCE_TIMEOUT':
      return `${TITLE} gave up on this question (${status}).`;
    case 'SOURCE_TOO_MUCH':
      return `${TITLE} finds this too much (${status}). Name fewer hosts.`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the question (${status}).`;
    default:
      return failureWords(TITLE, code, reply);
  }
}
