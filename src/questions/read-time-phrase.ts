/** The grammar of windows: finds the longest time phrase that begins at a word. */
import { BotError } from '../domain/errors.ts';
import { type Lexeme, lex } from './lexemes.ts';
import {
  dayOfThisWeek,
  isSign,
  isWord,
  type PointOptions,
  type Read,
  type Reading,
  readAmounts,
  readDay,
  readPoint,
  wordAt,
} from './read-point.ts';
import { readSpan } from './read-span.ts';
import type { Day, Point, TimePhrase } from './time-phrase.ts';
import { onlyZone, zoneAhead, zoneOf } from './time-zones.ts';
import type { Token } from './tokens.ts';
import { addDays } from './wall-clock.ts';
import { type DayPart, FULL_UNIT_WORDS, PART_HOURS, TIME_WORDS, WEEKDAY_WORDS } from './words.ts';

/** A phrase found among words. */
export interface FoundTime {
  readonly phrase: TimePhrase;
  /** How many words it takes. */
  readonly count: number;
}

/** Finds time phrases in the words of one question. */
export interface TimeScanner {
  /**
   * The longest phrase that begins at this word.
   *
   * @throws BotError `ASK_BAD_RANGE` where the word has the shape of a time and can be none: `25:00`, `2026-02-30`
   */
  at(index: number): FoundTime | undefined;
  /** A single day that begins at this word: for `vs 2026-11-20`. */
  dayAt(index: number): { readonly day: Day; readonly count: number } | undefined;
}

/** Prepares to find time phrases; `nowMs` and `zone` decide the year of dates without one. */
export function scanTimes(tokens: readonly Token[], nowMs: number, zone: string): TimeScanner {
  const zones = tokens.map(zoneOf);
  const lexemes = lex(tokens).filter(({ token }) => zones[token] === undefined);
  const firstOf = new Map<number, number>();
  lexemes.forEach((lexeme, index) => {
    if (!firstOf.has(lexeme.token)) firstOf.set(lexeme.token, index);
  });
  const reading: Reading = { lexemes, nowMs, zone };
  return {
    at(index) {
      const start = firstOf.get(index);
      if (start === undefined) return undefined;
      refuseImpossible(lexemes, start, index);
      const best = longest(reading, start);
      if (!best) return undefined;
      let count = wordsUpTo(lexemes, best.end, index);
      while (zones[index + count] !== undefined) count += 1;
      const named = zones.slice(index, index + count).filter((zone) => zone !== undefined);
      const zone = onlyZone([...named, ...writtenAhead(best, lexemes, start)], lexemes[start]?.at ?? 0);
      return { phrase: zone === undefined ? best.value : { ...best.value, zone }, count };
    },
    dayAt(index) {
      const start = firstOf.get(index);
      const day = start === undefined ? undefined : readDay(reading, start, true);
      if (!day || !lexemes[day.end - 1]?.isEnd) return undefined;
      return { day: day.value, count: wordsUpTo(lexemes, day.end, index) };
    },
  };
}

/** The zones of clock times with an offset: `09:00Z`, `09:00+02:00`. */
function writtenAhead({ value, end }: Read<TimePhrase>, lexemes: readonly Lexeme[], start: number): readonly string[] {
  return lexemes.slice(start, end).flatMap((lexeme) => {
    if (lexeme.kind !== 'clock' || lexeme.offsetMinutes === undefined) return [];
    const zone = zoneAhead(lexeme.offsetMinutes);
    if (zone !== undefined) return [zone];
    if (pointsOf(value).every(({ kind }) => kind === 'instant')) return [];
    throw new BotError('ASK_BAD_RANGE', 'No zone of that offset has a name: say one, as `09:00 Asia/Kolkata`.', {
      at: lexeme.at,
      suggestions: ['since 09:00 Asia/Kolkata', 'since 09:00 UTC'],
    });
  });
}

