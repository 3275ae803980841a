/** Tells a room of many groups in one post, edited as they change; who is to be called is called in a line of its own. */
import { SEVERITIES } from '../domain/alert-severity.ts';
import type { Message } from '../domain/message.ts';
import type { AlertGroup, GroupLife, GroupPost } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { type AlertTurns, type Gathered, gatheringOf, STORM_CALM_MS } from '../store/alert-turns.ts';
import { type Calls, callsIn, newCalls } from './gathering-calls.ts';
import { amongMessage, type GatheringWords, missedMessage, stormMessage, worstIn } from './gathering-message.ts';
import type { FactsRule } from './group-facts.ts';
import { edit, isSame, type Outcome, postTo, reasoned, say, stateOf } from './room-posts.ts';
import { type Target, targetsOf } from './route.ts';
import type { TellRoomsDeps } from './tell-rooms.ts';

/** What this works with. */
export interface TellGatheringDeps extends TellRoomsDeps {
  readonly alerts: Pick<AlertStore, 'keepTold'>;
  readonly turns: AlertTurns;
  readonly rule: FactsRule;
  /** Where all alerts are listed, for people. */
  readonly alertsPage?: string | undefined;
}

/** An edit shows all that came since the last one. */
const EDIT_EVERY_MS = 10_000;
/** A post that cannot be edited is followed by another no more often. */
const FOLLOW_EVERY_MS = 60_000;

