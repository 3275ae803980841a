import { describe, expect, it } from 'vitest';
import { makeUnit } from '../../../src/domain/unit.ts';
import { answerCsv } from '../../../src/render/csv.ts';
import { DAY, HOUR, NOW, sampleAnswer, sampleFrame, sampleRange, sampleSeries } from './sample-answers.ts';

describe('a CSV file of series', () => {
  it('has UTC times, a column per series with its unit, twelve digits, and nothing for a gap', () => {
    const answer = sampleAnswer([
      sampleSeries('web01', [0.1 + 0.2, null, 1e21, 1_234_567_890_123_456, 1e-7 / 3]),
      sampleSeries('disk', [1536], { unit: 'bytes' }),
      sampleSeries('orders', [-5], { unit: 'orders/min' }),
    ]);
    expect(answerCsv(answer)).toBe(
      [
        'time,web01 (%),disk (B),orders (orders per minute)',
        '2026-11-25T09:02:00Z,0.3,1536,-5',
        '2026-11-25T09:03:00Z,,,',
        '2026-11-25T09:04:00Z,1e+21,,',
        '2026-11-25T09:05:00Z,1234567890123456,,',
        '2026-11-25T09:06:00Z,3.33333333333e-8,,',
        '',
      ].join('\r\n'),
    );
  });

  it('lays the other side of a comparison on this window', () => {
    const fromMs = NOW - HOUR - DAY;
    const answer = sampleAnswer([sampleSeries('web01', [1, 2])], {
      comparison: {
        label: 'yesterday',
        offsetMs: DAY,
        fromMs,
        frames: [sampleFrame([sampleSeries('web01', [3, 4], { fromMs })])],
      },
    });
    expect(answerCsv(answer).split('\r\n').slice(0, 3)).toEqual([
      'time,web01 (%),"web01, yesterday (%)"',
      '2026-11-25T09:02:00Z,1,3',
      '2026-11-25T09:03:00Z,2,4',
    ]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1'])('makes the name %j text, not a formula', (name) => {
    const head = answerCsv(sampleAnswer([sampleSeries(name, [-7])])).split('\r\n')[0];
    expect(head).toBe(`time,'${name} (%)`);
  });

  it('quotes commas, quotes and line breaks', () => {
    const csv = answerCsv(sampleAnswer([sampleSeries('a,"b"\nc', [1])]));
    expect(csv.startsWith('time,"a,""b""\nc (%)"\r\n')).toBe(true);
  });
});

it('writes tables with their own columns and makes text from outside harmless, numbers untouched', () => {
  const table = {
    kind: 'table' as const,
    range: sampleRange(),
    warnings: [],
    columns: [
      { name: '=cmd', type: 'string' as const },
      { name: 'size', type: 'number' as const, unit: makeUnit('bytes') },
      { name: 'seen', type: 'time' as const },
      { name: 'up', type: 'boolean' as const },
    ],
    rows: [['=1+1', -12, NOW, true] as const, [null, null, null, null] as const],
  };
  expect(answerCsv(sampleAnswer([], { frames: [table] }))).toBe(
    "'=cmd,size (B),seen,up\r\n'=1+1,-12,2026-11-25T10:02:00Z,true\r\n,,,\r\n",
  );
});

it('writes log lines', () => {
  const logs = {
    kind: 'logs' as const,
    range: sampleRange(),
    warnings: [],
    total: 1,
    lines: [{ timeMs: NOW + 5, level: 'error', message: '-rf, please', fields: {} }],
  };
  expect(answerCsv(sampleAnswer([], { frames: [logs] }))).toBe(
    'time,level,message\r\n2026-11-25T10:02:00.005Z,error,"\'-rf, please"\r\n',
  );
});
