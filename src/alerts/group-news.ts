/** What of a group is new to the rooms, and when it is told. Pure. */
import type { Alert, AlertSeverity } from '../domain/alert.ts';
import { SEVERITIES, worstSeverity } from '../domain/alert-severity.ts';
import type { AlertGroup, GroupEvent, GroupLife } from '../store/alert-group.ts';
import { REPEATS_SHOWN_AFTER_MS } from '../store/take-statement.ts';
import type { Again } from './again-message.ts';
import type { GroupFacts } from './group-facts.ts';

/** A group that was over for longer begins a new conversation. */
const REOPEN_MS = 2 * 3_600_000;
/** What changes in what a room knows is collected for this long, so that twenty hosts that fall are one edit. */
const EDIT_AFTER_MS = 2_000;
/** What flaps is edited no more often than this. */
const FLAPPING_EDIT_MS = 60_000;

/** What is new. */
export interface News {
  /** Whether rooms that know nothing of it hear of it: a resolve of what nobody was told of is no news. */
  readonly isTold: boolean;
  /** It was over, and fires again. */
  readonly again?: Again;
  /** It was less bad: what it was. */
  readonly worseThan?: AlertSeverity;
  /** Whether any of it is new: fires again, is worse, or was not there when the rooms were last told. */
  readonly hasBegun: boolean;
}

/** Whether there is anything to do: something new was told, or its time has come. */
export function isWaiting({ version, toldVersion, dueMs }: AlertGroup, nowMs: number): boolean {
  return version !== toldVersion || (dueMs !== undefined && dueMs <= nowMs);
}

/** A group that was over, with something firing again: the same conversation for a while, then a new one. */
export function reopened(group: AlertGroup, nowMs: number): AlertGroup {
  const { closedMs, conversation, problems } = group;
  if (closedMs === undefined || nowMs - closedMs < REOPEN_MS) return group;
  const fresh = problems.filter(({ status, endsAt }) => status === 'firing' || +(endsAt ?? 0) > closedMs);
  if (fresh.length === 0) return group;
  const { closedMs: _, ...rest } = group;
  const posts = group.posts.filter(({ sightedMs = 0 }) => sightedMs > closedMs);
  return { ...rest, conversation: conversation + 1, sinceMs: nowMs, posts, life: {}, problems: fresh };
}

/** What is new to the rooms. */
export function newsOf(group: AlertGroup, { firing, members }: GroupFacts, events: readonly GroupEvent[]): News {
  const { life, toldMs = Number.NEGATIVE_INFINITY } = group;
  const closedMs = overSince(group);
  const own = new Set(members.map(({ alert }) => alert.fingerprint));
  const began = events.some(
    ({ status, receivedMs, fingerprint }) => status === 'firing' && receivedMs > toldMs && own.has(fingerprint),
  );
  const isTold = firing.length > 0 || began;
  const count = (life.openings ?? 1) + 1;
  if (isAgain(group, firing) && closedMs !== undefined) {
    return { isTold, hasBegun: true, again: { count, sinceMs: startOf(group), endedMs: endOf(group, closedMs) } };
  }
  const worse = closedMs === undefined && isWorse(firing, life);
  const hasBegun = worse || firing.some(({ told, heardMs }) => told === 1 && heardMs > toldMs);
  return { isTold, hasBegun, ...(worse && life.severity && { worseThan: life.severity }) };
}

/** When rooms read that it was over, as far as anybody knows. */
function overSince({ closedMs, life }: AlertGroup): number | undefined {
  return closedMs ?? life.overMs;
}

/** What was only not heard of for long, and is told again, fires on. */
function isAgain(group: AlertGroup, firing: GroupFacts['firing']): boolean {
  const { life } = group;
  const closedMs = overSince(group);
  if (closedMs === undefined || firing.length === 0) return false;
  return !life.isSilent || firing.some(({ alert }) => +alert.startsAt > closedMs);
}

