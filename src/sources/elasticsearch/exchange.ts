/** What both clients share: what a call is, and which answers are data. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpReply } from '../../lib/http-client.ts';
import { failureOf } from './failures.ts';

/** One call. */
export interface Call {
  readonly method: 'GET' | 'POST';
  /** Below the address, without a slash in front; its parts are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** One way to send a call. @throws BotError, or {@link OtherProduct} where the other way is the right one */
export type Sender = (call: Call, signal: AbortSignal) => Promise<unknown>;

/** Lets JSON pass. @throws BotError for whatever else came back */
export function expectJson(title: string, reply: HttpReply, clock: Clock): HttpReply {
  const isJson = /[/+]json$/.test(reply.contentType) && /^\s*[[{]/.test(reply.text);
  if (reply.status === 200 && isJson) return reply;
  throw failureOf(title, reply, clock.now());
}

/** The error for JSON that ends early and its like. */
export function brokenJson(title: string, cause: unknown): BotError {
  return new BotError('SOURCE_UNEXPECTED', `${title} sent JSON that is broken.`, {}, { cause });
}
