/** Finds what was said while no connection was up: the socket replays nothing. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { RestClient } from './rest-client.ts';
import type { Rooms } from './rooms.ts';
import { type Event, parseEach, WireMessage, type WireRoom } from './wire.ts';

/** Rooms that are looked at after an outage, the liveliest first; a bot without its role gets 10 a minute. */
const MAX_ROOMS = 100;
/** Of one room, the newest; what a room says within ten minutes is far less. */
const MAX_MESSAGES_PER_ROOM = 500;
/** One room's answer has no limit of its own on the server. */
const REPLY_MAX_BYTES = 8 * 1024 * 1024;
/** The server's stamps and the order in which it tells may differ a little. */
const OVERLAP_MS = 5_000;

const SyncReply = z.object({ result: z.object({ updated: z.array(z.unknown()) }) });

/** What catch-up works with. */
export interface CatchUpDeps {
  readonly rest: RestClient;
  readonly rooms: Rooms;
  readonly log: Log;
}

/**
 * Reads the messages since `sinceMs` of all rooms that moved, oldest first within each room; a room is given to
 * `onRoom` as soon as it is read. A room that refuses is left out with a warning.
 *
 * @throws BotError when the server cannot be reached or refuses the list of rooms
 */
export async function catchUp(
  sinceMs: number,
  onRoom: (events: readonly Event[]) => void,
  { rest, rooms, log }: CatchUpDeps,
  signal: AbortSignal,
): Promise<void> {
  const moved = (await rooms.refresh(sinceMs - OVERLAP_MS, signal)).filter(({ t }) => t !== 'l' && t !== 'v');
  if (moved.length > MAX_ROOMS) log.warn({ rooms: moved.length }, 'too many rooms moved to catch up with all');
  for (const room of moved.slice(0, MAX_ROOMS)) {
    try {
      onRoom(await readRoom(room, sinceMs, rest, log, signal));
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof BotError) || thrown.retryable || thrown.code === 'CHAT_AUTH') throw thrown;
      log.warn({ room: room._id, code: thrown.code, err: thrown }, 'a room could not be caught up with');
    }
  }
}

async function readRoom(
  room: WireRoom,
  sinceMs: number,
  rest: RestClient,
  log: Log,
  signal: AbortSignal,
): Promise<Event[]> {
  const lastUpdate = new Date(sinceMs - OVERLAP_MS).toISOString();
  const { result } = await rest.call(
    {
      path: 'chat.syncMessages',
      query: { roomId: room._id, lastUpdate },
      schema: SyncReply,
      maxBytes: REPLY_MAX_BYTES,
    },
    signal,
  );
  // Also holds old messages that were reacted to or answered; those that were edited meanwhile may be alerts that changed.
  const messages = parseEach(WireMessage, result.updated)
    .filter(({ ts, editedAt }) => Math.max(ts, editedAt ?? ts) >= sinceMs - OVERLAP_MS)
    .toReversed() // the server gives the newest first; messages of one millisecond keep their order
    .toSorted((a, b) => a.ts - b.ts);
  if (messages.length > MAX_MESSAGES_PER_ROOM) {
    log.warn({ room: room._id, messages: messages.length }, 'too many messages to catch up with all');
  }
  const meta = { roomParticipant: true, roomType: room.t, roomName: room.name ?? room.fname };
  return messages.slice(-MAX_MESSAGES_PER_ROOM).map((message) => ({ message, room: meta }));
}
