/** What a test can break: the next answers, events, connections. */
import type { Clock } from '../../../src/lib/clock.ts';

/** A failure to serve instead of an answer. */
export interface Failing {
  /** Matches when the request's path ends with or contains it; left out, every path. */
  readonly path?: string;
  readonly status: number;
  /** Sent as JSON, or as it is with `html`. */
  readonly body?: unknown;
  readonly html?: boolean;
  /** How many requests fail so, 1 unless said. */
  readonly times?: number;
}

/** How a body is cut: JSON that ends early, or a connection that does. */
export type Truncation = 'json' | 'reset';

/** What is to happen to one request. */
type HttpFault =
  | { readonly kind: 'fail'; readonly failing: Failing }
  | { readonly kind: 'rate-limit'; readonly resetMs: number }
  | { readonly kind: 'truncate'; readonly how: Truncation }
  | { readonly kind: 'slow-upload'; readonly ms: number };

/** Faults that wait for their moment. */
export interface Faults {
  add(fault: HttpFault, path?: string, times?: number): void;
  /** Takes the first waiting fault of a kind for this path. */
  take<K extends HttpFault['kind']>(kind: K, path: string): Extract<HttpFault, { kind: K }> | undefined;
  /** Delays every answer of matching paths, and every method and subscription of that name; 0 ends it. */
  delay(ms: number, path?: string): void;
  /** Waits as long as {@link Faults.delay} says for a path or name. */
  wait(name: string, clock: Clock): Promise<void>;
  /** Refuses every connection until the promise settles. */
  refuse(until: Promise<unknown>): void;
  readonly isRefusing: boolean;
  duplicateNextEvent: boolean;
  swapNextEvents: boolean;
}

/** Starts with nothing broken. */
export function createFaults(): Faults {
  const waiting: { fault: HttpFault; path: string | undefined; left: number }[] = [];
  const delays = new Map<string, number>();
  let refusals = 0;
  const matches = (path: string | undefined, name: string) => path === undefined || name.includes(path);
  return {
    duplicateNextEvent: false,
    swapNextEvents: false,
    add: (fault, path, times = 1) => waiting.push({ fault, path, left: times }),
    take(kind, path) {
      const found = waiting.find((entry) => entry.fault.kind === kind && matches(entry.path, path));
      if (found === undefined) return undefined;
      found.left -= 1;
      if (found.left <= 0) waiting.splice(waiting.indexOf(found), 1);
      return found.fault as never;
    },
    delay(ms, path = '') {
      if (ms === 0) delays.delete(path);
      else delays.set(path, ms);
    },
    async wait(name, clock) {
      const ms = Math.max(0, ...[...delays].filter(([path]) => name.includes(path)).map(([, each]) => each));
      if (ms > 0) await clock.sleep(ms);
    },
    refuse(until) {
      refusals += 1;
      const end = () => {
        refusals -= 1;
      };
      until.then(end, end);
    },
    get isRefusing() {
      return refusals > 0;
    },
  };
}
