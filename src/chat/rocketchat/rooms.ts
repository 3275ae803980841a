/** The rooms the bot has joined: found by id or name, refreshed from the server. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import { withDeadline } from '../../lib/clock.ts';
import type { RestClient } from './rest-client.ts';
import { parseEach, WireRoom } from './wire.ts';

/** More rooms than any team's bot is in; the rest is looked up when needed. */
const MAX_ROOMS = 5_000;
/** A question does not wait longer for what is known of its room. */
const LOOK_UP_MS = 2_000;

/** What is known of joined rooms. */
export interface Rooms {
  /**
   * Reads the joined rooms that changed after `sinceMs`; the first time all of them, so that names are known.
   *
   * @returns the rooms that changed, the latest activity first
   */
  refresh(sinceMs: number, signal: AbortSignal): Promise<readonly WireRoom[]>;
  byId(id: string): WireRoom | undefined;
  /** Asks the server about a room that is not known yet, e.g. because the bot has just been brought in; never throws. */
  learn(id: string, signal: AbortSignal): Promise<void>;
  /** A joined room by its name, with or without `#`; only from what was refreshed. */
  byName(name: string): WireRoom | undefined;
  /**
   * The id for what a destination calls a room: an id stays, `#ops` or `ops` is looked up.
   *
   * @throws BotError `CHAT_NO_SUCH_ROOM`
   */
  resolve(room: string, signal: AbortSignal): Promise<string>;
}

const RoomsReply = z.object({ update: z.array(z.unknown()) });
const RoomReply = z.object({ room: WireRoom });

/** Makes an empty directory. */
export function createRooms(rest: RestClient, host: string): Rooms {
  const ids = createBoundedMap<string, WireRoom>(MAX_ROOMS);
  const names = createBoundedMap<string, WireRoom>(MAX_ROOMS);

  let isLoaded = false;

  function keep(room: WireRoom): void {
    ids.set(room._id, room);
    for (const name of [room.fname, room.name]) if (name) names.set(name.toLowerCase(), room);
  }

  return {
    async refresh(sinceMs, signal) {
      const query = isLoaded ? { updatedSince: new Date(sinceMs).toISOString() } : {};
      const { update } = await rest.call({ path: 'rooms.get', query, schema: RoomsReply }, signal);
      isLoaded = true;
      const rooms = parseEach(WireRoom, update).toSorted((a, b) => activityMs(b) - activityMs(a));
      for (const room of rooms.toReversed()) keep(room);
      return rooms.filter((room) => activityMs(room) >= sinceMs);
    },
    byId: (id) => ids.get(id),
    async learn(id, signal) {
      if (ids.has(id)) return;
      try {
        const call = { path: 'rooms.info', query: { roomId: id }, schema: RoomReply, patienceMs: 0 };
        keep((await rest.call(call, withDeadline(LOOK_UP_MS, signal))).room);
      } catch {
        signal.throwIfAborted(); // not known then; the next message asks again
      }
    },
    byName: (name) => names.get(plainName(name)),
    async resolve(room, signal) {
      if (ids.has(room)) return room;
      const known = names.get(plainName(room));
      if (known) return known._id;
      if (isId(room)) return room; // a room of which we heard a moment ago; the post itself finds out if not
      const found = await lookUp(room, rest, host, signal);
      keep(found);
      return found._id;
    },
  };
}

/** A room's last sign of life: replies in threads move only `_updatedAt`; without it the room may have moved. */
function activityMs(room: WireRoom): number {
  return room._updatedAt == null ? Number.MAX_SAFE_INTEGER : Math.max(room.lm ?? 0, room._updatedAt);
}

function plainName(name: string): string {
  return name.replace(/^#/, '').toLowerCase();
}

/** Ids have 17 random characters, those of direct rooms two users' ids side by side; names in such a form are rare. */
function isId(room: string): boolean {
  return /^(?:[A-Za-z0-9]{17}){1,2}$/.test(room) && /[A-Z]/.test(room) && /[a-z0-9]/.test(room);
}

async function lookUp(room: string, rest: RestClient, host: string, signal: AbortSignal): Promise<WireRoom> {
  const queries = room.startsWith('#') ? [{ roomName: room.slice(1) }] : [{ roomId: room }, { roomName: room }];
  let failure: BotError | undefined;
  for (const query of queries) {
    try {
      return (await rest.call({ path: 'rooms.info', query, schema: RoomReply }, signal)).room;
    } catch (thrown) {
      if (!(thrown instanceof BotError) || thrown.retryable || thrown.code === 'CHAT_AUTH') throw thrown;
      if (String(thrown.details.errorType) === 'error-room-archived') throw thrown;
      failure = thrown;
    }
  }
  throw new BotError(
    'CHAT_NO_SUCH_ROOM',
    `${host} has no room ${room}, or the bot may not see it: invite the bot there.`,
    { room },
    { cause: failure },
  );
}
