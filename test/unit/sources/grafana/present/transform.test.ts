import { describe, expect, it } from 'vitest';
import type { DataFrame } from '../../../../../src/sources/grafana/data-frame.ts';
import { nameFields } from '../../../../../src/sources/grafana/present/names.ts';
import { transformFrames } from '../../../../../src/sources/grafana/present/transform.ts';
import { field, frame, START_MS, series, time } from './harness.ts';

/** The cells of every frame after transformations, names on top. */
function cellsAfter(frames: readonly DataFrame[], ...steps: [string, object?][]): unknown[][][] {
  const transformations = steps.map(([id, options = {}]) => ({ id, options: options as Record<string, unknown> }));
  const done = transformFrames(frames, transformations, (text) => text.replaceAll('$n', '1')).frames;
  const names = nameFields(done);
  return done.map(({ fields, length }) => [
    fields.map((one) => names.get(one)),
    ...Array.from({ length }, (_, row) => fields.map(({ values }) => values[row] ?? null)),
  ]);
}

const hosts = frame([field('host', ['a', 'b', 'a']), field('n', [1, 2, 3]), field('size', [10, 20, 30])]);
const a = series([1, 2], { host: 'a' });
const b = series([3, 4], { host: 'b' });
const [T0, T1] = [START_MS, START_MS + 60_000];

