/** Wall-clock arithmetic in a zone, safe on the days when clocks change. Pure. */
import { DateTime, IANAZone } from 'luxon';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** A date and time as a clock on the wall shows it; fields may overflow (`day: 0`, `hour: 24`) and are carried. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

/** A calendar date. */
export type WallDate = Pick<WallTime, 'year' | 'month' | 'day'>;

/** What the clocks of `zone` show at a moment. */
export function wallTimeOf(ms: number, zone: string): WallTime {
  const { year, month, day, hour, minute, second, millisecond } = DateTime.fromMillis(ms, { zone });
  return { year, month, day, hour, minute, second, millisecond };
}

/**
 * The moment, in ms since the Unix epoch, when the clocks of `zone` show `wall`. A time that is skipped when clocks go
 * forward moves forward by as much; one that comes twice is the first.
 */
export function momentOf(wall: WallTime, zone: string): number {
  const asUtcMs = utcOf(wall);
  const clocks = IANAZone.create(zone);
  // No zone changes its clocks twice within two days, so the offsets a day away are those before and after a change.
  const before = clocks.offset(asUtcMs - DAY_MS) * MINUTE_MS;
  const after = clocks.offset(asUtcMs + DAY_MS) * MINUTE_MS;
  const fitting = [before, after]
    .filter((offsetMs) => clocks.offset(asUtcMs - offsetMs) * MINUTE_MS === offsetMs)
    .map((offsetMs) => asUtcMs - offsetMs);
  return fitting.length > 0 ? Math.min(...fitting) : asUtcMs - before;
}

/** Local midnight that begins a date, or the first moment after it where midnight is skipped. */
export function startOfDate({ year, month, day }: WallDate, zone: string): number {
  return momentOf({ year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 }, zone);
}

/** The date `days` after another; negative goes back. */
export function addDays(date: WallDate, days: number): WallDate {
  const moved = new Date(utcOf({ ...midnight(date), day: date.day + days }));
  return { year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

/** How many days lie between two dates; negative when `to` is the earlier one. */
export function daysBetween(from: WallDate, to: WallDate): number {
  return Math.round((utcOf(midnight(to)) - utcOf(midnight(from))) / DAY_MS);
}

/** Day of the week, Monday 1 to Sunday 7. */
export function weekdayOf(date: WallDate): number {
  return new Date(utcOf(midnight(date))).getUTCDay() || 7;
}

/** Whether the calendar has this date: February has no 30th. */
export function isRealDate({ year, month, day }: WallDate): boolean {
  const same = addDays({ year, month, day }, 0);
  return same.year === year && same.month === month && same.day === day;
}

/** The same wall-clock time so many days and months later (negative: earlier); the 31st becomes the month's last. */
export function shiftWall(
  ms: number,
  zone: string,
  shift: { readonly days?: number; readonly months?: number },
): number {
  const wall = wallTimeOf(ms, zone);
  const monthIndex = wall.year * 12 + wall.month - 1 + (shift.months ?? 0);
  const [year, month] = [Math.floor(monthIndex / 12), (monthIndex % 12) + 1];
  const lastDay = addDays({ year, month: month + 1, day: 1 }, -1).day;
  const moved = addDays({ year, month, day: Math.min(wall.day, lastDay) }, shift.days ?? 0);
  return momentOf({ ...wall, ...moved }, zone);
}

function midnight(date: WallDate): WallTime {
  return { ...date, hour: 0, minute: 0, second: 0, millisecond: 0 };
}

function utcOf({ year, month, day, hour, minute, second, millisecond }: WallTime): number {
  const date = new Date(0);
  // Date.UTC reads the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, millisecond);
  return date.getTime();
}
