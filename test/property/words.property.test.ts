/** What an answer says, against slower and simpler ways to find the same. */
import { fc, it } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { formatValue } from '../../src/domain/format-number.ts';
import { type Message, plainText } from '../../src/domain/message.ts';
import { summarize } from '../../src/domain/series.ts';
import { answerCsv } from '../../src/render/csv.ts';
import { answerTable } from '../../src/render/table.ts';
import { crossingOf } from '../../src/render/words/spells.ts';
import { trendOf } from '../../src/render/words/trend.ts';
import { answerAlt, answerMessage, questionWith } from '../../src/render/words.ts';
import {
  HOUR,
  MINUTE,
  NOW,
  sampleAnswer,
  sampleQuestion,
  sampleRange,
  sampleSeries,
} from '../unit/render/sample-answers.ts';

const value = fc.option(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { nil: null });
const values = fc.array(value, { minLength: 1, maxLength: 60 });
const filled = values.filter((list) => list.some((one) => one !== null));
const hostile = fc.string({ unit: 'binary', maxLength: 60 });
const op = fc.constantFrom('>', '>=', '<', '<=');

function textOf(message: Message): string {
  return message.blocks.flatMap((block) => (block.kind === 'text' ? block.lines.map(plainText) : [])).join('\n');
}

describe('time beyond a limit', () => {
  it.prop([fc.array(fc.option(fc.integer({ min: 0, max: 4 }), { nil: null }), { minLength: 1, maxLength: 60 }), op])(
    'is the sum of the seconds in which the newest sample within a step is beyond',
    (list, side) => {
      const series = sampleSeries('web01', list);
      const limit = { op: side as '>', value: 2, severity: 'warning' as const };
      const isBeyond = {
        '>': (v: number) => v > 2,
        '>=': (v: number) => v >= 2,
        '<': (v: number) => v < 2,
        '<=': (v: number) => v <= 2,
      };
      let expectedMs = 0;
      for (let timeMs = NOW - HOUR; timeMs < NOW; timeMs += 10_000) {
        const sample = list[Math.floor((timeMs - (NOW - HOUR)) / MINUTE)];
        if (sample !== undefined && sample !== null && isBeyond[side as '>'](sample)) expectedMs += 10_000;
      }
      const { totalMs, spells } = crossingOf(series, limit, MINUTE, sampleRange());
      expect(totalMs).toBe(expectedMs);
      expect(spells.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)).toBe(totalMs);
    },
  );

  it.prop([filled, fc.double({ min: -1e9, max: 1e9, noNaN: true }), op])(
    'never overlaps, never leaves the window, and is ordered',
    (list, limit, side) => {
      const range = sampleRange({ fromMs: NOW - HOUR + 90_500, toMs: NOW - 30_500 });
      const threshold = { op: side as '>', value: limit, severity: 'warning' as const };
      const { spells } = crossingOf(sampleSeries('web01', list), threshold, MINUTE, range);
      let previousMs = range.fromMs;
      for (const { fromMs, toMs } of spells) {
        expect(fromMs).toBeGreaterThanOrEqual(previousMs);
        expect(toMs).toBeGreaterThanOrEqual(fromMs);
        previousMs = toMs;
      }
      expect(previousMs).toBeLessThanOrEqual(Math.max(range.toMs, range.fromMs));
    },
  );
});

describe('the numbers of one series', () => {
  it.prop([filled])('are those of its summary, written by the one formatter', (list) => {
    const series = sampleSeries('web01', list);
    const { last, mean, max, count, min } = summarize(series) as NonNullable<ReturnType<typeof summarize>>;
    const [first = ''] = textOf(answerMessage(sampleAnswer([series]))).split('\n');
    expect(first).toContain(formatValue(last, series.unit));
    if (count > 1 && min !== max) {
      expect(first).toContain(`mean ${formatValue(mean, series.unit)}`);
      expect(first).toContain(`peak ${formatValue(max, series.unit)} at `);
    }
  });
});

