/** The bot that runs at `listen`, asked over HTTP. */
import type { Config } from '../config/config.ts';
import { BotError, ERROR_CATALOGUE, type ErrorCode } from '../domain/errors.ts';
import type { AskResult } from '../http/ask-result.ts';
import type { FiredAlert } from '../http/demo-alert-routes.ts';
import type { Problem } from '../http/problem.ts';
import type { ApiCall } from '../mcp/api-call.ts';

/** Long enough for a busy bot on this machine, short enough not to be noticed when there is none. */
const PROBE_TIMEOUT_MS = 500;
/** As long as the slowest answer of the bot itself. */
const ANSWER_TIMEOUT_MS = 60_000;

/** A running bot. */
export interface RemoteBot {
  /** Its address, with a final slash. */
  readonly base: URL;
  /** Throws what the bot refused, as if it had been refused here. */
  ask(q: string, zone: string | undefined): Promise<AskResult>;
  /** Calls its HTTP interface as it is. */
  readonly send: ApiCall;
  /** Fires an alert of the demo fleet. */
  fireDemo(): Promise<FiredAlert>;
  /** Absolute address of an `image` of an {@link AskResult}. */
  imageUrl(image: string): string;
  picture(image: string, theme: string | undefined): Promise<Uint8Array>;
  /** The file of a question that asks for one: `… as csv`. */
  file(q: string, zone: string | undefined): Promise<Uint8Array>;
  /** The file of a backup of its store. */
  backup(): Promise<Uint8Array>;
}

/** For who can do nothing without one: a bot that is busy answers later. */
export const PATIENT_PROBE_MS = 5_000;

/** Finds the bot that runs under this configuration; `undefined` when there is none. */
export async function findRunningBot(
  { listen, tokens }: Config,
  probeMs: number = PROBE_TIMEOUT_MS,
): Promise<RemoteBot | undefined> {
  if (listen.port === 0) return undefined;
  const host = ['0.0.0.0', '::'].includes(listen.host) ? '127.0.0.1' : listen.host;
  const base = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${listen.port}/`);
  const bearer = tokens.find(({ scopes }) => scopes.includes('ask'));
  const headers: Record<string, string> = bearer ? { authorization: `Bearer ${bearer.token.reveal()}` } : {};
  if (!(await isGlimpse(base, probeMs))) return undefined;
  const call = async (url: URL, init: RequestInit = {}) => {
    const response = await fetch(url, {
      ...init,
      headers: { ...headers, ...(init.body ? { 'content-type': 'application/json' } : {}) },
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    if (!response.ok) throw refusalOf((await response.json()) as Problem);
    return response;
  };
  return {
    base,
    async send({ method, url, body }, signal) {
      const response = await fetch(new URL(url, base), {
        method,
        headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      return { status: response.status, bytes: await bytesOf(response) };
    },
    async fireDemo() {
      const response = await call(new URL('api/demo/alert', base), { method: 'POST', body: '{}' });
      return (await response.json()) as FiredAlert;
    },
    async ask(q, zone) {
      const body = JSON.stringify({ q, ...(zone !== undefined && { zone }) });
      return (await (await call(new URL('api/ask', base), { method: 'POST', body })).json()) as AskResult;
    },
    imageUrl: (image) => new URL(image, base).href,
    async picture(image, theme) {
      const url = new URL(image, base);
      if (theme !== undefined) url.searchParams.set('theme', theme);
      return bytesOf(await call(url));
    },
    async file(q, zone) {
      const query = new URLSearchParams({ q, ...(zone !== undefined && { zone }) });
      return bytesOf(await call(new URL(`render?${query}`, base)));
    },
    backup: async () => bytesOf(await call(new URL('api/backup', base))),
  };
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

async function isGlimpse(base: URL, probeMs: number): Promise<boolean> {
  try {
    const response = await fetch(new URL('healthz', base), { signal: AbortSignal.timeout(probeMs) });
    return ((await response.json()) as { service?: string }).service === 'glimpse';
  } catch {
    return false;
  }
}

/** What another bot refused, as if it had been refused here. */
export function refusalOf({ code, detail, suggestions }: Problem): BotError {
  const known: ErrorCode = Object.hasOwn(ERROR_CATALOGUE, code) ? code : 'INTERNAL';
  return new BotError(known, detail, suggestions ? { suggestions } : {});
}
