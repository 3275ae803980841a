/** What a simulated server knows: people, rooms, messages, uploads; and who may see what. */
import { createHash, randomInt } from 'node:crypto';
import type { Clock } from '../../../src/lib/clock.ts';
import { plainError, TEXTS } from './failure.ts';
import { defaultPermissions } from './permissions.ts';
import type { Version } from './version.ts';

/** A token that logs in; personal access tokens never expire. */
export interface Token {
  readonly personal: boolean;
  expiresMs: number | undefined;
}

/** An account. */
export interface User {
  readonly _id: string;
  readonly username: string;
  readonly name: string;
  readonly roles: string[];
  readonly password: string;
  readonly utcOffset: number | undefined;
  readonly timezone: string | undefined;
  readonly tokens: Map<string, Token>;
}

/** Somebody's membership of a room, a "subscription" in the server's words. */
export interface Membership {
  readonly _id: string;
  readonly sinceDate: Date;
  updatedAt: Date;
}

/** A room: `c` public, `p` private, `d` direct. */
export interface Room {
  readonly _id: string;
  readonly t: 'c' | 'p' | 'd';
  readonly name: string | undefined;
  /** By user id. */
  readonly members: Map<string, Membership>;
  readonly muted: Set<string>;
  ro: boolean;
  archived: boolean;
  blocked: boolean;
  updatedAt: Date;
  lastMessage: Message | undefined;
}

/** A stored message; dates are `Date` here, ISO over REST, `{$date}` over DDP. */
export interface Message {
  readonly _id: string;
  readonly rid: string;
  msg: string;
  readonly ts: Date;
  _updatedAt: Date;
  readonly u: { readonly _id: string; readonly username: string; readonly name?: string };
  t?: string;
  tmid?: string;
  attachments?: Record<string, unknown>[];
  mentions?: Record<string, unknown>[];
  reactions?: Record<string, { usernames: string[] }>;
  editedAt?: Date;
  editedBy?: { _id: string; username: string };
  tcount?: number;
  tlm?: Date;
  replies?: string[];
  [field: string]: unknown;
}

/** An uploaded file; unconfirmed ones expire. */
export interface Upload {
  readonly _id: string;
  readonly rid: string;
  readonly userId: string;
  name: string;
  readonly type: string;
  readonly data: Buffer;
  expiresMs: number | undefined;
}

/** An incoming webhook. */
interface Integration {
  readonly _id: string;
  readonly token: string;
  readonly alias: string;
  readonly rid: string;
  readonly userId: string;
  enabled: boolean;
}

/** What happens in the server and may be of interest to connected clients. */
export type WorldEvent =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'deleted'; readonly rid: string; readonly id: string }
  | { readonly kind: 'activity'; readonly rid: string; readonly args: readonly unknown[] }
  | { readonly kind: 'user'; readonly userId: string; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'revoked'; readonly userId: string };

/** All state of one server. */
export interface World {
  readonly version: Version;
  readonly clock: Clock;
  readonly settings: Map<string, unknown>;
  readonly permissions: Map<string, Set<string>>;
  readonly users: Map<string, User>;
  readonly rooms: Map<string, Room>;
  /** In the order they were said. */
  readonly messages: Map<string, Message>;
  readonly trash: { readonly _id: string; readonly rid: string; readonly _deletedAt: Date }[];
  readonly uploads: Map<string, Upload>;
  readonly integrations: Map<string, Integration>;
  readonly listeners: Set<(event: WorldEvent) => void>;
}

/** The account behind system messages and most webhooks. */
export const ROCKET_CAT = 'rocket.cat';

/** Makes an empty server that knows only its own bot. */
export function createWorld(version: Version, clock: Clock, settings: Record<string, unknown>): World {
  const world: World = {
    version,
    clock,
    settings: new Map(Object.entries({ ...DEFAULT_SETTINGS, ...settings })),
    permissions: defaultPermissions(),
    users: new Map(),
    rooms: new Map(),
    messages: new Map(),
    trash: [],
    uploads: new Map(),
    integrations: new Map(),
    listeners: new Set(),
  };
  addUser(world, { _id: ROCKET_CAT, username: ROCKET_CAT, name: 'Rocket.Cat', roles: ['bot'] });
  return world;
}

