/** Messages cut to a platform's limits: nothing torn, nothing too long, nothing lost without a word. */
import { fc, it } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Block, Span } from '../../src/domain/message.ts';
import { displayWidth } from '../../src/lib/display-width.ts';
import { createMarkup, type Dialect, PARTS_MAX } from '../../src/lib/markup.ts';
import { monospaceTable } from '../../src/lib/text-table.ts';

const dialect = (tables: Dialect['tables']): Dialect => ({
  escape: (text) => text,
  name: (text) => text.replaceAll('`', 'ˋ').replaceAll('@', '@\u200B'),
  bold: (markup) => `**${markup}**`,
  code: (text) => `\`${text.replaceAll('`', 'ˋ')}\``,
  link: (title, url) => `[${title.replaceAll('`', 'ˋ')}](${url})`,
  fence: (text) => `\`\`\`\n${text}\n\`\`\``,
  tables,
});

const outside = fc.string({ unit: 'binary', maxLength: 80 });
const own = fc.stringMatching(/^[a-z ·,.]{0,60}$/);
const span: fc.Arbitrary<Span> = fc.oneof(
  own,
  own.map((bold) => ({ bold })),
  fc.record({ name: outside, bold: fc.boolean() }),
  outside.map((code) => ({ code })),
  outside.map((title) => ({ link: { title, url: 'https://graphite.example.net/x' } })),
);
const textBlock: fc.Arbitrary<Block> = fc
  .array(fc.array(span, { maxLength: 6 }), { maxLength: 6 })
  .map((lines) => ({ kind: 'text', lines }));
const codeBlock: fc.Arbitrary<Block> = fc
  .array(fc.oneof(outside, fc.constant('```'), fc.constant('````js')), { minLength: 1, maxLength: 12 })
  .map((lines) => ({ kind: 'code', text: lines.join('\n') }));
const tableBlock: fc.Arbitrary<Block> = fc.array(fc.tuple(outside, outside), { maxLength: 20 }).map((rows) => ({
  kind: 'table',
  table: {
    columns: [
      { title: 'a', align: 'left' },
      { title: 'b', align: 'right' },
    ],
    rows,
  },
}));
const blocks = fc.array(fc.oneof(textBlock, codeBlock, tableBlock), { minLength: 1, maxLength: 5 });

describe('parts of a message', () => {
  it.prop([blocks, fc.integer({ min: 150, max: 1200 })])(
    'keep the limit, are few, hold whole characters, and close every code block',
    (all, maxChars) => {
      const parts = createMarkup(dialect('monospace')).parts({ blocks: all }, maxChars);
      expect(parts.length).toBeLessThanOrEqual(PARTS_MAX);
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(maxChars);
        expect(part.isWellFormed()).toBe(true);
        const lines = part.split('\n').filter((line) => line.includes('```'));
        expect(lines.every((line) => line === '```')).toBe(true);
        expect(lines.length % 2).toBe(0);
      }
    },
  );

  it.prop([
    fc.array(fc.stringMatching(/^[a-z0-9]{1,30}$/), { minLength: 1, maxLength: 20 }),
    fc.integer({ min: 160, max: 400 }),
  ])('hold every line of code, in order', (lines, maxChars) => {
    const parts = createMarkup(dialect('monospace')).parts(
      { blocks: [{ kind: 'code', text: lines.join('\n') }] },
      maxChars,
    );
    expect(
      parts
        .join('\n')
        .split('\n')
        .filter((line) => line !== '```'),
    ).toEqual(lines);
  });

  it.prop([
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom('monospace' as const, 'markdown' as const),
    fc.integer({ min: 120, max: 900 }),
  ])('show or count every row of a table', (count, tables, maxChars) => {
    const rows = Array.from({ length: count }, (_, index) => [`row${index}`, `${index}`]);
    const columns = [
      { title: 'name', align: 'left' as const },
      { title: 'value', align: 'right' as const },
    ];
    const [part = '', ...others] = createMarkup(dialect(tables)).parts(
      { blocks: [{ kind: 'table', table: { columns, rows } }] },
      maxChars,
    );
    const hidden = Number(/… (\d+) more/.exec(part)?.[1] ?? 0);
    expect(others).toEqual([]);
    expect((part.match(/row\d+/g)?.length ?? 0) + hidden).toBe(count);
  });
});

describe('monospace tables', () => {
  it.prop([fc.array(fc.tuple(outside, outside, outside), { maxLength: 8 })])(
    'have one line per row, no wider than their widest, whatever cells hold',
    (rows) => {
      const columns = ['a', 'b', 'c'].map((title) => ({ title, align: 'right' as const }));
      const lines = monospaceTable({ columns, rows }).split('\n');
      expect(lines).toHaveLength(rows.length + 1);
      const widths = lines.map(displayWidth);
      expect(Math.max(...widths)).toBeLessThanOrEqual(3 * 40 + 2 * 2);
    },
  );
});
