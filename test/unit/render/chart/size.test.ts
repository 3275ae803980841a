import { describe, expect, it } from 'vitest';
import { edgesOf, plotHeights, sizeOf } from '../../../../src/render/chart/size.ts';
import { layoutChart } from '../../../../src/render/chart.ts';
import { HOUR, makeAnswer, NOW_MS, sample } from '../../../golden/generate.ts';

describe('sizeOf', () => {
  it('is the standard picture where nothing is asked for', () => {
    expect(sizeOf({})).toEqual({ width: 900, height: 400, heightMax: 675, isNarrow: false });
    expect(sizeOf({ size: { width: 900 } })).toEqual(sizeOf({}));
    expect(plotHeights(sizeOf({}), 1)).toEqual({ top: 113, bottom: 338 });
  });

  it.each([
    [{ width: 1 }, 448],
    [{ width: 360 }, 489],
    [{ width: 700 }, 700],
    [{ width: 1e9 }, 2000],
  ])('lays %j out %i wide', (size, width) => {
    expect(sizeOf({ size }).width).toBe(width);
    expect(edgesOf(sizeOf({ size }))).toEqual({ left: 24, right: width - 24 });
  });

  it.each([
    [{ height: 1 }, 320],
    [{ height: 1e9 }, 1200],
    [{ width: 360 }, 370],
    [{ width: 1350 }, 600],
  ])('lays %j out %i high, without what stands beneath', (size, height) => {
    expect(sizeOf({ size }).height).toBe(height);
  });
});

it.each([{ looks: { bars: true } }, {}])('leaves a narrow plot its room beside long names %j', ({ looks = {} }) => {
  const names = [1, 2, 3].map(
    (one) => `kubernetes-prod-eu-west-1-payments-checkout-${one}-container-memory-working-set`,
  );
  const series = Object.fromEntries(names.map((name) => [name, () => 10]));
  const range = { fromMs: NOW_MS - HOUR, toMs: NOW_MS, zone: 'UTC', text: 'last 1h' };
  const below = names.map((name) => sample(name, 'bytes', range.fromMs, range.toMs, 10_000, () => 1e9));
  const under = [{ kind: 'series' as const, title: 'Memory', range, warnings: [], series: below }];
  const { plot } = layoutChart(makeAnswer({ title: 'CPU', series, looks, answer: { under } }), {
    theme: 'light',
    size: { width: 320 },
  });
  expect(plot.right - plot.left).toBeGreaterThan(120);
});

it('has the names of a narrow picture beneath its plot, and remarks in a second line', () => {
  const answer = makeAnswer({ title: 'CPU', series: { web01: () => 10, web02: () => 20 } });
  const { labels, table, secondLine, plot, width } = layoutChart(answer, { theme: 'light', size: { width: 360 } });
  expect(labels).toEqual([]);
  expect(table?.heads.map(({ text }) => text)).toEqual(['', 'last', 'max']);
  expect(table?.rows).toHaveLength(2);
  expect(secondLine?.text).toContain('steps');
  expect(plot.right - plot.left).toBeGreaterThan(width * 0.7);
});
