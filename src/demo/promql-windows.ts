/** Functions over windows of samples, by Prometheus' rules: a window is open at its start, rates reach out to its ends. Pure. */
import type { Labels } from '../domain/labels.ts';
import { resetBefore } from './metric-series.ts';
import { PromqlError } from './promql-lexer.ts';
import type { Column, Grid } from './promql-values.ts';

/** Samples at multiples of `sampleS`; NaN where there is none. */
export interface Sampled {
  readonly labels: Labels;
  readonly sampleS: number;
  /** Whether it grows but for {@link resetBefore}, without gaps: then two samples tell all of a window. */
  readonly isCounter: boolean;
  at(timeS: number): number;
}

/** The samples of a window. */
interface Window {
  readonly fromS: number;
  readonly toS: number;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

type Over = (window: Window, parameter: number) => number;

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const meanOf = (values: readonly number[]) => sumOf(values) / values.length;
const varianceOf = (values: readonly number[]) => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};

/** Where a share of sorted values stands, between neighbours by their distance. */
export function quantileIn(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  if (share < 0) return Number.NEGATIVE_INFINITY;
  if (share > 1) return Number.POSITIVE_INFINITY;
  const place = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  return low + (high - low) * (place - Math.floor(place));
}

const OVER: Readonly<Record<string, Over>> = {
  avg_over_time: ({ values }) => meanOf(values),
  min_over_time: ({ values }) => Math.min(...values),
  max_over_time: ({ values }) => Math.max(...values),
  sum_over_time: ({ values }) => sumOf(values),
  count_over_time: ({ values }) => values.length,
  last_over_time: ({ values }) => values.at(-1) as number,
  present_over_time: () => 1,
  stddev_over_time: ({ values }) => Math.sqrt(varianceOf(values)),
  stdvar_over_time: ({ values }) => varianceOf(values),
  quantile_over_time: ({ values }, share) =>
    quantileIn(
      values.toSorted((a, b) => a - b),
      share,
    ),
  changes: ({ values }) => values.filter((value, index) => index > 0 && value !== values[index - 1]).length,
  resets: ({ values }) => values.filter((value, index) => index > 0 && value < (values[index - 1] as number)).length,
  idelta: ({ values }) => (values.length < 2 ? Number.NaN : (values.at(-1) as number) - (values.at(-2) as number)),
  irate: instantRate,
  delta: (window) => (window.values.length < 2 ? Number.NaN : reach(window, lastOf(window) - firstOf(window), false)),
  increase: (window) => increaseOf(window),
  rate: (window) => increaseOf(window) / (window.toS - window.fromS),
  deriv: (window) => trendOf(window).slope,
  predict_linear: (window, aheadS) => {
    const { slope, atEnd } = trendOf(window);
    return atEnd + slope * aheadS;
  },
};

/** Names of these functions. */
export const WINDOW_FUNCTIONS: readonly string[] = Object.keys(OVER);

const firstOf = ({ values }: Window) => values[0] as number;
const lastOf = ({ values }: Window) => values.at(-1) as number;

function instantRate({ times, values }: Window): number {
  if (values.length < 2) return Number.NaN;
  const [before, last] = values.slice(-2) as [number, number];
  const [from, to] = times.slice(-2) as [number, number];
  return (last < before ? last : last - before) / (to - from);
}

function increaseOf(window: Window): number {
  const { values } = window;
  if (values.length < 2) return Number.NaN;
  let grown = lastOf(window) - firstOf(window);
  for (let index = 1; index < values.length; index += 1) {
    if ((values[index] as number) < (values[index - 1] as number)) grown += values[index - 1] as number;
  }
  return reach(window, grown, true);
}

/** What samples show, as if they reached to both ends of the window, but never to before a counter was zero. */
function reach(
  { fromS, toS, times, values }: Pick<Window, 'fromS' | 'toS' | 'times' | 'values'>,
  grown: number,
  isCounter: boolean,
): number {
  const [first, last] = [times[0] as number, times.at(-1) as number];
  return reachOf(fromS, toS, first, last, times.length, values[0] as number, grown, isCounter);
}

