/** Reads moments, days and durations from the parts of words. Each reader gives what it read and where it ended. */
// Only English: all languages together take 200 ms to load.
import { strict as englishDates } from 'chrono-node/en';
import { BotError } from '../domain/errors.ts';
import { type Amount, type ClockTime, clockPart, instantOf, type Lexeme, type Part } from './lexemes.ts';
import type { Day, Point } from './time-phrase.ts';
import { zoneAhead } from './time-zones.ts';
import { addDays, daysBetween, isRealDate, wallTimeOf, weekdayOf } from './wall-clock.ts';
import {
  ARTICLES,
  CLOCK_WORDS,
  DAY_BEFORE_YESTERDAY,
  DAY_WORDS,
  FRACTION_WORDS,
  MONTH_WORDS,
  NUMBER_WORDS,
  ONE_WORDS,
  SHORT_WEEKDAY_WORDS,
  TIME_WORDS,
  type TimeUnit,
  UNIT_WORDS,
  WEEKDAY_WORDS,
} from './words.ts';

/** Parts to read, and the moment that dates without a year are read at. */
export interface Reading {
  readonly lexemes: readonly Lexeme[];
  readonly nowMs: number;
  readonly zone: string;
}

/** What was read, and the index of the part behind it. */
export interface Read<Value> {
  readonly value: Value;
  readonly end: number;
}

/** What a place in a phrase allows beside the plain forms. */
export interface PointOptions {
  /** `from 6h`: an amount without `ago`. */
  readonly allowsAmount?: boolean;
  /** `from 9`, `between 9 and 17`: an hour without minutes. */
  readonly allowsHour?: boolean;
  /** False where a day behind the clock time belongs to the whole window. */
  readonly hasDayBehind?: boolean;
}

/** The longest duration in one unit; more is a slip of the finger. */
const MAX_COUNT = 99_999;

/** The word at `index`; undefined for anything else. */
export function wordAt({ lexemes }: Reading, index: number): string | undefined {
  const lexeme = lexemes[index];
  return lexeme?.kind === 'word' ? lexeme.text : undefined;
}

/** Whether the word at `index` is one of a list. */
export function isWord(reading: Reading, index: number, list: readonly string[]): boolean {
  const word = wordAt(reading, index);
  return word !== undefined && list.includes(word);
}

/** Whether the sign at `index` is this one. */
export function isSign({ lexemes }: Reading, index: number, ...texts: readonly string[]): boolean {
  const lexeme = lexemes[index];
  return lexeme?.kind === 'sign' && texts.includes(lexeme.text);
}

/** `1h30m`, `90 minutes`, `two hours`, `half an hour`, `1 hour and 30 minutes`. */
export function readAmounts(reading: Reading, index: number): Read<readonly Amount[]> | undefined {
  let read = readAmount(reading, index);
  while (read) {
    const from = isWord(reading, read.end, TIME_WORDS.and) ? read.end + 1 : read.end;
    const more = readAmount(reading, from);
    // `1h 30m` is one duration, `1h 2h` are two.
    if (!more || !isSmaller(more.value[0], read.value.at(-1))) break;
    read = { value: [...read.value, ...more.value], end: more.end };
  }
  if (!read?.value.every(({ count }) => count > 0 && count <= MAX_COUNT)) return undefined;
  return { value: read.value.map(withoutFraction), end: read.end };
}

const UNIT_ORDER: readonly TimeUnit[] = ['second', 'minute', 'hour', 'day', 'week', 'month', 'year'];

function isSmaller(next: Amount | undefined, before: Amount | undefined): boolean {
  if (!next || !before) return false;
  return UNIT_ORDER.indexOf(next.unit) < UNIT_ORDER.indexOf(before.unit);
}

/** What a fraction is counted in instead: half an hour is 30 minutes. */
const SMALLER: Readonly<Partial<Record<TimeUnit, Amount>>> = {
  minute: { count: 60, unit: 'second' },
  hour: { count: 60, unit: 'minute' },
  day: { count: 24, unit: 'hour' },
  week: { count: 7, unit: 'day' },
  year: { count: 12, unit: 'month' },
};

