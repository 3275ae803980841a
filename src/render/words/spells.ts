/** When and how long a series was beyond a limit. Pure. */
import type { Threshold } from '../../domain/annotation.ts';
import type { Series } from '../../domain/series.ts';
import type { TimeRange } from '../../domain/time-range.ts';

/** One unbroken time beyond a limit, ms since the Unix epoch, half-open. */
interface Spell {
  readonly fromMs: number;
  readonly toMs: number;
}

/** All the time that a series spent beyond a limit within a window. */
export interface Crossing {
  readonly threshold: Threshold;
  readonly spells: readonly Spell[];
  readonly totalMs: number;
  /** Whether the newest value is beyond. */
  readonly isOpen: boolean;
  /** Whether every value is. */
  readonly isWhole: boolean;
}

/** Whether a value is beyond a limit. */
export function isBeyond(value: number, { op, value: limit }: Threshold): boolean {
  switch (op) {
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
  }
}

/**
 * Finds the spells beyond a limit. A sample speaks for the time from itself to the next one, at most one step and never
 * past the window; a gap speaks for nothing and ends a spell.
 */
export function crossingOf(series: Series, threshold: Threshold, stepMs: number, range: TimeRange): Crossing {
  const spells: Spell[] = [];
  let [totalMs, count, beyondCount] = [0, 0, 0];
  let isOpen = false;
  for (let index = 0; index < series.times.length; index += 1) {
    const value = series.values[index] as number;
    if (Number.isNaN(value)) continue;
    count += 1;
    isOpen = isBeyond(value, threshold);
    if (!isOpen) continue;
    beyondCount += 1;
    const { fromMs, toMs } = reach(series.times, index, stepMs, range);
    totalMs += toMs - fromMs;
    const last = spells.at(-1);
    if (last?.toMs === fromMs) spells[spells.length - 1] = { fromMs: last.fromMs, toMs };
    else spells.push({ fromMs, toMs });
  }
  return { threshold, spells, totalMs, isOpen, isWhole: count > 0 && beyondCount === count };
}

/** The time that a sample speaks for. */
function reach(times: Float64Array, index: number, stepMs: number, { fromMs, toMs }: TimeRange): Spell {
  const timeMs = times[index] as number;
  const endMs = Math.min(timeMs + stepMs, times[index + 1] ?? Number.POSITIVE_INFINITY, toMs);
  const startMs = Math.max(timeMs, fromMs);
  return { fromMs: startMs, toMs: Math.max(startMs, endMs) };
}
