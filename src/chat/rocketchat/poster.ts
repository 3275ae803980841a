/** Posts and edits text: in order per room, each once. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Button, Destination, Message, PostReceipt } from '../../domain/message.ts';
import type { KeyedQueue } from '../../lib/keyed-queue.ts';
import { createMarkup } from '../../lib/markup.ts';
import type { PostOptions } from '../chat.ts';
import { rocketChatDialect } from './dialect.ts';
import type { Identity } from './identity.ts';
import { messageIdOf } from './message-id.ts';
import type { RestClient } from './rest-client.ts';
import type { Rooms } from './rooms.ts';
import { type FactsCache, isAtLeast, type ServerFacts } from './server-facts.ts';
import type { Threads } from './threads.ts';
import { WireMessage } from './wire.ts';

/** What posting works with. */
export interface PosterDeps {
  readonly rest: RestClient;
  readonly facts: FactsCache;
  readonly identity: Identity;
  readonly rooms: Rooms;
  readonly threads: Threads;
  /** The order of posts in each room; shared with uploads. */
  readonly lines: KeyedQueue;
}

/** Where and as whom something is posted, resolved. */
export interface Place {
  readonly roomId: string;
  readonly threadId?: string;
  readonly isShownInRoom?: boolean;
  readonly facts: ServerFacts;
  readonly botId: string;
  readonly botName: string;
}

/** Sends text. */
export interface Poster {
  /** Posts a message; a long one in several pieces, the buttons under the last. The receipt is the first piece's. */
  post(message: Message, destination: Destination, options: PostOptions, signal: AbortSignal): Promise<PostReceipt>;
  /** Replaces the text of a post. */
  update(receipt: PostReceipt, message: Message, signal: AbortSignal): Promise<void>;
  /** Resolves a destination; signs in first. */
  placeOf(destination: Destination, signal: AbortSignal): Promise<Place>;
  /** Posts further pieces and buttons; their keys are made from the one given. Must be called in the room's turn. */
  sendPieces(
    pieces: readonly string[],
    buttons: readonly Button[],
    options: PostOptions,
    place: Place,
    signal: AbortSignal,
  ): Promise<PostReceipt>;
}

const MessageReply = z.object({ message: WireMessage });

/** Makes a poster. */
export function createPoster(deps: PosterDeps): Poster {
  const { rest, facts, identity, rooms, lines } = deps;

  async function placeOf({ room, threadId, isShownInRoom }: Destination, signal: AbortSignal): Promise<Place> {
    const bot = await identity.get(signal);
    return {
      facts: await facts.get(signal),
      roomId: await rooms.resolve(room, signal),
      ...(threadId !== undefined && { threadId, ...(isShownInRoom && { isShownInRoom }) }),
      botId: bot.userId,
      botName: bot.username,
    };
  }

  async function sendPieces(
    pieces: readonly string[],
    buttons: readonly Button[],
    { idempotencyKey: key, keepsEarlier = false }: PostOptions,
    place: Place,
    signal: AbortSignal,
  ): Promise<PostReceipt> {
    let first: PostReceipt | undefined;
    const said: string[] = [];
    let wasThere = false;
    const attachments = buttonAttachments(buttons, place.botName);
    const texts = pieces.length > 0 ? pieces : [''];
    for (const [index, msg] of texts.entries()) {
      const isLast = index === texts.length - 1;
      const _id = messageIdOf(index === 0 ? key : `${key}#${index}`);
      const content = { _id, msg, ...(isLast && attachments.length > 0 && { attachments }) };
      const receipt = await send(content, keepsEarlier, place, deps, signal);
      first ??= receipt;
      wasThere ||= receipt.firstSaid !== undefined;
      said.push(receipt.firstSaid ?? msg);
    }
    const { id, room } = first as PostReceipt;
    return { id, room, ...(wasThere && { firstSaid: said.join('\n') }) };
  }

  return {
    placeOf,
    sendPieces,
    async post(message, destination, options, signal) {
      const place = await placeOf(destination, signal);
      const pieces = renderPieces(message, place.facts);
      return lines.run(place.roomId, () => {
        signal.throwIfAborted();
        return sendPieces(pieces, message.buttons ?? [], options, place, signal);
      });
    },
    async update(receipt, message, signal) {
      await identity.get(signal);
      const server = await facts.get(signal);
      const [text = ''] = renderPieces(message, server);
      await lines.run(receipt.room, () => edit(receipt, text, server, rest, signal));
    },
  };
}

/** Longer texts are unreadable in a room whatever the server allows. */
const PIECE_MAX_CHARS = 20_000;
const [monospace, markdown] = [createMarkup(rocketChatDialect(false)), createMarkup(rocketChatDialect(true))];

/** A message as texts that this server takes; web clients show tables from 8.7 on. */
export function renderPieces(message: Message, { maxChars, version }: ServerFacts): string[] {
  const markup = isAtLeast(version, 8, 7) ? markdown : monospace;
  return markup.parts(message, Math.min(maxChars, PIECE_MAX_CHARS));
}

interface Content {
  readonly _id: string;
  readonly msg: string;
  readonly attachments?: readonly object[];
}

