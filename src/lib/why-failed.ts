/** Why something failed, in words: a time that was over is told apart from a fault of ours. */
import { toBotError } from '../domain/errors.ts';
import { isDeadline } from './clock.ts';

/** The words of a failure; `late` where the time that it had was over. */
export function whyFailed(thrown: unknown, late: string): string {
  return isLate(thrown) ? late : toBotError(thrown).message;
}

/** Whether something failed because its deadline passed; what says so in words of its own is an error of its own. */
export function isLate(thrown: unknown): boolean {
  const { code, cause } = toBotError(thrown);
  return code === 'INTERNAL' && (isDeadline(cause) || (cause instanceof Error && isDeadline(cause.cause)));
}
