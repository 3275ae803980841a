/** Posts and edits what one room reads of a group; where a room refuses, or its chat is away for too long, others are told. */
import type { Chat } from '../chat/chat.ts';
import { CHAT_AWAY, ROOM_REFUSALS } from '../chat/deliver/room-refusals.ts';
import { BotError, toBotError } from '../domain/errors.ts';
import type { Line, Message, PostReceipt } from '../domain/message.ts';
import type { BoundedMap } from '../lib/bounded-map.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { spanWords } from '../render/clock-words.ts';
import type { AlertGroup, GroupPost } from '../store/alert-group.ts';
import { type AwayChats, isUntried } from './away-chats.ts';
import { calledBy } from './owners.ts';
import type { InLine } from './room-order.ts';
import type { Place, Target } from './route.ts';

/** What posting works with. */
export interface RoomDeps {
  /** Who is told when a room refuses an alert. */
  readonly operators?: Place;
  /** A critical alert that cannot be posted for this long goes to the fallback too, any that its chat takes from nobody to the operators; ms. */
  readonly waitForChatMs: number;
  chatNamed(name: string): Chat | undefined;
  readonly away: AwayChats;
  /** Its place among what is told now; left out: it waits for nobody. */
  readonly line?: InLine;
  /** The hour in which something that is tried on and on was last warned of. */
  readonly warned: BoundedMap<string, number>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A message for a room. */
export interface Words {
  readonly message: Message;
  readonly mentions: readonly string[];
  /** The same for a post that an earlier try made, by who was called in it: an edit calls nobody. Left out: as it is. */
  readonly amended?: (mentions: readonly string[]) => Message;
  readonly insteadOf?: GroupPost['insteadOf'];
}

/** What became of it: what is posted, and what is to be tried again. */
export interface Outcome {
  readonly posts: readonly GroupPost[];
  readonly failure?: unknown;
  /** What an earlier try had posted already. */
  readonly wasThere?: boolean;
}

const HOUR_MS = 3_600_000;
/** A chat may do an edit that its client gave up this much later, ms; servers behind proxies give up themselves by then. */
const LATE_EDIT_MS = 60_000;

/** Whether two places are one room. */
export function isSame(a: Place, b: Place): boolean {
  return a.chat === b.chat && a.room === b.room;
}

/** What posts show after a telling: the same for every try of one, which is about what is new or a time that has come. */
export function stateOf({ version, dueMs }: AlertGroup, nowMs: number): string {
  return dueMs !== undefined && dueMs <= nowMs ? `${version}@${dueMs}` : `${version}`;
}

/** Edits a post; some cannot be edited: deleted, too old, on a platform without edits. */
export async function edit(
  { chat: name, room }: Place,
  receipt: GroupPost['receipt'],
  message: Message,
  { chatNamed, away, log }: RoomDeps,
  signal: AbortSignal,
): Promise<'edited' | 'refused'> {
  const chat = chatNamed(name);
  if (!chat) return 'edited';
  if (!chat.update) return 'refused';
  try {
    await away.reach(`${name}/edits`, async () => chat.update?.(receipt, message, signal));
    return 'edited';
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted || !ROOM_REFUSALS.has(error.code)) throw thrown;
    log.warn({ code: error.code, err: thrown, chat: name, room }, 'an alert could not be edited');
    return 'refused';
  }
}

/** A post after an edit that failed: unless nothing was sent, the chat may have it, or get it yet. */
export function afterFailedEdit(post: GroupPost, failure: unknown, { clock }: Pick<RoomDeps, 'clock'>): GroupPost {
  return isUntried(failure) ? post : { ...post, unsureMs: clock.now() };
}

/** A post after an edit: one that failed a moment ago may come yet, and put older words over these. */
export function afterEdit(
  { unsureMs, ...post }: GroupPost,
  shows: string,
  { clock }: Pick<RoomDeps, 'clock'>,
): GroupPost {
  const isUnsure = unsureMs !== undefined && clock.now() < unsureMs + LATE_EDIT_MS;
  return { ...post, shows, ...(isUnsure && { unsureMs }) };
}

