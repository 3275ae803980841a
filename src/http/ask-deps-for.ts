/** What questions are answered from, for one caller: alerts, changes and who is on call only for those who may read alerts. */
import type { FastifyRequest } from 'fastify';
import type { AskDeps } from '../questions/ask.ts';
import { callerOf, scopeRefusal } from './callers.ts';

/** Gives what the caller may have; any look at what it may not have throws BotError `HTTP_FORBIDDEN`. */
export function askDepsFor(request: FastifyRequest, deps: AskDeps): AskDeps {
  const caller = callerOf(request);
  if (caller.scopes.includes('alerts')) return deps;
  const get = () => {
    throw scopeRefusal(caller, ['alerts'], 'question');
  };
  const refused = { ...(deps.record && { record: deps.record }), ...(deps.onCall && { onCall: deps.onCall }) };
  const kept = Object.entries(refused).map(([key, value]) => [key, new Proxy<object>(value, { get })]);
  return { ...deps, ...(Object.fromEntries(kept) as typeof refused) };
}
