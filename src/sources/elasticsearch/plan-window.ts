/** From a window to the buckets that it is asked in. Pure. */
import { parseDuration } from '../../domain/duration.ts';
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest } from './bind.ts';
import type { Metric } from './block.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Buckets below a day: all of one length, from midnight UTC on. */
const FIXED: readonly (readonly [text: string, ms: number])[] = [
  ...[1, 2, 5, 10, 15, 30].map((count) => [`${count}s`, count * SECOND_MS] as const),
  ...[1, 2, 5, 10, 15, 30].map((count) => [`${count}m`, count * MINUTE_MS] as const),
  ...[1, 2, 3, 6, 12].map((count) => [`${count}h`, count * HOUR_MS] as const),
];
/** From a day on buckets follow the calendar of the zone: a day may have 23 or 25 hours. */
const CALENDAR: readonly (readonly [text: string, ms: number])[] = [
  ['1d', DAY_MS],
  ['1w', 7 * DAY_MS],
  ['1M', 30 * DAY_MS],
  ['1y', 365 * DAY_MS],
];
/** More bars than this are thinner than a line. */
const COUNT_BUCKETS = 120;
/** More samples than this no phone shows. */
const VALUE_BUCKETS = 400;
/** In one answer: servers refuse 65,536, old ones 10,000. */
const ALL_BUCKETS_MAX = 10_000;

/** Buckets of a date_histogram. */
export interface Buckets {
  /** For `date_histogram`, without the field. */
  readonly interval: Readonly<Record<string, string>>;
  /** Length of a bucket, ms; about, for those of the calendar. */
  readonly stepMs: number;
}

/** Whether a bucket's value grows while it is filled, so that nothing means 0. */
export function isSummed(metric: Metric): boolean {
  return metric === 'count' || 'sum' in metric || 'unique' in metric;
}

/** The finest buckets that the picture can show and the server gives. */
export function planBuckets({ fromMs, toMs, zone, maxPoints }: FetchWindow, request: ElasticsearchRequest): Buckets {
  const { metric, split, step } = request.block;
  const perBucket = request.groups.length * (split ? split.size + 1 : 1);
  const shown = metric === 'count' ? COUNT_BUCKETS : VALUE_BUCKETS;
  const count = Math.max(1, Math.min(shown, maxPoints, Math.floor(ALL_BUCKETS_MAX / perBucket)));
  const leastMs = Math.max((toMs - fromMs) / count, step === undefined ? 0 : (parseDuration(step) ?? 0));
  const fixed = FIXED.find(([, ms]) => ms >= leastMs);
  if (fixed) return { interval: { fixed_interval: fixed[0] }, stepMs: fixed[1] };
  const [text, stepMs] = CALENDAR.find(([, ms]) => ms >= leastMs) ?? ['1y', 365 * DAY_MS];
  return { interval: { calendar_interval: text, time_zone: zone }, stepMs };
}
