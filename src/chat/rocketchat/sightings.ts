/** Posts of other integrations: which messages are such, and what they hold. Pure. */
import type { SightedAttachment, Sighting } from '../../domain/sighting.ts';
import type { OwnUser } from './message-filter.ts';
import type { Event, WireMessage } from './wire.ts';

/** Beyond these a post is cut: an alert is told at its beginning. */
const ATTACHMENTS_MAX = 50;
const FIELDS_MAX = 50;
const TEXT_MAX_CHARS = 20_000;

/** What decides beside the message. */
export interface SightingContext {
  readonly chat: string;
  readonly bot: OwnUser;
  /** The room as the config names it, or as it is called. */
  readonly roomKey: string | undefined;
  /** What was last changed before this is history, ms since the Unix epoch. */
  readonly floorMs: number;
}

/** Whether a message is marked as one of an integration: what a bot's own account posts has no mark. */
export function isMarked({ bot, alias }: WireMessage): boolean {
  return Boolean(bot) || Boolean(alias);
}

/** A message as the post of a stranger; nothing for the bot's own, for history, and for what nobody should read. */
export function sightingOf(
  { message, room }: Event,
  { chat, bot, roomKey, floorMs }: SightingContext,
): Sighting | undefined {
  const { u, t, tmid, _hidden, private: isPrivate, ts, editedAt, msg, alias } = message;
  const isOwn = u._id === bot.userId && !message.bot;
  const changedMs = Math.max(ts, editedAt ?? ts);
  if (isOwn || t || _hidden || isPrivate || !room.roomParticipant || !(changedMs >= floorMs)) return undefined;
  if (room.roomType !== 'c' && room.roomType !== 'p') return undefined;
  return {
    id: message._id,
    chat,
    room: message.rid,
    roomName: roomKey ?? room.roomName ?? message.rid,
    ...(tmid && { threadId: tmid }),
    sentMs: ts,
    changedMs,
    by: cut(alias || u.username),
    text: cut(msg),
    attachments: (message.attachments ?? [])
      .filter(({ message_link: quoted }) => !quoted)
      .slice(0, ATTACHMENTS_MAX)
      .map(attachmentOf),
  };
}

function attachmentOf(wire: NonNullable<WireMessage['attachments']>[number]): SightedAttachment {
  const { title, title_link: link, pretext, text, fallback, footer, color, image_url: image, fields } = wire;
  const texts = { title, url: link, pretext, text, fallback, footer, color, imageUrl: image };
  const there = Object.entries(texts).flatMap(([name, value]) => (value ? [[name, cut(value)] as const] : []));
  return {
    ...(Object.fromEntries(there) as Omit<SightedAttachment, 'fields'>),
    fields: (fields ?? []).slice(0, FIELDS_MAX).flatMap(({ title: name, value }) => {
      const said = cut(String(value ?? ''));
      return name && said ? [{ title: cut(name), value: said }] : [];
    }),
  };
}

/** At most so long, to the end of a paragraph: half of one alert of a list would be another alert. */
function cut(text: string): string {
  const kept = text.slice(0, TEXT_MAX_CHARS);
  const end = kept.length < text.length ? kept.lastIndexOf('\n\n') : -1;
  // the store takes neither U+0000 nor halves of characters
  return (end > 0 ? kept.slice(0, end) : kept).replaceAll('\0', '').toWellFormed();
}