describe('transformations', () => {
  it('reduce series to rows', () => {
    expect(cellsAfter([a, b], ['reduce', { reducers: ['lastNotNull', 'mean', 'p50'] }])).toEqual([
      [
        ['Field', 'Last *', 'Mean', '50th %'],
        ['a', 2, 1.5, 1.5],
        ['b', 4, 3.5, 3.5],
      ],
    ]);
  });

  it('reduce series to rows with their labels', () => {
    expect(cellsAfter([a, b], ['reduce', { reducers: ['max'], labelsToFields: true }])).toEqual([
      [
        ['Field', 'host', 'Max'],
        ['Value', 'a', 2],
        ['Value', 'b', 4],
      ],
    ]);
  });

  it('reduce fields in their place', () => {
    expect(cellsAfter([hosts], ['reduce', { mode: 'reduceFields', reducers: ['sum'] }])).toEqual([
      [
        ['host', 'n', 'size'],
        [null, 6, 60],
      ],
    ]);
  });

  it('organize columns', () => {
    const options = { excludeByName: { n: true }, indexByName: { size: 0, host: 1 }, renameByName: { size: 'Size' } };
    expect(cellsAfter([hosts], ['organize', options])[0]?.slice(0, 2)).toEqual([
      ['Size', 'host'],
      [10, 'a'],
    ]);
  });

  it('rename by an expression', () => {
    expect(cellsAfter([hosts], ['renameByRegex', { regex: '^(.)(.*)$', renamePattern: '$2$1' }])[0]?.[0]).toEqual([
      'osth',
      'n',
      'izes',
    ]);
    expect(cellsAfter([hosts], ['renameByRegex', { regex: '/H/i', renamePattern: 'x' }])[0]?.[0]).toEqual([
      'xost',
      'n',
      'size',
    ]);
    expect(cellsAfter([hosts], ['renameByRegex', { regex: '(', renamePattern: 'x' }])[0]?.[0]).toEqual([
      'host',
      'n',
      'size',
    ]);
  });

  it('keep fields by name and expression', () => {
    expect(cellsAfter([hosts], ['filterFieldsByName', { include: { names: ['n'] } }])[0]?.[0]).toEqual(['n']);
    expect(cellsAfter([hosts], ['filterFieldsByName', { include: { pattern: '/^[hn]/' } }])[0]?.[0]).toEqual([
      'host',
      'n',
    ]);
    expect(cellsAfter([hosts], ['filterFieldsByName', { exclude: { names: ['n'] } }])[0]?.[0]).toEqual([
      'host',
      'size',
    ]);
    expect(cellsAfter([hosts], ['filterFields', { include: { id: 'byType', options: 'number' } }])[0]?.[0]).toEqual([
      'n',
      'size',
    ]);
  });

  it('keep frames of some queries', () => {
    const frames = [hosts, { ...hosts, refId: 'B' }, { ...hosts, refId: 'C' }];
    expect(cellsAfter(frames, ['filterByRefId', { include: 'B' }])).toHaveLength(1);
    expect(cellsAfter(frames, ['filterByRefId', { include: '/^(?:A|C)$/' }])).toHaveLength(2);
  });

  it.each<[object, string, string, number[]]>([
    [{ id: 'greater', options: { value: 1 } }, 'include', 'any', [2, 3]],
    [{ id: 'lowerOrEqual', options: { value: 2 } }, 'exclude', 'any', [3]],
    [{ id: 'equal', options: { value: '2' } }, 'include', 'all', [2]],
    [{ id: 'between', options: { from: 1, to: 3 } }, 'include', 'any', [2]],
    [{ id: 'isNull' }, 'include', 'any', []],
  ])('keep rows by %j, %s', (config, type, match, left) => {
    const options = { filters: [{ fieldName: 'n', config }], type, match };
    expect(
      cellsAfter([hosts], ['filterByValue', options])[0]
        ?.slice(1)
        .map((row) => row[1]),
    ).toEqual(left);
  });

  it('sort and limit', () => {
    const sorted = cellsAfter(
      [hosts],
      ['sortBy', { sort: [{ field: 'n', desc: true }] }],
      ['limit', { limitField: 2 }],
    );
    expect(sorted[0]?.slice(1)).toEqual([
      ['a', 3, 30],
      ['b', 2, 20],
    ]);
    expect(cellsAfter([hosts], ['limit', { limitField: '$n' }])[0]).toHaveLength(2);
  });

  it('merge rows that agree in the columns all have', () => {
    const used = frame([field('host', ['a', 'b']), field('used', [1, 2])]);
    const free = frame([field('host', ['b', 'c']), field('free', [3, 4])]);
    expect(cellsAfter([used, free], ['merge'])).toEqual([
      [
        ['host', 'used', 'free'],
        ['a', 1, null],
        ['b', 2, 3],
        ['c', null, 4],
      ],
    ]);
  });

  it('join by a field, outer and inner, under both names', () => {
    const left = frame([time([T0, T1]), field('x', [1, 2])]);
    const right = frame([time([T1, T1 + 60_000]), field('y', [3, 4])], { refId: 'B' });
    expect(cellsAfter([left, right], ['seriesToColumns', { byField: 'Time' }])).toEqual([
      [
        ['Time', 'x', 'y'],
        [T0, 1, null],
        [T1, 2, 3],
        [T1 + 60_000, null, 4],
      ],
    ]);
    expect(cellsAfter([left, right], ['joinByField', { mode: 'inner' }])).toEqual([
      [
        ['Time', 'x', 'y'],
        [T1, 2, 3],
      ],
    ]);
  });

  it('join tells apart columns of the same name', () => {
    const other = frame([time([T0]), field('x', [9])], { refId: 'B', name: 'other' });
    expect(cellsAfter([frame([time([T0]), field('x', [1])]), other], ['joinByField'])[0]?.[0]).toEqual([
      'Time',
      'x',
      'x other',
    ]);
  });

  it('calculate a field of two others, also of a number and over frames', () => {
    const binary = { mode: 'binary', binary: { left: 'size', operator: '/', right: 'n' }, alias: 'each' };
    expect(cellsAfter([hosts], ['calculateField', binary])[0]?.map((row) => row[3])).toEqual(['each', 10, 10, 10]);
    const number = {
      mode: 'binary',
      binary: { left: { matcher: { id: 'byName', options: 'n' } }, operator: '*', right: { fixed: '2' } },
    };
    expect(cellsAfter([hosts], ['calculateField', number])[0]?.map((row) => row[3])).toEqual(['n * 2', 2, 4, 6]);
    const across = {
      mode: 'binary',
      binary: { left: 'a', operator: '+', right: 'b' },
      replaceFields: true,
      alias: 'sum',
    };
    expect(cellsAfter([a, b], ['calculateField', across])).toEqual([
      [
        ['Time', 'sum'],
        [T0, 4],
        [T1, 6],
      ],
    ]);
  });

  it('calculate a field of a row', () => {
    const options = { mode: 'reduceRow', reduce: { reducer: 'sum' } };
    expect(cellsAfter([hosts], ['calculateField', options])[0]?.map((row) => row[3])).toEqual(['Total', 11, 22, 33]);
    const some = { reduce: { reducer: 'max', include: ['n'] } };
    expect(cellsAfter([hosts], ['calculateField', some])[0]?.map((row) => row[3])).toEqual(['Max', 1, 2, 3]);
  });

  it('group rows', () => {
    const fields = { host: { operation: 'groupby' }, n: { operation: 'aggregate', aggregations: ['sum', 'count'] } };
    expect(cellsAfter([hosts], ['groupBy', { fields }])).toEqual([
      [
        ['host', 'n (sum)', 'n (count)'],
        ['a', 4, 2],
        ['b', 2, 1],
      ],
    ]);
  });

  it('make columns of labels', () => {
    expect(cellsAfter([a, b], ['labelsToFields'])).toEqual([
      [
        ['Time', 'host', 'Value'],
        [T0, 'a', 1],
        [T1, 'a', 2],
        [T0, 'b', 3],
        [T1, 'b', 4],
      ],
    ]);
    expect(cellsAfter([a, b], ['labelsToFields', { valueLabel: 'host' }])).toEqual([
      [
        ['Time', 'a', 'b'],
        [T0, 1, 3],
        [T1, 2, 4],
      ],
    ]);
  });

  it('make a matrix of three columns', () => {
    const options = { columnField: 'k', rowField: 'host', valueField: 'v' };
    const long = frame([field('host', ['a', 'a', 'b']), field('k', ['x', 'y', 'x']), field('v', [1, 2, 3])]);
    expect(cellsAfter([long], ['groupingToMatrix', options])).toEqual([
      [
        ['host', 'x', 'y'],
        ['a', 1, 2],
        ['b', 3, null],
      ],
    ]);
  });

  it('put frames beside and below each other', () => {
    const short = frame([field('x', [1])]);
    expect(cellsAfter([hosts, short], ['concatenate'])[0]?.map((row) => row[3])).toEqual(['x', 1, null, null]);
    expect(cellsAfter([a, b], ['seriesToRows'])[0]?.slice(0, 2)).toEqual([
      ['Time', 'Metric', 'Value'],
      [T1, 'a', 2],
    ]);
  });

  it('read texts as numbers and times', () => {
    const texts = frame([field('n', ['1', 'x']), field('at', ['2026-11-20T10:00:00Z', null])]);
    const conversions = [
      { targetField: 'n', destinationType: 'number' },
      { targetField: 'at', destinationType: 'time' },
    ];
    expect(cellsAfter([texts], ['convertFieldType', { conversions }])[0]?.slice(1)).toEqual([
      [1, START_MS],
      [null, null],
    ]);
  });

  it('are done in order, and those that are not known are named once', () => {
    const renamed = cellsAfter(
      [hosts],
      ['organize', { renameByName: { n: 'count' } }],
      ['sortBy', { sort: [{ field: 'count', desc: true }] }],
    );
    expect(renamed[0]?.[1]).toEqual(['a', 3, 30]);
    const { warnings } = transformFrames(
      [hosts],
      ['x', 'merge', 'x', 'y'].map((id) => ({ id, options: {} })),
      (text) => text,
    );
    expect(warnings).toEqual(['Transformations not done: x, y.']);
    const moving = [{ id: 'calculateField', options: { mode: 'windowFunctions' } }];
    expect(transformFrames([hosts], moving, (text) => text)).toEqual({
      frames: [hosts],
      warnings: ['Transformations not done: calculateField (windowFunctions).'],
    });
  });

  it('know series by the whole text that the data source calls them', () => {
    const spelt = (host: string) => series([1], { host }, {}, { displayNameFromDS: `up{host="${host}"}` });
    const options = { include: { names: ['up{host="b"}'] } };
    expect(cellsAfter([spelt('a'), spelt('b')], ['filterFieldsByName', options])).toEqual([[['up{host="b"}'], [1]]]);
  });

  it('leave alone what they cannot apply to', () => {
    const empty = frame([]);
    const ids = [
      'reduce',
      'organize',
      'merge',
      'joinByField',
      'calculateField',
      'groupBy',
      'sortBy',
      'limit',
      'labelsToFields',
      'concatenate',
      'seriesToRows',
      'filterByValue',
      'renameByRegex',
      'convertFieldType',
      'transpose',
    ];
    const faults = ids.filter((id) => {
      try {
        cellsAfter([], [id]);
        cellsAfter([empty, hosts], [id, { fields: null, sort: 7, filters: 'x', binary: [], reducers: {} }]);
        cellsAfter([hosts], [id, { mode: JSON.parse('{"toString":1,"valueOf":2}') }]);
        return false;
      } catch {
        return true;
      }
    });
    expect(faults).toEqual([]);
  });
});
