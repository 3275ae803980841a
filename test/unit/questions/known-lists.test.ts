import { expect, it } from 'vitest';
import { keepLists } from '../../../src/questions/known-lists.ts';

const never = new AbortController().signal;
const clockAt = (ms: number) => {
  const clock = { nowMs: ms, now: () => clock.nowMs };
  return clock;
};

it('asks a source once for all who type at the same time, and not again for a while', async () => {
  let calls = 0;
  const clock = clockAt(0);
  const valuesOf = keepLists(async () => {
    calls += 1;
    return [`web0${calls}`];
  }, clock)(5_000);
  expect(await Promise.all([valuesOf('a', 'x', never), valuesOf('a', 'x', never)])).toEqual([['web01'], ['web01']]);
  expect(await valuesOf('a', 'x', never)).toEqual(['web01']);
  expect(calls).toBe(1);
  clock.nowMs = 61_000;
  expect(await valuesOf('a', 'x', never)).toEqual(['web02']);
});

it('gives what was there before while the source is slow or fails, and leaves it alone for a moment', async () => {
  const clock = clockAt(0);
  let answer: () => Promise<readonly string[]> = async () => ['web01'];
  let calls = 0;
  const valuesOf = keepLists(() => {
    calls += 1;
    return answer();
  }, clock)(20);
  expect(await valuesOf('a', 'x', never)).toEqual(['web01']);
  clock.nowMs = 61_000;
  answer = () => Promise.reject(new Error('down'));
  expect(await valuesOf('a', 'x', never)).toEqual(['web01']);
  expect(await valuesOf('a', 'x', never)).toEqual(['web01']);
  expect(calls).toBe(2);
});

it('does not wait for a list that is late, and has it the next time', async () => {
  const slow = Promise.withResolvers<readonly string[]>();
  const valuesWithin = keepLists(() => slow.promise, clockAt(0));
  await expect(valuesWithin(5)('a', 'x', never)).rejects.toThrow('not known');
  const patient = valuesWithin(5_000)('a', 'x', never);
  slow.resolve(['web01']);
  expect(await patient).toEqual(['web01']);
  expect(await valuesWithin(5)('a', 'x', never)).toEqual(['web01']);
});
