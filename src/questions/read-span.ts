/** Reads whole months and years: `in march`, `last march`, `march 2026`, `in 2025`. */
import type { Read, Reading } from './read-point.ts';
import { isWord, wordAt } from './read-point.ts';
import type { TimePhrase } from './time-phrase.ts';
import { addDays, type WallDate, wallTimeOf } from './wall-clock.ts';
import { MONTH_WORDS, TIME_WORDS } from './words.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Of Unix time: no source keeps anything older. */
const YEAR = /^(?:19[7-9]|20\d)\d$/;

/** A month or a year, from its first day to its last; a month without a year is the latest that has begun. */
export function readSpan(reading: Reading, index: number): Read<TimePhrase> | undefined {
  const isLed = isWord(reading, index, TIME_WORDS.inside);
  const isLast = isWord(reading, index, TIME_WORDS.calendarBefore);
  const at = isLed || isLast ? index + 1 : index;
  const month = monthAt(reading, at);
  const year = yearAt(reading, month === undefined ? at : at + 1);
  if (month === undefined) {
    return isLed && year !== undefined
      ? span({ year, month: 1, day: 1 }, { year, month: 12, day: 31 }, at + 1)
      : undefined;
  }
  if (year !== undefined) return spanOfMonth(year, month, at + 2);
  // `in march 5` is a day
  if ((!isLed && !isLast) || reading.lexemes[at + 1]?.kind === 'number') return undefined;
  const today = wallTimeOf(reading.nowMs, reading.zone);
  const isAhead = month > today.month || (isLast && month === today.month);
  return spanOfMonth(isAhead ? today.year - 1 : today.year, month, at + 1);
}

function monthAt(reading: Reading, index: number): number | undefined {
  const word = wordAt(reading, index) ?? '';
  return MONTH_WORDS.has(word) ? MONTHS.indexOf(word.slice(0, 3)) + 1 : undefined;
}

function yearAt({ lexemes }: Reading, index: number): number | undefined {
  const lexeme = lexemes[index];
  return lexeme?.kind === 'number' && YEAR.test(lexeme.text) ? lexeme.value : undefined;
}

function spanOfMonth(year: number, month: number, end: number): Read<TimePhrase> {
  return span({ year, month, day: 1 }, addDays({ year, month: month + 1, day: 1 }, -1), end);
}

function span(from: WallDate, to: WallDate, end: number): Read<TimePhrase> {
  const day = (date: WallDate) => ({ kind: 'wall', day: { kind: 'date', date } }) as const;
  return { value: { kind: 'between', from: day(from), to: day(to) }, end };
}
