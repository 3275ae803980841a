/** What changed between two sets of definitions, and between two texts. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { changesBetween, diffLines } from '../../../src/cli/preview/changes.ts';

const text = (id: string, body: string, pack = 'ours') => ({
  pack,
  id,
  file: 'a.yaml',
  origin: 'a.yaml:1',
  text: body,
});

it('finds what is changed, new and gone, and nothing where only the place differs', () => {
  const before = [text('cpu', 'a'), text('load', 'b'), text('net', 'c'), text('cpu', 'a', 'other')];
  const after = [
    { ...text('net', 'c'), file: 'b.yaml', origin: 'b.yaml:9' },
    text('cpu', 'A'),
    text('disk', 'd'),
    text('cpu', 'a', 'other'),
  ];
  const found = changesBetween(before, after).map(({ id, before: old, after: now }) => [id, old?.text, now?.text]);
  expect(found).toEqual([
    ['cpu', 'a', 'A'],
    ['disk', undefined, 'd'],
    ['load', 'b', undefined],
  ]);
});

it('pairs several definitions of one name in their order', () => {
  const changes = changesBetween(
    [text('cpu', 'at one'), text('cpu', 'at two')],
    [text('cpu', 'at one'), text('cpu', 'at 2')],
  );
  expect(changes.map(({ before, after }) => [before?.text, after?.text])).toEqual([['at two', 'at 2']]);
});

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '  d: 1', ''), { maxLength: 12 }).map((all) => all.join('\n'));

propertyTest.prop([lines, lines])('a comparison holds both texts whole, and keeps what they share', (before, after) => {
  const diff = diffLines(before, after);
  const side = (without: '+' | '-') =>
    diff
      .filter(({ sign }) => sign !== without)
      .map(({ text: line }) => line)
      .join('\n');
  expect([side('+'), side('-')]).toEqual([before, after]);
  if (before === after) expect(diff.every(({ sign }) => sign === ' ')).toBe(true);
});
