import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/domain/answer.ts';
import type { LogLine, LogsFrame } from '../../../src/domain/frame.ts';
import { plainText } from '../../../src/domain/message.ts';
import { makeSeries } from '../../../src/domain/series.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { wantsPicture, wordsOf } from '../../../src/render/answer-parts.ts';
import { answerCsv } from '../../../src/render/csv.ts';
import { plainMessage } from '../../../src/render/markup.ts';
import { answerTable } from '../../../src/render/table.ts';
import { answerAlt, answerMessage } from '../../../src/render/words.ts';
import { at, MINUTE, sampleAnswer, sampleQuestion, sampleRange } from './sample-answers.ts';

const FROM = at('10:32');
const range = sampleRange({ fromMs: FROM, text: 'last 30m' });

function line(message: string, clock: string, overrides: Partial<LogLine> = {}): LogLine {
  return { timeMs: at(clock), level: 'error', message, fields: { 'host.name': 'web01' }, ...overrides };
}

/** What `answers.md` of the design shows: 312 errors, of which three messages make 94 %. */
function manyLines(): LogLine[] {
  const repeat = (count: number, clock: string, say: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => line(say(index), clock));
  return [
    ...repeat(204, '10:41', () => 'payment refused by "Visa"'),
    ...repeat(71, '10:42', (index) => `timeout after ${1000 + index} ms`),
    ...repeat(19, '10:43', () => 'card declined'),
    ...repeat(9, '10:44', () => 'no route to host'),
    ...repeat(9, '10:45', (index) => `cannot open /tmp/${index}`),
  ];
}

