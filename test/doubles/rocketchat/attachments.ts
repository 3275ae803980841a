/** The server's checks of what a message may carry. */
import { matchError, plainError, TEXTS } from './failure.ts';

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'link' | 'string or number' | 'scalar';

const ATTACHMENT: Record<string, Kind> = {
  color: 'string',
  text: 'string',
  ts: 'string or number',
  thumb_url: 'link',
  button_alignment: 'string',
  actions: 'array',
  message_link: 'link',
  collapsed: 'boolean',
  author_name: 'string',
  author_link: 'link',
  author_icon: 'link',
  title: 'string',
  title_link: 'link',
  title_link_download: 'boolean',
  image_dimensions: 'object',
  image_url: 'link',
  image_preview: 'string',
  image_type: 'string',
  image_size: 'number',
  audio_url: 'link',
  audio_type: 'string',
  audio_size: 'number',
  video_url: 'link',
  video_type: 'string',
  video_size: 'number',
  fields: 'array',
};

const FIELD: Record<string, Kind> = { short: 'boolean', title: 'string', value: 'scalar' };

const ACTION: Record<string, Kind> = {
  type: 'string',
  text: 'string',
  url: 'link',
  image_url: 'link',
  is_webview: 'boolean',
  webview_height_ratio: 'string',
  msg: 'string',
  msg_in_chat_window: 'boolean',
};

const MESSAGE: Record<string, Kind> = {
  _id: 'string',
  msg: 'string',
  text: 'string',
  alias: 'string',
  emoji: 'string',
  tmid: 'string',
  tshow: 'boolean',
  attachments: 'array',
  blocks: 'array',
};

/**
 * Checks the types of a message's own fields, and its attachments. Unknown fields and nulls pass.
 *
 * @throws Failure as the server words it
 */
export function checkMessage(message: Record<string, unknown>): void {
  checkFields(message, MESSAGE);
  if (message.avatar != null) checkAvatar(message.avatar);
  for (const attachment of (message.attachments ?? []) as Record<string, unknown>[]) checkAttachment(attachment);
}

function checkAttachment(attachment: Record<string, unknown>): void {
  checkFields(attachment, ATTACHMENT);
  for (const field of (attachment.fields ?? []) as Record<string, unknown>[]) {
    checkFields(field, FIELD);
    if (!field.value || !field.title) throw plainError(TEXTS.fieldIncomplete);
  }
  for (const action of (attachment.actions ?? []) as Record<string, unknown>[]) checkFields(action, ACTION);
}

function checkFields(value: Record<string, unknown>, kinds: Record<string, Kind>): void {
  for (const [field, kind] of Object.entries(kinds)) {
    if (value[field] != null) checkKind(value[field], kind, field);
  }
}

function checkKind(value: unknown, kind: Kind, field: string): void {
  const got = Array.isArray(value) ? 'array' : typeof value;
  if (kind === 'link') {
    if (got !== 'string') throw matchError(`Expected string, got ${got} in field ${field}`);
    checkLink(value as string);
    return;
  }
  const allowed = kind === 'scalar' ? 'string or number or boolean' : kind;
  if (allowed.split(' or ').includes(got)) return;
  if (allowed.includes(' or ')) throw matchError(`Failed Match.OneOf, Match.Maybe or Match.Optional validation`);
  throw matchError(`Expected ${kind}, got ${got} in field ${field}`);
}

function checkLink(value: string): void {
  if (!/^(https?:\/\/|data:)/.test(value) && !value.startsWith('/file-upload/')) throw plainError(TEXTS.badLink);
}

function checkAvatar(value: unknown): void {
  if (typeof value !== 'string') throw matchError(`Expected string, got ${typeof value} in field avatar`);
  if (!value.startsWith('/')) checkLink(value);
}
