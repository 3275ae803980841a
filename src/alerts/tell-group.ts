/** Tells rooms of a group of alerts: words at once, edited as it changes, never twice. */

import type { Chat } from '../chat/chat.ts';
import type { Alert } from '../domain/alert.ts';
import { worstSeverity } from '../domain/alert-severity.ts';
import { BotError, type ErrorCode, toBotError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AlertGroup, AlertStore, GroupPost } from '../store/alert-store.ts';
import { groupMessage } from './group-message.ts';
import { type Place, type Route, type Target, targetsOf } from './route.ts';
import { isSighted } from './sighted/instance.ts';

/** What telling works with. */
export interface TellDeps {
  readonly alerts: AlertStore;
  readonly routes: readonly Route[];
  /** Who is told when a room refuses an alert. */
  readonly operators?: Place;
  chatNamed(name: string): Chat | undefined;
  readonly zone: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** A group that was over for longer begins a new conversation. */
const REOPEN_MS = 2 * 3_600_000;
/** No further try helps against these: the alert goes to the fallback. */
const ROOM_REFUSALS: ReadonlySet<ErrorCode> = new Set(['CHAT_FORBIDDEN', 'CHAT_NO_SUCH_ROOM', 'CONFIG_INVALID']);

/**
 * Posts or edits what the rooms know of a group. Posts carry a key made from the group, so that a second try, here or in another
 * process, posts nothing twice.
 *
 * @throws BotError `CHAT_…` when a chat is away: the queue then tries again; `STORE_…`
 */
export async function tellGroup(key: string, deps: TellDeps, signal: AbortSignal): Promise<void> {
  const found = await deps.alerts.group(key);
  if (!found || found.version === found.toldVersion) return;
  const group = reopened(found, deps.clock.now());
  const told = group.problems.filter(({ transition }) => transition !== 'test' || group.problems.length === 1);
  const posts = told.length === 0 ? group.posts : await tellRooms(group, told, deps, signal);
  const isOver = told.every(({ status }) => status !== 'firing');
  const { version, conversation, sinceMs } = group;
  const closed = isOver ? { closedMs: deps.clock.now() } : {};
  await deps.alerts.keepTold(key, { version, conversation, sinceMs, posts, ...closed });
}

/**
 * Tells a group as {@link tellGroup} does; one that a chat takes no words of now is left to the store, which names it again while it
 * has news, in the order of their coming.
 *
 * @returns whether the rooms know all of it
 */
export async function tellGroupOrLater(key: string, deps: TellDeps, signal: AbortSignal): Promise<boolean> {
  try {
    await tellGroup(key, deps, signal);
    return true;
  } catch (thrown) {
    const { code } = toBotError(thrown);
    if (signal.aborted || !code.startsWith('CHAT_')) throw thrown;
    deps.log.debug({ code, err: thrown, group: key }, 'an alert is told later');
    return false;
  }
}

/** A group that was over, with something firing again: the same conversation for a while, then a new one. */
export function reopened(group: AlertGroup, nowMs: number): AlertGroup {
  const { closedMs, conversation, problems } = group;
  if (closedMs === undefined || nowMs - closedMs < REOPEN_MS) return group;
  const fresh = problems.filter(({ status, endsAt }) => status === 'firing' || +(endsAt ?? 0) > closedMs);
  const posts = group.posts.filter(({ sightedMs = 0 }) => sightedMs > closedMs);
  return { ...group, conversation: conversation + 1, sinceMs: nowMs, posts, problems: fresh };
}

async function tellRooms(
  group: AlertGroup,
  problems: readonly Alert[],
  deps: TellDeps,
  signal: AbortSignal,
): Promise<readonly GroupPost[]> {
  const { zone, clock } = deps;
  const message = groupMessage(problems, { zone, nowMs: clock.now() });
  const known = group.posts;
  // a resolve of what no room was told of posts nothing
  const isNews = problems.some(({ status }) => status === 'firing');
  const targets = isNews ? distinctTargets(problems, deps) : [];
  const edits = await Promise.all(known.map((post) => updatePost(post, message, deps, signal)));
  const fixed = known.filter((_, index) => edits[index] === 'refused');
  // what cannot be edited would hide what is new: it is said in a post of its own
  const updated = known.filter((post) => !isNews || !fixed.includes(post));
  const missing = [
    ...targets.filter(({ place }) => !updated.some((post) => isAt(post, place))),
    ...fixed.filter((post) => isNews && !targets.some(({ place }) => isAt(post, place))).map(placeOf),
  ];
  const posted = await Promise.all(missing.map((target) => postTo(target, group, problems, message, deps, signal)));
  // two rooms that refuse may have the same fallback
  const all = [...updated, ...posted.flat()];
  return all.filter((one, index) => all.findIndex((other) => isSame(other, one)) === index);
}

function distinctTargets(problems: readonly Alert[], { routes }: TellDeps): readonly Target[] {
  // what was read in a room is there already
  const all = problems.filter((alert) => !isSighted(alert)).flatMap((alert) => targetsOf(alert, routes));
  return all.filter(({ place }, index) => all.findIndex((one) => isSame(one.place, place)) === index);
}

function isSame(a: Place, b: Place): boolean {
  return a.chat === b.chat && a.room === b.room;
}

function isAt({ chat, room }: GroupPost, place: Place): boolean {
  return isSame({ chat, room }, place);
}

function placeOf({ chat, room }: GroupPost): Target {
  return { place: { chat, room } };
}

/** Edits a post; some cannot be edited: deleted, too old, on a platform without edits. */
async function updatePost(
  post: GroupPost,
  message: Message,
  { chatNamed, log }: TellDeps,
  signal: AbortSignal,
): Promise<'edited' | 'refused'> {
  const chat = chatNamed(post.chat);
  if (!chat || post.sightedMs !== undefined) return 'edited';
  if (!chat.update) return 'refused';
  try {
    await chat.update(post.receipt, message, signal);
    return 'edited';
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted || !ROOM_REFUSALS.has(error.code)) throw thrown;
    log.warn({ code: error.code, err: thrown, chat: post.chat, room: post.room }, 'an alert could not be edited');
    return 'refused';
  }
}

