/** What an endpoint is, and what it answers. */
import { meteorError } from './failure.ts';
import type { Rule } from './rate-limiter.ts';
import type { Message, User, World } from './world.ts';

/** A body of JSON, or its query. */
export type Fields = Record<string, unknown>;

/** What an endpoint's action is given. */
export interface Call {
  readonly world: World;
  readonly body: Fields;
  readonly query: Readonly<Record<string, string>>;
  /** Of the path, `:rid` and the like. */
  readonly params: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly raw: Buffer;
  /** The token that was sent, for logging out. */
  readonly token: string | undefined;
  readonly user: User;
}

/** A whole answer, where `{success: true}` with status 200 does not do. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** One endpoint below `/api/v1/`. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Without a login; others answer 401. */
  readonly isOpen?: boolean;
  readonly since?: string;
  /** The first version that has it no more. */
  readonly until?: string;
  /** Instead of the default limit, with the permission that lifts it. */
  readonly limit?: Rule & { readonly bypass: string };
  action(call: Call): Fields | Reply;
}

/** Answers something other than success. */
export function reply(status: number, body: unknown): Reply {
  return { status, body };
}

/** 400 with a plain text. */
export function refusal(error?: string): Reply {
  return reply(400, { success: false, ...(error !== undefined && { error }) });
}

/** 403 as it is said up to 9.0. */
export const forbidden: Reply = { status: 403, body: { success: false, error: 'unauthorized' } };

/** Whether an action's result is a whole answer. */
export function isReply(result: Fields | Reply): result is Reply {
  return typeof result.status === 'number' && 'body' in result;
}

/**
 * The message that an endpoint is about.
 *
 * @throws Failure `error-message-not-found`
 */
export function messageOf(world: World, id: unknown): Message {
  const message = world.messages.get(String(id));
  if (message !== undefined) return message;
  throw meteorError('error-message-not-found', 'The provided "messageId" does not match any existing message.');
}

/** `count` and `offset` as the server bounds them. */
export function pageOf(query: Readonly<Record<string, string>>): { count: number; offset: number } {
  const count = query.count === undefined ? 50 : Number(query.count);
  return { count: Math.min(100, count || 100), offset: Number(query.offset ?? 0) };
}
