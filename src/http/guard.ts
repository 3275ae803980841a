/** Who may call: on loopback every local program, but no web page; elsewhere only who has a token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BotError } from '../domain/errors.ts';
import type { Secret } from '../lib/secret.ts';
import type { Sessions } from './session.ts';

/** The listener's rule, from the config. */
export interface GuardOptions {
  readonly isLoopback: boolean;
  /** Its host is a good `Host` and `Origin` too. */
  readonly publicUrl?: string;
  readonly tokens: readonly Secret[];
  /** Of browsers that showed one of the tokens. */
  readonly sessions: Sessions;
}

/** Names of loopback, as a browser writes them; all of 127.0.0.0/8 is. */
const LOOPBACK_HOST = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/;
/** Open wherever the listener is: orchestrators have no token. */
const HEALTH_PATHS = new Set(['/healthz', '/readyz']);

/** Hooks have secrets of their own, signing in is how a browser comes by a session, and the console's files tell nothing. */
const OPEN_PATH = /^\/(?:hooks\/|changes\/|assets\/|session$)/;
/** What a page elsewhere may make a browser ask for with its cookies: it cannot read the answer, and nothing is done. */
const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** Refuses requests that the rule does not allow, before their body is read. */
export function installGuard(app: FastifyInstance, options: GuardOptions): void {
  const publicHost = options.publicUrl ? new URL(options.publicUrl).hostname : undefined;
  const hashes = options.tokens.map((token) => hash(token.reveal()));
  app.addHook('onRequest', async (request) => {
    if (HEALTH_PATHS.has(request.url.split('?')[0] ?? '')) return;
    if (options.isLoopback) checkNames(request, publicHost);
    else if (OPEN_PATH.test(request.url)) return;
    else if (options.sessions.tokenOf(request.headers.cookie) !== undefined) checkOrigin(request, publicHost);
    else checkToken(request, hashes);
  });
}

/** A page elsewhere can make a browser call loopback; its `Host` (DNS rebinding) or `Origin` gives it away. */
function checkNames({ headers }: FastifyRequest, publicHost: string | undefined): void {
  const isKnown = (host: string) => LOOPBACK_HOST.test(host) || host === publicHost;
  if (!isKnown(hostOf(`http://${headers.host ?? ''}`))) {
    throw new BotError('HTTP_FORBIDDEN', 'The Host header names neither this machine nor the publicUrl of the config.');
  }
  if (headers.origin !== undefined && !isKnown(hostOf(headers.origin))) {
    throw new BotError('HTTP_FORBIDDEN', 'Pages of other sites may not call this address.');
  }
}

/** A session counts for pages of this address only. */
function checkOrigin({ method, headers }: FastifyRequest, publicHost: string | undefined): void {
  if (SAFE_METHODS.has(method)) return;
  const origin = hostOf(headers.origin ?? '');
  if (origin !== '' && (origin === hostOf(`http://${headers.host ?? ''}`) || origin === publicHost)) return;
  throw new BotError('HTTP_FORBIDDEN', 'Pages of other sites may not call this address.');
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function checkToken({ headers }: FastifyRequest, hashes: readonly Buffer[]): void {
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
  const given = hash(token);
  const isGood = scheme.toLowerCase() === 'bearer' && hashes.some((known) => timingSafeEqual(known, given));
  if (!isGood)
    throw new BotError('HTTP_UNAUTHORIZED', 'Send one of the tokens of the config as Authorization: Bearer …');
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
