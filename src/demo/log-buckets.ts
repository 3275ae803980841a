/** Edges of `date_histogram` buckets. Pure. */
import { DateTime, type DurationLike } from 'luxon';
import { illegal, type Json } from './elastic-error.ts';

/** More buckets than this are refused, as Elasticsearch does. */
const BUCKETS_MAX = 65_536;

const FIXED: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

type CalendarUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

const CALENDAR: Readonly<Record<string, CalendarUnit>> = {
  '1m': 'minute',
  minute: 'minute',
  '1h': 'hour',
  hour: 'hour',
  '1d': 'day',
  day: 'day',
  '1w': 'week',
  week: 'week',
  '1M': 'month',
  month: 'month',
  '1q': 'quarter',
  quarter: 'quarter',
  '1y': 'year',
  year: 'year',
};

/** Starts of the buckets that cover `[fromMs, toMs)`, and the end of the last. @throws ElasticError */
export function bucketEdges(histogram: Json, fromMs: number, toMs: number): number[] {
  const { fixed_interval: fixed, calendar_interval: calendar, time_zone: zone = 'UTC' } = histogram;
  if (calendar !== undefined) return calendarEdges(String(calendar), String(zone), fromMs, toMs);
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(String(fixed)) ?? [];
  const stepMs = Number(amount) * (FIXED[unit] ?? Number.NaN);
  if (!(stepMs > 0)) throw illegal('[date_histogram] needs [fixed_interval], such as 30s, or [calendar_interval]');
  const startMs = Math.floor(fromMs / stepMs) * stepMs;
  const count = Math.max(0, Math.ceil((toMs - startMs) / stepMs));
  if (count > BUCKETS_MAX) throw tooMany();
  return Array.from({ length: count + 1 }, (_, index) => startMs + index * stepMs);
}

function calendarEdges(interval: string, zone: string, fromMs: number, toMs: number): number[] {
  const unit = CALENDAR[interval];
  const from = DateTime.fromMillis(fromMs, { zone });
  if (unit === undefined) throw illegal(`The supplied interval [${interval.slice(0, 20)}] could not be parsed`);
  if (!from.isValid) throw illegal(`Unknown time-zone ID: ${zone.slice(0, 40)}`);
  const start = from.startOf(unit);
  const edges = [start.toMillis()];
  while ((edges.at(-1) as number) < toMs) {
    if (edges.length > BUCKETS_MAX) throw tooMany();
    const next: DurationLike = { [`${unit}s`]: edges.length };
    edges.push(start.plus(next).toMillis());
  }
  return edges;
}

function tooMany(): Error {
  return illegal(`Trying to create too many buckets. Must be less than or equal to: [${BUCKETS_MAX}]`);
}
