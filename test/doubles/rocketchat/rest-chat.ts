/** The `chat.*` endpoints. */
import { meteorError, TEXTS } from './failure.ts';
import { getMessageHistory } from './history.ts';
import { deleteMessage, editMessage, insertMessage, react, sendAsUser } from './messages.ts';
import { type Call, type Fields, messageOf, pageOf, type Reply, type Route, refusal } from './rest-route.ts';
import { roomToPostIn } from './rooms.ts';
import { can, canAccess, checkMayPost, type Message, nowOf, type User, type World } from './world.ts';

/** Every endpoint of `chat.`. */
export const CHAT_ROUTES: readonly Route[] = [
  { method: 'POST', path: 'chat.postMessage', action: postMessage },
  {
    method: 'POST',
    path: 'chat.sendMessage',
    limit: { calls: 5, windowMs: 1_000, bypass: 'send-many-messages' },
    action: sendMessage,
  },
  { method: 'POST', path: 'chat.update', action: update },
  { method: 'POST', path: 'chat.delete', action: remove },
  { method: 'POST', path: 'chat.react', action: setReaction },
  { method: 'GET', path: 'chat.getMessage', action: getMessage },
  { method: 'GET', path: 'chat.syncMessages', action: syncMessages },
  { method: 'GET', path: 'chat.getThreadMessages', action: getThreadMessages },
  { method: 'GET', path: 'chat.getDeletedMessages', action: getDeletedMessages },
];

function postMessage({ world, user, body }: Call): Fields | Reply {
  const max = Number(world.settings.get('Message_MaxAllowedSize'));
  const attachments = Array.isArray(body.attachments) ? (body.attachments as Fields[]) : [];
  const texts = [body.text, ...attachments.map(({ text }) => text)];
  if (texts.some((text) => typeof text === 'string' && text.length > max)) {
    return refusal('error-message-size-exceeded');
  }
  const channels = [body.channel || body.roomId || ''].flat().map(String);
  const [first] = channels.map((channel) => ({ channel, message: postFromWebhook(world, user, channel, body) }));
  if (first?.message === undefined) return refusal('unknown-error');
  return { ts: world.clock.now(), channel: first.channel, message: first.message };
}

/**
 * Posts what `chat.postMessage` and incoming webhooks take.
 *
 * @param bot - marks what an integration says
 * @throws Failure when the room or the content is refused
 */
export function postFromWebhook(world: World, user: User, channel: string, body: Fields, bot?: { i: string }) {
  const room = roomToPostIn(world, user, channel);
  const attachments = Array.isArray(body.attachments) ? (body.attachments as Fields[]).map(renameText) : [];
  checkMayPost(world, user, room);
  return insertMessage(world, user, room, {
    alias: body.username || body.alias,
    msg: String(body.text || body.msg || '').trim(),
    attachments,
    parseUrls: body.parseUrls ?? attachments.length === 0,
    groupable: body.groupable ?? false,
    tmid: body.tmid,
    customFields: body.customFields,
    avatar: body.icon_url || body.avatar,
    emoji: body.icon_url || body.avatar ? undefined : body.icon_emoji || body.emoji,
    bot,
  });
}

function renameText({ msg, ...rest }: Fields): Fields {
  return msg ? { ...rest, text: String(msg).trim() } : rest;
}

function sendMessage({ world, user, body }: Call): Fields | Reply {
  const draft = (body.message ?? {}) as Fields;
  if (draft.t !== undefined) return refusal("Cannot send system messages using 'chat.sendMessage'");
  const isEmpty = !draft.msg && ![draft.attachments, draft.blocks].some((list) => Array.isArray(list) && list.length);
  if (isEmpty) throw meteorError('error-invalid-message', 'Invalid message', { method: 'sendMessage' });
  const message = sendAsUser(world, user, draft);
  return message === undefined ? refusal(TEXTS.existingId) : { message };
}

function update({ world, user, body }: Call): Fields | Reply {
  const message = world.messages.get(String(body.msgId));
  if (message === undefined) return refusal(TEXTS.unknownMessage(String(body.msgId)));
  if (message.rid !== body.roomId) return refusal(TEXTS.roomMismatch);
  const { customFields } = body;
  const edit = { msg: String(body.text), ...(customFields !== undefined && { customFields }) };
  editMessage(world, user, message, edit, body.previewUrls !== undefined || customFields !== undefined);
  return { message };
}

