/** Endpoints about rooms and memberships, but for uploads. */
import { meteorError } from './failure.ts';
import { getRoomHistory } from './history.ts';
import { describeMembership } from './memberships.ts';
import { type Call, type Fields, type Reply, type Route, refusal } from './rest-route.ts';
import { describeRoom, directRoom, joinRoom } from './rooms.ts';
import { can, canAccess, type Room, roomNamed, userNamed, type World } from './world.ts';

/** Every endpoint about rooms. */
export const ROOM_ROUTES: readonly Route[] = [
  { method: 'GET', path: 'channels.history', action: (call) => history(call, 'c') },
  { method: 'GET', path: 'groups.history', action: (call) => history(call, 'p') },
  { method: 'GET', path: 'im.history', action: (call) => history(call, 'd') },
  { method: 'GET', path: 'channels.info', action: (call) => info(call, 'c', 'channel') },
  { method: 'GET', path: 'groups.info', action: (call) => info(call, 'p', 'group') },
  { method: 'POST', path: 'channels.join', action: joinChannel },
  { method: 'POST', path: 'rooms.join', since: '8.0', action: joinAnyRoom },
  { method: 'POST', path: 'im.create', action: createDirect },
  { method: 'GET', path: 'rooms.get', action: getRooms },
  { method: 'GET', path: 'rooms.info', action: roomInfo },
  {
    method: 'GET',
    path: 'rooms.nameExists',
    action: ({ world, query }) => ({ exists: !!named(world, query.roomName) }),
  },
  { method: 'GET', path: 'rooms.isMember', action: isMember },
  { method: 'GET', path: 'subscriptions.get', action: getSubscriptions },
  { method: 'GET', path: 'subscriptions.getOne', action: getSubscription },
  { method: 'POST', path: 'subscriptions.read', action: () => ({}) },
];

function named(world: World, name: string | undefined): Room | undefined {
  return [...world.rooms.values()].find((room) => room.name !== undefined && room.name === name);
}

/**
 * The room of `roomId` or `roomName`.
 *
 * @throws Failure when neither is given or there is none
 */
function roomOf(world: World, { roomId, roomName }: Fields): Room {
  if (!roomId && !roomName) {
    throw meteorError('error-roomid-param-not-provided', 'The parameter "roomId" or "roomName" is required');
  }
  const room = roomId ? world.rooms.get(String(roomId)) : named(world, String(roomName));
  if (room !== undefined) return room;
  throw meteorError(
    'error-room-not-found',
    'The required "roomId" or "roomName" param provided does not match any channel',
  );
}

function history({ world, user, query }: Call, type: Room['t']): Fields | Reply {
  const room = roomOf(world, query);
  if (room.t !== type || !canAccess(world, user, room)) {
    throw meteorError(
      'error-room-not-found',
      'The required "roomId" or "roomName" param provided does not match any group',
    );
  }
  return getRoomHistory(world, room._id, query);
}

function info({ world, user, query }: Call, type: Room['t'], key: string): Fields {
  const room = roomOf(world, query);
  if (room.t !== type || !canAccess(world, user, room)) {
    throw meteorError(
      'error-room-not-found',
      'The required "roomId" or "roomName" param provided does not match any channel',
    );
  }
  return { [key]: describeRoom(world, room) };
}

function joinChannel({ world, user, body }: Call): Fields {
  const room = roomOf(world, body);
  joinRoom(world, room, user);
  return { channel: describeRoom(world, room) };
}

function joinAnyRoom({ world, user, body }: Call): Fields {
  const room = roomOf(world, body);
  joinRoom(world, room, user);
  return { room: describeRoom(world, room) };
}

function createDirect({ world, user, body }: Call): Fields {
  const names = String(body.username ?? body.usernames ?? '').split(',');
  const others = names.map((name) => userNamed(world, name.trim()));
  const [other] = others;
  if (other === undefined || others.includes(undefined)) {
    throw meteorError('error-invalid-user', 'Invalid user', { method: 'createDirectMessage' });
  }
  if (!can(world, user, 'create-d')) {
    throw meteorError('error-not-allowed', 'Not allowed', { method: 'createDirectMessage' });
  }
  const room = directRoom(world, user, other);
  return { room: { ...describeRoom(world, room), rid: room._id } };
}

function getRooms({ world, user, query }: Call): Fields {
  const sinceMs = sinceOf(query);
  const rooms = [...world.rooms.values()].filter(
    (room) => room.members.has(user._id) && room.updatedAt.getTime() > sinceMs,
  );
  return { update: rooms.map((room) => describeRoom(world, room)), remove: [] };
}

function sinceOf({ updatedSince }: Call['query']): number {
  if (!updatedSince) return Number.NEGATIVE_INFINITY;
  const sinceMs = Date.parse(updatedSince);
  if (!Number.isNaN(sinceMs)) return sinceMs;
  throw meteorError('error-updatedSince-param-invalid', 'The "updatedSince" query parameter must be a valid date.');
}

function roomInfo({ world, user, query }: Call): Fields | Reply {
  const room = roomOf(world, query);
  if (room.archived) throw meteorError('error-room-archived', `The channel, ${room.name}, is archived`);
  if (!canAccess(world, user, room)) {
    return { status: 400, body: { success: false, error: 'not-allowed', errorType: 'Not Allowed' } };
  }
  return { room: describeRoom(world, room) };
}

function isMember({ world, user, query }: Call): Fields | Reply {
  const room = world.rooms.get(query.roomId ?? '');
  const other = query.userId ? world.users.get(query.userId) : userNamed(world, query.username ?? '');
  if (room === undefined) return refusal('error-room-not-found');
  if (other === undefined) return refusal('error-user-not-found');
  if (!canAccess(world, user, room)) return { status: 403, body: { success: false, error: 'unauthorized' } };
  return { isMember: room.members.has(other._id) };
}

function getSubscriptions({ world, user, query }: Call): Fields {
  const sinceMs = sinceOf(query);
  const update = [...world.rooms.values()].flatMap((room) => {
    const membership = room.members.get(user._id);
    if (membership === undefined || membership.updatedAt.getTime() <= sinceMs) return [];
    return [describeMembership(world, room, user, membership)];
  });
  return { update, remove: [] };
}

function getSubscription({ world, user, query }: Call): Fields | Reply {
  if (!query.roomId) return refusal("The 'roomId' param is required");
  const room = roomNamed(world, query.roomId);
  const membership = room?.members.get(user._id);
  if (room === undefined || membership === undefined) return { subscription: null };
  return { subscription: describeMembership(world, room, user, membership) };
}
