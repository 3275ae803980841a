import { expect, it } from 'vitest';
import { createBoundedMap } from '../../../src/lib/bounded-map.ts';
import { createKeyedQueue } from '../../../src/lib/keyed-queue.ts';

it('runs tasks of one key in order, also after one that failed, and other keys beside them', async () => {
  const queue = createKeyedQueue();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queue.run('a', async () => {
    await gate.promise;
    log.push('a1');
    throw new Error('a1 failed');
  });
  const second = queue.run('a', async () => log.push('a2'));
  await queue.run('b', async () => log.push('b1'));
  gate.resolve();
  await expect(first).rejects.toThrow('a1 failed');
  await second;
  expect(log).toEqual(['b1', 'a1', 'a2']);
});

it('forgets what was used least recently', () => {
  const map = createBoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.has('a'), map.has('b'), map.has('c'), map.size]).toEqual([true, false, true, 2]);
  map.delete('a');
  expect(map.get('a')).toBeUndefined();
});
