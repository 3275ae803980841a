/** A small Prometheus: the parts of its HTTP interface that a reader uses, over the demo fleet's series. */
import type { Clock } from '../lib/clock.ts';
import type { EmbeddedHandler, EmbeddedReply, SourceInfo } from './embedded-handler.ts';
import { graphPage } from './graph-page.ts';
import { createLogLines, type LogLines } from './log-lines.ts';
import { createMetricSeries, METRICS_ABOUT, type StoredSeries } from './metric-series.ts';
import type { MetricTree } from './metric-tree.ts';
import { activeAlerts, alertRules } from './prometheus-alerts.ts';
import { exemplarsOf } from './prometheus-exemplars.ts';
import { evaluatePromql, type MetricStore, matchingSeries } from './promql-evaluate.ts';
import { durationS, PromqlError } from './promql-lexer.ts';
import { parsePromql, parseSelector } from './promql-parser.ts';
import type { Column, Grid, Value } from './promql-values.ts';

/** What `buildinfo` says: the release whose behaviour is followed. */
const VERSION = '3.5.0';
/** As Prometheus has it. */
const POINTS_MAX = 11_000;

/** What a route is given. */
interface Call extends MetricStore {
  readonly params: URLSearchParams;
  readonly lines: LogLines;
}

type Route = (call: Call) => unknown;

const ROUTES: Readonly<Record<string, Route>> = {
  query: instant,
  query_range: range,
  query_exemplars: exemplars,
  labels: (call) => [...new Set(meant(call).flatMap(({ labels }) => Object.keys(labels)))].sort(),
  series: (call) =>
    limited(
      meant(call).map(({ labels }) => labels),
      call,
    ),
  metadata: ({ params }) => {
    const wanted = params.get('metric');
    const about = Object.entries(METRICS_ABOUT).filter(([name]) => wanted === null || name === wanted);
    return Object.fromEntries(about.map(([name, one]) => [name, [one]]));
  },
  alerts: (call) => ({ alerts: activeAlerts(call) }),
  rules: (call) => alertRules(call),
  'status/buildinfo': () => ({ version: VERSION, revision: 'demo', branch: 'demo', goVersion: 'none' }),
  'status/runtimeinfo': () => ({ storageRetention: '400d' }),
};

/** Makes the handler; `tree` is the fleet's Graphite, `lines` are made unless given. */
export function createPrometheusHandler({
  info,
  clock,
  tree,
  lines = createLogLines(),
}: {
  readonly info: SourceInfo;
  readonly clock: Clock;
  readonly tree: MetricTree;
  readonly lines?: LogLines;
}): EmbeddedHandler {
  let series: readonly StoredSeries[] | undefined;
  return {
    handle({ path, params }) {
      series ??= createMetricSeries(tree);
      const call: Call = { params, series, lines, nowS: clock.now() / 1_000 };
      const route = routeOf(path.replace(/\/+$/, ''));
      if (route) return answer(route, call);
      if (/^(?:\/graph|\/query|\/alerts)?\/?$/.test(path)) return graphPage(path, call, info);
      return { status: 404, contentType: 'text/plain', body: '404 page not found\n' };
    },
  };
}

