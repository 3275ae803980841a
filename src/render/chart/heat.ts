/** A heatmap made ready: the rows that hold something, cells wide enough to be seen, steps with round limits. Pure. */
import type { HeatmapFrame } from '../../domain/frame.ts';

/** Counts on a grid, as they will be drawn. NaN is a gap. */
export interface HeatGrid {
  /** Edges in ms. Shape `[columns + 1]`. */
  readonly times: Float64Array;
  /** Edges in the frame's unit, finite. Shape `[rows + 1]`. */
  readonly edges: Float64Array;
  /** Row-major from the lowest row up. Shape `[rows * columns]`. */
  readonly counts: Float64Array;
  readonly isLog: boolean;
  /** Where the last row has no upper end, or the first no lower one: where it begins, or ends. */
  readonly above?: number;
  readonly below?: number;
  /** ms of a column, where all are alike. */
  readonly columnMs?: number;
}

/** Fewer px than this are no cell. */
const CELL_MIN_PX = { width: 3, height: 4 } as const;
/** Edges spread over less than this are read as well on a plain axis. */
const LOG_FROM_RATIO = 8;
/** Edges that grow by this much each time are log-like; plain ones grow by less and less. */
const LOG_MIN_GROWTH = 1.25;

/** Makes a frame ready for a plot of so many px. */
export function heatGrid(frame: HeatmapFrame, plot: { readonly width: number; readonly height: number }): HeatGrid {
  const isLog = isLogLike(frame.yEdges);
  const { edges, above, below } = finiteEdges(frame.yEdges, isLog);
  const columns = Math.max(0, frame.xEdges.length - 1);
  const [first, last] = filledRows(frame.counts, columns, edges.length - 1);
  const rows = last - first + 1;
  const own = edges.slice(first, last + 2);
  const counts = frame.counts.slice(first * columns, (last + 1) * columns);
  const across = Math.ceil((columns * CELL_MIN_PX.width) / plot.width);
  const up = Math.ceil((rows * CELL_MIN_PX.height) / plot.height);
  const merged = mergeCells(counts, rows, columns, up, across);
  const times = everyNth(frame.xEdges, across);
  const columnMs = evenStep(times);
  return {
    times,
    edges: everyNth(own, up),
    counts: merged,
    isLog,
    ...(above !== undefined && last === edges.length - 2 && { above }),
    ...(below !== undefined && first === 0 && { below }),
    ...(columnMs !== undefined && { columnMs }),
  };
}

/** Whether edges above zero grow by a factor rather than by an amount. */
function isLogLike(edges: Float64Array): boolean {
  const positive = edges.filter((edge) => edge > 0 && Number.isFinite(edge));
  const [low, high] = [positive[0], positive.at(-1)];
  const isNegative = edges.some((edge) => edge < 0 && Number.isFinite(edge));
  if (isNegative || low === undefined || high === undefined || positive.length < 3) return false;
  const growth = (high / low) ** (1 / (positive.length - 1));
  // even steps from zero grow by 2, 1.5, 1.33 …: their last is what tells them from powers
  const lastGrowth = high / (positive.at(-2) ?? low);
  return high / low >= LOG_FROM_RATIO && growth >= 1.02 && lastGrowth >= Math.min(LOG_MIN_GROWTH, growth * 0.8);
}

/** Edges with an end of their own where the source has none: one row's size beyond, or below on a log axis. */
function finiteEdges(edges: Float64Array, isLog: boolean) {
  const own = edges.slice();
  const count = own.length;
  const [first, last] = [own[0] as number, own[count - 1] as number];
  const low = isLog ? own.findIndex((edge) => edge > 0) : own.findIndex(Number.isFinite);
  let [above, below]: [number | undefined, number | undefined] = [undefined, undefined];
  if (count > 2 && last === Number.POSITIVE_INFINITY) {
    const [inner, end] = [own[count - 3] as number, own[count - 2] as number];
    above = end;
    own[count - 1] = isLog && inner > 0 ? end * Math.min(10, end / inner) : 2 * end - inner;
  }
  if (low === 1 && count > 2) {
    const [start, next] = [own[1] as number, own[2] as number];
    if (!Number.isFinite(first)) below = start;
    own[0] = isLog ? start / Math.min(10, Math.max(1.2, next / start)) : 2 * start - next;
  }
  return { edges: own, above, below };
}

/** The first and the last row with a count; all of them where none has. */
function filledRows(counts: Float64Array, columns: number, rows: number): [first: number, last: number] {
  let [first, last] = [rows, -1];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (!((counts[row * columns + column] as number) > 0)) continue;
      first = Math.min(first, row);
      last = row;
      break;
    }
  }
  return last < 0 ? [0, rows - 1] : [first, last];
}

