import { describe, expect, it } from 'vitest';
import type { TextTable } from '../../../src/domain/message.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { monospaceTable } from '../../../src/lib/text-table.ts';
import { answerTable, isTableBetter } from '../../../src/render/table.ts';
import { at, DAY, HOUR, NOW, sampleAnswer, sampleFrame, sampleRange, sampleSeries } from './sample-answers.ts';

const LIMITS = { thresholds: [{ op: '>' as const, value: 80, severity: 'warning' as const }] };

function drawn(table: TextTable | undefined): string[] {
  return table ? monospaceTable(table).replaceAll('\u202F', ' ').split('\n') : [];
}

/** `base` but `peak` for some minutes from 10:12, `last` at the end. */
function shaped(name: string, base: number, peak: number, peakMinutes: number, last: number, unit = 'percent') {
  const values = Array.from({ length: 60 }, (_, minute) => {
    if (minute === 59) return last;
    return minute >= 10 && minute < 10 + peakMinutes ? peak : base;
  });
  return sampleSeries(name, values, { unit });
}

describe('a table of series', () => {
  const fleet = [shaped('web02', 60, 88, 6, 82), shaped('web07', 71, 97, 22, 93), shaped('web09', 10, 20, 1, 12)];

  it('has newest value, mean, peak with its time and the time beyond the limit, the worst first', () => {
    const answer = sampleAnswer(fleet, {
      query: LIMITS,
      question: { arguments: { host: ['web02', 'web07', 'web09'] } },
    });
    // web07: (37 × 71 + 22 × 97 + 93) / 60 = 80.9; web02: (53 × 60 + 6 × 88 + 82) / 60 = 63.17; web09: 10.2
    expect(drawn(answerTable(answer))).toEqual([
      'host    now    mean        peak  above 80 %',
      'web07  93 %  80.9 %  97 % 10:12      23 min',
      'web02  82 %  63.2 %  88 % 10:12       7 min',
      'web09  12 %  10.2 %  20 % 10:12           –',
    ]);
  });

  it('counts what it does not show, and says so when that never passed the limit', () => {
    const answer = sampleAnswer(fleet, { query: LIMITS });
    expect(drawn(answerTable(answer, 2)).at(-1)).toBe('… 1 more, never above 80 %');
    expect(drawn(answerTable(answer, 1)).at(-1)).toBe('… 2 more');
  });

  it('has the lowest value where low is bad', () => {
    const answer = sampleAnswer(fleet, { query: { worst: 'low' } });
    expect(drawn(answerTable(answer))[0]).toBe('name    now    mean      lowest        peak');
    expect(drawn(answerTable(answer))[1]).toMatch(/^web09/);
  });

  it('has what it was in a comparison', () => {
    const fromMs = NOW - HOUR - DAY;
    const before = sampleSeries('web07', Array(60).fill(50), { fromMs });
    const answer = sampleAnswer(fleet, {
      comparison: { label: 'yesterday', offsetMs: DAY, fromMs, frames: [sampleFrame([before])] },
      question: { comparison: { kind: 'range', label: 'yesterday', range: sampleRange({ fromMs }) } },
    });
    expect(drawn(answerTable(answer)).slice(0, 3)).toEqual([
      'name    now   was    mean        peak',
      'web07  93 %  50 %  80.9 %  97 % 10:12',
      'web02  82 %        63.2 %  88 % 10:12',
    ]);
  });

  it('gives an old newest value its time', () => {
    const stale = sampleSeries('web03', Array(40).fill(95));
    expect(drawn(answerTable(sampleAnswer([stale])))[1]).toBe('web03  10:41 95 %  95 %  95 %');
  });

  it('shows sums of counts', () => {
    const answer = sampleAnswer([shaped('checkout', 1, 57, 1, 3, 'count')], {
      query: { unit: makeUnit('count'), consolidate: 'sum' },
    });
    expect(drawn(answerTable(answer))).toEqual(['name      sum  mean      most', 'checkout  118  1.97  57 10:12']);
  });

  it('is absent when there is nothing', () => {
    expect(answerTable(sampleAnswer([]))).toBeUndefined();
  });
});

it('keeps the columns of a result that is a table', () => {
  const table = {
    kind: 'table' as const,
    range: sampleRange(),
    warnings: [],
    columns: [
      { name: 'path', type: 'string' as const },
      { name: 'size', type: 'number' as const, unit: makeUnit('bytes') },
      { name: 'seen', type: 'time' as const },
    ],
    rows: [
      ['/var', 1536, at('10:41')],
      ['/', null, null],
    ],
  };
  const answer = sampleAnswer([], { frames: [table] });
  expect(drawn(answerTable(answer))).toEqual(['path      size  seen', '/var  1.50 KiB  10:41', '/']);
  expect(drawn(answerTable(answer, 1)).at(-1)).toBe('… 1 more');
  expect(isTableBetter(answer)).toBe(true);
});

describe('isTableBetter', () => {
  const many = (count: number, name: (index: number) => string, values = [1, 2, 3]) =>
    sampleAnswer(Array.from({ length: count }, (_, index) => sampleSeries(name(index), values)));

  it('prefers a picture for a few series, or many with short names', () => {
    expect(isTableBetter(many(1, () => 'web01'))).toBe(false);
    expect(isTableBetter(many(60, (index) => `web${index}`))).toBe(false);
  });

  it('prefers a table for several series of one value each', () => {
    expect(isTableBetter(many(3, (index) => `web${index}`, [7]))).toBe(true);
    expect(isTableBetter(many(1, () => 'web01', [7]))).toBe(false);
  });

  it('prefers a table for many series whose names a picture would cut', () => {
    expect(isTableBetter(many(9, (index) => `a-very-long-container-name-in-a-cluster-${index}`))).toBe(true);
    expect(isTableBetter(many(8, (index) => `a-very-long-container-name-in-a-cluster-${index}`))).toBe(false);
  });
});
