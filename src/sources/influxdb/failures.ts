/** What the answers of InfluxDB 1, 2, 3 and the proxies before them mean when they are no data. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { failureWords, replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';

/** What it is called in sentences, whatever its version. */
export const TITLE = 'InfluxDB';

/** An answer that is no data, as an error in our words; at most one sentence of the back end's own. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const said = sentenceOf(reply.text);
  const code = codeOf(reply, said);
  return replyFailure(code, messageOf(code, reply, said), reply, nowMs);
}

/** The complaint of one statement, which comes with status 200. */
export function statementFailure(error: string): BotError {
  const said = harmless(error);
  const code = codeOfWords(said) ?? 'SOURCE_BAD_QUERY';
  return new BotError(code, messageOf(code, { status: 200, contentType: 'application/json' }, said), {
    httpStatus: 200,
  });
}

/** The limits of its configuration: `max-select-point`, `max-select-series`, `max-select-buckets`, the number of values. */
const LIMIT = /max-select-\w+|limit exceeded|too many|exceeds? (?:the )?(?:limit|max)|larger than|file limit/i;
const BUSY = /max-concurrent-queries|rate limit|too many (?:requests|queries)/i;
const TIMED_OUT = /timeout|timed out|deadline exceeded|query (?:interrupted|killed)|context canceled/i;
const FORBIDDEN = /not authorized|error authorizing|insufficient permissions|forbidden|permission/i;
const NO_DATABASE =
  /database not found|retention policy not found|no dbrp mapping|bucket .*not found|could not find bucket/i;

function codeOfWords(said: string): ErrorCode | undefined {
  if (NO_DATABASE.test(said)) return 'SOURCE_NOT_FOUND';
  if (BUSY.test(said)) return 'SOURCE_OVERLOADED';
  if (LIMIT.test(said)) return 'SOURCE_TOO_MUCH';
  if (TIMED_OUT.test(said)) return 'SOURCE_TIMEOUT';
  return FORBIDDEN.test(said) ? 'SOURCE_FORBIDDEN' : undefined;
}

function codeOf({ status, contentType, text }: HttpReply, said: string): ErrorCode {
  if (status < 300) return contentType === 'text/html' || isPage(text) ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  if (status < 400 || status === 401 || status === 403 || status === 413) return codeOfStatus(status);
  if (isOwn(text)) return codeOfWords(said) ?? codeOfStatus(status);
  return codeOfStatus(status);
}

function messageOf(code: ErrorCode, reply: Pick<HttpReply, 'status' | 'contentType'>, said: string): string {
  const { status } = reply;
  const why = said === '' ? ` (${status}).` : `: ${endSentence(said)}`;
  switch (code) {
    case 'SOURCE_FORBIDDEN':
      return `${TITLE} does not let my login read this${status === 403 || said === '' ? ' (403).' : why}`;
    case 'SOURCE_NOT_FOUND':
      return NO_DATABASE.test(said)
        ? `${TITLE} does not have the database${why} Check database and retentionPolicy in the configuration.`
        : `${TITLE} has no query API at this address (404); check the url in the configuration.`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the query${why}`;
    case 'SOURCE_TOO_MUCH':
      return `${TITLE} finds this too much${why}`;
    default:
      return failureWords(TITLE, code, reply);
  }
}

/** Whether a complaint is its own, not a proxy's. */
function isOwn(body: string): boolean {
  return errorOf(body) !== undefined;
}

function sentenceOf(body: string): string {
  const own = errorOf(body);
  if (own !== undefined) return harmless(own.replace(/^error parsing query: /, ''));
  if (isPage(body) || /^\s*[[{]/.test(body)) return '';
  return harmless(
    textOfPage(body)
      .split('\n')
      .find((line) => line.trim() !== '') ?? '',
  );
}

/** The sentence of `{"error": …}` (1, 3), or of `{"code": …, "message": …}` (2). */
function errorOf(body: string): string | undefined {
  if (!body.trimStart().startsWith('{')) return undefined;
  try {
    const { error, message } = JSON.parse(body) as Record<string, unknown>;
    return [error, message].find((one) => typeof one === 'string');
  } catch {
    return undefined;
  }
}
