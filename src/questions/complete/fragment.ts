/** Where the cursor stands in a question: the piece that is being typed, and the words before it. Pure. */
import { type Token, tokenize } from '../tokens.ts';

/** The piece of a text that a completion replaces. */
export interface Fragment {
  /** Offset of its first character, in UTF-16 units. */
  readonly from: number;
  /** Offset behind its last character. */
  readonly to: number;
  /** What of it stands before the cursor, in lower case, without an opening quote. */
  readonly typed: string;
  /** `host` in `host=we`. */
  readonly key?: string;
  readonly before: readonly Token[];
  readonly after: readonly Token[];
}

/** Finds the piece around the cursor. */
export function fragmentAt(text: string, at: number): Fragment {
  const head = text.slice(0, at);
  const quote = openQuote(head);
  const start = quote ?? head.search(/[^\s,]*$/u);
  const piece = head.slice(start);
  const [, key] = quote === undefined ? (/^(\p{L}[\p{L}\p{N}_.-]{0,63})=/u.exec(piece) ?? []) : [];
  const from = key === undefined ? start : start + key.length + 1;
  const typed = text
    .slice(from, at)
    .replace(/^["\u201C\u201E\u00AB]/, '')
    .toLowerCase();
  const rest = text.slice(at);
  const length = quote === undefined ? rest.search(/[\s,]|$/u) : endOfQuoted(rest);
  const to = at + length;
  return {
    from,
    to,
    typed,
    ...(key !== undefined && { key: key.toLowerCase() }),
    before: tokenize(text.slice(0, start)),
    after: tokenize(text.slice(to)),
  };
}

/** Offset of a quote that is still open. */
function openQuote(head: string): number | undefined {
  let open: number | undefined;
  for (let index = head.indexOf('"'); index >= 0; index = head.indexOf('"', index + 1)) {
    open = open === undefined ? index : undefined;
  }
  return open;
}

function endOfQuoted(rest: string): number {
  const end = rest.indexOf('"');
  return end < 0 ? rest.length : end + 1;
}
