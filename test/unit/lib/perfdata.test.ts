import { describe, expect, it } from 'vitest';
import { makeUnit } from '../../../src/domain/unit.ts';
import { parsePerfdata, perfValue } from '../../../src/lib/perfdata.ts';

const plain = (text: string | undefined) => text?.replace(/[\u00a0\u202f]/g, ' ');
const short = (text: string) =>
  parsePerfdata(text).map(({ label, value, unit, warning, critical, min, max }) => {
    return [label, value, unit.id, plain(warning), plain(critical), min, max];
  });

describe('performance data', () => {
  it('has labels, values, units, limits and ends', () => {
    expect(short('/srv=41%;80;90;0;100 time=2.5s;2;5')).toEqual([
      ['/srv', 41, 'percent', '80 %', '90 %', 0, 100],
      ['time', 2.5, 'seconds', '2 s', '5 s', undefined, undefined],
    ]);
  });

  it('has labels in quotes with blanks, equal signs and quotes in them', () => {
    expect(short("'C:\\ used'=10GB 'a=b'=1 'it''s'=2c").map(([label, value, unit]) => [label, value, unit])).toEqual([
      ['C:\\ used', 10 * 1024 ** 3, 'bytes'],
      ['a=b', 1, 'none'],
      ["it's", 2, 'count'],
    ]);
  });

  it.each([
    ['a=1500ms', 1.5, 'seconds'],
    ['a=20us', 0.00002, 'seconds'],
    ['a=2KB', 2048, 'bytes'],
    ['a=1MiB', 1024 ** 2, 'bytes'],
    ['a=-3.5e2', -350, 'none'],
    ['a=1,5', 1.5, 'none'],
    ['a=.5s', 0.5, 'seconds'],
    ['a=5days', 432_000, 'seconds'],
    ['a=7rpm', 7, 'rpm'],
    ['a=500Mbps', 500, 'Mbps'],
    ['a=12MB/s', 12, 'MB/s'],
    ['a=8__proto__', 8, 'none'],
    ['constructor=1constructor', 1, 'constructor'],
  ])('reads %s', (text, value, unit) => {
    const [only] = parsePerfdata(text);
    expect([only?.value, only?.unit]).toEqual([value, makeUnit(unit)]);
  });

  it.each([
    ['10', '10'],
    ['10:', 'below 10'],
    ['~:10', '10'],
    ['10:20', 'outside 10 to 20'],
    ['@10:20', '10 to 20'],
    ['@20', '0 to 20'],
    ['-5', 'outside 0 to \u22125'],
    ['', undefined],
    ['x', undefined],
    ['~:', undefined],
  ])('tells the range %j as people say it', (range, words) => {
    expect(plain(parsePerfdata(`a=1;${range}`)[0]?.warning)).toBe(words);
  });

  it('keeps what could not be measured, without a value', () => {
    expect(parsePerfdata('a=U;1;2')).toEqual([{ label: 'a', unit: makeUnit('none'), warning: '1', critical: '2' }]);
  });

  it('passes over what is no value and goes on behind it', () => {
    expect(short("nonsense =1 ' b=x c=3 d= =4 e=5").map(([label]) => label)).toEqual(['c', 'e']);
  });

  it('takes a value in pieces as well', () => {
    const value = perfValue('/', { value: 41, uom: '%', warning: 80, critical: null, min: 0 });
    expect([value.value, value.unit.id, plain(value.warning), value.critical, value.min]).toEqual([
      41,
      'percent',
      '80 %',
      undefined,
      0,
    ]);
  });

  it('is bounded in values and time', () => {
    expect(parsePerfdata('a=1 '.repeat(10_000)).length).toBe(500);
    expect(parsePerfdata("'".repeat(100_000))).toEqual([]);
    expect(parsePerfdata(`'${"''".repeat(40_000)}`)).toEqual([]);
  });
});
