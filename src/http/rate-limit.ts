/** No caller may keep the bot from the others: so many requests a minute each. Hooks and health are never refused. */
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { BotError } from '../domain/errors.ts';
import { callerOf } from './callers.ts';

/** Callers that are told apart at once; those that were not heard of for longest are forgotten. */
const CALLERS_MAX = 5_000;
const WINDOW_MS = 60_000;
/** Senders take no 429 for an answer (they drop the alert), and orchestrators restart what is not healthy. */
const FREE_ROUTE = /^\/(?:hooks|changes|assets)\/|^\/(?:healthz|readyz)$/;

/** Installs the limit for all routes that are registered later; programs of this machine are not counted. */
export async function installRateLimit(app: FastifyInstance, perMinute: number): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: WINDOW_MS,
    cache: CALLERS_MAX,
    keyGenerator: (request) => {
      const { kind, name } = callerOf(request);
      return kind === 'unknown' ? `address/${request.socket.remoteAddress}` : `${kind}/${name}`;
    },
    allowList: (request) => callerOf(request).isLocal === true || FREE_ROUTE.test(request.routeOptions.url ?? ''),
    errorResponseBuilder: (_request, { after }) =>
      new BotError('HTTP_RATE_LIMITED', `That is more than ${perMinute} requests in a minute; try again in ${after}.`),
  });
}
