/** Measures work that may fail. */
import { BotError, type ErrorCode } from '../domain/errors.ts';

/**
 * Does the work and tells how long it took, in seconds, and with which code it failed; a caller that gave up is no failure.
 * What the work gives or throws passes through.
 */
export async function timed<Result>(
  work: () => Promise<Result>,
  tell: (seconds: number, code?: ErrorCode) => void,
): Promise<Result> {
  const begunMs = performance.now();
  const seconds = () => (performance.now() - begunMs) / 1000;
  try {
    const result = await work();
    tell(seconds());
    return result;
  } catch (thrown) {
    tell(seconds(), codeOf(thrown));
    throw thrown;
  }
}

/** The code of a failure; none of an abort. */
function codeOf(thrown: unknown): ErrorCode | undefined {
  if (thrown instanceof BotError) return thrown.code;
  return thrown instanceof DOMException ? undefined : 'INTERNAL';
}
