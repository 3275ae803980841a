/** Talks to one Loki as one tenant: answers that are JSON, or a failure in words. */
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import { failureOf, TITLE } from './failures.ts';

/** Who is asked, and as which tenant. */
export interface LokiAddress extends ApiAddress {
  readonly tenant?: string | undefined;
}

/** Requests to one server; every failure is a BotError whose sentence begins with the product's name. */
export interface LokiClient {
  /** Sends a request and hands over whatever came back. @throws BotError when nothing came back */
  send(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<HttpReply>;
  /** The body of a JSON answer below `loki/api/v1/`. @throws BotError for every other answer */
  text(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<string>;
  /** The answer, parsed; its shape is for the caller to check. @throws BotError */
  json(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<unknown>;
}

/** Makes a client; it holds nothing open. */
export function createLokiClient(address: LokiAddress, http: HttpClient, clock: Clock): LokiClient {
  const api = createApiClient(TITLE, address, http);
  const headers = {
    ...(address.tenant !== undefined && { 'x-scope-orgid': address.tenant }),
    // labels of streams, of single lines and of the expression apart from each other, where the server can (3.0)
    'x-loki-response-encoding-flags': 'categorize-labels',
  };

  function send(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<HttpReply> {
    const isQuery = path.includes('query');
    if (!isQuery) {
      const query = parameters.toString();
      return api.exchange(query === '' ? path : `${path}?${query}`, { headers }, signal);
    }
    const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
    return api.exchange(path, { method: 'POST', headers: form, body: parameters.toString() }, signal);
  }

  async function text(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<string> {
    const reply = await send(`loki/api/v1/${path}`, parameters, signal);
    if (reply.status === 200 && /^\s*[[{]/.test(reply.text)) return reply.text;
    throw failureOf(api.withoutSecrets(reply), clock.now());
  }

  return {
    send,
    text,
    async json(path, parameters, signal) {
      const body = await text(path, parameters, signal);
      try {
        return JSON.parse(body);
      } catch (cause) {
        throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
      }
    },
  };
}
