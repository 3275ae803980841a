import { describe, expect, it } from 'vitest';
import type { HeatmapFrame } from '../../../../src/domain/frame.ts';
import { makeUnit } from '../../../../src/domain/unit.ts';
import { heatGrid, silentTimes, stepColors, stepLimits, stepsOf } from '../../../../src/render/chart/heat.ts';
import { heatLogScale } from '../../../../src/render/chart/heat-scale.ts';
import { smallScale } from '../../../../src/render/chart/small-scale.ts';

const range = { fromMs: 0, toMs: 60_000, zone: 'UTC', text: 'last 1m' };
const plot = { width: 680, height: 220 };
const frame = (yEdges: readonly number[], counts: readonly number[], columns = 1): HeatmapFrame => ({
  kind: 'heatmap',
  range,
  warnings: [],
  xEdges: Float64Array.from({ length: columns + 1 }, (_, index) => index * 10_000),
  yEdges: Float64Array.from(yEdges),
  counts: Float64Array.from(counts),
  unit: makeUnit('seconds'),
});
const INF = Number.POSITIVE_INFINITY;

describe('heatGrid', () => {
  it('reads edges that grow by a factor as logarithmic, even ones as plain', () => {
    const isLog = (edges: readonly number[]) =>
      heatGrid(
        frame(
          edges,
          edges.slice(1).map(() => 1),
        ),
        plot,
      ).isLog;
    expect(isLog([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, INF])).toBe(true);
    expect(isLog([0, 1, 2, 4, 8, 16, 32])).toBe(true);
    expect(isLog([1, 1.1, 1.21, 1.33, 1.46])).toBe(false); // less than a factor of eight in all
    expect(isLog([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100])).toBe(false);
    expect(isLog([-10, -1, 0, 1, 10, 100])).toBe(false);
  });

  it('gives the last bucket an end and the first a beginning, and says which have none', () => {
    const log = heatGrid(frame([0, 0.1, 1, 10, INF], [1, 1, 1, 1]), plot);
    expect(Array.from(log.edges, (edge) => Number(edge.toPrecision(6)))).toEqual([0.01, 0.1, 1, 10, 100]);
    expect([log.above, log.below, log.isFromZero]).toEqual([10, 0.1, true]);
    const even = heatGrid(frame([-INF, 10, 20, 30, INF], [1, 1, 1, 1]), plot);
    expect(Array.from(even.edges)).toEqual([0, 10, 20, 30, 40]);
    expect([even.above, even.below, even.isFromZero]).toEqual([30, 10, false]);
  });

  it('drops the empty rows at both ends, and what they would have said', () => {
    const grid = heatGrid(frame([0, 1, 2, 3, 4, INF], [0, 0, 5, 0, 0]), plot);
    expect(Array.from(grid.edges)).toEqual([2, 3]);
    expect(Array.from(grid.counts)).toEqual([5]);
    expect(grid.above).toBeUndefined();
  });

  it('sums neighbours where cells would be too narrow, gaps staying gaps', () => {
    const columns = 1000;
    const counts = Array.from({ length: columns }, (_, index) => (index < 10 ? Number.NaN : 1));
    const grid = heatGrid(frame([0, 1], counts, columns), plot);
    expect(grid.counts).toHaveLength(200);
    expect(Array.from(grid.counts.subarray(0, 4))).toEqual([Number.NaN, Number.NaN, 5, 5]);
    expect([grid.times.length, grid.times.at(-1), grid.columnMs]).toEqual([201, 10_000_000, 50_000]);
    const rows = heatGrid(
      frame(
        Array.from({ length: 161 }, (_, index) => index),
        Array.from({ length: 160 }, () => 2),
      ),
      plot,
    );
    expect([rows.counts.length, rows.counts[0]]).toEqual([54, 6]);
  });

  it('finds the times in which every row is a gap, neighbours as one', () => {
    const gap = Number.NaN;
    const grid = heatGrid(frame([0, 1, 2], [1, gap, gap, 0, 1, gap, gap, gap], 4), plot);
    expect(silentTimes(grid)).toEqual([[10_000, 30_000]]);
  });
});

