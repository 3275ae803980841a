/** Times as Kibana's addresses and saved searches have them: `now-15m`, `now/d`, `2026-11-21T08:00:00.000Z`. Pure. */
import { DateTime, type DurationLikeObject } from 'luxon';

const UNITS: Readonly<Record<string, keyof DurationLikeObject & string>> = {
  y: 'years',
  M: 'months',
  w: 'weeks',
  d: 'days',
  h: 'hours',
  m: 'minutes',
  s: 'seconds',
};
/** Nobody types more steps than a few. */
const STEPS_MAX = 10;

/** What relative times are counted from. */
export interface DateMathContext {
  /** ms since the Unix epoch. */
  readonly nowMs: number;
  /** IANA zone, for times without one and for `/d`. */
  readonly zone: string;
}

/**
 * A time in ms since the Unix epoch; `undefined` where it is none.
 *
 * @param isEnd - whether it ends a window: then `/d` is the end of the day
 */
export function parseDateMath(text: string, { nowMs, zone }: DateMathContext, isEnd: boolean): number | undefined {
  const trimmed = text.trim();
  const [, anchor = '', steps = ''] = /^(now|.+?\|\||.+$)(.*)$/.exec(trimmed) ?? [];
  const start = anchor === 'now' ? DateTime.fromMillis(nowMs, { zone }) : absolute(anchor.replace(/\|\|$/, ''), zone);
  const parts = [...steps.matchAll(/([+-])(\d{1,6})([yMwdhms])|\/([yMwdhms])/g)];
  const isWhole = parts.map(([one]) => one).join('') === steps && parts.length <= STEPS_MAX;
  if (!start?.isValid || !isWhole) return undefined;
  const moved = parts.reduce((time, [, sign, amount, unit = '', rounded]) => {
    if (rounded !== undefined) return roundTo(time, rounded, isEnd);
    return time.plus({ [UNITS[unit] ?? 'seconds']: Number(amount) * (sign === '-' ? -1 : 1) });
  }, start);
  return moved.isValid ? moved.toMillis() : undefined;
}

function absolute(text: string, zone: string): DateTime | undefined {
  if (/^\d{13}$/.test(text)) return DateTime.fromMillis(Number(text), { zone });
  const time = DateTime.fromISO(text.replace(' ', 'T'), { zone });
  return time.isValid ? time : undefined;
}

function roundTo(time: DateTime, unit: string, isEnd: boolean): DateTime {
  const name = (UNITS[unit] ?? 'seconds').replace(/s$/, '') as 'day';
  const start = time.startOf(name);
  // the window is half-open, so that it ends where the next day begins
  return isEnd ? start.plus({ [UNITS[unit] ?? 'seconds']: 1 }) : start;
}

/** A window that is said by its length alone, as the time grammar writes it: `now-6h` to `now` is `6h`. */
export function lengthOf({ from, to }: { readonly from: string; readonly to: string }): string | undefined {
  const [, amount, unit = ''] = /^now-(\d{1,5})([smhdwMy])$/.exec(from.trim()) ?? [];
  if (amount === undefined || to.trim() !== 'now' || Number(amount) === 0) return undefined;
  if (unit === 'M') return `${Number(amount) * 30}d`;
  return unit === 'y' ? `${Number(amount) * 365}d` : `${amount}${unit}`;
}
