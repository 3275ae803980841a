/** Maintenance windows: what is expected to be bad needs neither context nor anybody woken; it is told and kept all the same. Pure. */
import { DateTime } from 'luxon';
import type { Alert } from '../domain/alert.ts';
import { clockTime } from '../render/clock-words.ts';
import { hasLabels } from './route.ts';

/** One window of the config; both kinds of times may be there, then both must hold. */
export interface Maintenance {
  /** As in routes. Left out: every alert. */
  readonly match?: Readonly<Record<string, readonly string[]>> | undefined;
  /** ISO 8601; without an offset by the clock of the config's zone. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** `22:00-04:00` by the clock of the config's zone; may cross midnight. */
  readonly daily?: string | undefined;
}

/** Whether any window holds for an alert at a moment. */
export function isInMaintenance(alert: Alert, windows: readonly Maintenance[], nowMs: number, zone: string): boolean {
  return windows.some(
    (window) => hasLabels(alert, window.match ?? {}) && isBetween(window, nowMs, zone) && isDaily(window, nowMs, zone),
  );
}

function isBetween({ from, to }: Maintenance, nowMs: number, zone: string): boolean {
  const at = (iso: string) => DateTime.fromISO(iso, { zone }).toMillis();
  return (from === undefined || nowMs >= at(from)) && (to === undefined || nowMs < at(to));
}

function isDaily({ daily }: Maintenance, nowMs: number, zone: string): boolean {
  if (daily === undefined) return true;
  const [from = '', to = ''] = daily.split('-');
  const now = clockTime(nowMs, zone);
  return from <= to ? now >= from && now < to : now >= from || now < to;
}
