/** Stops two bots that answer each other for ever. */
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { Clock } from '../../lib/clock.ts';

/** Lets people pass, stops what writes faster than people. */
export interface LoopGuard {
  /** Counts a message of `key` (room and user); false when there were too many in the last minute. */
  pass(key: string): boolean;
}

/** One a second for a minute: nobody types so, and a loop is slowed to what a room can bear. */
const MAX_PER_MINUTE = 60;
const MINUTE_MS = 60_000;
const MAX_KEYS = 2_000;

/** Makes a guard that has seen nothing. */
export function createLoopGuard(clock: Clock): LoopGuard {
  const windows = createBoundedMap<string, { readonly startMs: number; count: number }>(MAX_KEYS);
  return {
    pass(key) {
      const nowMs = clock.now();
      const open = windows.get(key);
      const window = open && nowMs - open.startMs < MINUTE_MS ? open : { startMs: nowMs, count: 0 };
      window.count += 1;
      windows.set(key, window);
      return window.count <= MAX_PER_MINUTE;
    },
  };
}
