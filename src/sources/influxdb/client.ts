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

/** Statements to one database; every failure is a BotError whose sentence begins with the product's name. */
export interface InfluxClient {
  /** The body of the answer, which is JSON; the complaint of a statement may be in it. @throws BotError */
  body(text: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string>;
  /** The rows of an answer that is small. @throws BotError also for the complaint of a statement */
  rows(text: string, signal: AbortSignal, parameters?: Readonly<Record<string, string>>): Promise<readonly PlainRow[]>;
  /** Asks who is there. @throws BotError when nothing came back */
  ping(signal: AbortSignal): Promise<HttpReply>;
  /** First number of the version, as configured or as seen; nothing before the first answer. */
  major(): number | undefined;
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

/** Makes a client; it holds nothing open. */
export function createInfluxClient(address: InfluxAddress, http: HttpClient, clock: Clock): InfluxClient {
  const { database, retentionPolicy, version } = address;
  const withScheme = (tokenScheme: 'Bearer' | 'Token') => createApiClient(TITLE, { ...address, tokenScheme }, http);
  const [old, modern] = [withScheme('Token'), withScheme('Bearer')];
  let seen: number | undefined;
  const major = () => (version === 'auto' ? seen : Number(version));
  const api = (): ApiClient => ((major() ?? 2) >= 3 ? modern : old);

  async function send(form: URLSearchParams, signal: AbortSignal): Promise<HttpReply> {
    const used = api();
    const reply = await used.send('query', form, signal, 'POST');
    seen = majorOf(reply) ?? seen;
    // what looked like a 2 was a 3, which may know tokens by another word only
    const isOther = reply.status === 401 && address.token !== undefined && api() !== used;
    return isOther ? api().send('query', form, signal, 'POST') : reply;
  }

  async function body(text: string, parameters: Readonly<Record<string, string>>, signal: AbortSignal) {
    const form = new URLSearchParams({
      db: database,
      ...(retentionPolicy !== undefined && { rp: retentionPolicy }),
      epoch: 'ms',
      q: text,
      ...(Object.keys(parameters).length > 0 && { params: JSON.stringify(parameters) }),
    });
    const reply = await send(form, signal);
    if (reply.status === 200 && /^\s*\{/.test(reply.text)) return reply.text;
    throw failureOf(api().withoutSecrets(reply), clock.now());
  }

  return {
    body,
    major,
    async rows(text, signal, parameters = {}) {
      const parsed = Rows.safeParse(parse(await body(text, parameters, signal)));
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
