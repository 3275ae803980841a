/** Hands one message over: whether it is meant for the bot, who says it, and again and again until it is taken. */
import type { BotError } from '../../domain/errors.ts';
import type { Sighting } from '../../domain/sighting.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { ChatMessage, OnMessage, OnSighting } from '../chat.ts';
import { createLoopGuard } from './loop-guard.ts';
import type { OwnUser, Reading } from './message-filter.ts';
import type { People } from './people.ts';
import type { Rooms } from './rooms.ts';
import { isMarked } from './sightings.ts';
import type { Threads } from './threads.ts';
import type { Event, WireMessage } from './wire.ts';

/** What handing over works with. */
export interface HandOverDeps {
  readonly chat: string;
  readonly onMessage: OnMessage;
  readonly onSighting?: OnSighting | undefined;
  readonly rooms: Rooms;
  readonly people: People;
  readonly threads: Threads;
  readonly clock: Clock;
  readonly log: Log;
}

/** A message that may be for us. */
export interface Candidate {
  readonly event: Event;
  readonly reading: Exclude<Reading, { kind: 'ignored' }>;
  readonly bot: OwnUser;
  /** The room's name as the config writes it, or its own. */
  readonly roomKey: string | undefined;
}

/** Between attempts to hand a message over; the last goes on. */
const RETRY_MS = [250, 500, 1_000, 2_000, 5_000, 10_000];

/** Hands over; both reject only when the signal aborts that they were made with. */
export interface HandOver {
  message(candidate: Candidate): Promise<void>;
  /** What only looks like an alert, since a person typed it, is passed over. */
  sighting(message: WireMessage, sighting: Sighting): Promise<void>;
}

/** Makes what hands over. */
export function createHandOver(deps: HandOverDeps, signal: AbortSignal): HandOver {
  const { log, onSighting } = deps;
  const guard = createLoopGuard(deps.clock);
  const handMessage = async (candidate: Candidate): Promise<void> => {
    const { message } = candidate.event;
    const { reading } = candidate;
    if (mayBeGroup(candidate)) await deps.rooms.learn(message.rid, signal);
    const isGroup = isGroupDirect(message.rid, deps.rooms);
    const isAddressed =
      reading.kind === 'direct' && isGroup ? undefined : await addressed(candidate, deps.threads, signal);
    if (isAddressed === undefined) return;
    const person = await deps.people.get(message.u._id, signal);
    if (person.isBot) return log.debug({ user: message.u.username }, 'a bot is not answered');
    if (reading.kind !== 'mention' && !guard.pass(`${message.rid}/${message.u._id}`)) {
      return log.warn({ user: message.u.username, room: message.rid }, 'someone writes faster than people do');
    }
    if (reading.kind === 'mention') deps.threads.noteQuestion(message._id);
    const said = chatMessage(candidate, isAddressed, person.zone, deps);
    await untilTaken(said.id, () => deps.onMessage(said), deps, signal);
  };
  return {
    message: handMessage,
    async sighting(message, sighting) {
      if (!isMarked(message) && !(await deps.people.get(message.u._id, signal)).isBot) return;
      await untilTaken(sighting.id, async () => onSighting?.take(sighting), deps, signal);
    },
  };
}

/** The id of a direct room of two is both users' ids side by side, as a rule; any other may be of several. */
function mayBeGroup({ event: { message, room }, bot }: Candidate): boolean {
  const { rid, u } = message;
  return room.roomType === 'd' && rid !== bot.userId + u._id && rid !== u._id + bot.userId;
}

/** Rooms of type `d` with more than two members are rooms, not dialogues. */
export function isGroupDirect(rid: string, rooms: Rooms): boolean {
  return (rooms.byId(rid)?.uids?.length ?? 0) > 2;
}

/**
 * Below an answer people also talk to each other: a reply that does not name the bot counts like a bare line, answered
 * when it is a question or changes the one before, else passed over in silence. Nothing for what is not for us.
 */
async function addressed({ reading, bot }: Candidate, threads: Threads, signal: AbortSignal) {
  if (reading.kind === 'bare') return false;
  if (reading.kind !== 'reply') return true;
  const isOurs = reading.text !== '' && (await threads.isOurs(reading.threadId, bot, signal));
  return isOurs ? false : undefined;
}

function chatMessage(
  { event: { message, room }, reading, roomKey }: Candidate,
  isAddressed: boolean,
  zone: string | undefined,
  { chat, rooms }: HandOverDeps,
): ChatMessage {
  const isDirect = room.roomType === 'd' && !isGroupDirect(message.rid, rooms);
  const roomName = isDirect ? undefined : (roomKey ?? room.roomName);
  return {
    id: message._id,
    chat,
    room: message.rid,
    ...(roomName && { roomName }),
    ...(message.tmid && { threadId: message.tmid }),
    isDirect,
    isAddressed,
    text: reading.text,
    sentMs: message.ts,
    user: { id: message.u._id, name: message.u.username, ...(zone && { zone }) },
  };
}

async function untilTaken(
  id: string,
  take: () => Promise<void>,
  { clock, log }: HandOverDeps,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await take();
    } catch (thrown) {
      signal.throwIfAborted();
      const { code } = thrown as Partial<BotError>;
      log.warn({ err: thrown, code, message: id }, 'a message was not taken');
      await clock.sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 0, signal);
    }
  }
}
