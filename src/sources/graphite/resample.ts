/** Puts a series into a coarser step, as Graphite itself consolidates. Pure. */
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Series } from '../../domain/series.ts';

/** One value per bucket of `stepMs`, at the bucket's start; gaps are left out, a bucket of gaps is a gap. O(n). */
export function resample(series: Series, stepMs: number, how: Consolidation): Series {
  const { times, values } = series;
  const outTimes: number[] = [];
  const outValues: number[] = [];
  let start = 0;
  while (start < times.length) {
    const bucketMs = Math.floor((times[start] as number) / stepMs) * stepMs;
    let end = start;
    while (end < times.length && (times[end] as number) < bucketMs + stepMs) end += 1;
    outTimes.push(bucketMs);
    outValues.push(consolidate(values.subarray(start, end), how));
    start = end;
  }
  return { ...series, times: Float64Array.from(outTimes), values: Float64Array.from(outValues) };
}

function consolidate(values: Float64Array, how: Consolidation): number {
  let [count, sum, min, max, last] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    last = value;
  }
  if (count === 0) return Number.NaN;
  return { average: sum / count, sum, min, max, last }[how];
}
