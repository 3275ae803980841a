/** The page that a link to Kibana's Discover leads to at the demo fleet: the same filters, window and columns as lines. */
import { DateTime } from 'luxon';
import { BotError } from '../domain/errors.ts';
import { formatValue } from '../domain/format-number.ts';
import { makeUnit } from '../domain/unit.ts';
import { escapeHtml } from '../lib/escape-html.ts';
import { kqlToQueries } from '../lib/kql.ts';
import { parseRison } from '../lib/rison.ts';
import { pageOf, policyWith, renderBarsSvg, windowInWords } from './composer-page.ts';
import { ElasticError, type Json } from './elastic-error.ts';
import type { EmbeddedReply, SourceInfo } from './embedded-handler.ts';
import { bucketEdges } from './log-buckets.ts';
import { documentOf, traceTimeMs } from './log-document.ts';
import type { LogLineRef } from './log-lines.ts';
import { type LogArchive, searched } from './log-search.ts';
import { countOf, endOf, type LineSet, within } from './log-set.ts';

/** The newest lines that the page lists. */
const LINES_MAX = 200;
/** Bars of the picture. */
const BARS = 60;
const COLUMNS_MAX = 12;
const DEFAULT_COLUMNS = ['host.name', 'log.level', 'message'];
/** The window of an address that names none. */
const WINDOW_MS = 15 * 60_000;
/** The window around a trace. */
const TRACE_MS = 60_000;

/**
 * Discover keeps all it knows behind the `#`, which no server sees: this hands it over, and does nothing else. It is the
 * only script of all pages.
 */
const HAND_OVER = `const at=location.hash.indexOf('?');if(at>0)location.replace(location.pathname+location.hash.slice(at));else location.replace(location.pathname+'?_a=()');`;

/** Answers for `/app/discover`: what the parameters `_g` and `_a` say, or `trace`; else the script that fetches them. */
export function discoverPage(params: URLSearchParams, archive: LogArchive, info: SourceInfo): EmbeddedReply {
  if (!['_g', '_a', 'trace'].some((name) => params.has(name))) return handOver(info);
  try {
    const state = traceState(params.get('trace')) ?? readState(params, archive.nowMs);
    const set = searched(archive, { bool: { filter: [rangeOf(state), ...state.queries] } });
    return html(200, pageOf(info, 'Log lines', sectionOf(state, set)));
  } catch (thrown) {
    if (!(thrown instanceof ElasticError) && !(thrown instanceof BotError)) throw thrown;
    return html(400, pageOf(info, 'Log lines', `<p class="empty">${escapeHtml(thrown.message)}</p>`));
  }
}

function html(status: number, body: string): EmbeddedReply {
  return { status, contentType: 'text/html; charset=utf-8', body };
}

function handOver(info: SourceInfo): EmbeddedReply {
  const main = '<noscript><p class="empty">This address needs a script to be read.</p></noscript>';
  return {
    ...html(200, pageOf(info, 'Log lines', main, HAND_OVER)),
    headers: { 'content-security-policy': policyWith(HAND_OVER) },
  };
}

/** What an address of Discover says. */
interface State {
  /** ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly columns: readonly string[];
  /** Queries that must match. */
  readonly queries: readonly unknown[];
  /** The same in words. */
  readonly pills: readonly string[];
}

/** The lines of one trace, and the window around it. */
function traceState(trace: string | null): State | undefined {
  const timeMs = trace === null ? undefined : traceTimeMs(trace);
  if (trace === null || timeMs === undefined) return undefined;
  return {
    fromMs: timeMs - TRACE_MS / 2,
    toMs: timeMs + TRACE_MS / 2,
    columns: ['service.name', ...DEFAULT_COLUMNS],
    queries: [{ term: { 'trace.id': trace } }],
    pills: [`trace.id: ${trace}`],
  };
}

function readState(params: URLSearchParams, nowMs: number): State {
  const [global, app] = [risonOf(params.get('_g')), risonOf(params.get('_a'))];
  const time = objectIn(global.time);
  const toMs = timeIn(time.to, nowMs, nowMs);
  const filters = [...listIn(global.filters), ...listIn(app.filters)].map(objectIn).filter(isOn);
  const text = String(objectIn(app.query).query ?? '').trim();
  const columns = listIn(app.columns).map(String).slice(0, COLUMNS_MAX);
  return {
    fromMs: timeIn(time.from, nowMs, toMs - WINDOW_MS),
    toMs,
    columns: columns.length > 0 ? columns : DEFAULT_COLUMNS,
    queries: [...filters.map(queryOf), ...(text === '' ? [] : kqlToQueries(text))],
    pills: [...filters.map(wordsOf), ...(text === '' ? [] : [text])],
  };
}

