/** What a chart of alerts shows beside its data: when it fired, who fired, beyond which limit; and which window shows it. Pure. */
import type { Severity, Threshold } from './annotation.ts';

/** A series of the chart that fires, or fired. */
export interface AlertMember {
  /** Name of the series. */
  readonly name: string;
  /** When it began to fire, ms since the Unix epoch. */
  readonly fromMs: number;
  /** When it ended, ms since the Unix epoch; absent while it fires. */
  readonly toMs?: number;
}

/** The alerts that a chart belongs to. */
export interface AlertView {
  /** Of the rule: `HighCpu`. */
  readonly name: string;
  /** The first of them began, ms since the Unix epoch. */
  readonly fromMs: number;
  /** The last of them ended, ms since the Unix epoch; absent while one fires. */
  readonly toMs?: number;
  /** Those whose series are known by name, in any order; none where the chart is of something else. */
  readonly members: readonly AlertMember[];
  /** How many alerts there are, where `members` cannot hold them all; at least one. */
  readonly count: number;
  /** What the series are, many of them: `instances`. */
  readonly noun?: string;
  /** How bad; absent: critical. */
  readonly severity?: Severity;
  /** Whether it fires for want of values. */
  readonly isNoData?: boolean;
  /** Whether nothing was heard of it for so long that nobody knows whether it fires. */
  readonly isSilent?: boolean;
  /** What the rule compares with, in the unit of the series. */
  readonly limit?: Pick<Threshold, 'op' | 'value'>;
  /** How long the limit must be passed, ms, where the rule says. */
  readonly forMs?: number;
}

/** A window that shows an alert. */
export interface AlertWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** In words of the time grammar where it ends now, else empty. */
  readonly text: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** What people ask for; the first one that is long enough is taken. */
const SPANS: readonly (readonly [text: string, ms: number])[] = [
  ...[1, 2, 3, 6, 12, 24].map((hours) => [`last ${hours}h`, hours * HOUR_MS] as const),
  ...[2, 3, 7, 14, 30].map((days) => [`last ${days}d`, days * 24 * HOUR_MS] as const),
];
const LONGEST = SPANS.at(-1) as (typeof SPANS)[number];
/** After the end of a firing at least so much is shown, as far as it has passed: that it is over is to be seen. */
const AFTER_MIN_MS = 10 * MINUTE_MS;

/**
 * The window for the chart of a firing: at least half of it lies before the firing, so that what was usual is seen.
 *
 * While it fires the window ends now; over, it ends a quarter of the firing after its end. Windows are whole spans that
 * people ask for, from an hour to 30 days; of a firing longer than half of the longest one its beginning is shown.
 * A firing that begins after now, or ends before it begins, is taken to have no length.
 *
 * @param fromMs - when it began, ms since the Unix epoch
 * @param toMs - when it ended; undefined while it fires
 * @param nowMs - the moment that "now" means
 */
export function alertWindow(fromMs: number, toMs: number | undefined, nowMs: number): AlertWindow {
  const lastMs = Math.max(fromMs, toMs ?? nowMs);
  const afterMs = toMs === undefined ? 0 : Math.max(AFTER_MIN_MS, (lastMs - fromMs) / 4);
  const endMs = Math.max(lastMs, Math.min(lastMs + afterMs, nowMs));
  const [text, spanMs] = SPANS.find(([, ms]) => ms >= 2 * (endMs - fromMs)) ?? LONGEST;
  const windowEndMs = Math.min(endMs, fromMs + spanMs / 2);
  const isToNow = windowEndMs >= nowMs;
  return { fromMs: windowEndMs - spanMs, toMs: windowEndMs, text: isToNow ? text : '' };
}
