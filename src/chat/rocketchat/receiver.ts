/** From raw events to messages that are for us: each once, in order per room, handed over until they are taken. */
import type { BotError } from '../../domain/errors.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { Clock } from '../../lib/clock.ts';
import { createKeyedQueue } from '../../lib/keyed-queue.ts';
import type { Log } from '../../lib/log.ts';
import type { ChatMessage, OnMessage } from '../chat.ts';
import { createLoopGuard } from './loop-guard.ts';
import { type OwnUser, type Reading, readMessage } from './message-filter.ts';
import type { People } from './people.ts';
import type { Rooms } from './rooms.ts';
import type { Threads } from './threads.ts';
import { RoomMeta, WireMessage } from './wire.ts';

/** A message with its room's facts. */
export interface Event {
  readonly message: WireMessage;
  readonly room: RoomMeta;
}

/** Takes what arrives on connections, one after another, and what catch-up finds. */
export interface Receiver {
  /** Takes an event of `__my_messages__`, unread. */
  live(message: unknown, room: unknown): void;
  /** Keeps live events back until {@link Receiver.release}, so that older messages come first. */
  hold(): void;
  release(): void;
  /** Takes what was said while we were away, oldest first. */
  backlog(events: readonly Event[]): void;
  /** When set: messages from this moment on were dropped because too many waited; catch up from there. */
  takeOverflow(): number | undefined;
}

/** What a receiver works with. */
export interface ReceiverDeps {
  readonly chat: string;
  readonly onMessage: OnMessage;
  readonly bot: () => OwnUser | undefined;
  readonly rooms: Rooms;
  readonly people: People;
  readonly threads: Threads;
  /** Names of configured rooms, as the config writes them, and whether bare lines are questions there. */
  readonly bareLines: Readonly<Record<string, boolean>>;
  readonly clock: Clock;
  readonly log: Log;
  /** Messages older than this are history, ms since the Unix epoch by the server's clock. */
  readonly floorMs: () => number;
  /** Called when messages had to be dropped: the connection is given up, catch-up brings them back. */
  readonly onOverflow: () => void;
}

/** Ids of messages that were for us, to take each once: more than a busy bot is asked within a `catchUp` window. */
const MAX_SEEN = 20_000;
/** Messages that wait for the store; a store that is away for long must not fill the memory. */
const MAX_WAITING = 1_000;
/** Between attempts to hand a message over, doubled up to the last. */
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000, 10_000];

