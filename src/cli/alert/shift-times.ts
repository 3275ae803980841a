/** Moves the times of a delivery so that the latest of them is now: old samples are about now then. Pure. */
import type { Alert, Told } from '../../domain/alert.ts';

/** Times of a body within this of what it tells are its own; other numbers only look like times. */
const NEAR_MS = 30 * 86_400_000;
const UNITS: readonly (readonly [digits: number, perMs: number])[] = [
  [10, 1 / 1_000],
  [13, 1],
  [16, 1_000],
];

/** How far the times are to be moved, ms; nothing where none is told. */
function shiftOf(told: Told, nowMs: number): number | undefined {
  const times = timesOf(told);
  return times.length === 0 ? undefined : nowMs - Math.max(...times);
}

function timesOf({ alerts, changes }: Told): readonly number[] {
  const own = alerts.filter(({ timeSource }) => timeSource === 'event');
  return [...own, ...changes].flatMap(({ startsAt, endsAt }) => [+startsAt, ...(endsAt ? [+endsAt] : [])]);
}

/** What was told, moved; nothing where it tells no time. */
export function shiftTold(told: Told, nowMs: number): Told | undefined {
  const byMs = shiftOf(told, nowMs);
  if (byMs === undefined) return undefined;
  const moved = <One extends Pick<Alert, 'startsAt' | 'endsAt'>>(one: One): One => ({
    ...one,
    startsAt: new Date(+one.startsAt + byMs),
    endsAt: one.endsAt && new Date(+one.endsAt + byMs),
  });
  return { alerts: told.alerts.map(moved), changes: told.changes.map(moved) };
}

/**
 * The bytes with their times moved, in the form in which they are written: ISO 8601, seconds, ms or µs since 1970; nothing
 * where none is written so.
 */
export function shiftBody(body: Uint8Array, told: Told, nowMs: number): Uint8Array | undefined {
  const byMs = shiftOf(told, nowMs);
  const times = timesOf(told);
  if (byMs === undefined) return undefined;
  const isOwn = (ms: number) => times.some((one) => Math.abs(one - ms) <= NEAR_MS);
  const written = new TextDecoder().decode(body);
  const text = written
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[-+]\d\d:?\d\d)/g, (iso) => {
      const ms = Date.parse(iso);
      return isOwn(ms) ? new Date(ms + byMs).toISOString() : iso;
    })
    .replace(/(?<![\w.-])\d{10,16}(?![\w-])/g, (digits) => {
      const perMs = UNITS.find(([length]) => length === digits.length)?.[1];
      const ms = perMs === undefined ? Number.NaN : Number(digits) / perMs;
      return perMs !== undefined && isOwn(ms) ? String(Math.round((ms + byMs) * perMs)) : digits;
    });
  return text === written ? undefined : new TextEncoder().encode(text);
}
