/** Turns a time phrase into a window, by the clock and the zone of the asker. Pure. */
import { BotError } from '../domain/errors.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Amount, ClockTime } from './lexemes.ts';
import { type Day, type Point, phraseText, type TimePhrase } from './time-phrase.ts';
import { addDays, momentOf, shiftWall, startOfDate, type WallDate, wallTimeOf, weekdayOf } from './wall-clock.ts';
import { PART_HOURS, type TimeUnit } from './words.ts';

/** A window and what the asker should know of it. */
export interface ResolvedTime {
  readonly range: TimeRange;
  /** Whole sentences: that the window was cut at now, where its end was named. */
  readonly notes: readonly string[];
}

/** `around` looks so far to each side; the design's convention. */
const AROUND_MS = 30 * 60_000;
const WEEK_DAYS = 7;
/** Nothing that is measured is older; also keeps dates inside what JavaScript can hold. */
const OLDEST_YEARS = 1000;

const EXACT_MS: Readonly<Partial<Record<TimeUnit, number>>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

interface Now {
  readonly nowMs: number;
  readonly zone: string;
  readonly today: WallDate;
}

/**
 * Gives the window that a phrase means at `nowMs`, in the zone that it names or the asker's. It never ends after now.
 *
 * @throws BotError `ASK_BAD_RANGE` when it ends before it begins, has not begun or is no time at all;
 *   `details.suggestions` are phrases that would work
 */
export function resolveTime(phrase: TimePhrase, nowMs: number, askerZone: string): ResolvedTime {
  const zone = phrase.zone ?? askerZone;
  const now: Now = { nowMs, zone, today: wallTimeOf(nowMs, zone) };
  const text = phraseText(phrase);
  const { fromMs, toMs } = windowOf(phrase, now);
  if (fromMs >= toMs) throw reversed(phrase, text, fromMs === toMs && !isDays(phrase));
  if (fromMs >= nowMs) {
    throw new BotError('ASK_BAD_RANGE', `\`${text}\` has not begun yet.`, { suggestions: ['last 1h', 'today'] });
  }
  const isNamed = phrase.kind === 'between' && toMs > nowMs;
  return {
    range: { fromMs, toMs: Math.min(toMs, nowMs), zone, text },
    notes: isNamed ? ['The end of that window is still ahead: it is cut at now.'] : [],
  };
}

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

function windowOf(phrase: TimePhrase, now: Now): Window {
  switch (phrase.kind) {
    case 'back':
      return { fromMs: back(phrase.amounts, now.nowMs, now.zone), toMs: now.nowMs };
    case 'calendar':
      return calendarWindow(phrase, now);
    case 'day': {
      const date = dateOf(phrase.day, now);
      return { fromMs: startOfDate(date, now.zone), toMs: startOfDate(addDays(date, 1), now.zone) };
    }
    case 'part': {
      const date = dateOf(phrase.day, now);
      const [from, to] = PART_HOURS[phrase.part];
      return { fromMs: at(date, hourOf(from), now), toMs: at(date, hourOf(to), now) };
    }
    case 'since':
      return { fromMs: latest(phrase.from, now), toMs: now.nowMs };
    case 'around': {
      const middleMs = latest(phrase.at, now);
      return { fromMs: middleMs - AROUND_MS, toMs: middleMs + AROUND_MS };
    }
    case 'between':
      return betweenWindow(phrase.from, phrase.to, now);
  }
}

/**
 * The moment so long before another: seconds to weeks exactly, months and years by the calendar.
 *
 * @throws BotError `ASK_BAD_RANGE` beyond a thousand years
 */
export function back(amounts: readonly Amount[], ms: number, zone: string): number {
  let moved = ms;
  for (const { count, unit } of amounts) {
    const exact = EXACT_MS[unit];
    const months = unit === 'year' ? count * 12 : count;
    const years = exact === undefined ? months / 12 : (count * exact) / (365 * 86_400_000);
    if (years > OLDEST_YEARS) throw new BotError('ASK_BAD_RANGE', 'That is longer ago than anything was measured.');
    moved = exact === undefined ? shiftWall(moved, zone, { months: -Math.round(months) }) : moved - count * exact;
  }
  return Math.round(moved);
}

/** The date that a day means today. */
export function dateOf(day: Day, { today }: { readonly today: WallDate }): WallDate {
  if (day.kind === 'date') return day.date;
  if (day.kind === 'relative') return addDays(today, day.days);
  return addDays(today, -((weekdayOf(today) - day.weekday + WEEK_DAYS - 1) % WEEK_DAYS) - 1);
}

function calendarWindow({ which, unit }: Extract<TimePhrase, { kind: 'calendar' }>, now: Now): Window {
  const { today, zone } = now;
  if (unit === 'hour') {
    const { minute, second, millisecond } = wallTimeOf(now.nowMs, zone);
    return { fromMs: now.nowMs - (minute * 60 + second) * 1000 - millisecond, toMs: now.nowMs };
  }
  const starts = {
    week: addDays(today, 1 - weekdayOf(today)),
    month: { ...today, day: 1 },
    year: { ...today, month: 1, day: 1 },
  };
  const start = starts[unit];
  if (which === 'this') return { fromMs: startOfDate(start, zone), toMs: now.nowMs };
  const before = {
    week: addDays(start, -WEEK_DAYS),
    month: { ...addDays(start, -1), day: 1 },
    year: { ...start, year: start.year - 1 },
  };
  return { fromMs: startOfDate(before[unit], zone), toMs: startOfDate(start, zone) };
}

