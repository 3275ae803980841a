/** Times as graphite-web's `from` and `until` write them: epochs, `-1h`, `14:00_20261125`, `noon yesterday`. Pure. */
import { DateTime, IANAZone } from 'luxon';

const UNIT_S: readonly (readonly [prefix: string, seconds: number])[] = [
  ['s', 1],
  ['min', 60],
  ['h', 3_600],
  ['d', 86_400],
  ['w', 604_800],
  ['mon', 30 * 86_400],
  ['y', 365 * 86_400],
];

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** The zone to read wall clocks in; like graphite-web, an unknown name means UTC. */
export function zoneOf(name: string | null): string {
  return name !== null && IANAZone.isValidZone(name) ? name : 'UTC';
}

/**
 * Parses a time to epoch seconds.
 *
 * @returns the second, or a sentence that says what was not understood
 */
export function parseGraphiteTime(text: string, nowS: number, zone: string): number | string {
  const packed = text.trim().toLowerCase().replace(/[_, ]/g, '');
  if (/^\d+$/.test(packed) && !isDate(packed)) return Number(packed);
  const signAt = packed.search(/[+-]/);
  const reference = signAt < 0 ? packed : packed.slice(0, signAt);
  const offsetS = signAt < 0 ? 0 : parseTimeOffset(packed.slice(signAt));
  if (typeof offsetS === 'string') return offsetS;
  const baseS = parseReference(reference, nowS, zone);
  return typeof baseS === 'string' ? baseS : baseS + offsetS;
}

/** Eight digits that could be a day are a day, as in graphite-web. */
function isDate(digits: string): boolean {
  const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number) as [
    number,
    number,
    number,
  ];
  return digits.length === 8 && year > 1900 && month < 13 && day < 32;
}

/** Parses `-1h30min` or `5min` to seconds; a sentence when it is none. Bare `m` is refused, as graphite-web does. */
export function parseTimeOffset(text: string): number | string {
  const sign = text.startsWith('-') ? -1 : 1;
  const body = text.replace(/^[+-]/, '');
  if (body === '') return 0;
  if (!/^(?:\d{1,9}[a-z]+)+$/.test(body)) return `Invalid offset: ${text.slice(0, 40)}`;
  let totalS = 0;
  for (const [, amount, unit] of body.matchAll(/(\d+)([a-z]+)/g)) {
    const seconds = UNIT_S.find(([prefix]) => (unit as string).startsWith(prefix))?.[1];
    if (seconds === undefined) return `Invalid offset unit '${(unit as string).slice(0, 20)}'`;
    totalS += Number(amount) * seconds;
  }
  return sign * totalS;
}

function parseReference(reference: string, nowS: number, zone: string): number | string {
  if (reference === '' || reference === 'now') return nowS;
  const { hour, minute, rest } = takeTimeOfDay(reference);
  const day = dayOf(rest, DateTime.fromSeconds(nowS, { zone }));
  const moment = day?.set({ hour, minute, second: 0, millisecond: 0 });
  if (moment === undefined || !moment.isValid || hour > 23 || minute > 59) {
    return `Unknown day reference: ${reference.slice(0, 40)}`;
  }
  return Math.floor(moment.toSeconds());
}

/** Takes `14:00`, `9am` or a word from the front; `12pm` is midnight, a known fault of graphite-web that is kept. */
function takeTimeOfDay(reference: string): { hour: number; minute: number; rest: string } {
  const words: readonly (readonly [string, number])[] = [
    ['noon', 12],
    ['midnight', 0],
    ['teatime', 16],
  ];
  for (const [word, hour] of words) {
    if (reference.startsWith(word)) return { hour, minute: 0, rest: reference.slice(word.length) };
  }
  const clock = /^(\d{1,2}):(\d{2})(am|pm)?/.exec(reference) ?? /^(\d{1,2})()(am|pm)/.exec(reference);
  if (clock === null) return { hour: 0, minute: 0, rest: reference };
  const hour = clock[3] === 'pm' ? (Number(clock[1]) + 12) % 24 : Number(clock[1]);
  return { hour, minute: Number(clock[2] ?? 0), rest: reference.slice(clock[0].length) };
}

function dayOf(text: string, now: DateTime): DateTime | undefined {
  if (text === '' || text === 'today') return now;
  if (text === 'yesterday') return now.minus({ days: 1 });
  if (text === 'tomorrow') return now.plus({ days: 1 });
  if (/^\d{8}$/.test(text)) {
    return atDate(now, Number(text.slice(0, 4)), Number(text.slice(4, 6)), Number(text.slice(6)));
  }
  const slashed = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})$/.exec(text);
  if (slashed) {
    const [month, day, year] = slashed.slice(1).map(Number) as [number, number, number];
    return atDate(now, year < 70 ? year + 2000 : year < 1900 ? year + 1900 : year, month, day);
  }
  const named = /^([a-z]{3})[a-z]*(\d{1,2})$/.exec(text);
  if (named && MONTHS.includes(named[1] as string)) {
    return atDate(now, now.year, MONTHS.indexOf(named[1] as string) + 1, Number(named[2]));
  }
  const weekday = WEEKDAYS.indexOf(text.slice(0, 3));
  return weekday < 0 ? undefined : now.minus({ days: (now.weekday - 1 - weekday + 7) % 7 });
}

function atDate(now: DateTime, year: number, month: number, day: number): DateTime {
  return DateTime.fromObject({ year, month, day }, { zone: now.zone });
}
