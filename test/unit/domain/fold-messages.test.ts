import { describe, expect, it } from 'vitest';
import { foldMessages, patternOf } from '../../../src/domain/fold-messages.ts';

describe('patternOf', () => {
  it.each([
    ['timeout after 1500 ms', 'timeout after {n} ms'],
    ['took 1.25 s of 3,000', 'took {n} s of {n}'],
    ['payment refused by "Visa Europe"', 'payment refused by {…}'],
    ["cannot open 'a b.txt' here", 'cannot open {…} here'],
    ["it's done, isn't it", "it's done, isn't it"],
    ['connect to 10.0.3.17:5432 failed', 'connect to {ip} failed'],
    ['peer fe80:0:0:0:202:b3ff:fe1e:8329 gone', 'peer {ip} gone'],
    ['order 3f2504e0-4f89-11d3-9a0c-0305e82c3301 lost', 'order {id} lost'],
    ['commit 8ec2f06 at 0x7ffe12ab', 'commit {id} at {id}'],
    ['session QmFzZTY0IHRva2Vu1 closed', 'session {id} closed'],
    ['2026-11-25T10:44:01.123Z WARN slow', '{time} WARN slow'],
    ['2026-11-25 10:44:01,123 slow', '{time} slow'],
    ['GET /p2 500', 'GET /p{n} {n}'],
    ['card declined', 'card declined'],
    ['first line 1\n  at pay (pay.js:10)', 'first line {n}'],
    ['   spaced   out\ttext ', 'spaced out text'],
    ['\u0663 items', '{n} items'],
  ])('takes out what varies of %j', (message, pattern) => {
    expect(patternOf(message)).toBe(pattern);
  });
});

describe('foldMessages', () => {
  const line = (message: string, timeMs: number) => ({ message, timeMs, fields: {} });

  it('counts, the most frequent first, with the time of the first', () => {
    const lines = [line('took 5 ms', 30), line('refused', 40), line('took 7 ms', 10), line('', 5)];
    expect(foldMessages(lines)).toEqual([
      { pattern: 'took {n} ms', count: 2, firstMs: 10 },
      { pattern: 'refused', count: 1, firstMs: 40 },
    ]);
  });

  it('puts the earlier first of equally frequent ones', () => {
    expect(foldMessages([line('b', 2), line('a', 1)]).map(({ pattern }) => pattern)).toEqual(['a', 'b']);
  });
});
