/** Maintenance windows: what is expected to be bad needs neither context nor anybody woken; it is told and kept all the same. Pure. */
import { DateTime } from 'luxon';
import type { Alert } from '../domain/alert.ts';
import { clockTime } from '../render/clock-words.ts';
import { hasLabels } from './match.ts';

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

/** Windows that follow on one another are one, up to so many. */
const FOLLOWING_MAX = 10;

/** Whether any window holds for an alert at a moment. */
export function isInMaintenance(alert: Alert, windows: readonly Maintenance[], nowMs: number, zone: string): boolean {
  return holding(alert, windows, nowMs, zone).length > 0;
}

/** When no window holds for an alert any more, ms, as far as can be seen ahead; nothing where none holds now. */
export function maintenanceEnd(
  alert: Alert,
  windows: readonly Maintenance[],
  nowMs: number,
  zone: string,
): number | undefined {
  let endMs = nowMs;
  for (let count = 0; count < FOLLOWING_MAX; count += 1) {
    const held = holding(alert, windows, endMs, zone);
    if (held.length === 0) break;
    endMs = Math.max(...held.map((window) => endOf(window, endMs, zone)));
  }
  return endMs > nowMs && Number.isFinite(endMs) ? endMs : undefined;
}

function holding(alert: Alert, windows: readonly Maintenance[], nowMs: number, zone: string): readonly Maintenance[] {
  return windows.filter(
    (window) => hasLabels(alert, window.match ?? {}) && isBetween(window, nowMs, zone) && isDaily(window, nowMs, zone),
  );
}

function isBetween({ from, to }: Maintenance, nowMs: number, zone: string): boolean {
  return (from === undefined || nowMs >= msOf(from, zone)) && (to === undefined || nowMs < msOf(to, zone));
}

function msOf(iso: string, zone: string): number {
  return DateTime.fromISO(iso, { zone }).toMillis();
}

function isDaily({ daily }: Maintenance, nowMs: number, zone: string): boolean {
  if (daily === undefined) return true;
  const [from = '', to = ''] = daily.split('-');
  const now = clockTime(nowMs, zone);
  return from <= to ? now >= from && now < to : now >= from || now < to;
}

/** When a window that holds ends. */
function endOf({ to, daily }: Maintenance, nowMs: number, zone: string): number {
  const lastMs = to === undefined ? Number.POSITIVE_INFINITY : msOf(to, zone);
  if (daily === undefined) return lastMs;
  const [hour, minute] = (daily.split('-')[1] ?? '').split(':').map(Number);
  const now = DateTime.fromMillis(nowMs, { zone });
  const today = now.set({ hour: hour ?? 0, minute: minute ?? 0, second: 0, millisecond: 0 });
  const next = today > now ? today : today.plus({ days: 1 });
  return Math.min(lastMs, next.toMillis());
}
