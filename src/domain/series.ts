/** Time series: the one shape every source returns and every renderer reads. Pure, no I/O. */
import { BotError } from './errors.ts';
import type { Labels } from './labels.ts';
import type { Unit } from './unit.ts';

/** One measured quantity over time. Made only by {@link makeSeries}. */
export interface Series {
  /** Name that a legend shows, e.g. `web01` or `user`; unique within its frame. */
  readonly name: string;
  readonly labels: Labels;
  readonly unit: Unit;
  /** Sample times, ms since the Unix epoch, strictly increasing. Shape `[n]`. */
  readonly times: Float64Array;
  /** Values in `unit`; a gap is NaN, never 0 and never an infinity. Shape `[n]`. */
  readonly values: Float64Array;
  /** Distance of the samples, ms, where the source knows it. */
  readonly stepMs?: number;
  /** Samples that were not finite numbers (infinities), now gaps; said in the footer. */
  readonly badCount?: number;
}

/** A sample as backends give it: time in ms, value in the series' unit, or null for a gap. */
export type Sample = readonly [timeMs: number, value: number | null];

/**
 * Builds a series from samples in any order; of two samples at one time the later one wins.
 *
 * Values are raw: they are multiplied by `meta.unit.factor`.
 *
 * @throws BotError `SERIES_BROKEN` when a time is not finite (a fault in an adapter).
 */
export function makeSeries(
  meta: Pick<Series, 'name' | 'labels' | 'unit' | 'stepMs'>,
  samples: Iterable<Sample>,
): Series {
  const byTime = new Map<number, number>();
  const { factor } = meta.unit;
  let badCount = 0;
  for (const [timeMs, value] of samples) {
    if (!Number.isFinite(timeMs)) throw new BotError('SERIES_BROKEN', `time ${timeMs} in ${meta.name}`);
    const scaled = value === null ? Number.NaN : value * factor;
    if (value !== null && !Number.isNaN(value) && !Number.isFinite(scaled)) badCount += 1;
    byTime.set(timeMs, Number.isFinite(scaled) ? scaled : Number.NaN);
  }
  const times = Float64Array.from(byTime.keys()).sort();
  const values = times.map((timeMs) => byTime.get(timeMs) ?? Number.NaN);
  return { ...meta, times, values, ...(badCount > 0 && { badCount }) };
}

/**
 * Builds a series from samples that are in order already, as {@link makeSeries} does and without a copy per sample: a
 * million points take milliseconds. The arrays are taken over, not copied; NaN is a gap. Where times are not strictly
 * increasing after all, the samples are put in order.
 *
 * @throws BotError `SERIES_BROKEN` when a time is not finite (a fault in an adapter).
 */
export function makeSortedSeries(
  meta: Pick<Series, 'name' | 'labels' | 'unit' | 'stepMs'>,
  times: Float64Array,
  values: Float64Array,
): Series {
  const { factor } = meta.unit;
  let badCount = 0;
  let beforeMs = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < times.length; index += 1) {
    const timeMs = times[index] as number;
    // also for a time that is NaN, which makeSeries refuses
    if (!(timeMs > beforeMs && timeMs < Number.POSITIVE_INFINITY)) return makeSeries(meta, samplesOf(times, values));
    beforeMs = timeMs;
  }
  for (let index = 0; index < values.length; index += 1) {
    const scaled = (values[index] as number) * factor;
    if (Number.isFinite(scaled)) values[index] = scaled;
    else {
      if (!Number.isNaN(values[index])) badCount += 1;
      values[index] = Number.NaN;
    }
  }
  return { ...meta, times, values, ...(badCount > 0 && { badCount }) };
}

function* samplesOf(times: Float64Array, values: Float64Array): Generator<Sample> {
  for (let index = 0; index < times.length; index += 1) yield [times[index] as number, values[index] as number];
}

/** What a series says in numbers, in its unit; gaps are left out. */
export interface Summary {
  readonly last: number;
  /** ms since the Unix epoch, of the last value. */
  readonly lastMs: number;
  readonly min: number;
  readonly minMs: number;
  readonly max: number;
  readonly maxMs: number;
  readonly mean: number;
  readonly sum: number;
  /** Samples that are not gaps. */
  readonly count: number;
}

/** Summarizes a series; `undefined` when it holds nothing but gaps. O(n), no copy. Of equal extremes the first counts. */
export function summarize({ times, values }: Pick<Series, 'times' | 'values'>): Summary | undefined {
  let count = 0;
  let [last, min, max, mean, sum] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  let [lastMs, minMs, maxMs] = [Number.NaN, Number.NaN, Number.NaN];
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const timeMs = times[index] as number;
    count += 1;
    last = value;
    lastMs = timeMs;
    if (value < min) [min, minMs] = [value, timeMs];
    if (value > max) [max, maxMs] = [value, timeMs];
    mean += value / count - mean / count; // a sum, and (value - mean), can overflow to infinity
    sum += value;
  }
  if (count === 0) return undefined;
  return { last, lastMs, min, minMs, max, maxMs, mean: Math.min(max, Math.max(min, mean)), sum, count };
}

/** Fewer distances than this show no rule. */
const DISTANCES_MIN = 4;
/** This share of them is as long as the one in the middle, or nearly so. */
const REGULAR_SHARE = 0.75;
/** Rarer by less than this is a gap now and then. */
const RARER_FACTOR = 1.5;

/** Values on a grid half of which or more are rarer than its step are at least so much rarer in the mean. */
const RARER_IN_MEAN = (1 + RARER_FACTOR) / 2;

/**
 * Whether values may come regularly, and more rarely than their step: what answers no for nearly all data at no cost.
 *
 * @param span - from the first value to the last, in the unit of `step`
 */
export function mayBeRarer(span: number, count: number, step: number): boolean {
  return count > DISTANCES_MIN && span >= RARER_IN_MEAN * step * (count - 1);
}

/** The distance of values that come regularly but more rarely than a step, in its unit; `times` are of values alone, sorted. */
export function regularDistance(times: Float64Array, step: number): number | undefined {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  if (!mayBeRarer(last - first, times.length, step)) return undefined;
  const distances = times.subarray(1).map((time, index) => time - (times[index] as number));
  const middle = distances.toSorted()[distances.length >> 1] as number;
  if (middle < RARER_FACTOR * step) return undefined;
  const alike = distances.filter((distance) => Math.abs(distance - middle) <= step).length;
  return alike < REGULAR_SHARE * distances.length ? undefined : middle;
}

/** The step of sorted times: their most common difference, in ms; `undefined` with fewer than two. */
export function inferStepMs(times: ArrayLike<number>): number | undefined {
  const counts = new Map<number, number>();
  let [runGap, runLength] = [Number.NaN, 0];
  const endRun = () => counts.set(runGap, (counts.get(runGap) ?? 0) + runLength);
  for (let index = 1; index < times.length; index += 1) {
    const gap = (times[index] as number) - (times[index - 1] as number);
    if (gap === runGap) {
      runLength += 1; // nearly always: a million samples must not be a million look-ups
      continue;
    }
    if (runLength > 0) endRun();
    [runGap, runLength] = [gap, 1];
  }
  if (runLength > 0) endRun();
  let best: number | undefined;
  for (const [gap, count] of counts) {
    const bestCount = best === undefined ? 0 : (counts.get(best) ?? 0);
    if (count > bestCount || (count === bestCount && best !== undefined && gap < best)) best = gap;
  }
  return best;
}
