/** The bot that runs at `listen`, asked over HTTP. */
import type { Config } from '../config/config.ts';
import type { AskResult } from '../http/ask-result.ts';
import { BACKUP_TIMEOUT_MS } from '../http/backup-routes.ts';
import { scopesOf } from '../http/callers.ts';
import type { FiredAlert } from '../http/demo-alert-routes.ts';
import type { UsageJson } from '../http/usage-routes.ts';
import { type ApiCall, bytesFrom, jsonFrom } from '../mcp/api-call.ts';

/** Long enough for a busy bot on this machine, short enough not to be noticed when there is none. */
const PROBE_TIMEOUT_MS = 500;
/** As long as the slowest answer of the bot itself. */
const ANSWER_TIMEOUT_MS = 60_000;

/** A running bot. Members that ask it throw what it refused, as if it had been refused here. */
export interface RemoteBot {
  /** Its address, with a final slash. */
  readonly base: URL;
  ask(q: string, zone: string | undefined): Promise<AskResult>;
  /** Calls its HTTP interface as it is. */
  readonly send: ApiCall;
  /** Fires an alert of the demo fleet. */
  fireDemo(): Promise<FiredAlert>;
  /** How its definitions are used. */
  usage(): Promise<UsageJson>;
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
  { listen, tokens }: Pick<Config, 'listen' | 'tokens'>,
  probeMs: number = PROBE_TIMEOUT_MS,
): Promise<RemoteBot | undefined> {
  if (listen.port === 0) return undefined;
  const host = ['0.0.0.0', '::'].includes(listen.host) ? '127.0.0.1' : listen.host;
  const base = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${listen.port}/`);
  if (!(await isGlimpse(base, probeMs))) return undefined;
  const send: ApiCall = async ({ method, url, body }, signal) => {
    const address = new URL(url, base);
    const response = await fetch(address, {
      method,
      headers: {
        ...credentialsFor(address.pathname, tokens),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal,
    });
    return { status: response.status, bytes: new Uint8Array(await response.arrayBuffer()) };
  };
  const soon = () => AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const get = (url: string, signal = soon()) => bytesFrom(send, { method: 'GET', url }, signal);
  const post = <Json>(url: string, body: unknown) => jsonFrom<Json>(send, { method: 'POST', url, body }, soon());
  return {
    base,
    send: (request, signal) => send(request, AbortSignal.any([signal, soon()])),
    ask: (q, zone) => post('/api/ask', { q, ...(zone !== undefined && { zone }) }),
    fireDemo: () => post('/api/demo/alert', {}),
    usage: () => jsonFrom(send, { method: 'GET', url: '/api/usage' }, soon()),
    imageUrl: (image) => new URL(image, base).href,
    picture(image, theme) {
      const url = new URL(image, base);
      if (theme !== undefined) url.searchParams.set('theme', theme);
      return get(url.pathname + url.search);
    },
    file: (q, zone) => get(`/render?${new URLSearchParams({ q, ...(zone !== undefined && { zone }) })}`),
    backup: () => get('/api/backup', AbortSignal.timeout(BACKUP_TIMEOUT_MS)),
  };
}

/** Of the tokens one that may do it; where none may, one of them: the bot then says what it lacks. */
function credentialsFor(path: string, tokens: Config['tokens']): Readonly<Record<string, string>> {
  const asked = scopesOf(path);
  const chosen = tokens.find(({ scopes }) => asked.some((scope) => scopes.includes(scope))) ?? tokens[0];
  return chosen ? { authorization: `Bearer ${chosen.token.reveal()}` } : {};
}

async function isGlimpse(base: URL, probeMs: number): Promise<boolean> {
  try {
    const response = await fetch(new URL('healthz', base), { signal: AbortSignal.timeout(probeMs) });
    return ((await response.json()) as { service?: string }).service === 'glimpse';
  } catch {
    return false;
  }
}