function routeOf(path: string): Route | undefined {
  const name = path.replace(/^\/api\/v1\//, '');
  if (name === path) return undefined;
  const label = /^label\/([\w:.-]+)\/values$/.exec(name)?.[1];
  if (label !== undefined) return (call) => limited(valuesOf(label, call), call);
  return Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
}

function answer(route: Route, call: Call): EmbeddedReply {
  try {
    return json(200, { status: 'success', data: route(call) });
  } catch (thrown) {
    if (!(thrown instanceof PromqlError)) throw thrown;
    const status = thrown.kind === 'bad_data' ? 400 : 422;
    return json(status, { status: 'error', errorType: thrown.kind, error: thrown.message });
  }
}

function json(status: number, value: object): EmbeddedReply {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

function required(params: URLSearchParams, name: string): string {
  const text = params.get(name) ?? '';
  if (text !== '') return text;
  throw new PromqlError('bad_data', `invalid parameter "${name}": empty`);
}

function timeOf(params: URLSearchParams, name: string, fallback: number): number {
  const text = params.get(name);
  if (text === null || text === '') return fallback;
  const seconds = /^-?[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Date.parse(text) / 1_000;
  if (Number.isFinite(seconds)) return seconds;
  throw new PromqlError(
    'bad_data',
    `invalid parameter "${name}": cannot parse "${text.slice(0, 60)}" to a valid timestamp`,
  );
}

function instant(call: Call): unknown {
  const timeS = timeOf(call.params, 'time', call.nowS);
  const value = evaluatePromql(required(call.params, 'query'), call, { startS: timeS, stepS: 1, count: 1 });
  return instantData(value, timeS);
}

function instantData(value: Value, timeS: number): unknown {
  if (value.kind === 'string') return { resultType: 'string', result: [timeS, value.text] };
  if (value.kind === 'scalar') return { resultType: 'scalar', result: [timeS, textOf(value.values[0] as number)] };
  const present = value.columns.filter(({ values }) => !Number.isNaN(values[0] as number));
  const result = present.map(({ labels, values }) => ({ metric: labels, value: [timeS, textOf(values[0] as number)] }));
  return { resultType: 'vector', result };
}

function textOf(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

/** The moments of a range query. @throws PromqlError */
function gridOf(params: URLSearchParams): Grid {
  const [startS, endS] = [timeOf(params, 'start', Number.NaN), timeOf(params, 'end', Number.NaN)];
  const text = required(params, 'step');
  const stepS = /^[\d.]+$/.test(text) ? Number(text) : durationS(text);
  if (!(endS >= startS))
    throw new PromqlError('bad_data', 'invalid parameter "end": end timestamp must not be before start time');
  if (!(stepS > 0))
    throw new PromqlError(
      'bad_data',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted',
    );
  const count = Math.floor((endS - startS) / stepS + 1e-9) + 1;
  if (count > POINTS_MAX) {
    throw new PromqlError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  }
  return { startS, stepS, count };
}

function range(call: Call): unknown {
  const grid = gridOf(call.params);
  const value = evaluatePromql(required(call.params, 'query'), call, grid);
  if (value.kind === 'string')
    throw new PromqlError(
      'bad_data',
      'invalid expression type "string" for range query, must be Scalar or instant Vector',
    );
  const columns: readonly Column[] = value.kind === 'scalar' ? [{ labels: {}, values: value.values }] : value.columns;
  const result = columns.flatMap(({ labels, values }) => {
    const points = pointsOf(values, grid);
    return points.length === 0 ? [] : [{ metric: labels, values: points }];
  });
  return { resultType: 'matrix', result };
}

function pointsOf(values: Float64Array, { startS, stepS }: Grid): (readonly [number, string])[] {
  const points: (readonly [number, string])[] = [];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (!Number.isNaN(value)) points.push([startS + index * stepS, textOf(value)]);
  }
  return points;
}

/** The series that `match[]` means; all without one. A series of the fleet has always been there. */
function meant({ params, series }: Call): readonly StoredSeries[] {
  const selectors = params.getAll('match[]');
  if (selectors.length === 0) return series;
  return [...new Set(selectors.flatMap((text) => matchingSeries(parseSelector(text), series)))];
}

function valuesOf(label: string, call: Call): string[] {
  const values = meant(call).flatMap(({ labels }) => (labels[label] === undefined ? [] : [labels[label]]));
  return [...new Set(values)].sort();
}

function limited<Item>(list: readonly Item[], { params }: Call): readonly Item[] {
  const limit = Number(params.get('limit') ?? 0);
  return limit > 0 ? list.slice(0, limit) : list;
}

function exemplars({ params, lines, nowS }: Call): unknown {
  const node = parsePromql(required(params, 'query'));
  const [startS, endS] = [timeOf(params, 'start', nowS - 3_600), timeOf(params, 'end', nowS)];
  return exemplarsOf(node, lines, startS * 1_000, Math.min(endS, nowS) * 1_000);
}
