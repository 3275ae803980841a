/** Turns the words of a comparison into the window or the values that are laid over the answer. */
import { BotError } from '../domain/errors.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Amount } from './lexemes.ts';
import type { ComparisonWords } from './parts.ts';
import { back, dateOf } from './resolve-time.ts';
import { daysBetween, shiftWall, wallTimeOf } from './wall-clock.ts';

/** The earlier window that a comparison means; the same wall-clock times, so an hour may be missing or extra. */
export function comparedRange(
  words: Exclude<ComparisonWords, { kind: 'values' | 'none' }>,
  range: TimeRange,
  nowMs: number,
): TimeRange {
  const earlier = earlierBy(words, range, nowMs);
  const fromMs = earlier(range.fromMs);
  const toMs = earlier(range.toMs);
  const lengthMs = range.toMs - range.fromMs;
  // Both ends of a short window may fall into an hour that was skipped.
  return { fromMs, toMs: toMs > fromMs ? toMs : fromMs + lengthMs, zone: range.zone, text: words.label };
}

function earlierBy(
  words: Exclude<ComparisonWords, { kind: 'values' | 'none' }>,
  range: TimeRange,
  nowMs: number,
): (ms: number) => number {
  const { zone } = range;
  if (words.kind === 'previous') return (ms) => ms - (range.toMs - range.fromMs);
  if (words.kind === 'shift')
    return (ms) => words.amounts.reduce((moved, amount) => shiftBack(moved, amount, zone), ms);
  const days = daysBetween(wallTimeOf(range.fromMs, zone), dateOf(words.day, { today: wallTimeOf(nowMs, zone) }));
  if (days >= 0) {
    throw new BotError('ASK_BAD_RANGE', 'A comparison looks back: that day is not before the window.', {
      suggestions: ['vs yesterday', 'vs last week'],
    });
  }
  return (ms) => shiftWall(ms, zone, { days });
}

/** Days and longer by the calendar, so that noon stays noon; hours and shorter exactly. */
function shiftBack(ms: number, amount: Amount, zone: string): number {
  if (amount.unit === 'day') return shiftWall(ms, zone, { days: -amount.count });
  if (amount.unit === 'week') return shiftWall(ms, zone, { days: -amount.count * 7 });
  return back([amount], ms, zone);
}
