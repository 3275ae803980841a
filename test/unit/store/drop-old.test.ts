import { expect, it } from 'vitest';
import { dropOld } from '../../../src/store/drop-old.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';

/** A table with so many old rows, and how many each statement found. */
function tableOf(rows: number) {
  const batches: number[] = [];
  let left = rows;
  const query = async (statement: string) => {
    const count = Math.min(left, Number(/LIMIT (\d+)/.exec(statement)?.[1]));
    left -= count;
    batches.push(count);
    return [{ count }];
  };
  return { query, batches };
}

const OLD = ['things', 'id', 'seen_ms < $1'] as const;

it('deletes a little at a time and lets others have their turn in between', async () => {
  const clock = createFakeClock(0);
  const { query, batches } = tableOf(2_500);
  const dropping = dropOld(OLD, query, 5, clock, new AbortController().signal);
  await clock.advance(0);
  expect(batches).toEqual([1_000]);
  await clock.advance(1_000);
  expect(await dropping).toBe(2_500);
  expect(batches).toEqual([1_000, 1_000, 500]);
});

it('goes no further when the store closes', async () => {
  const clock = createFakeClock(0);
  const { query, batches } = tableOf(10_000);
  const closing = new AbortController();
  const dropping = dropOld(OLD, query, 5, clock, closing.signal);
  await clock.advance(0);
  closing.abort();
  expect(await dropping).toBe(1_000);
  expect(batches).toEqual([1_000]);
});
