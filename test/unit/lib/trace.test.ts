import { expect, it } from 'vitest';
import { currentTrace, newTrace, traceFor, traceOf, traceparentOf, withTrace } from '../../../src/lib/trace.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

it.each([
  [`00-${ID}-00f067aa0ba902b7-01`, ID],
  [`cc-${ID}-00f067aa0ba902b7-01-what-the-future-will-be-like`, ID],
  [`ff-${ID}-00f067aa0ba902b7-01`, undefined],
  [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
  [`00-${ID}-${'0'.repeat(16)}-01`, undefined],
  [`00-${ID.toUpperCase()}-00f067aa0ba902b7-01`, undefined],
  [`00-${ID}-00f067aa0ba902b7-01x`, undefined],
  ['', undefined],
  [undefined, undefined],
])('reads %s as the id %s', (header, id) => {
  expect(traceOf(header)).toBe(id);
});

it('gives headers that it reads itself', () => {
  for (const id of [newTrace(), traceFor('team', 'room', 'message'), `${'a'.repeat(16)}${'0'.repeat(16)}`]) {
    expect(traceOf(traceparentOf(id))).toBe(id);
  }
});

it('has an id in what is done under it, and in nothing else', async () => {
  expect(currentTrace()).toBeUndefined();
  await withTrace(ID, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    expect(currentTrace()).toBe(ID);
  });
  expect(currentTrace()).toBeUndefined();
});

it('tells things apart whose names joined are the same', () => {
  expect(traceFor('a', 'bc')).not.toBe(traceFor('ab', 'c'));
});
