/** From raw events to messages that are for us: each once, in order per room, older ones first. */
import { createHash } from 'node:crypto';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import { createKeyedQueue } from '../../lib/keyed-queue.ts';
import { createHandOver, type HandOverDeps, isGroupDirect } from './hand-over.ts';
import { type OwnUser, readMessage } from './message-filter.ts';
import { sightingOf } from './sightings.ts';
import { type Event, RoomMeta, WireMessage } from './wire.ts';

/** Takes what arrives on connections, one after another, and what catch-up finds. */
export interface Receiver {
  /** Takes an event of `__my_messages__`, unread. */
  live(message: unknown, room: unknown): void;
  /** Keeps live events back until {@link Receiver.release}, so that older messages come first. */
  hold(): void;
  release(): void;
  /** Takes what was said while we were away, oldest first. */
  backlog(events: readonly Event[]): void;
  /** When the oldest message was said that is not taken yet, ms; `undefined` when none waits. */
  oldestWaitingMs(): number | undefined;
  /** When set: messages from this moment on were dropped because too many waited; catch up from there. */
  takeOverflow(): number | undefined;
}

/** What a receiver works with. */
export interface ReceiverDeps extends HandOverDeps {
  readonly bot: () => OwnUser | undefined;
  /** Names of configured rooms, as the config writes them, and whether bare lines are questions there. */
  readonly bareLines: Readonly<Record<string, boolean>>;
  /** Messages older than this are history, ms since the Unix epoch by the server's clock. */
  readonly floorMs: () => number;
  /** Whether posts of other integrations are looked at in a room, by its name as the config writes it. */
  readonly watches?: (roomKey: string | undefined) => boolean;
  /** Called when messages had to be dropped: the connection is given up, catch-up brings them back. */
  readonly onOverflow: () => void;
}

/** Ids of messages that were for us, to take each once: more than a busy bot is asked within a `catchUp` window. */
const MAX_SEEN = 20_000;
/** Messages that wait for the store; a store that is away for long must not fill the memory. */
const MAX_WAITING = 1_000;

/** Encrypted rooms that were logged, once each. */
const MAX_ENCRYPTED = 1_000;

/** Makes a receiver that works until `signal` aborts. */
export function createReceiver(deps: ReceiverDeps, signal: AbortSignal): Receiver {
  const { threads, log } = deps;
  const handOver = createHandOver(deps, signal);
  const seen = createBoundedMap<string, true>(MAX_SEEN);
  const encrypted = createBoundedMap<string, true>(MAX_ENCRYPTED);
  const lines = createKeyedQueue();
  let held: Event[] | undefined;
  const waiting = new Set<Event>();
  let overflowMs: number | undefined;

  function overflow({ message }: Event): void {
    if (overflowMs === undefined) log.warn('too many messages wait to be taken');
    overflowMs = Math.min(overflowMs ?? message.ts, message.ts);
    deps.onOverflow();
  }

  function noteEncrypted(rid: string): void {
    if (encrypted.has(rid)) return;
    encrypted.set(rid, true);
    log.warn({ room: rid }, 'a room is encrypted end to end, questions in it cannot be read');
  }

  function take(event: Event, mayBeEdited: boolean): void {
    const { message } = event;
    const bot = deps.bot();
    if (!bot || signal.aborted) return;
    if (message.u._id === bot.userId) threads.noteOwn(message);
    watch(event, bot);
    if (seen.has(message._id)) return;
    const { reading, roomKey } = readEvent(event, bot, mayBeEdited, deps);
    if (reading.kind === 'ignored') {
      if (reading.why === 'encrypted') noteEncrypted(message.rid);
      log.trace({ message: message._id, why: reading.why }, 'message passed over');
      return;
    }
    if (waiting.size >= MAX_WAITING) {
      overflow(event);
      return;
    }
    seen.set(message._id, true);
    wait(message.rid, event, () => handOver.message({ event, reading, bot, roomKey }));
  }

  /** Each state of a stranger's post once; what the same post says to the bot is another matter. */
  function watch(event: Event, bot: OwnUser): void {
    const { chat, onSighting, watches } = deps;
    if (!onSighting || !event.room.roomParticipant) return;
    const roomKey = roomKeyOf(event, deps);
    const sighting = sightingOf(event, { chat, bot, roomKey, floorMs: deps.floorMs() });
    if (!sighting || !watches?.(roomKey) || !onSighting.wants(sighting)) return;
    const { id, changedMs, text, attachments } = sighting;
    const key = `${id}@${changedMs} ${createHash('sha256')
      .update(JSON.stringify([text, attachments]))
      .digest('base64')}`;
    if (seen.has(key)) return;
    const { message } = event;
    const changed: Event = { ...event, message: { ...message, ts: sighting.changedMs } };
    if (waiting.size >= MAX_WAITING) {
      overflow(changed);
      return;
    }
    seen.set(key, true);
    // in order of its own: questions do not wait for what is asked about alerts
    wait(`sightings ${message.rid}`, changed, () => handOver.sighting(message, sighting));
  }

  function wait(line: string, event: Event, hand: () => Promise<void>): void {
    const { _id } = event.message;
    waiting.add(event);
    void lines
      .run(line, hand)
      .catch((thrown: unknown) => {
        if (!signal.aborted) log.error({ err: thrown, message: _id }, 'a message could not be handed over');
      })
      .finally(() => waiting.delete(event));
  }

  return {
    live(rawMessage, rawRoom) {
      const message = WireMessage.safeParse(rawMessage);
      if (!message.success) return log.debug('a message has a form I do not know');
      const room = RoomMeta.safeParse(rawRoom ?? {});
      if (!room.success) return log.debug('a room has a form I do not know');
      const event = { message: message.data, room: room.data };
      if (!held) return take(event, false);
      if (!room.data.roomParticipant) return; // public rooms of the whole workspace are heard, too
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
    oldestWaitingMs() {
      const times = [...waiting, ...(held ?? [])].map(({ message }) => message.ts);
      const oldestMs = Math.min(overflowMs ?? Number.POSITIVE_INFINITY, ...times);
      return Number.isFinite(oldestMs) ? oldestMs : undefined;
    },
    takeOverflow() {
      const sinceMs = overflowMs;
      overflowMs = undefined;
      return sinceMs;
    },
  };
}

function readEvent(event: Event, bot: OwnUser, mayBeEdited: boolean, deps: ReceiverDeps) {
  const { message, room } = event;
  const roomKey = roomKeyOf(event, deps);
  const reading = readMessage(message, {
    bot,
    room,
    hasBareLines: roomKey !== undefined && deps.bareLines[roomKey] === true,
    isGroupDirect: isGroupDirect(message.rid, deps.rooms),
    floorMs: deps.floorMs(),
    mayBeEdited,
  });
  return { reading, roomKey };
}

/** The config's word for a room: its key in `rooms`, matched by name, display name or id. */
function roomKeyOf({ message, room }: Event, { bareLines, rooms }: ReceiverDeps): string | undefined {
  const cached = rooms.byId(message.rid);
  const isRenamed = room.roomName != null && cached?.name != null && room.roomName !== cached.name;
  const known = isRenamed ? undefined : cached;
  const names = [room.roomName, known?.name, known?.fname, message.rid].flatMap((name) => (name ? [name] : []));
  const lower = new Set(names.map((name) => name.toLowerCase()));
  const key = Object.keys(bareLines).find((name) => lower.has(name.replace(/^#/, '').toLowerCase()));
  return key ?? known?.name ?? undefined;
}
