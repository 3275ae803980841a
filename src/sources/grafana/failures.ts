/** What the answers of Grafana, of its data sources and of the proxies before it mean when they are no data. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { failureWords, replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';

/** What the product is called in sentences. */
export const TITLE = 'Grafana';

/** An answer that is no data, as an error in our words; at most one sentence of the back end's own. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const said = sentenceOf(reply.text);
  const code = codeOf(reply, said);
  return replyFailure(code, messageOf(code, reply, said), reply, nowMs);
}

const TIMED_OUT = /timed out|timeout|deadline exceeded|context canceled/i;
const LIMIT =
  /too many (?:samples|points|series|buckets|bytes|outstanding bytes)|exceeded maximum resolution|max_buckets|the query (?:exceeded|hit)|exceeds the (?:limit|max)|too large|response (?:body )?(?:too large|exceeded)/i;
const BUSY = /too many requests|rate limit|too many outstanding|circuit_breaking|overloaded/i;

function codeOf({ status, contentType }: HttpReply, said: string): ErrorCode {
  if (status < 300) return contentType === 'text/html' ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  if (status === 400 && LIMIT.test(said)) return 'SOURCE_TOO_MUCH';
  if (status >= 400 && status !== 504 && /^access denied to data source/i.test(said)) return 'SOURCE_FORBIDDEN';
  return codeOfStatus(status);
}

function messageOf(code: ErrorCode, reply: HttpReply, said: string): string {
  const { status } = reply;
  const why = said === '' ? ` (${status}).` : endSentence(`: ${said}`);
  switch (code) {
    case 'SOURCE_FORBIDDEN':
      return `${TITLE} does not let my login read this (403)${said === '' ? '.' : endSentence(`: ${said}`)}`;
    case 'SOURCE_NOT_FOUND':
      return said === ''
        ? `${TITLE} has nothing at this address (404); check the url in the configuration.`
        : `${TITLE} does not have it${why}`;
    case 'SOURCE_TIMEOUT':
      return `${TITLE} gave up on this (${status}); a shorter window or fewer series may work.`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the request${why}`;
    case 'SOURCE_TOO_MUCH':
      return `${TITLE} finds this too much${why}`;
    default:
      return failureWords(TITLE, code, reply);
  }
}

/** The one sentence that says what is wrong: the message of the envelope, or the first line of text. */
function sentenceOf(body: string): string {
  const own = messageIn(body);
  if (own !== undefined) return harmless(own);
  if (isPage(body) || /^\s*[[{]/.test(body)) return '';
  const lines = textOfPage(body).split('\n');
  return harmless(lines.find((line) => line.trim() !== '') ?? '');
}

/** Larger bodies are data, not an error. */
const ERROR_MAX_CHARS = 64 * 1024;

function messageIn(body: string): string | undefined {
  if (body.length > ERROR_MAX_CHARS || !body.trimStart().startsWith('{')) return undefined;
  try {
    const { message, error } = JSON.parse(body) as Record<string, unknown>;
    if (typeof message === 'string')
      return typeof error === 'string' && error !== '' ? `${message}: ${error}` : message;
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

/** What went wrong with one query of a request. */
export interface QueryFailure {
  readonly refId: string;
  readonly error: string;
  /** As HTTP has them; 0 when it was not said. */
  readonly status: number;
}

/** A query that failed as an error in our words; `what` names the data source: `Prometheus Main`. */
export function failureOfQuery({ refId, error, status }: QueryFailure, what: string): BotError {
  const said = harmless(error);
  const code = codeOfQuery(status, error);
  return new BotError(code, queryMessage(code, what, refId, said), {
    ...(status > 0 && { httpStatus: status }),
  });
}

function codeOfQuery(status: number, error: string): ErrorCode {
  if (LIMIT.test(error)) return 'SOURCE_TOO_MUCH';
  if (status === 504 || status === 408 || TIMED_OUT.test(error)) return 'SOURCE_TIMEOUT';
  if (BUSY.test(error)) return 'SOURCE_OVERLOADED';
  if (/connection refused|no such host|no route to host|bad gateway|EOF$|connect: /i.test(error)) {
    return 'SOURCE_BACKEND_DOWN';
  }
  if (/\b(?:401|unauthori[sz]ed)\b/i.test(error) || status === 401) return 'SOURCE_AUTH';
  if (status === 403 || /\b(?:403|forbidden|access denied)\b/i.test(error)) return 'SOURCE_FORBIDDEN';
  if (status === 0 || status === 500) return 'SOURCE_BAD_QUERY';
  return codeOfStatus(status);
}

function queryMessage(code: ErrorCode, what: string, refId: string, said: string): string {
  const why = said === '' ? '.' : endSentence(`: ${said}`);
  switch (code) {
    case 'SOURCE_TIMEOUT':
      return `${what} gave up on query ${refId} (it timed out there); a shorter window or fewer series may work.`;
    case 'SOURCE_AUTH':
      return `${what} does not accept ${TITLE}'s login.`;
    case 'SOURCE_FORBIDDEN':
      return `${what} does not let ${TITLE} read this${why}`;
    case 'SOURCE_OVERLOADED':
      return `${what} is overloaded.`;
    case 'SOURCE_BACKEND_DOWN':
      return `${TITLE} cannot reach ${what.replace(`${TITLE}'s`, 'its')}.`;
    case 'SOURCE_TOO_MUCH':
      return `${what} finds query ${refId} too much${why}`;
    case 'SOURCE_NOT_FOUND':
      return `${what} does not have what query ${refId} asks for${why}`;
    default:
      return `Query ${refId} failed in ${what}${why}`;
  }
}