function pointsOf(phrase: TimePhrase): readonly Point[] {
  if (phrase.kind === 'between') return [phrase.from, phrase.to];
  if (phrase.kind === 'since') return [phrase.from];
  return phrase.kind === 'around' ? [phrase.at] : [];
}

function wordsUpTo(lexemes: readonly Lexeme[], end: number, index: number): number {
  return (lexemes[end - 1]?.token ?? index) - index + 1;
}

function refuseImpossible(lexemes: readonly Lexeme[], start: number, token: number): void {
  for (let index = start; lexemes[index]?.token === token; index += 1) {
    const lexeme = lexemes[index];
    if (lexeme?.kind !== 'impossible') continue;
    const sentence = lexeme.why.charAt(0).toUpperCase() + lexeme.why.slice(1);
    throw new BotError('ASK_BAD_RANGE', `${sentence}.`, { at: lexeme.at });
  }
}

type Reader = (reading: Reading, index: number) => Read<TimePhrase> | undefined;

function longest(reading: Reading, start: number): Read<TimePhrase> | undefined {
  let best: Read<TimePhrase> | undefined;
  for (const read of READERS) {
    const found = read(reading, start);
    // A phrase ends where a word ends: `1h` does not stand in `1h-check`.
    if (found && reading.lexemes[found.end - 1]?.isEnd && found.end > (best?.end ?? start)) best = found;
  }
  return best;
}

/** Of two that read equally far the first wins. */
const READERS: readonly Reader[] = [
  readCalendar,
  readBack,
  readPart,
  readFromTo,
  readBetween,
  readPlainRange,
  readDayThenWindow,
  readSince,
  readAround,
  readDayAgo,
  readSpan,
  readWeekend,
  readAhead,
  readWholeDay,
  readMoment,
];

function readBack(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const hasLead = isWord(reading, index, TIME_WORDS.back);
  const start = hasLead || isSign(reading, index, '-') ? index + 1 : index;
  const amounts = readAmounts(reading, start);
  if (amounts && !isWord(reading, amounts.end, TIME_WORDS.ago)) {
    return { value: { kind: 'back', amounts: amounts.value }, end: amounts.end };
  }
  const unit = hasLead ? FULL_UNIT_WORDS[wordAt(reading, start) ?? ''] : undefined;
  return unit && { value: { kind: 'back', amounts: [{ count: 1, unit }] }, end: start + 1 };
}

function readCalendar(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const isCurrent = isWord(reading, index, TIME_WORDS.current);
  if (!isCurrent && !isWord(reading, index, TIME_WORDS.calendarBefore)) return undefined;
  const unit = FULL_UNIT_WORDS[wordAt(reading, index + 1) ?? ''];
  const end = index + 2;
  if (unit === 'day' && isCurrent) return { value: { kind: 'day', day: { kind: 'relative', days: 0 } }, end };
  if (unit === 'week' || unit === 'month' || unit === 'year' || (unit === 'hour' && isCurrent)) {
    return { value: { kind: 'calendar', which: isCurrent ? 'this' : 'last', unit }, end };
  }
  return undefined;
}

function partAt(reading: Reading, index: number): DayPart | undefined {
  const word = wordAt(reading, index);
  return word !== undefined && Object.hasOwn(PART_HOURS, word) ? (word as DayPart) : undefined;
}

function readPart(reading: Reading, index: number): Read<TimePhrase> | undefined {
  if (isWord(reading, index, TIME_WORDS.tonight)) return partOf(0, 'night', index + 1);
  const next = partAt(reading, index + 1);
  if (next && isWord(reading, index, TIME_WORDS.current)) return partOf(0, next, index + 2);
  if (next && isWord(reading, index, TIME_WORDS.back)) return partOf(-1, next, index + 2);
  const day = readDay(reading, index, false);
  const part = day && partAt(reading, day.end);
  return part && { value: { kind: 'part', day: day.value, part }, end: day.end + 1 };
}

