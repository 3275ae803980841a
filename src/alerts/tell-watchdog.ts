/** Tells rooms of a watchdog: nothing while it arrives, an alert when it stops, its end when it is back. Never twice. */
import type { Alert } from '../domain/alert.ts';
import type { Message } from '../domain/message.ts';
import type { AlertGroup, GroupPost } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { mentionsFor } from './owners.ts';
import { edit, isSame, type Outcome, postTo, reasoned, stateOf } from './room-posts.ts';
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
  const state = watchStateOf(found, watchdog, deps.listeningSinceMs, nowMs);
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
  const due = state.nextMs === undefined ? {} : { dueMs: state.nextMs };
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

/** Of one that is back, also the rooms that could not be told while it was missed hear that it was. */
async function tellAlarm(
  group: AlertGroup,
  missed: WatchState | undefined,
  deps: TellWatchdogDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const nowMs = deps.clock.now();
  const alerts = (missed?.missing.map(({ alert }) => alert) ?? group.problems).map(asCritical);
  const isQuiet = !missed || alerts.every((alert) => deps.isMuted(alert, nowMs));
  const shows = `${stateOf(group, nowMs)} ${missed ? 'missed' : 'back'}`;
  const span = { fromMs: group.life.alarmMs ?? nowMs, toMs: nowMs };
  const messageFor = (mentions: readonly string[]) => {
    const words = { zone: deps.zone, nowMs, mentions };
    return missed ? missedMessage(missed, words) : returnedMessage(group.problems, span, words);
  };
  const targets = alerts.flatMap((alert) => targetsOf(alert, deps.routes));
  const distinct = targets.filter(({ place }, index) => targets.findIndex((one) => isSame(one.place, place)) === index);
  const absent = distinct.filter(({ place }) => !group.posts.some((post) => isSame(post, place)));
  const outcomes = await Promise.all([
    ...group.posts.map(
      async (post): Promise<Outcome> =>
        post.shows === shows
          ? { posts: [post] }
          : editPost(post, reasoned(messageFor(post.mentions ?? []), post, group.posts), deps, signal),
    ),
    ...absent.map(async (target): Promise<Outcome> => {
      const mentions = isQuiet ? [] : mentionsFor(alerts, target.place.chat, deps.owners);
      const message = messageFor(mentions);
      const outcome = await postTo(target, group, { message, mentions, isCritical: true }, deps, signal);
      // who died after the alarm was posted knew nothing of the post: it is found again, and still says that it is missed
      if (missed) return outcome;
      const edits = await Promise.all(outcome.posts.map((post) => editPost(post, message, deps, signal)));
      return { ...outcome, ...edits.find(({ failure }) => failure !== undefined) };
    }),
  ]);
  const posts = outcomes.flatMap((outcome) =>
    outcome.posts.map((post) => ({ ...post, ...(!outcome.failure && { shows }) })),
  );
  const failed = outcomes.find(({ failure }) => failure !== undefined);
  return {
    posts: posts.filter((one, index) => posts.findIndex((other) => isSame(other, one)) === index),
    ...(failed && { failure: failed.failure }),
  };
}

async function editPost(
  post: GroupPost,
  message: Message,
  deps: TellWatchdogDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    await edit(post, post.receipt, message, deps, signal);
    return { posts: [post] };
  } catch (failure) {
    return { posts: [post], failure };
  }
}
