/** Talks to the JSON CGIs of Nagios 4: `statusjson.cgi`, `objectjson.cgi`, `archivejson.cgi`. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient } from '../../lib/http-client.ts';
import { complaintOf, failureOf, TITLE } from './failures.ts';

/** "Option Value Invalid". */
const INVALID_VALUE = 6;
const NOT_FOUND = /could not be found/i;

/** The three programs. */
export type Cgi = 'statusjson' | 'objectjson' | 'archivejson';

/** Requests to one Nagios. */
export interface NagiosClient {
  /**
   * What a CGI has under `data`, in a shape; `undefined` when it knows no host, service or group of that name.
   *
   * @throws BotError `SOURCE_…`
   */
  ask<Data extends z.ZodType>(
    cgi: Cgi,
    query: Readonly<Record<string, string>>,
    data: Data,
    signal: AbortSignal,
  ): Promise<z.output<Data> | undefined>;
}

const Envelope = z.object({
  result: z.object({ type_code: z.number(), type_text: z.string().default(''), message: z.string().default('') }),
  data: z.unknown(),
});

/**
 * Makes a client; it holds nothing open.
 *
 * @param cgiPath - where the CGIs are: below the address, or from the root with a slash in front
 */
export function createNagiosClient(address: ApiAddress, cgiPath: string, http: HttpClient, clock: Clock): NagiosClient {
  const api = createApiClient(TITLE, address, http);
  const folder = cgiPath.endsWith('/') ? cgiPath : `${cgiPath}/`;
  return {
    async ask(cgi, query, schema, signal) {
      const parameters = new URLSearchParams({ ...query, formatoptions: 'enumerate' });
      const reply = await api.send(`${folder}${cgi}.cgi`, parameters, signal);
      if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw failureOf(api.withoutSecrets(reply), clock.now());
      const envelope = Envelope.safeParse(parsed(reply.text));
      if (!envelope.success) throw otherShape(cgi, envelope.error);
      const { result, data } = envelope.data;
      // a name that is not ASCII is not repeated: the message is empty
      const isUnknown = result.message === '' ? result.type_code === INVALID_VALUE : NOT_FOUND.test(result.message);
      if (isUnknown) return undefined;
      if (result.type_code !== 0) throw complaintOf(result.type_text, result.message);
      const shaped = schema.safeParse(data);
      if (!shaped.success) throw otherShape(cgi, shaped.error);
      return shaped.data;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
  }
}

function otherShape(cgi: string, cause: unknown): BotError {
  const message = `${TITLE}'s ${cgi}.cgi sent something of a shape that I do not know.`;
  return new BotError('SOURCE_UNEXPECTED', message, {}, { cause });
}
