/** Rows of values, and the arithmetic that Graphite's functions share: consolidation, common steps, aggregates. Pure. */
import { broken } from './graphite-error.ts';

/** One series in evaluation. Functions make new rows; values are never changed in place. */
export interface Row {
  readonly name: string;
  /** The path or call it came from, for names such as `sumSeries(a.*)`. */
  readonly expression: string;
  readonly startS: number;
  /** First moment after the last bucket. */
  readonly endS: number;
  readonly stepS: number;
  /** NaN is null. */
  readonly values: Float64Array;
  /** Name of the aggregate that makes one value of several. */
  readonly consolidate: string;
  /** Share of values that must be there for a consolidated one. */
  readonly xFilesFactor: number;
}

/** Makes one number of many; gets only numbers, at least one. */
export type Aggregate = (values: readonly number[]) => number;

const sum: Aggregate = (values) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
const max: Aggregate = (values) => values.reduce((a, b) => (b > a ? b : a));
const min: Aggregate = (values) => values.reduce((a, b) => (b < a ? b : a));

const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  average: (values) => sum(values) / values.length,
  sum,
  max,
  min,
  last: (values) => values.at(-1) as number,
  first: (values) => values[0] as number,
  diff: (values) => (values[0] as number) - sum(values.slice(1)),
  count: (values) => values.length,
  range: (values) => max(values) - min(values),
  multiply: (values) => values.reduce((a, b) => a * b),
  median: (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = sorted.length >> 1;
    const upper = sorted[middle] as number;
    return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
  },
  stddev: (values) => {
    const mean = sum(values) / values.length;
    return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
  },
};

const SYNONYMS: Readonly<Record<string, string>> = {
  avg: 'average',
  current: 'last',
  total: 'sum',
  rangeOf: 'range',
};

/** Aggregates that can be made value by value, which is many times faster over a million of them. */
const FOLDS: Readonly<Record<string, (total: number, value: number) => number>> = {
  average: (total, value) => total + value,
  sum: (total, value) => total + value,
  max: (total, value) => (value > total ? value : total),
  min: (total, value) => (value < total ? value : total),
  last: (_, value) => value,
};

function foldNamed(name: string): { join: (total: number, value: number) => number; isMean: boolean } | undefined {
  const key = SYNONYMS[name] ?? name;
  const join = Object.hasOwn(FOLDS, key) ? FOLDS[key] : undefined;
  return join && { join, isMean: key === 'average' };
}

/** Names that `consolidateBy` takes. */
const CONSOLIDATIONS = ['average', 'avg', 'sum', 'min', 'max', 'first', 'last'];

/** The aggregate of a name as people write it (`avg`, `averageSeries`). @throws GraphiteError 500 when there is none */
export function aggregateNamed(name: string): Aggregate {
  const short = name.replace(/Series$/, '');
  const key = SYNONYMS[short] ?? short;
  const aggregate = Object.hasOwn(AGGREGATES, key) ? AGGREGATES[key] : undefined;
  if (aggregate === undefined) throw broken(`ValueError: Unsupported aggregation function: ${name.slice(0, 40)}`);
  return aggregate;
}

/** Checks a name for `consolidateBy`. @throws GraphiteError 500, as graphite-web when it comes to consolidate */
export function checkConsolidation(name: string): string {
  if (!CONSOLIDATIONS.includes(name)) throw broken(`Exception: Invalid consolidation function: '${name.slice(0, 40)}'`);
  return name;
}

/** Makes one number of what is not NaN; NaN when nothing is left. */
export function aggregatePresent(values: Iterable<number>, aggregate: Aggregate): number {
  const present: number[] = [];
  for (const value of values) if (!Number.isNaN(value)) present.push(value);
  return present.length === 0 ? Number.NaN : aggregate(present);
}

/** Makes one value of each `count` neighbours; the last group may be smaller. The row's start stays. */
export function consolidateRow(row: Row, count: number): Row {
  if (count <= 1) return row;
  const make = groupReducer(row.consolidate);
  const least = Math.max(1, Math.ceil(row.xFilesFactor * count));
  const values = new Float64Array(Math.ceil(row.values.length / count));
  for (let group = 0; group < values.length; group += 1) {
    values[group] = make(row.values, group * count, Math.min((group + 1) * count, row.values.length), least);
  }
  return { ...row, stepS: row.stepS * count, values };
}

/** Reduces a run of values to one, or to NaN when fewer than `least` are there. */
type GroupReducer = (values: Float64Array, from: number, to: number, least: number) => number;

