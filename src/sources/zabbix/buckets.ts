/** Samples put together: how far they are apart, one for each step, gaps where some are missing. Pure. */
import type { Consolidation } from '../../domain/saved-query.ts';

/** Times in ms, in order, each with a value. */
export type Samples = readonly (readonly [timeMs: number, value: number])[];

/** One value for each step that has any; its time is the beginning of the step. */
export function bucketed(samples: Samples, stepMs: number, how: Consolidation): [number, number][] {
  const buckets: { readonly timeMs: number; values: number[] }[] = [];
  for (const [timeMs, value] of samples) {
    const startMs = Math.floor(timeMs / stepMs) * stepMs;
    const last = buckets.at(-1);
    if (last?.timeMs === startMs) last.values.push(value);
    else buckets.push({ timeMs: startMs, values: [value] });
  }
  return buckets.map(({ timeMs, values }) => [timeMs, together(values, how)]);
}

function together(values: readonly number[], how: Consolidation): number {
  switch (how) {
    case 'max':
      return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    case 'min':
      return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    case 'last':
      return values.at(-1) ?? Number.NaN;
    default: {
      const sum = values.reduce((total, value) => total + value, 0);
      return how === 'sum' ? sum : sum / values.length;
    }
  }
}

/** So many of the distances must be the usual one, for it to be a rhythm. */
const RHYTHM_SHARE = 0.8;
/** A value that is this many steps late is missing. */
const LATE_STEPS = 2.5;

/**
 * The distance of samples, ms: what the item is set to where the samples keep to it, else what they keep to by themselves.
 * `undefined` for those that come when something happens.
 */
export function rhythmOf(samples: Samples, delayMs: number | undefined): number | undefined {
  const gaps = samples.slice(1).map(([timeMs], index) => timeMs - (samples[index] as readonly [number, number])[0]);
  if (delayMs !== undefined && delayMs > 0) {
    const kept = gaps.filter((gap) => gap < delayMs * LATE_STEPS).length;
    return gaps.length === 0 || kept >= gaps.length * RHYTHM_SHARE ? delayMs : undefined;
  }
  const counts = new Map<number, number>();
  for (const gap of gaps) {
    const whole = Math.round(gap / 1000) * 1000;
    counts.set(whole, (counts.get(whole) ?? 0) + 1);
  }
  const [usual, count = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return usual !== undefined && usual > 0 && count >= gaps.length * RHYTHM_SHARE ? usual : undefined;
}

/** The same with a gap (NaN) behind every sample that the next one is late after. */
export function withGaps(samples: Samples, stepMs: number | undefined): Samples {
  if (stepMs === undefined) return samples;
  const result: (readonly [number, number])[] = [];
  for (const sample of samples) {
    const before = result.at(-1);
    if (before && sample[0] - before[0] > stepMs * LATE_STEPS) result.push([before[0] + stepMs, Number.NaN]);
    result.push(sample);
  }
  return result;
}

const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map(
  (seconds) => seconds * 1000,
);

/** The least step that people know, that makes no more than so many points of a window and is a multiple of another. */
export function coarserStep(rangeMs: number, maxPoints: number, stepMs: number): number {
  const wanted = Math.max(stepMs, rangeMs / Math.max(2, maxPoints));
  const known = STEPS_MS.find((step) => step >= wanted && step % stepMs === 0);
  return known ?? Math.ceil(wanted / stepMs) * stepMs;
}
