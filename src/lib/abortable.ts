/** Waiting together for one piece of work, leaving one by one. */

/**
 * The promise's outcome, or the signal's reason when it aborts first; the work itself goes on for the others. Also of a signal that
 * aborted before somebody hears how the work fails.
 */
export async function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const left = Promise.withResolvers<never>();
  const onAbort = () => left.reject(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, left.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Work that is done once for all who ask for it at the same time, with a deadline of its own: nobody's leaving ends it
 * for the others.
 */
export function createShared<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  timeoutMs: number,
): (signal: AbortSignal) => Promise<Result> {
  let pending: Promise<Result> | undefined;
  return async (signal) => {
    signal.throwIfAborted();
    pending ??= work(AbortSignal.timeout(timeoutMs)).finally(() => {
      pending = undefined;
    });
    return await abortable(pending, signal);
  };
}