async function postTo(
  { place, fallback }: Target,
  group: AlertGroup,
  problems: readonly Alert[],
  message: Message,
  deps: TellDeps,
  signal: AbortSignal,
): Promise<readonly GroupPost[]> {
  try {
    return [await post(place, group, message, deps, signal)];
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted || !ROOM_REFUSALS.has(error.code)) throw thrown;
    deps.log.warn({ code: error.code, err: thrown, ...place }, 'a room refuses alerts');
    const others = [worstSeverity(problems) === 'critical' ? fallback : undefined, deps.operators];
    const next = others.find((other): other is Place => other !== undefined && !isSame(other, place));
    // a room that refuses is tried again with each change, and its fallback may have the post already
    if (!next || group.posts.some((known) => isAt(known, next))) return [];
    const said = { blocks: [...message.blocks, { kind: 'text' as const, lines: [refusedLine(place, error)] }] };
    // a fallback that refuses too hands over to the operators
    return postTo({ place: next }, group, problems, said, deps, signal);
  }
}

function refusedLine({ chat, room }: Place, { message }: BotError) {
  return ['Not in ', { name: `${room} (${chat})` }, `, which refuses it: ${message}`];
}

async function post(
  { chat: name, room }: Place,
  { key, conversation, posts }: AlertGroup,
  message: Message,
  { chatNamed, log }: TellDeps,
  signal: AbortSignal,
): Promise<GroupPost> {
  const chat = chatNamed(name);
  if (!chat) throw new BotError('CONFIG_INVALID', `There is no chat called ${name}.`);
  const refused = posts.find((known) => isAt(known, { chat: name, room }));
  const idempotencyKey = `alert/${key}/${conversation}/${room}${refused ? `/after/${refused.receipt.id}` : ''}`;
  const receipt = await chat.post(message, { chat: name, room }, { idempotencyKey }, signal);
  log.info({ group: key, chat: name, room }, 'an alert was posted');
  return { chat: name, room, receipt: { id: receipt.id, room: receipt.room } };
}
