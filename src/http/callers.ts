/** Who calls: a local program, the bearer of a token, a person that a trusted proxy names; and what they may do. */
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../config/scopes.ts';
import { BotError } from '../domain/errors.ts';

/** Who sent a request. */
export interface Caller {
  /** `local`: any program of this machine; `unknown`: where nobody needs to be known. */
  readonly kind: 'local' | 'token' | 'user' | 'unknown';
  /** Of the token, or the person's own. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Whether it is a program of this machine that needs no credentials, whatever it gave. */
  readonly isLocal?: boolean;
}

const callers = new WeakMap<object, Caller>();

/** Where nobody was made out. */
const UNKNOWN: Caller = { kind: 'unknown', name: 'anonymous', scopes: [] };

/** Keeps who sent a request. */
export function rememberCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Who sent a request. */
export function callerOf(request: FastifyRequest): Caller {
  return callers.get(request) ?? UNKNOWN;
}

/** Says to a caller which scopes it lacks. */
export function scopeRefusal({ kind, name }: Caller, asked: readonly Scope[], what: 'address' | 'question'): BotError {
  const who = kind === 'token' ? `The token ${name}` : name;
  const wanted = asked.map((scope) => `\`${scope}\``).join(' or ');
  return new BotError('HTTP_FORBIDDEN', `${who} has no scope ${wanted}, which this ${what} asks for.`);
}

/** Which scopes a route asks for, of which one is enough; none where its tools ask by themselves, and to sign out. */
export function scopesOf(route: string): readonly Scope[] {
  if (route === '/mcp' || route === '/session/end') return [];
  if (route === '/metrics') return ['metrics'];
  if (route === '/api/backup') return ['admin'];
  if (/^\/(?:alerts|api\/(?:alerts|changes|demo))(?:\/|$)/.test(route)) return ['alerts'];
  if (/^\/(?:|api\/ask|api\/explain|api\/complete|render)$/.test(route)) return ['ask'];
  if (/^\/(?:api\/)?answers\//.test(route)) return ['ask', 'read'];
  return ['read'];
}
