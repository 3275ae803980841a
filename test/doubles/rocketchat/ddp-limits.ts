/** The rate limits of the realtime API, per connection and name. */
import type { Clock } from '../../../src/lib/clock.ts';
import { meteorError, TEXTS } from './failure.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';

const METHODS = { calls: 10, windowMs: 10_000 };
/** Names that begin with `stream-`, methods and subscriptions alike: the web client opens many at once. */
const STREAMS = { calls: 40, windowMs: 40_000 };

/**
 * Makes the limits of one connection.
 *
 * @returns counts a call of a name; throws Failure `too-many-requests` with `details.timeToReset` in ms
 */
export function createDdpLimits(clock: Clock): (name: string) => void {
  const limiters = new Map<string, RateLimiter>();
  return (name) => {
    const rule = name.startsWith('stream-') ? STREAMS : METHODS;
    const limiter = limiters.get(name) ?? createRateLimiter(rule, clock);
    limiters.set(name, limiter);
    const { isAllowed, resetMs } = limiter.count(name);
    if (isAllowed) return;
    throw meteorError('too-many-requests', TEXTS.tooManyDdp(Math.ceil(resetMs / 1000)), { timeToReset: resetMs });
  };
}
