/** Tells rooms of a group of alerts: words at once, edited as it changes, never twice. */
import { CHAT_AWAY } from '../chat/deliver/room-refusals.ts';
import { toBotError } from '../domain/errors.ts';
import type { AlertGroup, GroupEvent, GroupLife } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { gatheringOf, isStorm } from '../store/alert-turns.ts';
import { isUntried } from './away-chats.ts';
import type { TellGatheringDeps } from './gathering-posts.ts';
import { factsOf, type GroupFacts } from './group-facts.ts';
import { isSteady, isWaiting, lifeAfter, type News, newsOf, reopened, repeatsDueIn, waitOf } from './group-news.ts';
import type { RoomOrder } from './room-order.ts';
import { isFirstInHour, isSame, looksAgainMs, type Outcome } from './room-posts.ts';
import { isLate } from './take-turn.ts';
import { tellGathering } from './tell-gathering.ts';
import { type RoomsTold, tellRooms } from './tell-rooms.ts';
import { tellWatchdog } from './tell-watchdog.ts';
import { type Watchdog, watchdogOf } from './watchdog.ts';

/** What telling works with. */
export interface TellDeps extends TellGatheringDeps {
  readonly watchdogs: readonly Watchdog[];
  readonly alerts: Pick<AlertStore, 'group' | 'events' | 'keepTold'>;
  readonly order: RoomOrder;
}

/**
 * Posts or edits what the rooms know of a group. Posts carry a key made from the group, so that a second try, here or in another
 * process, posts nothing twice. Gives a number of ms where it is to be told a little later.
 *
 * @throws BotError `CHAT_…` when a chat is away, `STORE_…`
 */
export async function tellGroup(key: string, deps: TellDeps, signal: AbortSignal): Promise<number | undefined> {
  const line = deps.order.enter();
  const { againMs, begun = [] } = await tellInLine(key, { ...deps, line }, signal).finally(() => line.leave());
  // the first words of a storm wait for nothing; what comes after them is edited in a little later
  for (const one of begun) if (isStorm(one)) await tellGroupOrLater(one, deps, signal);
  return againMs;
}

/** What is to be done when a group is told: it is to be told again after so many ms, and these posts for many begin with it. */
interface Next {
  readonly againMs?: number;
  readonly begun?: readonly string[];
}

async function tellInLine(key: string, deps: TellDeps, signal: AbortSignal): Promise<Next> {
  const found = await deps.alerts.group(key);
  const nowMs = deps.clock.now();
  if (!found || !isWaiting(found, nowMs)) return {};
  if (gatheringOf(key)) return againIn(await tellGathering(found, deps, signal));
  const watchdog = watchdogOf(found.problems, deps.watchdogs);
  if (watchdog) {
    await tellWatchdog(found, watchdog, { ...deps, listeningSinceMs: deps.rule.listeningSinceMs }, signal);
    return {};
  }
  const opened = reopened(found, nowMs);
  const events = await eventsOf(opened, deps, nowMs);
  const facts = factsIn(opened, events, deps, nowMs);
  const isLateNow = isLate(facts, opened.life, deps, nowMs);
  const group = isLateNow ? { ...opened, life: { ...opened.life, late: (opened.life.late ?? 0) + 1 } } : opened;
  const { version, conversation, sinceMs, closedMs } = group;
  const kept = { version, conversation, sinceMs, wasDueMs: found.dueMs };
  if (!isLateNow && isSteady(group, facts, (toldMs) => factsIn(group, events, deps, toldMs), deps, nowMs)) {
    const as = { posts: group.posts, life: group.life, ...(closedMs !== undefined && { closedMs }) };
    await deps.alerts.keepTold(key, { ...kept, ...as, ...dueIn(facts, deps, nowMs, repeatsDueIn(group, facts)) });
    return {};
  }
  const news = newsOf(group, facts, events);
  const waitMs = waitOf(group, facts, news, nowMs);
  if (waitMs > 0) return againIn(waitMs);
  const told: RoomsTold =
    facts.members.length > 0
      ? await tellRooms(group, facts, news, deps, signal)
      : { posts: group.posts, gathered: [], begun: [], waits: [] };
  const { posts, failure, gathered, begun } = told;
  const { late } = group.life;
  const turn = {
    ...(late !== undefined && { late }),
    ...(gathered.length > 0 && { gathered, turnMs: told.turnMs ?? (isLateNow ? nowMs : (group.life.turnMs ?? nowMs)) }),
  };
  if (failure !== undefined) {
    const soFar = { ...turn, ...(told.waits.length > 0 && { waits: told.waits }) };
    await keepPartly(group, { facts, news }, { posts, failure }, soFar, deps);
    throw failure;
  }
  const isOver = facts.firing.length === 0;
  const isNew = group.version !== group.toldVersion;
  // who told nothing looked at no post
  const unsureMs = facts.members.length > 0 ? looksAgainMs(posts) : [];
  await deps.alerts.keepTold(key, {
    ...kept,
    posts,
    wasPosts: found.posts,
    toldMs: nowMs,
    life: { ...lifeAfter(group, facts, news), ...turn },
    ...(isOver && { closedMs: isNew ? nowMs : (closedMs ?? nowMs) }),
    // what began after a turn that was decided long ago, by a process that died, has another
    ...((posts.length > 0 || gathered.length > 0) &&
      dueIn(facts, deps, nowMs, [...unsureMs, ...(isLate(facts, turn, deps, nowMs) ? [nowMs] : [])])),
  });
  return { begun };
}

