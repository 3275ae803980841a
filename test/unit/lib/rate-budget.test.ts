import { expect, it } from 'vitest';
import { createLocalRateBudget } from '../../../src/lib/rate-budget.ts';
import { createManualClock } from '../../doubles/rocketchat/manual-clock.ts';

it('never allows more than the limit in any window, and says how long to wait', async () => {
  const clock = createManualClock();
  const budget = createLocalRateBudget(clock);
  const take = () => budget.take('route', 2, 1_000);
  expect([await take(), await take()]).toEqual([0, 0]);
  await clock.advance(400);
  expect(await take()).toBe(600);
  await clock.advance(600);
  expect([await take(), await take()]).toEqual([0, 0]);
  expect(await take()).toBe(1_000);
});

it('counts keys apart and blocks one for as long as it is told', async () => {
  const clock = createManualClock();
  const budget = createLocalRateBudget(clock);
  await budget.block('a', 5_000);
  await budget.block('a', 1_000);
  expect(await budget.take('a', 10, 1_000)).toBe(5_000);
  expect(await budget.take('b', 10, 1_000)).toBe(0);
  await clock.advance(5_000);
  expect(await budget.take('a', 10, 1_000)).toBe(0);
});