describe('steps', () => {
  const limits = (...counts: number[]) => stepLimits(Float64Array.from(counts));

  it('are at most six, round, and begin at the least count or at a five hundredth of the greatest', () => {
    expect(limits(1, 700)).toEqual([1, 4, 10, 40, 150, 500]);
    expect(limits(3, 1_000_000)).toEqual([2000, 6000, 20_000, 60_000, 200_000, 600_000]);
    expect(limits(0.02, 0.9, Number.NaN, 0)).toEqual([0.02, 0.04, 0.08, 0.15, 0.3, 0.6]);
  });

  it('are fewer where whole counts are small, one where all are alike, none without counts', () => {
    expect(limits(1, 2, 3, 4)).toEqual([1, 2, 3]);
    expect(limits(1, 1)).toEqual([1]);
    expect(limits(0, Number.NaN)).toEqual([]);
  });

  it('take every count above zero, also one below the first limit', () => {
    expect(Array.from(stepsOf(Float64Array.of(0, Number.NaN, 0.5, 1, 9, 10, 1e9), [1, 10]))).toEqual([
      0, 0, 1, 1, 1, 2, 2,
    ]);
  });

  it('spread over the colours, the darkest always the most', () => {
    const colors = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect([6, 4, 3, 2, 1].map((count) => stepColors(count, colors).join(''))).toEqual([
      'abcdef',
      'bcef',
      'bdf',
      'cf',
      'e',
    ]);
  });
});

describe('heatLogScale', () => {
  const seconds = makeUnit('seconds');
  const labels = (least: number, greatest: number, unit = seconds) => {
    const { min, max, ticks } = heatLogScale(least, greatest, unit, 240);
    return [min, max, ticks.filter(({ line }) => line === 'grid').map(({ value }) => value)];
  };

  it('ends at powers of ten where that leaves little empty, else nearer', () => {
    expect(labels(0.005, 3)).toEqual([0.001, 10, [0.001, 0.01, 0.1, 1, 10]]);
    expect(labels(0.09, 1.1)).toEqual([0.05, 2, [0.1, 1]]);
  });

  it('counts long times in minutes, hours and days', () => {
    expect(labels(1, 100_000)).toEqual([1, 100_000, [1, 10, 60, 600, 3600, 36_000]]);
  });

  it('has as many lines as there is room for', () => {
    expect(heatLogScale(1e-9, 1e12, makeUnit('none'), 240).ticks.length).toBeLessThanOrEqual(8);
  });
});

describe('smallScale', () => {
  const ticks = (min: number, max: number, unit: string, looks = {}) =>
    smallScale({ min, max, minPositive: max }, makeUnit(unit), looks, false, 96).ticks.map(({ value }) => value);

  it('has zero, a middle and a round top', () => {
    expect(ticks(0, 11.4, 'none')).toEqual([0, 6, 12].map((value) => (value / 12) * 16));
    expect(ticks(0, 1911, 'none')).toEqual([0, 1200, 2400]);
    expect(ticks(0, 70, 'percent')).toEqual([0, 40, 80]);
    expect(ticks(0, 97, 'percent')).toEqual([0, 50, 100]);
    expect(ticks(0, 46 * 1024 ** 3, 'bytes')).toEqual([0, 32, 64].map((value) => value * 1024 ** 3));
    expect(ticks(0, 100, 'seconds')).toEqual([0, 60, 120]);
    expect(ticks(0, 0, 'none')).toEqual([0, 0.5, 1]);
  });

  it('leaves the middle out where whole counts have none, and takes asked ends as they are', () => {
    expect(ticks(0, 0.9, 'count')).toEqual([0, 1]);
    expect(ticks(20, 80, 'percent', { min: 0, max: 100 })).toEqual([0, 50, 100]);
  });

  it('has round ends on both sides of zero', () => {
    expect(ticks(-28, 13, 'none')).toEqual([-30, 0, 16]);
    expect(ticks(-28, -3, 'none')).toEqual([-30, 0]);
  });
});