function withoutFraction(amount: Amount): Amount {
  const smaller = Number.isInteger(amount.count) ? undefined : SMALLER[amount.unit];
  return smaller ? withoutFraction({ count: amount.count * smaller.count, unit: smaller.unit }) : amount;
}

function readAmount(reading: Reading, index: number): Read<readonly Amount[]> | undefined {
  const lexeme = reading.lexemes[index];
  if (lexeme?.kind === 'duration') return { value: lexeme.amounts, end: index + 1 };
  const word = wordAt(reading, index) ?? '';
  const start = ONE_WORDS.has(word) ? index + 1 : index;
  const fraction = Object.hasOwn(FRACTION_WORDS, wordAt(reading, start) ?? '')
    ? FRACTION_WORDS[wordAt(reading, start) ?? '']
    : undefined;
  if (fraction !== undefined) {
    const of = isWord(reading, start + 1, TIME_WORDS.of) ? start + 2 : start + 1;
    return amountOf(fraction, reading, ONE_WORDS.has(wordAt(reading, of) ?? '') ? of + 1 : of);
  }
  if (lexeme?.kind === 'number' && !lexeme.isOrdinal) return amountOf(lexeme.value, reading, index + 1);
  const count = ONE_WORDS.has(word) ? 1 : NUMBER_WORDS[word];
  return count === undefined ? undefined : amountOf(count, reading, index + 1);
}

function amountOf(count: number, reading: Reading, at: number): Read<readonly Amount[]> | undefined {
  const unit: TimeUnit | undefined = UNIT_WORDS[wordAt(reading, at) ?? ''];
  return unit && { value: [{ count, unit }], end: at + 1 };
}

/** A moment: `now-6h`, `6h ago`, `yesterday 14:00`, `14:00 yesterday`, `2026-11-20T14:00:00+01:00`, `noon`. */
export function readPoint(reading: Reading, index: number, options: PointOptions = {}): Read<Point> | undefined {
  const lexeme = reading.lexemes[index];
  if (lexeme?.kind === 'instant') return { value: { kind: 'instant', ms: lexeme.ms }, end: index + 1 };
  return readAgo(reading, index, options) ?? readWall(reading, index, options);
}

function readAgo(reading: Reading, index: number, { allowsAmount }: PointOptions): Read<Point> | undefined {
  if (isWord(reading, index, TIME_WORDS.now)) {
    const amounts = isSign(reading, index + 1, '-') ? readAmounts(reading, index + 2) : undefined;
    return { value: { kind: 'ago', amounts: amounts?.value ?? [] }, end: amounts?.end ?? index + 1 };
  }
  const sign = isSign(reading, index, '-') ? 1 : 0;
  const amounts = readAmounts(reading, index + sign);
  if (!amounts) return undefined;
  const isAgo = isWord(reading, amounts.end, TIME_WORDS.ago);
  if (!isAgo && !allowsAmount && sign === 0) return undefined;
  return { value: { kind: 'ago', amounts: amounts.value }, end: isAgo ? amounts.end + 1 : amounts.end };
}

function readWall(reading: Reading, index: number, options: PointOptions): Read<Point> | undefined {
  const day = readDay(reading, index, true);
  if (day) {
    const at = isWord(reading, day.end, TIME_WORDS.at) ? day.end + 1 : day.end;
    const clock = readClock(reading, at, { allowsHour: at > day.end });
    return clock ? pointOf(clock, day.value, clock.end) : { value: { kind: 'wall', day: day.value }, end: day.end };
  }
  const clock = readClock(reading, isWord(reading, index, TIME_WORDS.at) ? index + 1 : index, options);
  if (!clock) return undefined;
  if (options.hasDayBehind === false) return pointOf(clock, undefined, clock.end);
  const after = readDay(reading, isWord(reading, clock.end, TIME_WORDS.of) ? clock.end + 1 : clock.end, false);
  return pointOf(clock, after?.value, after?.end ?? clock.end);
}

