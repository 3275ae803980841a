/** Who may call: on loopback every local program, but no web page; elsewhere a token, its session, or whom a trusted proxy names. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SCOPES, type Scope } from '../config/scopes.ts';
import { BotError } from '../domain/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { type Caller, rememberCaller, scopeRefusal, scopesOf } from './callers.ts';
import type { Sessions } from './session.ts';
import { makeProxyUser, type TrustedProxy } from './trusted-proxy.ts';

/** A bearer token of the config. */
export interface ApiToken {
  readonly name: string;
  readonly token: Secret;
  readonly scopes: readonly Scope[];
}

/** The listener's rule, from the config. */
export interface GuardOptions {
  readonly isLoopback: boolean;
  /** Its host is a good `Host` and `Origin` too. */
  readonly publicUrl?: string;
  readonly tokens: readonly ApiToken[];
  readonly proxy?: TrustedProxy | undefined;
  /** Of browsers that showed one of the tokens, by their place. */
  readonly sessions: Sessions;
}

/** Names of loopback, as a browser writes them; all of 127.0.0.0/8 is. */
const LOOPBACK_HOST = /^(?:localhost|\[::1\]|127(?:\.\d{1,3}){3})$/;
/** Open wherever the listener is: orchestrators have no token. */
const HEALTH_ROUTES = new Set(['/healthz', '/readyz']);
/** Hooks have secrets of their own, signing in is how a browser comes by a session, and the console's files tell nothing. */
const OPEN_ROUTE = /^\/(?:hooks\/|changes\/|assets\/|session$)/;
/** What a page elsewhere may make a browser ask for with its cookies: it cannot read the answer, and nothing is done. */
const SAFE_METHODS = new Set(['GET', 'HEAD']);

const LOCAL: Caller = { kind: 'local', name: 'local', scopes: SCOPES, isLocal: true };

/** Refuses requests that the rule does not allow, before their body is read. */
export function installGuard(app: FastifyInstance, options: GuardOptions): void {
  const callerIn = makeCallerIn(options);
  app.addHook('onRequest', async (request) => {
    // an address has many spellings: what counts is the route that answers, '' where none does
    const route = request.routeOptions.url ?? '';
    if (HEALTH_ROUTES.has(route)) return rememberIfKnown(request, callerIn);
    checkSite(request);
    const isOpen = OPEN_ROUTE.test(route);
    if (isOpen && !options.isLoopback) return;
    const caller = callerIn(request);
    rememberCaller(request, caller);
    if (!isOpen && route !== '') demandScope(caller, scopesOf(route));
  });
}

/** Health is open; who shows good credentials is told more. */
function rememberIfKnown(request: FastifyRequest, callerIn: (request: FastifyRequest) => Caller): void {
  try {
    rememberCaller(request, callerIn(request));
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
  }
}

/** @throws BotError `HTTP_FORBIDDEN` for a caller who may not do this */
function demandScope(caller: Caller, asked: readonly Scope[]): void {
  if (asked.length === 0 || asked.some((scope) => caller.scopes.includes(scope))) return;
  throw scopeRefusal(caller, asked, 'address');
}

function makeCallerIn({ isLoopback, publicUrl, tokens, proxy, sessions }: GuardOptions) {
  const publicHost = publicUrl ? new URL(publicUrl).hostname : undefined;
  const known = tokens.map(({ name, token, scopes }) => ({
    hash: hash(token.reveal()),
    caller: { kind: 'token', name, scopes } satisfies Caller,
  }));
  const proxyUser = makeProxyUser(proxy);
  return (request: FastifyRequest): Caller => {
    if (isLoopback) checkNames(request, publicHost);
    const user = proxyUser(request);
    if (user !== undefined && proxy) {
      if (request.headers.origin !== undefined) checkOrigin(request, publicUrl);
      return { kind: 'user', name: user, scopes: proxy.scopes };
    }
    const given = bearerOf(request);
    const bearer = given && known.find((one) => timingSafeEqual(one.hash, given))?.caller;
    // local programs may do everything; a token then only says who they are
    if (isLoopback) return bearer ? { ...bearer, scopes: SCOPES, isLocal: true } : LOCAL;
    const session = sessions.tokenOf(request.headers.cookie);
    if (session !== undefined) {
      checkOrigin(request, publicUrl);
      return known[session]?.caller ?? refuse();
    }
    return bearer ?? refuse();
  };
}

function refuse(): never {
  throw new BotError('HTTP_UNAUTHORIZED', 'Send one of the tokens of the config as Authorization: Bearer …');
}

/** What changes something is never asked for by a page elsewhere; not every such request has an `Origin`. */
function checkSite({ method, headers }: FastifyRequest): void {
  if (!SAFE_METHODS.has(method) && headers['sec-fetch-site'] === 'cross-site') refuseForeign();
}

function refuseForeign(): never {
  throw new BotError('HTTP_FORBIDDEN', 'Pages of other sites may not call this address.');
}

/** A page elsewhere can make a browser call loopback; its `Host` (DNS rebinding) or `Origin` gives it away. */
function checkNames({ headers }: FastifyRequest, publicHost: string | undefined): void {
  const isKnown = (host: string) => LOOPBACK_HOST.test(host) || host === publicHost;
  if (!isKnown(hostOf(`http://${headers.host ?? ''}`))) {
    throw new BotError('HTTP_FORBIDDEN', 'The Host header names neither this machine nor the publicUrl of the config.');
  }
  if (headers.origin !== undefined && !isKnown(hostOf(headers.origin))) refuseForeign();
}

/** A session counts for pages of this address only, its port included. */
function checkOrigin({ method, headers }: FastifyRequest, publicUrl: string | undefined): void {
  if (SAFE_METHODS.has(method)) return;
  const origin = placeOf(headers.origin);
  if (origin !== undefined && [placeOf(`http://${headers.host}`), placeOf(publicUrl)].includes(origin)) return;
  refuseForeign();
}

function placeOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : '';
}

function bearerOf({ headers }: FastifyRequest): Buffer | undefined {
  const [scheme = '', token = ''] = (headers.authorization ?? '').split(' ');
  return scheme.toLowerCase() === 'bearer' ? hash(token) : undefined;
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
