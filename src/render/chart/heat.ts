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
  /** Where the last row has no upper end, or the first none on this axis: where it begins, or ends. */
  readonly above?: number;
  readonly below?: number;
  /** Whether that first row begins at zero, for which a logarithmic axis has no place. */
  readonly isFromZero?: boolean;
  /** ms of a column, where all are alike. */
  readonly columnMs?: number;
}

/** Fewer px than this are no cell. */
const CELL_MIN_PX = { width: 3, height: 4 } as const;
/** Edges spread over less than this are read as well on a plain axis. */
const LOG_FROM_RATIO = 8;
/** A row without an end is no higher than this on a log axis. */
const LARGEST_FACTOR = 10;

/** Makes a frame ready for a plot of so many px; `asked` for a logarithmic axis or a plain one, where somebody did. */
export function heatGrid(
  frame: HeatmapFrame,
  plot: { readonly width: number; readonly height: number },
  asked?: boolean,
): HeatGrid {
  const canLog = frame.yEdges.some((edge) => edge > 0 && edge < Number.POSITIVE_INFINITY) && !hasNegative(frame.yEdges);
  const isLog = canLog && (asked ?? isLogLike(frame.yEdges));
  const { edges, above, openRows } = finiteEdges(frame.yEdges, isLog);
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
  const kept = everyNth(own, up);
  return {
    times,
    edges: kept,
    counts: merged,
    isLog,
    ...(above !== undefined && last === edges.length - 2 && { above }),
    ...(first < openRows && { below: kept[1] as number, isFromZero: Number.isFinite(frame.yEdges[first]) }),
    ...(columnMs !== undefined && { columnMs }),
  };
}

const hasNegative = (edges: Float64Array) => edges.some((edge) => edge < 0 && Number.isFinite(edge));

/** Whether edges above zero grow by a factor rather than by an amount. */
function isLogLike(edges: Float64Array): boolean {
  const positive = edges.filter((edge) => edge > 0 && Number.isFinite(edge));
  const [low, high] = [positive[0], positive.at(-1)];
  if (low === undefined || high === undefined || positive.length < 3) return false;
  return high / low >= LOG_FROM_RATIO && unevenness(steps(positive.map(Math.log))) < unevenness(steps(positive));
}

const steps = (edges: Float64Array) => edges.subarray(1).map((edge, index) => edge - (edges[index] as number));

/** How much steps differ from each other: their spread as a share of their mean. */
function unevenness(sizes: Float64Array): number {
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  return Math.sqrt(sizes.reduce((sum, size) => sum + (size - mean) ** 2, 0) / sizes.length) / mean;
}

/** Edges with an end of their own where the source has none: one row's size beyond, or below on a log axis. */
function finiteEdges(edges: Float64Array, isLog: boolean) {
  const own = edges.slice();
  const last = own.length - 1;
  const isUsable = (edge: number) => Number.isFinite(edge) && (!isLog || edge > 0);
  const first = own.findIndex(isUsable);
  if (first < 0) return { edges: own.map((_, index) => index), above: undefined, openRows: 0 };
  const isOpenAbove = own[last] === Number.POSITIVE_INFINITY;
  const [start, end] = [own[first] as number, own[isOpenAbove ? last - 1 : last] as number];
  // an edge beside another tells the size of a row; a single one has only itself
  const beside = (edge: number | undefined) => (edge !== undefined && isUsable(edge) ? edge : undefined);
  const after = beside(own[first + 1]);
  const before = isOpenAbove ? beside(own[last - 2]) : undefined;
  if (isOpenAbove) own[last] = beyond(end, before, isLog);
  for (let index = first - 1; index >= 0; index -= 1) {
    const inner = own[index + 1] as number;
    const factor = after === undefined ? LARGEST_FACTOR : Math.min(LARGEST_FACTOR, Math.max(1.2, after / start));
    own[index] = isLog ? inner / factor : inner - (after === undefined ? Math.abs(inner) || 1 : after - start);
  }
  return { edges: own, above: isOpenAbove ? end : undefined, openRows: first };
}

/** A row without an upper end is drawn as high as the one below it. */
function beyond(end: number, before: number | undefined, isLog: boolean): number {
  if (isLog) return end * (before === undefined ? LARGEST_FACTOR : Math.min(LARGEST_FACTOR, end / before));
  return before === undefined ? end + (Math.abs(end) || 1) : 2 * end - before;
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