function againIn(againMs: number | undefined): Next {
  return againMs === undefined ? {} : { againMs };
}

/** When something of it changes without any message. */
function dueIn(
  { firing, changesMs }: GroupFacts,
  { mutedUntil }: TellDeps,
  nowMs: number,
  sooner: readonly number[] = [],
) {
  const ends = firing.flatMap(({ alert }) => mutedUntil(alert, nowMs) ?? []);
  const all = [...sooner, ...ends, ...(changesMs === undefined ? [] : [changesMs])];
  return all.length > 0 && { dueMs: Math.min(...all) };
}

/** What became of a group: whether the rooms know all of it, else after how many ms it is to be told. */
export interface Telling {
  readonly isTold: boolean;
  readonly againMs?: number;
}

/**
 * Tells a group as {@link tellGroup} does; one that a chat takes no words of now is left to the store, which names it again while it
 * has news, in the order of their coming.
 */
export async function tellGroupOrLater(key: string, deps: TellDeps, signal: AbortSignal): Promise<Telling> {
  try {
    const againMs = await tellGroup(key, deps, signal);
    return againMs === undefined ? { isTold: true } : { isTold: false, againMs };
  } catch (thrown) {
    const { code } = toBotError(thrown);
    if (signal.aborted || !code.startsWith('CHAT_')) throw thrown;
    const isUsual = CHAT_AWAY.has(code) || !isFirstInHour(key, deps);
    deps.log[isUsual ? 'debug' : 'warn']({ code, err: thrown, group: key }, 'an alert is told later');
    return { isTold: false };
  }
}

/** Tests of a hook are told where there is nothing else. */
function toldIn({ problems }: AlertGroup) {
  return problems.filter(({ transition }) => transition !== 'test' || problems.length === 1);
}

function eventsOf(group: AlertGroup, { alerts, rule }: TellDeps, nowMs: number): Promise<readonly GroupEvent[]> {
  const told = toldIn(group);
  const startMs = Math.min(nowMs - 2 * rule.flapping.withinMs, ...told.map(({ startsAt }) => +startsAt));
  const prints = told.map(({ fingerprint }) => fingerprint);
  return alerts.events(prints, startMs);
}

function factsIn(group: AlertGroup, events: readonly GroupEvent[], { rule }: TellDeps, nowMs: number): GroupFacts {
  return factsOf(toldIn(group), { lives: group.lives, events }, rule, nowMs);
}

/** What the posts are by now is kept, so that those that are up to date are left alone; the rest is still to be told. */
async function keepPartly(
  group: AlertGroup,
  { facts: { firing, silent }, news: { again } }: { readonly facts: GroupFacts; readonly news: News },
  { posts, failure }: Outcome,
  turn: Pick<GroupLife, 'gathered' | 'turnMs' | 'late' | 'waits'>,
  { alerts, clock }: TellDeps,
): Promise<void> {
  const mayBeRead = !isUntried(failure);
  const mayBeOver = mayBeRead && firing.length + silent.length === 0 && group.life.overMs === undefined;
  const mayBeAgain = mayBeRead && again !== undefined && group.life.openingsTried !== again.count;
  const tried = group.life.tried === 'vainly' || !isUntried(failure) ? 'vainly' : 'never';
  const isGathered = turn.gathered?.some((key) => !group.life.gathered?.includes(key)) ?? false;
  const { waits: waited = [], ...rest } = group.life;
  const { waits = [] } = turn;
  const isSameWait = waits.length === waited.length && waits.every((place) => waited.some((one) => isSame(one, place)));
  const isNothingNew = !isGathered && !mayBeOver && !mayBeAgain && isSameWait;
  const isKnown = posts.every((post) => group.posts.includes(post)) && isNothingNew;
  if (isKnown && (posts.length > 0 || tried === group.life.tried)) return;
  const { key, toldVersion: version, conversation, sinceMs, closedMs, dueMs } = group;
  const read = { ...(mayBeOver && { overMs: clock.now() }), ...(mayBeAgain && { openingsTried: again.count }) };
  const life = { ...rest, ...turn, tried, ...read } as const;
  const open = { ...(closedMs !== undefined && { closedMs }), ...(dueMs !== undefined && { dueMs }) };
  await alerts.keepTold(key, { version, conversation, sinceMs, posts, life, ...open, wasDueMs: dueMs });
}
