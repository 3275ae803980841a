/** Something that is worked out once for all who want it at the same time, and kept: a login, the version of a server. */

import { abortable } from './abortable.ts';

/** Waits for what is shared. */
export interface SharedFlight<Result> {
  /**
   * What was worked out, or is being worked out. Work ends when nobody waits for it any more; a failure is not kept.
   *
   * @throws the signal's reason, or what the work throws
   */
  get(signal: AbortSignal): Promise<Result>;
  /** Forgets the result, if it still is this one. */
  forget(result: Result): void;
  /** The result, when there is one already. */
  readonly known: Result | undefined;
}

interface Flight<Result> {
  readonly promise: Promise<Result>;
  readonly aborter: AbortController;
  waiters: number;
}

/** Makes one with nothing worked out yet. */
export function createSharedFlight<Result>(work: (signal: AbortSignal) => Promise<Result>): SharedFlight<Result> {
  let kept: { readonly result: Result } | undefined;
  let flight: Flight<Result> | undefined;

  function start(): Flight<Result> {
    const aborter = new AbortController();
    const own: Flight<Result> = {
      aborter,
      waiters: 0,
      promise: work(aborter.signal).then(
        (result) => {
          kept = { result };
          if (flight === own) flight = undefined;
          return result;
        },
        (thrown) => {
          if (flight === own) flight = undefined;
          throw thrown;
        },
      ),
    };
    own.promise.catch(() => undefined); // those who wait are told; there may be none left
    flight = own;
    return own;
  }

  return {
    async get(signal) {
      signal.throwIfAborted();
      if (kept) return kept.result;
      const own = flight ?? start();
      own.waiters += 1;
      try {
        return await abortable(own.promise, signal);
      } finally {
        own.waiters -= 1;
        if (own.waiters === 0 && flight === own) {
          flight = undefined; // who comes now must not wait for work that was given up
          own.aborter.abort(signal.reason);
        }
      }
    },
    forget(result) {
      if (kept?.result === result) kept = undefined;
    },
    get known() {
      return kept?.result;
    },
  };
}
