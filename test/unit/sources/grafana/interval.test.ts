import { describe, expect, it } from 'vitest';
import { autoInterval, intervalOf, parseInterval, writeInterval } from '../../../../src/sources/grafana/interval.ts';

describe('steps', () => {
  it.each([
    [9, 1],
    [10, 10],
    [34, 20],
    [1_499, 1_000],
    [3_499, 2_000],
    [20_000, 20_000],
    [45_000, 60_000],
    [200_000, 120_000],
    [1_000_000, 900_000],
    [5_000_000, 3_600_000],
    [86_399_999, 43_200_000],
    [86_400_000, 86_400_000],
    [604_800_000, 604_800_000],
    [3_628_800_000, 365 * 86_400_000],
  ])('of %i ms are rounded to %i', (ms, step) => {
    expect(intervalOf(ms, 1)).toBe(step);
  });

  it('are no shorter than what the panel or the data source wants', () => {
    expect(intervalOf(3_600_000, 1_000, 15_000)).toBe(15_000);
    expect(intervalOf(3_600_000, 100, 15_000)).toBe(30_000);
  });

  it.each([
    ['30s', 30_000],
    ['>10s', 10_000],
    ['>=1m', 60_000],
    ['1h30m', 5_400_000],
    ['1M', 30 * 86_400_000],
    ['15', 15_000],
    ['500ms', 500],
    ['auto', undefined],
    ['$x', undefined],
    ['', undefined],
  ])('are read: %j', (text, ms) => {
    expect(parseInterval(text)).toBe(ms);
  });

  it('are written with one unit', () => {
    expect([1, 999, 1_000, 60_000, 90_000, 3_600_000, 86_400_000].map(writeInterval)).toEqual([
      '1ms',
      '999ms',
      '1s',
      '1m',
      '1m',
      '1h',
      '1d',
    ]);
  });

  it('stand for auto', () => {
    expect(autoInterval(21_600_000, 30, '10s')).toBe('10m');
    expect(autoInterval(60_000, 30, '10s')).toBe('10s');
  });
});