/** Makes a receiver that works until `signal` aborts. */
export function createReceiver(deps: ReceiverDeps, signal: AbortSignal): Receiver {
  const { threads, log, clock } = deps;
  const seen = createBoundedMap<string, true>(MAX_SEEN);
  const lines = createKeyedQueue();
  const guard = createLoopGuard(clock);
  let held: Event[] | undefined;
  let waiting = 0;
  let overflowMs: number | undefined;

  function overflow({ message }: Event): void {
    if (overflowMs === undefined) log.warn('too many messages wait to be taken');
    overflowMs = Math.min(overflowMs ?? message.ts, message.ts);
    deps.onOverflow();
  }

  function take(event: Event, mayBeEdited: boolean): void {
    const { message, room } = event;
    const bot = deps.bot();
    if (!bot || signal.aborted) return;
    if (message.u._id === bot.userId) threads.noteOwn(message);
    if (seen.has(message._id)) return;
    const roomKey = roomKeyOf(event, deps);
    const reading = readMessage(message, {
      bot,
      room,
      hasBareLines: roomKey !== undefined && deps.bareLines[roomKey] === true,
      isGroupDirect: (deps.rooms.byId(message.rid)?.uids?.length ?? 0) > 2,
      floorMs: deps.floorMs(),
      mayBeEdited,
    });
    if (reading.kind === 'ignored') {
      log.trace({ message: message._id, why: reading.why }, 'message passed over');
      return;
    }
    if (waiting >= MAX_WAITING) {
      overflow(event);
      return;
    }
    seen.set(message._id, true);
    waiting += 1;
    void lines
      .run(message.rid, () => handOver(event, reading, bot, roomKey))
      .catch((thrown: unknown) => {
        if (!signal.aborted) log.error({ err: thrown, message: message._id }, 'a message could not be handed over');
      })
      .finally(() => {
        waiting -= 1;
      });
  }

  async function handOver(
    { message, room }: Event,
    reading: Exclude<Reading, { kind: 'ignored' }>,
    bot: OwnUser,
    roomKey: string | undefined,
  ): Promise<void> {
    const isAddressed = await addressed(reading, bot);
    if (isAddressed === undefined) return;
    const person = await deps.people.get(message.u._id, signal);
    if (person.isBot) return log.debug({ user: message.u.username }, 'a bot is not answered');
    if (reading.kind !== 'mention' && !guard.pass(`${message.rid}/${message.u._id}`)) {
      return log.warn({ user: message.u.username, room: message.rid }, 'someone writes faster than people do');
    }
    if (reading.kind === 'mention') threads.noteQuestion(message._id);
    const isDirect = room.roomType === 'd' && (deps.rooms.byId(message.rid)?.uids?.length ?? 0) <= 2;
    const roomName = isDirect ? undefined : (roomKey ?? room.roomName);
    await untilTaken({
      id: message._id,
      chat: deps.chat,
      room: message.rid,
      ...(roomName && { roomName }),
      ...(message.tmid && { threadId: message.tmid }),
      isDirect,
      isAddressed,
      text: reading.text,
      sentMs: message.ts,
      user: { id: message.u._id, name: message.u.username, ...(person.zone && { zone: person.zone }) },
    });
  }

  /**
   * A reply in the thread of a question is meant for the bot, unless it names somebody else; in another thread where
   * the bot has written it counts like a bare line: answered when it is a question, else passed over in silence.
   */
  async function addressed(reading: Exclude<Reading, { kind: 'ignored' }>, bot: OwnUser): Promise<boolean | undefined> {
    if (reading.kind === 'bare') return false;
    if (reading.kind !== 'reply') return true;
    const kind = await threads.kindOf(reading.threadId, bot, signal);
    return kind === 'foreign' || reading.text === '' ? undefined : kind === 'question' && !reading.namesOthers;
  }

  async function untilTaken(message: ChatMessage): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await deps.onMessage(message);
      } catch (thrown) {
        signal.throwIfAborted();
        const { code } = thrown as Partial<BotError>;
        log.warn({ err: thrown, code, message: message.id }, 'a message was not taken');
        await clock.sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] as number, signal);
      }
    }
  }

  return {
    live(rawMessage, rawRoom) {
      const message = WireMessage.safeParse(rawMessage);
      if (!message.success) return log.debug('a message has a form I do not know');
      const event = { message: message.data, room: RoomMeta.parse(rawRoom ?? {}) };
      if (!held) return take(event, false);
      if (held.length >= MAX_WAITING) return overflow(event);
      held.push(event);
    },
    hold() {
      held ??= [];
    },
    release() {
      const events = held ?? [];
      held = undefined;
      for (const event of events) take(event, false);
    },
    backlog(events) {
      for (const event of events) take(event, true);
    },
    takeOverflow() {
      const sinceMs = overflowMs;
      overflowMs = undefined;
      return sinceMs;
    },
  };
}

/** The config's word for a room: its key in `rooms`, matched by name, display name or id. */
function roomKeyOf({ message, room }: Event, { bareLines, rooms }: ReceiverDeps): string | undefined {
  const known = rooms.byId(message.rid);
  const names = [room.roomName, known?.name, known?.fname, message.rid].flatMap((name) => (name ? [name] : []));
  const lower = new Set(names.map((name) => name.toLowerCase()));
  const key = Object.keys(bareLines).find((name) => lower.has(name.replace(/^#/, '').toLowerCase()));
  return key ?? known?.name ?? undefined;
}
