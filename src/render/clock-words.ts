/** Times and durations as people say them: windows with both ends and their zone, moments with a date only where needed. Pure. */
import { DateTime } from 'luxon';
import { formatDuration, THIN_SPACE } from '../domain/format-number.ts';
import type { TimeRange } from '../domain/time-range.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Windows shorter than this are told with seconds. */
const SECONDS_BELOW_MS = 5 * MINUTE_MS;

/** Locales whose readers use a zone's letters; each knows those of its own part of the world. */
const LETTER_LOCALES = ['en-GB', 'en-US', 'en-AU', 'en-IN', 'en-ZA', 'en-NZ'];

const lettersCache = new Map<string, string>();
/** One entry per zone and offset that anybody asked in; a zone has a handful over the years. */
const LETTERS_CACHE_MAX = 500;

/** The zone's letters at a moment: `CET`, `CEST`, `EST`; where it has none, its offset: `UTC+9`, `UTC−3`. */
export function zoneWords(timeMs: number, zone: string): string {
  const at = localTime(timeMs, zone);
  const key = `${at.zoneName} ${at.offset}`;
  const known = lettersCache.get(key);
  if (known !== undefined) return known;
  const words = zoneLetters(timeMs, at.zoneName ?? 'UTC') ?? offsetWords(at.offset);
  if (lettersCache.size >= LETTERS_CACHE_MAX) lettersCache.clear();
  lettersCache.set(key, words);
  return words;
}

/**
 * A window with both ends and its zone: `10:02–11:02 CET`; another day's is dated, `Tue 24 Nov 14:00–16:00 CET`; over
 * several days each end is, `Tue 24 Nov 11:02 – today 11:02 CET`; at a change of the clocks both ends name their zone.
 * With `zone: false` the zone is left out, for a second window on the same line.
 */
export function windowWords(range: TimeRange, nowMs: number, { zone: isZoned = true } = {}): string {
  const { fromMs, toMs, zone } = range;
  const clock = toMs - fromMs < SECONDS_BELOW_MS ? 'HH:mm:ss' : 'HH:mm';
  const from = localTime(fromMs, zone);
  const to = localTime(toMs, zone);
  // a window up to midnight ends at 24:00 of its own day
  const isMidnight = +to === +to.startOf('day');
  const lastDay = localTime(toMs - 1, zone);
  const toClock = isMidnight ? (clock === 'HH:mm' ? '24:00' : '24:00:00') : to.toFormat(clock);
  const [fromZone, toZone] = [zoneWords(fromMs, zone), zoneWords(toMs, zone)];
  const start = `${from.toFormat(clock)}${fromZone === toZone || !isZoned ? '' : ` ${fromZone}`}`;
  const end = isZoned ? `${toClock} ${toZone}` : toClock;
  if (from.hasSame(lastDay, 'day')) {
    const date = from.hasSame(localTime(nowMs, zone), 'day') ? '' : `${dayWords(fromMs, zone, nowMs)} `;
    return `${date}${start}–${end}`;
  }
  const [firstDay, endDay] = [dayWords(fromMs, zone, nowMs), dayWords(toMs - 1, zone, nowMs)];
  return `${firstDay} ${start} – ${endDay} ${end}`;
}

/** A moment that an answer is of: `as of 11:00 UTC`, of another day `as of Tue 24 Nov 11:00 UTC`. */
export function asOfWords(timeMs: number, zone: string, nowMs: number): string {
  const time = localTime(timeMs, zone);
  const isToday = time.hasSame(localTime(nowMs, zone), 'day');
  return `as of ${isToday ? '' : `${dayWords(timeMs, zone, nowMs)} `}${time.toFormat('HH:mm')} ${zoneWords(timeMs, zone)}`;
}

/** A day: `today`, `Tue 24 Nov`, in another year `Tue 24 Nov 2025`. */
function dayWords(timeMs: number, zone: string, nowMs: number): string {
  const day = localTime(timeMs, zone);
  const today = localTime(nowMs, zone);
  if (day.hasSame(today, 'day')) return 'today';
  return day.toFormat(day.year === today.year ? 'EEE d LLL' : 'EEE d LLL y');
}

