/** A Rocket.Chat server in this process: REST, realtime API and uploads of versions 6 to 8, on loopback. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { type Connection, type Cut, type RecordedFrame, serveDdp } from './ddp-server.ts';
import type { Flavour } from './ddp-session.ts';
import { createFaults, type Failing, type Faults, type Truncation } from './faults.ts';
import { createHttpServer, type RecordedRequest } from './http-server.ts';
import { deleteMessage, editMessage, insertMessage, react, sendAsUser, touch } from './messages.ts';
import { createRest } from './rest.ts';
import { postFromWebhook } from './rest-chat.ts';
import { addMember, createRoom, directRoom, removeMember, saySystem } from './rooms.ts';
import { parseVersion } from './version.ts';
import {
  addToken,
  addUser,
  createWorld,
  emit,
  type Message,
  makeId,
  ROCKET_CAT,
  type Room,
  roomNamed,
  type User,
  type UserDraft,
  userNamed,
  type World,
} from './world.ts';

export type { Cut } from './ddp-server.ts';
export type { Flavour } from './ddp-session.ts';
export type { Message } from './world.ts';

/** How a server is to be. */
export interface RocketChatOptions {
  /** `6.9`, `6.13`, `7.5`, `8.3`, `8.8` …: decides uploads, checks of requests and error texts. */
  readonly version?: string;
  readonly flavour?: Flavour;
  /** Drives heartbeats, windows of limits, expiry, delays; the machine's own when left out. */
  readonly clock?: Clock;
  readonly limits?: { readonly callsPerMinute?: number };
  /** Changes to the defaults, by the names that the server has for them. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** An account, with what it logs in with. */
export interface SimulatedUser {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  /** A personal access token. */
  readonly token: string;
  readonly password: string;
}

/** A room. */
export interface SimulatedRoom {
  readonly id: string;
  readonly name: string | undefined;
  readonly type: 'c' | 'p' | 'd';
}

/** Somebody, by what {@link RocketChatSimulator.users} gave, by username or by id. */
type UserRef = SimulatedUser | string;
/** A room, by what {@link RocketChatSimulator.rooms} gave, by name or by id. */
type RoomRef = SimulatedRoom | string;
/** A message, itself or its id. */
type MessageRef = Message | string;

/** A webhook that posts into a room. */
interface SimulatedIntegration {
  readonly id: string;
  /** Where to post; below the server's address. */
  readonly path: string;
}

/** A running server and everything a test does to it. */
export interface RocketChatSimulator {
  /** `http://127.0.0.1:<port>`, without a final slash. */
  readonly url: string;
  /** The inside, for what no member below covers: settings, permissions of roles. */
  readonly world: World;
  readonly users: { addUser(draft: UserDraft): SimulatedUser };
  readonly rooms: {
    addRoom(draft: {
      readonly name: string;
      readonly type: 'c' | 'p' | 'd';
      readonly members: readonly UserRef[];
      readonly readOnly?: boolean;
      readonly archived?: boolean;
    }): SimulatedRoom;
    addDirect(one: UserRef, other: UserRef): SimulatedRoom;
    /** Somebody is brought in or thrown out, with the system message of it. */
    invite(user: UserRef, room: RoomRef): void;
    kick(user: UserRef, room: RoomRef): void;
    archive(room: RoomRef): void;
    mute(user: UserRef, room: RoomRef): void;
  };
  /** A person's message; `at` puts it into the past. Throws what the server would refuse with. */
  say(
    user: UserRef,
    room: RoomRef,
    text: string,
    more?: { readonly tmid?: string; readonly at?: Date; readonly [field: string]: unknown },
  ): Message;
  edit(user: UserRef, message: MessageRef, text: string): void;
  react(user: UserRef, message: MessageRef, emoji: string): void;
  remove(user: UserRef, message: MessageRef): void;
  /** The server looks at the links of a message and sends it once more. */
  enrich(message: MessageRef): void;
  systemMessage(room: RoomRef, type: string, more?: { readonly user?: UserRef; readonly msg?: string }): Message;
  /** What another system posts: `bot.i`, `alias`, attachments, by `rocket.cat` unless a user is given. */
  integrationMessage(post: {
    readonly room: RoomRef;
    readonly alias: string;
    readonly text?: string;
    readonly attachments?: readonly Record<string, unknown>[];
    readonly user?: UserRef;
    readonly [field: string]: unknown;
  }): Message;
  addIntegration(draft: {
    readonly room: RoomRef;
    readonly alias: string;
    readonly user?: UserRef;
  }): SimulatedIntegration;
  /** Somebody types, or stops. */
  typing(user: UserRef, room: RoomRef, isTyping?: boolean): void;
  /** What was said in a room, oldest first; copies. */
  messages(room: RoomRef): Message[];
  /** A copy of a message, `undefined` when there is none. */
  message(id: string): Message | undefined;
  /** Uploaded bytes by file id, thumbnails included. */
  readonly files: ReadonlyMap<string, { readonly name: string; readonly type: string; readonly data: Buffer }>;
  readonly requests: readonly RecordedRequest[];
  readonly frames: readonly RecordedFrame[];
  /** Every socket there was, in the order of coming. */
  readonly connections: readonly Connection[];
  /** Typing that the server took: who, where, what. */
  readonly activities: readonly { readonly rid: string; readonly args: readonly unknown[] }[];