function remove({ world, user, body }: Call): Fields | Reply {
  const message = world.messages.get(String(body.msgId));
  if (message === undefined) return refusal(TEXTS.unknownMessage(String(body.msgId)));
  if (message.rid !== body.roomId) return refusal(TEXTS.roomMismatch);
  const isForced = body.asUser === true && message.u._id !== user._id;
  if (isForced && !can(world, user, 'force-delete-message')) {
    return refusal(
      'Unauthorized. You must have the permission "force-delete-message" to delete other\'s message as them.',
    );
  }
  deleteMessage(world, user, message);
  const { _id, rid, u } = message;
  return { _id, ts: String(world.clock.now()), message: { _id, rid, u } };
}

function setReaction({ world, user, body }: Call): Fields {
  const message = messageOf(world, body.messageId);
  const emoji = body.emoji ?? body.reaction;
  if (!emoji) throw meteorError('error-emoji-param-not-provided', 'The required "emoji" param is missing.');
  react(world, user, message, String(emoji), typeof body.shouldReact === 'boolean' ? body.shouldReact : undefined);
  return {};
}

function getMessage({ world, user, query }: Call): Fields | Reply {
  if (!query.msgId) return refusal('The "msgId" query parameter must be provided.');
  const message = world.messages.get(query.msgId);
  if (message === undefined) return refusal();
  checkMayRead(world, user, message.rid, 'getSingleMessage');
  return { message };
}

/** @throws Failure `error-not-allowed` when there is no such room for this user */
function checkMayRead(world: World, user: User, rid: string, method: string): void {
  const room = world.rooms.get(rid);
  if (room === undefined || !canAccess(world, user, room)) {
    throw meteorError('error-not-allowed', 'Not allowed', { method });
  }
}

function syncMessages({ world, user, query }: Call): Fields {
  const { roomId, lastUpdate, type } = query;
  if (!roomId) throw meteorError('error-param-required', 'The required "roomId" query param is missing');
  if (!lastUpdate && !type) {
    throw meteorError('error-param-required', 'The "type" or "lastUpdate" parameters must be provided');
  }
  if (lastUpdate && Number.isNaN(Date.parse(lastUpdate))) {
    throw meteorError('error-lastUpdate-param-invalid', 'The "lastUpdate" query parameter must be a valid date');
  }
  checkMayRead(world, user, roomId, 'messages/get');
  return { result: getMessageHistory(world, roomId, query) };
}

function getThreadMessages({ world, user, query }: Call): Fields {
  const { tmid } = query;
  if (!tmid) throw meteorError('error-invalid-params', 'The required "tmid" query param is missing.');
  const parent = world.messages.get(tmid);
  if (parent === undefined) throw meteorError('error-invalid-message', 'Invalid Message');
  checkMayRead(world, user, parent.rid, 'getThreadMessages');
  return paged(
    [...world.messages.values()].filter((message) => message.tmid === tmid),
    query,
  );
}

function paged(messages: Message[], query: Call['query']): Fields {
  const { count, offset } = pageOf(query);
  const page = messages.slice(offset, offset + count);
  return { messages: page, count: page.length, offset, total: messages.length };
}

function getDeletedMessages({ world, user, query }: Call): Fields {
  const { roomId, since } = query;
  if (!roomId) throw meteorError('The required "roomId" query param is missing.');
  if (!since || Number.isNaN(Date.parse(since))) {
    throw meteorError('error-since-param-invalid', 'The "since" query parameter must be a valid date.');
  }
  checkMayRead(world, user, roomId, 'getDeletedMessages');
  const after = Date.parse(since);
  const gone = world.trash.filter(({ rid, _deletedAt }) => rid === roomId && _deletedAt.getTime() > after);
  const { count, offset } = pageOf(query);
  const page = gone.slice(offset, offset + count).map(({ _id, _deletedAt }) => ({ _id, _deletedAt }));
  return { messages: page, count: page.length, offset, total: gone.length, ts: nowOf(world) };
}