function logsAnswer(lines: readonly LogLine[], overrides: Partial<Answer> & { total?: number } = {}): Answer {
  const { total = lines.length, ...rest } = overrides;
  const logs: LogsFrame = { kind: 'logs', lines, total, range, warnings: [] };
  const minutes = new Map<number, number>(Array.from({ length: 30 }, (_, index) => [FROM + index * MINUTE, 0]));
  for (const { timeMs } of lines) {
    const minute = Math.floor(timeMs / MINUTE) * MINUTE;
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  const counts = makeSeries({ name: 'checkout', labels: {}, unit: makeUnit('count'), stepMs: MINUTE }, minutes);
  const question = sampleQuestion({ range, output: 'lines' });
  return {
    ...sampleAnswer([counts]),
    question: { ...question, query: { ...question.query, unit: makeUnit('count'), consolidate: 'sum' } },
    title: 'Errors of checkout',
    frames: [logs, { kind: 'series', series: [counts], range, stepMs: MINUTE, warnings: [] }],
    ...rest,
  };
}

const textOf = (answer: Answer) =>
  plainMessage(answerMessage(answer))
    .replace(/[\u00a0\u202f]/g, ' ')
    .split('\n');

describe('an answer of log lines', () => {
  it('says how many, when most, how few messages make them, then those, then the newest lines and the window', () => {
    const lines = textOf(logsAnswer(manyLines()));
    expect(lines.slice(0, 4)).toEqual([
      'Errors of checkout 312 in 30 min · most at 10:41 (204) · 3 messages make 94 %',
      '1. `payment refused by {…}` 204 · first 10:41',
      '2. `timeout after {n} ms` 71 · first 10:42',
      '3. `card declined` 19 · first 10:43',
    ]);
    expect(lines.slice(4, 9)).toEqual([4, 5, 6, 7, 8].map((n) => `10:45:00 web01 error cannot open /tmp/${n}`));
    expect(lines[9]).toContain('10:32–11:02 CET');
  });

  it('has the series of a ranking or a comparison in its table and its file, as in its words', () => {
    const answer = logsAnswer(manyLines());
    const question = { ...answer.question, output: 'table' as const };
    const ranked = { ...answer, question: { ...question, ranking: { order: 'top', count: 3 } as const } };
    expect(answerTable({ ...answer, question })?.columns.map(({ title }) => title)).toContain('message');
    expect(answerTable(ranked)?.columns.map(({ title }) => title)).not.toContain('message');
    expect(answerTable(ranked)?.rows.map(([name]) => name)).toEqual(['checkout']);
    expect(answerCsv(ranked)).not.toContain('message');
  });

  it('names no busiest minute where the server could not spread over time what it counted', () => {
    const counted = logsAnswer([], { total: 1330 });
    expect(textOf(counted)[0]).not.toContain('most at');
  });

  it('puts the lines into a block of code, as they are data', () => {
    const { blocks } = answerMessage(logsAnswer(manyLines()));
    expect(blocks.map(({ kind }) => kind)).toEqual(['text', 'code', 'text']);
  });

  it('says of how many of the newest the messages are, when there are more', () => {
    expect(textOf(logsAnswer(manyLines(), { total: 12_400 }))[0]).toMatch(
      /^Errors of checkout 12\.4 ?k in 30 min · .* · 3 messages make 94 % of the newest 312$/,
    );
  });

  it.each<[string, LogLine[], RegExp]>([
    ['one line', [line('refused', '10:40')], /^Errors of checkout 1 in 30 min$/],
    ['the same again and again', [line('a 1', '10:40'), line('a 2', '10:41')], /all the same message$/],
    ['two messages', [line('a', '10:40'), line('b', '10:41')], /2 different messages$/],
    ['nothing alike', ['a', 'b', 'c', 'd'].map((text) => line(text, '10:40')), /all messages differ$/],
    ['none', [], /^Errors of checkout none in 30 min$/],
  ])('keeps it short for %s', (_, lines, first) => {
    expect(textOf(logsAnswer(lines))[0]).toMatch(first);
  });

  it('cuts long lines and counts those of a stack trace, which the data keep whole', () => {
    const trace = `PaymentError: refused\n${'    at pay (pay.js:10)\n'.repeat(40)}`;
    const answer = logsAnswer([line(trace, '10:40'), line('x'.repeat(50_000), '10:41')]);
    const [first = '', second = ''] = codeOf(answer).split('\n');
    expect(first).toBe('10:40:00 web01 error PaymentError: refused (+40 lines)');
    expect(second.length).toBe(160);
    expect(second.endsWith('…')).toBe(true);
    expect(answerCsv(answer)).toContain('x'.repeat(50_000));
  });

  it('lets nothing in a line break out of its row', () => {
    const hostile = ['a\r\nb', '\u001b[31mred', '```\n@all', '\u202Eevil', 'x\u2028y', '\ud800'];
    const rows = codeOf(logsAnswer(hostile.map((text) => line(text, '10:40')))).split('\n');
    expect(rows.length).toBe(5);
    for (const row of rows) expect(row).not.toMatch(/[\x00-\x1f\u202e\u2028]/);
    expect(
      plainText(
        answerMessage(logsAnswer([line('`@all`', '10:40'), line('`@all`', '10:41')])).blocks.flatMap((block) =>
          block.kind === 'text' ? block.lines.flat() : [],
        ),
      ),
    ).toContain('`@all`');
  });

  it('dates lines of another day', () => {
    const yesterday = { ...line('late', '10:40'), timeMs: at('23:59:58', '2026-11-24') };
    expect(codeOf(logsAnswer([yesterday]))).toBe('11-24 23:59:58 web01 error late');
  });

  it('names the most frequent message to who cannot see', () => {
    expect(answerAlt(logsAnswer(manyLines()))).toContain('Most often: payment refused by {…} (204).');
  });

  it('is words alone, and a picture of the counts when one is asked for', () => {
    const answer = logsAnswer(manyLines());
    expect(wantsPicture(answer)).toBe(false);
    expect(wordsOf(answer).file).toBeUndefined();
    const drawn = { ...answer, question: { ...answer.question, output: 'chart' as const } };
    expect(wantsPicture(drawn)).toBe(true);
    expect(answerMessage(drawn).blocks.map(({ kind }) => kind)).toEqual(['text']);
  });
});

describe('log lines as table and file', () => {
  const lines = [line('=1+1', '10:40'), line('b', '10:41', { level: 'warn', fields: { 'url.path': '/x' } })];

  it('has a column for each field that any line has', () => {
    expect(answerTable(logsAnswer(lines))).toEqual({
      columns: ['time', 'host.name', 'url.path', 'level', 'message'].map((title) => ({ title, align: 'left' })),
      rows: [
        ['10:40:00', 'web01', '', 'error', '=1+1'],
        ['10:41:00', '', '/x', 'warn', 'b'],
      ],
    });
  });

  it('shows the newest rows and counts the earlier', () => {
    const table = answerTable(logsAnswer(lines), 1);
    expect([table?.rows.length, table?.rows[0]?.at(-1), table?.more]).toEqual([1, 'b', '… 1 earlier']);
  });

  it('writes every line to the file, none as a formula', () => {
    expect(answerCsv(logsAnswer(lines)).split('\r\n')).toEqual([
      'time,host.name,url.path,level,message',
      "2026-11-25T09:40:00Z,web01,,error,'=1+1",
      '2026-11-25T09:41:00Z,,/x,warn,b',
      '',
    ]);
  });
});

function codeOf(answer: Answer): string {
  const block = answerMessage(answer).blocks.find(({ kind }) => kind === 'code');
  return block?.kind === 'code' ? block.text : '';
}
