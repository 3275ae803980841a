/** Axes of any data: nice steps, lines apart, everything inside, ticks on the wall clock. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { DateTime } from 'luxon';
import { expect, it } from 'vitest';
import { makeUnit } from '../../src/domain/unit.ts';
import { timeTicks } from '../../src/render/chart/time-axis.ts';
import { chooseValueScale, heightOf, niceStep } from '../../src/render/chart/value-axis.ts';

const HEIGHT = 242;
const unit = fc.constantFrom('percent', 'bytes', 'seconds', 'none', 'count', '°C').map((id) => makeUnit(id));
const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e250, max: 1e250 });

propertyTest.prop([value, value, unit], { numRuns: 2_000 })(
  'holds all data, with lines at least 40 px apart',
  (a, b, of) => {
    const [min, max] = [Math.min(a, b), Math.max(a, b)];
    const scale = chooseValueScale({ min, max, minPositive: Infinity }, of, {}, false, HEIGHT);
    const y = heightOf(scale, 0, HEIGHT);
    for (const data of [min, max]) {
      if (Math.abs(data) < 1e-300) continue;
      expect(y(data)).toBeGreaterThanOrEqual(-1e-6);
      expect(y(data)).toBeLessThanOrEqual(HEIGHT + 1e-6);
    }
    if (min >= 0) expect(scale.min).toBe(0);
    const ys = scale.ticks.map((tick) => y(tick.value));
    for (let index = 1; index < ys.length; index += 1) {
      expect((ys[index - 1] as number) - (ys[index] as number)).toBeGreaterThanOrEqual(40 - 1e-3);
    }
    expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
  },
);

propertyTest.prop([fc.double({ min: 1e-200, max: 1e200, noNaN: true }), unit])(
  'gives a step that is large enough and not much more',
  (least, of) => {
    const step = niceStep(least, of);
    expect(step).toBeGreaterThanOrEqual(least * (1 - 1e-6));
    if (!of.isWhole || least >= 1) expect(step).toBeLessThanOrEqual(least * 7.01);
  },
);

it.each([
  ['percent', 61, [0, 20, 40, 60]],
  ['count', 3, [0, 1, 2, 3]],
  ['bytes', 2 ** 31, [0, 2 ** 29, 2 ** 30, 3 * 2 ** 29, 2 ** 31]],
  ['seconds', 100, [0, 30, 60, 90, 120]],
])('gives %s up to %d the ticks %j', (id, max, expected) => {
  const scale = chooseValueScale({ min: 0, max, minPositive: 1 }, makeUnit(id), {}, false, HEIGHT);
  expect(scale.ticks.map((tick) => tick.value)).toEqual(expected);
});

it('draws no zoom under bars and areas', () => {
  const extent = { min: 20, max: 30, minPositive: 20 };
  expect(chooseValueScale(extent, makeUnit('none'), { min: 15 }, true, HEIGHT).min).toBe(0);
  expect(chooseValueScale(extent, makeUnit('none'), { min: 15 }, false, HEIGHT).min).toBe(15);
});

it('ignores asked ends that leave no axis', () => {
  const scale = chooseValueScale({ min: 0, max: 3, minPositive: 1 }, makeUnit('none'), { min: 50 }, false, HEIGHT);
  expect(scale.max).toBeGreaterThan(scale.min);
});

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns'];
const window = fc.record({
  fromMs: fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
  spanMs: fc.oneof(
    fc.integer({ min: 10_000, max: 86_400_000 }),
    fc.integer({ min: 86_400_000, max: 3 * 366 * 86_400_000 }),
  ),
  zone: fc.constantFrom(...ZONES),
});

propertyTest.prop([window], { numRuns: 400 })(
  'ticks times by the wall clock, inside and in order',
  ({ fromMs, spanMs, zone }) => {
    const range = { fromMs, toMs: fromMs + spanMs, zone, text: '' };
    const ticks = timeTicks(range, 84, 720, { left: 24, right: 876 });
    expect(ticks.length).toBeLessThanOrEqual(10);
    for (const [index, tick] of ticks.entries()) {
      expect(tick.x).toBeGreaterThanOrEqual(84 - 1e-6);
      expect(tick.x).toBeLessThanOrEqual(720 + 1e-6);
      const local = DateTime.fromMillis(tick.timeMs, { zone });
      expect(local.millisecond).toBe(0);
      if (spanMs > 3_600_000 * 4) expect(local.second).toBe(0);
      const before = ticks[index - 1];
      if (before) expect(tick.x - before.x).toBeGreaterThan(40);
      if (tick.isDate) expect(tick.timeMs).toBe(local.startOf('day').toMillis());
    }
  },
);

it('shows the date where a day begins, also on a day that DST made longer', () => {
  const toMs = Date.UTC(2026, 9, 25, 23);
  const range = { fromMs: toMs - 25 * 3_600_000, toMs, zone: 'Europe/Berlin', text: 'yesterday' };
  const labels = timeTicks(range, 84, 720, { left: 24, right: 876 }).map(({ label }) => label);
  expect(labels).toEqual(['Sun 25 Oct', '06:00', '12:00', '18:00', 'Mon 26 Oct']);
});
