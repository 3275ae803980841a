/** The life of messages: sending, editing, reacting, deleting, with the server's rules and what it tells clients. */
import { checkMessage } from './attachments.ts';
import { meteorError, plainError, TEXTS } from './failure.ts';
import { touchMemberships } from './memberships.ts';
import { findMentions } from './mentions.ts';
import {
  can,
  canAccess,
  checkMayPost,
  emit,
  type Message,
  makeId,
  nowOf,
  type Room,
  type User,
  type World,
} from './world.ts';

/** A message as a client asks for it; unchecked. */
export type Draft = Record<string, unknown>;

/** A `ts` of the client may be off by so much, ms; beyond the first it is replaced, beyond the second refused. */
const CLOCK_SKEW_MS = { replaced: 10_000, refused: 60_000 };

/**
 * Sends for a logged-in user, as `chat.sendMessage` and uploads do: with the checks of size, threads and rights.
 * A refused send is also told to the sender privately.
 *
 * @returns `undefined` when a message with that `_id` exists already
 * @throws Failure when the server would refuse
 */
export function sendAsUser(world: World, user: User, draft: Draft): Message | undefined {
  if (draft.tshow && !draft.tmid) throw meteorError('invalid-params', 'tshow provided but missing tmid', SENDING);
  checkTime(world, draft);
  checkSize(world, draft.msg);
  const parent = typeof draft.tmid === 'string' ? world.messages.get(draft.tmid) : undefined;
  const rid = parent?.rid ?? draft.rid;
  if (typeof rid !== 'string' || rid === '') {
    throw plainError("The 'rid' property on the message object is missing.");
  }
  try {
    const room = world.rooms.get(rid);
    checkMayPost(world, user, room);
    return insertMessage(world, user, room, { ...draft, ...(parent?.tmid && { tmid: parent.tmid }) });
  } catch (error) {
    tellPrivately(world, user, rid, (error as Error).message);
    throw error;
  }
}

const SENDING = { method: 'sendMessage' };

function checkTime(world: World, draft: Draft): void {
  if (draft.ts === undefined) return;
  const offMs = Math.abs(new Date(draft.ts as string).getTime() - world.clock.now());
  if (offMs > CLOCK_SKEW_MS.refused) {
    throw meteorError('error-message-ts-out-of-sync', 'Message timestamp is out of sync', SENDING);
  }
  if (offMs > CLOCK_SKEW_MS.replaced) draft.ts = nowOf(world);
}

/** @throws Failure when a text is longer than the server allows, in UTF-16 units */
export function checkSize(world: World, text: unknown): void {
  const max = Number(world.settings.get('Message_MaxAllowedSize'));
  if (typeof text !== 'string' || text.length <= max) return;
  throw meteorError('error-message-size-exceeded', 'Message size exceeds Message_MaxAllowedSize', SENDING);
}

/** Sends the private note of the server's bot that a refused send leaves behind. */
function tellPrivately(world: World, user: User, rid: string, msg: string): void {
  const ts = nowOf(world);
  const cat = { _id: 'rocket.cat', username: 'rocket.cat', name: 'Rocket.Cat' };
  const note = { _id: makeId(), rid, msg, ts, _updatedAt: ts, u: cat, private: true };
  emit(world, { kind: 'user', userId: user._id, name: 'message', args: [note] });
}

/**
 * Stores a message and tells clients, as the server does after a route's own checks.
 *
 * @returns `undefined` when a message with that `_id` exists already
 * @throws Failure when its content is not allowed
 */
export function insertMessage(world: World, user: User, room: Room, draft: Draft): Message | undefined {
  checkMessage(draft);
  if ((draft.alias || draft.avatar) && !can(world, user, 'message-impersonate')) {
    throw plainError(TEXTS.mayNotImpersonate);
  }
  if (draft.customFields && !world.settings.get('Message_CustomFields_Enabled')) throw plainError(TEXTS.customFields);
  const message = makeMessage(world, user, room, draft);
  checkMentions(world, user, room, message);
  if (world.messages.has(message._id)) return undefined;
  store(world, room, message);
  return message;
}

