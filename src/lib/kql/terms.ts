/** What a KQL query looks for in texts, for highlighting. Pure. */
import type { KqlNode } from './parse.ts';
import type { KqlText } from './tokens.ts';

/** The words and phrases that must or may stand in these fields, those of no field included; placeholders are left out. */
export function termsOf(node: KqlNode, fields: readonly string[]): readonly string[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.nodes.flatMap((one) => termsOf(one, fields));
    case 'is':
      return isIn(node.field, fields) ? wordsOf(node.value) : [];
    default:
      return [];
  }
}

function isIn(field: KqlText | undefined, fields: readonly string[]): boolean {
  if (!field) return true;
  const [first = '', ...more] = field.pieces;
  if (more.length === 0) return fields.includes(first);
  return fields.some((name) => name.startsWith(first) && name.endsWith(more.at(-1) ?? ''));
}

/** A phrase is one, loose words are each looked for; of a pattern the text between the wildcards. */
function wordsOf({ pieces, isQuoted, blank }: KqlText): string[] {
  if (blank !== undefined) return [];
  return (isQuoted ? pieces : pieces.flatMap((piece) => piece.split(/\s+/u))).filter((word) => word !== '');
}
