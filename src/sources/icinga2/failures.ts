/** What the answers of Icinga's API, and of proxies before it, mean when they are no data. */
import type { BotError, ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { failureWords, replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';

/** What it is called in sentences. */
export const TITLE = 'Icinga';

/** An answer that is no data, as an error in our words; at most one sentence of the server's own. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const said = sentenceOf(reply.text);
  const code = codeOf(reply, said);
  return replyFailure(code, messageOf(code, reply, said), reply, nowMs);
}

function codeOf({ status, contentType }: HttpReply, said: string): ErrorCode {
  if (status < 300) return contentType === 'text/html' ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  if (isForbidden(said)) return 'SOURCE_FORBIDDEN';
  if (/reloading|not yet ready|shutting down/i.test(said)) return 'SOURCE_OVERLOADED';
  return codeOfStatus(status);
}

function messageOf(code: ErrorCode, reply: HttpReply, said: string): string {
  const { status } = reply;
  switch (code) {
    case 'SOURCE_FORBIDDEN': {
      const permission = /missing permission:?\s*([\w/*-]+)/i.exec(said)?.[1];
      const why = permission === undefined ? ` (${status})` : `: its ApiUser lacks the permission ${permission}`;
      return `${TITLE} does not let my login read this${why}.`;
    }
    case 'SOURCE_NOT_FOUND':
      return `${TITLE} has no API at this address (404); check the url in the configuration (port 5665, not the web interface).`;
    case 'SOURCE_OVERLOADED':
      return `${TITLE} is overloaded or starting (${status}).`;
    case 'SOURCE_TIMEOUT':
      return `${TITLE} gave up on this question (${status}).`;
    case 'SOURCE_TOO_MUCH':
      return `${TITLE} finds this too much (${status}). Name fewer hosts.`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the question${said === '' ? ` (${status}).` : `: ${endSentence(said)}`}`;
    default:
      return failureWords(TITLE, code, reply);
  }
}

/** Whether a permission is missing, which is said with 403, or with 404 and only in the diagnostic information. */
export function isForbidden(said: string): boolean {
  return /missing permission|not permitted/i.test(said);
}

/** `{"error":403,"status":"Missing permission: objects/query/Host"}`, or in `diagnostic_information`. */
function sentenceOf(body: string): string {
  const missing = /"diagnostic_information"\s*:\s*"[^"]*?(missing permission:?\s*[\w/*-]{1,80})/i.exec(body)?.[1];
  if (missing !== undefined) return missing;
  const own = /"status"\s*:\s*"((?:[^"\\]|\\.){1,500})"/.exec(body)?.[1];
  // a permission has slashes, which `harmless` takes for a path
  const permission = own === undefined ? undefined : /missing permission:?\s*[\w/*-]{1,80}/i.exec(own)?.[0];
  if (own !== undefined) return permission ?? harmless(own);
  if (isPage(body) || /^\s*[[{]/.test(body)) return '';
  return harmless(
    textOfPage(body)
      .split('\n')
      .find((line) => line.trim() !== '') ?? '',
  );
}
