import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { parseJson } from '../../../../src/alerts/reading/body.ts';

it.each([
  ['{"id":9007199254740993}', { id: '9007199254740993' }],
  ['[-12345678901234567890, 1]', ['-12345678901234567890', 1]],
  ['{"a": {"b" :\n\t12345678901234567890}}', { a: { b: '12345678901234567890' } }],
  ['{"a":1e300,"b":1.5E+20}', { a: '1e300', b: '1.5E+20' }],
  ['{"a":9007199254740991,"b":0.1234567890123456,"c":1e-7}', { a: 9007199254740991, b: 0.1234567890123456, c: 1e-7 }],
  ['{"a":"a3e5:12345678901234567890"}', { a: 'a3e5:12345678901234567890' }],
])('keeps numbers that would be rounded as they are written, and others as numbers: %s', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test.prop([fc.array(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })), fc.constantFrom(' ', '', '\n ')])(
  'reads every integer exactly, wherever it stands',
  (numbers, blank) => {
    const text = `{"one":${blank}[${numbers.map((one) => `${blank}${one}`).join(',')}]}`;
    const { one } = parseJson(text) as { readonly one: readonly unknown[] };
    expect(one.map((read) => BigInt(String(read)))).toEqual(numbers);
  },
);
