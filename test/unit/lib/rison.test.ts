import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseRison, type RisonValue, rison } from '../../../src/lib/rison.ts';
import { readRison } from '../../doubles/rison.ts';

describe('parseRison', () => {
  it.each<[string, RisonValue]>([
    ["(time:(from:now-15m,to:'now'))", { time: { from: 'now-15m', to: 'now' } }],
    [
      "(columns:!(message,log.level),index:'90943e30-9a47-11e8-b64d-95841ca0b247')",
      {
        columns: ['message', 'log.level'],
        index: '90943e30-9a47-11e8-b64d-95841ca0b247',
      },
    ],
    ["('$state':(store:appState),$state:!n)", { $state: null }],
    ['!(!t,!f,!n,-1.5,1e-3,0)', [true, false, null, -1.5, 0.001, 0]],
    ["'it!'s !! ok'", "it's ! ok"],
    ['()', {}],
    ['!()', []],
    ['sort:x'.slice(5), 'x'],
  ])('reads %s', (text, value) => {
    expect(parseRison(text)).toEqual(value);
  });

  it.each(['', '(', '(a:1', "'open", '!x', '(a)', '!(1,,2)', '(a:1)b', 'a b', '!(1'])('refuses %j', (text) => {
    expect(() => parseRison(text)).toThrow(SyntaxError);
  });

  it('refuses what is nested deeper than any link', () => {
    expect(() => parseRison(`${'!('.repeat(60)}1${')'.repeat(60)}`)).toThrow(SyntaxError);
  });

  it('makes a key that is called __proto__ a plain member', () => {
    const value = parseRison('(__proto__:(polluted:!t))');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

const risonValue: fc.Arbitrary<RisonValue> = fc.letrec<{ value: RisonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1 }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test.prop([risonValue], { numRuns: 500 })('reads back what is written, as an independent reader does', (value) => {
  const text = rison(value);
  expect(parseRison(text)).toEqual(value);
  expect(parseRison(text)).toEqual(readRison(text));
});

test.prop([fc.string({ unit: fc.constantFrom(...`()!',:*@$tfn0-1.e ab`) })], { numRuns: 500 })(
  'reads any text or refuses it, and never hangs',
  (text) => {
    try {
      parseRison(text);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(SyntaxError);
    }
  },
);
