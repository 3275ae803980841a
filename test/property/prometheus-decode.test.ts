/** Whatever Prometheus may send is read as JSON.parse and Number read it; what it may not send is refused, never read wrongly. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import { decodeRange } from '../../src/sources/prometheus/decode-range.ts';

/** As Go writes a value (`strconv.FormatFloat(v, 'f', -1, 64)`), and other ways that are numbers too. */
const written = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat({ max: 999_999 }))
    .map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom('NaN', '+Inf', '-Inf', '0', '-0', '1e+09', '0.1', '123456789012345678', '-0.000001'),
);
const seconds = fc.oneof(fc.integer({ min: 0, max: 4e9 }), fc.double({ min: 0, max: 4e9, noNaN: true }));
const row = fc.record({
  metric: fc.dictionary(fc.string(), fc.string(), { maxKeys: 4 }),
  values: fc.array(fc.tuple(seconds, written), { maxLength: 20 }),
});

const NUMBERS: Readonly<Record<string, number>> = { NaN: Number.NaN, '+Inf': Infinity, '-Inf': -Infinity };

propertyTest.prop([fc.array(row, { maxLength: 5 }), fc.constantFrom(undefined, 1)], { numRuns: 500 })(
  'reads what was written, to the last bit',
  (rows, indent) => {
    const data = { resultType: 'matrix', result: rows };
    const body = JSON.stringify({ status: 'success', data, warnings: ['a'], infos: ['b'] }, null, indent);
    const answer = decodeRange(body);
    expect(answer.warnings).toEqual(['a', 'b']);
    expect(answer.rows.map(({ seconds: read }) => [...read])).toEqual(
      rows.map(({ values }) => values.map(([at]) => Number(JSON.stringify(at)))),
    );
    expect(answer.rows.map(({ values }) => [...values])).toEqual(
      rows.map(({ values }) => values.map(([, text]) => NUMBERS[text] ?? Number(text))),
    );
    expect(answer.rows.map(({ labels }) => Object.entries(labels))).toEqual(
      rows.map(({ metric }) => Object.entries(metric)),
    );
  },
);

propertyTest.prop([fc.array(row, { maxLength: 3 }), fc.nat(), fc.nat({ max: 3 }), fc.string({ maxLength: 3 })], {
  numRuns: 1_000,
})(
  'refuses or reads what was damaged on the way, and never throws anything but its own error',
  (rows, place, length, put) => {
    const body = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: rows } });
    const at = place % body.length;
    const damaged = body.slice(0, at) + put + body.slice(at + length);
    try {
      expect(Array.isArray(decodeRange(damaged).rows)).toBe(true);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(BotError);
    }
  },
);

it.each([
  '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,2]]}]}}',
  '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[["1","2"]]}]}}',
  '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"x"]]}]}}',
  '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"1."]]}]}}',
  '{"status":"success","data":{"resultType":"vector","result":[]}}',
  '{"status":"success","data":{"resultType":"matrix"}}',
  '{"status":"success"}',
  '[]',
  `{"data":${'['.repeat(100_000)}`,
  `{"data":{"result":[{"metric":${'{"a":'.repeat(50_000)}`,
])('refuses %.80s', (body) => {
  expect(() => decodeRange(body)).toThrow(expect.objectContaining({ code: 'SOURCE_UNEXPECTED' }));
});
