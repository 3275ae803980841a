/** Performance data come from anybody's plugins: whatever they hold, reading ends, and what was written well is read well. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { parsePerfdata } from '../../src/lib/perfdata.ts';

const label = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter((text) => !/[\0\n\r]/.test(text));
const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });

test.prop([fc.array(fc.tuple(label, number), { maxLength: 20 })])('reads back what was written in quotes', (values) => {
  const text = values.map(([name, value]) => `'${name.replaceAll("'", "''")}'=${value}`).join(' ');
  const read = parsePerfdata(text).map((one) => [one.label, one.value]);
  expect(read).toEqual(values.map(([name, value]) => [name, Number(value.toPrecision(15))]));
});

test.prop([fc.string({ maxLength: 500, unit: 'binary' })])('gives finite numbers or none for any text', (text) => {
  const read = parsePerfdata(text);
  expect(read.every(({ value = 0, min = 0, max = 0 }) => [value, min, max].every(Number.isFinite))).toBe(true);
});
