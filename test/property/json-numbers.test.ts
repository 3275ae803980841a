/** Numbers are read out of JSON to the last bit as JSON.parse reads them, and nothing else is taken for one. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { readNumber, readNumberText } from '../../src/lib/json-numbers.ts';

const finite = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc
    .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.integer({ min: 0, max: 9_999 }))
    .map(([whole, rest]) => Number(`${whole}.${rest}`)),
);

describe('numbers of JSON', () => {
  propertyTest.prop([finite], { numRuns: 2_000 })('are the nearest double, plain and as text', (number) => {
    const text = JSON.stringify(number);
    const [plain, quoted] = [
      { body: ` ${text},`, at: 0 },
      { body: `"${text}"]`, at: 0 },
    ];
    const wanted = JSON.parse(text) as number;
    expect([readNumber(plain), readNumberText(quoted)]).toEqual([wanted, wanted]);
    expect([plain.body[plain.at], quoted.body[quoted.at]]).toEqual([',', ']']);
  });

  it('may be no numbers where they are text', () => {
    const read = (text: string) => readNumberText({ body: JSON.stringify(text), at: 0 });
    expect(['NaN', '+Inf', '-Inf', 'Inf'].map(read)).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it.each(['', '-', '1.', '.5', '1e', '0x10', '1_000', '١', '1 2', 'constructor', '1'.repeat(500)])(
    'are not %j',
    (text) => {
      expect(() => readNumberText({ body: `"${text}"`, at: 0 })).toThrow(SyntaxError);
      if (text !== '1 2' && !text.startsWith('11') && !/^(?:0x|1_)/.test(text))
        expect(() => readNumber({ body: text, at: 0 })).toThrow(SyntaxError);
    },
  );
});
