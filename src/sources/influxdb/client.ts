/** Talks to `/query` of one InfluxDB: answers that are JSON, or a failure in words; finds out which version it is. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, type ApiClient, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import { failureOf, statementFailure, TITLE } from './failures.ts';

/** What is asked of. */
export interface InfluxAddress extends ApiAddress {
  readonly database: string;
  readonly retentionPolicy?: string | undefined;
  /** First number of its version, or `auto`. */
  readonly version: 'auto' | '1' | '2' | '3';
}

/** Rows of an answer that is no series: lists of names, events. */
export interface PlainRow {
  readonly name: string;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** A statement with the values of its parameters. */
export interface Statement {
  readonly text: string;
  /** By the names they have in `text`, behind a `$`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Writes a statement for a server: with its values in it as quoted strings (`isInline`), or beside it. */
export type StatementWriter = (isInline: boolean) => Statement;

/** Statements to one database; every failure is a BotError whose sentence begins with the product's name. */
export interface InfluxClient {
  /**
   * The body of the answer, which is JSON; the complaint of a statement may be in it. InfluxDB 3 does not promise
   * parameters at this address, so its statements are written with their values in them.
   *
   * @throws BotError
   */
  body(write: StatementWriter, signal: AbortSignal): Promise<string>;
  /** The rows of an answer that is small. @throws BotError also for the complaint of a statement */
  rows(statement: string | StatementWriter, signal: AbortSignal): Promise<readonly PlainRow[]>;
  /** Asks who is there. @throws BotError when nothing came back */
  ping(signal: AbortSignal): Promise<HttpReply>;
}

const Rows = z.object({
  results: z.array(
    z.object({
      error: z.string().optional(),
      series: z
        .array(
          z.object({
            name: z.string().default(''),
            columns: z.array(z.string()),
            values: z.array(z.array(z.unknown())).default([]),
          }),
        )
        .default([]),
    }),
  ),
});

/** Larger bodies are data, not an error. */
const ERROR_MAX_CHARS = 64 * 1024;

/** Makes a client; it holds nothing open. */
export function createInfluxClient(address: InfluxAddress, http: HttpClient, clock: Clock): InfluxClient {
  const { database, retentionPolicy, version } = address;
  const withScheme = (tokenScheme: 'Bearer' | 'Token') => createApiClient(TITLE, { ...address, tokenScheme }, http);
  const [old, modern] = [withScheme('Token'), withScheme('Bearer')];
  let seen: number | undefined;
  const major = () => (version === 'auto' ? seen : Number(version));
  const api = (): ApiClient => ((major() ?? 2) >= 3 ? modern : old);

  async function attempt(write: StatementWriter, signal: AbortSignal) {
    const isModern = (major() ?? 0) >= 3;
    const { text, parameters } = write(isModern);
    const form = new URLSearchParams({
      db: database,
      ...(retentionPolicy !== undefined && { rp: retentionPolicy }),
      epoch: 'ms',
      q: text,
      ...(!isModern && Object.keys(parameters).length > 0 && { params: JSON.stringify(parameters) }),
    });
    const reply = await api().send('query', form, signal, 'POST');
    seen = majorOf(reply) ?? seen;
    return { reply, wasModern: isModern };
  }

  async function body(write: StatementWriter, signal: AbortSignal): Promise<string> {
    const first = await attempt(write, signal);
    // what was taken for an older one is a 3, which wants its login and values in another way
    const isOther = !first.wasModern && (major() ?? 0) >= 3;
    const { reply } = isOther ? await attempt(write, signal) : first;
    if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw failureOf(api().withoutSecrets(reply), clock.now());
    const mayComplain = reply.text.length <= ERROR_MAX_CHARS && /"error"\s*:\s*"/.test(reply.text);
    return mayComplain ? api().withoutSecrets(reply).text : reply.text;
  }

  return {
    body,
    async rows(statement, signal) {
      const write = typeof statement === 'string' ? () => ({ text: statement, parameters: {} }) : statement;
      const parsed = Rows.safeParse(parse(await body(write, signal)));
      if (!parsed.success) throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent a list that cannot be read.`);
      const error = parsed.data.results.find((result) => result.error !== undefined)?.error;
      if (error !== undefined) throw statementFailure(error);
      return parsed.data.results.flatMap(({ series }) => series);
    },
    async ping(signal) {
      const reply = await api().send('ping', new URLSearchParams({ verbose: 'true' }), signal);
      seen = majorOf(reply) ?? seen;
      return reply;
    },
  };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
  }
}

/** The version that an answer names: `1.6.7`, `v2.7.1`, `3.1.0`; nothing behind proxies that take the header away. */
export function versionOf({ headers }: HttpReply): string | undefined {
  return /^v?(\d+\.[\w.+-]{1,30})/.exec(headers.get('x-influxdb-version') ?? '')?.[1];
}

function majorOf(reply: HttpReply): number | undefined {
  const version = versionOf(reply);
  return version === undefined ? undefined : Number.parseInt(version, 10);
}
