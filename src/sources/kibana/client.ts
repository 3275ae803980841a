/** Asks one Kibana or OpenSearch Dashboards: JSON in, JSON out, spaces, and the headers that it insists on. */
import { z } from 'zod';
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import { failureOf } from './failures.ts';
import { type Flavour, type KibanaVersion, TITLES, versionOf } from './version.ts';

/** The version of the public API; servers that know none of it ignore the header. */
const API_VERSION = '2023-10-31';

/** One call. */
export interface Call {
  readonly path: string;
  readonly query?: URLSearchParams;
  /** Makes it a POST. */
  readonly body?: object;
  /** Another space than the configured one. */
  readonly space?: string | undefined;
}

/** Calls to one installation. */
export interface KibanaClient {
  /** A JSON answer; its shape is for the caller to check. @throws BotError for every other answer */
  json(call: Call, signal: AbortSignal): Promise<unknown>;
  /** JSON values, one to a line. @throws BotError as {@link json} */
  lines(call: Call, signal: AbortSignal): Promise<readonly unknown[]>;
  /** What answers, asked once; without numbers where it does not say. @throws BotError when it cannot be reached */
  version(signal: AbortSignal): Promise<KibanaVersion>;
  /** What answers, asked whatever is configured. @throws BotError as {@link version} */
  reported(signal: AbortSignal): Promise<KibanaVersion>;
  /** The version as far as it is known by now. Pure. */
  knownVersion(): KibanaVersion;
  readonly title: string;
}

/** How it is reached, and what is known of it. */
export interface KibanaAddress extends ApiAddress {
  readonly flavour: Flavour;
  readonly space?: string | undefined;
  /** Configured, so not asked for. */
  readonly version?: string | undefined;
}

/** Only what is read; a server that wants a login for it says less. */
const Status = z.object({ version: z.object({ number: z.string() }).optional() });

/** Answers that say nothing of the version, and that other calls may well survive. */
const HARMLESS: readonly ErrorCode[] = ['SOURCE_NOT_FOUND', 'SOURCE_UNEXPECTED', 'SOURCE_BAD_QUERY'];

/** One that does not tell its version may be asked by another login soon, or be upgraded. */
const ASK_AGAIN_MS = 300_000;

/** Makes a client; it holds nothing open. */
export function createKibanaClient(address: KibanaAddress, http: HttpClient, clock: Clock): KibanaClient {
  const title = TITLES[address.flavour];
  const { exchange, withoutSecrets } = createApiClient(title, address, http);
  const isKibana = address.flavour === 'kibana';
  const headers = isKibana ? { 'kbn-xsrf': 'glimpse', 'elastic-api-version': API_VERSION } : { 'osd-xsrf': 'glimpse' };
  let askAgainMs = Number.NEGATIVE_INFINITY;
  let known = versionOf(address.flavour, address.version);

  async function send({ path, query, body, space = address.space }: Call, signal: AbortSignal): Promise<HttpReply> {
    const search = query === undefined ? '' : `?${query}`;
    const place = space === undefined || space === 'default' ? '' : `s/${encodeURIComponent(space)}/`;
    const request =
      body === undefined
        ? { headers }
        : {
            method: 'POST' as const,
            headers: { ...headers, 'content-type': 'application/json' },
            body: JSON.stringify(body),
          };
    return exchange(`${place}${path}${search}`, request, signal);
  }

  async function reported(signal: AbortSignal): Promise<KibanaVersion> {
    const call = { path: 'api/status', space: 'default' };
    const reply = await send(call, signal);
    // an unhealthy Kibana says so with a 503 and the same JSON
    const status = /^\s*\{/.test(reply.text) ? Status.safeParse(jsonOrNothing(reply.text)) : undefined;
    const number = status?.success ? status.data.version?.number : undefined;
    if (number === undefined && reply.status !== 200) {
      const failure = fail(reply, call);
      if (!HARMLESS.includes(failure.code)) throw failure;
    }
    return versionOf(address.flavour, number);
  }

  function fail(reply: HttpReply, { space = address.space }: Call): BotError {
    return failureOf({ title, ...(space !== 'default' && { space }) }, withoutSecrets(reply), clock.now());
  }

  return {
    title,
    knownVersion: () => known,
    async json(call, signal) {
      const reply = await send(call, signal);
      if (reply.status !== 200 || !/^\s*[[{]/.test(reply.text) || reply.contentType === 'text/html') {
        throw fail(reply, call);
      }
      return parsed(title, reply.text);
    },
    async lines(call, signal) {
      const reply = await send(call, signal);
      if (reply.status !== 200 || reply.contentType === 'text/html') throw fail(reply, call);
      return reply.text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parsed(title, line)]));
    },
    async version(signal) {
      if (known.major === undefined && clock.now() >= askAgainMs) {
        known = await reported(signal);
        askAgainMs = clock.now() + ASK_AGAIN_MS;
      }
      return known;
    },
    reported,
  };
}

function parsed(title: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BotError('SOURCE_UNEXPECTED', `${title} sent JSON that is broken.`, {}, { cause });
  }
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error for JSON that has another shape than this part of the API. */
export function otherShape(title: string, what: string): BotError {
  return new BotError('SOURCE_UNEXPECTED', `${title} sent JSON of another shape than ${what} has.`);
}