/** Public settings that matter to a bot, with their defaults. */
const DEFAULT_SETTINGS: Record<string, unknown> = {
  Message_MaxAllowedSize: 5000,
  Message_AllowEditing: true,
  Message_AllowEditing_BlockEditInMinutes: 0,
  Message_AllowDeleting: true,
  Message_ShowDeletedStatus: false,
  Message_CustomFields_Enabled: false,
  Message_MaxAll: 0,
  FileUpload_Enabled: true,
  FileUpload_MaxFileSize: 104_857_600,
  FileUpload_MediaTypeWhiteList: '',
  FileUpload_MediaTypeBlackList: 'image/svg+xml',
  FileUpload_ProtectFiles: true,
  UI_Use_Real_Name: false,
  Threads_enabled: true,
};

/** Tells everybody connected. */
export function emit(world: World, event: WorldEvent): void {
  for (const listener of [...world.listeners]) listener(event);
}

/** The server's time. */
export function nowOf(world: World): Date {
  return new Date(world.clock.now());
}

/** Letters and digits that are hard to mistake, as the server's ids have them. */
const ID_ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';

/** A random id; documents have 17 characters, tokens 43. */
export function makeId(length = 17): string {
  return Array.from({ length }, () => ID_ALPHABET[randomInt(ID_ALPHABET.length)]).join('');
}

/** The digest that clients send in place of a password, and in which tokens are kept. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What {@link addUser} takes. */
export interface UserDraft {
  readonly _id?: string;
  readonly username: string;
  readonly name?: string;
  readonly roles?: readonly string[];
  readonly password?: string;
  readonly utcOffset?: number;
  readonly timezone?: string;
}

/** Adds an account; its tokens come from {@link addToken}. */
export function addUser(world: World, draft: UserDraft): User {
  const user: User = {
    _id: draft._id ?? makeId(),
    username: draft.username,
    name: draft.name ?? draft.username,
    roles: [...(draft.roles ?? ['user'])],
    password: draft.password ?? makeId(20),
    utcOffset: draft.utcOffset,
    timezone: draft.timezone,
    tokens: new Map(),
  };
  world.users.set(user._id, user);
  return user;
}

/** Login tokens of a password login live so long: `Accounts_LoginExpiration`, 90 days. */
const LOGIN_TOKEN_MS = 90 * 86_400_000;

/** Gives somebody a token: a personal access token, or one of a login, which expires. */
export function addToken(world: World, user: User, personal: boolean): string {
  const token = makeId(43);
  user.tokens.set(token, { personal, expiresMs: personal ? undefined : world.clock.now() + LOGIN_TOKEN_MS });
  return token;
}

/** Finds an account by name. */
export function userNamed(world: World, username: string): User | undefined {
  return [...world.users.values()].find((user) => user.username === username);
}

/** Finds a room by id or name. */
export function roomNamed(world: World, idOrName: string): Room | undefined {
  return world.rooms.get(idOrName) ?? [...world.rooms.values()].find(({ name }) => name === idOrName);
}

/** Whether one of somebody's roles grants a permission. */
export function can(world: World, user: User, permission: string): boolean {
  return user.roles.some((role) => world.permissions.get(role)?.has(permission));
}

/** Whether somebody may read a room: members, and for public rooms whoever may view those. */
export function canAccess(world: World, user: User, room: Room): boolean {
  if (room.members.has(user._id)) return true;
  return room.t === 'c' && can(world, user, 'view-c-room');
}

/**
 * Checks that somebody may post in a room.
 *
 * @throws Failure with the server's word for the refusal
 */
export function checkMayPost(world: World, user: User, room: Room | undefined): asserts room is Room {
  if (room === undefined) throw plainError('error-invalid-room');
  if (room.archived) throw plainError('room_is_archived');
  if (!canAccess(world, user, room)) throw plainError('error-not-allowed');
  if (room.blocked) throw plainError('room_is_blocked');
  if (room.ro && !can(world, user, 'post-readonly')) throw plainError(TEXTS.readOnly);
  if (room.muted.has(user.username)) throw plainError('You_have_been_muted');
}