function makeMessage(world: World, user: User, room: Room, draft: Draft): Message {
  const { parseUrls, ts, _id, msg: given, tshow, ...rest } = draft;
  const msg = typeof given === 'string' ? given.replaceAll('\0', '') : '';
  const now = nowOf(world);
  return {
    ...(withoutEmpty(rest) as Partial<Message>),
    ...(tshow === true && { tshow }),
    _id: typeof _id === 'string' ? _id : makeId(),
    rid: room._id,
    msg,
    ts: ts === undefined ? now : new Date(ts as string),
    u: { _id: user._id, username: user.username, name: user.name },
    _updatedAt: now,
    urls: parseUrls === false ? [] : [...msg.matchAll(/https?:\/\/[^\s<>|)\]]+/g)].map(([url]) => ({ url })),
    ...mentionFields(world, msg),
  };
}

function mentionFields(world: World, msg: string): Pick<Message, 'mentions'> & Record<string, unknown> {
  const { users, channels, md } = findMentions(world, msg);
  return { mentions: [...users], channels: [...channels], ...(md !== undefined && { md }) };
}

function withoutEmpty(fields: Draft): Draft {
  const isEmpty = (value: unknown) => value == null || value === '' || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}

function checkMentions(world: World, user: User, room: Room, message: Message): void {
  const max = Number(world.settings.get('Message_MaxAll'));
  if (max > 0 && room.members.size > max) {
    message.mentions = (message.mentions ?? []).filter(({ _id }) => _id !== 'all' && _id !== 'here');
  }
  for (const name of ['all', 'here']) {
    if (message.mentions?.some(({ _id }) => _id === name) && !can(world, user, `mention-${name}`)) {
      throw meteorError('error-action-not-allowed', TEXTS.notifyAll, { action: 'Mention_all', room_id: room._id });
    }
  }
}

/** Keeps a finished message, counts it in its thread, and tells clients; without any check. */
export function store(world: World, room: Room, message: Message): void {
  world.messages.set(message._id, message);
  room.lastMessage = message;
  room.updatedAt = nowOf(world);
  emit(world, { kind: 'message', message });
  touchMemberships(world, room);
  countReply(world, message);
}

function countReply(world: World, reply: Message): void {
  const parent = reply.tmid === undefined ? undefined : world.messages.get(reply.tmid);
  if (parent === undefined) return;
  parent.tcount = (parent.tcount ?? 0) + 1;
  parent.tlm = reply.ts;
  parent.replies = [...new Set([...(parent.replies ?? []), reply.u._id])];
  touch(world, parent);
}

/** Marks a message as changed and sends it to clients once more, whole. */
export function touch(world: World, message: Message): void {
  message._updatedAt = nowOf(world);
  emit(world, { kind: 'message', message });
}

/** What an edit may carry. */
export interface Edit {
  readonly msg?: string;
  readonly attachments?: Record<string, unknown>[];
  readonly customFields?: unknown;
  readonly [field: string]: unknown;
}

/**
 * Edits a message. The same text again does nothing; where the first attachment has a description, the text replaces
 * that and the message's own text stays.
 *
 * @param isForced - whether equal text is an edit all the same (`previewUrls` or `customFields` were given)
 * @throws Failure when this user may not edit it
 */
export function editMessage(world: World, user: User, message: Message, edit: Edit, isForced = false): void {
  const [first] = message.attachments ?? [];
  const shown = first?.description ?? message.msg;
  if (edit.attachments === undefined && edit.msg === shown && !isForced) return;
  checkMayEdit(world, user, message);
  checkMayPost(world, user, world.rooms.get(message.rid));
  checkSize(world, edit.msg);
  checkMessage(edit);
  if (first?.description !== undefined && edit.msg !== undefined) first.description = edit.msg;
  else if (edit.msg !== undefined) Object.assign(message, { msg: edit.msg, ...mentionFields(world, edit.msg) });
  const { msg: _, ...rest } = edit;
  Object.assign(message, rest);
  message.editedAt = nowOf(world);
  message.editedBy = { _id: user._id, username: user.username };
  touch(world, message);
}