type ClockPart = Extract<Part, { kind: 'clock' }>;

function pointOf({ value }: Read<ClockPart>, day: Day | undefined, end: number): Read<Point> {
  const { offsetMinutes } = value;
  if (offsetMinutes !== undefined && day?.kind === 'date' && zoneAhead(offsetMinutes) === undefined) {
    return { value: { kind: 'instant', ms: instantOf(day.date, value.clock, offsetMinutes) }, end };
  }
  return { value: { kind: 'wall', ...(day && { day }), clock: value.clock }, end };
}

function readClock(reading: Reading, index: number, { allowsHour }: PointOptions): Read<ClockPart> | undefined {
  const lexeme = reading.lexemes[index];
  if (lexeme?.kind === 'clock') {
    const half = halfAt(reading, index + 1);
    const { hour, minute, second } = lexeme.clock;
    const made = half && hour >= 1 && hour <= 12 ? clockPart(hour, minute, second, half) : lexeme;
    return made.kind === 'clock' ? { value: made, end: made === lexeme ? index + 1 : index + 2 } : undefined;
  }
  const named = CLOCK_WORDS[wordAt(reading, index) ?? ''];
  if (named !== undefined) return { value: { kind: 'clock', clock: at(named) }, end: index + 1 };
  if (lexeme?.kind !== 'number' || lexeme.isOrdinal || !Number.isInteger(lexeme.value)) return undefined;
  const half = halfAt(reading, index + 1);
  if (!half && (!allowsHour || lexeme.text.length > 2)) return undefined;
  const made = clockPart(lexeme.value, 0, 0, half);
  return made.kind === 'clock' ? { value: made, end: half ? index + 2 : index + 1 } : undefined;
}

function at(hour: number): ClockTime {
  return { hour, minute: 0, second: 0 };
}

function halfAt(reading: Reading, index: number): 'am' | 'pm' | undefined {
  if (isWord(reading, index, TIME_WORDS.am)) return 'am';
  return isWord(reading, index, TIME_WORDS.pm) ? 'pm' : undefined;
}

/**
 * A day: `yesterday`, `on monday`, `last friday`, `2026-11-20`, `20 november`, `nov 20th 2026`.
 *
 * @param isInside - true behind words that announce a time, where short weekdays (`since mon`) are days too
 */
export function readDay(reading: Reading, index: number, isInside: boolean): Read<Day> | undefined {
  const isOn = isWord(reading, index, TIME_WORDS.on);
  const isLast = isWord(reading, index, TIME_WORDS.back);
  const start = isOn || isLast ? index + 1 : index;
  const word = wordAt(reading, start) ?? '';
  const weekday = WEEKDAY_WORDS[word] ?? (isOn || isLast || isInside ? SHORT_WEEKDAY_WORDS[word] : undefined);
  if (weekday !== undefined) return { value: { kind: 'weekday', weekday }, end: start + 1 };
  if (isLast) return undefined;
  const ofWeek = isWord(reading, start, TIME_WORDS.current)
    ? WEEKDAY_WORDS[wordAt(reading, start + 1) ?? '']
    : undefined;
  if (ofWeek !== undefined) return { value: dayOfThisWeek(ofWeek, reading), end: start + 2 };
  if (DAY_BEFORE_YESTERDAY.every((part, offset) => wordAt(reading, start + offset) === part)) {
    return { value: { kind: 'relative', days: -2 }, end: start + DAY_BEFORE_YESTERDAY.length };
  }
  const days = DAY_WORDS[word];
  if (days !== undefined) return { value: { kind: 'relative', days }, end: start + 1 };
  const lexeme = reading.lexemes[start];
  if (lexeme?.kind === 'date') return { value: { kind: 'date', date: lexeme.date }, end: start + 1 };
  const bare = isWord(reading, start, [...ARTICLES]) ? start + 1 : start;
  return readDateInWords(reading, bare) ?? (bare > index ? readDayOfMonth(reading, bare) : undefined);
}

