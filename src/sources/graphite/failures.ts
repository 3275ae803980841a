/** What the answers of graphite-web, carbonapi, VictoriaMetrics and the proxies before them mean when they are no data. */
import type { BotError, ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';
import { withoutMarks } from './marks.ts';

/** An answer that is no data, as an error in our words; at most one sentence of the back end's own. */
export function failureOf(title: string, reply: HttpReply, nowMs: number): BotError {
  const said = sentenceOf(reply.text);
  const code = codeOf(reply, said);
  return replyFailure(code, messageOf(title, code, reply, said), reply, nowMs);
}

function codeOf({ status, contentType, text }: HttpReply, said: string): ErrorCode {
  if (status < 300) {
    if (errorOf(text) !== undefined) return 'SOURCE_BAD_QUERY';
    return contentType === 'text/html' ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  }
  if (/\btimed out after\b|context deadline exceeded|timeout exceeded|i\/o timeout/i.test(text))
    return 'SOURCE_TIMEOUT';
  if (status === 500) {
    if (/All requests failed|no (?:live )?backends|connection refused/i.test(text)) return 'SOURCE_BACKEND_DOWN';
    if (BAD_TARGET.test(said)) return 'SOURCE_BAD_QUERY';
    return 'SOURCE_UNEXPECTED';
  }
  if (status === 414) return 'SOURCE_TOO_MUCH';
  if (status === 400 && /too many|more than \d|exceed|too long|longer than/i.test(said)) return 'SOURCE_TOO_MUCH';
  return codeOfStatus(status);
}

/** What graphite-web's functions raise for targets and arguments that they cannot take. */
const BAD_TARGET =
  /ParseException|InputParameterError|TypeError: \w+\(\)|ValueError: (?:could not convert|invalid literal)|(?:unsupported|invalid) consolidation/i;

function messageOf(title: string, code: ErrorCode, { status, contentType }: HttpReply, said: string): string {
  const why = said === '' ? '' : `: ${said}`;
  switch (code) {
    case 'SOURCE_AUTH':
      return status === 401
        ? `${title} does not accept my login (401).`
        : `${title} sent a login page instead of data (${status}); it needs other credentials.`;
    case 'SOURCE_FORBIDDEN':
      return `${title} does not let my login read this (403).`;
    case 'SOURCE_NOT_FOUND':
      return `${title} has no render API at this address (404); check the url in the configuration.`;
    case 'SOURCE_TIMEOUT':
      return `${title} gave up on this query (it timed out there); a shorter window or fewer series may work.`;
    case 'SOURCE_OVERLOADED':
      return `${title} is overloaded (${status}).`;
    case 'SOURCE_BACKEND_DOWN':
      return `${title} cannot reach its own storage (${status}).`;
    case 'SOURCE_BAD_QUERY':
      return `${title} does not understand the target${why === '' ? ` (${status}).` : endSentence(why)}`;
    case 'SOURCE_TOO_MUCH':
      return `${title} finds this too much${why === '' ? ` (${status}).` : endSentence(why)}`;
    default: {
      if (contentType.startsWith('image/')) return `${title} sent a picture instead of data: it ignored format=json.`;
      return status < 300 ? `${title} sent something that is no JSON.` : `${title} failed inside (${status}).`;
    }
  }
}

/**
 * The one sentence of a back end's answer that says what is wrong, without markup, paths, addresses or anything that
 * could ping somebody: what stands in `Invalid parameters (…)`, the last line of a traceback, or the first line of text.
 */
function sentenceOf(body: string): string {
  const text = textOfPage(body);
  const lines = text.split('\n').map((line) => line.trim());
  const wrapped = between(text, 'Invalid parameters (', '); targets:') ?? between(text, 'Invalid parameters (', ')');
  if (wrapped !== undefined) return plain(wrapped);
  const trace = lines.lastIndexOf('Traceback (most recent call last):');
  if (trace !== -1) {
    const isFault = (line: string) => /^[\w.]*(?:Error|Exception|Timeout|Exit)\w*:/.test(line);
    const last = lines.slice(trace + 1).findLast(isFault) ?? '';
    return plain(last.replace(/^[\w.]+\.(\w+):/, '$1:'));
  }
  const own = errorOf(body);
  if (own !== undefined) return plain(own);
  // JSON of another shape is another product's, and no sentence
  if (isPage(body) || text.trimStart().startsWith('{')) return '';
  return plain(lines.find((line) => line !== '') ?? '');
}

/** What stands between two marks; of several last marks the last counts, as messages have brackets too. */
function between(text: string, first: string, last: string): string | undefined {
  const start = text.indexOf(first);
  const end = start === -1 ? -1 : text.lastIndexOf(last);
  return end <= start ? undefined : text.slice(start + first.length, end);
}

/** Larger bodies are data, not an error. */
const ERROR_MAX_CHARS = 64 * 1024;

/** The error of `{"error": "…"}`, which VictoriaMetrics also sends with status 200; `undefined` for anything else. */
export function errorOf(body: string): string | undefined {
  if (body.length > ERROR_MAX_CHARS || !body.trimStart().startsWith('{')) return undefined;
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}

/** Without our own wrapping of targets, which back ends echo. */
function plain(text: string): string {
  return harmless(withoutMarks(text));
}
