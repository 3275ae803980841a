/** Does together what is asked for while the same is being done: under load few large batches, else at once and alone. */

/** What a batcher works with. */
export interface BatcherOptions<Item, Result> {
  /** Does several; gives their results in their order. All fail when it rejects. */
  run(items: readonly Item[]): Promise<readonly Result[]>;
  /** How much an item is. */
  weightOf(item: Item): number;
  /** A batch is at most this much; an item that is more is one by itself. */
  readonly maxWeight: number;
  /** More than this does not wait. */
  readonly maxWaiting: number;
  /** Batches at the same time. */
  readonly maxRunning: number;
  /** What is thrown at what may not wait. */
  tooMany(): Error;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

/**
 * Makes a batcher; the function it gives resolves when its item is done.
 *
 * @throws what `tooMany` makes, or what `run` rejected with
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let waitingWeight = 0;
  let running = 0;

  function nextBatch(): Waiting<Item, Result>[] {
    let [count, weight] = [0, 0];
    for (const one of waiting) {
      if (count > 0 && weight + one.weight > options.maxWeight) break;
      count += 1;
      weight += one.weight;
    }
    waitingWeight -= weight;
    return waiting.splice(0, count);
  }

  async function runNext(): Promise<void> {
    running += 1;
    const batch = nextBatch();
    try {
      const results = await options.run(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (reason) {
      for (const { reject } of batch) reject(reason);
    } finally {
      running -= 1;
      if (waiting.length > 0) void runNext();
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const weight = options.weightOf(item);
      if (waiting.length > 0 && waitingWeight + weight > options.maxWaiting) {
        reject(options.tooMany());
        return;
      }
      waiting.push({ item, weight, resolve, reject });
      waitingWeight += weight;
      if (running < options.maxRunning) void runNext();
    });
}
