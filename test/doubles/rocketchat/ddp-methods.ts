/** Methods of the realtime API, also reachable over REST as `method.call/:method`. */
import { Failure, matchError, meteorError } from './failure.ts';
import { describeMembership } from './memberships.ts';
import { editMessage, react, sendAsUser } from './messages.ts';
import { describeRoom, joinRoom } from './rooms.ts';
import { canAccess, emit, type Message, type User, type World } from './world.ts';

/** Who calls; nobody before the login. */
export interface Caller {
  readonly user: User | undefined;
}

type Method = (world: World, user: User, args: readonly unknown[]) => unknown;

const METHODS: Readonly<Record<string, Method>> = {
  'stream-notify-room': notifyRoom,
  sendMessage,
  updateMessage,
  setReaction(world, user, [emoji, id, shouldReact]) {
    const message = messageById(world, id);
    if (message === undefined) throw meteorError('error-not-allowed', 'Not allowed', { method: 'setReaction' });
    react(world, user, message, String(emoji), typeof shouldReact === 'boolean' ? shouldReact : undefined);
  },
  joinRoom(world, user, [rid]) {
    const room = world.rooms.get(String(rid));
    if (room === undefined) throw meteorError('error-invalid-room', 'Invalid room', { method: 'joinRoom' });
    joinRoom(world, room, user);
    return true;
  },
  getRoomIdByNameOrId(world, user, [name]) {
    const room = [...world.rooms.values()].find((each) => each._id === name || each.name === name);
    if (room === undefined || !canAccess(world, user, room)) throw meteorError('error-not-allowed', 'Not allowed');
    return room._id;
  },
  'subscriptions/get': (world, user) =>
    [...world.rooms.values()].flatMap((room) => {
      const membership = room.members.get(user._id);
      return membership === undefined ? [] : [describeMembership(world, room, user, membership)];
    }),
  'rooms/get': (world, user) =>
    [...world.rooms.values()].filter(({ members }) => members.has(user._id)).map((room) => describeRoom(world, room)),
  'UserPresence:online': () => true,
  'UserPresence:away': () => true,
  'UserPresence:setDefaultStatus': () => undefined,
};

/**
 * Calls a method; what it gives may be nothing.
 *
 * @throws Failure 404 when there is no such method, else what the method refuses
 */
export function callMethod(world: World, { user }: Caller, name: string, args: readonly unknown[]): unknown {
  const method = METHODS[name];
  if (method === undefined) throw meteorError(404, `Method '${name}' not found`);
  if (user === undefined && name !== 'stream-notify-room') {
    throw meteorError('error-invalid-user', 'Invalid user', { method: name });
  }
  return user === undefined ? undefined : method(world, user, args);
}

/** Typing: taken only under the caller's own name and from one who may be in the room; else dropped without a word. */
function notifyRoom(world: World, user: User, [key, name, ...rest]: readonly unknown[]): void {
  const [rid = '', event] = String(key).split('/');
  const room = world.rooms.get(rid);
  const ownName = world.settings.get('UI_Use_Real_Name') === true ? user.name : user.username;
  if (event !== 'user-activity' || room === undefined || name !== ownName || !canAccess(world, user, room)) return;
  emit(world, { kind: 'activity', rid, args: [name, ...rest] });
}

const SENDABLE = ['_id', 'rid', 'msg', 'tmid', 'tshow', 'ts', 't', 'bot', 'content', 'customFields', 'groupable'];

/** Refuses attachments and the like; of other refusals it says nothing unless it may not send at all. */
function sendMessage(world: World, user: User, [draft]: readonly unknown[]): unknown {
  const fields = { ...(draft as Record<string, unknown>) };
  const unknown = Object.keys(fields).find((key) => !SENDABLE.includes(key));
  if (unknown !== undefined) throw matchError(`Unknown key in field ${unknown}`);
  try {
    return sendAsUser(world, user, fields);
  } catch (error) {
    if (error instanceof Failure && (error.code ?? error.message) === 'error-not-allowed') throw error;
    return undefined;
  }
}

const EDITABLE = ['tshow', 'alias', 'attachments', 'avatar', 'emoji', 'msg', 'customFields', 'content'];

function updateMessage(world: World, user: User, [edited, previewUrls]: readonly unknown[]): void {
  const fields = { ...(edited as Record<string, unknown>) };
  if (typeof fields._id !== 'string') throw matchError("Missing key '_id'");
  const message = messageById(world, fields._id);
  if (message === undefined) return;
  for (const [key, value] of Object.entries(fields)) {
    if (EDITABLE.includes(key) || value === message[key]) continue;
    throw meteorError('error-invalid-update-key', `Cannot update the message ${key}`, { method: 'updateMessage' });
  }
  const edit = Object.fromEntries(Object.entries(fields).filter(([key]) => EDITABLE.includes(key)));
  editMessage(world, user, message, edit, previewUrls !== undefined);
}

function messageById(world: World, id: unknown): Message | undefined {
  return world.messages.get(String(id));
}
