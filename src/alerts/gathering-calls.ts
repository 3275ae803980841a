/** Who is called for what one post tells of many groups. Pure. */
import { createHash } from 'node:crypto';
import type { Alert } from '../domain/alert.ts';
import { SEVERITIES } from '../domain/alert-severity.ts';
import type { Called } from '../store/alert-group.ts';
import { type Gathered, STORM_CALM_MS } from '../store/alert-turns.ts';
import { mentionsFor } from './owners.ts';
import type { RoomRules } from './tell-rooms.ts';

/** Alerts of people that are to be called. */
export type Calls = ReadonlyMap<string, readonly Alert[]>;

/** People that one storm calls; whoever else is meant reads it. */
const CALLED_MAX = 10;
/** What joins after a call is collected for this long: whoever was called has just come to look, and a storm would call with every alert. */
const CALL_EVERY_MS = 5 * 60_000;
/** Alerts that are remembered to have called somebody: as many as are read. */
const KNOWN_MAX = 1_000;

/**
 * Whom what fires calls, each with what is theirs. What is heard of, or is expected no more, after the room was told that it is calm has a
 * post of its own, and calls there; until that is told nobody is passed over, since repeats too are heard of later.
 */
export function callsIn(
  { alerts, lastMs }: Gathered,
  { chat, toldMs = 0, called }: { readonly chat: string; readonly toldMs?: number; readonly called: readonly Called[] },
  { owners, isMuted, mutedUntil }: Pick<RoomRules, 'owners' | 'isMuted' | 'mutedUntil'>,
  nowMs: number,
): Calls {
  const calls = new Map<string, Alert[]>();
  const calmMs = lastMs + STORM_CALM_MS;
  for (const alert of alerts) {
    const { acknowledged, suppressed } = alert.flags;
    if (alert.status !== 'firing' || acknowledged || suppressed || isMuted(alert, nowMs)) continue;
    const isLater = toldMs >= calmMs && (+alert.receivedAt >= calmMs || mutedUntil(alert, calmMs) !== undefined);
    for (const name of mentionsFor([alert], chat, owners)) {
      // what waits for the next call is told again meanwhile
      if (isLater && calledAs(name, called)?.owed[idOf(alert)] !== rankOf(alert)) continue;
      const known = calls.get(name);
      if (known) known.push(alert);
      else if (calls.size < CALLED_MAX) calls.set(name, [alert]);
    }
  }
  return calls;
}

/** Those of them who are called now, each for what became theirs, or worse, since they were called last. */
export function dueCalls(calls: Calls, called: readonly Called[], nowMs: number): Calls {
  const due = [...calls].flatMap(([name, alerts]): [string, readonly Alert[]][] => {
    const before = calledAs(name, called);
    const fresh = alerts.filter((alert) => isNewTo(before, alert));
    // as long after as before: the clock may be set back
    const isTime = !before || Math.abs(nowMs - before.atMs) >= CALL_EVERY_MS;
    return fresh.length > 0 && isTime ? [[name, fresh]] : [];
  });
  const newcomers = due.filter(([name]) => !calledAs(name, called)).slice(0, CALLED_MAX - called.length);
  return new Map(due.filter((one) => newcomers.includes(one) || calledAs(one[0], called)));
}

/** What is remembered when those that are due are called. */
export function calledAfter(
  { gathered, calls }: { readonly gathered: Gathered; readonly calls: Calls },
  due: Calls,
  called: readonly Called[],
  nowMs: number,
): readonly Called[] {
  const over = new Set(gathered.alerts.filter(({ status }) => status !== 'firing').map(idOf));
  const names = [...new Set([...called.map(({ name }) => name), ...due.keys()])];
  return names.map((name) => {
    const before = calledAs(name, called);
    const now = due.get(name);
    // what is over and fires again is new
    const known = Object.entries(before?.known ?? {}).filter(([id]) => !over.has(id));
    const after = {
      name,
      atMs: now || !before ? nowMs : before.atMs,
      times: (before?.times ?? 0) + (now ? 1 : 0),
      known: Object.fromEntries(new Map([...known, ...ranksOf(now ?? [])].slice(-KNOWN_MAX))),
    };
    const owed = (calls.get(name) ?? []).filter((alert) => isNewTo(after, alert));
    return { ...after, owed: Object.fromEntries(ranksOf(owed)) };
  });
}

/** When somebody is to be called for what came since they were, ms. */
export function nextCallMs(called: readonly Called[]): number | undefined {
  const times = called.filter(({ owed }) => Object.keys(owed).length > 0).map(({ atMs }) => atMs + CALL_EVERY_MS);
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** How often somebody was called. */
export function timesCalled(name: string, called: readonly Called[]): number {
  return calledAs(name, called)?.times ?? 0;
}

function calledAs(name: string, called: readonly Called[]): Called | undefined {
  return called.find((one) => one.name === name);
}

function isNewTo(before: Pick<Called, 'known'> | undefined, alert: Alert): boolean {
  const rank = before?.known[idOf(alert)];
  return rank === undefined || rankOf(alert) < rank;
}

function ranksOf(alerts: readonly Alert[]): readonly (readonly [string, number])[] {
  return alerts.map((alert) => [idOf(alert), rankOf(alert)]);
}

/** The worst has the lowest. */
function rankOf({ severity }: Alert): number {
  return SEVERITIES.indexOf(severity);
}

/** Short: many are kept. */
function idOf({ fingerprint }: Alert): string {
  return createHash('sha256').update(fingerprint).digest('base64url').slice(0, 10);
}