/** When posts that may have older words by then are to be looked at once more, ms since the Unix epoch. */
export function looksAgainMs(posts: readonly GroupPost[]): readonly number[] {
  return posts.flatMap(({ unsureMs }) => (unsureMs === undefined ? [] : [unsureMs + LATE_EDIT_MS]));
}

/** A line below a post that the room sees too, said once: one that is there stays as it is. Nothing where the room takes none. */
export async function say(
  { chat: name, room, receipt }: GroupPost,
  message: Message,
  idempotencyKey: string,
  { chatNamed, away, log }: RoomDeps,
  signal: AbortSignal,
): Promise<PostReceipt | undefined> {
  const destination = { chat: name, room, threadId: receipt.id, isShownInRoom: true };
  const options = { idempotencyKey, keepsEarlier: true };
  try {
    return await away.reach(name, async () => chatNamed(name)?.post(message, destination, options, signal));
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted || !ROOM_REFUSALS.has(error.code)) throw thrown;
    log.warn({ code: error.code, err: thrown, chat: name, room }, 'a line about an alert could not be posted');
    return undefined;
  }
}

/** Posts a group in a room, or where that cannot be, elsewhere. */
export async function postTo(
  { place, fallback }: Target,
  group: AlertGroup,
  words: Words & { readonly isCritical: boolean },
  deps: RoomDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    return await post(place, group, words, deps, signal);
  } catch (thrown) {
    const error = toBotError(thrown);
    // a watchdog that is missed has nothing new, but was due
    const waitedMs = deps.clock.now() - (group.untoldMs ?? group.dueMs ?? deps.clock.now());
    const isRefused = ROOM_REFUSALS.has(error.code);
    // what a chat there takes from nobody goes elsewhere too, else nobody hears of it
    const isUntakable = !isRefused && error.code.startsWith('CHAT_') && !CHAT_AWAY.has(error.code);
    const isTooLate = !isRefused && (words.isCritical || isUntakable) && waitedMs >= deps.waitForChatMs;
    if (signal.aborted || (!isRefused && !isTooLate)) return { posts: [], failure: thrown };
    const details = { code: error.code, err: thrown, ...place };
    if (isRefused) deps.log.warn(details, 'a room refuses alerts');
    else if (isFirstInHour(`${place.chat}/${place.room}`, deps)) deps.log.warn(details, 'a room is away');
    const others = [words.isCritical ? fallback : undefined, deps.operators];
    const next = others.find((other): other is Place => other !== undefined && !isSame(other, place));
    const failed = isRefused ? {} : { failure: thrown };
    // a room that refuses is tried again with each change, and its fallback may have the post already
    if (!next || group.posts.some((known) => isSame(known, next))) return { posts: [], ...failed };
    const reason = isRefused ? refusedWords(place, error) : awayWords(place, waitedMs, isUntakable ? error : undefined);
    // a fallback that refuses too hands over to the operators
    const { message, amended = () => message } = words;
    const said = {
      ...words,
      message: withReason(message, reason),
      amended: (mentions: readonly string[]) => withReason(amended(mentions), reason),
      insteadOf: { ...place, reason, ...(isTooLate && { isAway: true }) },
    };
    const passed = await postTo({ place: next }, group, said, deps, signal);
    if (fallback && isSame(next, fallback)) await tellOperators(place, next, error, deps, signal);
    return { ...failed, ...passed };
  }
}

/** Rooms that are to be posted to as soon as their chat is back; a failure of the server for one message is no reason for others to wait. */
export function waitsIn(outcomes: readonly { readonly place: Place; readonly failure?: unknown }[]): readonly Place[] {
  return outcomes.flatMap(({ place: { chat, room }, failure }) => {
    if (failure === undefined) return [];
    const { code, details } = toBotError(failure);
    return CHAT_AWAY.has(code) && details.httpStatus !== 500 ? [{ chat, room }] : [];
  });
}

/** Whether what is tried on and on is to be warned of. */
export function isFirstInHour(key: string, { warned, clock }: Pick<RoomDeps, 'warned' | 'clock'>): boolean {
  const hour = Math.floor(clock.now() / HOUR_MS);
  const isFirst = warned.get(key) !== hour;
  warned.set(key, hour);
  return isFirst;
}

