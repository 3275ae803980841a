/** The few functions that the doubles of Graphite know, as graphite-web defines them. */
import type { Parsed } from './graphite-grammar.ts';
import { consolidate, type MetricStore, matchingPaths, type RawSeries, readMetric } from './graphite-metrics.ts';

/** A function that does not exist (graphite-web: 400). */
export class UnknownFunction extends Error {}
/** Arguments that a function cannot take (graphite-web: 500 with a traceback). */
export class WrongArguments extends Error {}

/** What an evaluation needs beside the target. */
export interface Evaluation {
  readonly store: MetricStore;
  readonly from: number;
  readonly until: number;
  readonly now: number;
  /** How the quotes of `consolidateBy` look in a name; implementations differ. */
  readonly quote: '"' | "'";
}

type Evaluated = RawSeries[] | string | number | boolean | null;
type Run = (args: readonly Evaluated[], context: Evaluation) => RawSeries[];

const FUNCTIONS: Readonly<Record<string, Run>> = {
  alias: ([list, name]) => series(list).map((one) => ({ ...one, name: text(name, 'alias') })),
  aliasSub: ([list, search, replace]) => {
    const pattern = new RegExp(text(search, 'aliasSub'), 'g');
    const by = text(replace, 'aliasSub');
    return series(list).map((one) => ({ ...one, name: one.name.replace(pattern, by) }));
  },
  aliasByNode: ([list, ...nodes]) =>
    series(list).map((one) => ({ ...one, name: nodes.map((node) => one.path.split('.')[Number(node)]).join('.') })),
  consolidateBy: ([list, how], { quote }) => {
    const by = text(how, 'consolidateBy');
    if (!['average', 'avg', 'avg_zero', 'sum', 'min', 'max', 'first', 'last'].includes(by)) {
      throw new WrongArguments(`ValueError: Unsupported consolidation function ${by}`);
    }
    return series(list).map((one) => ({
      ...one,
      name: `consolidateBy(${one.name},${quote}${by}${quote})`,
      consolidate: by,
    }));
  },
  seriesByTag: () => [],
  scale: ([list, factor]) => {
    if (Number.isNaN(Number(factor))) {
      throw new WrongArguments(`ValueError: could not convert string to float: '${factor}'`);
    }
    return series(list).map((one) => ({
      ...one,
      name: `scale(${one.name},${String(factor)})`,
      values: one.values.map((value) => (value === null ? null : value * Number(factor))),
    }));
  },
  sumSeries: (lists) => combine('sumSeries', lists, 'sum'),
  averageSeries: (lists) => combine('averageSeries', lists, 'average'),
  movingAverage: ([list, size]) => {
    if (size === undefined) {
      throw new WrongArguments("TypeError: movingAverage() missing 1 required positional argument: 'windowSize'");
    }
    return series(list);
  },
};

function combine(name: string, lists: readonly Evaluated[], how: string): RawSeries[] {
  const all = lists.flatMap(series);
  const [first] = all;
  if (!first) return [];
  const values = first.values.map((_, at) =>
    consolidate(
      all.map((one) => one.values[at] ?? null),
      how,
    ),
  );
  const called = `${name}(${[...new Set(all.map(({ path }) => path))].join(',')})`;
  return [{ ...first, name: called, path: first.path, values }];
}

function series(value: Evaluated | undefined): RawSeries[] {
  if (Array.isArray(value)) return value;
  throw new WrongArguments(`TypeError: 'NoneType' object is not iterable`);
}

function text(value: Evaluated | undefined, name: string): string {
  if (typeof value === 'string') return value;
  throw new WrongArguments(`TypeError: ${name}() missing 1 required positional argument`);
}

/** The rows of a target. */
export function evaluate(node: Parsed, context: Evaluation): RawSeries[] {
  return series(value(node, context));
}

function value(node: Parsed, context: Evaluation): Evaluated {
  if ('string' in node) return node.string;
  if ('number' in node) return node.number;
  if ('word' in node) return node.word === 'true' ? true : node.word === 'false' ? false : null;
  if ('path' in node) {
    const { store, from, until, now } = context;
    return matchingPaths(store, node.path).flatMap((path) => readMetric(store, path, from, until, now) ?? []);
  }
  const run = FUNCTIONS[node.call];
  if (!run) throw new UnknownFunction(`Received request for unknown function: ${node.call}`);
  return run(
    node.args.map((arg) => value(arg, context)),
    context,
  );
}

/** Points for JSON: `[value, second]`. */
export type Points = readonly (readonly [number | null, number])[];

/** All points of a series. */
export function pointsOf({ start, step, values }: RawSeries): Points {
  return values.map((one, at) => [one, start + at * step]);
}

/** `maxDataPoints` as graphite-web does it, with its nudge of the start and the value that it keeps too many. */
export function consolidatedLikeGraphiteWeb(rows: readonly RawSeries[], max: number): Points[] {
  const first = Math.min(...rows.map(({ start }) => start));
  const last = Math.max(...rows.map(({ start, step, values }) => start + values.length * step));
  return rows.map((row) => {
    const points = (last - first) / row.step;
    if (!(max < points)) return pointsOf(row);
    const size = Math.ceil(points / max);
    const bucket = size * row.step;
    const nudge = bucket + (row.start % row.step) - (row.start % bucket);
    const start = row.start + nudge;
    const kept = row.values.slice(Math.max(0, Math.floor(nudge / row.step) - 1));
    const buckets: [number | null, number][] = [];
    for (let at = 0; at < kept.length; at += size) {
      buckets.push([consolidate(kept.slice(at, at + size), row.consolidate), start + (at / size) * bucket]);
    }
    return buckets;
  });
}

/** `maxDataPoints` as carbonapi does it: from the first point on, without a nudge. */
export function consolidatedPlainly(row: RawSeries, max: number): Points {
  if (!(max < row.values.length)) return pointsOf(row);
  const size = Math.ceil(row.values.length / max);
  const buckets: [number | null, number][] = [];
  for (let at = 0; at < row.values.length; at += size) {
    buckets.push([consolidate(row.values.slice(at, at + size), row.consolidate), row.start + at * row.step]);
  }
  return buckets;
}
