/** Tells rooms of a watchdog: nothing while it arrives, an alert when it stops, its end when it is back. Never twice. */
import type { Alert } from '../domain/alert.ts';
import type { Message } from '../domain/message.ts';
import type { AlertGroup, GroupPost } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { withoutReasons } from './late-rooms.ts';
import { mentionsFor } from './owners.ts';
import { edit, isSame, type Outcome, postTo, reasoned, say, stateOf } from './room-posts.ts';
import { targetsOf } from './route.ts';
import type { TellRoomsDeps } from './tell-rooms.ts';
import { missedMessage, returnedMessage, type Watchdog, type WatchState, watchStateOf } from './watchdog.ts';

/** What telling of watchdogs works with. */
export interface TellWatchdogDeps extends TellRoomsDeps {
  readonly alerts: Pick<AlertStore, 'keepTold'>;
  readonly watchdogs: readonly Watchdog[];
  /** Nobody is missed before this and the watchdog's own time, ms. */
  readonly listeningSinceMs: number;
}

/**
 * Brings the rooms up to date.
 *
 * @throws BotError `CHAT_…` when a chat is away, `STORE_…`
 */
export async function tellWatchdog(
  found: AlertGroup,
  watchdog: Watchdog,
  deps: TellWatchdogDeps,
  signal: AbortSignal,
): Promise<void> {
  const nowMs = deps.clock.now();
  // who is missed is missed until it is heard of, whoever was down meanwhile
  const listeningSinceMs = found.life.alarmMs === undefined ? deps.listeningSinceMs : 0;
  const state = watchStateOf(found, watchdog, listeningSinceMs, nowMs);
  const isMissed = state.missing.length > 0;
  const group = isMissed && found.life.alarmMs === undefined ? await beginAlarm(found, state, deps) : found;
  const { key, version, toldVersion, conversation, sinceMs, life } = group;
  const { posts, failure } =
    life.alarmMs === undefined
      ? { posts: group.posts, failure: undefined }
      : await tellAlarm(group, isMissed ? state : undefined, deps, signal);
  const kept = { conversation, sinceMs, posts, wasDueMs: group.dueMs };
  if (failure !== undefined) {
    // due as it was: how long it waits counts from then
    const dueMs = Math.min(group.dueMs ?? nowMs, nowMs);
    await deps.alerts.keepTold(key, { ...kept, version: toldVersion, life, dueMs });
    throw failure;
  }
  // who is not called while a maintenance window holds is called when it ends
  const unmuted = state.missing.flatMap(({ alert }) => deps.mutedUntil(asCritical(alert), nowMs) ?? []);
  const next = [...unmuted, ...(state.nextMs === undefined ? [] : [state.nextMs])];
  const due = next.length > 0 && { dueMs: Math.min(...next) };
  await deps.alerts.keepTold(key, { ...kept, version, life: isMissed ? life : {}, ...due });
}

/** Kept before anybody hears of it: whoever goes on after a death, or ends it, then knows of it. */
async function beginAlarm(found: AlertGroup, { missing }: WatchState, deps: TellWatchdogDeps): Promise<AlertGroup> {
  const nowMs = deps.clock.now();
  const begun = {
    conversation: found.conversation + 1,
    sinceMs: nowMs,
    posts: [],
    life: { alarmMs: Math.min(...missing.map(({ heardMs }) => heardMs)) },
    dueMs: Math.min(found.dueMs ?? nowMs, nowMs),
  };
  await deps.alerts.keepTold(found.key, { ...begun, version: found.toldVersion, wasDueMs: found.dueMs });
  return { ...found, ...begun };
}

/** A watchdog that is missed is critical, whatever its own severity says: that is one of something that is well. */
function asCritical(alert: Alert): Alert {
  return { ...alert, severity: 'critical', labels: { ...alert.labels, severity: 'critical' } };
}

/** What the rooms are told of an alarm. */
interface Alarm {
  readonly group: AlertGroup;
  /** What somebody is called for. */
  readonly urgent: readonly Alert[];
  /** What a post shows that was brought up to date now. */
  readonly shows: string;
  messageFor(mentions?: readonly string[]): Message;
}

/** Of one that is back, also the rooms that could not be told while it was missed hear that it was. */
async function tellAlarm(
  group: AlertGroup,
  missed: WatchState | undefined,
  deps: TellWatchdogDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const nowMs = deps.clock.now();
  const alerts = (missed?.missing.map(({ alert }) => alert) ?? group.problems).map(asCritical);
  const urgent = missed ? alerts.filter((alert) => !deps.isMuted(alert, nowMs)) : [];
  const shows = `${stateOf(group, nowMs)} ${missed ? 'missed' : 'back'}`;
  const span = { fromMs: group.life.alarmMs ?? nowMs, toMs: nowMs };
  const messageFor = (mentions: readonly string[] = []) => {
    const words = { zone: deps.zone, nowMs, mentions };
    return missed ? missedMessage(missed, words) : returnedMessage(group.problems, span, words);
  };
  const alarm = { group, urgent, shows, messageFor };
  const targets = alerts.flatMap((alert) => targetsOf(alert, deps.routes));
  const distinct = targets.filter(({ place }, index) => targets.findIndex((one) => isSame(one.place, place)) === index);
  const absent = distinct.filter(({ place }) => !group.posts.some((post) => isSame(post, place)));
  const outcomes = await Promise.all([
    ...group.posts.map((post) => updatePost(post, alarm, deps, signal)),
    ...absent.map(async (target): Promise<Outcome> => {
      const mentions = mentionsFor(urgent, target.place.chat, deps.owners);
      const words = { message: messageFor(mentions), amended: messageFor, mentions, isCritical: true };
      const { wasThere, posts, ...outcome } = await postTo(target, group, words, deps, signal);
      const [post] = posts;
      // who died after it was posted may have called nobody
      if (wasThere && post) return updatePost(post, alarm, deps, signal);
      return { ...outcome, posts: posts.map((one) => ({ ...one, shows })) };
    }),
  ]);
  const all = outcomes.flatMap((outcome) => outcome.posts);
  const posts = all.filter((one, index) => all.findIndex((other) => isSame(other, one)) === index);
  const freed = await withoutReasons(posts, (post) => messageFor(post.mentions), deps, signal);
  const failed = [...outcomes, freed].find(({ failure }) => failure !== undefined);
  return { posts: freed.posts, ...(failed && { failure: failed.failure }) };
}

/** Calls in a line below it who is called neither in it nor in another; then edits it. */
async function updatePost(
  post: GroupPost,
  { group, urgent, shows, messageFor }: Alarm,
  deps: TellWatchdogDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  if (post.shows === shows) return { posts: [post] };
  try {
    const { chat, room, mentions = [], called = [] } = post;
    const fresh = mentionsFor(urgent, chat, deps.owners).filter((one) => ![...mentions, ...called].includes(one));
    const line = `alert/${group.key}/${group.conversation}/${room}/call/${fresh.join()}`;
    if (fresh.length > 0) await say(post, messageFor(fresh), line, deps, signal);
    await edit(post, post.receipt, reasoned(messageFor(mentions), post, group.posts), deps, signal);
    return { posts: [{ ...post, ...(fresh.length > 0 && { called: [...called, ...fresh] }), shows }] };
  } catch (failure) {
    return { posts: [post], failure };
  }
}
