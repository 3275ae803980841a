/** Sends a file with words in one message, on servers of both generations, at most once as far as can be known. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Attachment, Destination, Message, PostReceipt } from '../../domain/message.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { Clock } from '../../lib/clock.ts';
import type { KeyedQueue } from '../../lib/keyed-queue.ts';
import type { Log } from '../../lib/log.ts';
import type { PostOptions } from '../chat.ts';
import { fileMarkOf, markedFileName } from './message-id.ts';
import { type Place, type Poster, renderPieces } from './poster.ts';
import type { RestClient } from './rest-client.ts';
import { isAmbiguous } from './rest-errors.ts';
import { isAtLeast } from './server-facts.ts';
import type { Threads } from './threads.ts';
import { parseEach, WireMessage } from './wire.ts';

/** Sends files. */
export interface Uploader {
  /** @see Chat.upload */
  upload(
    file: Attachment,
    message: Message,
    destination: Destination,
    options: PostOptions,
    signal: AbortSignal,
  ): Promise<PostReceipt>;
}

/** What uploading works with. */
export interface UploaderDeps {
  readonly rest: RestClient;
  readonly poster: Poster;
  readonly threads: Threads;
  readonly lines: KeyedQueue;
  readonly clock: Clock;
  readonly log: Log;
}

/** When the limiter lets no upload pass for longer than this, the words go alone: nobody waits a minute for them. */
const PATIENCE_MS = 5_000;
/** How far back an earlier attempt is looked for; a question is retried within minutes. */
const LOOK_BACK_MS = 60 * 60_000;
/**
 * A younger question that was asked since this process began is answered for the first time: what a dead process left
 * is taken over after 10 s at the earliest.
 */
const FRESH_MS = 8_000;
/** Keys of uploads that were begun here, to know a repetition. */
const MAX_BEGUN = 5_000;
/** Screen readers and platforms cut longer texts. */
const ALT_MAX_CHARS = 1_000;

type Generation = 'media' | 'upload';

const UploadReply = z.object({ message: WireMessage.nullish() });
const MediaReply = z.object({ file: z.object({ _id: z.string() }) });
const ThreadReply = z.object({ messages: z.array(z.unknown()) });
const SyncReply = z.object({ result: z.object({ updated: z.array(z.unknown()) }) });

/** Makes an uploader. */
export function createUploader(deps: UploaderDeps): Uploader {
  const { poster, threads, lines, log } = deps;
  const sendOnce = createSender(deps.rest, deps.clock);
  return {
    async upload(file, message, destination, options, signal) {
      const place = await poster.placeOf(destination, signal);
      const { facts } = place;
      if (!facts.isUploadOn)
        throw new BotError('CHAT_UPLOAD_REJECTED', 'The chat server has file uploads switched off.');
      if (file.bytes.byteLength > facts.maxFileBytes) {
        throw new BotError('CHAT_UPLOAD_REJECTED', 'The file is larger than the chat server allows.');
      }
      const [words = '', ...rest] = renderPieces(message, facts);
      const fileName = markedFileName(file.fileName, options.idempotencyKey);
      return lines.run(place.roomId, async () => {
        signal.throwIfAborted();
        const receipt = await sendOnce({ file, words, fileName, place }, options, signal);
        threads.noteOwn({ _id: receipt.id, tmid: place.threadId });
        const buttons = message.buttons ?? [];
        if (rest.length > 0 || buttons.length > 0) {
          const more = () =>
            poster.sendPieces(rest, buttons, { idempotencyKey: `${options.idempotencyKey}/more` }, place, signal);
          await more()
            .catch(more)
            .catch((thrown: unknown) => {
              // the answer is there; it would be wrong to send it once more for its buttons
              if (signal.aborted || rest.length > 0) throw thrown;
              log.warn({ err: thrown }, 'the buttons below an answer could not be sent');
            });
        }
        return receipt;
      });
    },
  };
}

type Send = (parcel: Parcel, options: PostOptions, signal: AbortSignal) => Promise<PostReceipt>;

/** Sends a parcel, unless it is there already; whether it arrived is looked up where an answer leaves that open. */
function createSender(rest: RestClient, clock: Clock): Send {
  const createdMs = clock.now();
  const begun = createBoundedMap<string, true>(MAX_BEGUN);
  const send = createBothWays(rest);
  return async (parcel, { idempotencyKey, sinceMs }, signal) => {
    const sinceOrBackMs = sinceMs ?? rest.serverNow() - LOOK_BACK_MS;
    const find = () => findEarlier(fileMarkOf(idempotencyKey), parcel.place, sinceOrBackMs, rest, signal);
    const ageMs = sinceMs === undefined ? 0 : rest.serverNow() - sinceMs;
    const mayBeThere = begun.has(idempotencyKey) || ageMs > Math.min(FRESH_MS, clock.now() - createdMs);
    const earlier = mayBeThere ? await find() : undefined;
    if (earlier) return earlier;
    begun.set(idempotencyKey, true);
    try {
      const message = await send(parcel, signal);
      if (message) return { id: message._id, room: message.rid };
    } catch (thrown) {
      if (!isAmbiguous(thrown) || signal.aborted) throw thrown;
      const arrived = await find().catch(() => undefined);
      if (!arrived) throw thrown;
      return arrived;
    }
    const found = await find(); // some versions confirm without telling the message
    if (found) return found;
    throw new BotError('CHAT_UNEXPECTED', 'The chat server took a file and shows no message with it.');
  };
}

