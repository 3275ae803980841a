/** How many columns text takes where every character has the same width: terminals, code blocks. Pure. */

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** East Asian wide and full-width blocks, first and last code point (Unicode's EastAsianWidth, W and F, in whole blocks). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
];

/** Columns of a text: wide characters and emoji take two, marks and invisible ones none. */
export function displayWidth(text: string): number {
  // printable ASCII, by far the most
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (/^[\p{M}\p{Cf}\p{Cc}]+$/u.test(grapheme)) return 0;
  if (/\p{Emoji_Presentation}|\uFE0F/u.test(grapheme)) return 2;
  const point = grapheme.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

/** Fills up with blanks to a number of columns. */
export function padTo(text: string, columns: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - displayWidth(text)));
  return align === 'left' ? `${text}${blanks}` : `${blanks}${text}`;
}

/** Cuts in the middle, by whole characters, to at most so many columns: `wor…pace`; what differs is often at the end. */
export function cutMiddle(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  const room = Math.max(0, columns - 1);
  const head = takeWithin(parts, Math.ceil(room / 2));
  const tail = takeWithin(parts.toReversed(), room - displayWidth(head.join(''))).toReversed();
  return `${head.join('')}…${tail.join('')}`;
}

/** Cuts at the end, by whole characters, to at most so many columns. Reads no more of the text than may be shown. */
export function cutEnd(text: string, columns: number): string {
  // a character of one column may be many units long, but hardly this many
  const start = text.slice(0, columns * 8);
  if (start === text && displayWidth(text) <= columns) return text;
  const parts = Array.from(graphemes.segment(start), ({ segment }) => segment);
  return `${takeWithin(parts, columns - 1).join('')}…`;
}

function takeWithin(parts: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let width = 0;
  for (const part of parts) {
    width += graphemeWidth(part);
    if (width > columns) break;
    taken.push(part);
  }
  return taken;
}
