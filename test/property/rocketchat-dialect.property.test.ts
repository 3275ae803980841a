/** Whatever comes from outside, Rocket.Chat's own parser finds nothing in it but text. */
import { fc, test } from '@fast-check/vitest';
import { parse } from '@rocket.chat/message-parser';
import { expect } from 'vitest';
import { rocketChatDialect } from '../../src/chat/rocketchat/dialect.ts';
import { harmless, type Message, type Span } from '../../src/domain/message.ts';
import { createMarkup } from '../../src/lib/markup.ts';

interface Node {
  readonly type?: string;
  readonly value?: unknown;
}

const HOSTILE = [
  '@all',
  '@here',
  '@ana',
  '@',
  '#general',
  '#',
  '```',
  '`',
  '**',
  '*',
  '__',
  '_',
  '~~',
  '~',
  '[x](http://evil.com)',
  '![x](http://evil.com/x.png)',
  '](',
  '[',
  ']',
  '(',
  ')',
  '<http://evil.com|x>',
  '<',
  '||',
  '|',
  '$$',
  '\\',
  '\\(',
  '\\[',
  '<t:1700000000:R>',
  ':smile:',
  ':',
  'http://evil.com/a',
  'www.evil.com',
  'web01.example.com',
  'a@b.com',
  '\n',
  '\r\n',
  '\u2028',
  '> ',
  '- ',
  '* ',
  '1. ',
  '# ',
  '- [ ] ',
  '\u0000',
  '🙂',
  '\u{1F468}\u200D\u{1F469}',
  '\uD83D',
  'é',
  '漢',
  '+491234567890',
  'javascript:alert(1)',
  '%',
  ' ',
  'a',
  'web01',
  '7',
  '.',
  '/',
  '-',
  '=',
];

