/** The post of a room that tells of many groups: made, edited as they change, followed by lines that call. */
import { SEVERITIES } from '../domain/alert-severity.ts';
import type { Message } from '../domain/message.ts';
import type { AlertGroup, Called, GroupLife, GroupPost } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { type AlertTurns, type Gathered, gatheringOf } from '../store/alert-turns.ts';
import { type Calls, calledAfter, timesCalled } from './gathering-calls.ts';
import { amongMessage, type GatheringWords, missedMessage, stormMessage, worstIn } from './gathering-message.ts';
import type { FactsRule } from './group-facts.ts';
import { afterEdit, afterFailedEdit, edit, isSame, type Outcome, postTo, reasoned, say } from './room-posts.ts';
import type { Target } from './route.ts';
import type { TellRoomsDeps } from './tell-rooms.ts';

/** What this works with. */
export interface TellGatheringDeps extends TellRoomsDeps {
  readonly alerts: Pick<AlertStore, 'keepTold'>;
  readonly turns: AlertTurns;
  readonly rule: FactsRule;
  /** Where all alerts are listed, for people. */
  readonly alertsPage?: string | undefined;
}

/** A post that cannot be edited is followed by another no more often. */
const FOLLOW_EVERY_MS = 60_000;

/** A post for many as it is told. */
export interface GatheringTelling {
  readonly group: AlertGroup;
  readonly gathered: Gathered;
  readonly target: Target;
  readonly kind: 'storm' | 'missed';
  readonly isCalm: boolean;
  readonly calls: Calls;
  /** Who of them is called now. */
  readonly due: Calls;
  /** What a post shows that was brought up to date now. */
  readonly state: string;
}

/** Whether it is worse than the room was told. */
export function isWorse(gathered: Gathered, { severity }: GroupLife): boolean {
  const isFiring = gathered.counts.some(({ firing }) => firing > 0);
  return isFiring && severity !== undefined && SEVERITIES.indexOf(worstIn(gathered)) < SEVERITIES.indexOf(severity);
}

/** What became of it, and what is remembered. */
export type GatheringTold = Outcome & { readonly life: GroupLife };

/** Posts it where nothing is yet. */
export async function postFirst(
  telling: GatheringTelling,
  deps: TellGatheringDeps,
  signal: AbortSignal,
): Promise<GatheringTold> {
  const { group, gathered, target, due } = telling;
  const { key, toldVersion: version, conversation, sinceMs } = group;
  // kept first: a second try has the words of the first, so that nobody counts as called who was not
  const called = group.life.called ?? calledAfter(telling, due, [], deps.clock.now());
  const life = { ...group.life, called, severity: worstIn(gathered) };
  if (!group.life.called) await deps.alerts.keepTold(key, { version, conversation, sinceMs, posts: [], life });
  const outcome = await postIn(target, telling, namesOf(called), deps, signal);
  const nowMs = deps.clock.now();
  const calledNow = called.map((one) => ({ ...one, atMs: nowMs }));
  return { ...outcome, life: { ...life, called: calledAfter(telling, new Map(), calledNow, nowMs) } };
}

function namesOf(called: readonly Called[]): readonly string[] {
  return called.map(({ name }) => name);
}

async function postIn(
  target: Target,
  telling: GatheringTelling,
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
async function postLate(telling: GatheringTelling, deps: TellGatheringDeps, signal: AbortSignal): Promise<Outcome> {
  const { group, target, due } = telling;
  const isMissing = group.posts.every((post) => !isSame(post, target.place));
  const isOwed = group.posts.some(({ insteadOf }) => insteadOf?.isAway && isSame(insteadOf, target.place));
  if (!isMissing || !isOwed) return { posts: [] };
  const names = new Set([...namesOf(group.life.called ?? []), ...due.keys()]);
  return postIn(target, telling, [...names], deps, signal);
}

/** Calls who is to be called, then brings all posts up to date. */
export async function update(
  telling: GatheringTelling,
  deps: TellGatheringDeps,
  signal: AbortSignal,
): Promise<GatheringTold> {
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
      called: calledAfter(telling, telling.due, called, deps.clock.now()),
      ...(worst !== undefined && { severity: worst }),
    },
  };
}

async function updatePost(
  post: GroupPost,
  late: readonly GroupPost[],
  telling: GatheringTelling,
  deps: TellGatheringDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { group, gathered, due, isCalm, state } = telling;
  // what is up to date waits for the other room
  if (post.shows === state && late.length === 0) return { posts: [post] };
  try {
    const worst = worstIn(gathered);
    for (const [name, alerts] of due) {
      const message = amongMessage(alerts, alerts[0]?.severity ?? worst, [name]);
      const time = timesCalled(name, group.life.called ?? []) + 1;
      await say(post, message, `${group.key}/call/${name}/${time}/${post.chat}/${post.room}`, deps, signal);
    }
    if (due.size === 0 && !isCalm && isWorse(gathered, group.life)) {
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
    if (isEdited) return { posts: [afterEdit({ ...post, shownMs: nowMs }, state, deps)] };
    const { chat, room, insteadOf, shownMs = 0 } = post;
    const isSoon = !isCalm && nowMs - shownMs < FOLLOW_EVERY_MS;
    if (gathered.lastMs <= shownMs || isSoon) return { posts: [afterEdit(post, state, deps)] };
    const words = { message: wordsOf([]), mentions: [], isCritical: false };
    const { posts, failure } = await postTo({ place: { chat, room } }, group, words, deps, signal);
    if (posts.length === 0) return { posts: [post], ...(failure !== undefined && { failure }) };
    const instead = insteadOf && { insteadOf };
    return { posts: posts.map((one) => ({ ...one, ...instead, shows: state, shownMs: nowMs })) };
  } catch (failure) {
    return { posts: [afterFailedEdit(post, failure, deps)], failure };
  }
}

function messageOf(
  { group, gathered, kind, isCalm }: GatheringTelling,
  mentions: readonly string[],
  { zone, clock, alertsPage }: TellGatheringDeps,
): Message {
  const sinceMs = gatheringOf(group.key)?.sinceMs ?? group.sinceMs;
  const words: GatheringWords = { zone, nowMs: clock.now(), mentions, sinceMs, isCalm, page: alertsPage };
  return kind === 'storm' ? stormMessage(gathered, words) : missedMessage(gathered, words);
}
