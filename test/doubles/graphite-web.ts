/** A double of graphite-web 1.1: render, find, expand, events, version, with its odd ways. Facts, not code, are its model. */

import {
  consolidatedLikeGraphiteWeb,
  evaluate,
  type Points,
  pointsOf,
  UnknownFunction,
  WrongArguments,
} from './graphite-evaluate.ts';
import { readLikeGraphiteWeb } from './graphite-grammar.ts';
import { isLeaf, type MetricStore, matchingPaths, type RawSeries } from './graphite-metrics.ts';
import type { Received, Reply } from './http-backend.ts';

/** An event as it is stored. */
export interface StoredEvent {
  readonly what: string;
  readonly when: number;
  readonly data?: string;
  readonly tags: readonly string[];
}

/** Text of a path that stands in tracebacks; a test asserts that no person ever sees it. */
export const SERVER_PATH = '/opt/graphite/webapp/graphite/render/evaluator.py';

/** How long it answers the same question from its cache. */
const CACHE_SECONDS = 60;

/** Answers requests as graphite-web does. */
export function graphiteWeb(store: MetricStore, events: readonly StoredEvent[] = []): (request: Received) => Reply {
  const cached = new Map<string, { readonly until: number; readonly reply: Reply }>();
  /** The key has the minutes of both ends only, so what is newer within a minute is not seen. */
  function renderCached(form: URLSearchParams): Reply {
    if (form.has('noCache') || form.get('cacheTimeout') === '0') return render(store, form);
    const minutes = ['from', 'until'].map((name) => Math.floor(Number(form.get(name)) / 60));
    const key = JSON.stringify([form.getAll('target'), form.get('maxDataPoints'), minutes]);
    const known = cached.get(key);
    if (known && known.until > store.nowSeconds()) return known.reply;
    const reply = render(store, form);
    cached.set(key, { until: store.nowSeconds() + CACHE_SECONDS, reply });
    return reply;
  }

  return (request) => {
    const path = request.pathname.replace(/\/$/, '');
    if (path.endsWith('/render')) return renderCached(request.form);
    if (path.endsWith('/metrics/find')) return find(store, request.form);
    if (path.endsWith('/metrics/expand')) return expand(store, request.form);
    // nothing here has tags
    if (path.endsWith('/tags/findSeries')) return { body: '[]' };
    if (path.endsWith('/events/get_data')) return getEvents(store, events, request.form);
    if (path.endsWith('/version')) return { body: '1.1.10', contentType: 'text/html' };
    return { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' };
  };
}

/** The wrapper around what graphite-web says of wrong parameters. */
function invalid(message: string, targets: readonly string[] = []): Reply {
  const list = targets.map((target) => `&quot;${escapeHtml(target)}&quot;`).join(', ');
  const body = `Invalid parameters (${escapeHtml(message)})${targets.length > 0 ? `; targets: ${list}` : ''}`;
  return { status: 400, contentType: 'text/html', body };
}

/** Its page for an error that nobody caught. */
export function tracebackPage(fault: string): Reply {
  const trace = [
    'Traceback (most recent call last):',
    `  File "${SERVER_PATH}", line 128, in evaluateTokens`,
    '    return func(requestContext, *args, **kwargs)',
    fault,
  ];
  const body = `<html><head><title>Graphite</title><style>body { color: red }</style></head><body>
    <h1>Graphite encountered an unexpected error while handling your request.</h1>
    <pre>${trace.map(escapeHtml).join('\n')}</pre></body></html>`;
  return { status: 500, contentType: 'text/html', body };
}

/** As Django escapes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;');
}

/** attime, as far as epochs, dates, `now` and offsets go; throws for what it does not know, like a bare `m`. */
export function attime(text: string, now: number): number {
  const plain = text.toLowerCase().replace(/[\s_,]/g, '');
  if (/^\d+$/.test(plain) && plain.length !== 8) return Number(plain);
  const clock = /^(\d\d):(\d\d)(\d{4})(\d\d)(\d\d)$/.exec(plain);
  if (clock) {
    const [hour, minute, year, month, day] = clock.slice(1).map(Number) as [number, number, number, number, number];
    return Date.UTC(year, month - 1, day, hour, minute) / 1000;
  }
  const offset = /^(?:now)?(?:([+-])(\d+)([a-z]+))?$/.exec(plain);
  if (!offset) throw new Error(`Invalid reference '${text}'`);
  if (offset[1] === undefined) return now;
  const units: readonly (readonly [string, number])[] = [
    ['s', 1],
    ['min', 60],
    ['h', 3600],
    ['d', 86_400],
    ['w', 604_800],
    ['mon', 2_592_000],
    ['y', 31_536_000],
  ];
  const unit = units.find(([prefix]) => (offset[3] as string).startsWith(prefix))?.[1];
  if (unit === undefined) throw new Error(`Invalid offset unit '${offset[3]}'`);
  return now + (offset[1] === '-' ? -1 : 1) * Number(offset[2]) * unit;
}

function render(store: MetricStore, form: URLSearchParams): Reply {
  const now = form.has('now') ? Number(form.get('now')) : store.nowSeconds();
  const targets = form.getAll('target').length > 0 ? form.getAll('target') : form.getAll('target[]');
  if (form.get('format') !== 'json') return { contentType: 'image/png', body: new Uint8Array([137, 80, 78, 71]) };
  try {
    let [from, until] = [attime(form.get('from') ?? '-1d', now), attime(form.get('until') ?? 'now', now)];
    if (from === until) return invalid('Invalid empty time range', targets);
    if (from > until) [from, until] = [until, from];
    const rows = targets.filter(Boolean).flatMap((target) => rowsOf(store, target, { from, until, now }));
    return { body: renderBody(rows, form) };
  } catch (thrown) {
    if (thrown instanceof UnknownFunction) return invalid(thrown.message, targets);
    if (thrown instanceof WrongArguments) return tracebackPage(thrown.message);
    return invalid((thrown as Error).message, targets);
  }
}

function rowsOf(store: MetricStore, target: string, range: { from: number; until: number; now: number }): RawSeries[] {
  const read = readLikeGraphiteWeb(target);
  if (!read) throw new WrongArguments(`pyparsing.exceptions.ParseException: Expected end, found '(' (at char 0)`);
  return evaluate(read.node, { store, ...range, quote: '"' }); // what was not read is dropped in silence
}

function renderBody(all: readonly RawSeries[], form: URLSearchParams): string {
  const isSparse = form.has('noNullPoints');
  const rows = isSparse ? all.filter(({ values }) => values.some((value) => value !== null)) : all;
  const max = /^\d+$/.test(form.get('maxDataPoints') ?? '') ? Number(form.get('maxDataPoints')) : undefined;
  const points = max === undefined ? rows.map(pointsOf) : consolidatedLikeGraphiteWeb(rows, max);
  const kept = isSparse ? points.map((list) => list.filter(([value]) => value !== null)) : points;
  return `[${rows.map((row, index) => renderRow(row, kept[index] as Points, { name: row.path })).join(', ')}]`;
}

/** One row of JSON; infinities as graphite-web writes them. */
export function renderRow(row: RawSeries, points: Points, tags: Readonly<Record<string, string>>): string {
  const list = points.map(([value, second]) => `[${numberText(value)}, ${second}]`);
  return `{"target": ${JSON.stringify(row.name)}, "tags": ${JSON.stringify(tags)}, "datapoints": [${list.join(', ')}]}`;
}

function numberText(value: number | null): string {
  if (value === null || Number.isNaN(value)) return 'null';
  if (!Number.isFinite(value)) return value > 0 ? '1e9999' : '-1e9999';
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function find(store: MetricStore, form: URLSearchParams): Reply {
  const query = form.get('query');
  if (query === null) return invalid("Missing required parameter 'query'");
  if (query === '') return invalid("Required parameter 'query' is empty");
  const format = form.get('format') ?? 'treejson';
  const longest = Math.max(...store.archives.map(({ keptSeconds }) => keptSeconds));
  const now = store.nowSeconds();
  if (format === 'treejson') return { body: JSON.stringify(treeJson(store, query)) };
  if (format === 'json') {
    const nodes = matchingPaths(store, query).map((path) => ({
      path,
      is_leaf: isLeaf(store, path),
      ...(isLeaf(store, path) && { intervals: [{ start: now - longest, end: now }] }),
    }));
    return { body: JSON.stringify(nodes) };
  }
  if (format === 'completer') return { body: JSON.stringify({ metrics: completions(store, query) }) };
  return { status: 400, contentType: 'text/plain', body: `Invalid value for parameter 'format'` };
}

/** What may follow: a star is added, branches end in a dot, and the flag is text. */
function completions(store: MetricStore, query: string): unknown[] {
  return matchingPaths(store, query.endsWith('*') ? query : `${query}*`).map((path) => {
    const leaf = isLeaf(store, path);
    return { path: leaf ? path : `${path}.`, name: path.split('.').at(-1), is_leaf: leaf ? '1' : '0' };
  });
}

/** The tree as ExtJS reads it: deduplicated by name, ids with the globs of the query's parent. */
export function treeJson(store: MetricStore, query: string): unknown[] {
  const parent = query.split('.').slice(0, -1);
  const byName = new Map(matchingPaths(store, query).map((path) => [path.split('.').at(-1) as string, path]));
  return [...byName].map(([name, path]) => {
    const leaf = Number(isLeaf(store, path));
    return { text: name, id: [...parent, name].join('.'), leaf, expandable: 1 - leaf, allowChildren: 1 - leaf };
  });
}

function expand(store: MetricStore, form: URLSearchParams): Reply {
  const results = form.getAll('query').flatMap((query) => matchingPaths(store, query));
  return { body: JSON.stringify({ results: [...new Set(results)].sort() }) };
}

function getEvents(store: MetricStore, events: readonly StoredEvent[], form: URLSearchParams): Reply {
  const [from, until] = [
    attime(form.get('from') ?? '-1d', store.nowSeconds()),
    attime(form.get('until') ?? 'now', store.nowSeconds()),
  ];
  const wanted = (form.get('tags') ?? '').split(' ').filter(Boolean);
  const isUnion = form.get('set') === 'union';
  const found = events.filter(({ when, tags }) => {
    const has = (tag: string) => tags.includes(tag);
    const fits = wanted.length === 0 || (isUnion ? wanted.some(has) : wanted.every(has));
    return when >= from && when <= until && fits;
  });
  return { body: JSON.stringify(found.map((event, id) => ({ id, data: '', ...event }))) };
}
