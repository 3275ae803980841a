import { expect, it } from 'vitest';
import { createShared } from '../../../src/lib/abortable.ts';

it('does the work once for all who wait, and anew afterwards', async () => {
  let runs = 0;
  const shared = createShared(async () => ++runs, 1_000);
  const never = new AbortController().signal;
  expect(await Promise.all([shared(never), shared(never)])).toEqual([1, 1]);
  expect(await shared(never)).toBe(2);
});

it('lets one who leaves go without ending the work for the others', async () => {
  const gate = Promise.withResolvers<string>();
  const shared = createShared(() => gate.promise, 1_000);
  const leaving = new AbortController();
  const one = shared(leaving.signal);
  const other = shared(new AbortController().signal);
  leaving.abort(new Error('gone'));
  await expect(one).rejects.toThrow('gone');
  gate.resolve('done');
  expect(await other).toBe('done');
});

it('passes a failure on and tries again the next time', async () => {
  let runs = 0;
  const shared = createShared(async () => {
    runs += 1;
    if (runs === 1) throw new Error('first');
    return runs;
  }, 1_000);
  const never = new AbortController().signal;
  await expect(shared(never)).rejects.toThrow('first');
  expect(await shared(never)).toBe(2);
});

it('begins no work for one who has left already', async () => {
  let runs = 0;
  const shared = createShared(async () => {
    runs += 1;
    throw new Error('nobody hears this');
  }, 1_000);
  await expect(shared(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  expect(runs).toBe(0);
});
