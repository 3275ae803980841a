/** The port of chat platforms: transport and markup, nothing else. */
import { z } from 'zod';
import { durationMs, timeZone } from '../config/fields.ts';
import type { Attachment, Destination, Message, PostReceipt } from '../domain/message.ts';
import type { Theme } from '../domain/saved-query.ts';
import type { Sighting } from '../domain/sighting.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { RateBudget } from '../lib/rate-budget.ts';

/** A message that is for the bot: a mention, a direct message, or a bare line where those are on. */
export interface ChatMessage {
  /** The platform's id of it; (chat, room, id) is unique for ever. */
  readonly id: string;
  /** Name of the chat in the config. */
  readonly chat: string;
  readonly room: string;
  /** Human name of the room, without `#`; absent in direct messages. */
  readonly roomName?: string;
  /** Root of the thread it was said in. */
  readonly threadId?: string;
  readonly isDirect: boolean;
  /** False for a bare line: what is no question is then passed over in silence. */
  readonly isAddressed: boolean;
  /** Without the mention of the bot; at most {@link MESSAGE_MAX_CHARS}. */
  readonly text: string;
  /** ms since the Unix epoch, by the platform's clock. */
  readonly sentMs: number;
  readonly user: { readonly id: string; readonly name: string; readonly zone?: string };
}

/** Questions are short; more than this is a paste by mistake. */
export const MESSAGE_MAX_CHARS = 4_000;

/** What the platform can show. */
export interface ChatLimits {
  /** UTF-16 units of one message. */
  readonly maxChars: number;
  /** How tables are shown. */
  readonly tables: 'markdown' | 'monospace';
  readonly maxFileBytes: number;
}

/** What makes a repeated call harmless: the same key never posts twice; words that changed since are edited in. */
export interface PostOptions {
  readonly idempotencyKey: string;
  /** What an earlier try posted stays as it is: the receipt says what that is. */
  readonly keepsEarlier?: boolean;
  /**
   * Nobody can have used this key before this moment: when the question was asked, ms since the Unix epoch by the
   * platform's clock. A platform that cannot refuse a second file looks for the first one when a process that died
   * meanwhile may have sent it.
   */
  readonly sinceMs?: number;
}

/** What `check` found; `problems` are sentences with what to do about each. */
export interface ChatCheck {
  readonly version?: string;
  readonly problems: readonly string[];
}

/** Called for each message that is for us, exactly once per connection; resolves when it is safely taken. */
export type OnMessage = (message: ChatMessage) => Promise<void>;

/** Who looks at what other integrations post, in rooms where that is on. */
export interface OnSighting {
  /** Whether it is of interest; pure and quick: every post of a stranger is shown. */
  wants(sighting: Sighting): boolean;
  /** Called for what is wanted, at least once for each state of a post; resolves when it is safely taken. */
  take(sighting: Sighting): Promise<void>;
}

/** Told now and then: what was said up to `toMs`, ms since the Unix epoch by the platform's clock, is taken. */
export type OnProgress = (toMs: number) => Promise<void>;

/** One configured chat server. Members that throw, throw BotError `CHAT_…`. */
export interface Chat {
  readonly limits: ChatLimits;
  /**
   * Connects and stays connected until `signal` aborts: reconnects with back-off, resubscribes, hands over what was
   * said while it was away (from `sinceMs`, at most `catchUp` of the config back). Resolves when it has stopped.
   * Rejects only for faults that no retry mends (`CHAT_AUTH`). `onProgress` gives what `sinceMs` should be the next
   * time, also while nothing is said to the bot. `onSighting` is shown what other integrations post.
   */
  start(
    onMessage: OnMessage,
    signal: AbortSignal,
    sinceMs?: number,
    onProgress?: OnProgress,
    onSighting?: OnSighting,
  ): Promise<void>;
  /** Whether messages arrive at this moment; `undefined` before the first attempt. */
  readonly isConnected: boolean;
  post(message: Message, destination: Destination, options: PostOptions, signal: AbortSignal): Promise<PostReceipt>;
  /** @param posts - rooms that something is posted in by the config */
  check(signal: AbortSignal, posts?: readonly string[]): Promise<ChatCheck>;
  /** Sends a file with words in one message. */
  upload?(
    file: Attachment,
    message: Message,
    destination: Destination,
    options: PostOptions,
    signal: AbortSignal,
  ): Promise<PostReceipt>;
  update?(receipt: PostReceipt, message: Message, signal: AbortSignal): Promise<void>;
  /** An instant receipt on somebody's message; `undefined` takes it away. */
  react?(message: ChatMessage, reaction: 'working' | undefined, signal: AbortSignal): Promise<void>;
  /** Shows "is typing" until the returned function is called or the signal aborts. */
  typing?(message: ChatMessage, signal: AbortSignal): () => void;
}

/** What a chat is given to work with. */
export interface ChatDeps {
  /** Its name in the config. */
  readonly name: string;
  /** The config's IANA zone: what a platform knows of a person's zone counts only where it differs. */
  readonly zone?: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The platform's rate budget, shared by all rooms and replicas. */
  readonly budget: RateBudget;
}

/** How one chat answers; every kind has these in its options. */
export interface ChatSettings {
  /** `thread`: under the question; `inline`: in the room. */
  readonly answers: 'thread' | 'inline';
  /** A reaction on the question, when the answer takes longer than this. */
  readonly receiptAfterMs: number;
  /** By the room's name. */
  readonly rooms: Readonly<Record<string, { readonly theme?: Theme | undefined; readonly zone?: string | undefined }>>;
}

/** Config keys that every kind of chat has: how the bot behaves in its rooms. */
export const conductFields = {
  answers: z
    .enum(['thread', 'inline'])
    .default('thread')
    .describe('Where answers go: into a thread below the question, or into the room.'),
  catchUp: durationMs
    .default(10 * 60_000)
    .describe(
      'Questions up to this old are answered after an outage, alerts of others that are not older get their context.',
    ),
  enrichAlerts: z
    .boolean()
    .default(true)
    .describe(
      'Whether alerts that other integrations post in rooms of the bot get their context, in a thread below them.',
    ),
  receiptAfter: durationMs
    .default(1_000)
    .describe('A question whose answer takes longer than this gets a reaction as a receipt.'),
  rooms: z
    .record(
      z.string(),
      z.strictObject({
        bareLines: z.boolean().default(false).describe('Every line is a question, without a mention of the bot.'),
        enrichAlerts: z.boolean().optional().describe('The same for this room; left out: as the chat has it.'),
        theme: z.enum(['light', 'dark']).optional().describe('Colours of the pictures in this room.'),
        zone: timeZone.optional().describe('IANA zone of the room, for people who set none.'),
      }),
    )
    .default({})
    .describe('Rooms where the bot behaves differently, by name.'),
};

/** One kind of chat platform: how its config is checked, how it is made. */
export interface ChatDefinition<Options extends z.ZodType = z.ZodType> {
  readonly kind: string;
  readonly title: string;
  readonly options: Options;
  /** What of the options is for whoever delivers answers. */
  settings(options: z.output<Options>): ChatSettings;
  create(options: z.output<Options>, deps: ChatDeps): Chat;
}

/** Declares a kind of chat; only gives types. */
export function defineChat<Options extends z.ZodType>(definition: ChatDefinition<Options>): ChatDefinition<Options> {
  return definition;
}
