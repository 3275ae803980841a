/** Messages as text in a platform's markup, cut to its limits; the platform brings its dialect. Pure. */
import { type Block, harmless, type Line, type Message, type Span, type TextTable } from '../domain/message.ts';
import { markdownTable, monospaceTable } from './text-table.ts';

/** How one platform writes things. Every function gets plain text and gives markup that cannot be broken out of. */
export interface Dialect {
  /** Our own words. */
  escape(text: string): string;
  /** Text from outside: must not ping, link or format. */
  name(text: string): string;
  /** Wraps what the functions above gave; never empty, no blanks at its ends. */
  bold(markup: string): string;
  /** Text from outside, on one line. */
  code(text: string): string;
  link(title: string, url: string): string;
  /** Calls somebody; without it {@link Dialect.name}. */
  mention?(name: string): string;
  /** A whole code block, its lines separated by `\n`; runs of backticks are already broken up. */
  fence(text: string): string;
  /** Wraps a marked place of a code block, which {@link Dialect.fence} gave; without it marks are not shown. */
  mark?(markup: string): string;
  readonly tables: 'markdown' | 'monospace';
  /** A cell of a markdown table; without it {@link Dialect.name}, with `|` escaped by a backslash. */
  cell?(text: string): string;
}

/** Writes messages in one dialect. */
export interface Markup {
  line(line: Line): string;
  /** The whole message, however long. */
  text(message: Message): string;
  /**
   * The message in parts of at most `maxChars` UTF-16 units, at most {@link PARTS_MAX}. Parts end between lines; a code
   * block that goes on is closed and opened again; a table is never torn but loses its last rows, which are counted; a
   * single line longer than a part is cut with `…`.
   */
  parts(message: Message, maxChars: number): string[];
}

/** More parts than this would flood a room; the rest is counted. */
export const PARTS_MAX = 5;

/** Gives the writer for a dialect. */
export function createMarkup(dialect: Dialect): Markup {
  const line = (spans: Line) => writeLine(spans, dialect);
  return {
    line,
    text: (message) => fillParts(message, dialect, Number.POSITIVE_INFINITY).join('\n'),
    parts: (message, maxChars) => limited(fillParts(message, dialect, maxChars), maxChars),
  };
}

function limited(parts: readonly string[], maxChars: number): string[] {
  if (parts.length <= PARTS_MAX) return [...parts];
  const shown = parts.slice(0, PARTS_MAX);
  const last = `${shown.pop()}`;
  const note = `… cut here: ${parts.length - PARTS_MAX} more messages of this length`;
  return last.length + 1 + note.length <= maxChars ? [...shown, `${last}\n${note}`] : [...shown, note];
}

/** Fills parts of at most `maxChars` with the pieces of a message. */
function fillParts({ blocks }: Message, dialect: Dialect, maxChars: number): string[] {
  const full: string[] = [];
  let open: string | undefined;
  const sheet: Sheet = {
    maxChars,
    room: () => (open === undefined ? maxChars : maxChars - open.length - 1),
    turn() {
      if (open !== undefined) full.push(open);
      open = undefined;
    },
    add(piece) {
      if (piece.length > sheet.room()) sheet.turn();
      open = open === undefined ? piece : `${open}\n${piece}`;
    },
  };
  for (const block of blocks) {
    if (block.kind === 'text') for (const line of block.lines) sheet.add(fitLine(line, dialect, maxChars));
    else if (block.kind === 'code') addCode(block, dialect, sheet);
    else addTable(block.table, dialect, sheet);
  }
  return open === undefined ? full : [...full, open];
}

/** Where pieces go: the part that is open, and the ones that are full. */
interface Sheet {
  readonly maxChars: number;
  /** Room in the open part for one more piece, UTF-16 units. */
  room(): number;
  /** Closes the open part. */
  turn(): void;
  /** Adds a piece, in a new part when it has no room in the open one. */
  add(piece: string): void;
}

type Code = Extract<Block, { kind: 'code' }>;

/** What stands around a marked place while the text is made harmless; taken out of texts that have it themselves. */
const [MARK, UNMARK] = ['\ue0f3', '\ue0f4'] as const;

/** Code goes on in the next part, closed and opened again. */
function addCode(code: Code, dialect: Dialect, sheet: Sheet): void {
  const fence = (lines: readonly string[]) => marked(dialect.fence(lines.join('\n')), dialect);
  let rest = fenceLines(dialect.mark ? withMarks(code) : code.text);
  while (rest.length > 0) {
    const count = fitCount(rest.length, (size) => fence(rest.slice(0, size)).length <= sheet.room());
    if (count > 0) sheet.add(fence(rest.slice(0, count)));
    else if (sheet.room() < sheet.maxChars) {
      sheet.turn();
      continue;
    } else sheet.add(fence([cutToFit(rest[0] ?? '', (line) => fence([line]).length <= sheet.maxChars)]));
    rest = rest.slice(Math.max(1, count));
  }
}

function withMarks({ text, marks = [] }: Code): string {
  let written = '';
  let at = 0;
  const plain = (from: number, to: number) => text.slice(from, to).replace(/[\ue0f3\ue0f4]/gu, '\ufffd');
  for (const [from, to] of marks) {
    written += `${plain(at, from)}${MARK}${plain(from, to)}${UNMARK}`;
    at = to;
  }
  return written + plain(at, text.length);
}

