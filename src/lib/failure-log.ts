/** Failures that come again and again, in the log: one line each, and the same again only once in a while. */
import { toBotError } from '../domain/errors.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** What fails for a whole night is said so often. */
const SAY_AGAIN_MS = 10 * 60_000;
/** Failures that are told apart; one thing has fewer ways to fail, but faults of ours may each have words of their own. */
const TOLD_MAX = 20;

/** What is logged of the failures of one thing. */
export interface FailureLog {
  /** Logs a failure with its code and why; its stack only at `debug`, but for a fault of ours. */
  tell(thrown: unknown, fields?: object): void;
  /** The thing has worked for a while: whatever fails after that is news. */
  forget(): void;
}

/** Makes one; `message` is what the log says of each failure. */
export function createFailureLog(
  message: string,
  level: 'warn' | 'error',
  { log, clock }: { readonly log: Pick<Log, 'warn' | 'error' | 'debug'>; readonly clock: Pick<Clock, 'now'> },
): FailureLog {
  /** When each was told, the oldest first. */
  const toldMs = new Map<string, number>();
  const isTold = (key: string) => clock.now() - (toldMs.get(key) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_MS;
  const note = (key: string) => {
    toldMs.delete(key);
    toldMs.set(key, clock.now());
    const [oldest] = toldMs.keys();
    if (toldMs.size > TOLD_MAX && oldest !== undefined) toldMs.delete(oldest);
  };
  return {
    tell(thrown, fields = {}) {
      const { code, message: why } = toBotError(thrown);
      const isOurs = code === 'INTERNAL';
      const key = isOurs && thrown instanceof Error ? `${code} ${thrown.message}` : code;
      const isKnown = isTold(key);
      if (!isKnown) {
        note(key);
        log[level]({ code, ...(isOurs ? { err: thrown } : { why }), ...fields }, message);
      }
      if (isKnown || !isOurs) log.debug({ code, err: thrown, ...fields }, message);
    },
    forget: () => toldMs.clear(),
  };
}
