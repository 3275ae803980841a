/** Rocket.Chat's REST API: signed in, within the rate budget, its failures as `CHAT_` codes. */
import type { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createHttpClient, type HttpReply } from '../../lib/http-client.ts';
import type { RateBudget } from '../../lib/rate-budget.ts';
import { createRateGate } from './rate-gate.ts';
import { explainRefusal, explainTransport } from './rest-errors.ts';

/** Who the bot is on the server. */
export interface Credentials {
  readonly userId: string;
  readonly token: string;
}

/** One call. */
export interface RestCall<Schema extends z.ZodType> {
  readonly method?: 'GET' | 'POST';
  /** Below `api/v1/`, with the ids in it: `rooms.media/GENERAL`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly form?: FormData;
  readonly schema: Schema;
  /**
   * `wait` (the default) waits for the budget as long as the signal allows; a number waits at most that many ms, then
   * fails with `CHAT_RATE_LIMITED`; 0 is for calls that may be left out.
   */
  readonly patienceMs?: number;
  readonly maxBytes?: number;
}

/** Signed-in access to the API. */
export interface RestClient {
  /**
   * Makes a call; a 429 is waited for and repeated, everything else is tried once.
   *
   * @throws BotError `CHAT_…`; `details.httpStatus`, `details.errorType` and `details.error` as the server said them
   */
  call<Schema extends z.ZodType>(call: RestCall<Schema>, signal: AbortSignal): Promise<z.output<Schema>>;
  /** ms since the Unix epoch by the server's clock, as far as its answers told. */
  serverNow(): number;
  /** Whether the server limits this bot's calls; `undefined` before the first answer. */
  readonly isLimited: boolean | undefined;
  /** Signs in, or again; without it only public routes work. */
  signIn(credentials: Credentials): void;
}

/** What a client is made from. */
export interface RestOptions {
  /** The server's address with a final slash. */
  readonly url: URL;
  readonly clock: Clock;
  readonly budget: RateBudget;
  readonly timeoutMs?: number;
}

/** A server that took the connection and says nothing: tried again, posts carry a key that makes that harmless. */
const TIMEOUT_MS = 15_000;
/** Longer than the slowest upload of a picture over a poor line; the caller's signal is usually shorter. */
const UPLOAD_TIMEOUT_MS = 60_000;
/** Rooms and messages come in lists; more than this is left for the next time. */
const REPLY_MAX_BYTES = 16 * 1024 * 1024;

/** Makes a client for one server. */
export function createRestClient(options: RestOptions): RestClient {
  const { url, clock } = options;
  const http = createHttpClient({ timeoutMs: options.timeoutMs ?? TIMEOUT_MS, clock });
  const uploads = createHttpClient({ timeoutMs: options.timeoutMs ?? UPLOAD_TIMEOUT_MS, clock });
  const gate = createRateGate(options);
  let credentials: Credentials | undefined;
  let skewMs = 0;

  async function send(call: RestCall<z.ZodType>, signal: AbortSignal): Promise<HttpReply> {
    const target = new URL(`api/v1/${call.path}`, url);
    for (const [key, value] of Object.entries(call.query ?? {})) target.searchParams.set(key, value);
    const client = call.form ? uploads : http;
    const reply = await client.send(target, httpRequest(call, credentials), signal).catch((thrown: unknown) => {
      throw explainTransport(thrown, url.host);
    });
    const serverMs = Date.parse(reply.headers.get('date') ?? '');
    if (Number.isFinite(serverMs)) skewMs = skewOf(serverMs - clock.now());
    return reply;
  }

  return {
    async call(call, signal) {
      const route = routeOf(call);
      for (;;) {
        await gate.pass(route, call.patienceMs, signal);
        const reply = await send(call, signal);
        const waitMs = await gate.learn(route, reply.status, reply.headers);
        if (reply.status === 429 && (call.patienceMs === undefined || waitMs <= call.patienceMs)) continue;
        return readReply(reply, call, url.host, waitMs);
      }
    },
    serverNow: () => clock.now() + skewMs,
    get isLimited() {
      return gate.isLimited;
    },
    signIn(next) {
      credentials = next;
    },
  };
}

/** The header counts whole seconds and took its time: less than this is no difference of clocks. */
const SKEW_MIN_MS = 1_500;

function skewOf(differenceMs: number): number {
  return Math.abs(differenceMs) > SKEW_MIN_MS ? differenceMs : 0;
}

/** `POST rooms.media`: the server counts a route with its method, whatever ids are in the path. */
function routeOf({ method = 'GET', path }: RestCall<z.ZodType>): string {
  return `${method} ${path.split('/')[0]}`;
}

function httpRequest({ method = 'GET', body, form, maxBytes }: RestCall<z.ZodType>, credentials?: Credentials) {
  return {
    method,
    headers: {
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...(credentials && { 'x-user-id': credentials.userId, 'x-auth-token': credentials.token }),
    },
    maxBytes: maxBytes ?? REPLY_MAX_BYTES,
    ...(body && { body: JSON.stringify(body) }),
    ...(form && { body: form }),
  };
}

function readReply<Schema extends z.ZodType>(
  reply: HttpReply,
  call: RestCall<Schema>,
  host: string,
  waitMs: number,
): z.output<Schema> {
  const body = parseJson(reply.text);
  const isFine = reply.status >= 200 && reply.status < 300 && body?.success !== false;
  if (!isFine) throw explainRefusal(reply.status, body, { host, path: call.path, waitMs });
  const parsed = call.schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new BotError('CHAT_UNEXPECTED', `${host} answered ${call.path} in a form I do not know.`, {
    httpStatus: reply.status,
    contentType: reply.contentType,
  });
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
