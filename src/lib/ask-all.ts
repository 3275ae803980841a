/** Asks several things at once, but not all: the first failure ends the others, as half an answer would be a wrong one. */

/** A question may not occupy all of a server's places for queries. */
const AT_ONCE = 4;

/** The results in the order of the items. @throws what the first failing one throws */
export async function askAll<Item, Result>(
  items: readonly Item[],
  ask: (item: Item, signal: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const aborter = new AbortController();
  const both = AbortSignal.any([signal, aborter.signal]);
  async function work(): Promise<void> {
    while (next < items.length) {
      const at = next++;
      results[at] = await ask(items[at] as Item, both);
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  } finally {
    aborter.abort();
  }
  return results;
}
