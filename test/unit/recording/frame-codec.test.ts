/** What is written down is read back as it was, whatever the frame. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import type { Frame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { cutFrame } from '../../../src/recording/cut-frame.ts';
import { decodeFrame, encodeFrame } from '../../../src/recording/frame-codec.ts';
import { RecordedFrame } from '../../../src/recording/frame-schema.ts';

const range = { fromMs: 1_764_000_000_000, toMs: 1_764_003_600_000, zone: 'UTC', text: 'last 1h' };
const common = { range, warnings: [] };

const unit = fc.oneof(
  fc.constantFrom('percent', 'bytes', 'ms', 'req/s', '°C', 'count').map(makeUnit),
  fc.integer({ min: 0, max: 9 }).map((decimals) => ({ ...makeUnit('bytes'), decimals })),
);
const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(Number.NaN));
const labels = fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), { maxKeys: 3 });
const times = fc.oneof(
  fc.uniqueArray(fc.integer({ min: range.fromMs, max: range.toMs }), { maxLength: 20 }).map((all) => all.sort()),
  fc
    .record({ step: fc.constantFrom(1_000, 10_000, 2.5), count: fc.nat(20) })
    .map(({ step, count }) => Array.from({ length: count }, (_, index) => range.fromMs + index * step)),
);
const series = fc
  .record({ name: fc.string(), labels, unit, at: times, values: fc.array(value, { minLength: 20, maxLength: 20 }) })
  .map(({ at, values, ...rest }) => ({
    ...rest,
    times: Float64Array.from(at),
    values: Float64Array.from(values.slice(0, at.length)),
  }));
const cell = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer());

const frame: fc.Arbitrary<Frame> = fc
  .oneof(
    fc.record({ kind: fc.constant('series' as const), series: fc.array(series, { maxLength: 4 }) }),
    fc.record({
      kind: fc.constant('table' as const),
      columns: fc.array(fc.record({ name: fc.string(), type: fc.constantFrom('string' as const, 'number' as const) })),
      rows: fc.array(fc.array(cell)),
    }),
    fc.record({
      kind: fc.constant('logs' as const),
      lines: fc.array(fc.record({ timeMs: fc.integer(), message: fc.string(), fields: labels })),
      total: fc.nat(),
    }),
    fc
      .record({ width: fc.nat(5), edges: fc.array(fc.integer(), { minLength: 1, maxLength: 5 }), unit })
      .map(({ width, edges, unit: own }) => ({
        kind: 'heatmap' as const,
        xEdges: Float64Array.from({ length: width + 1 }, (_, index) => range.fromMs + index * 60_000),
        yEdges: Float64Array.from([...edges, Number.POSITIVE_INFINITY]),
        counts: Float64Array.from({ length: width * edges.length }, (_, index) => index),
        unit: own,
      })),
  )
  .map((one) => ({ ...common, ...one }));

/** A series knows its step once it has been written down by it. */
function withoutStep(one: Frame): unknown {
  if (one.kind !== 'series') return one;
  return { ...one, series: one.series.map(({ stepMs: _step, ...rest }) => rest) };
}

propertyTest.prop([frame])('a frame survives a file', (one) => {
  const written = JSON.parse(JSON.stringify(encodeFrame(one)));
  const read = decodeFrame(RecordedFrame.parse(written), range, makeUnit('none'));
  expect(withoutStep(read)).toEqual(withoutStep(one));
});

it('writes a unit by its name where that says it all', () => {
  const one = { name: 'web01', labels: {}, times: Float64Array.of(0), values: Float64Array.of(1) };
  const make = (unit: ReturnType<typeof makeUnit>) =>
    encodeFrame({ kind: 'series', ...common, series: [{ ...one, unit }] });
  expect(make(makeUnit('percent'))).toMatchObject({ series: [{ unit: 'percent' }] });
  expect(make({ ...makeUnit('percent'), decimals: 3 })).toMatchObject({ series: [{ unit: { decimals: 3 } }] });
});

it('takes all numbers of a frame that says no unit as the definition has them', () => {
  const written = RecordedFrame.parse({
    kind: 'series',
    series: [{ name: 'a', times: [0], values: [36] }],
    thresholds: [{ op: '>', value: 30, severity: 'warning' }],
    looks: { max: 50 },
    exemplars: [{ timeMs: 0, value: 36, labels: {} }],
  });
  const { range } = common;
  expect(decodeFrame(written, range, makeUnit('minutes'))).toMatchObject({
    series: [{ values: Float64Array.of(2160) }],
    thresholds: [{ value: 1800 }],
    looks: { max: 3000 },
    exemplars: [{ value: 2160 }],
  });
});

it.each([
  [{ kind: 'series', series: [{ name: 'a', values: [1, 2] }] }, /needs `start` and `stepMs`/],
  [{ kind: 'series', series: [{ name: 'a', times: [1], values: [1, 2] }] }, /as many `times` as `values`/],
  [{ kind: 'pie', series: [] }, /kind/],
])('refuses %j', (written, words) => {
  expect(() => RecordedFrame.parse(written)).toThrow(words);
});

it('cuts series, lines and heatmaps to a window', () => {
  const heatmap: Frame = {
    kind: 'heatmap',
    ...common,
    xEdges: Float64Array.of(0, 10, 20, 30),
    yEdges: Float64Array.of(0, 1, 2),
    counts: Float64Array.of(1, 2, 3, 4, 5, 6),
    unit: makeUnit('seconds'),
  };
  expect(cutFrame(heatmap, 10, 30)).toMatchObject({
    xEdges: Float64Array.of(10, 20, 30),
    counts: Float64Array.of(2, 3, 5, 6),
  });
  const logs: Frame = {
    kind: 'logs',
    ...common,
    lines: [5, 15, 25].map((timeMs) => ({ timeMs, message: 'm', fields: {} })),
    total: 90,
  };
  expect(cutFrame(logs, 10, 20)).toMatchObject({ lines: [{ timeMs: 15 }], total: 1 });
});
