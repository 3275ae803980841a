/** Which messages are for the bot, and what they say once the mention is taken off. Pure. */
import { MESSAGE_MAX_CHARS } from '../chat.ts';
import type { RoomMeta, WireMessage } from './wire.ts';

/** The bot as the filter needs it. */
export interface OwnUser {
  readonly userId: string;
  readonly username: string;
}

/** Why a message is not for us; labels of a debug log. */
type IgnoreReason =
  | 'own'
  | 'edited'
  | 'system'
  | 'encrypted'
  | 'bot'
  | 'hidden'
  | 'not joined'
  | 'livechat'
  | 'old'
  | 'not addressed';

/** How a message that may be for us reached us. */
export type Reading =
  | { readonly kind: 'ignored'; readonly why: IgnoreReason }
  /** `mention` names the bot, `direct` is in a room of two, `bare` is any line where those are on. */
  | { readonly kind: 'mention' | 'direct' | 'bare'; readonly text: string }
  /** A reply in a thread that names nobody: for us when the thread is. */
  | { readonly kind: 'reply'; readonly text: string; readonly threadId: string };

/** What the room and the moment add to the decision. */
export interface FilterContext {
  readonly bot: OwnUser;
  readonly room: RoomMeta;
  readonly hasBareLines: boolean;
  /** Rooms of type `d` with more than two members are rooms, not dialogues. */
  readonly isGroupDirect: boolean;
  /** Messages said before this are history, ms since the Unix epoch. */
  readonly floorMs: number;
  /** Whether an edited message may be new to us: it was written and mended while we were away. */
  readonly mayBeEdited: boolean;
}

/** Decides about one message. */
export function readMessage(message: WireMessage, context: FilterContext): Reading {
  const why = ignoreReason(message, context);
  if (why) return { kind: 'ignored', why };
  const { bot, room } = context;
  const others = (message.mentions ?? []).flatMap(({ _id, username }) => (_id !== bot.userId && username) || []);
  const text = withoutMentions(message.msg, bot.username, others);
  const isMentioned = text.hadMention || (message.mentions ?? []).some(({ _id }) => _id === bot.userId);
  if (isMentioned) return { kind: 'mention', text: text.rest };
  if (room.roomType === 'd' && !context.isGroupDirect) return { kind: 'direct', text: text.rest };
  const namesOthers = (message.mentions ?? []).length > 0 || /^\s*@[\w.-]+/.test(message.msg);
  if (namesOthers) return { kind: 'ignored', why: 'not addressed' };
  if (message.tmid) return { kind: 'reply', text: text.rest, threadId: message.tmid };
  if (context.hasBareLines && text.rest !== '') return { kind: 'bare', text: text.rest };
  return { kind: 'ignored', why: 'not addressed' };
}

function ignoreReason(
  message: WireMessage,
  { bot, room, floorMs, mayBeEdited }: FilterContext,
): IgnoreReason | undefined {
  if (message.u._id === bot.userId) return 'own';
  if (message.t === 'e2e') return 'encrypted';
  if (message.t) return 'system';
  if (message.bot || message.alias) return 'bot';
  if (message._hidden || message.private) return 'hidden';
  if (room.roomType === 'l' || room.roomType === 'v') return 'livechat'; // customers from outside
  if (!room.roomParticipant) return 'not joined';
  if (message.editedAt && !mayBeEdited) return 'edited';
  if (!(message.ts >= floorMs)) return 'old';
  return undefined;
}

/**
 * Takes every mention off, the bot's with the sign behind it, and the invisible link that a quoting client puts in.
 * The bot's name in code is an example of how to ask, not a question.
 */
function withoutMentions(raw: string, username: string, others: readonly string[]) {
  // Zero-width spaces come along when people copy names from answers, where they keep names from pinging.
  const visible = raw.toWellFormed().replace(/[\0\u200B\uFEFF]/g, '');
  const unquoted = visible.replace(/\[ ?\]\(https?:\/\/[^\s)]*\)/g, ' ');
  const own = mentionOf([username]);
  const hadMention = own.test(unquoted.replace(CODE, ' '));
  const named = unquoted.replace(own, '$1 ');
  const rest = others.length === 0 ? named : named.replace(mentionOf(others), '$1 ');
  const tidy = rest === unquoted ? unquoted : rest.replace(/[ \t]{2,}/g, ' ');
  return { rest: shorten(tidy.trim()), hadMention };
}

const CODE = /```[\s\S]*?```|`[^`\n]*`/g;

/** Names hold letters, digits, `-`, `_` and `.`; signs at the end belong to the sentence. */
function mentionOf(usernames: readonly string[]): RegExp {
  const names = usernames.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  return new RegExp(`(^|[^\\p{L}\\p{N}_.@-])@(?:${names})(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}_-])[:,;.!?…]*`, 'giu');
}

function shorten(text: string): string {
  if (text.length <= MESSAGE_MAX_CHARS) return text;
  const cut = text.slice(0, MESSAGE_MAX_CHARS);
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
}
