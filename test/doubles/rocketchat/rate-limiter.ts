/** Meteor's rate limiter: fixed windows, started by the clock and not by the first call. */
import type { Clock } from '../../../src/lib/clock.ts';

/** How many calls in how long. */
export interface Rule {
  readonly calls: number;
  readonly windowMs: number;
}

/** What one call came to. */
interface Verdict {
  readonly isAllowed: boolean;
  readonly left: number;
  /** ms until the window ends. */
  readonly resetMs: number;
}

/** Counts calls by key under one rule; all keys of the rule begin anew together. */
export interface RateLimiter {
  readonly rule: Rule;
  count(key: string): Verdict;
}

/** Starts a limiter; its first window begins now. */
export function createRateLimiter(rule: Rule, clock: Clock): RateLimiter {
  const counts = new Map<string, number>();
  let sinceMs = clock.now();
  return {
    rule,
    count(key) {
      if (clock.now() - sinceMs > rule.windowMs) {
        counts.clear();
        sinceMs = clock.now();
      }
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      const resetMs = sinceMs + rule.windowMs - clock.now();
      return { isAllowed: count <= rule.calls, left: Math.max(0, rule.calls - count), resetMs };
    },
  };
}
