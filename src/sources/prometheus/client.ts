/** Talks to one server of Prometheus' HTTP API: answers that are JSON, or a failure in words. */
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import { errorOf, failureOf, TITLE } from './failures.ts';

/** Requests below `/api/v1/`; every failure is a BotError whose sentence begins with the product's name. */
export interface PrometheusClient {
  /** Sends a request and hands over whatever came back. @throws BotError when nothing came back */
  send(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<HttpReply>;
  /** The body of a JSON answer. @throws BotError for every other answer */
  text(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<string>;
  /** What stands under `data` of an answer; its shape is for the caller to check. @throws BotError */
  data(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<unknown>;
}

/** Makes a client; it holds nothing open. */
export function createPrometheusClient(address: ApiAddress, http: HttpClient, clock: Clock): PrometheusClient {
  const api = createApiClient(TITLE, address, http);
  const send: PrometheusClient['send'] = (path, parameters, signal, method) =>
    api.send(`api/v1/${path}`, parameters, signal, method);

  async function text(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST') {
    const reply = await send(path, parameters, signal, method);
    const isData = reply.status === 200 && /^\s*[[{]/.test(reply.text) && errorOf(reply.text) === undefined;
    if (!isData) throw failureOf(api.withoutSecrets(reply), clock.now());
    return reply.text;
  }

  return {
    send,
    text,
    async data(path, parameters, signal, method) {
      const body = await text(path, parameters, signal, method);
      try {
        return (JSON.parse(body) as { data?: unknown }).data;
      } catch (cause) {
        throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
      }
    },
  };
}
