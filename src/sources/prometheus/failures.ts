/** What the answers of Prometheus, Thanos, Mimir, VictoriaMetrics and the proxies before them mean when they are no data. */
import type { BotError, ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { failureWords, replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';

/** What Prometheus is called in sentences, whoever speaks its protocol. */
export const TITLE = 'Prometheus';

/** An answer that is no data, as an error in our words; at most one sentence of the back end's own. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const said = sentenceOf(reply.text);
  const code = codeOf(reply, said);
  return replyFailure(code, messageOf(code, reply, said), reply, nowMs);
}

/** Words of limits: Prometheus' samples and points, VictoriaMetrics' flags, Mimir's `err-mimir-max-…`. */
const LIMIT =
  /too many (?:samples|points|series|timeseries|unique|bytes)|exceeded maximum resolution|err-mimir-(?:max|query)|-search\.max|the query exceeded|query length|exceeds the (?:limit|max)|cannot exceed/i;
const TIMED_OUT = /timed out|timeout exceeded|deadline exceeded|-search\.maxQueryDuration|query timeout|i\/o timeout/i;
/** VictoriaMetrics and Mimir refuse to queue more. */
const BUSY = /maxConcurrentRequests|too many (?:outstanding|concurrent|requests)|couldn't start executing|rate limit/i;

function codeOf({ status, contentType, text }: HttpReply, said: string): ErrorCode {
  const type = errorOf(text)?.type;
  if (status < 300) {
    if (type !== undefined) return 'SOURCE_BAD_QUERY';
    return contentType === 'text/html' ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  }
  if (isWithoutTenant(said)) return 'SOURCE_AUTH';
  if (status < 400 || status === 401 || status === 403) return codeOfStatus(status);
  if (BUSY.test(said)) return 'SOURCE_OVERLOADED';
  if (status === 414 || status === 413 || LIMIT.test(said)) return 'SOURCE_TOO_MUCH';
  if (type === 'timeout' || TIMED_OUT.test(said)) return 'SOURCE_TIMEOUT';
  if (status === 422 || type === 'bad_data' || type === 'execution') return 'SOURCE_BAD_QUERY';
  return codeOfStatus(status);
}

/** Mimir and Cortex without `X-Scope-OrgID` say `no org id`. */
function isWithoutTenant(said: string): boolean {
  return /no org[ _-]?id|X-Scope-OrgID/i.test(said);
}

function messageOf(code: ErrorCode, reply: HttpReply, said: string): string {
  const { status } = reply;
  const why = said === '' ? ` (${status}).` : endSentence(`: ${said}`);
  switch (code) {
    case 'SOURCE_AUTH':
      if (isWithoutTenant(said)) return `${TITLE} wants to know the tenant (no X-Scope-OrgID was sent).`;
      return failureWords(TITLE, code, reply);
    case 'SOURCE_NOT_FOUND':
      return `${TITLE} has no query API at this address (404); check the url in the configuration.`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the query${why}`;
    case 'SOURCE_TOO_MUCH':
      return `${TITLE} finds this too much${why}`;
    default:
      return failureWords(TITLE, code, reply);
  }
}

/** The one sentence that says what is wrong: the error of the envelope, or the first line of text. */
function sentenceOf(body: string): string {
  const own = errorOf(body)?.said;
  if (own !== undefined) return harmless(withoutPreamble(own));
  if (isPage(body) || body.trimStart().startsWith('{') || body.trimStart().startsWith('[')) return '';
  const lines = textOfPage(body).split('\n');
  return harmless(lines.find((line) => line.trim() !== '') ?? '');
}

/** VictoriaMetrics repeats the whole question first, Prometheus names the parameter. */
function withoutPreamble(text: string): string {
  return text
    .replace(/^invalid parameter "query": /, '')
    .replace(/^error when executing query=[\s\S]*?(?:\(time=[^)]*\)|\(start=[^)]*\)): /, '');
}

/** Larger bodies are data, not an error. */
const ERROR_MAX_CHARS = 64 * 1024;

/** The error of an envelope (`status: error`, or just `error`), whatever the status; `undefined` for anything else. */
export function errorOf(body: string): { readonly type: string; readonly said: string } | undefined {
  if (body.length > ERROR_MAX_CHARS || !body.trimStart().startsWith('{')) return undefined;
  try {
    const { error, errorType, message } = JSON.parse(body) as Record<string, unknown>;
    const said = typeof error === 'string' ? error : typeof message === 'string' ? message : undefined;
    return said === undefined ? undefined : { type: typeof errorType === 'string' ? errorType : '', said };
  } catch {
    return undefined;
  }
}