const hostileText = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...HOSTILE) }, fc.string({ maxLength: 4 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(''));

const monospace = createMarkup(rocketChatDialect(false));
const markdown = createMarkup(rocketChatDialect(true));

function nodesOf(tree: unknown): Node[] {
  if (Array.isArray(tree)) return tree.flatMap(nodesOf);
  if (typeof tree !== 'object' || tree === null) return [];
  const node = tree as Node;
  return [...(typeof node.type === 'string' ? [node] : []), ...Object.values(node).flatMap(nodesOf)];
}

/** Types of the nodes of a text. */
const typesIn = (text: string) => new Set(nodesOf(treeOf(text)).map(({ type }) => type));

/** The parser refuses the empty text. */
function treeOf(text: string): unknown {
  return text === '' ? [] : parse(text);
}

/** What is read on the screen: the text of all nodes, without the marks that we put in. */
function shown(text: string): string {
  const read = (tree: unknown): string => {
    if (typeof tree === 'string') return tree;
    if (Array.isArray(tree)) return tree.map(read).join('');
    if (typeof tree !== 'object' || tree === null) return '';
    const { type, value, unicode } = tree as Node & { unicode?: string };
    if (type === 'EMOJI') return unicode ?? `:${read(value)}:`;
    return read(value);
  };
  return plain(read(treeOf(text)));
}

const plain = (text: string) =>
  text
    .replaceAll('\u200B', '')
    .replaceAll('ˋ', '`')
    .replace(/[\p{Cc}\s\u2028\u2029]+/gu, ' ')
    .trim();

const FORBIDDEN = [
  'MENTION_USER',
  'MENTION_CHANNEL',
  'LINK',
  'IMAGE',
  'SPOILER',
  'SPOILER_BLOCK',
  'TIMESTAMP',
  'KATEX',
  'INLINE_KATEX',
];
const FORMAT = [
  'BOLD',
  'ITALIC',
  'STRIKE',
  'HEADING',
  'QUOTE',
  'UNORDERED_LIST',
  'ORDERED_LIST',
  'TASKS',
  'CODE',
  'TABLE',
];

const asName = (text: string): Span => ({ name: text });
const asCode = (text: string): Span => ({ code: text });

test.prop([hostileText, fc.constantFrom('', 'CPU of ')], { numRuns: 3_000 })(
  'a name is only text, all of it, wherever it stands',
  (text, before) => {
    const line = before === '' ? [asName(text)] : [before, asName(text)];
    const written = monospace.line(line);
    const types = typesIn(written);
    expect([...FORBIDDEN, ...FORMAT].filter((type) => types.has(type))).toEqual([]);
    expect(shown(written)).toBe(plain(`${before}${harmless(text)}`));
  },
);

test.prop([hostileText], { numRuns: 3_000 })('a bold name is bold text and nothing else', (text) => {
  const written = monospace.line([{ name: text, bold: true }, ' 62 % now']);
  const types = typesIn(written);
  expect([...FORBIDDEN, ...FORMAT].filter((type) => type !== 'BOLD' && types.has(type))).toEqual([]);
  expect(shown(written)).toBe(plain(`${plain(harmless(text))} 62 % now`));
});

test.prop([hostileText], { numRuns: 2_000 })('code is one piece of code', (text) => {
  const written = monospace.line(['a ', asCode(text), ' b']);
  const types = typesIn(written);
  expect([...FORBIDDEN, ...FORMAT].filter((type) => types.has(type))).toEqual([]);
  const codes = nodesOf(parse(written)).filter(({ type }) => type === 'INLINE_CODE');
  expect(codes).toHaveLength(plain(harmless(text)) === '' ? 0 : 1);
});

test.prop([hostileText], { numRuns: 2_000 })('a code block stays one block, closed, with its whole text', (text) => {
  const message: Message = {
    blocks: [
      { kind: 'code', text },
      { kind: 'text', lines: [['after']] },
    ],
  };
  const tree = parse(monospace.text(message)) as Node[];
  expect(tree.map(({ type }) => type).filter((type) => type !== 'LINE_BREAK')).toEqual(['CODE', 'PARAGRAPH']);
  expect(nodesOf(tree).some(({ type }) => FORBIDDEN.includes(type ?? ''))).toBe(false);
});

test.prop([fc.array(fc.tuple(hostileText, hostileText), { minLength: 1, maxLength: 4 })], { numRuns: 2_000 })(
  'a table keeps its shape',
  (rows) => {
    const columns = [
      { title: 'host', align: 'left' as const },
      { title: 'now', align: 'right' as const },
    ];
    const message: Message = { blocks: [{ kind: 'table', table: { columns, rows } }] };
    const tree = parse(markdown.text(message)) as { type: string; value: { rows: { value: unknown[] }[] } }[];
    const tables = tree.filter(({ type }) => type === 'TABLE');
    expect(tables).toHaveLength(1);
    expect(tables[0]?.value.rows.map(({ value }) => value.length)).toEqual(rows.map(() => 2));
    expect(nodesOf(tree).some(({ type }) => FORBIDDEN.includes(type ?? ''))).toBe(false);
  },
);

test.prop([hostileText, hostileText], { numRuns: 2_000 })(
  'a link is one link to its address, or none',
  (title, path) => {
    const raw = path.toWellFormed().replaceAll('%', '');
    const url = `https://graphs.example.net/r?q=${encodeURIComponent(raw)}&x=(${raw})`;
    const written = monospace.line(['a ', { link: { title, url } }, ' b']);
    const links = nodesOf(parse(written)).filter(({ type }) => type === 'LINK');
    expect(links).toHaveLength(1);
    const [{ value }] = links as [{ value: { src: { value: string } } }];
    expect(decodeURI(new URL(value.src.value).href)).toBe(
      decodeURI(new URL(url).href.replaceAll('(', '%28').replaceAll(')', '%29')),
    );
  },
);

test.prop([hostileText], { numRuns: 1_000 })(
  'no mention survives in the raw text, where old servers look for it',
  (text) => {
    const blocks: Message['blocks'] = [
      { kind: 'text', lines: [[asName(text)], [asCode(text)], [text], [{ bold: text }], [{ name: text, bold: true }]] },
      { kind: 'code', text },
      { kind: 'table', table: { columns: [{ title: text, align: 'left' }], rows: [[text]], more: text } },
    ];
    for (const markup of [monospace, markdown]) expect(markup.text({ blocks })).not.toMatch(/[@#](?!\u200B)/);
  },
);

test.each(['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'no address', ''])(
  '%s is no link',
  (url) => {
    expect(monospace.line([{ link: { title: 'title', url } }])).toBe('title');
  },
);
