/** Stacked areas and bars: sums on shared times. Pure. */
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Series } from '../../domain/series.ts';
import type { Member } from './select.ts';

/** Series on one set of times. Shape of each row `[times]`; NaN only where no series has a value. */
export interface Grid {
  readonly times: Float64Array;
  readonly rows: readonly Float64Array[];
}

/** More bands cannot be told apart; the rest is summed. */
const BANDS_MAX = 8;
/** Times per series that are looked at; more could not be seen. */
const TIMES_MAX = 200_000;

/** Bands to draw, lowest first; the last may be the sum of the rest. */
export interface Bands {
  readonly members: readonly Member[];
  /** Members that are summed into a grey band on top. */
  readonly rest: readonly Member[];
}

/** Keeps the order of the definition; of more than eight the greatest keep a band of their own. */
export function chooseBands(members: readonly Member[]): Bands {
  if (members.length <= BANDS_MAX) return { members, rest: [] };
  const greatest = new Set(members.toSorted((a, b) => b.summary.mean - a.summary.mean).slice(0, BANDS_MAX - 1));
  return {
    members: members.filter((member) => greatest.has(member)),
    rest: members.filter((member) => !greatest.has(member)),
  };
}

/** Puts series on the union of their times; a missing value counts as zero only where another series has one. */
export function alignSeries(series: readonly Series[]): Grid {
  const all = new Set<number>();
  for (const { times } of series) {
    for (let index = 0; index < times.length && all.size < TIMES_MAX; index += 1) all.add(times[index] as number);
  }
  const times = Float64Array.from(all).sort();
  const at = new Map(Array.from(times, (timeMs, index) => [timeMs, index]));
  const rows = series.map(() => new Float64Array(times.length));
  const isKnown = new Uint8Array(times.length);
  for (const [row, { times: own, values }] of series.entries()) {
    for (let index = 0; index < own.length; index += 1) {
      const column = at.get(own[index] as number);
      const value = values[index] as number;
      if (column === undefined || Number.isNaN(value)) continue;
      (rows[row] as Float64Array)[column] = value;
      isKnown[column] = 1;
    }
  }
  for (const row of rows)
    for (let column = 0; column < row.length; column += 1) if (!isKnown[column]) row[column] = Number.NaN;
  return { times, rows };
}

/** Adds rows into one. */
export function sumRows(rows: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const row of rows)
    for (let index = 0; index < length; index += 1) sum[index] = (sum[index] as number) + (row[index] as number);
  return sum;
}

/** A stacked row: where it begins, seen from zero, and where it ends. */
export interface StackedRow {
  /** Absent where it begins at zero throughout. */
  readonly base?: Float64Array;
  readonly edge: Float64Array;
}

/** Stacks rows, lowest first: what is above zero up, what is below it down, so that neither hides the other. */
export function stackRows(rows: readonly Float64Array[]): StackedRow[] {
  const isSigned = rows.some((row) => row.some((value) => value < 0));
  let [above, below]: (Float64Array | undefined)[] = [];
  return rows.map((row) => {
    const base = isSigned ? row.map((value, index) => (value < 0 ? below : above)?.[index] ?? 0) : above;
    const edge = base ? row.map((value, index) => value + (base[index] as number)) : row;
    const grown = (side: Float64Array | undefined, isBelow: boolean) =>
      row.map((value, index) => (value < 0 === isBelow ? (edge[index] as number) : (side?.[index] ?? 0)));
    if (isSigned) [above, below] = [grown(above, false), grown(below, true)];
    else above = edge;
    return { ...(base && { base }), edge };
  });
}

/** Keeps, of each interval, the times at which the total is least and greatest, and the last one. */
export function thinGrid(grid: Grid, intervalMs: number): Grid {
  const total = sumRows(grid.rows, grid.times.length);
  const kept = new Set<number>();
  let index = 0;
  while (index < grid.times.length) {
    const bucket = Math.floor((grid.times[index] as number) / intervalMs);
    let [least, most] = [index, index];
    for (; index < grid.times.length && Math.floor((grid.times[index] as number) / intervalMs) === bucket; index += 1) {
      if (!((total[index] as number) >= (total[least] as number))) least = index;
      if (!((total[index] as number) <= (total[most] as number))) most = index;
    }
    kept.add(least).add(most);
  }
  kept.add(grid.times.length - 1);
  const order = [...kept].sort((a, b) => a - b);
  const pick = (row: Float64Array) => Float64Array.from(order, (at) => row[at] as number);
  return { times: pick(grid.times), rows: grid.rows.map(pick) };
}

/** Joins `factor` neighbouring buckets, aligned to multiples of the wider one; `how` says what becomes of their values. */
export function widenBuckets(series: Series, stepMs: number, factor: number, how: Consolidation): Series {
  const wideMs = stepMs * factor;
  const times: number[] = [];
  const values: number[] = [];
  let parts: number[] = [];
  const flush = () => values.push(parts.length === 0 ? Number.NaN : consolidated(parts, how));
  for (let index = 0; index < series.times.length; index += 1) {
    const start = Math.floor((series.times[index] as number) / wideMs) * wideMs;
    if (times.at(-1) !== start) {
      if (times.length > 0) flush();
      times.push(start);
      parts = [];
    }
    const value = series.values[index] as number;
    if (!Number.isNaN(value)) parts.push(value);
  }
  if (times.length > 0) flush();
  return { ...series, times: Float64Array.from(times), values: Float64Array.from(values), stepMs: wideMs };
}

function consolidated(parts: readonly number[], how: Consolidation): number {
  const sum = () => parts.reduce((total, value) => total + value, 0);
  switch (how) {
    case 'sum':
      return sum();
    case 'max':
      return Math.max(...parts);
    case 'min':
      return Math.min(...parts);
    case 'last':
      return parts.at(-1) as number;
    default:
      return sum() / parts.length;
  }
}
