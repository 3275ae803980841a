import { describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../../../../src/domain/frame.ts';
import { migratePanel } from '../../../../../src/sources/grafana/present/legacy-panel.ts';
import { cellsOf, panel, series, show, showSeries, showTable, valuesOf } from './harness.ts';

const pair = [
  series([1, 2], {}, {}, { displayNameFromDS: 'read' }),
  series([3, 4], {}, {}, { displayNameFromDS: 'write' }),
];
const graph = (more: object) => ({ type: 'graph', ...more });

describe('the old graph', () => {
  it('keeps the unit, ends and scale of its left axis', () => {
    const shown = showSeries(graph({ yaxes: [{ format: 'percentunit', min: 0, max: '1', logBase: 1 }, {}] }), pair);
    expect([shown.series[0]?.unit.id, shown.looks]).toEqual(['ratio', { min: 0, max: 100 }]);
    expect(showSeries(graph({ yaxes: [{ format: 'short', min: null, logBase: 10 }] }), pair).looks).toEqual({
      log: true,
    });
  });

  it.each<[object, object]>([
    [{ stack: true, lines: true, fill: 10 }, { stacked: true }],
    [
      { stack: true, percentage: true },
      { stacked: true, min: 0, max: 100 },
    ],
    [{ bars: true, lines: false }, { bars: true }],
    [{ steppedLine: true }, { step: true }],
  ])('looks as before with %j', (own, looks) => {
    expect(showSeries(graph(own), pair).looks).toEqual(looks);
  });

  it('keeps what series have of their own', () => {
    const seriesOverrides = [
      { alias: '/^w/', yaxis: 2, transform: 'negative-Y' },
      { alias: 'read', bars: true },
    ];
    const shown = show(
      graph({ yaxes: [{ format: 's' }, { format: 'bytes' }], seriesOverrides }),
      pair,
    ) as SeriesFrame[];
    expect(shown.map((one) => [one.series[0]?.unit.id, one.looks, valuesOf(one)])).toEqual([
      ['seconds', { bars: true }, { read: [1, 2] }],
      ['bytes', undefined, { write: [-3, -4] }],
    ]);
  });

  it('keeps its limits, also those below', () => {
    const thresholds = [
      { op: 'lt', value: 1, colorMode: 'critical' },
      { op: 'gt', value: 80, colorMode: 'warning', line: true },
      { op: 'gt', value: 90, colorMode: 'critical' },
    ];
    expect(showSeries(graph({ thresholds }), pair).thresholds).toEqual([
      { op: '<', value: 1, severity: 'critical' },
      { op: '>=', value: 80, severity: 'warning' },
      { op: '>=', value: 90, severity: 'critical' },
    ]);
  });

  it('keeps the settings that later versions wrote beside', () => {
    const overrides = [
      { matcher: { id: 'byName', options: 'read' }, properties: [{ id: 'displayName', value: 'in' }] },
    ];
    expect(
      Object.keys(valuesOf(showSeries(graph({ fieldConfig: { defaults: { unit: 'bytes' }, overrides } }), pair))),
    ).toEqual(['in', 'write']);
  });

  it('over series is a bar of each', () => {
    expect(panel(graph({ xaxis: { mode: 'series', values: ['total'] } })).options).toEqual({
      reduceOptions: { calcs: ['total'] },
    });
    expect(panel(graph({ xaxis: { mode: 'histogram' } })).type).toBe('histogram');
  });
});

describe('the old single stat', () => {
  it('keeps its unit, calculation and limits', () => {
    const raw = {
      type: 'singlestat',
      format: 'bytes',
      valueName: 'max',
      thresholds: '2,3',
      colorValue: true,
      colors: ['#299c46', 'rgba(237, 129, 40, 0.89)', '#d44a3a'],
    };
    const shown = showSeries(raw, [series([1, 2])]);
    expect([shown.series[0]?.unit.id, shown.thresholds]).toEqual([
      'bytes',
      [
        { op: '>=', value: 2, severity: 'warning' },
        { op: '>=', value: 3, severity: 'critical' },
      ],
    ]);
    expect(panel(raw).options.reduceOptions).toMatchObject({ calcs: ['max'] });
  });

  it('keeps its words, and was a gauge where it showed one', () => {
    const valueMaps = [
      { op: '=', text: 'N/A', value: 'null' },
      { op: '=', text: 'UP', value: '1' },
    ];
    expect(
      cellsOf(showTable({ type: 'singlestat', mappingType: 1, valueMaps, valueName: 'current' }, [series([0, 1])]))[1],
    ).toEqual(['Value', 'UP']);
    const ranges = { type: 'singlestat', mappingType: 2, rangeMaps: [{ from: '0', to: '5', text: 'few' }] };
    expect(cellsOf(showTable(ranges, [series([3])]))[1]).toEqual(['Value', 'few']);
    const gauge = panel({ type: 'singlestat', gauge: { show: true, minValue: 0, maxValue: 50 } });
    expect([gauge.type, gauge.fieldConfig.defaults.max]).toEqual(['gauge', 50]);
  });

  it('takes a text behind the number for its unit', () => {
    expect(panel({ type: 'singlestat', format: 'none', postfix: ' jobs' }).fieldConfig.defaults.unit).toBe(
      'suffix:jobs',
    );
  });
});

describe('the old table', () => {
  const styles = [
    { pattern: 'Time', type: 'hidden' },
    { pattern: 'Value #A', type: 'number', unit: 'bytes', alias: 'Used' },
    { pattern: '/.*/', type: 'number', unit: 'short', decimals: 2 },
  ];

  it('keeps its columns', () => {
    const targets = [
      { refId: 'A', expr: 'x', format: 'table' },
      { refId: 'B', expr: 'y', format: 'table' },
    ];
    const data = [series([1], { host: 'a' }, { refId: 'A' }), series([2], { host: 'a' }, { refId: 'B' })];
    const shown = showTable({ type: 'table', transform: 'table', styles, targets }, data);
    expect(cellsOf(shown)).toEqual([
      ['host', 'Used', 'Value #B'],
      ['a', 1, 2],
    ]);
    expect(shown.columns[1]?.unit?.id).toBe('bytes');
  });

  it('reduces series where it did', () => {
    const columns = [
      { text: 'Avg', value: 'avg' },
      { text: 'Current', value: 'current' },
    ];
    expect(cellsOf(showTable({ type: 'table', transform: 'timeseries_aggregations', columns }, pair))).toEqual([
      ['Field', 'Mean', 'Last *'],
      ['read', 1.5, 2],
      ['write', 3.5, 4],
    ]);
  });

  it('is not taken for the table of today, which has its name', () => {
    const today = { type: 'table', fieldConfig: { defaults: {}, overrides: [] }, styles };
    expect(migratePanel(today)).toBe(today);
  });
});

it('reads the old heatmap as one that counts, or as one of buckets', () => {
  expect(panel({ type: 'heatmap', yAxis: { format: 's' }, yBucketNumber: 5 }).options).toMatchObject({
    calculate: true,
    calculation: { yBuckets: { mode: 'count', value: '5' } },
    yAxis: { unit: 's' },
  });
  expect(panel({ type: 'heatmap', dataFormat: 'tsbuckets' }).options.calculate).toBe(false);
});

it('leaves panels of today as they are', () => {
  const raw = { type: 'timeseries', fieldConfig: {} };
  expect(migratePanel(raw)).toBe(raw);
});