  /** Breaks every open socket; new ones are welcome. */
  cut(how: Cut): void;
  /** Delays the answers of matching paths, methods and subscriptions; 0 ends it. */
  delay(ms: number, pathOrName?: string): void;
  /** The call does nothing but fail. */
  failNext(failing: Failing): void;
  /** The call does nothing; its window ends in 30 s. */
  /** Answers 429; the window then ends `resetMs` from now, 30 s unless said. */
  rateLimitNext(path?: string, times?: number, resetMs?: number): void;
  /** The call takes effect; its answer is cut within the JSON, or with the connection. */
  truncateNext(path?: string, how?: Truncation): void;
  duplicateNextEvent(): void;
  /** The next event comes after the one behind it. */
  swapNextEvents(): void;
  /** All tokens of somebody are gone, their sockets closed. */
  revokeToken(user: UserRef): void;
  /** The tokens that logins gave somebody have run out. */
  expireTokens(user: UserRef): void;
  /** The next upload is not read for so long. */
  slowUpload(ms: number): void;
  /** Resets every connection, open and new, for so long or until a promise settles. */
  refuseConnections(until: number | Promise<unknown>): void;
  close(): Promise<void>;
}

/** Starts a server on a free port of loopback. */
export async function startRocketChat(options: RocketChatOptions = {}): Promise<RocketChatSimulator> {
  const clock = options.clock ?? systemClock;
  const world = createWorld(parseVersion(options.version ?? '8.8'), clock, options.settings ?? {});
  const faults = createFaults();
  const requests: RecordedRequest[] = [];
  const frames: RecordedFrame[] = [];
  const connections: Connection[] = [];
  const rest = createRest(world, options.limits?.callsPerMinute);
  const server = createHttpServer({ world, rest, faults, requests });
  const endSockets = serveDdp({
    world,
    flavour: options.flavour ?? 'monolith',
    faults,
    server,
    connections,
    frames,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    requests,
    frames,
    connections,
    ...population(world),
    ...conversation(world),
    ...breakage(world, faults, connections, () => server.closeAllConnections()),
    async close() {
      endSockets();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function population(world: World): Pick<RocketChatSimulator, 'users' | 'rooms' | 'addIntegration'> {
  return {
    users: {
      addUser(draft) {
        const user = addUser(world, draft);
        const { _id: id, username, name, password } = user;
        return { id, username, name, password, token: addToken(world, user, true) };
      },
    },
    rooms: {
      addRoom: (draft) =>
        shownRoom(createRoom(world, { ...draft, members: draft.members.map((ref) => userOf(world, ref)) })),
      addDirect: (one, other) => shownRoom(directRoom(world, userOf(world, one), userOf(world, other))),
      invite(ref, roomRef) {
        const user = userOf(world, ref);
        addMember(world, roomOf(world, roomRef), user);
        saySystem(world, roomOf(world, roomRef), user, 'au', user.username);
      },
      kick(ref, roomRef) {
        const user = userOf(world, ref);
        removeMember(world, roomOf(world, roomRef), user);
        saySystem(world, roomOf(world, roomRef), user, 'ru', user.username);
      },
      archive(ref) {
        roomOf(world, ref).archived = true;
      },
      mute(ref, roomRef) {
        roomOf(world, roomRef).muted.add(userOf(world, ref).username);
      },
    },
    addIntegration({ room, alias, user = ROCKET_CAT }) {
      const integration = { _id: makeId(), token: makeId(43), alias, enabled: true };
      const owner = userOf(world, user);
      if (!roomOf(world, room).members.has(owner._id)) addMember(world, roomOf(world, room), owner);
      world.integrations.set(integration._id, { ...integration, rid: roomOf(world, room)._id, userId: owner._id });
      return { id: integration._id, path: `/hooks/${integration._id}/${integration.token}` };
    },
  };
}

type Conversation = Pick<
  RocketChatSimulator,
  | 'say'
  | 'edit'
  | 'react'
  | 'remove'
  | 'enrich'
  | 'systemMessage'
  | 'integrationMessage'
  | 'typing'
  | 'messages'
  | 'message'
  | 'files'
  | 'activities'
>;

function conversation(world: World): Conversation {
  const activities: { rid: string; args: readonly unknown[] }[] = [];
  world.listeners.add((event) => {
    if (event.kind === 'activity') activities.push({ rid: event.rid, args: event.args });
  });
  return {
    activities,
    files: world.uploads,
    say(ref, roomRef, text, { at, ...more } = {}) {
      const user = userOf(world, ref);
      const room = roomOf(world, roomRef);
      const draft = { ...more, rid: room._id, msg: text };
      const message =
        at === undefined ? sendAsUser(world, user, draft) : insertMessage(world, user, room, { ...draft, ts: at });
      if (message === undefined) throw new Error(`a message ${String(more._id)} exists`);
      return structuredClone(message);
    },
    edit: (ref, message, text) => editMessage(world, userOf(world, ref), messageOf(world, message), { msg: text }),
    react: (ref, message, emoji) => react(world, userOf(world, ref), messageOf(world, message), emoji),
    remove: (ref, message) => deleteMessage(world, userOf(world, ref), messageOf(world, message)),
    enrich(ref) {
      const message = messageOf(world, ref);
      const urls = (message.urls ?? []) as Record<string, unknown>[];
      message.urls = urls.map((url) => ({ ...url, meta: { pageTitle: 'A page' }, headers: {} }));
      touch(world, message);
    },
    systemMessage: (room, type, { user = ROCKET_CAT, msg = '' } = {}) =>
      structuredClone(saySystem(world, roomOf(world, room), userOf(world, user), type, msg)),
    integrationMessage({ room: roomRef, user = ROCKET_CAT, ...post }) {
      const room = roomOf(world, roomRef);
      const owner = userOf(world, user);
      if (!room.members.has(owner._id)) addMember(world, room, owner);
      const message = postFromWebhook(world, owner, room._id, post, { i: makeId() });
      return structuredClone(message as Message);
    },
    typing(ref, roomRef, isTyping = true) {
      const args = [userOf(world, ref).username, isTyping ? ['user-typing'] : [], {}];
      emit(world, { kind: 'activity', rid: roomOf(world, roomRef)._id, args });
    },
    messages(ref) {
      const { _id } = roomOf(world, ref);
      return [...world.messages.values()].filter(({ rid }) => rid === _id).map((message) => structuredClone(message));
    },
    message: (id) => structuredClone(world.messages.get(id)),
  };
}

type Breakage = Pick<
  RocketChatSimulator,
  | 'cut'
  | 'delay'
  | 'failNext'
  | 'rateLimitNext'
  | 'truncateNext'
  | 'duplicateNextEvent'
  | 'swapNextEvents'
  | 'revokeToken'
  | 'expireTokens'
  | 'slowUpload'
  | 'refuseConnections'
>;

function breakage(world: World, faults: Faults, connections: Connection[], resetAll: () => void): Breakage {
  const cut = (how: Cut) => {
    for (const connection of connections) if (connection.isOpen) connection.cut(how);
  };
  return {
    cut,
    delay: (ms, name) => faults.delay(ms, name),
    failNext: (failing) => faults.add({ kind: 'fail', failing }, failing.path, failing.times),
    rateLimitNext: (path, times, resetMs = 30_000) => faults.add({ kind: 'rate-limit', resetMs }, path, times),
    truncateNext: (path, how = 'json') => faults.add({ kind: 'truncate', how }, path),
    duplicateNextEvent() {
      faults.duplicateNextEvent = true;
    },
    swapNextEvents() {
      faults.swapNextEvents = true;
    },
    revokeToken(ref) {
      const user = userOf(world, ref);
      user.tokens.clear();
      emit(world, { kind: 'revoked', userId: user._id });
    },
    expireTokens(ref) {
      for (const token of userOf(world, ref).tokens.values()) token.expiresMs = world.clock.now();
    },
    slowUpload: (ms) => faults.add({ kind: 'slow-upload', ms }),
    refuseConnections(until) {
      faults.refuse(typeof until === 'number' ? world.clock.sleep(until) : until);
      cut('reset');
      resetAll();
    },
  };
}

function shownRoom({ _id, name, t }: Room): SimulatedRoom {
  return { id: _id, name, type: t };
}

function userOf(world: World, ref: UserRef): User {
  const user = typeof ref === 'string' ? (world.users.get(ref) ?? userNamed(world, ref)) : world.users.get(ref.id);
  if (user === undefined) throw new Error(`no such user: ${JSON.stringify(ref)}`);
  return user;
}

function roomOf(world: World, ref: RoomRef): Room {
  const room = typeof ref === 'string' ? roomNamed(world, ref) : world.rooms.get(ref.id);
  if (room === undefined) throw new Error(`no such room: ${JSON.stringify(ref)}`);
  return room;
}

function messageOf(world: World, ref: MessageRef): Message {
  const id = typeof ref === 'string' ? ref : ref._id;
  const message = world.messages.get(id);
  if (message === undefined) throw new Error(`no such message: ${id}`);
  return message;
}