function reachOf(
  fromS: number,
  toS: number,
  firstS: number,
  lastS: number,
  count: number,
  firstValue: number,
  grown: number,
  isCounter: boolean,
): number {
  const span = lastS - firstS;
  const distance = span / (count - 1);
  const threshold = distance * 1.1;
  let before = firstS - fromS;
  let after = toS - lastS;
  if (before >= threshold) before = distance / 2;
  if (isCounter && grown > 0 && firstValue >= 0) before = Math.min(before, span * (firstValue / grown));
  if (after >= threshold) after = distance / 2;
  return grown * ((span + before + after) / span);
}

function trendOf({ times, values, toS }: Window): { slope: number; atEnd: number } {
  if (values.length < 2) return { slope: Number.NaN, atEnd: Number.NaN };
  const [meanX, meanY] = [meanOf(times), meanOf(values)];
  const above = sumOf(times.map((time, index) => (time - meanX) * ((values[index] as number) - meanY)));
  const slope = above / sumOf(times.map((time) => (time - meanX) ** 2));
  return { slope, atEnd: meanY + slope * (toS - meanX) };
}

/** Samples that one query may read. */
const SAMPLES_MAX = 2_000_000;

/** Refuses what would take too long, in Prometheus' words. @throws PromqlError */
export function refuseTooMany(samples: number): void {
  if (samples <= SAMPLES_MAX) return;
  throw new PromqlError('execution', 'query processing would load too many samples into memory in query execution');
}

/** Applies a function to the windows of each series that end at the moments of a grid. @throws PromqlError */
export function overWindows(
  name: string,
  all: readonly Sampled[],
  grid: Grid,
  rangeS: number,
  offsetS: number,
  parameter: Float64Array | undefined,
): Column[] {
  const over = OVER[name] as Over;
  const isGrowth = name === 'rate' || name === 'increase';
  const slow = all.filter(({ isCounter }) => !(isCounter && isGrowth));
  const read = slow.reduce((sum, { sampleS }) => sum + grid.count * Math.ceil(rangeS / sampleS), 0);
  refuseTooMany(Math.max(read, all.length * grid.count));
  const columns = all.map(({ labels }) => ({ labels, values: new Float64Array(grid.count) }));
  // moment by moment: what all series of a moment share is computed once
  for (let index = 0; index < grid.count; index += 1) {
    const toS = grid.startS + index * grid.stepS - offsetS;
    const fromS = toS - rangeS;
    for (let at = 0; at < all.length; at += 1) {
      const series = all[at] as Sampled;
      let value: number;
      if (series.isCounter && isGrowth) {
        value = growthOf(series, fromS, toS);
        if (name === 'rate') value /= rangeS;
      } else {
        const window = windowOf(series, fromS, toS);
        value = window.values.length === 0 ? Number.NaN : over(window, parameter?.[index] ?? Number.NaN);
      }
      (columns[at] as Column).values[index] = value;
    }
  }
  return columns;
}

function windowOf({ sampleS, at }: Sampled, fromS: number, toS: number): Window {
  const times: number[] = [];
  const values: number[] = [];
  for (let timeS = Math.floor(fromS / sampleS) * sampleS + sampleS; timeS <= toS; timeS += sampleS) {
    const value = at(timeS);
    if (Number.isNaN(value)) continue;
    times.push(timeS);
    values.push(value);
  }
  return { fromS, toS, times, values };
}

/** The growth of a counter without gaps: its ends, and what it had reached where it began anew. */
function growthOf({ sampleS, at }: Sampled, fromS: number, toS: number): number {
  const firstS = Math.floor(fromS / sampleS) * sampleS + sampleS;
  let lastS = Math.floor(toS / sampleS) * sampleS;
  let last = at(lastS);
  while (Number.isNaN(last) && lastS > firstS) {
    lastS -= sampleS;
    last = at(lastS);
  }
  const first = at(firstS);
  if (lastS <= firstS || Number.isNaN(first)) return Number.NaN;
  let grown = last - first;
  for (let resetS = resetBefore(lastS); resetS > firstS; resetS = resetBefore(resetS - 1)) {
    grown += at(resetS - sampleS);
  }
  return reachOf(fromS, toS, firstS, lastS, (lastS - firstS) / sampleS + 1, first, grown, true);
}
