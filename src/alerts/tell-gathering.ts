/** Tells a room of many groups in one post, edited as they change; who is to be called is called in a line of its own. */
import type { AlertGroup } from '../store/alert-group.ts';
import { type Gathered, gatheringOf, STORM_CALM_MS } from '../store/alert-turns.ts';
import { type Calls, callsIn, dueCalls, nextCallMs } from './gathering-calls.ts';
import { type GatheringTelling, isWorse, postFirst, type TellGatheringDeps, update } from './gathering-posts.ts';
import { isSame, looksAgainMs, stateOf, waitsIn } from './room-posts.ts';
import { type Target, targetsOf } from './route.ts';

/** An edit shows all that came since the last one. */
const EDIT_EVERY_MS = 10_000;
/**
 * Posts or edits it. Gives a number of ms where it is to be told a little later.
 *
 * @throws BotError `CHAT_…` when a chat is away, `STORE_…`
 */
export async function tellGathering(
  group: AlertGroup,
  deps: TellGatheringDeps,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { kind, place } = gatheringOf(group.key) ?? {};
  const nowMs = deps.clock.now();
  if (!kind || !place) return undefined;
  const { noNewsAfterMs, listeningSinceMs } = deps.rule;
  // nobody hears what is told while the bot is down
  const believedMs = nowMs - listeningSinceMs < noNewsAfterMs ? 0 : nowMs - noNewsAfterMs;
  const gathered = await deps.turns.gathered(group.key, believedMs);
  const isCalm = kind === 'missed' || nowMs - gathered.lastMs >= STORM_CALM_MS;
  const {
    toldMs = 0,
    life: { called = [] },
  } = group;
  const calls: Calls =
    kind === 'storm' ? callsIn(gathered, { chat: place.chat, toldMs, called }, deps, nowMs) : new Map<string, never>();
  const due = dueCalls(calls, called, nowMs);
  const target = { place, ...fallbackOf(gathered, place, deps) };
  const telling = { group, gathered, target, kind, isCalm, calls, due, state: stateOf(group, nowMs) };
  deps.line?.expect(group, group.posts.length === 0 ? [place] : []);
  const wait = waitOf(telling, nowMs);
  if (wait > 0) return wait;
  const {
    life: { waits: _, ...life },
    posts,
    failure,
  } = group.posts.length === 0 ? await postFirst(telling, deps, signal) : await update(telling, deps, signal);
  const { version, toldVersion, conversation, sinceMs } = group;
  const waits = posts.length === 0 && { waits: waitsIn([{ place, failure }]) };
  const isOver = isCalm && gathered.counts.every(({ firing }) => firing === 0);
  // who came while the first post was tried is called below it
  const isOwed = failure === undefined && dueCalls(calls, life.called ?? [], nowMs).size > 0;
  const calmMs = isCalm ? undefined : Math.min(gathered.lastMs, nowMs) + STORM_CALM_MS;
  const dues = [isOwed ? nowMs : undefined, calmMs, nextCallMs(life.called ?? []), ...looksAgainMs(posts)].filter(
    (ms) => ms !== undefined,
  );
  await deps.alerts.keepTold(group.key, {
    ...{
      version: failure === undefined ? version : toldVersion,
      conversation,
      sinceMs,
      posts,
      life: { ...life, ...waits },
    },
    ...(failure === undefined && !isOwed && { toldMs: nowMs }),
    ...(isOver && { closedMs: group.closedMs ?? nowMs }),
    ...(dues.length > 0 && { dueMs: Math.min(...dues) }),
    wasDueMs: group.dueMs,
    // the first post keeps who is called before it
    ...(failure === undefined && group.posts.length > 0 && { wasPosts: group.posts }),
  });
  if (failure !== undefined) throw failure;
  return undefined;
}

/** Where what is gathered goes when the room takes nothing: where the first of its alerts that has a fallback would go. */
function fallbackOf(
  { alerts }: Gathered,
  place: Target['place'],
  { routes }: TellGatheringDeps,
): Pick<Target, 'fallback'> {
  for (const alert of alerts) {
    const found = targetsOf(alert, routes).find((target) => isSame(target.place, place));
    if (found?.fallback) return { fallback: found.fallback };
  }
  return {};
}

/** The first words and who is called wait for nothing. */
function waitOf({ group, gathered, due }: GatheringTelling, nowMs: number): number {
  const { posts, life, toldMs = 0 } = group;
  const isNews = isWorse(gathered, life) || due.size > 0;
  return posts.length === 0 || isNews ? 0 : Math.min(EDIT_EVERY_MS, Math.max(0, toldMs + EDIT_EVERY_MS - nowMs));
}
