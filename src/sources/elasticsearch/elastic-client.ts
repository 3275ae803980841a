/** The official client, with our own transport beneath it: our deadlines, bounds, words and no redirects. */
import { createRequire } from 'node:module';
import type { Client } from '@elastic/elasticsearch';
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpRequest } from '../../lib/http-client.ts';
import { brokenJson, expectJson, type Sender } from './exchange.ts';
import { OtherProduct } from './failures.ts';

type Elastic = typeof import('@elastic/elasticsearch');

/**
 * Makes a sender through @elastic/elasticsearch 8.19, which serves 8.x and 9.x: it picks the media type that both read
 * and checks that the product is Elasticsearch. The package is loaded at the first question (it takes 0.3 s), so that a
 * bot without Elasticsearch does not wait for it.
 */
export function createElasticClient(title: string, address: ApiAddress, http: HttpClient, clock: Clock): Sender {
  let client: Client | undefined;
  return async ({ method, path, query, body }, signal) => {
    client ??= makeClient(title, address, http, clock);
    try {
      const params = { method, path: `/${path}`, ...(query && { querystring: query }), ...(body && { body }) };
      return await client.transport.request(params, { signal, maxRetries: 0 });
    } catch (thrown) {
      throw inOurWords(title, thrown, signal);
    }
  };
}

function makeClient(title: string, address: ApiAddress, http: HttpClient, clock: Clock): Client {
  // a static import would cost every start 0.3 s and 40 MB
  const elastic = createRequire(import.meta.url)('@elastic/elasticsearch') as Elastic;
  const { exchange } = createApiClient(title, address, http);

  class OurConnection extends elastic.BaseConnection {
    override async request(
      { method, path, querystring = '', headers = {}, body }: Parameters<Connection['request']>[0],
      { signal }: Parameters<Connection['request']>[1],
    ): Promise<never> {
      const search = querystring === '' ? '' : `?${querystring}`;
      const request: HttpRequest = {
        method: method === 'POST' ? 'POST' : 'GET',
        headers: plainHeaders(headers),
        ...(typeof body === 'string' && { body }),
      };
      const reply = await exchange(`${path.slice(1)}${search}`, request, signal ?? new AbortController().signal);
      if (reply.status === 406) throw new OtherProduct(title);
      const { text, status } = expectJson(title, reply, clock);
      // what the transport reads of it; fetch has unpacked the body already
      const kept = { 'content-type': reply.contentType, 'x-elastic-product': productOf(reply.headers) };
      return { body: text, headers: kept, statusCode: status } as never;
    }

    override async close(): Promise<void> {}
  }

  return new elastic.Client({
    node: address.url,
    Connection: OurConnection,
    ConnectionPool: elastic.CloudConnectionPool,
    maxRetries: 0,
    enableMetaHeader: false,
  });
}

type Connection = InstanceType<Elastic['BaseConnection']>;

function productOf(headers: Headers): string | undefined {
  return headers.get('x-elastic-product') ?? undefined;
}

/** Content negotiation only: fetch sets lengths and encodings itself, credentials are ours. */
function plainHeaders(headers: NonNullable<Parameters<Connection['request']>[0]['headers']>): Record<string, string> {
  const wanted = ['accept', 'content-type'] as const;
  return Object.fromEntries(wanted.flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])));
}

function inOurWords(title: string, thrown: unknown, signal: AbortSignal): unknown {
  if (thrown instanceof BotError || thrown instanceof OtherProduct) return thrown;
  if (signal.aborted) return signal.reason;
  const name = thrown instanceof Error ? thrown.name : '';
  if (name === 'ProductNotSupportedError') return new OtherProduct(title);
  if (name === 'DeserializationError') return brokenJson(title, thrown);
  return thrown;
}