/** Once an hour and room: it may take long until somebody looks. That the operators cannot be told holds nothing up. */
async function tellOperators(
  place: Place,
  next: Place,
  { message: why }: BotError,
  { operators, chatNamed, away, clock, log }: RoomDeps,
  signal: AbortSignal,
): Promise<void> {
  if (!operators || isSame(operators, next) || isSame(operators, place)) return;
  const hour = Math.floor(clock.now() / HOUR_MS);
  const line: Line = [
    ...[{ name: `${place.room} (${place.chat})`, bold: true }, ` takes no alerts: ${why} `],
    ...['Critical ones go to ', { name: `${next.room} (${next.chat})` }, ' meanwhile.'],
  ];
  const options = { idempotencyKey: `alert-refused/${place.chat}/${place.room}/${hour}` };
  try {
    const message = { blocks: [{ kind: 'text' as const, lines: [line] }] };
    await away.reach(operators.chat, async () => chatNamed(operators.chat)?.post(message, operators, options, signal));
  } catch (thrown) {
    signal.throwIfAborted();
    log.warn({ err: thrown, ...operators }, 'the operators could not be told of a room that takes no alerts');
  }
}

function refusedWords({ chat, room }: Place, { message }: BotError): string {
  return `Not in ${room} (${chat}), which refuses it: ${message}`;
}

function awayWords({ chat, room }: Place, waitedMs: number, why?: BotError): string {
  const words = `Not yet in ${room} (${chat}): it could not be posted there for ${spanWords(waitedMs)}`;
  return why ? `${words}. ${why.message}` : `${words}.`;
}

/** The reason stays until the room that should have it has it. */
export function reasoned(message: Message, { insteadOf }: GroupPost, posts: readonly GroupPost[]): Message {
  if (!insteadOf || posts.some((post) => isSame(post, insteadOf))) return message;
  return withReason(message, insteadOf.reason);
}

/** A message with the reason why it is not where it should be. */
function withReason(message: Message, reason: string): Message {
  return { blocks: [...message.blocks, { kind: 'text', lines: [[{ name: reason }]] }] };
}

async function post(
  place: Place,
  { key, conversation, posts }: AlertGroup,
  words: Words,
  deps: RoomDeps,
  signal: AbortSignal,
): Promise<Outcome> {
  const { chat: name, room } = place;
  const { message, mentions, insteadOf } = words;
  const chat = deps.chatNamed(name);
  if (!chat) throw new BotError('CONFIG_INVALID', `There is no chat called ${name}.`);
  const refused = posts.find((known) => isSame(known, place));
  const idempotencyKey = `alert/${key}/${conversation}/${room}${refused ? `/after/${refused.receipt.id}` : ''}`;
  const options = { idempotencyKey, keepsEarlier: true };
  if (!refused && !insteadOf && (await deps.line?.mayPost(place)) === false) {
    throw new BotError('CHAT_UNREACHABLE', 'Older alerts of this room are posted first.', { isUntried: true });
  }
  const receipt = await deps.away.reach(name, () => chat.post(message, { chat: name, room }, options, signal));
  deps.log.info({ group: key, chat: name, room }, 'an alert was posted');
  const { firstSaid } = receipt;
  const called = firstSaid === undefined ? mentions : calledBy(firstSaid);
  if (firstSaid !== undefined) await amend(place, receipt, words.amended?.(called) ?? message, deps, signal);
  const kept = { chat: name, room, receipt: { id: receipt.id, room: receipt.room } };
  const one = { ...kept, ...(called.length > 0 && { mentions: called }), ...(insteadOf && { insteadOf }) };
  return { posts: [one], ...(firstSaid !== undefined && { wasThere: true }) };
}

/** Brings what an earlier try posted up to date; where it cannot be edited, that stays. */
async function amend(
  place: Place,
  receipt: PostReceipt,
  message: Message,
  deps: RoomDeps,
  signal: AbortSignal,
): Promise<void> {
  try {
    await edit(place, receipt, message, deps, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (toBotError(thrown).retryable) throw thrown;
  }
}
