/** A clock that a test moves: heartbeats and rate windows without waiting. */
import type { Clock } from '../../../src/lib/clock.ts';

/** A {@link Clock} that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves the time, waking sleepers in their order. Resolves when what they woke has run. */
  advance(ms: number): Promise<void>;
  /** How many wait at this moment: to know that something has begun to. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly wakeMs: number;
  readonly wake: () => void;
}

/** Starts a clock at `nowMs`, by default 2026-11-25 12:00 UTC. */
export function createManualClock(nowMs = Date.UTC(2026, 10, 25, 12)): ManualClock {
  let now = nowMs;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => now,
    get sleepers() {
      return sleepers.size;
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = { wakeMs: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', () => {
          if (sleepers.delete(sleeper)) reject(signal.reason);
        });
      }),
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...sleepers].filter(({ wakeMs }) => wakeMs <= until).sort((a, b) => a.wakeMs - b.wakeMs);
        if (next === undefined) break;
        sleepers.delete(next);
        now = Math.max(now, next.wakeMs);
        next.wake();
        await new Promise((resolve) => setImmediate(resolve));
      }
      now = until;
    },
  };
}
