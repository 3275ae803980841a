import { expect, it } from 'vitest';
import { type BatcherOptions, createBatcher } from '../../../src/lib/batcher.ts';

/** A batcher whose batches end when a test says so. */
function setScene(options: Partial<BatcherOptions<number, string>> = {}) {
  const batches: { readonly items: readonly number[]; end(failure?: Error): void }[] = [];
  const add = createBatcher<number, string>({
    run: (items) =>
      new Promise((resolve, reject) => {
        const end = (failure?: Error) => (failure ? reject(failure) : resolve(items.map((item) => `did ${item}`)));
        batches.push({ items, end });
      }),
    weightOf: (item) => item,
    maxWeight: 10,
    maxWaiting: 20,
    maxRunning: 1,
    tooMany: () => new Error('too many'),
    ...options,
  });
  return { batches, add, itemsOf: () => batches.map(({ items }) => items) };
}

it('does one at once, what comes meanwhile together, and gives each its own', async () => {
  const { batches, add, itemsOf } = setScene();
  const all = [add(1), add(2), add(3)];
  expect(itemsOf()).toEqual([[1]]);
  batches[0]?.end();
  expect(await all[0]).toBe('did 1');
  expect(itemsOf()).toEqual([[1], [2, 3]]);
  batches[1]?.end();
  expect(await Promise.all(all)).toEqual(['did 1', 'did 2', 'did 3']);
});

it('makes no batch heavier than it may be, and lets a heavier item be one by itself', async () => {
  const { batches, add, itemsOf } = setScene({ maxWaiting: 100 });
  const all = [1, 6, 4, 50, 2, 8, 1].map(add);
  for (let index = 0; index < 5; index += 1) {
    batches[index]?.end();
    await new Promise((wake) => setImmediate(wake));
  }
  expect(itemsOf()).toEqual([[1], [6, 4], [50], [2, 8], [1]]);
  expect((await Promise.all(all)).length).toBe(7);
});

it('runs as many batches at once as it may', () => {
  const { add, itemsOf } = setScene({ maxRunning: 2 });
  for (const item of [1, 2, 3, 4]) void add(item);
  expect(itemsOf()).toEqual([[1], [2]]);
});

it('fails those of a batch that failed, and does the next all the same', async () => {
  const { batches, add } = setScene();
  const all = [add(1), add(2)];
  batches[0]?.end(new Error('broken'));
  await expect(all[0]).rejects.toThrow('broken');
  batches[1]?.end();
  expect(await all[1]).toBe('did 2');
});

it('refuses what would make too much wait, and takes more when there is room', async () => {
  const { batches, add } = setScene();
  const all = [add(9), add(9), add(9)];
  await expect(add(5)).rejects.toThrow('too many');
  batches[0]?.end();
  await all[0];
  const late = add(5);
  for (const index of [1, 2, 3]) {
    batches[index]?.end();
    await new Promise((wake) => setImmediate(wake));
  }
  expect(await late).toBe('did 5');
});
