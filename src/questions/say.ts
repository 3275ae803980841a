/** How sentences name what people typed: as code, short, unable to break out. */

/** A name in a sentence is cut here; longer ones are pastes. */
const NAME_MAX_CHARS = 60;

/** Wraps a name in straight backticks, which the renderer of words turns into a code span. */
export function code(name: string): string {
  const plain = name
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replaceAll('`', "'")
    .trim();
  const chars = [...plain];
  return `\`${chars.length > NAME_MAX_CHARS ? `${chars.slice(0, NAME_MAX_CHARS - 1).join('')}…` : plain}\``;
}

/** So many names are listed in one sentence. */
const MAX_NAMES = 5;

/** Names as code, the first few of them, the rest counted: `` `a`, `b` and 7 more ``. */
export function codes(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(code);
  return list(names.length > MAX_NAMES ? [...shown, `${names.length - MAX_NAMES} more`] : shown);
}

/** A question as it can be copied: on one line, one blank between words, without the question mark of speech. */
export function tidy(text: string): string {
  return text
    .replace(/[\s`]+/g, ' ')
    .replace(/[?!]+ ?$/, '')
    .trim();
}

/** `a`, `a and b`, `a, b and c`; `last` is the word before the last one. */
export function list(items: readonly string[], last = 'and'): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}