function hourOf(hour: number): ClockTime {
  return { hour, minute: 0, second: 0 };
}

function at({ year, month, day }: WallDate, clock: ClockTime, { zone }: Now): number {
  return momentOf({ year, month, day, ...clock, millisecond: 0 }, zone);
}

/** A moment by itself; a clock time still ahead today means yesterday's. */
function latest(point: Point, now: Now): number {
  if (point.kind === 'instant') return point.ms;
  if (point.kind === 'ago') return back(point.amounts, now.nowMs, now.zone);
  const clock = point.clock ?? hourOf(0);
  if (point.day) return at(dateOf(point.day, now), clock, now);
  const todayMs = at(now.today, clock, now);
  return todayMs < now.nowMs ? todayMs : at(addDays(now.today, -1), clock, now);
}

/** The end of a window; a day without a time of day is meant to its end. */
function endOf(point: Point, now: Now): number {
  if (point.kind !== 'wall' || point.clock || !point.day) return latest(point, now);
  return startOfDate(addDays(dateOf(point.day, now), 1), now.zone);
}

function betweenWindow(from: Point, to: Point, now: Now): Window {
  if (from.kind === 'wall' && to.kind === 'wall') return wallWindow(from, to, now);
  if (from.kind === 'instant' && to.kind === 'wall' && to.clock && !to.day) {
    // `2026-11-20T14:00Z to 15:00`: the next three o'clock
    const date = wallTimeOf(from.ms, now.zone);
    const toMs = at(date, to.clock, now);
    return { fromMs: from.ms, toMs: toMs < from.ms ? at(addDays(date, 1), to.clock, now) : toMs };
  }
  const toMs = endOf(to, now);
  if (from.kind === 'wall' && !from.day && from.clock && to.kind !== 'wall') {
    // `09:00 to 2h ago`: the latest nine o'clock before that.
    return { fromMs: latest(from, { ...now, nowMs: toMs, today: wallTimeOf(toMs, now.zone) }), toMs };
  }
  return { fromMs: latest(from, now), toMs };
}

type WallPoint = Extract<Point, { kind: 'wall' }>;

function wallWindow(from: WallPoint, to: WallPoint, now: Now): Window {
  if (!from.day && !to.day) return clockWindow(from, to, now);
  if (from.day && to.day) return dayWindow(from, to, now);
  if (from.day) {
    const date = dateOf(from.day, now);
    const fromMs = at(date, from.clock ?? hourOf(0), now);
    // Behind a whole day a bare clock time is today's: `yesterday to 14:00`.
    if (!from.clock) return { fromMs, toMs: at(now.today, to.clock ?? hourOf(0), now) };
    return { fromMs, toMs: at(crosses(from, to) ? addDays(date, 1) : date, to.clock ?? hourOf(0), now) };
  }
  const date = dateOf(to.day as Day, now);
  const start = crosses(from, to) ? addDays(date, -1) : date;
  return { fromMs: at(start, from.clock ?? hourOf(0), now), toMs: endOf(to, now) };
}

/** Whether a window between two times of day runs over midnight; equal times are no window. */
function crosses(from: WallPoint, to: WallPoint): boolean {
  return to.clock !== undefined && secondsOf(to.clock) < secondsOf(from.clock);
}

function secondsOf({ hour, minute, second }: ClockTime = hourOf(0)): number {
  return (hour * 60 + minute) * 60 + second;
}

/** The latest window between two times of day that has begun. */
function clockWindow(from: WallPoint, to: WallPoint, now: Now): Window {
  const [start, end] = [from.clock ?? hourOf(0), to.clock ?? hourOf(0)];
  const date = at(now.today, start, now) < now.nowMs ? now.today : addDays(now.today, -1);
  return { fromMs: at(date, start, now), toMs: at(crosses(from, to) ? addDays(date, 1) : date, end, now) };
}

function dayWindow(from: WallPoint, to: WallPoint, now: Now): Window {
  const toMs = endOf(to, now);
  const fromMs = latest(from, now);
  if (fromMs < toMs || from.day?.kind !== 'weekday') return { fromMs, toMs };
  // `tuesday to friday`, said on a Wednesday: the Tuesday before that Friday.
  const date = addDays(dateOf(from.day, now), -WEEK_DAYS);
  return { fromMs: at(date, from.clock ?? hourOf(0), now), toMs };
}

/** `today to yesterday`: the end of the one is the beginning of the other. */
function isDays(phrase: TimePhrase): boolean {
  return phrase.kind === 'between' && [phrase.from, phrase.to].every((point) => point.kind === 'wall' && !point.clock);
}

function reversed(phrase: TimePhrase, text: string, isEmpty: boolean): BotError {
  if (phrase.kind === 'day') {
    return new BotError('ASK_BAD_RANGE', `\`${text}\` was skipped by the clocks of that zone.`);
  }
  if (isEmpty || phrase.kind !== 'between')
    return new BotError('ASK_BAD_RANGE', `\`${text}\` is an empty window.`, { suggestions: ['last 1h'] });
  const swapped = phraseText({ ...phrase, from: phrase.to, to: phrase.from });
  return new BotError('ASK_BAD_RANGE', `That window ends before it begins. Did you mean \`${swapped}\`?`, {
    suggestions: [swapped],
  });
}