/** What is to be told. */
interface Telling {
  readonly group: AlertGroup;
  readonly gathered: Gathered;
  readonly target: Target;
  readonly kind: 'storm' | 'missed';
  readonly isCalm: boolean;
  readonly calls: Calls;
  /** What a post shows that was brought up to date now. */
  readonly state: string;
}

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
  const { chat } = place;
  const calls: Calls =
    kind === 'storm' ? callsIn(gathered, { chat, toldMs: group.toldMs }, deps, nowMs) : new Map<string, never>();
  const target = { place, ...fallbackOf(gathered, place, deps) };
  const telling = { group, gathered, target, kind, isCalm, calls, state: stateOf(group, nowMs) };
  const wait = waitOf(telling, nowMs);
  if (wait > 0) return wait;
  const { life, posts, failure } =
    group.posts.length === 0 ? await postFirst(telling, deps, signal) : await update(telling, deps, signal);
  const { version, toldVersion, conversation, sinceMs } = group;
  const isOver = isCalm && gathered.counts.every(({ firing }) => firing === 0);
  // who came while the first post was tried is called below it
  const isOwed = failure === undefined && newCalls(calls, life).length > 0;
  const calmMs = Math.min(gathered.lastMs, nowMs) + STORM_CALM_MS;
  await deps.alerts.keepTold(group.key, {
    ...{ version: failure === undefined ? version : toldVersion, conversation, sinceMs, posts, life },
    ...(failure === undefined && !isOwed && { toldMs: nowMs }),
    ...(isOver && { closedMs: group.closedMs ?? nowMs }),
    ...((isOwed || !isCalm) && { dueMs: isOwed ? nowMs : calmMs }),
    wasDueMs: group.dueMs,
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
function waitOf({ group, gathered, calls }: Telling, nowMs: number): number {
  const { posts, life, toldMs = 0 } = group;
  const isNews = isWorse(gathered, life) || newCalls(calls, life).length > 0;
  return posts.length === 0 || isNews ? 0 : Math.min(EDIT_EVERY_MS, Math.max(0, toldMs + EDIT_EVERY_MS - nowMs));
}

function isWorse(gathered: Gathered, { severity }: GroupLife): boolean {
  const isFiring = gathered.counts.some(({ firing }) => firing > 0);
  return isFiring && severity !== undefined && SEVERITIES.indexOf(worstIn(gathered)) < SEVERITIES.indexOf(severity);
}

type Told = Outcome & { readonly life: GroupLife };

async function postFirst(telling: Telling, deps: TellGatheringDeps, signal: AbortSignal): Promise<Told> {
  const { group, gathered, target, calls } = telling;
  const { key, toldVersion: version, conversation, sinceMs } = group;
  // kept first: a second try has the words of the first, so that nobody counts as called who was not
  const called = group.life.called ?? newCalls(calls, group.life);
  const life = { ...group.life, called, severity: worstIn(gathered) };
  if (!group.life.called) await deps.alerts.keepTold(key, { version, conversation, sinceMs, posts: [], life });
  return { ...(await postIn(target, telling, called, deps, signal)), life };
}

async function postIn(
  target: Target,
  telling: Telling,
  mentions: readonly string[],
  deps: TellGatheringDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { group, gathered, kind, state } = telling;
  const isCritical = kind === 'storm' && worstIn(gathered) === 'critical';
  const words = { message: messageOf(telling, mentions, deps), mentions, isCritical };
  const outcome = await postTo(target, group, words, deps, signal);
  const shownMs = deps.clock.now();
  return { ...outcome, posts: outcome.posts.map((post) => ({ ...post, shows: state, shownMs })) };
}

/** The room whose chat was away when others were told instead has it as soon as that is back. */
async function postLate(telling: Telling, deps: TellGatheringDeps, signal: AbortSignal): Promise<Outcome> {
  const { group, target, calls } = telling;
  const isMissing = group.posts.every((post) => !isSame(post, target.place));
  const isOwed = group.posts.some(({ insteadOf }) => insteadOf?.isAway && isSame(insteadOf, target.place));
  if (!isMissing || !isOwed) return { posts: [] };
  const called = [...(group.life.called ?? []), ...newCalls(calls, group.life)];
  return postIn(target, telling, called, deps, signal);
}

async function update(telling: Telling, deps: TellGatheringDeps, signal: AbortSignal): Promise<Told> {
  const { group } = telling;
  const late = await postLate(telling, deps, signal);
  const updated = group.posts.map((post) => updatePost(post, late.posts, telling, deps, signal));
  const outcomes = [...(await Promise.all(updated)), late];
  const failed = outcomes.find(({ failure }) => failure !== undefined);
  const posts = outcomes.flatMap((outcome) => outcome.posts);
  if (failed) return { posts, failure: failed.failure, life: group.life };
  const { called = [], severity } = group.life;
  const worst = isWorse(telling.gathered, group.life) ? worstIn(telling.gathered) : severity;
  return {
    posts,
    life: {
      ...group.life,
      called: [...called, ...newCalls(telling.calls, group.life)],
      ...(worst !== undefined && { severity: worst }),
    },
  };
}

async function updatePost(
  post: GroupPost,
  late: readonly GroupPost[],
  telling: Telling,
  deps: TellGatheringDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { group, gathered, calls, isCalm, state } = telling;
  // what is up to date waits for the other room
  if (post.shows === state && late.length === 0) return { posts: [post] };
  try {
    const fresh = newCalls(calls, group.life);
    const worst = worstIn(gathered);
    for (const name of fresh) {
      const message = amongMessage(calls.get(name) ?? [], calls.get(name)?.[0]?.severity ?? worst, [name]);
      await say(post, message, `${group.key}/call/${name}/${post.chat}/${post.room}`, deps, signal);
    }
    if (fresh.length === 0 && !isCalm && isWorse(gathered, group.life)) {
      const alerts = gathered.alerts.filter(({ severity, status }) => severity === worst && status === 'firing');
      await say(
        post,
        amongMessage(alerts, worst, []),
        `${group.key}/worse/${worst}/${post.chat}/${post.room}`,
        deps,
        signal,
      );
    }
    const nowMs = deps.clock.now();
    const wordsOf = (mentions: readonly string[]) =>
      reasoned(messageOf(telling, mentions, deps), post, [...group.posts, ...late]);
    const isEdited = (await edit(post, post.receipt, wordsOf(post.mentions ?? []), deps, signal)) === 'edited';
    if (isEdited) return { posts: [{ ...post, shows: state, shownMs: nowMs }] };
    const { chat, room, insteadOf, shownMs = 0 } = post;
    const isSoon = !isCalm && nowMs - shownMs < FOLLOW_EVERY_MS;
    if (gathered.lastMs <= shownMs || isSoon) return { posts: [{ ...post, shows: state }] };
    const words = { message: wordsOf([]), mentions: [], isCritical: false };
    const { posts, failure } = await postTo({ place: { chat, room } }, group, words, deps, signal);
    if (posts.length === 0) return { posts: [post], ...(failure !== undefined && { failure }) };
    const instead = insteadOf && { insteadOf };
    return { posts: posts.map((one) => ({ ...one, ...instead, shows: state, shownMs: nowMs })) };
  } catch (failure) {
    return { posts: [post], failure };
  }
}

function messageOf(
  { group, gathered, kind, isCalm }: Telling,
  mentions: readonly string[],
  { zone, clock, alertsPage }: TellGatheringDeps,
): Message {
  const sinceMs = gatheringOf(group.key)?.sinceMs ?? group.sinceMs;
  const words: GatheringWords = { zone, nowMs: clock.now(), mentions, sinceMs, isCalm, page: alertsPage };
  return kind === 'storm' ? stormMessage(gathered, words) : missedMessage(gathered, words);
}
