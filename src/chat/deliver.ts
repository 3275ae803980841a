/** Answers a chat message: receipt at once where it takes long, then one post with picture and words, whatever fails. */
import type { KeptAnswer } from '../answers/kept-answer.ts';
import { makeKept } from '../answers/make-kept.ts';
import type { Answer } from '../domain/answer.ts';
import { toBotError } from '../domain/errors.ts';
import type { Link } from '../domain/link.ts';
import type { Destination, Message } from '../domain/message.ts';
import type { Asker } from '../domain/question.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type AskDeps, ask, keepQuestion, type Reply } from '../questions/ask.ts';
import { type PresentDeps, presentAnswer } from '../render/answer-parts.ts';
import { refusalMessage } from '../render/words.ts';
import type { Chat, ChatMessage, ChatSettings } from './chat.ts';
import { postParts } from './deliver/post-parts.ts';
import { ROOM_REFUSALS } from './deliver/room-refusals.ts';
import { untilPosted } from './deliver/until-posted.ts';

/** What delivering works with. */
export interface DeliverDeps {
  readonly ask: AskDeps;
  readonly present: PresentDeps;
  /** Left out: answers have no pages. */
  readonly pages?: AnswerPages;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where answers stay. */
export interface AnswerPages {
  /** Begins to keep one; never rejects. */
  keep(kept: KeptAnswer): Promise<boolean>;
  /** The public address of a page; nothing where people cannot reach one. */
  linkTo(id: string): Link | undefined;
}

/** The whole of an answer, its picture and upload included; beyond it the asker is told so. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Answers one message; what goes wrong on the way is said in the room. A room that takes no post (archived, read-only,
 * the bot thrown out) is told to the log alone.
 *
 * @throws BotError `CHAT_…` when nothing could be posted, `STORE_…` when nothing could be remembered for now: the queue then
 *   tries again
 */
export async function deliverAnswer(
  message: ChatMessage,
  chat: Chat,
  settings: ChatSettings,
  deps: DeliverDeps,
  signal: AbortSignal,
): Promise<void> {
  const done = new AbortController();
  const busy = AbortSignal.any([signal, done.signal]);
  const stopTyping = message.isAddressed ? chat.typing?.(message, busy) : undefined;
  // what takes so long is a question, whoever it was said to
  const receipt = giveReceipt(message, chat, settings, deps, busy);
  try {
    const begunMs = deps.clock.now();
    const reply = await replyTo(
      message,
      settings,
      deps,
      AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    );
    const askMs = deps.clock.now() - begunMs;
    if (reply.kind !== 'none') await postReply(reply, message, chat, settings, { ...deps, askMs }, signal);
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const error = toBotError(thrown);
    const { id, room, roomName, user } = message;
    const about = { code: error.code, err: thrown, message: id, room, roomName, user: user.name };
    deps.log.warn(about, 'an answer could not be posted');
    if (!ROOM_REFUSALS.has(error.code)) throw thrown;
  } finally {
    done.abort();
    stopTyping?.();
    if (await receipt) await chat.react?.(message, undefined, signal).catch(() => undefined);
  }
}

type Said = Reply | { readonly kind: 'refusal'; readonly message: Message };

async function replyTo(
  message: ChatMessage,
  settings: ChatSettings,
  deps: DeliverDeps,
  signal: AbortSignal,
): Promise<Said> {
  const { roomName } = message;
  const room = roomName === undefined ? undefined : settings.rooms[roomName];
  const context = {
    asker: askerOf(message),
    conversations: conversationsOf(message, settings),
    isAddressed: message.isAddressed,
    mayWrite: message.isAddressed,
    messageId: message.id,
    ...(message.threadId !== undefined && { thread: { chat: message.chat, id: message.threadId } }),
    ...(room?.zone && { roomZone: room.zone }),
  };
  try {
    return await ask(message.text, context, deps.ask, signal);
  } catch (thrown) {
    const error = toBotError(thrown);
    // the queue is in the same store: the question is answered when that is back, and needs no apology now
    if (error.code.startsWith('STORE_')) throw error;
    if (error.actor !== 'asker')
      deps.log.warn({ code: error.code, err: thrown, message: message.id }, 'a question failed');
    if (!message.isAddressed && error.code === 'ASK_UNKNOWN_QUERY') return { kind: 'none' };
    return { kind: 'refusal', message: refusalMessage(error) };
  }
}

function askerOf({ chat, user }: ChatMessage): Asker {
  return { platform: chat, userId: user.id, userName: user.name, ...(user.zone && { zone: user.zone }) };
}

async function postReply(
  reply: Exclude<Said, { kind: 'none' }>,
  message: ChatMessage,
  chat: Chat,
  settings: ChatSettings,
  { askMs, ...deps }: DeliverDeps & { readonly askMs: number },
  signal: AbortSignal,
): Promise<void> {
  const destination = destinationOf(message, settings);
  const idempotencyKey = `answer/${message.chat}/${message.room}/${message.id}`;
  const page = reply.kind === 'refusal' ? undefined : pageFor(reply, message, deps);
  if (reply.kind !== 'answer') {
    page?.keep();
    const post = () => chat.post(reply.message, destination, { idempotencyKey }, signal);
    await untilPosted(post, deps, signal);
    return;
  }
  const theme = message.roomName === undefined ? undefined : settings.rooms[message.roomName]?.theme;
  const begunMs = deps.clock.now();
  const parts = await presentAnswer(
    withLink(reply.answer, page?.link),
    { theme, slots: reply.slots },
    deps.present,
    signal,
  );
  const presentedMs = deps.clock.now();
  const kept = { ...reply, ...(parts.slots && { slots: parts.slots }) };
  // beside the way into the room: the page is there before anybody has clicked, and nobody waits for it
  page?.keep(parts.slots);
  // before the answer is seen: who follows up at once must be understood
  await keep(conversationsOf(message, settings), kept, message, deps);
  const options = { idempotencyKey, sinceMs: message.sentMs };
  const post = () => postParts(parts, chat, destination, options, deps, signal);
  const receipt = await untilPosted(post, deps, signal);
  const times = { presentMs: presentedMs - begunMs, postMs: deps.clock.now() - presentedMs };
  deps.log.info({ message: message.id, query: reply.answer.question.query.id, askMs, ...times }, 'answered');
  await keep([conversationOf(message, receipt.id)], kept, message, deps);
}

/** The page of a reply: its link among the links, and what begins to keep it. */
function pageFor(reply: Exclude<Reply, { kind: 'none' }>, message: ChatMessage, { pages, clock }: DeliverDeps) {
  if (!pages) return undefined;
  const kept = makeKept({ q: message.text, asker: askerOf(message), askedMs: clock.now() }, reply);
  return {
    link: pages.linkTo(kept.id),
    keep: (slots?: KeptAnswer['slots']) => void pages.keep({ ...kept, ...(slots && { slots }) }),
  };
}

function withLink(answer: Answer, link: Link | undefined): Answer {
  return link ? { ...answer, links: [...answer.links, link] } : answer;
}

async function keep(
  conversations: readonly string[],
  reply: Extract<Reply, { kind: 'answer' }>,
  { id }: ChatMessage,
  { ask: { memory }, log }: DeliverDeps,
): Promise<void> {
  await keepQuestion(conversations, reply, memory, id).catch((error: unknown) => {
    log.warn({ err: error }, 'a question could not be kept for follow-ups');
  });
}

function destinationOf({ chat, room, id, threadId, isDirect }: ChatMessage, { answers }: ChatSettings): Destination {
  const thread = threadId ?? (answers === 'thread' && !isDirect ? id : undefined);
  return { chat, room, ...(thread !== undefined && { threadId: thread }) };
}

/** Where follow-ups to this message's answer will be looked for, the nearest first. */
function conversationsOf(message: ChatMessage, { answers }: ChatSettings): string[] {
  if (message.threadId !== undefined) return [conversationOf(message, message.threadId)];
  if (message.isDirect) return [conversationOf(message, 'direct')];
  return answers === 'thread' ? [conversationOf(message, message.id)] : [];
}

function conversationOf({ chat, room }: ChatMessage, thread: string): string {
  return `${chat}/${room}/${thread}`;
}

/** Reacts when the answer is late; resolves to whether it did. */
async function giveReceipt(
  message: ChatMessage,
  chat: Chat,
  { receiptAfterMs }: ChatSettings,
  { clock, log }: DeliverDeps,
  signal: AbortSignal,
): Promise<boolean> {
  if (!chat.react) return false;
  try {
    await clock.sleep(receiptAfterMs, signal);
  } catch {
    return false;
  }
  try {
    await chat.react(message, 'working', signal);
    return true;
  } catch (error) {
    if (!signal.aborted) log.info({ err: error }, 'a receipt could not be given');
    return false;
  }
}