/** A mark that a cut has left open is closed where the text ends. */
function marked(fenced: string, { mark }: Dialect): string {
  if (!mark) return fenced;
  return fenced
    .replace(/\ue0f3([^\ue0f3\ue0f4\n]*)\ue0f4/gu, (_, inner: string) => mark(inner))
    .replace(/[\ue0f3\ue0f4]/gu, '');
}

/** A table shorter than this many rows rather goes whole into the next part. */
const WORTHWHILE_ROWS = 3;

/** A table stays in one part and loses its last rows, counted, when it does not fit. */
function addTable(table: TextTable, dialect: Dialect, sheet: Sheet): void {
  const all = table.rows.length;
  const fits = (rows: number) => writeTable(table, rows, dialect).length <= sheet.room();
  const isTurned = writeTable(table, all, dialect).length <= sheet.maxChars || !fits(Math.min(all, WORTHWHILE_ROWS));
  if (!fits(all) && isTurned) sheet.turn();
  sheet.add(writeTable(table, fits(all) ? all : fitCount(all, fits), dialect));
}

function writeTable(table: TextTable, rows: number, dialect: Dialect): string {
  const hidden = table.rows.length - rows;
  const shown = hidden === 0 ? table : { ...table, rows: table.rows.slice(0, rows), more: moreWords(hidden, table) };
  if (dialect.tables === 'monospace') return dialect.fence(fenceLines(monospaceTable(shown)).join('\n'));
  const cell = dialect.cell ?? ((text: string) => dialect.name(text).replaceAll('|', '\\|'));
  const more = shown.more === undefined ? '' : `\n\n${dialect.name(shown.more)}`;
  // a table is one only after an empty line
  return `\n${markdownTable(shown, cell)}${more}`;
}

function moreWords(hidden: number, { more }: TextTable): string {
  return more === undefined ? `… ${hidden} more` : `… ${hidden} more, then ${more}`;
}

/** The largest count from 0 to `most` that fits, by halving: what fits with more fits with less. */
function fitCount(most: number, fits: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Lines for a code block: no control characters, no run of three backticks that would close it. */
function fenceLines(text: string): string[] {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => harmless(line).replace(/`(?=`)/g, '`\u200B'));
}

function writeLine(line: Line, dialect: Dialect): string {
  let text = '';
  for (const { isBold, spans } of boldRuns(line)) {
    const markup = spans.map((span) => writeSpan(span, dialect)).join('');
    if (!isBold || markup.trim() === '') {
      text += markup;
      continue;
    }
    // blanks inside the marks would make them no marks
    const [, before = '', inner = '', after = ''] = /^(\s*)(.*?)(\s*)$/s.exec(markup) ?? [];
    text += `${before}${dialect.bold(inner)}${after}`;
  }
  return text;
}

/** Neighbours that are both bold are wrapped once: `**a****b**` is no bold at all. */
function boldRuns(line: Line): { isBold: boolean; spans: Span[] }[] {
  const runs: { isBold: boolean; spans: Span[] }[] = [];
  for (const span of line) {
    const isBold = typeof span !== 'string' && 'bold' in span && span.bold !== false;
    const last = runs.at(-1);
    if (last?.isBold === isBold) last.spans.push(span);
    else runs.push({ isBold, spans: [span] });
  }
  return runs;
}

function writeSpan(span: Span, dialect: Dialect): string {
  if (typeof span === 'string') return dialect.escape(span);
  if ('name' in span) return dialect.name(harmless(span.name));
  if ('bold' in span) return dialect.escape(span.bold);
  if ('mention' in span) return dialect.mention?.(span.mention) ?? dialect.name(harmless(`@${span.mention}`));
  if ('code' in span) return span.code.trim() === '' ? '' : dialect.code(harmless(span.code));
  return dialect.link(harmless(span.link.title), span.link.url);
}

/** A line in markup; when it is longer than a part, whole spans from its end are left out and the next one is cut. */
function fitLine(line: Line, dialect: Dialect, maxChars: number): string {
  const whole = writeLine(line, dialect);
  if (whole.length <= maxChars) return whole;
  const count = fitCount(line.length, (size) => writeLine([...line.slice(0, size), '…'], dialect).length <= maxChars);
  const kept = line.slice(0, count);
  const next = line[count];
  const fits = (span: Span) => writeLine([...kept, span], dialect).length <= maxChars;
  if (next !== undefined && textOf(next) !== undefined) {
    const cut = cutToFit(textOf(next) ?? '', (text) => fits(withText(next, text)));
    if (cut !== '…') return writeLine([...kept, withText(next, cut)], dialect);
  }
  return writeLine([...kept, '…'], dialect).slice(0, maxChars);
}

function textOf(span: Span): string | undefined {
  if (typeof span === 'string') return span;
  if ('name' in span) return span.name;
  if ('bold' in span) return span.bold;
  return 'code' in span ? span.code : undefined;
}

function withText(span: Span, text: string): Span {
  if (typeof span === 'string') return text;
  if ('name' in span) return { ...span, name: text };
  return 'bold' in span ? { bold: text } : { code: text };
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The longest beginning, by whole characters, that fits with `…` behind it. */
function cutToFit(text: string, fits: (text: string) => boolean): string {
  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const count = fitCount(parts.length, (size) => fits(`${parts.slice(0, size).join('')}…`));
  return `${parts.slice(0, count).join('')}…`;
}
