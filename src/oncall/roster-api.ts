/** Reads JSON of an on-call service: what is no data becomes an error that says what to do. */
import { z } from 'zod';
import { httpUrl, secret } from '../config/fields.ts';
import { BotError, type ErrorCode } from '../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../lib/api-client.ts';
import type { Clock } from '../lib/clock.ts';
import { codeOfStatus, type HttpClient, type HttpReply } from '../lib/http-client.ts';
import { failureWords, replyFailure } from '../lib/reply-failure.ts';
import { coverage, scheduleName } from './roster.ts';

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

/** What people write of a service in the config. */
export interface ServiceWords<Kind extends string, Entry extends z.ZodType> {
  readonly kind: Kind;
  /** One schedule of it. */
  readonly schedule: Entry;
  /** Its API, and that for accounts in the EU. */
  readonly url: string;
  readonly euUrl: string;
  /** Example of the address that people open. */
  readonly pageExample: string;
  /** What the API and its key are called there. */
  readonly api: string;
  readonly token: string;
}

/** The options of a service: its API, the schedules that are asked for. */
export function serviceOptions<Kind extends string, Entry extends z.ZodType>(words: ServiceWords<Kind, Entry>) {
  const { kind, schedule, url, euUrl, pageExample, token } = words;
  return z.strictObject({
    kind: z.literal(kind),
    url: httpUrl.default(url).describe(`Address of the ${words.api}; ${euUrl} for accounts in the EU`),
    publicUrl: httpUrl.optional().describe(`Address that people use, for links, e.g. ${pageExample}`),
    token: secret.describe(token),
    schedules: z
      .record(scheduleName, schedule)
      .describe('Who is called about what; the key is the name that people ask by'),
  });
}

/** A schedule is named in one of two ways. */
export function oneOf<Shape extends z.ZodRawShape>(
  shape: Shape,
  one: keyof Shape & string,
  other: keyof Shape & string,
) {
  return z
    .strictObject({ ...shape, ...coverage })
    .refine((given: Readonly<Record<string, unknown>>) => (given[one] === undefined) !== (given[other] === undefined), {
      error: `needs one of \`${one}\` and \`${other}\``,
    });
}

/** Proves that a service knows each schedule. @throws BotError `SOURCE_…` */
export async function checkSchedules(
  title: string,
  api: RosterApi,
  schedules: readonly { readonly path: string; readonly what: string }[],
  signal: AbortSignal,
): Promise<{ readonly version: string; readonly problems: readonly string[] }> {
  const shape = z.looseObject({});
  await Promise.all(schedules.map(({ path, what }) => api.read(path, what, shape, signal)));
  return { version: title, problems: [] };
}

/** The failure of a window in which there is more than is read. */
export function tooLong(title: string, most: string): BotError {
  return new BotError('SOURCE_TOO_MUCH', `${title} is asked for at most ${most} at once; a shorter window shows them.`);
}

/** A moment of an answer, ms since the Unix epoch; nothing where there is none that can be read. */
export function momentOf(text: string | null | undefined): number | undefined {
  const ms = text === null || text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