function risonOf(text: string | null): Json {
  if (text === null || text === '') return {};
  try {
    return objectIn(parseRison(text));
  } catch (cause) {
    throw new ElasticError(
      400,
      'parsing_exception',
      `This address cannot be read: ${String((cause as Error).message)}`,
    );
  }
}

function objectIn(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isOn(filter: Json): boolean {
  return objectIn(filter.meta).disabled !== true && filter.query !== undefined;
}

function queryOf(filter: Json): unknown {
  return objectIn(filter.meta).negate === true ? { bool: { must_not: [filter.query] } } : filter.query;
}

function wordsOf({ meta, query }: Json): string {
  const { alias, negate } = objectIn(meta);
  const words = typeof alias === 'string' && alias !== '' ? alias : JSON.stringify(query);
  return negate === true ? `not ${words}` : words;
}

function timeIn(value: unknown, nowMs: number, fallback: number): number {
  if (value === undefined) return fallback;
  const ms = value === 'now' ? nowMs : Date.parse(String(value));
  if (Number.isFinite(ms)) return ms;
  throw new ElasticError(400, 'parsing_exception', 'The window of this address is not made of two moments.');
}

function rangeOf({ fromMs, toMs }: State): object {
  return { range: { '@timestamp': { gte: fromMs, lt: toMs, format: 'epoch_millis' } } };
}

const COUNT = makeUnit('count');

function sectionOf(state: State, set: LineSet): string {
  const { fromMs, toMs, pills } = state;
  const window = { fromS: Math.round(fromMs / 1_000), untilS: Math.round(toMs / 1_000) };
  const words = windowInWords(window, 'UTC');
  const head = `<p class="window">${escapeHtml(words)}</p><p class="pills">${pills.map((pill) => `<code>${escapeHtml(pill)}</code>`).join('')}</p>`;
  if (!(fromMs < toMs)) return `${head}<p class="empty">This window is empty.</p>`;
  const total = countOf(set);
  if (total === 0) return `${head}<p class="empty">No lines in this window.</p>`;
  const edges = barEdges(fromMs, toMs);
  const counts = edges.slice(0, -1).map((edge, index) => countOf(within(set, edge, edges[index + 1] as number)));
  const bars = renderBarsSvg(
    edges.map((edge) => edge / 1_000),
    counts,
    window,
    'UTC',
  );
  const lines = endOf(set, 'desc', LINES_MAX);
  const shown = total > lines.length ? `, the newest ${lines.length} of them here` : '';
  const partly = set.budget.isExhausted ? '<p class="step">Not all lines of this window could be looked into.</p>' : '';
  return `${head}<figure>${bars}</figure><p class="step">${formatValue(total, COUNT)} ${total === 1 ? 'line' : 'lines'}${shown}. Times are UTC.</p>${partly}${tableOf(lines, state)}`;
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400];

function barEdges(fromMs: number, toMs: number): number[] {
  const step = STEPS_S.find((seconds) => (toMs - fromMs) / 1_000 / seconds <= BARS) ?? 86_400;
  return bucketEdges({ fixed_interval: `${step}s` }, fromMs, toMs);
}

function tableOf(lines: readonly LogLineRef[], { columns }: State): string {
  const heads = ['Time', ...columns].map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const rows = lines.map((ref) => {
    const document = documentOf(ref);
    const time = DateTime.fromMillis(ref.timeMs, { zone: 'UTC' }).toFormat('d LLL HH:mm:ss.SSS');
    const cells = columns.map((name) => cellOf(name, document));
    return `<tr><td>${time}</td>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table class="logs"><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function cellOf(name: string, document: ReturnType<typeof documentOf>): string {
  const text = String(document[name] ?? '–');
  if (name !== 'message') return `<td>${escapeHtml(text)}</td>`;
  const [first = '', ...more] = text.split('\n');
  const stack = document['error.stack_trace'];
  const rest = [...more, ...(stack === undefined ? [] : [String(stack)])].join('\n');
  if (rest === '') return `<td>${escapeHtml(first)}</td>`;
  return `<td><details><summary>${escapeHtml(first)}</summary><pre>${escapeHtml(rest)}</pre></details></td>`;
}
