/** What each endpoint takes, as far as the server checks it before the action runs. */
import type { Schema } from './json-schema.ts';

const text: Schema = { type: 'string' };
const id: Schema = { type: 'string', minLength: 1 };
const textOrNull: Schema = { type: 'string', nullable: true };
const numberOrNull: Schema = { type: 'number', nullable: true };
const booleanOrNull: Schema = { type: 'boolean', nullable: true };
const objectOrNull: Schema = { type: 'object', nullable: true };
const objectsOrNull: Schema = { type: 'array', items: { type: 'object' }, nullable: true };
const textsOrNull: Schema = { type: 'array', items: text, nullable: true };
const textOrTexts: Schema = { oneOf: [text, { type: 'array', items: text }] };
const paging = { count: numberOrNull, offset: numberOrNull, sort: textOrNull };

function closed(properties: Record<string, Schema>, ...required: string[]): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** `roomId` or `roomName`, and what else both forms take. */
function byRoom(key: Schema, rest: Record<string, Schema> = {}): Schema {
  return { oneOf: [closed({ roomId: key, ...rest }, 'roomId'), closed({ roomName: key, ...rest }, 'roomName')] };
}

const posted = {
  text: textOrNull,
  alias: textOrNull,
  emoji: textOrNull,
  avatar: textOrNull,
  attachments: objectsOrNull,
} as const;

const postedLast = { customFields: objectOrNull, parseUrls: { type: 'boolean' } } as const;

const sent = {
  _id: textOrNull,
  rid: text,
  tmid: textOrNull,
  msg: textOrNull,
  alias: textOrNull,
  emoji: textOrNull,
  tshow: booleanOrNull,
  avatar: textOrNull,
  attachments: objectsOrNull,
  blocks: objectsOrNull,
  customFields: objectOrNull,
} as const;

const yesOrNo: Schema = { type: 'string', enum: ['false', 'true'] };
const history = {
  latest: { ...id, nullable: true },
  showThreadMessages: { ...yesOrNo, nullable: true },
  oldest: { ...id, nullable: true },
  inclusive: { ...yesOrNo, nullable: true },
  unreads: { ...yesOrNo, nullable: true },
  ...paging,
};

const HISTORY_KEYS = ['latest', 'oldest', 'inclusive', 'unreads', 'showThreadMessages'];

const asked = { includeUserRooms: text, fields: textOrNull };

/** Checks by route, with the version that began to make them; body of POST, query of GET. */
export const SCHEMAS: Readonly<Record<string, { readonly since: string; readonly schema: Schema }>> = {
  'chat.postMessage': {
    since: '7.4',
    schema: {
      oneOf: [
        closed({ roomId: textOrTexts, ...posted, tmid: text, ...postedLast }, 'roomId'),
        closed({ channel: textOrTexts, ...posted, ...postedLast }, 'channel'),
      ],
    },
  },
  'chat.sendMessage': {
    since: '7.4',
    schema: closed({ message: { type: 'object', properties: sent }, previewUrls: textsOrNull }, 'message'),
  },
  'chat.update': {
    since: '7.4',
    schema: {
      oneOf: [
        closed(
          { roomId: text, msgId: text, text, previewUrls: textsOrNull, customFields: objectOrNull },
          'roomId',
          'msgId',
          'text',
        ),
        closed(
          { roomId: text, msgId: text, content: { type: 'object' }, e2eMentions: objectOrNull },
          'roomId',
          'msgId',
          'content',
        ),
      ],
    },
  },
  'chat.delete': {
    since: '7.4',
    schema: {
      ...closed({ msgId: text, roomId: text, fileId: text, asUser: booleanOrNull }),
      anyOf: [{ required: ['msgId', 'roomId'] }, { required: ['fileId'] }],
    },
  },
  'chat.react': {
    since: '7.4',
    schema: {
      oneOf: [
        closed({ emoji: text, messageId: id, shouldReact: booleanOrNull }, 'emoji', 'messageId'),
        closed({ reaction: text, messageId: id, shouldReact: booleanOrNull }, 'reaction', 'messageId'),
      ],
    },
  },
  'chat.getMessage': { since: '7.4', schema: closed({ msgId: id }, 'msgId') },
  'chat.syncMessages': {
    since: '7.4',
    schema: closed(
      {
        roomId: text,
        lastUpdate: textOrNull,
        fromTs: { type: 'string', format: 'iso-date-time' },
        count: numberOrNull,
        next: textOrNull,
        previous: textOrNull,
        type: { type: 'string', enum: ['UPDATED', 'DELETED'], nullable: true },
      },
      'roomId',
    ),
  },
  'chat.getThreadMessages': {
    since: '7.4',
    schema: closed({ tmid: id, aroundId: { ...id, nullable: true }, ...paging }, 'tmid'),
  },
  'chat.getDeletedMessages': {
    since: '7.4',
    schema: closed({ roomId: id, since: { ...id, format: 'iso-date-time' }, ...paging }, 'roomId', 'since'),
  },
  'channels.history': { since: '6.0', schema: byRoom(id, history) },
  'groups.history': {
    since: '6.0',
    schema: byRoom(text, { ...Object.fromEntries(HISTORY_KEYS.map((key) => [key, textOrNull])), ...paging }),
  },
  // Without nulls, unlike its kin.
  'im.history': {
    since: '6.0',
    schema: closed(
      {
        roomId: id,
        latest: id,
        showThreadMessages: yesOrNo,
        oldest: id,
        inclusive: yesOrNo,
        unreads: yesOrNo,
        count: { type: 'number' },
        offset: { type: 'number' },
        sort: text,
      },
      'roomId',
    ),
  },
  'im.create': {
    since: '6.0',
    schema: {
      oneOf: [
        closed({ usernames: text, excludeSelf: { type: 'boolean' } }, 'usernames'),
        closed({ username: text, excludeSelf: { type: 'boolean' } }, 'username'),
      ],
    },
  },
  'channels.join': { since: '8.0', schema: byRoom(text, { joinCode: textOrNull }) },
  'rooms.join': { since: '8.0', schema: byRoom(id, { joinCode: textOrNull }) },
  'rooms.info': { since: '8.0', schema: byRoom(text) },
  'rooms.nameExists': { since: '6.0', schema: closed({ roomName: text }, 'roomName') },
  'subscriptions.get': { since: '7.4', schema: closed({ updatedSince: textOrNull }) },
  'settings.public': { since: '6.0', schema: closed({ ...paging, _id: text, query: text }) },
  'users.info': {
    since: '6.0',
    schema: {
      anyOf: [
        closed({ userId: text, ...asked }, 'userId'),
        closed({ username: text, ...asked }, 'username'),
        closed({ importId: text, ...asked }, 'importId'),
        closed({ email: text, ...asked }, 'email'),
        closed({ freeSwitchExtension: text, ...asked }, 'freeSwitchExtension'),
      ],
    },
  },
};