/** Sums neighbours; a cell of nothing but gaps stays one. */
function mergeCells(counts: Float64Array, rows: number, columns: number, up: number, across: number): Float64Array {
  if (up === 1 && across === 1) return counts;
  const width = Math.ceil(columns / across);
  const merged = new Float64Array(Math.ceil(rows / up) * width).fill(Number.NaN);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const count = counts[row * columns + column] as number;
      if (Number.isNaN(count)) continue;
      const at = Math.floor(row / up) * width + Math.floor(column / across);
      merged[at] = (Number.isNaN(merged[at] as number) ? 0 : (merged[at] as number)) + count;
    }
  }
  return merged;
}

/** Every n-th edge and the last one. */
function everyNth(edges: Float64Array, every: number): Float64Array {
  if (every === 1) return edges;
  const kept = Array.from(edges).filter((_, index) => index % every === 0 || index === edges.length - 1);
  return Float64Array.from(kept);
}

function evenStep(times: Float64Array): number | undefined {
  const step = (times[1] as number) - (times[0] as number);
  const isEven = times.every(
    (timeMs, index) => index === 0 || index === times.length - 1 || timeMs - (times[index - 1] as number) === step,
  );
  return isEven && step > 0 ? step : undefined;
}

/** Times in which every row is a gap, as pairs of edges. */
export function silentTimes({ times, counts }: HeatGrid): (readonly [fromMs: number, toMs: number])[] {
  const columns = times.length - 1;
  const rows = columns > 0 ? counts.length / columns : 0;
  const silent: (readonly [number, number])[] = [];
  for (let column = 0; column < columns; column += 1) {
    let isSilent = true;
    for (let row = 0; row < rows && isSilent; row += 1)
      isSilent = Number.isNaN(counts[row * columns + column] as number);
    if (!isSilent) continue;
    const [fromMs, toMs] = [times[column] as number, times[column + 1] as number];
    const before = silent.at(-1);
    if (before && before[1] === fromMs) silent[silent.length - 1] = [before[0], toMs];
    else silent.push([fromMs, toMs]);
  }
  return silent;
}

/** As many colours as there are. */
const STEPS = 6;
const MANTISSAS = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
/** The highest step begins at this share of the greatest count; the lowest at this one, or at the least count. */
const [TOP_SHARE, LOW_SHARE] = [0.75, 0.002];

/**
 * Limits of the steps, from the least up: round numbers, each about the same factor above the one before. At most six;
 * fewer where whole counts are small. The first one takes all that is above zero.
 */
export function stepLimits(counts: Float64Array): number[] {
  let [least, most, isWhole] = [Number.POSITIVE_INFINITY, 0, true];
  for (const count of counts) {
    if (!(count > 0)) continue;
    if (count < least) least = count;
    if (count > most) most = count;
    if (!Number.isInteger(count)) isWhole = false;
  }
  if (most === 0) return [];
  const top = roundDown(isWhole ? Math.max(1, most * TOP_SHARE) : most * TOP_SHARE, isWhole);
  const low = Math.min(top, roundDown(Math.max(least, most * LOW_SHARE), isWhole));
  const factor = (top / low) ** (1 / (STEPS - 1));
  const limits = Array.from({ length: STEPS }, (_, step) => roundNear(low * factor ** step, isWhole));
  return [...new Set([low, ...limits.slice(1, -1), top])]
    .filter((limit) => limit >= low && limit <= top)
    .sort((a, b) => a - b);
}

function roundNumbers(near: number, isWhole: boolean): number[] {
  const power = Math.floor(Math.log10(near) + 1e-9);
  const all = [power - 1, power, power + 1].flatMap((exponent) =>
    MANTISSAS.map((mantissa) => Number(`${mantissa}e${exponent}`)),
  );
  return isWhole ? all.filter(Number.isInteger) : all;
}

const roundDown = (value: number, isWhole: boolean) =>
  roundNumbers(value, isWhole).findLast((candidate) => candidate <= value * (1 + 1e-9)) ?? 1;

const roundNear = (value: number, isWhole: boolean) =>
  roundNumbers(value, isWhole).reduce((best, candidate) =>
    Math.abs(Math.log(candidate / value)) < Math.abs(Math.log(best / value)) ? candidate : best,
  );

/** The step of each count, from 1; 0 where there is nothing. */
export function stepsOf(counts: Float64Array, limits: readonly number[]): Uint8Array {
  return Uint8Array.from(counts, (count) => {
    if (!(count > 0)) return 0;
    let step = 1;
    while (step < limits.length && count >= (limits[step] as number)) step += 1;
    return step;
  });
}

/** Which of the six colours so many steps take, spread over all of them; few begin where they are seen well. */
export function stepColors(count: number, colors: readonly string[]): string[] {
  const last = colors.length - 1;
  const first = count <= 2 ? 2 : count <= 4 ? 1 : 0;
  const pick = (step: number) => (count === 1 ? last - 1 : Math.round(first + (step * (last - first)) / (count - 1)));
  return Array.from({ length: count }, (_, step) => colors[pick(step)] ?? '');
}
