/** What was said about time, before anybody looks at a clock; and how it is written back. Pure. */
import type { Amount, ClockTime } from './lexemes.ts';
import type { WallDate } from './wall-clock.ts';
import { type DayPart, UNIT_SHORT, WEEKDAY_NAMES } from './words.ts';

/** A calendar day, told apart by `kind`. */
export type Day =
  /** 0 is today, -1 yesterday. */
  | { readonly kind: 'relative'; readonly days: number }
  /** The latest such day before today, Monday 1. */
  | { readonly kind: 'weekday'; readonly weekday: number }
  | { readonly kind: 'date'; readonly date: WallDate };

/** A moment, told apart by `kind`. */
export type Point =
  /** So long before now; no amounts is now. */
  | { readonly kind: 'ago'; readonly amounts: readonly Amount[] }
  /** A day, a time of day, or both, in the asker's zone. */
  | { readonly kind: 'wall'; readonly day?: Day; readonly clock?: ClockTime }
  | { readonly kind: 'instant'; readonly ms: number };

/** A window, told apart by `kind`; its clocks are those of `zone`, left out those of the asker. */
export type TimePhrase = Window & { readonly zone?: string };

type Window =
  /** The sliding window up to now: `last 1h`. */
  | { readonly kind: 'back'; readonly amounts: readonly Amount[] }
  /** `this week`, and the whole `last month`. */
  | { readonly kind: 'calendar'; readonly which: 'this' | 'last'; readonly unit: 'hour' | 'week' | 'month' | 'year' }
  | { readonly kind: 'day'; readonly day: Day }
  | { readonly kind: 'part'; readonly day: Day; readonly part: DayPart }
  | { readonly kind: 'since'; readonly from: Point }
  | { readonly kind: 'between'; readonly from: Point; readonly to: Point }
  | { readonly kind: 'around'; readonly at: Point };

/** A phrase as people say it, normalised; reading it again gives an equal phrase. */
export function phraseText(phrase: TimePhrase): string {
  return phrase.zone === undefined ? windowText(phrase) : `${windowText(phrase)} ${phrase.zone}`;
}

function windowText(phrase: Window): string {
  switch (phrase.kind) {
    case 'back':
      return `last ${amountsText(phrase.amounts)}`;
    case 'calendar':
      return `${phrase.which} ${phrase.unit}`;
    case 'day':
      return dayText(phrase.day);
    case 'part':
      return partText(phrase.day, phrase.part);
    case 'since':
      return `since ${pointText(phrase.from)}`;
    case 'around':
      return `around ${pointText(phrase.at)}`;
    case 'between':
      return betweenText(phrase.from, phrase.to);
  }
}

/** `1h30m`, `90d`. */
export function amountsText(amounts: readonly Amount[]): string {
  return amounts.map(({ count, unit }) => `${count}${UNIT_SHORT[unit]}`).join('');
}

/** `90 days`, `1 hour 30 minutes`: for sentences. */
export function amountsInWords(amounts: readonly Amount[]): string {
  return amounts.map(({ count, unit }) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(' ');
}

/** `yesterday`, `on monday`, `on 2026-11-20`, `2d ago`. */
function dayText(day: Day): string {
  const bare = bareDayText(day);
  return day.kind === 'relative' ? bare : `on ${bare}`;
}

/** A date as ISO 8601 writes it. */
function dateText({ year, month, day }: WallDate): string {
  return `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`;
}

/** `14:00`, with seconds where there are any. */
function clockText({ hour, minute, second }: ClockTime): string {
  return `${pad(hour)}:${pad(minute)}${second === 0 ? '' : `:${pad(second)}`}`;
}

/** A day without `on`: `monday`, `2026-11-20`, `yesterday`. */
export function bareDayText(day: Day): string {
  if (day.kind === 'weekday') return WEEKDAY_NAMES[day.weekday - 1] ?? '';
  if (day.kind === 'date') return dateText(day.date);
  if (day.days === 0) return 'today';
  if (day.days === 1) return 'tomorrow';
  return day.days === -1 ? 'yesterday' : `${-day.days}d ago`;
}

function partText(day: Day, part: DayPart): string {
  if (day.kind === 'relative' && day.days === 0) return part === 'night' ? 'tonight' : `this ${part}`;
  if (day.kind === 'relative' && day.days === -1 && part === 'night') return 'last night';
  return `${dayText(day)} ${part}`;
}

/** A moment as it is written inside a window: `6h ago`, `yesterday 14:00`, `2026-11-20T13:00Z`. */
function pointText(point: Point): string {
  if (point.kind === 'instant') return instantText(point.ms);
  if (point.kind === 'ago') return point.amounts.length === 0 ? 'now' : `${amountsText(point.amounts)} ago`;
  const parts = [point.day && bareDayText(point.day), point.clock && clockText(point.clock)];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** ISO 8601 in UTC, without the parts that are zero. */
function instantText(ms: number): string {
  const full = new Date(ms).toISOString();
  return full.replace(/(T\d\d:\d\d)(?::00)?(?:\.000)?Z$/, '$1Z').replace(/\.000Z$/, 'Z');
}

function betweenText(from: Point, to: Point): string {
  if (from.kind === 'wall' && to.kind === 'wall' && from.clock && to.clock) {
    const day = from.day ? bareDayText(from.day) : '';
    // `wednesday 10:00 to wednesday 10:00` is a week, `wednesday 10:00-10:00` would be nothing
    const isOneDay = !to.day || (from.day && bareDayText(to.day) === day && isBefore(from.clock, to.clock));
    if (isOneDay) return `${day} ${clockText(from.clock)}-${clockText(to.clock)}`.trim();
  }
  return `${from.kind === 'ago' ? 'from ' : ''}${pointText(from)} to ${pointText(to)}`;
}

function isBefore(one: ClockTime, other: ClockTime): boolean {
  const secondsOf = ({ hour, minute, second }: ClockTime) => (hour * 60 + minute) * 60 + second;
  return secondsOf(one) < secondsOf(other);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
