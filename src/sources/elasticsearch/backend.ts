/** Asks one Elasticsearch or OpenSearch: JSON in, JSON out, every failure in our words. */
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import { createElasticClient } from './elastic-client.ts';
import { brokenJson, type Call, expectJson, type Sender } from './exchange.ts';
import { OtherProduct } from './failures.ts';

/** Which product answers. */
export type Flavour = 'elasticsearch' | 'opensearch';

/** Calls to one cluster. */
export interface Backend {
  /** A JSON answer; its shape is for the caller to check. @throws BotError for every other answer */
  json(call: Call, signal: AbortSignal): Promise<unknown>;
  /** What the product is called in sentences: as configured, or as it turned out. */
  title(): string;
  flavour(): Flavour;
}

const TITLES: Readonly<Record<Flavour, string>> = { elasticsearch: 'Elasticsearch', opensearch: 'OpenSearch' };

/**
 * Makes a backend; it holds nothing open. With `auto` it speaks to Elasticsearch until the server says that it is none,
 * and then remembers that.
 *
 * @param isPlain - whether to speak to Elasticsearch without its official client, which takes 40 MB
 */
export function createBackend(
  address: ApiAddress,
  configured: Flavour | 'auto',
  http: HttpClient,
  clock: Clock,
  isPlain = false,
): Backend {
  let flavour: Flavour = configured === 'auto' ? 'elasticsearch' : configured;
  const senders: Readonly<Record<Flavour, Sender>> = {
    elasticsearch: (isPlain ? createPlainClient : createElasticClient)(TITLES.elasticsearch, address, http, clock),
    opensearch: createPlainClient(TITLES.opensearch, address, http, clock),
  };
  return {
    title: () => TITLES[flavour],
    flavour: () => flavour,
    async json(call, signal) {
      try {
        return await senders[flavour](call, signal);
      } catch (thrown) {
        if (!(thrown instanceof OtherProduct)) throw thrown;
        if (configured !== 'auto') throw thrown.asBotError();
        try {
          const answer = await senders.opensearch(call, signal);
          flavour = 'opensearch';
          return answer;
        } catch (refused) {
          // a complaint about the query is an answer too
          if (refused instanceof BotError && refused.code === 'SOURCE_BAD_QUERY') flavour = 'opensearch';
          throw refused;
        }
      }
    },
  };
}

/** A client of our own with plain JSON, which every version of both products takes; the official one refuses OpenSearch. */
function createPlainClient(title: string, address: ApiAddress, http: HttpClient, clock: Clock): Sender {
  const { exchange } = createApiClient(title, address, http);
  return async ({ method, path, query, body }, signal) => {
    const search = query ? `?${new URLSearchParams(query)}` : '';
    const headers = { 'content-type': 'application/json' };
    const json = body === undefined ? {} : { headers, body: JSON.stringify(body) };
    const reply = await exchange(`${path}${search}`, { method, ...json }, signal);
    return parseReply(title, expectJson(title, reply, clock));
  };
}

function parseReply(title: string, { text }: HttpReply): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw brokenJson(title, cause);
  }
}
