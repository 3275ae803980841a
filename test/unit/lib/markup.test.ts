import { describe, expect, it } from 'vitest';
import type { Block, Message, TextTable } from '../../../src/domain/message.ts';
import { createMarkup, type Dialect, PARTS_MAX } from '../../../src/lib/markup.ts';
import { plainMessage } from '../../../src/render/markup.ts';

/** A dialect like those of chats, with marks that a test can count. */
const dialect: Dialect = {
  escape: (text) => text,
  name: (text) => text.replaceAll('@', '@\u200B'),
  bold: (markup) => `**${markup}**`,
  code: (text) => `\`${text.replaceAll('`', 'ˋ')}\``,
  link: (title, url) => `[${title}](${url})`,
  fence: (text) => `\`\`\`\n${text}\n\`\`\``,
  tables: 'monospace',
};
const markup = createMarkup(dialect);
const gfm = createMarkup({ ...dialect, tables: 'markdown' });

const text = (...lines: string[]): Block => ({ kind: 'text', lines: lines.map((line) => [line]) });
const message = (...blocks: Block[]): Message => ({ blocks });
const table = (rows: number, more?: string): TextTable => ({
  columns: [
    { title: 'host', align: 'left' },
    { title: 'now', align: 'right' },
  ],
  rows: Array.from({ length: rows }, (_, index) => [`web${index}`, `${index} %`]),
  ...(more !== undefined && { more }),
});

describe('a line', () => {
  it('writes every kind of span', () => {
    expect(
      markup.line([
        'a ',
        { bold: 'b' },
        ' ',
        { name: '@all' },
        ' ',
        { code: 'c`' },
        ' ',
        { link: { title: 'G', url: 'https://g' } },
      ]),
    ).toBe('a **b** @\u200Ball `cˋ` [G](https://g)');
  });

  it('wraps neighbours that are bold once, and keeps blanks outside', () => {
    expect(markup.line([{ name: 'CPU ', bold: true }, { bold: 'now ' }, 'x'])).toBe('**CPU now** x');
  });

  it('writes no empty marks', () => {
    expect(markup.line([{ bold: ' ' }, { code: '' }, { name: '', bold: true }])).toBe(' ');
  });

  it('keeps line breaks, control characters and turned text of names out', () => {
    expect(markup.line([{ name: 'a\nb\u0007\u202Ec' }, { code: 'd\r\ne' }])).toBe('a b c`d e`');
  });
});

describe('parts', () => {
  it('keeps a message that fits whole', () => {
    expect(markup.parts(message(text('a', 'b'), { kind: 'code', text: 'c' }), 100)).toEqual(['a\nb\n```\nc\n```']);
  });

  it('breaks between lines', () => {
    expect(markup.parts(message(text('aaaa', 'bbbb', 'cccc')), 9)).toEqual(['aaaa\nbbbb', 'cccc']);
  });

  it('closes a code block and opens it again', () => {
    const parts = markup.parts(message({ kind: 'code', text: 'one\ntwo\nthree' }), 16);
    expect(parts).toEqual(['```\none\ntwo\n```', '```\nthree\n```']);
  });

  it('breaks runs of backticks that would close a code block', () => {
    const [part = ''] = markup.parts(message({ kind: 'code', text: 'x\n```\ny' }), 100);
    expect(part.match(/```/g)).toHaveLength(2);
  });

  it('cuts a line that is longer than a part, by whole characters', () => {
    expect(markup.parts(message({ kind: 'text', lines: [[{ name: '👩‍👩‍👧'.repeat(10), bold: true }]] }), 30)).toEqual([
      `**${'👩‍👩‍👧'.repeat(3)}…**`,
    ]);
  });

  it('leaves a link out rather than cutting it', () => {
    const line = ['see ', { link: { title: 'Graphite', url: `https://g.example/${'x'.repeat(100)}` } }];
    expect(markup.parts({ blocks: [{ kind: 'text', lines: [line] }] }, 50)).toEqual(['see …']);
  });

  it('takes rows off a table that does not fit, and counts them', () => {
    const [part = '', ...others] = markup.parts(
      message({ kind: 'table', table: table(50, '… 7 more below 80 %') }),
      150,
    );
    expect(others).toEqual([]);
    expect(part.length).toBeLessThanOrEqual(150);
    const shown = part.split('\n').filter((line) => line.startsWith('web')).length;
    expect(shown).toBeGreaterThan(2);
    expect(part).toContain(`… ${50 - shown} more, then … 7 more below 80 %`);
    expect(part.endsWith('\n```')).toBe(true);
  });

  it('moves a table that fits into the next part', () => {
    const parts = markup.parts(message(text('x'.repeat(50)), { kind: 'table', table: table(3) }), 70);
    expect(parts).toEqual(['x'.repeat(50), '```\nhost  now\nweb0  0 %\nweb1  1 %\nweb2  2 %\n```']);
  });

  it('floods no room', () => {
    const parts = markup.parts(message(text(...Array.from({ length: 100 }, () => 'x'.repeat(60)))), 64);
    expect(parts).toHaveLength(PARTS_MAX);
    expect(parts.at(-1)).toContain('95 more');
  });
});

describe('markdown tables', () => {
  it('aligns columns, escapes pipes and line breaks, and says the rest beneath', () => {
    const hostile: TextTable = { ...table(0, '… 2 more'), rows: [['a|b\nc', '@all']] };
    expect(gfm.text(message(text('x'), { kind: 'table', table: hostile }))).toBe(
      'x\n\n| host | now |\n| :-- | --: |\n| a\\|b c | @\u200Ball |\n\n… 2 more',
    );
  });
});

it('writes plain text for terminals', () => {
  const plain = plainMessage({
    blocks: [
      {
        kind: 'text',
        lines: [[{ name: 'CPU\u001b[31m', bold: true }, ' 62 % ', { link: { title: 'Graphite', url: 'https://g' } }]],
      },
      { kind: 'table', table: table(1) },
      { kind: 'code', text: 'log line' },
    ],
  });
  expect(plain).toBe('CPU [31m 62 % Graphite: https://g\nhost  now\nweb0  0 %\nlog line');
});
