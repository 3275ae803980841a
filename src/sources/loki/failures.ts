/** What the answers of Loki and the proxies before it mean when they are no data. Its own complaints are plain text. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply, retryAfterMs } from '../../lib/http-client.ts';
import { harmless, isPage, textOfPage } from '../../lib/said.ts';

/** What it is called in sentences. */
export const TITLE = 'Loki';

/** An answer that is no data, as an error in our words; at most one sentence of the back end's own. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const said = sentenceOf(reply.text);
  const code = codeOf(reply, said);
  const wait = retryAfterMs(reply.headers, nowMs);
  return new BotError(code, messageOf(code, reply, said), {
    httpStatus: reply.status,
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

/** Its limits: lines, points, series, the length of the window, bytes that are read, streams that are looked at. */
const LIMIT =
  /max entries limit|exceeded maximum resolution|maximum number of series|maximum of series|time range exceeds the limit|query length|would read too many bytes|limit reached while evaluating|too many (?:chunks|streams|series)|max streams|larger than max|exceeds the (?:limit|max)|limit exceeded/i;
const TIMED_OUT = /timed out|timeout|deadline exceeded|context canceled/i;
const BUSY = /too many outstanding|rate limit|too many requests|ingestion rate/i;

function codeOf({ status, contentType, text }: HttpReply, said: string): ErrorCode {
  if (status < 300) return contentType === 'text/html' || isPage(text) ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  if (isWithoutTenant(said)) return 'SOURCE_AUTH';
  if (status < 400 || status === 401 || status === 403) return codeOfStatus(status);
  if (BUSY.test(said)) return 'SOURCE_OVERLOADED';
  if (status === 413 || LIMIT.test(said)) return 'SOURCE_TOO_MUCH';
  if (status !== 404 && status < 500 && TIMED_OUT.test(said)) return 'SOURCE_TIMEOUT';
  if (status === 500 && TIMED_OUT.test(said)) return 'SOURCE_TIMEOUT';
  return codeOfStatus(status);
}

/** With several tenants it has to be told which: `no org id`. */
function isWithoutTenant(said: string): boolean {
  return /no org[ _-]?id|X-Scope-OrgID/i.test(said);
}

function messageOf(code: ErrorCode, { status, contentType }: HttpReply, said: string): string {
  const why = said === '' ? ` (${status}).` : `: ${endSentence(said)}`;
  switch (code) {
    case 'SOURCE_AUTH':
      if (isWithoutTenant(said))
        return `${TITLE} has several tenants and wants to know which to read (no X-Scope-OrgID was sent).`;
      return status === 401
        ? `${TITLE} does not accept my login (401).`
        : `${TITLE} sent a login page instead of data (${status}); it needs other credentials.`;
    case 'SOURCE_FORBIDDEN':
      return `${TITLE} does not let my login read this (403).`;
    case 'SOURCE_NOT_FOUND':
      return `${TITLE} has no query API at this address (404); check the url in the configuration.`;
    case 'SOURCE_TIMEOUT':
      return `${TITLE} gave up on this query (it timed out there); a shorter window, or a selector of fewer streams, may work.`;
    case 'SOURCE_OVERLOADED':
      return `${TITLE} is overloaded (${status}).`;
    case 'SOURCE_BACKEND_DOWN':
      return `${TITLE} cannot be reached behind its proxy (${status}).`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the query${why}`;
    case 'SOURCE_TOO_MUCH':
      return tooMuchWords(said, why);
    default:
      if (contentType.startsWith('image/')) return `${TITLE} sent a picture instead of data.`;
      return status < 300 ? `${TITLE} sent something that is no JSON.` : `${TITLE} failed inside (${status}).`;
  }
}

/** What was too much, and what is less. */
function tooMuchWords(said: string, why: string): string {
  // signs such as > are taken out of what is said
  const entries = /max_entries_limit_per_query\s*\((\d+)\D+(\d+)\)/.exec(said);
  if (entries)
    return `${TITLE} gives at most ${entries[2]} lines at once, and ${entries[1]} were asked; set limit: ${entries[2]} in the definition.`;
  const length = /query length: (\w+), limit: (\w+)/.exec(said);
  if (length)
    return `${TITLE} looks at no more than ${length[2]} at once, and this window is ${length[1]} long; a shorter one works.`;
  const series = /maximum (?:number )?of series \((\d+)\)/.exec(said);
  if (series)
    return `${TITLE} gives at most ${series[1]} series, and these are more; name fewer, or sum them up, as in sum by (app).`;
  return `${TITLE} finds this too much${why}`;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** The one sentence that says what is wrong: its text, or what proxies such as Grafana's put around it. */
function sentenceOf(body: string): string {
  if (body.trimStart().startsWith('{')) return harmless(fromEnvelope(body));
  if (isPage(body) || body.trimStart().startsWith('[')) return '';
  return harmless(
    textOfPage(body)
      .split('\n')
      .find((line) => line.trim() !== '') ?? '',
  );
}

function fromEnvelope(body: string): string {
  try {
    const { error, message } = JSON.parse(body) as Record<string, unknown>;
    return [error, message].find((one) => typeof one === 'string') ?? '';
  } catch {
    return '';
  }
}
