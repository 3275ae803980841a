import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { findNodes, matchesGlob } from '../../../src/demo/graphite-find.ts';
import { smallTree } from './small-tree.ts';

it.each([
  ['web*', 'web01', true],
  ['web*', 'db01', false],
  ['web0?', 'web01', true],
  ['web0?', 'web011', false],
  ['web0[1-3]', 'web02', true],
  ['web0[1-3]', 'web04', false],
  ['web0[!1-3]', 'web04', true],
  ['*0*1', 'web0a1', true],
  ['*', '', true],
  ['a+b', 'a+b', true],
  ['a+b', 'aab', false],
])('matches %s with %s: %s', (glob, name, expected) => {
  expect(matchesGlob(glob, name)).toBe(expected);
});

it('ends on a pattern made to run away', () => {
  expect(matchesGlob('*a'.repeat(200), `${'a'.repeat(5_000)}b`)).toBe(false);
});

const { root } = smallTree({
  's.web01.cpu.user': [],
  's.web01.load': [],
  's.web02.cpu.user': [],
  's.db01.cpu.user': [],
});
const pathsOf = (pattern: string) => findNodes(root, pattern).map(({ path }) => path);

it('finds branches and leaves, sorted by path', () => {
  expect(pathsOf('s.*')).toEqual(['s.db01', 's.web01', 's.web02']);
  expect(pathsOf('s.{web01,db01}.{cpu,load}')).toEqual(['s.db01.cpu', 's.web01.cpu', 's.web01.load']);
  expect(pathsOf('s.web01.load.more')).toEqual([]);
});

it('knows nothing of an object’s own names', () => {
  expect(pathsOf('s.constructor')).toEqual([]);
  expect(pathsOf('__proto__')).toEqual([]);
});

propertyTest.prop([fc.string({ unit: fc.constantFrom(...'ab'), maxLength: 8 })])(
  'every name matches itself and *',
  (name) => {
    expect(matchesGlob(name, name)).toBe(true);
    expect(matchesGlob('*', name)).toBe(true);
  },
);
