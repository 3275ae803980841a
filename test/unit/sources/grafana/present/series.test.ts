import { describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../../../../src/domain/frame.ts';
import { field, frame, minutes, START_MS, series, show, showSeries, time, valuesOf } from './harness.ts';

const names = (frames: SeriesFrame) => frames.series.map(({ name }) => name);
const settings = (defaults: object, overrides: object[] = []) => ({ fieldConfig: { defaults, overrides } });
const override = (id: string, options: unknown, ...properties: [string, unknown][]) => ({
  matcher: { id, options },
  properties: properties.map(([name, value]) => ({ id: name, value })),
});

describe('shapes of series', () => {
  it('reads a frame for each series, named by the labels that differ', () => {
    const data = [
      series([1, 2, 3], { instance: 'web01', job: 'node' }),
      series([4, 5, 6], { instance: 'web02', job: 'node' }),
    ];
    expect(valuesOf(showSeries({}, data))).toEqual({ web01: [1, 2, 3], web02: [4, 5, 6] });
  });

  it('reads one frame with a column for each series', () => {
    const wide = frame([time(), field('cpu', [1, null, 3]), field('load', [4, 5, 6])], { type: 'timeseries-wide' });
    expect(valuesOf(showSeries({}, [wide]))).toEqual({ cpu: [1, Number.NaN, 3], load: [4, 5, 6] });
  });

  it('pivots rows with texts to a series for each combination', () => {
    const long = frame([
      time([START_MS, START_MS, START_MS + 60_000, START_MS + 60_000]),
      field('host', ['a', 'b', 'a', 'b']),
      field('value', [1, 2, 3, 4]),
    ]);
    const shown = showSeries({}, [long]);
    expect(valuesOf(shown)).toEqual({ a: [1, 3], b: [2, 4] });
    expect(shown.series[0]?.labels).toEqual({ host: 'a' });
  });

  it('keeps gaps as gaps, whatever the panel bridges, and counts infinities', () => {
    const data = [series([1, null, Number.POSITIVE_INFINITY, 4])];
    const shown = showSeries(settings({ custom: { spanNulls: true } }), data);
    expect(valuesOf(shown)).toEqual({ Value: [1, Number.NaN, Number.NaN, 4] });
    expect(shown.series[0]?.badCount).toBe(1);
  });

  it('leaves out what lies outside of the window', () => {
    const around = frame([time([START_MS - 1, START_MS, START_MS + 600_000]), field('v', [1, 2, 3])]);
    expect(valuesOf(showSeries({}, [around]))).toEqual({ v: [2] });
  });

  it('takes the step that the data source names', () => {
    const named = frame([{ ...time(minutes(1)), config: { interval: 30_000 } }, field('v', [1])]);
    expect(showSeries({}, [named]).stepMs).toBe(30_000);
    expect(showSeries({}, [series([1, 2, 3])]).stepMs).toBe(60_000);
  });

  it('keeps exemplars beside the series, in their unit', () => {
    const exemplars = frame(
      [time([START_MS + 1000, START_MS - 1]), field('Value', [0.5, 1]), field('traceID', ['abc', 'old'])],
      { name: 'exemplar' },
    );
    const shown = showSeries(settings({ unit: 'ms' }), [series([1, 2]), exemplars]);
    expect([shown.series.length, shown.exemplars]).toEqual([
      1,
      [{ timeMs: START_MS + 1000, value: 0.0005, labels: { traceID: 'abc' } }],
    ]);
  });

  it('gives a frame without series for no data', () => {
    expect(showSeries({}, []).series).toEqual([]);
    expect(showSeries({}, [frame([])]).series).toEqual([]);
  });
});

describe('names', () => {
  it.each<[string, object, object, object[], string]>([
    ['the data source has none', {}, {}, [], 'up web01'],
    ['the data source names it', { displayNameFromDS: 'Load' }, {}, [], 'Load'],
    ['the data source chose one before that', { displayName: 'Chosen', displayNameFromDS: 'Load' }, {}, [], 'Chosen'],
    ['the panel names all', { displayNameFromDS: 'Load' }, { displayName: 'CPU of $host' }, [], 'CPU of web01'],
    ['the panel takes a label', {}, { displayName: '${__field.labels.host} x' }, [], 'web01 x'],
    [
      'an override names it',
      { displayNameFromDS: 'Load' },
      { displayName: 'all' },
      [override('byName', 'Load', ['displayName', 'mine'])],
      'mine',
    ],
  ])('are in the order of Grafana when %s', (_, config, defaults, overrides, name) => {
    const one = frame([time(), field('Value', [1, 2, 3], { labels: { host: 'web01' }, config: { ...config } })], {
      name: 'up',
    });
    const other = frame(
      [time(), field('Value', [1, 2, 3], { labels: { host: 'web02' }, config: { displayNameFromDS: 'other' } })],
      { name: 'down' },
    );
    expect(names(showSeries(settings(defaults, overrides), [one, other]))[0]).toBe(name);
  });

  it('are the labels that differ where the data source spells out all, which overrides still know', () => {
    const spelt = (host: string) =>
      series([1], { __name__: 'up', host }, {}, { displayNameFromDS: `up{host="${host}"}` });
    expect(names(showSeries({}, [spelt('web01'), spelt('web02')]))).toEqual(['web01', 'web02']);
    const overrides = [override('byName', 'up{host="web02"}', ['displayName', 'second'])];
    expect(names(showSeries(settings({}, overrides), [spelt('web01'), spelt('web02')]))).toEqual(['web01', 'second']);
    expect(names(showSeries({}, [spelt('web01')]))).toEqual(['up{host="web01"}']);
  });

  it('are unique', () => {
    expect(names(showSeries(settings({ displayName: 'same' }), [series([1]), series([2])]))).toEqual([
      'same',
      'same 2',
    ]);
  });
});

describe('overrides', () => {
  const data = [
    series([1, 2], {}, { refId: 'A' }, { displayNameFromDS: 'cpu user' }),
    series([0, 0], {}, { refId: 'B' }, { displayNameFromDS: 'cpu idle' }),
  ];
  const hide: [string, unknown] = ['custom.hideFrom', { viz: true }];

  it.each<[string, unknown, string[]]>([
    ['byName', 'cpu user', ['cpu idle']],
    ['byRegexp', '/USER$/i', ['cpu idle']],
    ['byRegexp', 'cpu u.*', ['cpu idle']],
    ['byRegexp', 'user', ['cpu user', 'cpu idle']],
    ['byRegexp', '/(/', ['cpu user', 'cpu idle']],
    ['byType', 'number', []],
    ['byFrameRefID', 'B', ['cpu user']],
    ['byNames', { mode: 'include', names: ['cpu idle'] }, ['cpu user']],
    ['byNames', { mode: 'exclude', names: ['cpu idle'] }, ['cpu idle']],
    ['byValue', { reducer: 'allIsZero', op: 'gte', value: 0 }, ['cpu user']],
    ['byValue', { reducer: 'max', op: 'gt', value: 1 }, ['cpu idle']],
    ['bySomethingNew', 'x', ['cpu user', 'cpu idle']],
  ])('by %s of %j', (id, options, left) => {
    expect(names(showSeries(settings({}, [override(id, options, hide)]), data))).toEqual(left);
  });

  it('that hide series are obeyed, and said', () => {
    const hidden = (names: string[]) =>
      showSeries(settings({}, [override('byNames', { mode: 'include', names }, hide)]), data).warnings;
    expect([hidden([]), hidden(['cpu user']), hidden(['cpu user', 'cpu idle'])]).toEqual([
      [],
      ['cpu user, which the panel hides, is left out.'],
      ['2 series that the panel hides are left out.'],
    ]);
  });

  it('apply in their order', () => {
    const overrides = [override('byType', 'number', ['unit', 'bytes']), override('byName', 'cpu idle', ['unit', 's'])];
    const frames = show(settings({ unit: 'percent' }, overrides), data) as SeriesFrame[];
    expect(frames.map((one) => one.series[0]?.unit.id)).toEqual(['bytes', 'seconds']);
  });
});

describe('looks', () => {
  const pair = [series([1, 2, 3], { host: 'a' }), series([3, 2, 1], { host: 'b' })];
  const custom = (own: object, more: object = {}) => settings({ ...more, custom: own });

  it.each<[string, Record<string, unknown>, object | undefined]>([
    ['nothing', settings({}), undefined],
    ['a stack', custom({ stacking: { mode: 'normal', group: 'A' } }), { stacked: true }],
    ['bars', custom({ drawStyle: 'bars' }), { bars: true }],
    ['steps', custom({ lineInterpolation: 'stepAfter' }), { step: true }],
    ['a log scale', custom({ scaleDistribution: { type: 'log', log: 10 } }), { log: true }],
    ['a log scale from zero', custom({ scaleDistribution: { type: 'log' } }, { min: 0 }), { log: true }],
    ['ends in the unit', custom({}, { unit: 'percentunit', min: 0, max: 1 }), { min: 0, max: 100 }],
    ['ends the wrong way round', custom({}, { min: 5, max: 1 }), undefined],
    ['a soft end that holds', custom({ axisSoftMin: 0, axisSoftMax: 10 }), { min: 0, max: 10 }],
    ['a soft end that does not hold', custom({ axisSoftMax: 2 }), undefined],
  ])('%s', (_, raw, looks) => {
    expect(showSeries(raw, pair).looks).toEqual(looks);
  });

  it('stacks in percent as shares of the sum', () => {
    const shown = showSeries(custom({ stacking: { mode: 'percent', group: 'A' } }, { unit: 'bytes' }), pair);
    expect(valuesOf(shown)).toEqual({ a: [25, 50, 75], b: [75, 50, 25] });
    expect([shown.looks, shown.series[0]?.unit.id]).toEqual([{ stacked: true, min: 0, max: 100 }, 'percent']);
  });

  it('takes shares of what there is at each moment', () => {
    const late = frame([time([START_MS + 60_000, START_MS + 90_000]), field('late', [6, 4])]);
    const shown = showSeries(custom({ stacking: { mode: 'percent', group: 'A' } }), [
      series([1, 2, 3], { host: 'a' }),
      late,
    ]);
    expect(Object.values(valuesOf(shown))).toEqual([
      [100, 25, 100],
      [75, 100],
    ]);
  });

  it('says a line over a stack instead of stacking it', () => {
    const data = [...pair, series([16, 16, 16], { host: 'total' })];
    const raw = settings({ unit: 'bytes', custom: { stacking: { mode: 'normal', group: 'A' } } }, [
      override('byName', 'total', ['custom.stacking', { mode: 'none' }]),
    ]);
    const shown = showSeries(raw, data);
    expect(names(shown)).toEqual(['a', 'b']);
    expect(shown.warnings).toEqual(['total, which the panel does not stack with the rest, is 16\u202FB.']);
  });

  it('draws two stacks as lines', () => {
    const raw = settings({ custom: { stacking: { mode: 'normal', group: 'A' } } }, [
      override('byName', 'b', ['custom.stacking', { mode: 'normal', group: 'B' }]),
    ]);
    expect(showSeries(raw, pair).looks).toBeUndefined();
  });

  it('turns a series over', () => {
    const raw = settings({}, [override('byName', 'b', ['custom.transform', 'negative-Y'])]);
    expect(valuesOf(showSeries(raw, pair))).toEqual({ a: [1, 2, 3], b: [-3, -2, -1] });
  });

  it('puts another unit, or the right axis, into a frame of its own', () => {
    const unit = settings({ unit: 'percent' }, [override('byName', 'b', ['unit', 'bytes'])]);
    expect((show(unit, pair) as SeriesFrame[]).map(names)).toEqual([['a'], ['b']]);
    const side = settings({}, [override('byName', 'a', ['custom.axisPlacement', 'right'])]);
    expect((show(side, pair) as SeriesFrame[]).map(names)).toEqual([['b'], ['a']]);
  });
});

describe('limits', () => {
  const steps = (...list: [number | null, string][]) => list.map(([value, color]) => ({ value, color }));
  const drawn = (list: object[], more: object = {}, mode = 'absolute') =>
    settings({ ...more, thresholds: { mode, steps: list }, custom: { thresholdsStyle: { mode: 'line' } } });
  const limits = (raw: object) => showSeries({ ...raw }, [series([10, 20])]).thresholds;

  it('are none unless the panel draws them', () => {
    const thresholds = { mode: 'absolute', steps: steps([null, 'green'], [80, 'red']) };
    expect(limits(settings({ thresholds }))).toBeUndefined();
  });

  it('are worse above where worse colours are above', () => {
    expect(limits(drawn(steps([null, 'green'], [80, '#EAB839'], [90, 'dark-red'])))).toEqual([
      { op: '>=', value: 80, severity: 'warning' },
      { op: '>=', value: 90, severity: 'critical' },
    ]);
  });

  it('are worse below where worse colours are below', () => {
    expect(limits(drawn(steps([null, 'rgba(245, 54, 54, 0.9)'], [10, 'orange'], [20, 'semi-dark-green'])))).toEqual([
      { op: '<', value: 10, severity: 'critical' },
      { op: '<', value: 20, severity: 'warning' },
    ]);
  });

  it('are in the unit of the series, in percent of the axis too', () => {
    const list = steps([null, 'green'], [0.8, 'red']);
    expect(limits(drawn(list, { unit: 'percentunit' }))?.[0]?.value).toBe(80);
    const share = drawn(steps([null, 'green'], [75, 'red']), { min: 0, max: 40 }, 'percentage');
    expect(limits(share)).toEqual([{ op: '>=', value: 30, severity: 'critical' }]);
    expect(limits(drawn(steps([null, 'green'], [50, 'red']), {}, 'percentage'))?.[0]?.value).toBe(15);
  });
});
