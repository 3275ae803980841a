/** Reads JSON of an on-call service: what is no data becomes an error that says what to do. */
import type { z } from 'zod';
import { BotError, type ErrorCode } from '../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../lib/api-client.ts';
import type { Clock } from '../lib/clock.ts';
import { codeOfStatus, type HttpClient, type HttpReply } from '../lib/http-client.ts';
import { failureWords, replyFailure } from '../lib/reply-failure.ts';

/** What a schedule's answer may be; a thousand shifts are 500 kB. */
const BODY_MAX_BYTES = 4 * 1024 * 1024;

/** Requests to one service. */
export interface RosterApi {
  /**
   * Reads one answer in a shape.
   *
   * @param path - below the address, its query in it
   * @param what - what is missing when it is not there: `the schedule P123`
   * @throws BotError `SOURCE_…`
   */
  read<Data extends z.ZodType>(path: string, what: string, schema: Data, signal: AbortSignal): Promise<z.output<Data>>;
}

/** Makes a client; it holds nothing open. `headers` are sent with each request. */
export function createRosterApi(
  title: string,
  address: ApiAddress,
  headers: Readonly<Record<string, string>>,
  { http, clock }: { readonly http: HttpClient; readonly clock: Pick<Clock, 'now'> },
): RosterApi {
  const api = createApiClient(title, address, http);
  return {
    async read(path, what, schema, signal) {
      const reply = await api.exchange(path, { headers, maxBytes: BODY_MAX_BYTES }, signal);
      if (reply.status !== 200) throw failureOf(title, what, api.withoutSecrets(reply), clock.now());
      const parsed = schema.safeParse(jsonOf(reply.text));
      if (parsed.success) return parsed.data;
      const isPage = reply.contentType === 'text/html';
      if (isPage) throw failureOf(title, what, { ...reply, status: 302 }, clock.now());
      throw new BotError('SOURCE_UNEXPECTED', `${title} sent something of a shape that I do not know.`);
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failureOf(title: string, what: string, reply: HttpReply, nowMs: number): BotError {
  const code: ErrorCode = reply.status < 300 ? 'SOURCE_UNEXPECTED' : codeOfStatus(reply.status);
  return replyFailure(code, messageOf(title, what, code, reply), reply, nowMs);
}

function messageOf(title: string, what: string, code: ErrorCode, reply: HttpReply): string {
  const { status } = reply;
  switch (code) {
    case 'SOURCE_AUTH':
      return status === 401
        ? `${title} does not accept my key (401).`
        : `${title} sent a page instead of data (${status}); check the url in the configuration.`;
    case 'SOURCE_FORBIDDEN':
      return `${title} does not let my key read ${what} (403).`;
    case 'SOURCE_NOT_FOUND':
      return `${title} has not ${what} (404).`;
    case 'SOURCE_BAD_QUERY':
      return `${title} does not understand the question (${status}); check ${what} in the configuration.`;
    case 'SOURCE_OVERLOADED':
      return status === 429 ? `${title} wants to be asked less often (429).` : failureWords(title, code, reply);
    default:
      return failureWords(title, code, reply);
  }
}

/** A moment of an answer, ms since the Unix epoch; nothing where there is none that can be read. */
export function momentOf(text: string | null | undefined): number | undefined {
  const ms = text === null || text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
