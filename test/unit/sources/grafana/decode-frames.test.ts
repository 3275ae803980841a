import { describe, expect, it } from 'vitest';
import { decodeFrames } from '../../../../src/sources/grafana/decode-frames.ts';
import { type Column, frameOf } from '../../../doubles/grafana/store.ts';

function decoded(columns: readonly Column[], schema: Record<string, unknown> = {}) {
  return decodeFrames([frameOf('A', columns, schema)], 'A')[0];
}

describe('frames of the query API', () => {
  it('keep times, numbers, labels and settings', () => {
    const frame = decoded(
      [
        { name: 'Time', type: 'time', values: [1_000, 2_000], config: { interval: 1_000 } },
        { name: 'Value', type: 'number', values: [1.5, null], labels: { host: 'a' }, config: { unit: 'bytes' } },
      ],
      { name: 'a', meta: { type: 'timeseries-multi', executedQueryString: 'up', preferredVisualisationType: 'graph' } },
    );
    expect(frame).toEqual({
      refId: 'A',
      name: 'a',
      type: 'timeseries-multi',
      executed: 'up',
      preferred: 'graph',
      length: 2,
      notices: [],
      fields: [
        { name: 'Time', type: 'time', config: { interval: 1_000 }, values: [1_000, 2_000] },
        { name: 'Value', type: 'number', labels: { host: 'a' }, config: { unit: 'bytes' }, values: [1.5, null] },
      ],
    });
  });

  it('get back the numbers that JSON has no words for', () => {
    const values = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(decoded([{ name: 'v', type: 'number', values }])?.fields[0]?.values).toEqual(values);
  });

  it('add nanoseconds to their times', () => {
    const raw = frameOf('A', [{ name: 't', type: 'time', values: [1_000, 2_000] }]);
    const [frame] = decodeFrames([{ ...raw, data: { values: [[1_000, 2_000]], nanos: [[500_000, 0]] } }], 'A');
    expect(frame?.fields[0]?.values).toEqual([1_000.5, 2_000]);
  });

  it('look the words of an enumeration up', () => {
    const raw = frameOf('A', [{ name: 's', type: 'enum', values: [1, 0, null] }]);
    const [frame] = decodeFrames([{ ...raw, data: { values: [[1, 0, null]], enums: [['down', 'up']] } }], 'A');
    expect(frame?.fields[0]).toMatchObject({ type: 'string', values: ['up', 'down', null] });
  });

  it('fill columns that are shorter than others', () => {
    const raw = frameOf('A', [
      { name: 'a', type: 'number', values: [] },
      { name: 'b', type: 'string', values: [] },
    ]);
    const [frame] = decodeFrames([{ ...raw, data: { values: [[1, 2, 3], ['x']] } }], 'A');
    expect(frame).toMatchObject({ length: 3, fields: [{ values: [1, 2, 3] }, { values: ['x', null, null] }] });
  });

  it('take whole numbers that came as text, and write objects as JSON', () => {
    const frame = decoded([
      { name: 'n', type: 'number', values: ['9007199254740993', 'x'] },
      { name: 'o', type: 'other', values: [{ a: 1 }, 'text'] },
    ]);
    expect(frame?.fields.map(({ values }) => values)).toEqual([
      [9_007_199_254_740_992, null],
      ['{"a":1}', 'text'],
    ]);
  });

  it('keep warnings and errors of the data source, not what is for information', () => {
    const notices = [
      { severity: 'warning', text: 'two  shards\nfailed' },
      { severity: 'info', text: 'cached' },
      { severity: 'error', text: 'too many' },
    ];
    expect(decoded([], { meta: { notices } })?.notices).toEqual(['two shards failed', 'too many']);
  });

  it.each([[undefined], [null], ['x'], [{}]])('are none where %j stands', (frames) => {
    expect(decodeFrames(frames, 'A')).toEqual([]);
  });

  it.each([
    [{}],
    [{ schema: null, data: 3 }],
    [{ schema: { fields: [null, 'x'] }, data: { values: 'no' } }],
    ['x'],
    [null],
  ])('are empty where one is broken: %j', (frame) => {
    expect(decodeFrames([frame], 'A')[0]?.length).toBe(0);
  });
});
