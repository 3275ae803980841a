/** What a post means for what is known: new problems, repeats, ends, alerts that came otherwise too. Pure. */
import type { Alert } from '../../domain/alert.ts';
import type { Sighting } from '../../domain/sighting.ts';
import type { KnownProblem } from '../../store/sighting-store.ts';
import { hashOf } from '../reading/ids.ts';
import { hintsOf } from './hints.ts';
import { isTwin } from './twin.ts';

/** What is known when a post arrives. */
export interface Known {
  /** Problems of the same room. */
  readonly own: readonly KnownProblem[];
  /** Problems of the same names that came otherwise. */
  readonly others: readonly KnownProblem[];
}

/** What is to be done. */
export interface SightingPlan {
  /** To be stored as if they had come through a hook. */
  readonly alerts: readonly Alert[];
  /** Whether the post is the first of its group, so that the context goes below it. */
  readonly isFirst: boolean;
  /** Groups that came otherwise and get this post as one of theirs. */
  readonly twins: readonly string[];
}

/** What fires again so soon after its end stays in its thread. */
const AGAIN_MS = 10 * 60_000;

/** Plans. A post within a thread tells of what is known only: whatever answers there must not begin anything. */
export function planSighting(sighting: Sighting, sighted: readonly Alert[], known: Known): SightingPlan {
  const alerts: Alert[] = [];
  const twins = new Set<string>();
  let isFirst = false;
  const home = known.own.find(({ closedMs }) => closedMs === undefined)?.alert.groupKey ?? sighting.id;
  for (const alert of sighted) {
    if (alert.status === 'resolved') {
      alerts.push(...endsOf(alert, known));
      continue;
    }
    const problem = known.own.find(({ alert: own }) => own.fingerprint === alert.fingerprint);
    const isOpen = problem !== undefined && problem.closedMs === undefined;
    if (problem && isStale(problem, sighting)) continue;
    if (isOpen || (problem?.closedMs !== undefined && sighting.changedMs - problem.closedMs < AGAIN_MS)) {
      alerts.push(asBefore(alert, problem, isOpen));
      continue;
    }
    if (isToldAsOne(alert, known)) continue;
    if (sighting.threadId !== undefined) continue;
    const twin = known.others.find(({ alert: other, closedMs }) => closedMs === undefined && isTwin(alert, other));
    if (twin) twins.add(twin.groupKey);
    else {
      alerts.push(withIds({ ...alert, groupKey: home }));
      isFirst ||= home === sighting.id;
    }
  }
  return { alerts, isFirst, twins: [...twins] };
}

/** What is known is newer than the post: another replica was faster. */
function isStale({ closedMs }: KnownProblem, { changedMs }: Sighting): boolean {
  return closedMs !== undefined && changedMs <= closedMs;
}

/** One alert for several, of which each is known by itself. */
function isToldAsOne({ episode }: Alert, { own }: Known): boolean {
  return (
    episode !== undefined && own.some(({ alert, closedMs }) => closedMs === undefined && alert.episode === episode)
  );
}

/** The same problem again: what it adds is another state of it; that it is there was told before. */
function asBefore(alert: Alert, { alert: before }: KnownProblem, isOpen: boolean): Alert {
  const group = before.groupKey === undefined ? {} : { groupKey: before.groupKey };
  return withIds(isOpen ? { ...alert, ...group, startsAt: before.startsAt } : { ...alert, ...group });
}

function endsOf(alert: Alert, { own, others }: Known): readonly Alert[] {
  const open = own.filter(
    ({ alert: one, closedMs }) =>
      closedMs === undefined &&
      (one.fingerprint === alert.fingerprint || (alert.episode !== undefined && one.episode === alert.episode)),
  );
  // values without names may fit several
  const twins =
    open.length > 0 || own.length > 0 || hintsOf(alert).length > 0
      ? []
      : others.filter(({ alert: other, closedMs }) => closedMs === undefined && isTwin(alert, other)).slice(0, 1);
  return [...open, ...twins].map(({ alert: before }) => {
    const { endsAt, receivedAt, note } = alert;
    const ended = { status: 'resolved', transition: 'resolved', endsAt, receivedAt } as const;
    return withIds({ ...before, ...ended, flags: {}, ...(note !== undefined && { note }) });
  });
}

/** Equal for the same statement, however often it is posted and whichever replica reads it. */
function withIds(alert: Alert): Alert {
  const { fingerprint, startsAt, status, transition, receivedAt } = alert;
  const isPlain = transition === 'triggered' || transition === 'resolved' || transition === 'repeated';
  const moment = isPlain ? status : `${transition}@${receivedAt.toISOString()}`;
  return { ...alert, deliveryId: hashOf(fingerprint, startsAt.toISOString(), moment) };
}
