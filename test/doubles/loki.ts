/** A Loki whose lines are given; it parses what it is asked, and keeps to the limits and ways of the real one. */
import type { Received, Reply } from './http-backend.ts';
import { fitsLabels, type LogNode, LogParseError, type LogqlNode, parseLogql, passes } from './logql-grammar.ts';

/** A line: nanoseconds since the Unix epoch, what it says, and its structured metadata. */
export interface LokiLine {
  readonly ns: bigint;
  readonly line: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Lines with the same labels. */
export interface LokiStream {
  readonly labels: Readonly<Record<string, string>>;
  readonly lines: readonly LokiLine[];
}

/** What it holds and how it behaves. */
export interface LokiStore {
  readonly streams: readonly LokiStream[];
  /** Asked for where it is set. */
  readonly tenant?: string;
  /** `max_entries_limit_per_query`. */
  readonly entriesMax?: number;
  /** `max_query_series`. */
  readonly seriesMax?: number;
  /** `max_query_length`, in ms, as it is written. */
  readonly length?: readonly [ms: number, text: string];
  /** Old servers know nothing of labels apart. */
  readonly isOld?: boolean;
  readonly warnings?: readonly string[];
}

const POINTS_MAX = 11_000;

/** Makes the answering part of a backend. */
export function lokiDouble(store: LokiStore): (request: Received) => Reply {
  return (request) => {
    if (request.pathname.endsWith('/ready')) return plain(200, 'ready\n');
    if (store.tenant !== undefined && request.headers['x-scope-orgid'] === undefined) return plain(401, 'no org id\n');
    // another tenant has no logs of this one
    const isOther = store.tenant !== undefined && request.headers['x-scope-orgid'] !== store.tenant;
    try {
      return route(isOther ? { ...store, streams: [] } : store, request);
    } catch (thrown) {
      if (thrown instanceof LogParseError || thrown instanceof Refusal) return plain(400, `${thrown.message}\n`);
      throw thrown;
    }
  };
}

class Refusal extends Error {}

function plain(status: number, body: string): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', body };
}

function route(store: LokiStore, request: Received): Reply {
  const [, path = ''] = /\/loki\/api\/v1\/(.*)$/.exec(request.pathname) ?? [];
  const { form } = request;
  const [, label] = /^label\/(\w+)\/values$/.exec(path) ?? [];
  if (label !== undefined) return success(labelValues(store, label, form));
  switch (path) {
    case 'query_range':
      return queryRange(store, request);
    case 'query':
      return instant(store, form);
    case 'series':
      return success(seriesOf(store, form));
    case 'labels':
      return success([...new Set(store.streams.flatMap(({ labels }) => Object.keys(labels)))].sort());
    case 'status/buildinfo':
      return { body: JSON.stringify({ version: '3.3.2', revision: 'abc', branch: 'HEAD' }) };
    default:
      return plain(404, '404 page not found\n');
  }
}

function success(data: unknown, warnings: readonly string[] = []): Reply {
  return { body: JSON.stringify({ status: 'success', data, ...(warnings.length > 0 && { warnings }) }) };
}

/** As Loki: ten digits are seconds, with a dot seconds too, more are nanoseconds. */
function nanosecondsOf(text: string | null): bigint {
  if (text === null) throw new Refusal('missing time');
  if (text.includes('.')) return BigInt(Math.round(Number(text) * 1e9));
  if (!/^\d+$/.test(text)) throw new Refusal(`could not parse ${text} as a time`);
  return text.length <= 10 ? BigInt(text) * 1_000_000_000n : BigInt(text);
}

interface Found {
  readonly stream: Readonly<Record<string, string>>;
  readonly parsed: Readonly<Record<string, string>>;
  readonly line: LokiLine;
  readonly text: string;
  readonly value?: number;
}

/** Runs a pipeline over the lines in `[from, to)`. */
function linesOf({ streams }: LokiStore, { matchers, stages }: LogNode, from: bigint, to: bigint): Found[] {
  return streams
    .filter(({ labels }) => fitsLabels(labels, matchers))
    .flatMap(({ labels, lines }) =>
      lines.filter(({ ns }) => ns >= from && ns < to).flatMap((line) => throughPipeline(labels, line, stages)),
    );
}

function throughPipeline(stream: Found['stream'], line: LokiLine, stages: LogNode['stages']): Found[] {
  let parsed: Record<string, string> = {};
  let value: number | undefined;
  for (const stage of stages) {
    if (stage.kind === 'line' && !passes(line.line, stage)) return [];
    if (stage.kind === 'parser') parsed = { ...parsed, ...parse(stage.name, line.line) };
    if (stage.kind === 'label') {
      const labels = { ...stream, ...line.metadata, ...parsed };
      if (!stage.alternatives.some((all) => fitsLabels(labels, all))) return [];
    }
    if (stage.kind === 'other' && stage.name === 'drop') for (const word of stage.words) delete parsed[word.trim()];
    if (stage.kind === 'unwrap') {
      value = Number(parsed[stage.label]);
      if (Number.isNaN(value)) parsed = { ...parsed, __error__: 'SampleExtractionErr' };
      delete parsed[stage.label];
    }
  }
  return [{ stream, parsed, line, text: line.line, ...(value !== undefined && { value }) }];
}

