/** The fast reader of Graphite's answers against `JSON.parse`. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect } from 'vitest';
import { decodeRender } from '../../src/sources/graphite/decode-render.ts';

const value = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.nat({ max: 12 }))
    .map(([whole, digits]) => whole / 10 ** digits),
);
const point = fc.tuple(value, fc.integer({ min: 0, max: 4_000_000_000 }));
const row = fc.record({
  target: fc.string({ unit: 'binary' }),
  tags: fc.dictionary(fc.string(), fc.string()),
  datapoints: fc.array(point, { maxLength: 40 }),
});
const rows = fc.array(row, { maxLength: 5 });
const layout = fc.constantFrom<(list: unknown) => string>(
  (list) => JSON.stringify(list),
  (list) => JSON.stringify(list, null, 2),
  (list) => JSON.stringify(list, null, '\t').replaceAll('\n', '\r\n'),
);

propertyTest.prop([rows, layout], { numRuns: 500 })('reads what JSON.parse reads, to the last bit', (list, write) => {
  const body = write(list);
  const read = decodeRender(body).map(({ target, tags, seconds, values }) => ({
    target,
    tags,
    datapoints: [...seconds].map((second, at) => [values[at], second]),
  }));
  const parsed = (JSON.parse(body) as { datapoints: [number | null, number][] }[]).map((one) => ({
    ...one,
    datapoints: one.datapoints.map(([number, second]) => [number ?? Number.NaN, second]),
  }));
  expect(read).toEqual(parsed);
});

const numberText = fc.stringMatching(/^-?[0-9]{1,20}(\.[0-9]{0,20})?([eE][+-]?[0-9]{1,3})?$/);

propertyTest.prop([numberText], { numRuns: 3_000 })('takes the numbers that JSON has, and no others', (text) => {
  const body = `[{"target":"x","datapoints":[[${text},1700000000]]}]`;
  let expected: number | undefined;
  try {
    expected = (JSON.parse(`[${text}]`) as [number])[0];
  } catch {
    expected = undefined;
  }
  if (expected === undefined) expect(() => decodeRender(body)).toThrow();
  else expect(decodeRender(body)[0]?.values[0]).toBe(expected);
});

propertyTest.prop([fc.string({ unit: 'grapheme-ascii' })], { numRuns: 2_000 })(
  'refuses what is no answer with a code',
  (text) => {
    try {
      expect(Array.isArray(decodeRender(text))).toBe(true);
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'SOURCE_UNEXPECTED' });
    }
  },
);

propertyTest.prop([rows, fc.nat()], { numRuns: 300 })('refuses an answer that was cut anywhere', (list, seed) => {
  const body = JSON.stringify(list);
  const cut = body.slice(0, seed % body.length);
  expect(() => decodeRender(cut)).toThrow(expect.objectContaining({ code: 'SOURCE_UNEXPECTED' }));
});
