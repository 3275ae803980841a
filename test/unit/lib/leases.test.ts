import { expect, it } from 'vitest';
import { createLeases } from '../../../src/lib/leases.ts';
import { createTurns } from '../../../src/lib/turns.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';

it('is settled when the last user has left, however often each says so', async () => {
  const clock = createFakeClock(0);
  const leases = createLeases(clock);
  await leases.settled(1_000);
  const [first, second] = [leases.take(), leases.take()];
  let isSettled = false;
  const settled = leases.settled(10_000).then(() => {
    isSettled = true;
  });
  first();
  first();
  await clock.advance(5_000);
  expect(isSettled).toBe(false);
  second();
  await settled;
  expect(clock.sleepers).toBe(0);
});

it('waits no longer than it is told to', async () => {
  const clock = createFakeClock(0);
  const leases = createLeases(clock);
  leases.take();
  const settled = leases.settled(1_000);
  await clock.advance(1_000);
  await settled;
});

it('waits no longer than somebody has patience', async () => {
  const clock = createFakeClock(0);
  const leases = createLeases(clock);
  leases.take();
  const patience = new AbortController();
  const settled = leases.settled(1_000, patience.signal);
  patience.abort();
  await settled;
  expect(clock.sleepers).toBe(0);
});

it('lets work have its turn after what failed before it', async () => {
  const inTurn = createTurns();
  const order: string[] = [];
  const first = inTurn(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    order.push('first');
    throw new Error('no');
  });
  const second = inTurn(async () => order.push('second'));
  await expect(first).rejects.toThrow('no');
  await second;
  expect(order).toEqual(['first', 'second']);
});