/** Says moments of one line, in order; see {@link createTimeTeller}. */
export interface TimeTeller {
  /** `10:47`, `Tue 24 Nov 15:59`. */
  moment(timeMs: number): string;
  /** As it follows a value: `at 10:47`, `Tue 24 Nov 15:59`. */
  when(timeMs: number): string;
  /** Both ends: `10:44–10:50`, `Tue 24 Nov 23:50 – today 00:10`; one moment where both are written alike. */
  span(fromMs: number, toMs: number): string;
}

/**
 * Gives a teller for the moments of one line. Today's are clock times alone. In a window of another day the first moment
 * carries the date and the others are of that day; in a window of several days every moment that is not today's has its
 * date. An hour that the clocks repeat is told with its zone.
 */
export function createTimeTeller(range: TimeRange, nowMs: number): TimeTeller {
  const { fromMs, toMs, zone } = range;
  const format = toMs - fromMs < SECONDS_BELOW_MS ? 'HH:mm:ss' : 'HH:mm';
  const isOneDay = isoDay(fromMs, zone) === isoDay(toMs - 1, zone);
  let told = isoDay(nowMs, zone);
  const clock = (timeMs: number) => {
    const at = localTime(timeMs, zone);
    const isTwice = at.getPossibleOffsets().length > 1;
    return `${at.toFormat(format)}${isTwice ? ` ${zoneWords(timeMs, zone)}` : ''}`;
  };
  const moment = (timeMs: number) => {
    const day = isoDay(timeMs, zone);
    if (day === told) return clock(timeMs);
    if (isOneDay) told = day;
    return `${dayWords(timeMs, zone, nowMs)} ${clock(timeMs)}`;
  };
  return {
    moment,
    when(timeMs) {
      const words = moment(timeMs);
      return /^\d/.test(words) ? `at ${words}` : words;
    },
    span(startMs, endMs) {
      const start = moment(startMs);
      if (isoDay(startMs, zone) !== isoDay(endMs, zone)) return `${start} – ${momentOf(endMs)}`;
      return clock(startMs) === clock(endMs) ? start : `${start}–${clock(endMs)}`;
    },
  };

  function momentOf(timeMs: number): string {
    const words = moment(timeMs);
    return /^\d/.test(words) ? `${dayWords(timeMs, zone, nowMs)} ${words}` : words;
  }
}

/** The local day of a moment as ISO, for dates in questions: `2026-11-20`. */
export function isoDay(timeMs: number, zone: string): string {
  return localTime(timeMs, zone).toFormat('yyyy-MM-dd');
}

/** The local clock time of a moment: `10:45`. */
export function clockTime(timeMs: number, zone: string): string {
  return localTime(timeMs, zone).toFormat('HH:mm');
}

/**
 * From when to when something was: `10:44–11:01 CET`, within a minute `10:44 CET`; of another day `2026-11-24 10:44–11:01 CET`,
 * over several days with both. At a change of the clocks both ends name their zone.
 */
export function fromToWords(
  fromMs: number,
  toMs: number,
  { zone, nowMs }: { readonly zone: string; readonly nowMs: number },
): string {
  const [fromDay, toDay] = [isoDay(fromMs, zone), isoDay(toMs, zone)];
  const [from, to] = [clockTime(fromMs, zone), clockTime(toMs, zone)];
  const [fromZone, toZone] = [zoneWords(fromMs, zone), zoneWords(toMs, zone)];
  const start = fromDay === toDay && toDay === isoDay(nowMs, zone) ? from : `${fromDay} ${from}`;
  if (fromDay === toDay && from === to && fromZone === toZone) return `${start} ${toZone}`;
  const end = fromDay === toDay ? to : `${toDay} ${to}`;
  return `${start}${fromZone === toZone ? '' : ` ${fromZone}`}${fromDay === toDay ? '–' : ' – '}${end} ${toZone}`;
}

