/** Reads the times that senders write. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { DateTime } from 'luxon';

/** Years before it are Go's zero time and its like: no time at all. */
const FIRST_YEAR = 1971;
const FIRST_MS = Date.UTC(FIRST_YEAR);
/** JavaScript's last day, and far beyond what anybody means. */
const LAST_YEAR = 9999;
/** Below so many it is seconds, then ms, then µs, else ns. */
const [SECONDS_BELOW, MS_BELOW, US_BELOW] = [1e11, 1e14, 1e17];

/** What stands for no time: nothing, zero, a placeholder that was not filled. */
const NO_TIME = /^(?:[-0.:\sTZ]*|[{$%<].*|n\/?a|nil|none|null|never|unknown|undefined)$/is;
/** One body may have thousands of times; an operator wants to see some. */
const UNREADABLE_MAX = 100;

const unreadable = new AsyncLocalStorage<unknown[]>();

/**
 * A moment, or nothing for what is none: absent, zero, a placeholder that was not filled. What stands for one and cannot be read is
 * nothing too, and is noted by {@link noting}.
 */
export function timeOf(value: unknown, zone = 'UTC'): Date | undefined {
  const ms = msOf(value, zone);
  const date = checked(ms);
  const isEmpty = value === undefined || value === null || (typeof value === 'string' && NO_TIME.test(value.trim()));
  if (date || isEmpty || ms < FIRST_MS) return date;
  const noted = unreadable.getStore();
  if (noted && noted.length < UNREADABLE_MAX) noted.push(value);
  return undefined;
}

/** Does something that reads times; gives beside what comes of it what could not be read as one. */
export function noting<Result>(read: () => Result): {
  readonly result: Result;
  readonly unreadable: readonly unknown[];
} {
  const noted: unknown[] = [];
  return { result: unreadable.run(noted, read), unreadable: noted };
}

/** A moment that is ahead of another one; nothing for any other. */
export function aheadOf(now: Date, moment: Date | undefined): Date | undefined {
  return moment !== undefined && moment.getTime() > now.getTime() ? moment : undefined;
}

/** NaN for what is no time. */
function msOf(value: unknown, zone: string): number {
  if (typeof value === 'number') return epochMs(value);
  if (typeof value !== 'string') return Number.NaN;
  const text = value.trim();
  return /^\d{9,20}(?:\.\d+)?$/.test(text) ? epochMs(Number(text)) : textMs(text, zone);
}

function epochMs(value: number): number {
  if (!Number.isFinite(value)) return Number.NaN;
  if (value < SECONDS_BELOW) return value * 1000;
  if (value < MS_BELOW) return value;
  return value < US_BELOW ? value / 1000 : value / 1e6;
}

/** RFC 3339 with any fraction; `2021-04-28 21:50:00 +0200` and `… UTC`; `2026.11.25 10:44:00` and ISO without a zone are local. */
function textMs(text: string, zone: string): number {
  const found =
    /^(\d{4})[-./](\d{2})[-./](\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[-+]\d{2}:?\d{2})?$/i.exec(
      text,
    );
  if (!found) return Number.NaN;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', offset] = found;
  const isUtc = /^(?:Z|UTC|GMT)$/i.test(offset ?? '');
  const at = offset === undefined ? zone : isUtc ? 'UTC' : `UTC${offset.slice(0, 3)}:${offset.slice(-2)}`;
  const fields = { year, month, day, hour, minute, second };
  const numbers = Object.fromEntries(Object.entries(fields).map(([name, digits]) => [name, Number(digits)]));
  const millisecond = Number(fraction.padEnd(3, '0').slice(0, 3));
  return DateTime.fromObject({ ...numbers, millisecond }, { zone: at }).toMillis();
}

function checked(ms: number): Date | undefined {
  const date = new Date(Math.floor(ms));
  const year = date.getUTCFullYear();
  return year >= FIRST_YEAR && year <= LAST_YEAR ? date : undefined;
}