async function send(
  content: Content,
  keepsEarlier: boolean,
  place: Place,
  deps: PosterDeps,
  signal: AbortSignal,
): Promise<PostReceipt> {
  const { roomId, threadId, isShownInRoom, facts, botId } = place;
  const { rest, threads } = deps;
  // Link previews would fetch our links and show login pages; the server takes `previewUrls` since 6.5.
  const hasPreviewUrls = isAtLeast(facts.version, 6, 5, true);
  const body = {
    message: {
      rid: roomId,
      ...content,
      ...(threadId && { tmid: threadId, ...(isShownInRoom && { tshow: true }) }),
      ...(!hasPreviewUrls && { parseUrls: false }),
    },
    ...(hasPreviewUrls && { previewUrls: [] }),
  };
  try {
    const reply = await rest.call({ method: 'POST', path: 'chat.sendMessage', body, schema: MessageReply }, signal);
    threads.noteOwn(reply.message);
    return { id: reply.message._id, room: reply.message.rid };
  } catch (thrown) {
    // The server refuses an id that exists with a 400 that does not say so, and an answer may be cut on its way: is the
    // message there, and ours?
    if (!mayBeThere(thrown)) throw thrown;
    const earlier = await findOwn(content._id, botId, rest, signal);
    if (!earlier) throw thrown;
    threads.noteOwn(earlier);
    const receipt = { id: earlier._id, room: earlier.rid };
    if (!keepsEarlier) await bringUpToDate(receipt, { said: earlier.msg, msg: content.msg }, place, deps, signal);
    return { ...receipt, firstSaid: earlier.msg ?? '' };
  }
}

/** An earlier try, whose process may have died since, can have said it when less was known; where it cannot be edited, that stays. */
async function bringUpToDate(
  receipt: PostReceipt,
  { said, msg }: { readonly said: string | undefined; readonly msg: string },
  { facts }: Place,
  { rest }: PosterDeps,
  signal: AbortSignal,
): Promise<void> {
  if (said?.trim() === msg.trim()) return;
  try {
    await edit(receipt, msg, facts, rest, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof BotError && thrown.retryable) throw thrown;
  }
}

/** A plain 400: the server says no more of a message that is gone. */
function isRefused(thrown: unknown): boolean {
  return thrown instanceof BotError && thrown.code === 'CHAT_UNEXPECTED' && thrown.details.httpStatus === 400;
}

function mayBeThere(thrown: unknown): boolean {
  if (!(thrown instanceof BotError) || thrown.code !== 'CHAT_UNEXPECTED') return false;
  const status = thrown.details.httpStatus ?? 0;
  return status === 400 || (status >= 200 && status < 300);
}

async function findOwn(
  msgId: string,
  botId: string,
  rest: RestClient,
  signal: AbortSignal,
): Promise<WireMessage | undefined> {
  try {
    const { message } = await rest.call({ path: 'chat.getMessage', query: { msgId }, schema: MessageReply }, signal);
    return message.u._id === botId ? message : undefined;
  } catch (thrown) {
    signal.throwIfAborted();
    if (thrown instanceof BotError && (thrown.retryable || thrown.code === 'CHAT_AUTH')) throw thrown;
    return undefined;
  }
}

/** A client sends this much at most when a button is pressed. */
const BUTTON_QUESTION_MAX_CHARS = 500;
const MAX_BUTTONS = 10;

/**
 * Buttons that make the clicking person's client say the whole question to the bot. What could ping others when it is
 * said by a person is left out.
 */
function buttonAttachments(buttons: readonly Button[], botName: string): object[] {
  const actions = buttons
    .filter(({ question }) => !/[@\n\r]/.test(question) && question.length <= BUTTON_QUESTION_MAX_CHARS)
    .slice(0, MAX_BUTTONS)
    .map(({ label, question }) => ({
      type: 'button',
      text: label,
      msg: `@${botName} ${question}`,
      msg_in_chat_window: true,
      msg_processing_type: 'sendMessage',
    }));
  return actions.length === 0 ? [] : [{ actions, button_alignment: 'horizontal' }];
}

/**
 * Edits a post. Beside a described picture the words cannot be changed: the server then replaces the description, over
 * REST and in its web client's own method alike, so that is refused instead.
 */
async function edit(
  { id, room }: PostReceipt,
  text: string,
  { version }: ServerFacts,
  rest: RestClient,
  signal: AbortSignal,
): Promise<void> {
  const find = { path: 'chat.getMessage', query: { msgId: id }, schema: MessageReply };
  const { message } = await rest.call(find, signal).catch((thrown: unknown) => {
    throw isRefused(thrown) ? new BotError('CHAT_FORBIDDEN', 'The message is not there any more.', { id }) : thrown;
  });
  if (message.attachments?.[0]?.description != null) {
    throw new BotError('CHAT_FORBIDDEN', 'Rocket.Chat cannot change the words beside a described picture.', { id });
  }
  // an edit is shown as one
  if (message.msg?.trim() === text.trim()) return;
  const body = { roomId: room, msgId: id, text, ...(isAtLeast(version, 6, 5, true) && { previewUrls: [] }) };
  await rest.call({ method: 'POST', path: 'chat.update', body, schema: z.object({}) }, signal);
}
