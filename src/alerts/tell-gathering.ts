/** Tells a room of many groups in one post, edited as they change; who is to be called is called in a line of its own. */
import type { Alert } from '../domain/alert.ts';
import { SEVERITIES } from '../domain/alert-severity.ts';
import type { Message } from '../domain/message.ts';
import type { AlertGroup, GroupLife, GroupPost } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { type AlertTurns, type Gathered, gatheringOf, STORM_CALM_MS } from '../store/alert-turns.ts';
import { amongMessage, type GatheringWords, missedMessage, stormMessage, worstIn } from './gathering-message.ts';
import type { FactsRule } from './group-facts.ts';
import { mentionsFor } from './owners.ts';
import { edit, isSame, type Outcome, postTo, reasoned, say } from './room-posts.ts';
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
/** People that one storm calls; whoever else is meant reads it. */
const CALLED_MAX = 10;

/** What is to be told. */
interface Telling {
  readonly group: AlertGroup;
  readonly gathered: Gathered;
  readonly target: Target;
  readonly kind: 'storm' | 'missed';
  readonly isCalm: boolean;
  /** Alerts of people that are to be called. */
  readonly calls: ReadonlyMap<string, readonly Alert[]>;
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
  const calls =
    kind === 'storm' ? callsIn(gathered, { chat: place.chat, isCalm }, deps) : new Map<string, readonly Alert[]>();
  const telling = { group, gathered, target: { place, ...fallbackOf(gathered, place, deps) }, kind, isCalm, calls };
  const wait = waitOf(telling, nowMs);
  if (wait > 0) return wait;
  const { life, posts, failure } =
    group.posts.length === 0 ? await postFirst(telling, deps, signal) : await update(telling, deps, signal);
  const { version, toldVersion, conversation, sinceMs } = group;
  const isOver = isCalm && gathered.counts.every(({ firing }) => firing === 0);
  await deps.alerts.keepTold(group.key, {
    ...{ version: failure === undefined ? version : toldVersion, conversation, sinceMs, posts, life },
    ...(failure === undefined && { toldMs: nowMs }),
    ...(isOver && { closedMs: group.closedMs ?? nowMs }),
    ...(!isCalm && { dueMs: gathered.lastMs + STORM_CALM_MS }),
    wasDueMs: group.dueMs,
  });
  if (failure !== undefined) throw failure;
  return undefined;
}

/** Whom the worst of what fires calls, each with what is theirs; what is told of since it is calm has a post of its own, and calls there. */
function callsIn(
  { alerts, lastMs }: Gathered,
  { chat, isCalm }: { readonly chat: string; readonly isCalm: boolean },
  { owners, isMuted, clock }: TellGatheringDeps,
) {
  const calls = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const { acknowledged, suppressed } = alert.flags;
    if (isCalm && +alert.receivedAt > lastMs) continue;
    if (alert.status !== 'firing' || acknowledged || suppressed || isMuted(alert, clock.now())) continue;
    for (const name of mentionsFor([alert], chat, owners)) {
      const known = calls.get(name);
      if (known) known.push(alert);
      else if (calls.size < CALLED_MAX) calls.set(name, [alert]);
    }
  }
  return calls;
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
  return posts.length === 0 || isNews ? 0 : Math.max(0, toldMs + EDIT_EVERY_MS - nowMs);
}

function isWorse(gathered: Gathered, { severity }: GroupLife): boolean {
  const isFiring = gathered.counts.some(({ firing }) => firing > 0);
  return isFiring && severity !== undefined && SEVERITIES.indexOf(worstIn(gathered)) < SEVERITIES.indexOf(severity);
}

function newCalls(calls: Telling['calls'], { called = [] }: GroupLife): readonly string[] {
  return [...calls.keys()].filter((name) => !called.includes(name)).slice(0, CALLED_MAX - called.length);
}

type Told = Outcome & { readonly life: GroupLife };

async function postFirst(telling: Telling, deps: TellGatheringDeps, signal: AbortSignal): Promise<Told> {
  const { group, gathered, target, calls } = telling;
  const { key, toldVersion: version, conversation, sinceMs } = group;
  // kept first: a second try has the words of the first, so that nobody counts as called who was not
  const called = group.life.called ?? newCalls(calls, group.life);
  const life = { ...group.life, called, severity: worstIn(gathered) };
  if (!group.life.called) await deps.alerts.keepTold(key, { version, conversation, sinceMs, posts: [], life });
  const words = { message: messageOf(telling, called, deps), mentions: called };
  const isCritical = telling.kind === 'storm' && worstIn(gathered) === 'critical';
  return { ...(await postTo(target, group, { ...words, isCritical }, deps, signal)), life };
}

async function update(telling: Telling, deps: TellGatheringDeps, signal: AbortSignal): Promise<Told> {
  const { group } = telling;
  const outcomes = await Promise.all(group.posts.map((post) => updatePost(post, telling, deps, signal)));
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
  telling: Telling,
  deps: TellGatheringDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { group, gathered, calls, isCalm } = telling;
  try {
    const fresh = newCalls(calls, group.life);
    const worst = worstIn(gathered);
    for (const name of fresh) {
      const message = amongMessage(calls.get(name) ?? [], calls.get(name)?.[0]?.severity ?? worst, [name]);
      await say(post, message, `${group.key}/call/${name}`, deps, signal);
    }
    if (fresh.length === 0 && !isCalm && isWorse(gathered, group.life)) {
      const alerts = gathered.alerts.filter(({ severity, status }) => severity === worst && status === 'firing');
      await say(post, amongMessage(alerts, worst, []), `${group.key}/worse/${worst}`, deps, signal);
    }
    const message = reasoned(messageOf(telling, post.mentions ?? [], deps), post, group.posts);
    if ((await edit(post, post.receipt, message, deps, signal)) === 'edited') return { posts: [post] };
    const target = { place: { chat: post.chat, room: post.room } };
    return await postTo(target, group, { message, mentions: [], isCritical: false }, deps, signal);
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
