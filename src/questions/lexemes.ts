/** The small parts of times: clocks, dates, durations, signs, words. A word such as `14:00-16:00` has three. */
import type { Token } from './tokens.ts';
import { isRealDate, type WallDate } from './wall-clock.ts';
import { type TimeUnit, UNIT_WORDS } from './words.ts';

/** So many of one unit. */
export interface Amount {
  readonly count: number;
  readonly unit: TimeUnit;
}

/** A time of day; 24:00 is the end of a day. */
export interface ClockTime {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** What one part of a word is, told apart by `kind`. */
export type Part =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'number'; readonly value: number; readonly isOrdinal: boolean; readonly text: string }
  /** `offsetMinutes` ahead of UTC where it was written, else in the asker's zone. */
  | { readonly kind: 'clock'; readonly clock: ClockTime; readonly offsetMinutes?: number }
  | { readonly kind: 'date'; readonly date: WallDate }
  | { readonly kind: 'instant'; readonly ms: number }
  | { readonly kind: 'duration'; readonly amounts: readonly Amount[] }
  | { readonly kind: 'sign'; readonly text: string }
  /** Has the shape of a time and can be none: `25:00`, `2026-02-30`. */
  | { readonly kind: 'impossible'; readonly why: string }
  | { readonly kind: 'other' };

/** A part with its place. */
export type Lexeme = Part & {
  /** Index of the word that it is a part of. */
  readonly token: number;
  /** True for the last part of its word: only there can a phrase end. */
  readonly isEnd: boolean;
  readonly at: number;
};

/** No time is written longer than this; longer words are not looked into. */
const WORD_MAX_CHARS = 64;

/** The first year of Unix time: no source keeps anything older. */
const OLDEST_YEAR = 1970;

const unitPattern = Object.keys(UNIT_WORDS)
  .sort((a, b) => b.length - a.length)
  .join('|');

type Match = RegExpExecArray;
type Rule = readonly [pattern: RegExp, make: (match: Match) => Part | readonly Part[]];

