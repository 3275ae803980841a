import { expect, it } from 'vitest';
import { expandAll } from '../../../src/queries/expand.ts';

const asIs = (value: string) => value;

it('gives a text for each combination of values, each once, in the order of the values', () => {
  expect(expandAll('${host}', { host: ['b', 'a', 'b'] }, asIs, 10)).toEqual(['b', 'a']);
  expect(expandAll('${host}/${disk:upper}', { host: ['a', 'b'], disk: ['x', 'y'] }, asIs, 10)).toEqual([
    'a/X',
    'a/Y',
    'b/X',
    'b/Y',
  ]);
  expect(expandAll('plain $${x}', {}, asIs, 1)).toEqual(['plain ${x}']);
});

it('refuses more than there may be, and a name without a value', () => {
  const many = Array.from({ length: 11 }, (_, index) => `web${index}`);
  expect(() => expandAll('${host}', { host: many }, asIs, 10)).toThrow(
    expect.objectContaining({ code: 'SOURCE_TOO_MUCH' }),
  );
  expect(() => expandAll('${host}', { host: [] }, asIs, 10)).toThrow(
    expect.objectContaining({ code: 'ASK_MISSING_ARGUMENT' }),
  );
});