function checkMayEdit(world: World, user: User, message: Message): void {
  const isOwn = message.u._id === user._id && world.settings.get('Message_AllowEditing') === true;
  const details = { method: 'updateMessage', action: 'Message_editing' };
  if (!isOwn && !can(world, user, 'edit-message')) {
    throw meteorError('error-action-not-allowed', 'Message editing not allowed', details);
  }
  const minutes = Number(world.settings.get('Message_AllowEditing_BlockEditInMinutes'));
  const ageMinutes = Math.floor((world.clock.now() - message.ts.getTime()) / 60_000);
  if (minutes !== 0 && ageMinutes >= minutes && !can(world, user, 'bypass-time-limit-edit-and-delete')) {
    throw meteorError('error-message-editing-blocked', 'Message editing is blocked', { method: 'updateMessage' });
  }
}

/**
 * Sets, takes back or (without `shouldReact`) toggles a reaction.
 *
 * @param emoji - with or without colons; a Unicode sign is no emoji to the server
 * @throws Failure when the emoji is unknown or the room closed to this user
 */
export function react(world: World, user: User, message: Message, emoji: string, shouldReact?: boolean): void {
  const bare = emoji.replaceAll(':', '');
  if (!/^[a-z0-9_+-]+$/i.test(bare)) {
    throw meteorError('error-not-allowed', 'Invalid emoji provided.', { method: 'setReaction' });
  }
  const name = `:${bare}:`;
  const usernames = message.reactions?.[name]?.usernames ?? [];
  const isSet = usernames.includes(user.username);
  if ((shouldReact ?? !isSet) === isSet) return;
  checkMayReact(world, user, message);
  const left = isSet ? usernames.filter((other) => other !== user.username) : [...usernames, user.username];
  const { [name]: _, ...others } = message.reactions ?? {};
  const reactions = left.length === 0 ? others : { ...others, [name]: { usernames: left } };
  if (Object.keys(reactions).length === 0) delete message.reactions;
  else message.reactions = reactions;
  touch(world, message);
}

function checkMayReact(world: World, user: User, message: Message): void {
  const room = world.rooms.get(message.rid);
  const details = { method: 'setReaction' };
  if (room === undefined) throw meteorError('error-not-allowed', 'Not allowed', details);
  if (!canAccess(world, user, room)) throw meteorError('not-authorized', 'Not Authorized', details);
  if (room.muted.has(user.username)) {
    throw meteorError('error-not-allowed', 'You have been muted and cannot speak in this room', { rid: room._id });
  }
  if (room.ro && !can(world, user, 'post-readonly')) throw plainError(TEXTS.readOnly);
}

/**
 * Deletes a message: with `Message_ShowDeletedStatus` it stays as an empty one of type `rm`, else it is gone and
 * only those who listen to the room's deletions hear of it.
 *
 * @throws Failure when this user may not
 */
export function deleteMessage(world: World, user: User, message: Message): void {
  const isOwn = message.u._id === user._id && can(world, user, 'delete-own-message');
  const isAllowed = world.settings.get('Message_AllowDeleting') === true && isOwn;
  if (!isAllowed && !can(world, user, 'delete-message') && !can(world, user, 'force-delete-message')) {
    throw meteorError('error-action-not-allowed', 'Not allowed', {
      method: 'deleteMessage',
      action: 'Delete_message',
    });
  }
  if (world.settings.get('Message_ShowDeletedStatus') === true) {
    Object.assign(message, { t: 'rm', msg: '', attachments: [], mentions: [], urls: [], reactions: {} });
    message.editedAt = nowOf(world);
    message.editedBy = { _id: user._id, username: user.username };
    touch(world, message);
    return;
  }
  world.messages.delete(message._id);
  world.trash.push({ _id: message._id, rid: message.rid, _deletedAt: nowOf(world) });
  emit(world, { kind: 'deleted', rid: message.rid, id: message._id });
}
