import { expect, it } from 'vitest';
import type { HeatmapFrame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { frameJson } from '../../../src/http/frame-json.ts';
import { at, sampleFrame, sampleRange, sampleSeries } from '../render/sample-answers.ts';

const range = {
  from: '2026-11-25T09:02:00.000Z',
  to: '2026-11-25T10:02:00.000Z',
  zone: 'Europe/Berlin',
  text: 'last 1h',
};

it('gives series with their gaps as null, and what a panel brought with it', () => {
  const frame = sampleFrame([sampleSeries('busy', [1, null])], {
    title: 'CPU',
    links: [{ title: 'Panel', url: 'https://grafana.example.net/d/1' }],
    thresholds: [{ op: '>', value: 80, severity: 'warning' }],
    looks: { stacked: true },
    exemplars: [{ timeMs: at('10:44'), value: 3, labels: { trace_id: 'ab' } }],
  });
  expect(JSON.parse(JSON.stringify(frameJson(frame)))).toEqual({
    kind: 'series',
    title: 'CPU',
    range,
    warnings: [],
    links: [{ title: 'Panel', url: 'https://grafana.example.net/d/1' }],
    thresholds: [{ op: '>', value: 80, severity: 'warning' }],
    looks: { stacked: true },
    series: [{ name: 'busy', labels: {}, unit: 'percent', times: [at('10:02'), at('10:03')], values: [1, null] }],
    exemplars: [{ timeMs: at('10:44'), value: 3, labels: { trace_id: 'ab' } }],
  });
});

it.each([
  ['milliseconds', 'seconds'],
  ['ratio', 'percent'],
  ['mebibytes', 'bytes'],
  ['megabytes', 'decbytes'],
  ['kilobits/s', 'bits/s'],
  ['orders/min', 'orders/min'],
])('names the unit that values of %s are kept in', (unit, base) => {
  const frame = sampleFrame([{ ...sampleSeries('busy', [1]), unit: makeUnit(unit) }]);
  expect(frameJson(frame)).toMatchObject({ series: [{ unit: base, values: [1] }] });
});

it('leaves out what a frame does not have', () => {
  expect(Object.keys(frameJson(sampleFrame([])) as object)).toEqual(['kind', 'range', 'warnings', 'series']);
});

it('gives null for the end of a bucket that has none', () => {
  const heatmap: HeatmapFrame = {
    kind: 'heatmap',
    range: sampleRange(),
    warnings: [],
    xEdges: Float64Array.of(1, 2),
    yEdges: Float64Array.of(0, 1, Number.POSITIVE_INFINITY),
    counts: Float64Array.of(3, Number.NaN),
    unit: makeUnit('seconds'),
  };
  expect(frameJson(heatmap)).toMatchObject({
    unit: 'seconds',
    xEdges: [1, 2],
    yEdges: [0, 1, null],
    counts: [3, null],
  });
});