describe('alt text', () => {
  it.prop([fc.array(fc.tuple(hostile, filled), { minLength: 1, maxLength: 20 }), hostile])(
    'is one line of at most 1000 characters without control characters, whatever names hold',
    (named, title) => {
      const series = named.map(([name, list]) => sampleSeries(name, list));
      const alt = answerAlt(
        sampleAnswer(series, { title, annotations: [{ timeMs: NOW - 1, kind: 'note', title, tags: [] }] }),
      );
      expect(alt.length).toBeLessThanOrEqual(1000);
      expect(alt).not.toMatch(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
      expect(alt.isWellFormed()).toBe(true);
      expect(alt.endsWith('10:02–11:02 CET.')).toBe(true);
    },
  );
});

describe('names from outside', () => {
  it.prop([hostile.filter((name) => /[^\s\d]/.test(name)), filled])('never become our own words', (name, list) => {
    const mark = `<<${name}>>`;
    const answer = sampleAnswer([sampleSeries(mark, list), sampleSeries(`${mark}2`, list)], {
      title: mark,
      notes: [mark],
      annotations: [{ timeMs: NOW - 1, kind: 'deploy', title: mark, tags: [] }],
    });
    const own = answerMessage(answer).blocks.flatMap((block) =>
      block.kind === 'text' ? block.lines.flat().filter((span) => typeof span === 'string') : [],
    );
    expect(own.join('')).not.toContain('<<');
  });
});

describe('tables', () => {
  it.prop([fc.array(filled, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 12 })])(
    'show or count every series once, each row as long as the head',
    (lists, maxRows) => {
      const series = lists.map((list, index) => sampleSeries(`s${index}`, list));
      const table = answerTable(sampleAnswer(series), maxRows);
      const rows = table?.rows ?? [];
      const hidden = Number(/… (\d+) more/.exec(table?.more ?? '')?.[1] ?? 0);
      expect(rows.length + hidden).toBe(lists.length);
      expect(new Set(rows.map((row) => row[0])).size).toBe(rows.length);
      expect(rows.every((row) => row.length === table?.columns.length)).toBe(true);
    },
  );
});

describe('CSV files', () => {
  it.prop([values])('give every whole number back, every other to twelve digits', (list) => {
    const rows = answerCsv(sampleAnswer([sampleSeries('web01', list)]))
      .trimEnd()
      .split('\r\n')
      .slice(1);
    const read = rows.map((row) => {
      const cell = row.split(',')[1] ?? '';
      return cell === '' ? null : Number(cell);
    });
    for (const [index, value] of list.entries()) {
      const given = read[index] ?? null;
      if (value === null || Number.isInteger(value)) expect(given).toBe(value === null ? null : value + 0);
      else expect(given?.toPrecision(12)).toBe(value.toPrecision(12));
    }
  });

  it.prop([hostile])('never begin a cell from outside with what a spreadsheet runs', (name) => {
    const csv = answerCsv(sampleAnswer([sampleSeries(name, [1])]));
    const cell = csv.slice('time,'.length).replace(/^"/, '');
    expect(cell).not.toMatch(/^[=+\-@\t\r]/);
  });
});

describe('trends', () => {
  it.prop([fc.double({ min: 0.5, max: 50, noNaN: true }), fc.boolean(), fc.integer({ min: 0, max: 1000 })])(
    'are found in a slope under noise a tenth of it, to a tenth',
    (change, isFalling, seed) => {
      const sign = isFalling ? -1 : 1;
      const noise = (index: number) => (change / 10) * Math.sin((index + seed) * 12.9898);
      const list = Array.from({ length: 60 }, (_, index) => 10 + (sign * change * index) / 59 + noise(index));
      const trend = trendOf(sampleSeries('web01', list), sampleRange());
      expect((trend?.slopePerMs ?? 0) * 59 * MINUTE * sign).toBeGreaterThan(change * 0.9);
      expect((trend?.slopePerMs ?? 0) * 59 * MINUTE * sign).toBeLessThan(change * 1.1);
    },
  );

  test('are seen in less than one of a hundred random series', () => {
    let seed = 42;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let seen = 0;
    for (let run = 0; run < 1000; run += 1) {
      const list = Array.from({ length: 60 }, () => 100 * random());
      if (trendOf(sampleSeries('web01', list), sampleRange())) seen += 1;
    }
    expect(seen).toBeLessThan(10);
  });
});

describe('questionWith', () => {
  it.prop([
    fc.constantFrom('cpu web01', 'top 5 cpu', 'errors "a last 1h b"'),
    fc.constantFrom('', ' vs yesterday', ' vs last week'),
  ])('holds the new window once and keeps every other word', (head, tail) => {
    const question = sampleQuestion({ text: `${head} last 1h${tail}`, range: sampleRange({ text: 'last 1h' }) });
    expect(questionWith(question, 'last 6h')).toBe(`${head} last 6h${tail}`);
  });
});