/** The time of a log line: `10:45:03`; of another day with its date, `11-24 23:59:58`. */
export function logTime(timeMs: number, zone: string, nowMs: number): string {
  const isToday = isoDay(timeMs, zone) === isoDay(nowMs, zone);
  return localTime(timeMs, zone).toFormat(isToday ? 'HH:mm:ss' : 'LL-dd HH:mm:ss');
}

/** How long something lasted, to the precision people want: `50 s`, `6 min`, `1.5 h`, `3.2 d`, `269 d`. */
export function spanWords(ms: number): string {
  if (ms < 90_000) return formatDuration(Math.max(1, Math.round(ms / 1000)) * 1000);
  if (ms < 90 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)}${THIN_SPACE}min`;
  const [size, unit] = ms < 48 * HOUR_MS ? [HOUR_MS, 'h'] : [DAY_MS, 'd'];
  return `${Number((ms / size).toFixed(ms < 10 * DAY_MS ? 1 : 0))}${THIN_SPACE}${unit}`;
}

/** About how long, whole and coarse: `20 min`, `9 h`, `9 days`, `13 months`, `7 years`. */
export function aboutWords(ms: number): string {
  if (ms < 2 * HOUR_MS) return `${Math.max(1, Math.round(ms / MINUTE_MS))}${THIN_SPACE}min`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)}${THIN_SPACE}h`;
  const days = ms / DAY_MS;
  if (days < 61) return `${Math.round(days)} days`;
  return days < 2 * YEAR_DAYS
    ? `${Math.round((12 * days) / YEAR_DAYS)} months`
    : `${Math.round(days / YEAR_DAYS)} years`;
}

const YEAR_DAYS = 365.25;

const LONG_UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  s: ['s', 's'],
  m: ['min', 'min'],
  min: ['min', 'min'],
  h: ['hour', 'hours'],
  d: ['day', 'days'],
  w: ['week', 'weeks'],
  mo: ['month', 'months'],
  y: ['year', 'years'],
};

/** The window's own words, written out: `last 1h` → `last 1 hour`; clock times that stand beside it anyway are left out. */
export function askedWords(text: string): string {
  const compact = /^(?:last\s+|past\s+|-)?((?:\d+(?:\.\d+)?(?:min|mo|[smhdwy]))+)$/i.exec(text.trim())?.[1];
  if (compact === undefined) {
    const words = text.replace(/\b(?:from|since|until|to|and|on)\b/gi, '');
    // dates and clock times alone would be said twice
    if (!/since/i.test(text) && !/[a-z]{3,}/i.test(words)) return '';
    return text.replace(/,?\s*(?:from\s+)?\d{1,2}:\d{2}\s*(?:-|–|to|until)\s*\d{1,2}:\d{2}\s*$/i, '').trim();
  }
  const parts = [...compact.matchAll(/(\d+(?:\.\d+)?)(min|mo|[smhdwy])/gi)].map(([, amount = '', unit = '']) => {
    const [one, many] = LONG_UNITS[unit.toLowerCase()] ?? [unit, unit];
    return `${amount} ${amount === '1' ? one : many}`;
  });
  return `last ${parts.join(' ')}`;
}

function localTime(timeMs: number, zone: string): DateTime {
  const at = DateTime.fromMillis(timeMs, { zone, locale: 'en-US' });
  return at.isValid ? at : DateTime.fromMillis(timeMs, { zone: 'utc', locale: 'en-US' });
}

function zoneLetters(timeMs: number, zone: string): string | undefined {
  for (const locale of LETTER_LOCALES) {
    const format = new Intl.DateTimeFormat(locale, { timeZone: zone, timeZoneName: 'short' });
    const name = format.formatToParts(timeMs).find((part) => part.type === 'timeZoneName')?.value;
    if (name !== undefined && /^[A-Z]{2,5}$/.test(name)) return name;
  }
  return undefined;
}

function offsetWords(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'UTC';
  const size = Math.abs(offsetMinutes);
  const minutes = size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`;
  return `UTC${offsetMinutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${minutes}`;
}
