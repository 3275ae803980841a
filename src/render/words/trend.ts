/** Whether a series rises or falls over its window, told apart from noise, waves and jumps. Pure. */
import type { Series } from '../../domain/series.ts';
import type { TimeRange } from '../../domain/time-range.ts';

/** A trend that matters. */
export interface Trend {
  /** In the series' unit per ms; negative when it falls. */
  readonly slopePerMs: number;
  /** The fitted line's value at the last sample. */
  readonly endValue: number;
}

/** Parts that a window is cut into; their medians leave noise and single spikes behind. */
const PARTS = 24;
/** Fewer parts with values than this say nothing. */
const MIN_PARTS = 12;
/** Share of pairs of parts that must agree on the direction, less those that do not (Kendall's tau). */
const MIN_TAU = 0.7;
/** The fitted change over the window must be this many times the typical distance from the fit … */
const MIN_SIGNAL = 4;
/** … and this share of what the values are. */
const MIN_SHARE = 0.02;
/** Each half of the window must show at least this share of the whole slope: a jump between two levels is no trend. */
const MIN_HALF = 0.3;

/**
 * Fits a line by Theil and Sen (the median of the slopes between the medians of 24 equal parts of the window) and gives
 * it only when it is one: at least half of the parts have values, the parts agree on the direction (Kendall's tau 0.7),
 * both halves go the same way, the change over the window is four times the median distance from the fit and 2 % of
 * the values (or of `scale`, the span of the axis where a definition fixes it). O(n), few allocations.
 */
export function trendOf(series: Series, range: TimeRange, scale?: number): Trend | undefined {
  const points = partMedians(series, range);
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < MIN_PARTS || !first || !last) return undefined;
  const slopes = pairSlopes(points);
  const slopePerMs = median(slopes);
  const tau = slopes.reduce((sum, slope) => sum + Math.sign(slope), 0) / slopes.length;
  if (Math.abs(tau) < MIN_TAU) return undefined;
  const middle = Math.floor(points.length / 2);
  const halves = [points.slice(0, middle), points.slice(middle)].map((half) => median(pairSlopes(half)));
  if (halves.some((slope) => slope / slopePerMs < MIN_HALF)) return undefined;
  const base = median(points.map(({ timeMs, value }) => value - slopePerMs * (timeMs - first.timeMs)));
  const fitted = (timeMs: number) => base + slopePerMs * (timeMs - first.timeMs);
  const noise = median(points.map(({ timeMs, value }) => Math.abs(value - fitted(timeMs))));
  const change = Math.abs(slopePerMs * (last.timeMs - first.timeMs));
  const size = scale ?? Math.max(...points.map(({ value }) => Math.abs(value)));
  if (change < MIN_SIGNAL * noise || change < MIN_SHARE * size) return undefined;
  return { slopePerMs, endValue: fitted(series.times.at(-1) ?? last.timeMs) };
}

interface Point {
  readonly timeMs: number;
  readonly value: number;
}

/** A part of very many samples is as well known by so many of them. */
const PART_MAX_SAMPLES = 255;

function partMedians(series: Series, range: TimeRange): Point[] {
  const lengthMs = (range.toMs - range.fromMs) / PARTS;
  let start = 0;
  return Array.from({ length: PARTS }).flatMap((_, part) => {
    const endMs = part === PARTS - 1 ? Number.POSITIVE_INFINITY : range.fromMs + (part + 1) * lengthMs;
    let end = start;
    while (end < series.times.length && (series.times[end] as number) < endMs) end += 1;
    const point = medianPoint(series, start, end);
    start = end;
    return point ? [point] : [];
  });
}

function medianPoint({ times, values }: Series, start: number, end: number): Point | undefined {
  const stride = Math.max(1, Math.ceil((end - start) / PART_MAX_SAMPLES));
  const [partTimes, partValues]: [number[], number[]] = [[], []];
  for (let index = start; index < end; index += stride) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    partTimes.push(times[index] as number);
    partValues.push(value);
  }
  return partTimes.length === 0 ? undefined : { timeMs: median(partTimes), value: median(partValues) };
}

function pairSlopes(points: readonly Point[]): number[] {
  return points.flatMap((a, index) => points.slice(index + 1).map((b) => (b.value - a.value) / (b.timeMs - a.timeMs)));
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
