/** Talks to one Graphite: address, credentials, and answers that are JSON or a failure in words. */
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import { errorOf, failureOf } from './failures.ts';

/** Requests to one Graphite; every failure is a BotError whose sentence begins with the product's name. */
export interface GraphiteClient {
  /** Sends a request and hands over whatever came back. @throws BotError when nothing came back */
  send(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<HttpReply>;
  /** The body of a JSON answer. @throws BotError for every other answer */
  text(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<string>;
  /** A JSON answer, parsed; its shape is for the caller to check. @throws BotError */
  json(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<unknown>;
  /** What an answer that is no data means. */
  failure(reply: HttpReply): BotError;
}

/** What Graphite is called in sentences. */
const TITLE = 'Graphite';

/** Makes a client; it holds nothing open. */
export function createGraphiteClient(address: ApiAddress, http: HttpClient, clock: Clock): GraphiteClient {
  const { send, withoutSecrets } = createApiClient(TITLE, address, http);
  const failure = (reply: HttpReply) => failureOf(TITLE, withoutSecrets(reply), clock.now());

  async function text(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST') {
    const reply = await send(path, parameters, signal, method);
    const isData = reply.status === 200 || (reply.status === 404 && reply.text.trimStart().startsWith('['));
    if (!isData || !/^\s*[[{]/.test(reply.text) || errorOf(reply.text) !== undefined) throw failure(reply);
    return reply.text;
  }

  return {
    send,
    text,
    failure,
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
