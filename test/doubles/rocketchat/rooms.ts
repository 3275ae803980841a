/** Rooms and who is in them. */
import { meteorError } from './failure.ts';
import { describeMembership, tellMember } from './memberships.ts';
import { store } from './messages.ts';
import { type Membership, makeId, nowOf, type Room, roomNamed, type User, userNamed, type World } from './world.ts';

/** What {@link createRoom} takes. */
export interface RoomDraft {
  readonly name?: string;
  readonly type: 'c' | 'p' | 'd';
  readonly members: readonly User[];
  readonly readOnly?: boolean;
  readonly archived?: boolean;
}

/** Makes a room with its members, without messages about it. */
export function createRoom(world: World, draft: RoomDraft): Room {
  const ids = draft.members.map(({ _id }) => _id);
  const room: Room = {
    _id: draft.type === 'd' ? [...ids].sort().join('') : makeId(),
    t: draft.type,
    name: draft.type === 'd' ? undefined : draft.name,
    members: new Map(),
    muted: new Set(),
    ro: draft.readOnly ?? false,
    archived: draft.archived ?? false,
    blocked: false,
    updatedAt: nowOf(world),
    lastMessage: undefined,
  };
  world.rooms.set(room._id, room);
  for (const user of draft.members) addMember(world, room, user);
  return room;
}

/** The direct room of two people, made when they have none yet. */
export function directRoom(world: World, one: User, other: User): Room {
  const members = one._id === other._id ? [one] : [one, other];
  const known = world.rooms.get(
    members
      .map(({ _id }) => _id)
      .sort()
      .join(''),
  );
  return known ?? createRoom(world, { type: 'd', members });
}

/** Puts somebody into a room and tells their clients; no message about it. */
export function addMember(world: World, room: Room, user: User): void {
  const membership: Membership = { _id: makeId(), sinceDate: nowOf(world), updatedAt: nowOf(world) };
  room.members.set(user._id, membership);
  tellMember(world, user, 'inserted', describeMembership(world, room, user, membership));
}

/** Takes somebody out of a room and tells their clients. */
export function removeMember(world: World, room: Room, user: User): void {
  const membership = room.members.get(user._id);
  if (membership === undefined || !room.members.delete(user._id)) return;
  tellMember(world, user, 'removed', { _id: membership._id, rid: room._id, u: { _id: user._id } });
}

/** Lets somebody join a public room of their own accord: the room hears of it by a system message. */
export function joinRoom(world: World, room: Room, user: User): void {
  if (room.members.has(user._id)) return;
  if (room.t !== 'c') throw meteorError('error-not-allowed', 'Not allowed', { method: 'joinRoom' });
  addMember(world, room, user);
  saySystem(world, room, user, 'uj', user.username);
}

/** Adds a system message, e.g. `uj` (joined), `ul` (left), `room_changed_topic`. */
export function saySystem(world: World, room: Room, user: User, type: string, msg: string) {
  const now = nowOf(world);
  const u = { _id: user._id, username: user.username, name: user.name };
  const message = { _id: makeId(), rid: room._id, t: type, msg, ts: now, _updatedAt: now, u, groupable: false };
  store(world, room, message);
  return message;
}

/** A room as REST shows it to one who may see it. */
export function describeRoom(world: World, room: Room): Record<string, unknown> {
  const users = [...room.members.keys()].flatMap((id) => world.users.get(id) ?? []);
  return {
    _id: room._id,
    t: room.t,
    ...(room.name !== undefined && { name: room.name, fname: room.name }),
    ...(room.t === 'd' && { uids: users.map(({ _id }) => _id), usernames: users.map(({ username }) => username) }),
    usersCount: users.length,
    msgs: [...world.messages.values()].filter(({ rid }) => rid === room._id).length,
    ro: room.ro,
    ...(room.archived && { archived: true }),
    ...(room.lastMessage && { lm: room.lastMessage.ts, lastMessage: room.lastMessage }),
    _updatedAt: room.updatedAt,
  };
}

/**
 * The room that `chat.postMessage` means: `#name`, `@user`, a bare name or an id. Public rooms are joined.
 *
 * @throws Failure `invalid-channel` when there is none
 */
export function roomToPostIn(world: World, user: User, channel: string): Room {
  const name = /^[#@]/.test(channel) ? channel.slice(1) : channel;
  const room = channel.startsWith('@') ? undefined : roomNamed(world, name);
  if (room?.t === 'c') joinRoom(world, room, user);
  if (room !== undefined) return room;
  const other = channel.startsWith('#') ? undefined : (userNamed(world, name) ?? world.users.get(name));
  if (other !== undefined) return directRoom(world, user, other);
  throw meteorError('invalid-channel');
}
