import { expect, it } from 'vitest';
import { createSharedFlight } from '../../../src/lib/shared-flight.ts';

const never = () => new AbortController().signal;

it('works once for all who wait, and keeps the result', async () => {
  let count = 0;
  const flight = createSharedFlight(async () => `result ${++count}`);
  expect(await Promise.all([flight.get(never()), flight.get(never())])).toEqual(['result 1', 'result 1']);
  expect([await flight.get(never()), flight.known, count]).toEqual(['result 1', 'result 1', 1]);
});

it('works again after its result was forgotten, unless there is a newer one', async () => {
  let count = 0;
  const flight = createSharedFlight(async () => `result ${++count}`);
  const first = await flight.get(never());
  flight.forget(first);
  expect(await flight.get(never())).toBe('result 2');
  flight.forget(first);
  expect(flight.known).toBe('result 2');
});

it('does not keep a failure', async () => {
  let count = 0;
  const flight = createSharedFlight(async () => {
    count += 1;
    if (count === 1) throw new Error('not yet');
    return count;
  });
  await expect(flight.get(never())).rejects.toThrow('not yet');
  expect(await flight.get(never())).toBe(2);
});

it('goes on for those who stay when one leaves, and ends when nobody waits any more', async () => {
  const work = Promise.withResolvers<string>();
  let own: AbortSignal | undefined;
  const flight = createSharedFlight((signal) => {
    own = signal;
    return work.promise;
  });
  const [one, two] = [new AbortController(), new AbortController()];
  const [first, second] = [flight.get(one.signal), flight.get(two.signal)];
  one.abort(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  expect(own?.aborted).toBe(false);
  two.abort(new Error('gone too'));
  await expect(second).rejects.toThrow('gone too');
  expect(own?.aborted).toBe(true);
});
