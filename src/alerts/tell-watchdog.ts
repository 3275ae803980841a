/** Tells rooms of a watchdog: nothing while it arrives, an alert when it stops, its end when it is back. Never twice. */
import type { Alert } from '../domain/alert.ts';
import type { AlertGroup, GroupPost } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { mentionsFor } from './owners.ts';
import { edit, isSame, postTo, type Words } from './room-posts.ts';
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
  group: AlertGroup,
  watchdog: Watchdog,
  deps: TellWatchdogDeps,
  signal: AbortSignal,
): Promise<void> {
  const nowMs = deps.clock.now();
  const state = watchStateOf(group, watchdog, deps.listeningSinceMs, nowMs);
  const { version, sinceMs, life } = group;
  const due = state.nextMs === undefined ? {} : { dueMs: state.nextMs };
  const isMissed = state.missing.length > 0;
  if (isMissed) {
    const isNew = life.alarmMs === undefined;
    const alarmMs = life.alarmMs ?? Math.min(...state.missing.map(({ heardMs }) => heardMs));
    const conversation = group.conversation + (isNew ? 1 : 0);
    const posts = await raise({ ...group, conversation, posts: isNew ? [] : group.posts }, state, deps, signal);
    const begun = isNew ? nowMs : sinceMs;
    await deps.alerts.keepTold(group.key, { version, conversation, sinceMs: begun, posts, life: { alarmMs }, ...due });
    return;
  }
  const { conversation, posts } = group;
  if (life.alarmMs !== undefined) {
    const span = { fromMs: life.alarmMs, toMs: nowMs };
    await Promise.all(
      posts.map(({ chat, room, receipt, mentions = [] }) => {
        const message = returnedMessage(group.problems, span, { zone: deps.zone, nowMs, mentions });
        return edit({ chat, room }, receipt, message, deps, signal);
      }),
    );
  }
  await deps.alerts.keepTold(group.key, { version, conversation, sinceMs, posts, life: {}, ...due });
}

/** A watchdog that is missed is critical, whatever its own severity says: that is one of something that is well. */
function asCritical(alert: Alert): Alert {
  return { ...alert, severity: 'critical', labels: { ...alert.labels, severity: 'critical' } };
}

async function raise(
  group: AlertGroup,
  state: WatchState,
  deps: TellWatchdogDeps,
  signal: AbortSignal,
): Promise<readonly GroupPost[]> {
  const nowMs = deps.clock.now();
  const missing = state.missing.map(({ alert }) => asCritical(alert));
  const isQuiet = missing.every((alert) => deps.isMuted(alert, nowMs));
  const wordsIn = (chat: string, known?: readonly string[]): Words => {
    const mentions = known ?? (isQuiet ? [] : mentionsFor(missing, chat, deps.owners));
    return { message: missedMessage(state, { zone: deps.zone, nowMs, mentions }), mentions };
  };
  await Promise.all(
    group.posts.map(({ chat, room, receipt, mentions = [] }) =>
      edit({ chat, room }, receipt, wordsIn(chat, mentions).message, deps, signal),
    ),
  );
  const targets = missing.flatMap((alert) => targetsOf(alert, deps.routes));
  const distinct = targets.filter(({ place }, index) => targets.findIndex((one) => isSame(one.place, place)) === index);
  const absent = distinct.filter(({ place }) => !group.posts.some((post) => isSame(post, place)));
  const outcomes = await Promise.all(
    absent.map((target) => postTo(target, group, { ...wordsIn(target.place.chat), isCritical: true }, deps, signal)),
  );
  const failed = outcomes.find(({ failure }) => failure !== undefined);
  if (failed) throw failed.failure;
  const posts = [...group.posts, ...outcomes.flatMap((outcome) => outcome.posts)];
  return posts.filter((one, index) => posts.findIndex((other) => isSame(other, one)) === index);
}
