/** Gives context: into the thread of a post when a group begins, a last line when it is over, a digest in a storm. */
import type { Chat } from '../chat/chat.ts';
import { ROOM_REFUSALS } from '../chat/deliver/room-refusals.ts';
import { untilPosted } from '../chat/deliver/until-posted.ts';
import type { Alert } from '../domain/alert.ts';
import { toBotError } from '../domain/errors.ts';
import type { Line, Message, PostReceipt } from '../domain/message.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AlertGroup, GroupPost } from '../store/alert-group.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { ContextJob, ContextPlace, ContextReport, ContextState, ContextStore } from '../store/context-store.ts';
import { type Allowance, allowanceOf, digestMessage, MINUTE_MS } from './allowance.ts';
import type { ChartPoster } from './chart-poster.ts';
import { closingMessage } from './closing.ts';
import { type ContextStep, gatherContext, missingLines, type StepWatch } from './gather-context.ts';
import { isBegun, queueContext } from './queue-context.ts';
import { type Subject, subjectOf, troubleIn } from './subject.ts';

/** What giving context works with. */
export interface ContextDeps {
  readonly alerts: Pick<AlertStore, 'group' | 'history'>;
  readonly contexts: ContextStore;
  /** Stores a further job. */
  submit(job: ContextJob, delayMs?: number): Promise<void>;
  chatNamed(name: string): Chat | undefined;
  readonly steps: readonly ContextStep[];
  /** Left out: no pictures. */
  readonly charts?: ChartPoster;
  /** Whether a maintenance window mutes an alert now. */
  isMuted?(alert: Alert, nowMs: number): boolean;
  /** Where all alerts are listed, for people. */
  readonly alertsPage?: string | undefined;
  readonly zone: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A digest is made when its minute is over for every replica. */
const DIGEST_GRACE_MS = 2_000;
const DAY_MS = 86_400_000;
const HISTORY_DAYS = 30;
const MEMBERS_MAX = 20;

/**
 * Does one job; doing it again posts nothing twice.
 *
 * @throws BotError `CHAT_…` when a chat is away, `STORE_…`: the queue then tries again
 */
export async function giveContext(job: ContextJob, deps: ContextDeps, signal: AbortSignal): Promise<void> {
  const chat = deps.chatNamed(job.chat);
  if (!chat) return;
  try {
    if (job.kind === 'digest') await postDigest(job, chat, deps, signal);
    else await giveToThread(job, chat, deps, signal);
  } catch (thrown) {
    const { code } = toBotError(thrown);
    if (signal.aborted || !ROOM_REFUSALS.has(code)) throw thrown;
    deps.log.warn({ code, err: thrown, chat: job.chat, room: job.room }, 'a room takes no context');
  }
}

type ThreadJob = Exclude<ContextJob, { kind: 'digest' }>;

/** A thread to write into. */
interface Thread {
  readonly chat: Chat;
  readonly place: ContextPlace;
  readonly post: GroupPost;
  readonly group: AlertGroup;
  /** The beginning of the idempotency keys of what is posted there. */
  readonly key: string;
}

async function giveToThread(job: ThreadJob, chat: Chat, deps: ContextDeps, signal: AbortSignal): Promise<void> {
  const found = await threadOf(job.key, { chat: job.chat, room: job.room }, chat, deps);
  if (found?.thread.group.conversation !== job.conversation) return;
  const { thread, known } = found;
  if (job.kind === 'start') {
    if (!isBegun(thread.group, known)) await begin(thread, deps, signal);
    // it may be over meanwhile
    await queueContext(job.key, deps);
  }
  if (job.kind === 'end' && known && known.closedMs !== job.closedMs) await end(job, known, thread, deps, signal);
}

/** The thread of a group in a room, and what it has of this conversation; nothing where the room has no post of it. */
async function threadOf(key: string, place: ContextPlace, chat: Chat, { alerts, contexts }: ContextDeps) {
  const [group, state] = await Promise.all([alerts.group(key), contexts.of(key, place)]);
  const post = group?.posts.find((one) => one.chat === place.chat && one.room === place.room);
  if (!group || !post) return undefined;
  const thread: Thread = { chat, place, post, group, key: keyOf(group, place, post) };
  return { thread, known: state?.conversation === group.conversation ? state : undefined };
}

/** Below the post of somebody else the same, whichever group it belongs to at that moment. */
function keyOf(
  { key, conversation, life }: AlertGroup,
  { room }: ContextPlace,
  { receipt, sightedMs }: GroupPost,
): string {
  const thread = sightedMs === undefined ? `${key}/${conversation}/${room}` : `sighted/${receipt.id}`;
  return `alert-context/${thread}${life.openings === undefined ? '' : `/${life.openings}`}`;
}

async function begin(thread: Thread, deps: ContextDeps, signal: AbortSignal, given?: Allowance): Promise<void> {
  const { group, place } = thread;
  const nowMs = deps.clock.now();
  const subject = subjectOf(troubleIn(group), nowMs, deps.zone);
  const keep = (state: ContextState['state'], report?: ContextReport) => {
    const { conversation, life } = group;
    const again = life.openings === undefined ? {} : { openings: life.openings };
    return deps.contexts.keep(group.key, place, {
      conversation,
      ...again,
      state,
      atMs: nowMs,
      ...(report && { report }),
    });
  };
  // what was over before anybody could look needs no help any more
  if (subject.endMs !== undefined || subject.alerts.length === 0) return keep('none');
  if (deps.isMuted && subject.alerts.every((alert) => deps.isMuted?.(alert, nowMs))) return keep('muted');
  const allowance = given ?? (await allowanceOf({ ...group, alerts: subject.alerts }, place, deps.contexts, nowMs));
  if (allowance === 'held') {
    const fromMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    // first the digest: were it the other way round, a death in between would hold it back in silence
    await deps.submit({ kind: 'digest', fromMs, ...place }, fromMs + MINUTE_MS + DIGEST_GRACE_MS - nowMs);
    return keep('held');
  }
  const steps: ContextReport['steps'][number][] = [];
  const watch = { now: () => deps.clock.now(), done: (step: (typeof steps)[number]) => void steps.push(step) };
  const last = allowance === 'words' ? [WITHOUT_CHARTS] : [];
  const [words, pictures] = await Promise.all([
    postWords(thread, subject, { ...deps, watch }, signal, last),
    allowance === 'full'
      ? postPictures(thread, subject, { name: 'chart', sinceMs: group.sinceMs }, deps, signal)
      : undefined,
  ]);
  await sayMissing(thread, pictures?.missing ?? [], words, deps, signal);
  await keep(
    words || pictures?.count ? 'posted' : 'none',
    reportOf(inOrder(steps, deps.steps), pictures?.reports ?? []),
  );
  deps.log.info({ group: group.key, ...place, allowance, charts: pictures?.count ?? 0 }, 'context was given');
}

/** So much of a report is kept. */
const REPORTED_MAX = 12;
const REPORTED_MAX_CHARS = 500;

/** As people read their lines, not as they came back. */
function inOrder(steps: ContextReport['steps'], all: readonly ContextStep[]): ContextReport['steps'] {
  const placeOf = (what: string) => all.findIndex((one) => one.what === what);
  return steps.toSorted((a, b) => placeOf(a.what) - placeOf(b.what));
}

function reportOf(steps: ContextReport['steps'], charts: ContextReport['charts']): ContextReport {
  const bounded = <One extends object>(all: readonly One[]) =>
    all.slice(0, REPORTED_MAX).map((one) => {
      const fields = Object.entries(one).map(([key, value]) => [
        key,
        typeof value === 'string' ? value.slice(0, REPORTED_MAX_CHARS) : value,
      ]);
      return Object.fromEntries(fields) as One;
    });
  return { steps: bounded(steps), charts: bounded(charts) };
}

const WITHOUT_CHARTS: Line = ['Without charts while so many alerts arrive: ask for one here.'];

interface Words {
  readonly receipt: PostReceipt;
  readonly lines: readonly Line[];
}

/** One message with all that is known; nothing where nothing is. */
async function postWords(
  { chat, place, post, key }: Thread,
  subject: Subject,
  deps: ContextDeps & { readonly watch: StepWatch },
  signal: AbortSignal,
  last: readonly Line[],
): Promise<Words | undefined> {
  const found = await gatherContext(subject, deps.steps, signal, undefined, deps.watch);
  if (found.length === 0) return undefined;
  const lines = [...found, ...last];
  const destination = { ...place, threadId: post.receipt.id };
  const say = () => chat.post(messageOf(lines), destination, { idempotencyKey: key }, signal);
  return { receipt: await untilPosted(say, deps, signal), lines };
}

async function postPictures(
  { chat, place, post, key }: Thread,
  subject: Subject,
  { name, sinceMs }: { readonly name: string; readonly sinceMs: number },
  deps: ContextDeps,
  signal: AbortSignal,
) {
  return deps.charts?.({ subject, chat, place, threadId: post.receipt.id, key: `${key}/${name}`, sinceMs }, signal);
}

/** Pictures may be late, so what is missing of them is edited into the words, or said by itself. */
async function sayMissing(
  { chat, place, post, key }: Thread,
  missing: readonly string[],
  words: Words | undefined,
  deps: ContextDeps,
  signal: AbortSignal,
): Promise<void> {
  const lines = missingLines(missing);
  if (lines.length === 0) return;
  if (words && chat.update) {
    await chat.update(words.receipt, messageOf([...words.lines, ...lines]), signal).catch((thrown: unknown) => {
      signal.throwIfAborted();
      deps.log.warn({ err: thrown, ...place }, 'context could not be edited');
    });
    return;
  }
  const destination = { ...place, threadId: post.receipt.id };
  const say = () => chat.post(messageOf(lines), destination, { idempotencyKey: `${key}/missing` }, signal);
  await untilPosted(say, deps, signal);
}

/** The last line of the thread; when the group opened and closed again, that line tells of the whole. */
async function end(
  job: Extract<ThreadJob, { kind: 'end' }>,
  state: ContextState,
  thread: Thread,
  deps: ContextDeps,
  signal: AbortSignal,
): Promise<void> {
  const { chat, place, post, group, key } = thread;
  if (state.state !== 'posted' || group.closedMs !== job.closedMs) return;
  const subject = subjectOf(group.problems, deps.clock.now(), deps.zone);
  const sinceMs = subject.startMs - HISTORY_DAYS * DAY_MS;
  const prints = subject.alerts.slice(0, MEMBERS_MAX).map(({ fingerprint }) => fingerprint);
  const found = (await Promise.all(prints.map((print) => deps.alerts.history(print, sinceMs)))).flat();
  const message = closingMessage(subject, found);
  if (!message) return;
  const say = async (): Promise<ContextState['closing']> => {
    if (state.closing && chat.update) {
      await chat.update(state.closing, message, signal);
      return state.closing;
    }
    const destination = { ...place, threadId: post.receipt.id };
    const { id, room } = await chat.post(message, destination, { idempotencyKey: `${key}/end` }, signal);
    return { id, room };
  };
  const closing = await untilPosted(say, deps, signal);
  if (!state.closing) await postPictures(thread, subject, { name: 'end', sinceMs: job.closedMs }, deps, signal);
  await deps.contexts.keep(group.key, place, { ...state, closedMs: job.closedMs, ...(closing && { closing }) });
}

async function postDigest(
  { fromMs, chat: name, room }: Extract<ContextJob, { kind: 'digest' }>,
  chat: Chat,
  deps: ContextDeps,
  signal: AbortSignal,
): Promise<void> {
  const { contexts, zone, alertsPage: page, clock, log } = deps;
  const place = { chat: name, room };
  const held = await contexts.held(place, { fromMs, toMs: fromMs + MINUTE_MS });
  const [only] = held;
  if (!only) return;
  if (held.length === 1) {
    // a line that one was held back is longer than what it holds back
    const found = await threadOf(only.key, place, chat, deps);
    if (found?.known?.state === 'held') await begin(found.thread, deps, signal, 'full');
    return;
  }
  const options = { idempotencyKey: `alert-digest/${room}/${fromMs}` };
  await untilPosted(
    () => chat.post(digestMessage(held, fromMs, { zone, page }), place, options, signal),
    { clock, log },
    signal,
  );
}

function messageOf(lines: readonly Line[]): Message {
  return { blocks: [{ kind: 'text', lines }] };
}
