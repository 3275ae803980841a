/** Endpoints that administrators use: accounts, roles' permissions, new rooms and who is in them. */
import { meteorError } from './failure.ts';
import { type Call, type Fields, forbidden, type Reply, type Route, refusal } from './rest-route.ts';
import { addMember, createRoom, describeRoom, saySystem } from './rooms.ts';
import { addUser, can, type Room, roomNamed, type User, userNamed, type World } from './world.ts';

/** Every endpoint for administrators. */
export const ADMIN_ROUTES: readonly Route[] = [
  { method: 'POST', path: 'users.create', action: withRight('create-user', createUser) },
  { method: 'POST', path: 'users.update', action: withRight('edit-other-user-info', updateUser) },
  { method: 'POST', path: 'permissions.update', action: withRight('access-permissions', updatePermissions) },
  { method: 'POST', path: 'channels.create', action: withRight('create-c', createChannel) },
  { method: 'POST', path: 'channels.invite', action: inviteToChannel },
];

function withRight(permission: string, action: Route['action']): Route['action'] {
  return (call) => (can(call.world, call.user, permission) ? action(call) : forbidden);
}

interface UserFields {
  readonly username?: string;
  readonly name?: string;
  readonly email?: string;
  readonly password?: string;
  readonly roles?: readonly string[];
}

function createUser({ world, body }: Call): Fields {
  const { username = '', name = '', email = '', password, roles } = body as UserFields;
  if (!username || !name || !email || !password) throw meteorError('error-invalid-params', 'Match error: Missing key');
  if (userNamed(world, username)) {
    throw meteorError('error-field-unavailable', `${username} is already in use :(`, { field: username });
  }
  const user = addUser(world, { username, name, password, ...(roles && { roles }) });
  return { user: describeUser(user) };
}

function updateUser({ world, body }: Call): Fields | Reply {
  const { userId, data } = body as { readonly userId?: string; readonly data?: UserFields };
  const user = world.users.get(userId ?? '');
  if (!user) return refusal('The required "userId" param provided does not match any users');
  const { roles, password } = data ?? {};
  const changed = { ...user, ...(roles && { roles: [...roles] }), ...(password && { password }) };
  world.users.set(user._id, changed);
  return { user: describeUser(changed) };
}

function describeUser({ _id, username, name, roles }: User): Fields {
  return { _id, username, name, roles, active: true };
}

function updatePermissions({ world, body }: Call): Fields | Reply {
  const { permissions } = body as {
    readonly permissions?: readonly { readonly _id: string; readonly roles: string[] }[];
  };
  if (!Array.isArray(permissions)) return refusal('Invalid body params');
  for (const { _id, roles } of permissions) {
    for (const [role, granted] of world.permissions) {
      if (roles.includes(role)) granted.add(_id);
      else granted.delete(_id);
    }
  }
  return { permissions };
}

function createChannel({ world, user, body }: Call): Fields {
  const { name = '', members = [] } = body as { readonly name?: string; readonly members?: readonly string[] };
  if (!/^[0-9a-zA-Z-_.]+$/.test(name)) {
    throw meteorError('error-invalid-room-name', `${name} is not a valid room name`, { channel_name: name });
  }
  if (roomNamed(world, name)) {
    throw meteorError('error-duplicate-channel-name', `A channel with name '${name}' exists`, { channel_name: name });
  }
  // names that nobody has are left out, as the server does
  const others = members.flatMap((one) => userNamed(world, one) ?? []);
  const room = createRoom(world, { name, type: 'c', members: [user, ...others] });
  return { channel: describeRoom(world, room) };
}

function inviteToChannel({ world, user, body }: Call): Fields {
  const { roomId, userId } = body as { readonly roomId?: string; readonly userId?: string };
  const room = channelOf(world, roomId);
  const other = world.users.get(userId ?? '');
  if (!other) throw meteorError('error-invalid-user', 'Invalid user', { method: 'addUserToRoom' });
  if (!room.members.has(other._id)) {
    addMember(world, room, other);
    saySystem(world, room, user, 'au', other.username);
  }
  return { channel: describeRoom(world, room) };
}

function channelOf(world: World, roomId: string | undefined): Room {
  const room = world.rooms.get(roomId ?? '');
  if (room?.t === 'c') return room;
  throw meteorError(
    'error-room-not-found',
    'The required "roomId" or "roomName" param provided does not match any channel',
  );
}