function partOf(days: number, part: DayPart, end: number): Read<TimePhrase> {
  return { value: { kind: 'part', day: { kind: 'relative', days }, part }, end };
}

function readFromTo(reading: Reading, index: number): Read<TimePhrase> | undefined {
  if (!isWord(reading, index, TIME_WORDS.from)) return undefined;
  const options = { allowsAmount: true, allowsHour: true };
  const from = readPoint(reading, index + 1, options);
  if (!from) return undefined;
  const to = isSeparator(reading, from.end) ? readEnd(reading, from, options) : undefined;
  return to ?? { value: { kind: 'since', from: from.value }, end: from.end };
}

function readBetween(reading: Reading, index: number): Read<TimePhrase> | undefined {
  if (!isWord(reading, index, TIME_WORDS.between)) return undefined;
  const from = readPoint(reading, index + 1, { allowsHour: true });
  if (!from || !isWord(reading, from.end, TIME_WORDS.betweenAnd)) return undefined;
  return readEnd(reading, from, { allowsHour: true });
}

function readPlainRange(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const from = readPoint(reading, index);
  return from && isSeparator(reading, from.end) ? readEnd(reading, from, {}) : undefined;
}

/** `yesterday from 14:00 to 16:00`: the day is that of the window behind it. */
function readDayThenWindow(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const day = readDay(reading, index, false);
  const around = day && readAround(reading, day.end);
  if (around?.value.kind === 'around' && around.value.at.kind === 'wall' && !around.value.at.day) {
    return { value: { kind: 'around', at: { ...around.value.at, day: day?.value as Day } }, end: around.end };
  }
  const window = day && (readFromTo(reading, day.end) ?? readBetween(reading, day.end));
  if (!day || window?.value.kind !== 'between') return undefined;
  const { from, to } = window.value;
  if (from.kind !== 'wall' || to.kind !== 'wall' || from.day || to.day) return undefined;
  return { value: { kind: 'between', from: { ...from, day: day.value }, to }, end: window.end };
}

/** Reads the end behind a separator; a day behind two times of day is that of the first: `23:00-01:00 yesterday`. */
function readEnd(reading: Reading, from: Read<Point>, options: PointOptions): Read<TimePhrase> | undefined {
  const isDayless = from.value.kind === 'wall' && from.value.day === undefined;
  const to = readPoint(reading, from.end + 1, { ...options, hasDayBehind: !isDayless });
  if (!to) return undefined;
  const isClock = to.value.kind === 'wall' && to.value.day === undefined;
  const day = isDayless && isClock ? readDay(reading, to.end, false) : undefined;
  return day
    ? between({ ...from.value, kind: 'wall', day: day.value } as Point, { value: to.value, end: day.end })
    : between(from.value, to);
}

function isSeparator(reading: Reading, index: number): boolean {
  return isSign(reading, index, '-', '..', '/') || isWord(reading, index, TIME_WORDS.until);
}

function between(from: Point, { value: to, end }: Read<Point>): Read<TimePhrase> {
  const isUpToNow = to.kind === 'ago' && to.amounts.length === 0;
  if (!isUpToNow) return { value: { kind: 'between', from, to }, end };
  const isBack = from.kind === 'ago' && from.amounts.length > 0;
  return { value: isBack ? { kind: 'back', amounts: from.amounts } : { kind: 'since', from }, end };
}

function readSince(reading: Reading, index: number): Read<TimePhrase> | undefined {
  if (isWord(reading, index, TIME_WORDS.after)) {
    const after = readPoint(reading, index + 1);
    const isClock = after?.value.kind === 'instant' || (after?.value.kind === 'wall' && after.value.clock);
    return after && isClock ? { value: { kind: 'since', from: after.value }, end: after.end } : undefined;
  }
  if (!isWord(reading, index, TIME_WORDS.since)) return undefined;
  const part = readPart(reading, index + 1);
  if (part?.value.kind === 'part') {
    const clock = { hour: PART_HOURS[part.value.part][0], minute: 0, second: 0 };
    return { value: { kind: 'since', from: { kind: 'wall', day: part.value.day, clock } }, end: part.end };
  }
  const from = readPoint(reading, index + 1, { allowsAmount: true, allowsHour: true });
  return from && { value: { kind: 'since', from: from.value }, end: from.end };
}

