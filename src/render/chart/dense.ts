/** Series that swing too fast to be followed: their range becomes a band, their mean a line. Pure. */
import type { Series } from '../../domain/series.ts';
import { niceInterval } from './lines.ts';
import type { Member } from './select.ts';
import type { ValueExtent } from './value-axis.ts';

/** Width of a cell, px: a line that goes up and down within it paints it whole. */
const CELL_PX = 4;
/** A cell may be so much narrower where that makes it a round time. */
const CELL_SLACK = 0.9;
/** Fewer samples in a cell can still be followed: an hour of 10 s steps stays a line. */
const SAMPLES_MIN = 6;
/** Dense is what covers this share of the axis in half of its cells or more. */
const RANGE_SHARE = 0.1;

/** Lowest and highest value at each time of a series of means; NaN in gaps. */
export interface Band {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The interval to sum up by, ms, where one of `members` swings too fast; `undefined` where lines can be followed. */
export function denseInterval(
  members: readonly Member[],
  { min, max }: ValueExtent,
  spanMs: number,
  widthPx: number,
  stepMs: number | undefined,
): number | undefined {
  const atLeast = (spanMs / (widthPx / CELL_PX)) * CELL_SLACK;
  const interval = niceInterval(atLeast, stepMs);
  const height = Math.max(0, max) - Math.min(0, min);
  if (stepMs === undefined || interval < SAMPLES_MIN * stepMs || !(height > 0)) return undefined;
  const isDense = ({ series }: Member) => medianRange(series, interval) >= RANGE_SHARE * height;
  return members.some(isDense) ? interval : undefined; // a single one paints over all others
}

function medianRange(series: Series, intervalMs: number): number {
  const { low, high } = cellsOf(series, intervalMs);
  const ranges = high.map((value, cell) => value - (low[cell] as number)).filter((range) => !Number.isNaN(range));
  return ranges.sort()[ranges.length >> 1] ?? 0;
}

/** A member with its series made means of each interval, beside their lowest and highest values. */
export function withBand<T extends Member>(member: T, intervalMs: number): T & { readonly band: Band } {
  const { times, low, high, mean } = cellsOf(member.series, intervalMs);
  return { ...member, series: { ...member.series, times, values: mean, stepMs: intervalMs }, band: { low, high } };
}

/** A member with its series made means of each interval. */
export function withMeans<T extends Member>(member: T, intervalMs: number): T {
  const { times, mean } = cellsOf(member.series, intervalMs);
  return { ...member, series: { ...member.series, times, values: mean, stepMs: intervalMs } };
}

/** Lowest and highest of many series in each interval; NaN where all are silent. */
export interface Envelope extends Band {
  readonly times: Float64Array;
}

/** One band around many series, whose own bands would hide each other. O(samples). */
export function envelopeOf(members: readonly Member[], fromMs: number, toMs: number, intervalMs: number): Envelope {
  const start = Math.floor(fromMs / intervalMs);
  const count = Math.floor(toMs / intervalMs) - start + 1;
  const low = new Float64Array(count).fill(Number.NaN);
  const high = new Float64Array(count).fill(Number.NaN);
  for (const { series } of members) {
    const own = cellsOf(series, intervalMs);
    for (let index = 0; index < own.times.length; index += 1) {
      const [least, most] = [own.low[index] as number, own.high[index] as number];
      if (Number.isNaN(least)) continue;
      const cell = Math.floor((own.times[index] as number) / intervalMs) - start;
      if (!(least >= (low[cell] as number))) low[cell] = least;
      if (!(most <= (high[cell] as number))) high[cell] = most;
    }
  }
  const inside = (timeMs: number) => Math.min(toMs, Math.max(fromMs, timeMs));
  return { times: low.map((_, cell) => inside((start + cell + 0.5) * intervalMs)), low, high };
}

/** Cells from the first value to the last, each at its middle; the ends at their outermost samples. O(samples). */
function cellsOf({ times, values }: Series, intervalMs: number) {
  const first = values.findIndex((value) => !Number.isNaN(value));
  const last = values.findLastIndex((value) => !Number.isNaN(value));
  const cellOf = (index: number) => Math.floor((times[index] as number) / intervalMs);
  const start = first < 0 ? 0 : cellOf(first);
  const count = first < 0 ? 0 : cellOf(last) - start + 1;
  const [low, high, mean, seen] = Array.from({ length: 4 }, () => new Float64Array(count)) as FourArrays;
  low.fill(Number.NaN);
  high.fill(Number.NaN);
  for (let index = Math.max(0, first); index <= last; index += 1) {
    const value = values[index] as number;
    if (Number.isNaN(value)) continue;
    const cell = cellOf(index) - start;
    const before = seen[cell] as number;
    seen[cell] = before + 1;
    if (!(value >= (low[cell] as number))) low[cell] = value;
    if (!(value <= (high[cell] as number))) high[cell] = value;
    // a sum can overflow to infinity
    mean[cell] = (mean[cell] as number) * (before / (before + 1)) + value / (before + 1);
  }
  const middles = Float64Array.from(mean, (_, cell) => (start + cell + 0.5) * intervalMs);
  if (count > 0) middles[0] = times[first] as number;
  if (count > 1) middles[count - 1] = times[last] as number;
  return { times: middles, low, high, mean: mean.map((value, cell) => (seen[cell] ? value : Number.NaN)) };
}

type FourArrays = [Float64Array, Float64Array, Float64Array, Float64Array];
