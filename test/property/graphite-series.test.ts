/** The way of a million points against the plain one. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect } from 'vitest';
import { inferStepMs, makeSeries, makeSortedSeries, type Sample } from '../../src/domain/series.ts';
import { makeUnit } from '../../src/domain/unit.ts';

const time = fc.integer({ min: 0, max: 1_000_000 });
const value = fc.oneof(fc.double(), fc.constant(null), fc.constant(Number.POSITIVE_INFINITY));
const samples = fc.array(fc.tuple(time, value), { maxLength: 50 });
const unit = fc.constantFrom('percent', 'ms', 'ratio', 'kibibytes').map(makeUnit);

propertyTest.prop([samples, fc.boolean(), unit], { numRuns: 1_000 })('gives the same series', (drawn, isSorted, of) => {
  const list: readonly Sample[] = isSorted ? drawn.toSorted(([a], [b]) => a - b) : drawn;
  const meta = { name: 'x', labels: {}, unit: of };
  const times = Float64Array.from(list, ([timeMs]) => timeMs);
  const values = Float64Array.from(list, ([, one]) => one ?? Number.NaN);
  expect(makeSortedSeries(meta, times, values)).toEqual(makeSeries(meta, list));
});

propertyTest.prop([fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 })], { numRuns: 1_000 })(
  'finds the most common distance, the shorter of two as common',
  (gaps) => {
    let at = 0;
    const times = [0, ...gaps.map((gap) => (at += gap))];
    const counted = [...new Set(gaps)].map((gap) => ({ gap, count: gaps.filter((one) => one === gap).length }));
    counted.sort((a, b) => b.count - a.count || a.gap - b.gap);
    expect(inferStepMs(times)).toBe(counted[0]?.gap);
  },
);
