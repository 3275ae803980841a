/** Numbers as people read them: every example of the look, and the edges around them. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import {
  formatColumn,
  formatDuration,
  formatLimit,
  formatTicks,
  formatValue,
} from '../../../src/domain/format-number.ts';
import { makeUnit } from '../../../src/domain/unit.ts';

/** With ordinary blanks, so that expectations can be read. */
const plain = (text: string) => text.replaceAll('\u202F', ' ');
const value = (number: number, unit: string) => plain(formatValue(number, makeUnit(unit)));
const ticks = (numbers: readonly number[], unit: string) => formatTicks(numbers, makeUnit(unit)).map(plain);
const column = (numbers: readonly number[], unit: string) => formatColumn(numbers, makeUnit(unit)).map(plain);

const KIB = 1024;
const MIB = KIB ** 2;
const GIB = KIB ** 3;

it.each([
  [0.04, 'percent', '0.04 %'],
  [4.4, 'percent', '4.4 %'],
  [36.1, 'percent', '36.1 %'],
  [63, 'percent', '63 %'],
  [142, 'percent', '142 %'],
  [99.97, 'percent', '99.9 %'],
  [100, 'percent', '100 %'],
  [0, 'percent', '0 %'],
  [1023, 'bytes', '1023 B'],
  [1.5 * KIB, 'bytes', '1.5 KiB'],
  [41 * GIB, 'bytes', '41 GiB'],
  [474 * GIB, 'bytes', '474 GiB'],
  [31.4 * MIB, 'bytes/s', '31.4 MiB/s'],
  [3.2e-9, 'seconds', '3.2 ns'],
  [4.2e-6, 'seconds', '4.2 µs'],
  [0.0443, 'seconds', '44.3 ms'],
  [2.34, 'seconds', '2.34 s'],
  [89, 'seconds', '89 s'],
  [600, 'seconds', '10 min'],
  [5400, 'seconds', '1.5 h'],
  [3 * 86_400, 'seconds', '3 d'],
  [0.99996, 'seconds', '1 s'],
  [0.0042, 'none', '0.0042'],
  [7.21, 'none', '7.21'],
  [154, 'none', '154'],
  [1734, 'none', '1734'],
  [17_300, 'none', '17.3 k'],
  [2_410_000, 'none', '2.41 M'],
  [8.1e9, 'none', '8.1 G'],
  [9_999.7, 'none', '10 k'],
  [-12.5, '°C', '−12.5 °C'],
  [1.02e-9, 'none', '1.02e−9'],
  [1e300, 'none', '1e300'],
  [Number.NaN, 'percent', 'no value'],
])('formats %d of %s as %s', (number, unit, expected) => {
  expect(value(number, unit)).toBe(expected);
});

it('never gives a count decimals', () => {
  expect(value(1734, 'count')).toBe('1734');
  expect(column([3, 0, 12], 'count')).toEqual(['3', '0', '12']);
});

it.each([
  [[0, 25, 50, 75, 100], 'percent', ['0', '25 %', '50 %', '75 %', '100 %']],
  [[0, GIB / 2, GIB, 1.5 * GIB], 'bytes', ['0', '0.5 GiB', '1.0 GiB', '1.5 GiB']],
  [[0, 128 * GIB, 256 * GIB], 'bytes', ['0', '128 GiB', '256 GiB']],
  [[0, GIB / 4, GIB / 2, GIB], 'bytes', ['0', '256 MiB', '512 MiB', '1024 MiB']],
  [[0, 0.2, 0.4, 1], 'seconds', ['0', '200 ms', '400 ms', '1000 ms']],
  [[0, 0.5, 1, 1.5], 'seconds', ['0', '0.5 s', '1.0 s', '1.5 s']],
  [[0, 600, 1200, 6000], 'seconds', ['0', '10 min', '20 min', '100 min']],
  [[0, 15, 30, 90], 'seconds', ['0', '15 s', '30 s', '90 s']],
  [[0, 500, 1000, 1500], 'none', ['0', '500', '1000', '1500']],
  [[0, 5000, 10_000], 'none', ['0', '5 k', '10 k']],
  [[0, 500_000, 1_000_000], 'none', ['0', '0.5 M', '1.0 M']],
  [[-128 * MIB, 0, 128 * MIB], 'bytes/s', ['−128 MiB/s', '0', '128 MiB/s']],
  [[0, 0.5e-9, 1e-9], 'none', ['0', '0.5e−9', '1.0e−9']],
])('gives the ticks %j of %s one prefix and one number of decimals', (numbers, unit, expected) => {
  expect(ticks(numbers, unit)).toEqual(expected);
});

it.each([
  [[45.4, 29, 6, 1.2], 'percent', ['45.4 %', '29.0 %', '6.0 %', '1.2 %']],
  [[0.245, 0.2, 0.131, 0.0441], 'seconds', ['245 ms', '200 ms', '131 ms', '44 ms']],
  [[1734, 142.4, 4.31], 'none', ['1734', '142', '4.3']],
  [[7.21, 0.6, 0.004], 'none', ['7.21', '0.60', '0.004']],
])('aligns the column %j of %s by its largest value', (numbers, unit, expected) => {
  expect(column(numbers, unit)).toEqual(expected);
});

it('formats a limit in the unit of the ticks with its own decimals', () => {
  const limit = (number: number, axis: readonly number[], unit: string) =>
    plain(formatLimit(number, axis, makeUnit(unit)));
  expect(limit(26.6, [16, 18, 20], '°C')).toBe('26.6 °C');
  expect(limit(0.5, [0, 0.2, 0.4], 'seconds')).toBe('500 ms');
  expect(limit(475 * GIB, [0, 128 * GIB], 'bytes')).toBe('475 GiB');
  expect(limit(95, [0, 25, 50], 'percent')).toBe('95 %');
});

it.each([
  [10_000, '10 s'],
  [60_000, '1 min'],
  [240_000, '4 min'],
  [100, '100 ms'],
  [4 * 3_600_000, '4 h'],
  [7 * 86_400_000, '7 d'],
])('says %d ms as %s', (ms, expected) => {
  expect(plain(formatDuration(ms))).toBe(expected);
});

const UNITS = ['percent', 'bytes', 'bytes/s', 'bits/s', 'seconds', 'none', 'count', '°C', 'req/s'];
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

propertyTest.prop([finite, fc.constantFrom(...UNITS)], { numRuns: 2_000 })(
  'says every finite number in at most 14 characters with a digit in it',
  (number, unit) => {
    const text = value(number, unit);
    expect(text).toMatch(/\d/);
    expect(text).not.toMatch(/NaN|Infinity|undefined|e\+/);
    expect(text.length).toBeLessThanOrEqual(14);
  },
);

propertyTest.prop([fc.double({ min: 99.5, max: 100, maxExcluded: true, noNaN: true })])(
  'never shows a share below 100 % as 100 %',
  (number) => {
    expect(value(number, 'percent')).not.toBe('100 %');
  },
);

propertyTest.prop([fc.array(finite, { minLength: 1, maxLength: 8 }), fc.constantFrom(...UNITS)])(
  'gives a column a text for every value',
  (numbers, unit) => {
    const texts = column(numbers, unit);
    expect(texts).toHaveLength(numbers.length);
    for (const text of texts) expect(text).toMatch(/^−?\d/);
  },
);