function readAround(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const isLed = isWord(reading, index, [...TIME_WORDS.around, ...TIME_WORDS.at]) || isSign(reading, index, '~');
  // `at 10`, but `at 10 hosts` and `around 2 hours ago` mean no ten o'clock.
  const isAmount = readAmounts(reading, index + 1) !== undefined;
  const at = isLed ? readPoint(reading, index + 1, { allowsHour: !isAmount }) : undefined;
  return at && { value: { kind: 'around', at: at.value }, end: at.end };
}

/** `2 days ago` is that whole day, as `yesterday` is. */
function readDayAgo(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const amounts = readAmounts(reading, index);
  if (!amounts || !isWord(reading, amounts.end, TIME_WORDS.ago)) return undefined;
  const [only, more] = amounts.value;
  if (only?.unit !== 'day' || more || !Number.isInteger(only.count)) return undefined;
  return { value: { kind: 'day', day: { kind: 'relative', days: -only.count } }, end: amounts.end + 1 };
}

function readWholeDay(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const day = readDay(reading, index, false);
  return day && { value: { kind: 'day', day: day.value }, end: day.end };
}

const SATURDAY = 6;

/** `this weekend` is that of the week that today is in; any other is the latest that is over. */
function readWeekend(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const isCurrent = isWord(reading, index, TIME_WORDS.current);
  const isLed = isCurrent || isWord(reading, index, [...TIME_WORDS.back, ...TIME_WORDS.on]);
  const at = isLed ? index + 1 : index;
  if (!isWord(reading, at, TIME_WORDS.weekend)) return undefined;
  const saturday = dayOfThisWeek(SATURDAY, reading);
  const day = saturday.kind === 'date' && !isCurrent ? addDays(saturday.date, -7) : undefined;
  const from: Day = day ? { kind: 'date', date: day } : saturday;
  const to: Day = from.kind === 'date' ? { kind: 'date', date: addDays(from.date, 1) } : from;
  return { value: { kind: 'between', from: { kind: 'wall', day: from }, to: { kind: 'wall', day: to } }, end: at + 1 };
}

/**
 * `next week`: never understood.
 *
 * @throws BotError `ASK_BAD_RANGE`
 */
function readAhead(reading: Reading, index: number): undefined {
  const word = wordAt(reading, index + 1) ?? '';
  if (!isWord(reading, index, TIME_WORDS.next)) return;
  const isTime = [FULL_UNIT_WORDS, WEEKDAY_WORDS].some((table) => Object.hasOwn(table, word));
  if (!isTime && !isWord(reading, index + 1, TIME_WORDS.weekend)) return;
  throw new BotError('ASK_BAD_RANGE', `\`${wordAt(reading, index)} ${word}\` has not begun yet.`, {
    at: reading.lexemes[index]?.at ?? 0,
    suggestions: ['last 1h', 'today'],
  });
}

/** A moment alone: `now-6h` is a window up to now, any other is looked at from both sides. */
function readMoment(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const point = readPoint(reading, index);
  if (!point) return undefined;
  if (point.value.kind !== 'ago') return { value: { kind: 'around', at: point.value }, end: point.end };
  const isNow = point.value.amounts.length === 0;
  if (isNow) return undefined;
  const isAgo = isWord(reading, point.end - 1, TIME_WORDS.ago);
  const value: TimePhrase = isAgo
    ? { kind: 'around', at: point.value }
    : { kind: 'back', amounts: point.value.amounts };
  return { value, end: point.end };
}