function parse(name: string, line: string): Record<string, string> {
  if (name === 'logfmt') {
    return Object.fromEntries(
      [...line.matchAll(/(\w+)=("[^"]*"|\S+)/g)].map(([, key, value]) => [
        key,
        (value as string).replace(/^"|"$/g, ''),
      ]),
    );
  }
  try {
    return Object.fromEntries(Object.entries(JSON.parse(line) as object).map(([key, value]) => [key, String(value)]));
  } catch {
    return { __error__: 'JSONParserErr' };
  }
}

function queryRange(store: LokiStore, { form, headers }: Received): Reply {
  const node = parseLogql(form.get('query') ?? '');
  const [start, end] = [nanosecondsOf(form.get('start')), nanosecondsOf(form.get('end'))];
  const [mostMs, text] = store.length ?? [721 * 3_600_000, '30d1h'];
  if (end - start > BigInt(mostMs) * 1_000_000n) {
    throw new Refusal(
      `the query time range exceeds the limit (query length: ${(end - start) / 3_600_000_000_000n}h0m0s, limit: ${text})`,
    );
  }
  if (node.kind !== 'log') return matrix(store, node, start, end, Number(form.get('step')));
  const limit = Number(form.get('limit') ?? 100);
  const { entriesMax = 5_000 } = store;
  if (limit > entriesMax) {
    throw new Refusal(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${entriesMax})`,
    );
  }
  const isForward = form.get('direction') === 'forward';
  const sign = isForward ? 1 : -1;
  const found = linesOf(store, node, start, end)
    .sort((a, b) => (a.line.ns < b.line.ns ? -sign : a.line.ns > b.line.ns ? sign : 0))
    .slice(0, limit);
  const isApart = !store.isOld && headers['x-loki-response-encoding-flags'] === 'categorize-labels';
  return success(
    {
      resultType: 'streams',
      result: streams(found, isApart),
      ...(isApart && { encodingFlags: ['categorize-labels'] }),
      stats: {},
    },
    store.warnings,
  );
}

/** By stream, in no order among them: whoever reads has to put lines in order. */
function streams(found: readonly Found[], isApart: boolean): unknown[] {
  const grouped = Map.groupBy(found, ({ stream, line, parsed }) =>
    JSON.stringify(isApart ? stream : { ...stream, ...line.metadata, ...parsed }),
  );
  return [...grouped].reverse().map(([labels, all]) => ({
    stream: JSON.parse(labels),
    values: all.map(({ line, parsed, text }) => {
      const more = {
        ...(line.metadata && { structuredMetadata: line.metadata }),
        ...(Object.keys(parsed).length > 0 && { parsed }),
      };
      return [String(line.ns), text, ...(isApart ? [more] : [])];
    }),
  }));
}

type Vector = readonly { readonly metric: Readonly<Record<string, string>>; readonly value: number }[];

function matrix(store: LokiStore, node: LogqlNode, start: bigint, end: bigint, stepSeconds: number): Reply {
  const step = BigInt(Math.round(stepSeconds * 1e9));
  if ((end - start) / step > POINTS_MAX) {
    throw new Refusal(
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
  const rows = new Map<string, [number, string][]>();
  const evaluate = evaluatorOf(store, node, start, end);
  for (let at = start; at <= end; at += step) {
    for (const { metric, value } of evaluate(at)) {
      const key = JSON.stringify(metric);
      rows.set(key, [...(rows.get(key) ?? []), [Number(at / 1_000_000n) / 1000, String(value)]]);
    }
  }
  const { seriesMax = 500 } = store;
  if (rows.size > seriesMax)
    throw new Refusal(
      `maximum number of series (${seriesMax}) reached for a single query; consider reducing query cardinality`,
    );
  const result = [...rows].map(([metric, values]) => ({ metric: JSON.parse(metric), values }));
  return success({ resultType: 'matrix', result, stats: {} }, store.warnings);
}

function instant(store: LokiStore, form: URLSearchParams): Reply {
  const node = parseLogql(form.get('query') ?? '');
  if (node.kind === 'log')
    throw new Refusal(
      'log queries are not supported as an instant query type, please change your query to a range query type',
    );
  const at = nanosecondsOf(form.get('time'));
  const result = evaluatorOf(
    store,
    node,
    at,
    at,
  )(at).map(({ metric, value }) => ({ metric, value: [Number(at / 1_000_000n) / 1000, String(value)] }));
  return success({ resultType: 'vector', result, stats: {} });
}

type Evaluator = (at: bigint) => Vector;

/** Lines are looked up once for all moments. */
function evaluatorOf(store: LokiStore, node: LogqlNode, start: bigint, end: bigint): Evaluator {
  switch (node.kind) {
    case 'number':
      return () => [{ metric: {}, value: node.value }];
    case 'aggregation': {
      const of = evaluatorOf(store, node.of, start, end);
      return (at) => aggregate(of(at), node);
    }
    case 'operation': {
      const [left, right] = [evaluatorOf(store, node.left, start, end), evaluatorOf(store, node.right, start, end)];
      return (at) => {
        const [scalar] = right(at);
        return left(at).map(({ metric, value }) => ({
          metric,
          value: calculate(value, node.operator, scalar?.value ?? Number.NaN),
        }));
      };
    }
    case 'range': {
      const [range, offset] = [BigInt(Math.round(node.rangeMs * 1e6)), BigInt(Math.round(node.offsetMs * 1e6))];
      const found = linesOf(store, node.of, start - range - offset, end + 1n).sort((a, b) =>
        a.line.ns < b.line.ns ? -1 : 1,
      );
      // a window holds its end, not its beginning
      return (at) =>
        overTime(
          found.filter(({ line: { ns } }) => ns > at - offset - range && ns <= at - offset),
          node,
        );
    }
    default:
      throw new LogParseError(0, 'syntax error: unexpected lines');
  }
}

function calculate(left: number, operator: string, right: number): number {
  return operator === '+'
    ? left + right
    : operator === '-'
      ? left - right
      : operator === '*'
        ? left * right
        : left / right;
}

function overTime(found: readonly Found[], { name, rangeMs, by }: Extract<LogqlNode, { kind: 'range' }>): Vector {
  const grouped = Map.groupBy(found, ({ stream, parsed, line }) => {
    const labels: Record<string, string> = { ...stream, ...line.metadata, ...parsed };
    return JSON.stringify(
      by
        ? Object.fromEntries(by.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]])))
        : labels,
    );
  });
  if ([...grouped.keys()].some((key) => key.includes('JSONParserErr')))
    throw new Refusal("pipeline error: 'JSONParserErr' for series");
  return [...grouped].map(([metric, lines]) => ({ metric: JSON.parse(metric), value: made(name, lines, rangeMs) }));
}

function made(name: string, lines: readonly Found[], rangeMs: number): number {
  const values = lines.map(({ value }) => value ?? 0);
  switch (name) {
    case 'count_over_time':
      return lines.length;
    case 'rate':
      return lines.length / (rangeMs / 1000);
    case 'bytes_over_time':
      return lines.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    case 'sum_over_time':
      return values.reduce((sum, value) => sum + value, 0);
    case 'avg_over_time':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'max_over_time':
      return Math.max(...values);
    case 'last_over_time':
      return values.at(-1) ?? Number.NaN;
    default:
      throw new LogParseError(0, `syntax error: unexpected ${name}`);
  }
}

function aggregate(vector: Vector, { name, by = [], count }: Extract<LogqlNode, { kind: 'aggregation' }>): Vector {
  if (name === 'topk') return [...vector].sort((a, b) => b.value - a.value).slice(0, count);
  const grouped = Map.groupBy(vector, ({ metric }) =>
    JSON.stringify(
      Object.fromEntries(by.flatMap((label) => (metric[label] === undefined ? [] : [[label, metric[label]]]))),
    ),
  );
  return [...grouped].map(([metric, all]) => {
    const values = all.map(({ value }) => value);
    const sum = values.reduce((total, value) => total + value, 0);
    const value =
      name === 'sum'
        ? sum
        : name === 'avg'
          ? sum / values.length
          : name === 'max'
            ? Math.max(...values)
            : Math.min(...values);
    return { metric: JSON.parse(metric), value };
  });
}

function matching({ streams }: LokiStore, selector: string | null, form: URLSearchParams): LokiStream[] {
  const node = selector === null ? undefined : parseLogql(selector);
  if (node && node.kind !== 'log') throw new Refusal('a selector was expected');
  const [from, to] = [nanosecondsOf(form.get('start')), nanosecondsOf(form.get('end'))];
  return streams.filter(
    ({ labels, lines }) =>
      (!node || fitsLabels(labels, node.matchers)) && lines.some(({ ns }) => ns >= from && ns < to),
  );
}

function labelValues(store: LokiStore, label: string, form: URLSearchParams): string[] {
  const found = matching(store, form.get('query'), form);
  return [...new Set(found.flatMap(({ labels }) => labels[label] ?? []))].sort().reverse();
}

function seriesOf(store: LokiStore, form: URLSearchParams): unknown[] {
  return matching(store, form.get('match[]'), form).map(({ labels }) => labels);
}
