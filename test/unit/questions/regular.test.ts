/** Values that come regularly, and more rarely than was asked for. */
import { expect, it } from 'vitest';
import type { SeriesFrame } from '../../../src/domain/frame.ts';
import { makeSeries } from '../../../src/domain/series.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { withRegularSteps } from '../../../src/questions/regular.ts';
import { NOW_MS, ZONE } from './world.ts';

const STEP = 15_000;
const AS_LINES = { consolidate: 'average', looks: {} } as const;

/** Of 120 moments those that have a value. */
function frameOf(hasValue: (index: number) => boolean): SeriesFrame {
  const samples = Array.from({ length: 120 }, (_, index) => [index * STEP, hasValue(index) ? index : null] as const);
  const series = makeSeries({ name: 'web01', labels: {}, unit: makeUnit('percent'), stepMs: STEP }, samples);
  const range = { fromMs: 0, toMs: NOW_MS, zone: ZONE, text: '' };
  return { kind: 'series', series: [series], range, stepMs: STEP, warnings: [] };
}

it('takes the distance of regular values for their step, and leaves a true silence a gap', () => {
  const found = withRegularSteps(
    frameOf((index) => index % 4 === 0 && (index < 40 || index > 80)),
    AS_LINES,
  );
  expect(found).toMatchObject({ stepMs: 60_000, series: [{ stepMs: 60_000 }] });
  const [times = []] = (found as SeriesFrame).series.map((one) => [...one.times]);
  expect(times.slice(0, 3)).toEqual([0, 60_000, 120_000]);
  expect(Math.max(...times.slice(1).map((timeMs, index) => timeMs - (times[index] as number)))).toBe(12 * 60_000);
});

it.each([
  ['every moment', () => true],
  ['gaps now and then', (index: number) => index % 7 !== 0],
  ['no rule', (index: number) => [1, 3, 9, 20, 21, 40, 47, 60, 90].includes(index)],
  ['too few to tell', (index: number) => index % 40 === 0],
])('leaves %s alone', (_, hasValue) => {
  const frame = frameOf(hasValue);
  expect(withRegularSteps(frame, AS_LINES)).toBe(frame);
});

it.each([
  ['counts', { consolidate: 'sum', looks: {} }],
  ['bars', { consolidate: 'average', looks: { bars: true } }],
] as const)('leaves %s alone', (_, as) => {
  const frame = frameOf((index) => index % 4 === 0);
  expect(withRegularSteps(frame, as)).toBe(frame);
});