/** `this wednesday`: of the week that today is in. */
export function dayOfThisWeek(weekday: number, { nowMs, zone }: Reading): Day {
  const today = wallTimeOf(nowMs, zone);
  return { kind: 'date', date: addDays(today, weekday - weekdayOf(today)) };
}

/** `the 20th`: the latest one that is not ahead. */
function readDayOfMonth({ lexemes, nowMs, zone }: Reading, index: number): Read<Day> | undefined {
  const lexeme = lexemes[index];
  if (lexeme?.kind !== 'number' || !lexeme.isOrdinal || lexeme.value < 1 || lexeme.value > 31) return undefined;
  const today = wallTimeOf(nowMs, zone);
  for (let back = 0; back < 3; back += 1) {
    const { year, month } = addDays({ year: today.year, month: today.month - back, day: 1 }, 0);
    const date = { year, month, day: lexeme.value };
    if (isRealDate(date) && daysBetween(date, today) >= 0) return { value: { kind: 'date', date }, end: index + 1 };
  }
  return undefined;
}

/** The shapes that dates in words have, longest first; chrono-node reads what fits one. */
const DATE_SHAPES: readonly (readonly ('day' | 'of' | 'month' | 'year')[])[] = [
  ['day', 'of', 'month', 'year'],
  ['day', 'month', 'year'],
  ['month', 'day', 'year'],
  ['day', 'of', 'month'],
  ['day', 'month'],
  ['month', 'day'],
];

function readDateInWords(reading: Reading, index: number): Read<Day> | undefined {
  for (const shape of DATE_SHAPES) {
    const parts = shape.map((role, offset) => textFor(role, reading.lexemes[index + offset]));
    if (parts.some((part) => part === undefined)) continue;
    const value = dateInWords(parts.join(' '), shape.includes('year'), reading);
    if (value) return { value, end: index + shape.length };
    const at = reading.lexemes[index]?.at ?? 0;
    throw new BotError('ASK_BAD_RANGE', `There is no such day as \`${parts.join(' ')}\`.`, { at });
  }
  return undefined;
}

function textFor(role: 'day' | 'of' | 'month' | 'year', lexeme: Lexeme | undefined): string | undefined {
  if (lexeme?.kind === 'word') {
    if (role === 'month') return MONTH_WORDS.has(lexeme.text) ? lexeme.text : undefined;
    return role === 'of' && TIME_WORDS.of.some((word) => word === lexeme.text) ? 'of' : undefined;
  }
  if (lexeme?.kind !== 'number') return undefined;
  if (role === 'year') return /^\d{4}$/.test(lexeme.text) ? lexeme.text : undefined;
  return role === 'day' && lexeme.value >= 1 && lexeme.value <= 31 ? lexeme.text : undefined;
}

/** Without a year: the latest such day that is not ahead; a 29th of February may be years ago. */
const YEARS_BACK = 9;
/** Given to chrono-node where no year was said: it has every day there can be. */
const LEAP_YEAR = 2024;

function dateInWords(text: string, hasYear: boolean, { nowMs, zone }: Reading): Day | undefined {
  const start = englishDates.parse(hasYear ? text : `${text} ${LEAP_YEAR}`, new Date(nowMs))[0]?.start;
  const [year, month, day] = [start?.get('year'), start?.get('month'), start?.get('day')];
  if (year == null || month == null || day == null) return undefined;
  if (hasYear) return { kind: 'date', date: { year, month, day } };
  const today = wallTimeOf(nowMs, zone);
  for (let candidate = today.year; candidate > today.year - YEARS_BACK; candidate -= 1) {
    const date = { year: candidate, month, day };
    if (isRealDate(date) && daysBetween(date, today) >= 0) return { kind: 'date', date };
  }
  return undefined;
}
