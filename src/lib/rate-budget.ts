/** A budget of calls that several processes share. */
import type { Clock } from './clock.ts';

/** Counts calls for all processes that share one store. */
export interface RateBudget {
  /**
   * Takes one call of `key`, of which `limit` are allowed per `windowMs`.
   *
   * @returns 0 when it may be made now, else how many ms to wait before asking again
   */
  take(key: string, limit: number, windowMs: number): Promise<number>;
  /** Notes that the platform refused: nobody calls `key` for `ms`. */
  block(key: string, ms: number): Promise<void>;
}

/** Keys kept by a local budget; a key is a route of a server, of which there are some dozens. */
const MAX_KEYS = 1_000;

/**
 * A budget for one process without a store: the terminal, tests.
 *
 * Counts the calls of the last `windowMs` (sliding), so it never allows more than a server with fixed windows does.
 */
export function createLocalRateBudget(clock: Clock): RateBudget {
  const taken = new Map<string, number[]>();
  const blockedUntil = new Map<string, number>();
  return {
    async take(key, limit, windowMs) {
      const nowMs = clock.now();
      const waitMs = (blockedUntil.get(key) ?? 0) - nowMs;
      if (waitMs > 0) return Math.ceil(waitMs);
      blockedUntil.delete(key);
      const recent = (taken.get(key) ?? []).filter((timeMs) => timeMs > nowMs - windowMs);
      const oldest = recent.at(-limit);
      if (oldest !== undefined) return Math.max(1, Math.ceil(oldest + windowMs - nowMs));
      recent.push(nowMs);
      taken.delete(key);
      taken.set(key, recent);
      dropOldest(taken);
      return 0;
    },
    async block(key, ms) {
      blockedUntil.set(key, Math.max(blockedUntil.get(key) ?? 0, clock.now() + ms));
      dropOldest(blockedUntil);
    },
  };
}

function dropOldest(map: Map<string, unknown>): void {
  const oldest = map.keys().next();
  if (map.size > MAX_KEYS && !oldest.done) map.delete(oldest.value);
}
