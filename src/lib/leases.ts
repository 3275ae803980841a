/** Counts who still uses something, so that it can be closed when nobody does. */
import type { Clock } from './clock.ts';

/** A count of users. */
export interface Leases {
  /** One more user; calling what it gives, once, ends the use. */
  take(): () => void;
  /** Resolves when nobody uses it, at the latest after `timeoutMs` or when the signal aborts. */
  settled(timeoutMs: number, signal?: AbortSignal): Promise<void>;
}

/** Starts at nobody. */
export function createLeases(clock: Pick<Clock, 'sleep'>): Leases {
  let users = 0;
  const waiting = new Set<() => void>();
  return {
    take() {
      users += 1;
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        users -= 1;
        if (users === 0) for (const wake of waiting) wake();
      };
    },
    async settled(timeoutMs, signal) {
      if (users === 0) return;
      const done = new AbortController();
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
        clock.sleep(timeoutMs, signal ? AbortSignal.any([done.signal, signal]) : done.signal).then(resolve, resolve);
      });
      waiting.clear();
      done.abort();
    },
  };
}
