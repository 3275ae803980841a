import { describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../../../../src/domain/frame.ts';
import {
  cellsOf,
  field,
  frame,
  minutes,
  START_MS,
  series,
  show,
  showHeatmap,
  showLogs,
  showSeries,
  showTable,
  time,
  valuesOf,
} from './harness.ts';

const MAPPINGS = [
  { type: 'value', options: { '0': { text: 'down', color: 'red' }, '1': { text: 'up' } } },
  { type: 'range', options: { from: 2, to: null, result: { text: 'many' } } },
  { type: 'special', options: { match: 'null', result: { text: 'unknown' } } },
  { type: 'regex', options: { pattern: '/^v(.*)$/', result: { text: 'version $1' } } },
];
const pair = [series([1, 2, 3], { host: 'a' }), series([4, 5, 6], { host: 'b' })];

describe('a stat', () => {
  it('with a history is series, with its own limits', () => {
    const thresholds = {
      mode: 'absolute',
      steps: [
        { value: null, color: 'green' },
        { value: 2, color: 'orange' },
      ],
    };
    const shown = showSeries({ type: 'stat', fieldConfig: { defaults: { unit: 'bytes', thresholds } } }, pair);
    expect(valuesOf(shown)).toEqual({ a: [1, 2, 3], b: [4, 5, 6] });
    expect(shown.thresholds).toEqual([{ op: '>=', value: 2, severity: 'warning' }]);
  });

  it('leaves out the limits that every new panel has', () => {
    const thresholds = {
      mode: 'absolute',
      steps: [
        { value: null, color: 'green' },
        { value: 80, color: 'red' },
      ],
    };
    expect(
      showSeries({ type: 'stat', fieldConfig: { defaults: { unit: 'bytes', thresholds } } }, pair).thresholds,
    ).toBeUndefined();
    const percent = showSeries({ type: 'gauge', fieldConfig: { defaults: { unit: 'percent', thresholds } } }, pair);
    expect(percent.thresholds).toEqual([{ op: '>=', value: 80, severity: 'critical' }]);
  });

  it('says what it shows where that is neither the last value nor an average', () => {
    const options = { reduceOptions: { calcs: ['sum'] } };
    const shown = showSeries({ type: 'stat', options, fieldConfig: { defaults: { unit: 's' } } }, pair);
    expect(shown.warnings).toEqual(['The panel shows “Total”: a 6\u202Fs, b 15\u202Fs.']);
    expect(showSeries({ type: 'stat', options: { reduceOptions: { calcs: ['mean'] } } }, pair).warnings).toEqual([]);
  });

  it('with one value is a table', () => {
    expect(cellsOf(showTable({ type: 'stat' }, [series([5], { host: 'a' }), series([7], { host: 'b' })]))).toEqual([
      ['name', 'value'],
      ['a', 5],
      ['b', 7],
    ]);
  });

  it('that shows a word is a table of words', () => {
    const raw = { type: 'stat', fieldConfig: { defaults: { mappings: MAPPINGS } } };
    const data = [series([0, 1], { host: 'a' }), series([1, 0], { host: 'b' }), series([1, 9], { host: 'c' })];
    expect(cellsOf(showTable(raw, data))).toEqual([
      ['name', 'value'],
      ['a', 'up'],
      ['b', 'down'],
      ['c', 'many'],
    ]);
    const text = frame([time(minutes(1)), field('version', ['v1.2'])]);
    const named = { ...raw, options: { reduceOptions: { fields: '/^version$/' } } };
    expect(cellsOf(showTable(named, [text]))[1]).toEqual(['version', 'version 1.2']);
  });

  it('with different units has each value with its own', () => {
    const overrides = [{ matcher: { id: 'byName', options: 'b' }, properties: [{ id: 'unit', value: 'bytes' }] }];
    const raw = { type: 'bargauge', fieldConfig: { defaults: { unit: 'percentunit' }, overrides } };
    const shown = showTable(raw, [series([0.5], { host: 'a' }), series([2048], { host: 'b' })]);
    expect(cellsOf(shown).slice(1)).toEqual([
      ['a', '50\u202F%'],
      ['b', '2\u202FKiB'],
    ]);
  });
});

it('shows a pie as its slices, largest first, with shares', () => {
  const shown = showTable({ type: 'piechart' }, [series([1], { p: 'a' }), series([3], { p: 'b' })]);
  expect(cellsOf(shown)).toEqual([
    ['name', 'value', 'share'],
    ['b', 3, 75],
    ['a', 1, 25],
  ]);
});

describe('a table', () => {
  const data = frame([time(minutes(2)), field('host', ['a', 'b']), field('Value', [1, 0.25])]);

  it('keeps rows, with words, units and times, hidden columns left out', () => {
    const overrides = [
      {
        matcher: { id: 'byName', options: 'Value' },
        properties: [
          { id: 'unit', value: 'percentunit' },
          { id: 'displayName', value: 'used' },
        ],
      },
      { matcher: { id: 'byName', options: 'Time' }, properties: [{ id: 'custom.hidden', value: true }] },
    ];
    const raw = {
      type: 'table',
      fieldConfig: { defaults: {}, overrides },
      options: { sortBy: [{ displayName: 'used' }] },
    };
    const shown = showTable(raw, [data]);
    expect(cellsOf(shown)).toEqual([
      ['host', 'used'],
      ['b', 25],
      ['a', 100],
    ]);
    expect(shown.columns.map(({ type, unit }) => [type, unit?.id])).toEqual([
      ['string', undefined],
      ['number', 'ratio'],
    ]);
  });

  it('is one of times where a number is a moment', () => {
    const raw = { type: 'table', fieldConfig: { defaults: { unit: 'dateTimeAsIso' } } };
    expect(showTable(raw, [frame([field('at', [START_MS])])]).columns[0]?.type).toBe('time');
  });

  it('has a row for each of several series', () => {
    expect(cellsOf(showTable({ type: 'table' }, pair))).toEqual([
      ['name', 'value'],
      ['a', 3],
      ['b', 6],
    ]);
  });

  it('turns Prometheus series in the format of a table into columns', () => {
    const targets = ['A', 'B'].map((refId) => ({
      refId,
      datasource: { type: 'prometheus', uid: 'p' },
      expr: 'up',
      format: 'table',
      instant: true,
    }));
    const rows = [
      series([1], { host: 'a' }, { refId: 'A' }),
      series([2], { host: 'b' }, { refId: 'A' }),
      series([3], { host: 'a' }, { refId: 'B' }),
    ];
    const raw = {
      type: 'table',
      targets,
      transformations: [{ id: 'merge' }, { id: 'organize', options: { excludeByName: { Time: true } } }],
    };
    expect(cellsOf(showTable(raw, rows))).toEqual([
      ['host', 'Value #A', 'Value #B'],
      ['a', 1, 3],
      ['b', 2, null],
    ]);
  });

  it('shows the table that the panel chose', () => {
    const other = frame([field('x', [1])], { refId: 'B' });
    expect(cellsOf(showTable({ type: 'table', options: { frameIndex: 1 } }, [data, other]))).toEqual([['x'], [1]]);
  });
});

it('draws a bar chart over texts as a table, over time as bars', () => {
  expect(cellsOf(showTable({ type: 'barchart' }, [frame([field('host', ['a']), field('n', [1])])]))).toEqual([
    ['host', 'n'],
    ['a', 1],
  ]);
  expect(showSeries({ type: 'barchart' }, [series([1, 2])]).looks).toEqual({ bars: true });
});

describe('a state timeline', () => {
  it('tells the last state, since when, and what was before', () => {
    const raw = { type: 'state-timeline', fieldConfig: { defaults: { mappings: MAPPINGS } } };
    const shown = showTable(raw, [series([1, 1, 0, 0], { host: 'a' }), series([1, 1, 1, 1], { host: 'b' })]);
    expect(cellsOf(shown)).toEqual([
      ['name', 'state', 'since', 'before', 'changes'],
      ['a', 'down', START_MS + 120_000, 'up', 1],
      ['b', 'up', START_MS, null, 0],
    ]);
  });

  it('of numbers without words is steps', () => {
    expect(showSeries({ type: 'status-history' }, [series([1, 2])]).looks).toEqual({ step: true });
  });
});

it('counts a histogram', () => {
  const raw = { type: 'histogram', options: { bucketSize: 10 }, fieldConfig: { defaults: { unit: 'ms' } } };
  expect(cellsOf(showTable(raw, [series([1, 5, 25, 11])]))).toEqual([
    ['from', 'to', 'count'],
    ['0\u202Fs', '10\u202Fms', 2],
    ['10\u202Fms', '20\u202Fms', 1],
    ['20\u202Fms', '30\u202Fms', 1],
  ]);
});

it.each([
  ['the smallest that there are', [0, 5e-324, 1e-320]],
  ['the largest that there are', [-1.7e308, 0, 1.7e308]],
  ['next to each other', [1e16, 1e16 + 2]],
])('counts values %s in a bounded number of rows', (_, values) => {
  const rows = cellsOf(showTable({ type: 'histogram', options: { bucketSize: 1e-300 } }, [series(values)])).slice(1);
  expect(rows.length).toBeLessThan(110);
  expect(rows.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(values.length);
});

describe('a heatmap', () => {
  it('takes the buckets of Prometheus apart', () => {
    const targets = [{ refId: 'A', expr: 'x', format: 'heatmap' }];
    const data = ['0.1', '0.5', '+Inf'].map((le, index) => series([1 + index, 2 + 2 * index], { le }));
    const shown = showHeatmap({ type: 'heatmap', targets, fieldConfig: { defaults: { unit: 's' } } }, data);
    expect([...shown.yEdges]).toEqual([0, 0.1, 0.5, 0.9]);
    expect([...shown.counts]).toEqual([1, 2, 1, 2, 1, 2]);
    expect(shown.xEdges[0]).toBe(START_MS - 60_000);
    expect(shown.warnings).toHaveLength(1);
  });

  it('keeps buckets that are counted one by one', () => {
    const data = [
      series([1, 2], {}, { name: '10' }, { displayNameFromDS: '10' }),
      series([3, 4], {}, {}, { displayNameFromDS: '20' }),
    ];
    const shown = showHeatmap({ type: 'heatmap' }, data);
    expect([[...shown.yEdges], [...shown.counts]]).toEqual([
      [0, 10, 20],
      [1, 2, 3, 4],
    ]);
  });

  it('draws cells with edges of their own', () => {
    const cells = frame([
      time([START_MS, START_MS + 60_000], 'xMax'),
      field('yMin', [1, 2]),
      field('yMax', [2, 4]),
      field('count', [5, 6]),
    ]);
    const shown = showHeatmap({ type: 'heatmap' }, [cells]);
    expect([[...shown.yEdges], [...shown.counts]]).toEqual([
      [1, 2, 4],
      [5, 0, 0, 6],
    ]);
  });

  it('counts values where it is told to', () => {
    const options = { calculate: true, calculation: { yBuckets: { mode: 'size', value: '10' } } };
    const shown = showHeatmap({ type: 'heatmap', options }, [series([0, 5]), series([1, 15])]);
    expect([[...shown.yEdges], [...shown.counts]]).toEqual([
      [0, 10, 20],
      [2, 1, 0, 1],
    ]);
  });

  it('without buckets is a chart', () => {
    const raw = { type: 'heatmap', fieldConfig: {}, options: { yAxis: {} } };
    expect(showSeries(raw, pair).series).toHaveLength(2);
  });
});

describe('log lines', () => {
  it('are read in the form of the data plane', () => {
    const data = frame(
      [
        time([START_MS + 1, START_MS], 'timestamp'),
        field('body', ['second', 'first']),
        field('labels', ['{"app":"shop","detected_level":"error"}', '{"app":"shop"}'], { type: 'other' }),
        field('id', ['2', '1']),
      ],
      { type: 'log-lines' },
    );
    const { lines, total } = showLogs({ type: 'logs' }, [data]);
    expect([total, lines]).toEqual([
      2,
      [
        { timeMs: START_MS, message: 'first', fields: { app: 'shop' } },
        { timeMs: START_MS + 1, message: 'second', level: 'error', fields: { app: 'shop' } },
      ],
    ]);
  });

  it('are read in the form before it, in whatever panel', () => {
    const data = frame([
      field('labels', ['{"app":"x"}'], { type: 'other' }),
      time([START_MS]),
      field('Line', ['hi']),
      field('tsNs', ['1']),
    ]);
    expect(showLogs({ type: 'timeseries' }, [data]).lines).toEqual([
      { timeMs: START_MS, message: 'hi', fields: { app: 'x' } },
    ]);
  });
});

it.each([
  ['text', 'is text, not data'],
  ['alertlist', 'is a list of alerts'],
  ['nodeGraph', 'which I cannot draw'],
])('refuses a panel of the kind %s with the reason', (type, reason) => {
  expect(() => show({ type, title: 'Notes' }, [])).toThrow(
    expect.objectContaining({ code: 'ASK_EMPTY', message: expect.stringContaining(reason) }),
  );
});

it('refuses a panel without a query', () => {
  expect(() => show({ targets: [] }, [])).toThrow('has no query');
});

it('shows panels of plugins that it does not know by their data', () => {
  expect(showSeries({ type: 'acme-panel' }, pair).series).toHaveLength(2);
  expect(showTable({ type: 'acme-panel' }, [frame([field('host', ['a'])])]).rows).toEqual([['a']]);
});

it('says what the data source says, and which transformations were not done', () => {
  const data = [{ ...pair[0], notices: ['Only part of it was read.'] }] as typeof pair;
  const [shown] = show(
    {
      transformations: [
        { id: 'regression', options: {} },
        { id: 'heatmap', options: {} },
      ],
    },
    data,
  ) as SeriesFrame[];
  expect(shown?.warnings).toEqual(['Transformations not done: regression, heatmap.', 'Only part of it was read.']);
});
