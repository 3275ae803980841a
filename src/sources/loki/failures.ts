/** What the answers of Loki and the proxies before it mean when they are no data. Its own complaints are plain text. */
import type { BotError, ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { failureWords, replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';

/** What it is called in sentences. */
export const TITLE = 'Loki';

/** An answer that is no data, as an error in our words; at most one sentence of the back end's own. */
export function failureOf(reply: HttpReply, nowMs: number): BotError {
  const said = sentenceOf(reply.text);
  const code = codeOf(reply, said);
  return replyFailure(code, messageOf(code, reply, said), reply, nowMs);
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

function messageOf(code: ErrorCode, reply: HttpReply, said: string): string {
  const { status } = reply;
  const why = said === '' ? ` (${status}).` : `: ${endSentence(said)}`;
  switch (code) {
    case 'SOURCE_AUTH':
      if (isWithoutTenant(said))
        return `${TITLE} has several tenants and wants to know which to read (no X-Scope-OrgID was sent).`;
      return failureWords(TITLE, code, reply);
    case 'SOURCE_NOT_FOUND':
      return `${TITLE} has no query API at this address (404); check the url in the configuration.`;
    case 'SOURCE_TIMEOUT':
      return `${TITLE} gave up on this query (it timed out there); a shorter window, or a selector of fewer streams, may work.`;
    case 'SOURCE_BAD_QUERY':
      return `${TITLE} does not understand the query${why}`;
    case 'SOURCE_TOO_MUCH':
      return tooMuchWords(said, why);
    default:
      return failureWords(TITLE, code, reply);
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
