/** Failures that come again and again, in the log: one line each, and the same again only once in a while. */
import { toBotError } from '../domain/errors.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** What fails for a whole night is said so often. */
const SAY_AGAIN_MS = 10 * 60_000;

/** Logs a failure with its code and why; its stack only at `debug`, but for a fault of ours. */
export type FailureLog = (thrown: unknown, fields?: object) => void;

/** Makes one for failures of one thing; `message` is what the log says of them. */
export function createFailureLog(
  message: string,
  level: 'warn' | 'error',
  { log, clock }: { readonly log: Pick<Log, 'warn' | 'error' | 'debug'>; readonly clock: Pick<Clock, 'now'> },
): FailureLog {
  let told: { readonly code: string; readonly atMs: number } | undefined;
  return (thrown, fields = {}) => {
    const { code, message: why } = toBotError(thrown);
    const isOurs = code === 'INTERNAL';
    const isTold = told?.code === code && clock.now() - told.atMs < SAY_AGAIN_MS;
    if (!isTold) {
      told = { code, atMs: clock.now() };
      log[level]({ code, ...(isOurs ? { err: thrown } : { why }), ...fields }, message);
    }
    if (isTold || !isOurs) log.debug({ code, err: thrown, ...fields }, message);
  };
}
