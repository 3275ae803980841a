/** Messages as HTML: whatever comes from outside stays text, and the console lets through all that is written. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import type { Block, Message, Span } from '../../../src/domain/message.ts';
import { messageHtml } from '../../../src/http/message-html.ts';
import { messageMarkup } from '../../../src/web/html.ts';

const piece = fc.constantFrom(
  '<script>',
  '</p>',
  '<img src=x onerror=1>',
  '"',
  "'",
  '&',
  '&lt;',
  '<a href="javascript:1">',
  'web01',
  '\n',
  '`',
);
const text = fc.array(fc.oneof(piece, fc.string({ maxLength: 10 })), { maxLength: 6 }).map((parts) => parts.join(''));
const url = fc.oneof(
  fc.webUrl(),
  text,
  text.map((rest) => `https://x/${rest}`),
  fc.constant('javascript:alert(1)'),
);
const span: fc.Arbitrary<Span> = fc.oneof(
  text,
  text.map((bold) => ({ bold })),
  fc.record({ name: text, bold: fc.boolean() }),
  text.map((code) => ({ code })),
  fc.record({ link: fc.record({ title: text, url }) }),
);
const cells = fc.array(text, { minLength: 2, maxLength: 2 });
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({
    kind: fc.constant('text' as const),
    lines: fc.array(fc.array(span, { maxLength: 4 }), { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('code' as const), text }),
  fc.record({
    kind: fc.constant('table' as const),
    table: fc.record({
      columns: fc.tuple(text, text).map(([one, other]) => [
        { title: one, align: 'left' as const },
        { title: other, align: 'right' as const },
      ]),
      rows: fc.array(cells, { maxLength: 3 }),
      more: text,
    }),
  }),
);
const message: fc.Arbitrary<Message> = fc.record({ blocks: fc.array(block, { maxLength: 4 }) });

propertyTest.prop([message])('writes nothing but its own few elements, and the console shows them', (drawn) => {
  const html = messageHtml(drawn);
  expect(messageMarkup(html).__html).toBe(html);
  expect(html).not.toMatch(/<(?!\/?(?:b|code|pre|p|mark|table|thead|tbody|tr|div|th|td|a)\b)/);
  expect(html).not.toMatch(/href="(?!https?:)/i);
});

it.each(['<img src=x onerror=alert(1)>', '<p onclick="x">', '<a href="javascript:x">', '<svg>', '<b', '<!-- -->'])(
  'is shown as text by the console when it has %s',
  (html) => {
    expect(messageMarkup(`<p>${html}</p>`).__html).not.toContain('<');
  },
);

it('writes a table as one, numbers at the right', () => {
  const table = {
    columns: [
      { title: 'host', align: 'left' },
      { title: 'now', align: 'right' },
    ],
    rows: [['web01', '62 %']],
  } as const;
  expect(messageHtml({ blocks: [{ kind: 'table', table }] })).toContain(
    '<thead><tr><th scope="col">host</th><th scope="col" class="number">now</th></tr></thead><tbody><tr><td>web01</td><td class="number">62 %</td>',
  );
});

it('keeps names of right-to-left letters from turning round what stands beside them', () => {
  const lines = [['by ', { name: '\u05D0\u05D1' }, ', 5 min before']];
  expect(messageHtml({ blocks: [{ kind: 'text', lines }] })).toBe('<p>by <bdi>\u05D0\u05D1</bdi>, 5 min before</p>');
});