/** The reducer of an aggregate's name. @throws GraphiteError 500 when there is none */
export function groupReducer(name: string): GroupReducer {
  const fold = foldNamed(name);
  const aggregate = aggregateNamed(name);
  if (fold === undefined) {
    return (values, from, to, least) => {
      const present = Array.from(values.subarray(from, to)).filter((value) => !Number.isNaN(value));
      return present.length < least ? Number.NaN : aggregate(present);
    };
  }
  const { join, isMean } = fold;
  return (values, from, to, least) => {
    let [total, present] = [Number.NaN, 0];
    for (let at = from; at < to; at += 1) {
      const value = values[at] as number;
      if (Number.isNaN(value)) continue;
      total = present === 0 ? value : join(total, value);
      present += 1;
    }
    if (present < least) return Number.NaN;
    return isMean ? total / present : total;
  };
}

/** Rows on one grid of time: the least common step, from the first start to the last end. */
export interface Grid {
  readonly rows: readonly Row[];
  readonly startS: number;
  readonly endS: number;
  readonly stepS: number;
  readonly count: number;
}

/** Buckets that one grid may have; beyond lies a mistake such as `constantLine` beside days of 10 s data. */
const GRID_MAX = 1_000_000;

/** Brings rows to a common step; their values stay where they are in time. Needs at least one row. */
export function alignRows(rows: readonly Row[]): Grid {
  const stepS = rows.reduce((step, row) => (step / gcd(step, row.stepS)) * row.stepS, 1);
  const aligned = rows.map((row) => consolidateRow(row, stepS / row.stepS));
  const startS = Math.min(...aligned.map((row) => row.startS));
  const lastS = Math.max(...aligned.map((row) => row.endS));
  const endS = lastS - ((lastS - startS) % stepS);
  const count = Math.min(GRID_MAX, Math.max(...aligned.map((row) => row.values.length + offsetOf(row, startS, stepS))));
  return { rows: aligned, startS, endS, stepS, count };
}

function offsetOf(row: Row, startS: number, stepS: number): number {
  return Math.floor((row.startS - startS) / stepS);
}

function gcd(a: number, b: number): number {
  return b === 0 ? Math.max(a, 1) : gcd(b, a % b);
}

/** Combines aligned rows bucket by bucket; `combine` gets NaN where a row has nothing. */
export function combineRows(grid: Grid, combine: (values: readonly number[]) => number): Float64Array {
  const offsets = grid.rows.map((row) => offsetOf(row, grid.startS, grid.stepS));
  const bucket = new Array<number>(grid.rows.length);
  return new Float64Array(grid.count).map((_, at) => {
    for (let index = 0; index < bucket.length; index += 1) {
      bucket[index] = grid.rows[index]?.values[at - (offsets[index] as number)] ?? Number.NaN;
    }
    return combine(bucket);
  });
}

/** Makes one row's values of all rows of a grid, moment by moment, of what is there. */
export function aggregateGrid(grid: Grid, name: string): Float64Array {
  const fold = foldNamed(name);
  if (fold === undefined) {
    const aggregate = aggregateNamed(name);
    return combineRows(grid, (bucket) => aggregatePresent(bucket, aggregate));
  }
  const totals = new Float64Array(grid.count).fill(Number.NaN);
  const counts = new Uint32Array(grid.count);
  for (const row of grid.rows) addRow(row.values, offsetOf(row, grid.startS, grid.stepS), fold.join, totals, counts);
  return fold.isMean ? totals.map((total, at) => total / (counts[at] ?? 0)) : totals;
}

function addRow(
  values: Float64Array,
  offset: number,
  join: (total: number, value: number) => number,
  totals: Float64Array,
  counts: Uint32Array,
): void {
  const end = Math.min(values.length, totals.length - offset);
  for (let index = 0; index < end; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const at = index + offset;
    totals[at] = counts[at] === 0 ? value : join(totals[at] as number, value);
    counts[at] = (counts[at] as number) + 1;
  }
}

/** Ranks by an aggregate of what is there; rows without a value count as least. Equal rows keep their order. */
export function rankRows(rows: readonly Row[], aggregate: Aggregate, order: 'highest' | 'lowest'): Row[] {
  const sign = order === 'highest' ? -1 : 1;
  const scored = rows.map((row) => {
    const score = aggregatePresent(row.values, aggregate);
    return { row, score: Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score };
  });
  return scored.sort((a, b) => (a.score === b.score ? 0 : sign * (a.score < b.score ? -1 : 1))).map(({ row }) => row);
}

/** A number as Python's `%g` writes it, for names: six significant digits, no trailing zeros. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
