/** What the answers of Zabbix' JSON-RPC, and of the web server before it, mean when they are no data. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { failureWords, replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, textOfPage } from '../../lib/said.ts';

/** What it is called in sentences. */
export const TITLE = 'Zabbix';

/** An answer that is no JSON-RPC, as an error in our words. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const { status, contentType } = reply;
  const isLogin = status < 300 && contentType === 'text/html';
  const isOutOfMemory = /Allowed memory size|memory exhausted/i.test(textOfPage(reply.text).slice(0, 4_000));
  const plain = status < 300 ? (isLogin ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED') : codeOfStatus(status);
  const code: ErrorCode = isOutOfMemory ? 'SOURCE_TOO_MUCH' : plain;
  return replyFailure(code, messageOf(code, reply), reply, nowMs);
}

/** An error of JSON-RPC. */
export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data: string;
}

/** Whether a session is over, so that logging in again helps. */
export function isSessionOver({ data }: RpcError): boolean {
  return /session terminated|re-login|not authori[sz]ed/i.test(data);
}

/** An error of JSON-RPC in our words; at most one sentence of Zabbix' own. */
export function rpcFailure(error: RpcError): BotError {
  const said = endSentence(harmless(error.data === '' ? error.message : error.data));
  const details = { rpcCode: error.code };
  if (
    /incorrect user name or password|login name or password is incorrect|temporarily blocked|user name or password/i.test(
      error.data,
    )
  ) {
    return new BotError('SOURCE_AUTH', `${TITLE} does not accept my login: ${said}`, details);
  }
  if (/API token expired/i.test(error.data)) {
    return new BotError('SOURCE_AUTH', `${TITLE} says that my token has expired.`, details);
  }
  if (isSessionOver(error)) {
    return new BotError('SOURCE_AUTH', `${TITLE} does not accept my token or session: ${said}`, details);
  }
  if (/no permissions?|permission denied/i.test(error.data)) {
    return new BotError('SOURCE_FORBIDDEN', `${TITLE} does not let my login read this: ${said}`, details);
  }
  // -32300 is a failure of the transport, -32500 one inside, the others find fault with what was asked
  if (error.code === -32300) {
    return new BotError('SOURCE_BACKEND_DOWN', `${TITLE} cannot reach its own server: ${said}`, details);
  }
  if (error.code === -32500 || error.code === -32400 || /SQL|database/i.test(error.data)) {
    return new BotError('SOURCE_UNEXPECTED', `${TITLE} failed inside: ${said}`, details);
  }
  return new BotError('SOURCE_BAD_QUERY', `${TITLE} does not understand the question: ${said}`, details);
}

function messageOf(code: ErrorCode, reply: HttpReply): string {
  const { status } = reply;
  switch (code) {
    case 'SOURCE_AUTH':
      return status === 401
        ? `${TITLE} does not accept my login (401).`
        : `${TITLE} sent a page instead of data (${status}); it needs other credentials, or its API is elsewhere.`;
    case 'SOURCE_NOT_FOUND':
      return `${TITLE} has no API at this address (404); check the url in the configuration.`;
    case 'SOURCE_TIMEOUT':
      return `${TITLE} gave up on this question (${status}); a shorter window or fewer series may work.`;
    case 'SOURCE_TOO_MUCH':
      return `${TITLE} finds this too much (${status}). A shorter window or fewer items may work.`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the question (${status}).`;
    default:
      return failureWords(TITLE, code, reply);
  }
}