/** Tries the way that the server's version suggests, then the other; what worked is tried first the next time. */
function createBothWays(rest: RestClient): Way {
  let proven: Generation | undefined;
  return async (parcel, signal) => {
    const { version } = parcel.place.facts;
    const first = proven ?? (isAtLeast(version, 6, 10, true) ? 'media' : 'upload');
    try {
      const sent = await ways[first](rest)(parcel, signal);
      proven = first;
      return sent;
    } catch (thrown) {
      if (!isUnknownRoute(thrown)) throw thrown;
      const other = first === 'media' ? 'upload' : 'media';
      const sent = await ways[other](rest)(parcel, signal);
      proven = other;
      return sent;
    }
  };
}

type Way = (parcel: Parcel, signal: AbortSignal) => Promise<WireMessage | null | undefined>;

interface Parcel {
  readonly file: Attachment;
  readonly words: string;
  readonly fileName: string;
  readonly place: Place;
}

const ways = {
  media: (rest) => (parcel, signal) => sendMedia(parcel, rest, signal),
  upload: (rest) => (parcel, signal) => sendUpload(parcel, rest, signal),
} satisfies Record<Generation, (rest: RestClient) => Way>;

/** 6.10 and later: the file first, then a confirmation that posts it. */
async function sendMedia(
  { file, words, fileName, place }: Parcel,
  rest: RestClient,
  signal: AbortSignal,
): Promise<WireMessage | null | undefined> {
  const uploaded = await rest.call(
    {
      method: 'POST',
      path: `rooms.media/${encodeURIComponent(place.roomId)}`,
      form: formOf(file, fileName, {}),
      schema: MediaReply,
      patienceMs: PATIENCE_MS,
    },
    signal,
  );
  const description = describe(file, place);
  const body = {
    ...(words && { msg: words }),
    ...(description !== undefined && { description }),
    ...(place.threadId && { tmid: place.threadId }),
  };
  const path = `rooms.mediaConfirm/${encodeURIComponent(place.roomId)}/${encodeURIComponent(uploaded.file._id)}`;
  // The file is there already: the confirmation waits for its turn as long as the caller does.
  return (await rest.call({ method: 'POST', path, body, schema: UploadReply }, signal)).message;
}

/** Up to 7.x: file and words in one form. */
async function sendUpload(
  { file, words, fileName, place }: Parcel,
  rest: RestClient,
  signal: AbortSignal,
): Promise<WireMessage | null | undefined> {
  const fields = { ...(words && { msg: words }), ...(place.threadId && { tmid: place.threadId }) };
  const { message } = await rest.call(
    {
      method: 'POST',
      path: `rooms.upload/${encodeURIComponent(place.roomId)}`,
      form: formOf(file, fileName, fields),
      schema: UploadReply,
      patienceMs: PATIENCE_MS,
    },
    signal,
  );
  return message;
}

function formOf(file: Attachment, fileName: string, fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.set(key, value);
  form.set('file', new Blob([Uint8Array.from(file.bytes)], { type: file.mediaType }), fileName);
  return form;
}

/** From 8.4 on the description is what a screen reader says; before, it would be a second visible caption. */
function describe({ alt }: Attachment, { facts }: Place): string | undefined {
  return isAtLeast(facts.version, 8, 4)
    ? Array.from(alt)
        .slice(0, Math.min(ALT_MAX_CHARS, facts.maxChars / 2))
        .join('')
    : undefined;
}

/** Express and Restivus answer 405, 8.x answers 404 with plain text; a room that is not there is told in JSON. */
function isUnknownRoute(thrown: unknown): boolean {
  return (
    thrown instanceof BotError &&
    (thrown.details.httpStatus === 405 || (thrown.details.httpStatus === 404 && thrown.code === 'CHAT_UNEXPECTED'))
  );
}

/** Looks for a file with this mark among the bot's messages: in the thread, or in the room since `sinceMs`. */
async function findEarlier(
  mark: string,
  { roomId, threadId, botId }: Place,
  sinceMs: number,
  rest: RestClient,
  signal: AbortSignal,
): Promise<PostReceipt | undefined> {
  const messages =
    threadId === undefined
      ? await roomMessages(roomId, sinceMs, rest, signal)
      : await threadMessages(threadId, rest, signal);
  const message = parseEach(WireMessage, messages).find(({ u, file, attachments }) => {
    const names = [file?.name, ...(attachments ?? []).map(({ title }) => title)];
    return u._id === botId && names.some((name) => name?.includes(mark));
  });
  return message && { id: message._id, room: message.rid };
}

async function threadMessages(tmid: string, rest: RestClient, signal: AbortSignal): Promise<readonly unknown[]> {
  const query = { tmid, count: '100', sort: '{"ts":-1}' };
  const call = { path: 'chat.getThreadMessages', query, schema: ThreadReply, patienceMs: PATIENCE_MS };
  return (await rest.call(call, signal)).messages;
}

async function roomMessages(roomId: string, sinceMs: number, rest: RestClient, signal: AbortSignal) {
  const query = { roomId, lastUpdate: new Date(sinceMs).toISOString() };
  const call = { path: 'chat.syncMessages', query, schema: SyncReply, patienceMs: PATIENCE_MS };
  return (await rest.call(call, signal)).result.updated;
}