function isWorse(firing: GroupFacts['firing'], { severity }: GroupLife): boolean {
  if (severity === undefined || firing.length === 0) return false;
  return SEVERITIES.indexOf(worstSeverity(firing.map(({ alert }) => alert))) < SEVERITIES.indexOf(severity);
}

function startOf({ sinceMs, problems }: AlertGroup): number {
  return Math.min(sinceMs, ...problems.map(({ startsAt }) => +startsAt));
}

/** By the senders' clocks, where they say when it was over. */
function endOf({ problems }: AlertGroup, closedMs: number): number {
  const ends = problems.flatMap(({ endsAt }) => (endsAt ? [+endsAt] : []));
  return ends.length > 0 ? Math.max(...ends) : closedMs;
}

/**
 * How long what is new can wait, ms: nothing waits before the first words, nor what is worse, over or begins again. Later members and
 * changes are collected.
 */
export function waitOf(group: AlertGroup, facts: GroupFacts, news: News, nowMs: number): number {
  const { posts, untoldMs, toldMs = 0, life } = group;
  const isWorseNow = isWorse(facts.firing, life);
  if (posts.every(({ sightedMs }) => sightedMs !== undefined) || isWorseNow) return 0;
  if (facts.flapping?.changes !== undefined) return Math.max(0, toldMs + FLAPPING_EDIT_MS - nowMs);
  if (news.again || facts.firing.length === 0 || untoldMs === undefined) return 0;
  return Math.max(0, untoldMs + EDIT_AFTER_MS - nowMs);
}

/** Whether a group whose time has come is as the rooms were told a little before, so that they are left alone. */
export function isSteady(
  { version, toldVersion, closedMs, toldMs, posts }: AlertGroup,
  facts: GroupFacts,
  toldFacts: (toldMs: number) => GroupFacts,
  { mutedUntil }: { mutedUntil(alert: Alert, nowMs: number): number | undefined },
  nowMs: number,
): boolean {
  const isSure = posts.every(({ unsureMs }) => unsureMs === undefined);
  const isQuiet = version === toldVersion && closedMs === undefined && isSure;
  if (!isQuiet || toldMs === undefined || nowMs >= toldMs + REPEATS_SHOWN_AFTER_MS) return false;
  const told = toldFacts(toldMs);
  const isUnmuted = facts.firing.some(({ alert }) => (mutedUntil(alert, toldMs) ?? Number.POSITIVE_INFINITY) <= nowMs);
  return told.silent.length === facts.silent.length && !told.flapping === !facts.flapping && !isUnmuted;
}

/** When repeats that came since the rooms were told are to be shown, ms. */
export function repeatsDueIn({ toldMs }: AlertGroup, { firing }: GroupFacts): readonly number[] {
  if (toldMs === undefined || firing.every(({ heardMs }) => heardMs <= toldMs)) return [];
  return [toldMs + REPEATS_SHOWN_AFTER_MS];
}

/** What is remembered when that was told. */
export function lifeAfter(group: AlertGroup, facts: GroupFacts, news: News): GroupLife {
  const { life } = group;
  const { again } = news;
  const worst = worstSeverity([
    ...facts.firing.map(({ alert }) => alert),
    ...(life.severity ? [{ severity: life.severity }] : []),
  ]);
  const openings = again?.count ?? life.openingsTried ?? life.openings;
  const turn = turnAfter(group, news);
  const isSilent = facts.firing.length === 0 && facts.silent.length > 0;
  return {
    ...(openings !== undefined && { openings }),
    ...(turn > 1 && { turn }),
    ...((facts.firing.length > 0 || life.severity) && { severity: worst }),
    ...(isSilent && { isSilent }),
  };
}

/**
 * What begins again or is worse is to be heard of: it may have a post of its own by now. Where only a try told of its end, the first
 * post may be there, and is looked for.
 */
export function turnAfter({ life, closedMs }: AlertGroup, { again, worseThan }: News): number {
  const { turn = 1 } = life;
  return (again && closedMs !== undefined) || worseThan ? turn + 1 : turn;
}
