/** Work with things that become ready in any order, done in theirs as far as that holds nothing up for long. */
import type { Clock } from '../lib/clock.ts';

/** What is ready waits so long for the one before it. */
const ORDER_WAIT_MS = 5_000;

/**
 * Does `work` with each when it is ready and the one before it is done, has failed, or was waited for long enough. All are tried.
 *
 * @throws the first error, or the signal's reason
 */
export async function inOrder<Item>(
  items: readonly Promise<Item>[],
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let last: Promise<unknown> | undefined;
  const all = items.map((item, index) => {
    const before = last;
    const done = (async () => {
      const ready = await item;
      if (before) await settledSoon(before, clock, signal);
      await work(ready, index);
    })();
    last = done;
    return done;
  });
  const failed = (await Promise.allSettled(all)).find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Waits until it has come to an end, but not for long. */
async function settledSoon(before: Promise<unknown>, clock: Pick<Clock, 'sleep'>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([
      Promise.allSettled([before]),
      clock.sleep(ORDER_WAIT_MS, AbortSignal.any([signal, over.signal])),
    ]);
  } finally {
    over.abort();
  }
}
