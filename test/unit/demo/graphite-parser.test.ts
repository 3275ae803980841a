import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { GraphiteError } from '../../../src/demo/graphite-error.ts';
import { firstPath, parseTarget } from '../../../src/demo/graphite-parser.ts';

const path = (text: string) => ({ kind: 'path', path: text });
const literal = (value: string | number | boolean | null) => ({ kind: 'literal', value });

it.each([
  ['a.b-c.d_e', path('a.b-c.d_e')],
  ['a.{b,c}[0-9]?.*', path('a.{b,c}[0-9]?.*')],
  ['a.b=c;d$e', path('a.b=c;d$e')],
  [String.raw`a.b\,c`, path('a.b,c')],
])('reads the path %s', (text, expected) => {
  expect(parseTarget(text)).toEqual(expected);
});

it('reads arguments of every kind', () => {
  expect(parseTarget('f(a.b, 1, -2.5, 1e3, "x, y", \'z\', true, None, inf, k=5)')).toMatchObject({
    name: 'f',
    args: [
      path('a.b'),
      literal(1),
      literal(-2.5),
      literal(1000),
      literal('x, y'),
      literal('z'),
      literal(true),
      literal(null),
      literal(Infinity),
    ],
    named: { k: literal(5) },
  });
});

it('reads a pipe as a call with the left side first', () => {
  expect(parseTarget('a.b | f(2)')).toEqual(parseTarget('f(a.b, 2)'));
});

it.each([
  ['servers.web 01.cpu', 'servers.web'],
  ['a.b,c.d', 'a.b'],
  ['servers..cpu', 'servers'],
  ['foo(a.b', 'foo'],
  ['web.ä.cpu', 'web'],
])('drops what it cannot read behind a good beginning, as graphite-web does: %s', (text, kept) => {
  expect(parseTarget(text)).toEqual(path(kept));
});

it.each([
  ['scale(sumSeries(a.b,c.d),2)', 'a.b'],
  ['a.b', 'a.b'],
  ['constantLine(5)', 'constantLine(5)'],
  ['(', '('],
])('finds the first path of the name %s', (name, expected) => {
  expect(firstPath(name)).toBe(expected);
});

propertyTest.prop([fc.string({ unit: fc.constantFrom(...'ab.({,)}|"\'*[]\\ =12é'), maxLength: 60 })], {
  numRuns: 3_000,
})('answers or refuses any text, and never anything else', (text) => {
  try {
    const parsed = parseTarget(text);
    expect(parsed === undefined || typeof parsed.kind === 'string').toBe(true);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(GraphiteError);
  }
});
