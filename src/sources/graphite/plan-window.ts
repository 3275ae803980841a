/** From a window to the numbers that `/render` is asked with. Pure. */
import type { FetchWindow } from '../source.ts';

/** What is sent; seconds since the Unix epoch, for Graphite knows no finer time. */
export interface WindowPlan {
  readonly fromSeconds: number;
  readonly untilSeconds: number;
  readonly maxDataPoints: number;
  /** Sent as Graphite's own "now", so that "last 6h" reads the archive of exactly six hours; only in live windows. */
  readonly nowSeconds?: number;
  /** IANA zone, for functions that cut at days. */
  readonly zone: string;
  /** Whether the window ends at about now, where points are still being written. */
  readonly isLive: boolean;
}

/** A window that ends this close to now shows points that are not settled: carbon writes late, clocks differ. */
const LIVE_MS = 2 * 60_000;
/** Beyond the end of a settled window, so that the last bucket is whole: Graphite's buckets are up to twice as wide. */
const BUCKETS_AFTER = 2;
/** Before its start: functions such as `perSecond` have no value for their first point, and most archives have 60 s. */
const BEFORE_SECONDS = 60;

/**
 * Plans a request for `[fromMs, toMs)`. Graphite gives what lies after `from` and up to `until`, so both are the last whole
 * second before. Settled windows are widened at both ends (the caller cuts them off again): the server
 * starts its buckets at multiples of their width and fills the last one only as far as it was asked. A live window
 * keeps its start, because a second more can mean a coarser archive.
 */
export function planWindow({ fromMs, toMs, zone, maxPoints }: FetchWindow, nowMs: number): WindowPlan {
  const points = Math.max(2, Math.floor(maxPoints));
  const firstSeconds = Math.ceil(fromMs / 1000) - 1;
  const lastSeconds = Math.ceil(toMs / 1000) - 1;
  const isLive = toMs > nowMs - LIVE_MS;
  if (isLive) {
    return {
      fromSeconds: firstSeconds,
      untilSeconds: Math.max(lastSeconds, firstSeconds + 1),
      maxDataPoints: points,
      zone,
      isLive,
      nowSeconds: lastSeconds,
    };
  }
  const bucketSeconds = Math.max(1, Math.ceil((toMs - fromMs) / 1000 / points));
  const before = Math.max(bucketSeconds, BEFORE_SECONDS);
  const after = bucketSeconds * BUCKETS_AFTER;
  return {
    fromSeconds: firstSeconds - before,
    untilSeconds: Math.min(lastSeconds + after, Math.ceil(nowMs / 1000)),
    maxDataPoints: points + Math.ceil((before + after) / bucketSeconds),
    zone,
    isLive,
  };
}

/**
 * Whether Graphite may have put several points into one: it halves, so consolidated rows have more than half of the
 * points asked for. Archives as dense as that look the same; for them the answer costs one point.
 */
export function mayBeConsolidated(stepMs: number, { fromSeconds, untilSeconds, maxDataPoints }: WindowPlan): boolean {
  return ((untilSeconds - fromSeconds) * 1000) / stepMs > maxDataPoints / 2 - 1;
}
