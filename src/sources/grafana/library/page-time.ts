/** Times as Grafana's addresses and dashboards have them: `now-6h`, `now/d`, ms, ISO. Pure. */
import { DateTime } from 'luxon';

const UNITS = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  M: 'month',
  Q: 'quarter',
  y: 'year',
} as const;

type Unit = (typeof UNITS)[keyof typeof UNITS];

const isUnit = (letter: string): letter is keyof typeof UNITS => Object.hasOwn(UNITS, letter);

/** Epochs are taken for ms from this on; below it no time that somebody means would be (a day of 1970). */
const MS_MIN = 1e11;

/**
 * A moment of an address or a dashboard, in ms since the Unix epoch; `undefined` for what is none. Ten digits are
 * seconds, thirteen ms.
 *
 * @param isEnd - whether `/d` goes to the end of the day instead of its beginning
 */
export function readMoment(text: string, nowMs: number, zone: string, isEnd = false): number | undefined {
  const trimmed = text.trim();
  if (trimmed.startsWith('now')) return relative(trimmed.slice(3), nowMs, zone, isEnd);
  if (/^\d{9,16}$/.test(trimmed)) {
    const number = Number(trimmed);
    return number >= MS_MIN ? number : number * 1000;
  }
  const compact = /^\d{8}(?:T\d{6})?$/.test(trimmed);
  if (!compact && !/^\d{4}-\d\d-\d\d/.test(trimmed)) return undefined;
  const moment = DateTime.fromISO(trimmed.replace(' ', 'T'), { zone });
  return moment.isValid ? moment.toMillis() : undefined;
}

/** `-6h`, `-1d/d`, `/w`, `+30m`: steps from now, by the calendar of the zone. */
function relative(math: string, nowMs: number, zone: string, isEnd: boolean): number | undefined {
  let moment = DateTime.fromMillis(nowMs, { zone });
  let rest = math.replace(/\s+/g, '');
  while (rest !== '') {
    const [whole, sign, amount, letter = ''] = /^([+\-/])(\d*)f?([smhdwMQy])/.exec(rest) ?? [];
    if (whole === undefined || !isUnit(letter)) return undefined;
    const unit: Unit = UNITS[letter];
    const count = amount === '' ? 1 : Number(amount);
    if (count > 100_000) return undefined;
    if (sign === '/') moment = isEnd ? moment.endOf(unit).plus(1) : moment.startOf(unit);
    else moment = sign === '-' ? moment.minus({ [unit]: count }) : moment.plus({ [unit]: count });
    rest = rest.slice(whole.length);
  }
  return moment.isValid ? moment.toMillis() : undefined;
}

/** A window of an address; `undefined` where an end is missing, cannot be read, or the window is empty. */
export function readWindow(
  from: string | null | undefined,
  to: string | null | undefined,
  nowMs: number,
  zone: string,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (!from) return undefined;
  const fromMs = readMoment(from, nowMs, zone);
  const toMs = readMoment(to || 'now', nowMs, zone, true);
  if (fromMs === undefined || toMs === undefined) return undefined;
  const endMs = Math.min(toMs, nowMs);
  return fromMs < endMs ? { fromMs, toMs: endMs } : undefined;
}

const WHOLE: Readonly<Record<string, string>> = {
  'now/d now': 'today',
  'now/d now/d': 'today',
  'now/w now': 'this week',
  'now/w now/w': 'this week',
  'now/M now': 'this month',
  'now/M now/M': 'this month',
  'now-1d/d now-1d/d': 'yesterday',
  'now-1w/w now-1w/w': 'last week',
  'now-1M/M now-1M/M': 'last month',
};

/** A saved window in the words of our questions: `6h`, `today`; `undefined` where they have none. */
export function rangeTextOf(from: string | undefined, to: string | undefined): string | undefined {
  if (from === undefined) return undefined;
  const words = WHOLE[`${from} ${to ?? 'now'}`];
  if (words !== undefined) return words;
  const [, amount = '', letter = ''] = /^now-(\d{1,5})([smhdwMy])$/.exec(from) ?? [];
  if ((to ?? 'now') !== 'now' || letter === '' || Number(amount) === 0) return undefined;
  if (letter === 'M') return `${Number(amount) * 30}d`;
  return letter === 'y' ? `${Number(amount) * 365}d` : `${amount}${letter}`;
}
