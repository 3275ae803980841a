/** Who is called for what one post tells of many groups. Pure. */
import type { Alert } from '../domain/alert.ts';
import type { GroupLife } from '../store/alert-group.ts';
import { type Gathered, STORM_CALM_MS } from '../store/alert-turns.ts';
import { mentionsFor } from './owners.ts';
import type { RoomRules } from './tell-rooms.ts';

/** Alerts of people that are to be called. */
export type Calls = ReadonlyMap<string, readonly Alert[]>;

/** People that one storm calls; whoever else is meant reads it. */
const CALLED_MAX = 10;

/**
 * Whom what fires calls, each with what is theirs. What is heard of, or is expected no more, after the room was told that it is calm has a
 * post of its own, and calls there; until that is told nobody is passed over, since repeats too are heard of later.
 */
export function callsIn(
  { alerts, lastMs }: Gathered,
  { chat, toldMs = 0 }: { readonly chat: string; readonly toldMs?: number | undefined },
  { owners, isMuted, mutedUntil }: Pick<RoomRules, 'owners' | 'isMuted' | 'mutedUntil'>,
  nowMs: number,
): Calls {
  const calls = new Map<string, Alert[]>();
  const calmMs = lastMs + STORM_CALM_MS;
  for (const alert of alerts) {
    const { acknowledged, suppressed } = alert.flags;
    const isLater = +alert.receivedAt >= calmMs || mutedUntil(alert, calmMs) !== undefined;
    if (toldMs >= calmMs && isLater) continue;
    if (alert.status !== 'firing' || acknowledged || suppressed || isMuted(alert, nowMs)) continue;
    for (const name of mentionsFor([alert], chat, owners)) {
      const known = calls.get(name);
      if (known) known.push(alert);
      else if (calls.size < CALLED_MAX) calls.set(name, [alert]);
    }
  }
  return calls;
}

/** Those of them who were not called yet. */
export function newCalls(calls: Calls, { called = [] }: GroupLife): readonly string[] {
  return [...calls.keys()].filter((name) => !called.includes(name)).slice(0, CALLED_MAX - called.length);
}
