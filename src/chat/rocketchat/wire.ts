/** What Rocket.Chat sends, only the fields that are read; unknown fields pass. */
import { z } from 'zod';

/** DDP writes dates as `{"$date": ms}`, REST as ISO 8601; comes out as ms since the Unix epoch. */
const WireDate = z
  .union([z.object({ $date: z.number() }), z.string(), z.number()])
  .transform((date) => (typeof date === 'object' ? date.$date : typeof date === 'string' ? Date.parse(date) : date));

/** `null` stands for absent in documents that were edited by hand or by old versions. */
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(undefined);

/** What stands below a message's text: files of people, cards of integrations. */
const WireAttachment = z.object({
  title: optional(z.string()),
  title_link: optional(z.string()),
  description: optional(z.string()),
  pretext: optional(z.string()),
  text: optional(z.string()),
  fallback: optional(z.string()),
  footer: optional(z.string()),
  color: optional(z.string()),
  image_url: optional(z.string()),
  /** A quote: the words of another message. */
  message_link: optional(z.string()),
  fields: optional(
    z.array(
      z
        .object({ title: optional(z.string()), value: optional(z.union([z.string(), z.number(), z.boolean()])) })
        .catch({}),
    ),
  ),
});

/** A message of a room, as streams and REST routes give it. */
export const WireMessage = z.object({
  _id: z.string(),
  rid: z.string(),
  msg: z.string().catch(''),
  ts: WireDate.pipe(z.number()),
  u: z.object({ _id: z.string(), username: z.string().catch('') }),
  /** System type: joined, renamed, `e2e`, `rm`. */
  t: optional(z.string()),
  tmid: optional(z.string()),
  editedAt: optional(WireDate),
  /** Set by integrations (webhooks). */
  bot: optional(z.unknown()),
  alias: optional(z.string()),
  _hidden: optional(z.boolean()),
  private: optional(z.boolean()),
  mentions: optional(z.array(z.object({ _id: z.string(), username: optional(z.string()) }))),
  /** Ids of the people who follow this message's thread: its author, who replied, who was mentioned. */
  replies: optional(z.array(z.string())),
  file: optional(z.object({ name: optional(z.string()) })),
  attachments: optional(z.array(WireAttachment.catch({}))),
});

/** A message of a room, dates in ms. */
export type WireMessage = z.output<typeof WireMessage>;

/** What `__my_messages__` says of the room beside the message. */
export const RoomMeta = z.object({
  roomParticipant: z.boolean().catch(false),
  /** `c` public, `p` private, `d` direct, `l` livechat. */
  roomType: z.string().catch('c'),
  roomName: optional(z.string()),
});

/** Room facts that come with a message. */
export type RoomMeta = z.output<typeof RoomMeta>;

/** A message with its room's facts. */
export interface Event {
  readonly message: WireMessage;
  readonly room: RoomMeta;
}

/** A room the bot has joined, from `rooms.get`. */
export const WireRoom = z.object({
  _id: z.string(),
  t: z.string(),
  name: optional(z.string()),
  fname: optional(z.string()),
  /** End to end: the bot cannot read it. */
  encrypted: optional(z.boolean()),
  /** Members of a direct room. */
  uids: optional(z.array(z.string())),
  lm: optional(WireDate),
  _updatedAt: optional(WireDate),
});

/** A joined room, dates in ms. */
export type WireRoom = z.output<typeof WireRoom>;

/** Reads a list element by element, so that one odd document does not hide the others. */
export function parseEach<Schema extends z.ZodType>(schema: Schema, list: readonly unknown[]): z.output<Schema>[] {
  return list.flatMap((item) => {
    const parsed = schema.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
