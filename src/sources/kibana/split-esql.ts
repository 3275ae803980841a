/** Splits ES|QL where its syntax does, without understanding the rest of it. Pure. */

/** What holds text and no syntax, comments, then each character. */
const PIECES = /"""[\s\S]*?"""|"(?:\\[\s\S]|[^"\\])*"|`[^`]*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[\s\S]/g;
/** Stands for a character in which no syntax is looked for. */
const HIDDEN = '\u0000';

/** Parts between separators that stand outside of quotes and brackets; a separator may look for U+0000 as what is hidden. Comments become blanks. */
export function splitOutside(text: string, separator: RegExp): readonly string[] {
  const plain = text.replace(PIECES, (piece) => (/^\/[/*]/.test(piece) ? ' ' : piece));
  let depth = 0;
  const mask = plain.replace(PIECES, (piece) => {
    if (piece.length > 1) return HIDDEN.repeat(piece.length);
    const isEnd = piece === ')' || piece === ']';
    if (piece === '(' || piece === '[') depth += 1;
    if (isEnd) depth -= 1;
    return depth > 0 || isEnd ? HIDDEN : piece;
  });
  const parts: string[] = [];
  let from = 0;
  for (const { index, 0: found } of mask.matchAll(separator)) {
    parts.push(plain.slice(from, index).trim());
    from = index + found.length;
  }
  return [...parts, plain.slice(from).trim()];
}
