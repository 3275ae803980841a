/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/lib/clock.ts';

/** A {@link Clock} under the control of a test. */
export interface FakeClock extends Clock {
  /** Moves the time on; sleepers due on the way wake in order, each at its own moment, and may sleep again. */
  advance(ms: number): Promise<void>;
  /** How many are asleep. */
  readonly sleepers: number;
}

interface Sleeper {
  readonly wakesMs: number;
  wake(): void;
}

/** Makes a clock that shows `startMs`. */
export function createFakeClock(startMs: number): FakeClock {
  let nowMs = startMs;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => nowMs,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          wakesMs: nowMs + ms,
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', onAbort, { once: true });
      });
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settle();
      for (;;) {
        const due = [...sleepers].sort((a, b) => a.wakesMs - b.wakesMs)[0];
        if (due === undefined || due.wakesMs > untilMs) break;
        nowMs = Math.max(nowMs, due.wakesMs);
        due.wake();
        await settle();
      }
      nowMs = untilMs;
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}

/** Lets everything run that waits for nothing but promises. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
