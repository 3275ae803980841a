/** Series to points in px: gaps kept, crowded points thinned to each interval's extremes. Pure. */
import { inferStepMs, type Series } from '../../domain/series.ts';
import type { Line } from './model.ts';
import type { Member } from './select.ts';

/** Gives px of a time and of a value. */
export interface Projection {
  readonly x: (timeMs: number) => number;
  /** NaN where the axis has no place for the value. */
  readonly y: (value: number) => number;
}

/** Points of a line in px; NaN in `ys` is a gap. */
export interface Points {
  readonly xs: Float64Array;
  readonly ys: Float64Array;
}

/**
 * More points than this for each px are thinned; half of it is the number of intervals, which keep two points each. At
 * twice the size it is one point a pixel, and a day of minutes is drawn as it is.
 */
const POINTS_PER_PX = 2.2;
/** Missing samples are a gap once the distance is so many steps; one and a half would break at a late sample. */
const GAP_STEPS = 2.5;
const INTERVALS_MS = [1, 2, 5, 10, 15, 30].flatMap((count) => [count * 1000, count * 60_000]);
const LONG_INTERVALS_MS = [1, 2, 3, 4, 6, 12, 24, 48, 168].map((hours) => hours * 3_600_000);
const ALL_INTERVALS_MS = [1, 10, 100, ...INTERVALS_MS, ...LONG_INTERVALS_MS].sort((a, b) => a - b);

/** The interval to thin by, ms; `undefined` when `count` points fit. A multiple of the step where there is one. */
export function thinInterval(count: number, spanMs: number, widthPx: number, stepMs?: number): number | undefined {
  if (count <= widthPx * POINTS_PER_PX) return undefined;
  return niceInterval(spanMs / ((widthPx * POINTS_PER_PX) / 2), stepMs);
}

/** The smallest round interval that is at least `atLeastMs`; a multiple of the step where there is one. */
export function niceInterval(atLeastMs: number, stepMs?: number): number {
  const nice = ALL_INTERVALS_MS.find((interval) => interval >= atLeastMs) ?? atLeastMs;
  return stepMs ? Math.ceil(nice / stepMs) * stepMs : nice;
}

/** Thins a series to the least and greatest value of each interval, in their order; gaps between intervals stay. */
export function thinSeries(series: Series, intervalMs: number): Series {
  const times: number[] = [];
  const values: number[] = [];
  const { times: from, values: raw } = series;
  let index = 0;
  while (index < from.length) {
    const bucket = Math.floor((from[index] as number) / intervalMs);
    let [least, most, start] = [-1, -1, index];
    for (; index < from.length && Math.floor((from[index] as number) / intervalMs) === bucket; index += 1) {
      const value = raw[index] as number;
      if (Number.isNaN(value)) continue;
      if (least < 0 || value < (raw[least] as number)) least = index;
      if (most < 0 || value > (raw[most] as number)) most = index;
    }
    if (index === from.length && !Number.isNaN(raw[index - 1] as number)) start = index - 1;
    const kept = least < 0 ? [start] : [...new Set([least, most, ...(index === from.length ? [start] : [])])];
    for (const at of kept.sort((a, b) => a - b)) {
      if (Number.isNaN(raw[at] as number) && least >= 0) continue;
      times.push(from[at] as number);
      values.push(raw[at] as number);
    }
  }
  const thinned = { times: Float64Array.from(times), values: Float64Array.from(values) };
  return { ...series, ...thinned, stepMs: Math.max(intervalMs, stepOf(series) ?? 0) };
}

/** The step of a series: its own, for the other window's may be coarser. */
function stepOf(series: Series): number | undefined {
  return series.stepMs ?? inferStepMs(series.times);
}

/** Projects a series; samples that are missing for longer than {@link GAP_STEPS} of its steps leave a gap. */
export function project(series: Series, projection: Projection): Points {
  const { times, values } = series;
  const stepMs = stepOf(series);
  const maxGapMs = stepMs === undefined ? Number.POSITIVE_INFINITY : stepMs * GAP_STEPS;
  const xs: number[] = [];
  const ys: number[] = [];
  for (let index = 0; index < times.length; index += 1) {
    const timeMs = times[index] as number;
    if (index > 0 && timeMs - (times[index - 1] as number) > maxGapMs) {
      xs.push(projection.x(timeMs));
      ys.push(Number.NaN);
    }
    xs.push(projection.x(timeMs));
    ys.push(projection.y(values[index] as number));
  }
  return { xs: Float64Array.from(xs), ys: Float64Array.from(ys) };
}

/** Points with a gap, or an end, on both sides: no line shows them. */
export function alonePoints({ xs, ys }: Points): { x: number; y: number }[] {
  const alone: { x: number; y: number }[] = [];
  for (let index = 0; index < ys.length; index += 1) {
    const y = ys[index] as number;
    const isGap = (at: number) => at < 0 || at >= ys.length || Number.isNaN(ys[at] as number);
    if (!Number.isNaN(y) && isGap(index - 1) && isGap(index + 1)) alone.push({ x: xs[index] as number, y });
  }
  return alone;
}

/** Width of a coloured line, by how many there are. */
export function lineWidth(count: number, hasGrey: boolean): number {
  if (hasGrey || count > 4) return 2;
  return count > 2 ? 2.5 : 3;
}

/** The edges of a grey crowd and its median, on an even grid of times; NaN where all are silent. */
export interface Crowd {
  readonly times: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly median: Float64Array;
}

/** Sums up many series as a band, in at most `cells` intervals. O(samples). */
export function crowdOf(members: readonly Member[], fromMs: number, toMs: number, cells: number): Crowd {
  const columns: number[][] = Array.from({ length: cells }, () => []);
  const width = (toMs - fromMs) / cells;
  for (const { series } of members) {
    // one value of a series for each interval, so that a dense one does not weigh more
    let [cell, sum, count] = [-1, 0, 0];
    const flush = () => count > 0 && columns[cell]?.push(sum / count);
    for (let index = 0; index < series.times.length; index += 1) {
      const value = series.values[index] as number;
      if (Number.isNaN(value)) continue;
      const at = Math.min(cells - 1, Math.floor(((series.times[index] as number) - fromMs) / width));
      if (at !== cell) {
        flush();
        [cell, sum, count] = [at, 0, 0];
      }
      sum += value;
      count += 1;
    }
    flush();
  }
  const sorted = columns.map((column) => Float64Array.from(column).sort());
  const pick = (share: number) =>
    Float64Array.from(sorted, (column) => column[Math.floor(share * (column.length - 1))] ?? Number.NaN);
  const times = Float64Array.from(columns, (_, index) => fromMs + (index + 0.5) * width);
  return { times, low: pick(0), high: pick(1), median: pick(0.5) };
}

/** A line of a member, ready to draw. */
export function lineOf(member: Member, points: Points, look: Omit<Line, 'name' | 'xs' | 'ys'>): Line {
  return { name: member.series.name, ...points, ...look };
}
