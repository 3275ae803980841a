/** Who calls: a local program, the bearer of a token, a person that a trusted proxy names; and what they may do. */
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../config/scopes.ts';

/** Who sent a request. */
export interface Caller {
  /** `local`: any program of this machine; `unknown`: where nobody needs to be known. */
  readonly kind: 'local' | 'token' | 'user' | 'unknown';
  /** Of the token, or the person's own. */
  readonly name: string;
  readonly scopes: readonly Scope[];
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

/** What a path asks of its caller; nothing where tools of the path ask by themselves. */
export function scopeOf(path: string): Scope | undefined {
  if (path === '/mcp') return undefined;
  if (path === '/metrics') return 'metrics';
  if (path === '/api/backup') return 'admin';
  if (/^\/api\/(?:alerts|changes|demo)(?:\/|$)/.test(path)) return 'alerts';
  if (/^\/(?:|api\/ask|api\/explain|api\/complete|render)$/.test(path)) return 'ask';
  return 'read';
}
