/** Talks to one Grafana: answers that are JSON, or a failure in words. */
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply, HttpRequest } from '../../lib/http-client.ts';
import { failureOf, TITLE } from './failures.ts';
import { type Json, mapOf } from './present/json.ts';

/** Requests below the address; every failure is a BotError whose sentence begins with the product's name. */
export interface GrafanaClient {
  /** Sends a request and hands over whatever came back, our own secrets taken out. @throws BotError when nothing came back */
  send(path: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  /**
   * The JSON of an answer with a good status.
   *
   * @param path - below the address, without a slash in front: `api/search`
   * @throws BotError for every other answer
   */
  get(path: string, parameters: URLSearchParams | undefined, signal: AbortSignal): Promise<unknown>;
  /** The same for a body that is JSON. @throws BotError */
  post(path: string, body: unknown, signal: AbortSignal): Promise<unknown>;
  /** An answer that is no data, as an error. */
  failure(reply: HttpReply): BotError;
}

/** How a Grafana is reached. */
export interface GrafanaAddress extends ApiAddress {
  /** Chosen where a login has several; a token has one. */
  readonly orgId?: number | undefined;
}

/** Makes a client; it holds nothing open. */
export function createGrafanaClient(address: GrafanaAddress, http: HttpClient, clock: Clock): GrafanaClient {
  const api = createApiClient(TITLE, address, http);
  const org: Record<string, string> = address.orgId === undefined ? {} : { 'x-grafana-org-id': String(address.orgId) };

  async function send(path: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    return api.exchange(path, { ...request, headers: { ...org, ...request.headers } }, signal);
  }

  function failure(reply: HttpReply): BotError {
    return failureOf(api.withoutSecrets(reply), clock.now());
  }

  async function read(path: string, request: HttpRequest, signal: AbortSignal): Promise<unknown> {
    const reply = await send(path, request, signal);
    const isJson = reply.status >= 200 && reply.status < 300 && /^\s*[[{]/.test(reply.text);
    if (!isJson) throw failure(reply);
    return parseJson(reply.text);
  }

  return {
    send,
    failure,
    get(path, parameters, signal) {
      const query = parameters?.toString() ?? '';
      return read(query === '' ? path : `${path}?${query}`, {}, signal);
    },
    post: (path, body, signal) => read(path, jsonRequest(body), signal),
  };
}

/** A POST of JSON. */
export function jsonRequest(body: unknown): HttpRequest {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** JSON of the server. @throws BotError `SOURCE_UNEXPECTED` when it is broken */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
  }
}

/** Dashboards are ten levels deep; what is a hundred times deeper would outgrow the stack of whatever walks through it. */
const DEPTH_MAX = 1_000;

/** The same for what is walked through as a whole. @throws BotError `SOURCE_UNEXPECTED` also where it is too deep */
export function parseShallow(text: string): unknown {
  let depth = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (char === '{' || char === '[')) depth += 1;
    else if (!isQuoted && (char === '}' || char === ']')) depth -= 1;
    if (depth > DEPTH_MAX) throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent something that is nested too deep.`);
  }
  return parseJson(text);
}

/** An object of the server. @throws BotError `SOURCE_UNEXPECTED` when what stands there is none */
export function expectMap(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return mapOf(value);
  throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent something that is no ${what}.`);
}

/** A list of the server. @throws BotError `SOURCE_UNEXPECTED` when what stands there is none */
export function expectList(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent something that is no list of ${what}.`);
}