/** In order of trial; all are sticky and read no character twice. */
const RULES: readonly Rule[] = [
  [/(\d{4})-(\d{1,2})-(\d{1,2})t(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(z|[+-]\d{2}(?::?\d{2})?)(?!\d)/y, instant],
  [/(\d{4})-(\d{1,2})-(\d{1,2})t(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?/y, dateAndClock],
  [/(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/y, ([, y, m, d]) => date(y, m, d)],
  [/(\d{4})\/(\d{1,2})\/(\d{1,2})(?!\d)/y, ([, y, m, d]) => date(y, m, d)],
  [/(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/y, ([, d, m, y]) => date(y, m, d)],
  [/(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(am|pm)?(z|utc|gmt|\+\d{2}:?\d{2})?(?![\d:])/y, clock],
  [/(\d{1,2})(am|pm)(?![a-z])/y, ([, hour, half]) => clockPart(Number(hour), 0, 0, half)],
  [new RegExp(`(?:\\d{1,9}(?:[.,]\\d{1,9})?(?:${unitPattern}))+(?![\\p{L}\\d:])`, 'uy'), duration],
  [/(\d{1,2})(?:st|nd|rd|th)(?![a-z])/y, ([text, digits]) => number(text, digits, true)],
  [/\d{1,9}(?:[.,]\d{1,9})?(?![\p{L}\d:])/uy, ([text]) => number(text, text.replace(',', '.'), false)],
  [/\p{L}+/uy, ([text]) => ({ kind: 'word', text })],
  [/\.{2,3}|[-+~/]/y, ([text]) => ({ kind: 'sign', text: text.startsWith('.') ? '..' : text })],
];

/** Takes words apart, in order; quoted ones and those that hold anything else are `other`. */
export function lex(tokens: readonly Token[]): readonly Lexeme[] {
  return tokens.flatMap((token, index) => {
    const parts = token.isQuoted || token.lower.length > WORD_MAX_CHARS ? undefined : partsOf(token.lower);
    if (!parts) return [{ kind: 'other' as const, token: index, isEnd: true, at: token.at }];
    return parts.map(({ part, offset }, place) => ({
      ...part,
      token: index,
      isEnd: place === parts.length - 1,
      at: token.at + offset,
    }));
  });
}

function partsOf(word: string): { part: Part; offset: number }[] | undefined {
  const parts: { part: Part; offset: number }[] = [];
  let offset = 0;
  while (offset < word.length) {
    const found = firstMatch(word, offset);
    if (!found) return undefined;
    for (const part of [found.made].flat()) parts.push({ part, offset });
    offset += found.length;
  }
  return parts;
}

function firstMatch(word: string, offset: number): { made: Part | readonly Part[]; length: number } | undefined {
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = offset;
    const match = pattern.exec(word);
    if (match) return { made: make(match), length: match[0].length };
  }
  return undefined;
}

function number(text: string, digits: string | undefined, isOrdinal: boolean): Part {
  return { kind: 'number', value: Number(digits), isOrdinal, text };
}

function date(year: string | undefined, month: string | undefined, day: string | undefined): Part {
  const made = { year: Number(year), month: Number(month), day: Number(day) };
  const text = [year, month, day].join('-');
  if (made.year < OLDEST_YEAR) return { kind: 'impossible', why: `nothing was measured on \`${text}\`` };
  if (isRealDate(made)) return { kind: 'date', date: made };
  return { kind: 'impossible', why: `there is no such day as \`${text}\`` };
}

function clock([, hour, minute, second, half, offset]: Match): Part {
  const made = clockPart(Number(hour), Number(minute), Number(second ?? 0), half);
  if (made.kind !== 'clock' || offset === undefined) return made;
  return { ...made, offsetMinutes: minutesOf(offset) };
}

/** Makes a clock time of what was written, with `am` and `pm` counted in. */
export function clockPart(hour: number, minute: number, second: number, half?: string): Part {
  const isMidnightEnd = hour === 24 && minute === 0 && second === 0 && half === undefined;
  const isTwelve = half !== undefined && (hour < 1 || hour > 12);
  if ((hour > 23 && !isMidnightEnd) || minute > 59 || second > 59 || isTwelve) {
    const text = `${hour}:${String(minute).padStart(2, '0')}${half ?? ''}`;
    return { kind: 'impossible', why: `no clock shows \`${text}\`` };
  }
  const of24 = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  return { kind: 'clock', clock: { hour: of24, minute, second } };
}

function dateAndClock([, year, month, day, hour, minute, second]: Match): readonly Part[] {
  return [date(year, month, day), clockPart(Number(hour), Number(minute), Number(second ?? 0))];
}

function instant([, year, month, day, hour, minute, second, fraction, offset]: Match): Part {
  const [dayPart, timePart] = [date(year, month, day), clockPart(Number(hour), Number(minute), Number(second ?? 0))];
  if (dayPart.kind !== 'date') return dayPart;
  if (timePart.kind !== 'clock') return timePart;
  const ms = Math.floor(Number(`0.${fraction ?? 0}`) * 1000);
  return { kind: 'instant', ms: instantOf(dayPart.date, timePart.clock, minutesOf(offset ?? 'z')) + ms };
}

/** The moment when clocks that are `offsetMinutes` ahead of UTC show a date and time. */
export function instantOf(
  { year, month, day }: WallDate,
  { hour, minute, second }: ClockTime,
  offsetMinutes: number,
): number {
  return Date.UTC(year, month - 1, day, hour, minute - offsetMinutes, second);
}

function minutesOf(offset: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset);
  if (!match) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0));
}

function duration([text]: Match): Part {
  const amounts = [...text.replaceAll(',', '.').matchAll(/(\d+(?:\.\d+)?)(\p{L}+)/gu)].map(([, count, unit]) => ({
    count: Number(count),
    unit: UNIT_WORDS[unit as string] as TimeUnit,
  }));
  return { kind: 'duration', amounts };
}
