import { describe, expect, it } from 'vitest';
import { cutMiddle, displayWidth, padTo } from '../../../src/lib/display-width.ts';
import { monospaceTable } from '../../../src/lib/text-table.ts';

describe('displayWidth', () => {
  it.each([
    ['web01', 5],
    ['83.4\u202F%', 6],
    ['服务器', 6],
    ['サーバ', 6],
    ['한국', 4],
    ['e\u0301', 1],
    ['\u200Bx', 1],
    ['🔥', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['Ωμέγα', 5],
    ['', 0],
  ])('counts %j as %d columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

it('fills up on the side that is asked', () => {
  expect([padTo('服', 4, 'left'), padTo('服', 4, 'right'), padTo('long', 2, 'left')]).toEqual(['服  ', '  服', 'long']);
});

it('cuts in the middle by whole characters', () => {
  expect(cutMiddle('workspace', 8)).toBe('work…ace');
  expect(cutMiddle('web01', 5)).toBe('web01');
  expect(displayWidth(cutMiddle('服务器服务器服务器', 8))).toBeLessThanOrEqual(8);
  expect(cutMiddle('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5)).toBe('👩‍👩‍👧…👩‍👩‍👧');
});

it('aligns a table of names in several scripts', () => {
  const table = monospaceTable({
    columns: [
      { title: 'host', align: 'left' },
      { title: 'now', align: 'right' },
    ],
    rows: [
      ['服务器', '1 %'],
      ['web', '100 %'],
    ],
    more: '… 3 more',
  });
  expect(table.split('\n')).toEqual(['host      now', '服务器    1 %', 'web     100 %', '… 3 more']);
});
