/** Talks to the REST API of Icinga 2: objects by type, their names bound as variables of a filter. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import type { Secret } from '../../lib/secret.ts';
import { failureOf, isForbidden, TITLE } from './failures.ts';

/** A question for objects; `filter` is a text of ours, what it is about stands in `variables`. */
export interface ObjectQuery {
  readonly filter?: string;
  readonly variables?: Readonly<Record<string, string | readonly string[]>>;
  readonly attrs: readonly string[];
}

/** Requests to one Icinga. */
export interface Icinga2Client {
  /**
   * The attributes of all objects of a type that a filter lets through.
   *
   * @param type - as the API has it: `hosts`, `services`, `comments`, `downtimes`
   * @throws BotError `SOURCE_…`
   */
  objects<Attrs extends z.ZodType>(
    type: string,
    query: ObjectQuery,
    attrs: Attrs,
    signal: AbortSignal,
  ): Promise<z.output<Attrs>[]>;
  /** What stands at a path, checked by nobody. @throws BotError `SOURCE_…` */
  read(path: string, signal: AbortSignal): Promise<unknown>;
}

/** How Icinga is reached. */
export interface Icinga2Address extends ApiAddress {
  /** The authority of its certificate, PEM. */
  readonly ca?: Secret | undefined;
}

const Envelope = z.object({ results: z.array(z.object({ attrs: z.unknown() })) });

/** Makes a client; it holds nothing open. */
export function createIcinga2Client(address: Icinga2Address, http: HttpClient, clock: Clock): Icinga2Client {
  const api = createApiClient(TITLE, address, http);
  const trusted = address.ca === undefined ? {} : { ca: address.ca.reveal() };

  async function json(reply: HttpReply): Promise<unknown> {
    if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw failureOf(api.withoutSecrets(reply), clock.now());
    try {
      return JSON.parse(reply.text);
    } catch (cause) {
      throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
    }
  }

  return {
    async objects(type, { filter, variables, attrs }, schema, signal) {
      const reply = await api.exchange(
        `v1/objects/${type}`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-http-method-override': 'GET' },
          // without `verbose` a missing permission looks like objects that are not there
          body: JSON.stringify({ attrs, verbose: true, ...(filter && { filter, filter_vars: variables }) }),
          ...trusted,
        },
        signal,
      );
      // a filter that lets nothing through is told so by some versions, a missing permission by all of them
      if (reply.status === 404 && /"No objects found\.?"/.test(reply.text) && !isForbidden(reply.text)) return [];
      const parsed = Envelope.safeParse(await json(reply));
      const found = z.array(schema).safeParse(parsed.data?.results.map((one) => one.attrs));
      if (found.success) return found.data;
      const cause = parsed.error ?? found.error;
      throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent ${type} of a shape that I do not know.`, {}, { cause });
    },
    read: async (path, signal) => json(await api.exchange(path, trusted, signal)),
  };
}
