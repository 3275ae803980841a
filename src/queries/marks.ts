/**
 * Placeholders inside texts of another language: each becomes one character that no such text holds, so that the
 * language's own parser finds where it stands. Pure.
 */
import { BotError } from '../domain/errors.ts';
import { unquote } from '../lib/quoted-text.ts';
import { type Placeholder, parseTemplate, type Template } from './expand.ts';

/** Placeholders become characters of the private use area from here on. */
const MARK_FIRST = 0xe000;
/** More placeholders than this in one text are refused. */
const MARKS_MAX = 100;

/** A text with its placeholders marked. */
export interface Marked {
  readonly parts: Template;
  /** The text with one character for each placeholder. */
  readonly text: string;
  /** In the order of their marks. */
  readonly blanks: readonly Placeholder[];
}

/**
 * Marks the placeholders of a text. `${__interval}` and others of `ownVariables` are no parameters: they stay in it.
 *
 * @throws BotError `CONFIG_QUERY_INVALID`, its message being the end of a sentence ("the expression …")
 */
export function markTemplate(text: string, ownVariables: readonly string[]): Marked {
  const parts = parseTemplate(text).flatMap((part) => {
    const isOurs = typeof part !== 'string' && part.filters.length === 0 && ownVariables.includes(part.name);
    return isOurs ? `\${${part.name}}` : part;
  });
  const blanks = parts.filter((part) => typeof part !== 'string');
  if (blanks.length > MARKS_MAX) throw invalidAt(`has more than ${MARKS_MAX} placeholders`, 0);
  let count = 0;
  const marked = parts
    .map((part) => (typeof part === 'string' ? refuseMarks(part) : String.fromCharCode(MARK_FIRST + count++)))
    .join('');
  return { parts, text: marked, blanks };
}

/** The refusal of a definition's text: `message` is the end of a sentence, `at` an offset in the text as it was written. */
export function invalidAt(message: string, at: number): BotError {
  return new BotError('CONFIG_QUERY_INVALID', message, { at });
}

/** The offset in the text as it was written, of one in the marked text. */
export function offsetIn(written: string, { text, blanks }: Marked, at: number): number {
  const before = [...text.slice(0, at)].filter(isMark).length;
  return at + blanks.slice(0, before).reduce((sum, blank) => sum + written.indexOf('}', blank.at) - blank.at, 0);
}

/** Offset of the first mark, -1 without one. */
export function markIn(text: string): number {
  return [...text].findIndex(isMark);
}

/** What stands between the quotes of a string, with its placeholders. */
export function templateWithin(inner: string, { blanks }: Pick<Marked, 'blanks'>): Template {
  return inner
    .split(/([\uE000-\uE063])/)
    .filter((part) => part !== '')
    .map((part) => (isMark(part) ? (blanks[part.charCodeAt(0) - MARK_FIRST] as Placeholder) : part));
}

/** What stands before a placeholder of a double-quoted string and would take its first character for something else. */
export function trapBefore(value: Template, isRegex: boolean): string | undefined {
  for (const [index, part] of value.entries()) {
    if (typeof part !== 'string' || index === value.length - 1) continue;
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(part)) return 'just after a backslash';
    if (!isRegex) continue;
    const plain = unquote(`"${part}"`);
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(plain)) return 'just after a backslash';
    const bare = plain.replace(/\\[\s\S]/g, '');
    if (/\[\^?\]?[^\]]*$/.test(bare)) return 'inside the brackets of a regular expression';
    if (/\(\?$|\{[\d,]*$/.test(bare)) return 'where a regular expression has a count or a flag';
  }
  return undefined;
}

function isMark(char: string): boolean {
  const code = char.charCodeAt(0);
  return code >= MARK_FIRST && code < MARK_FIRST + MARKS_MAX;
}

function refuseMarks(text: string): string {
  const mark = [...text].find(isMark);
  if (mark !== undefined) throw invalidAt(`has "${mark}", a character for private use`, text.indexOf(mark));
  return text;
}
