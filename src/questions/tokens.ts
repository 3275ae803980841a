/** Words of a question with their places: the first thing that is done to a text. Pure, linear in its length. */
import { UNIT_WORDS } from './words.ts';

/** A word, or a quoted string without its quotes. */
export interface Token {
  /** As written, without quotes and sentence marks at its end. */
  readonly text: string;
  /** Lower case, dashes and dots of phones made plain: what grammars compare with. */
  readonly lower: string;
  /** Offset of its first character in the text, in UTF-16 units. */
  readonly at: number;
  /** Offset behind its last character. */
  readonly end: number;
  readonly isQuoted: boolean;
  /** True when a comma stands before it: it continues a list. */
  readonly isListed: boolean;
}

/** A question is one line of speech; more words than this are a paste, and are refused. */
export const MAX_TOKENS = 200;

const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  '\u201C': '\u201D',
  '\u201D': '\u201D',
  '\u201E': '\u201C',
  '\u00AB': '\u00BB',
};
/** Between words: white space, backticks of copied suggestions, marks that cannot be seen. */
const BLANK = /[\s`\u200B-\u200F\u2060\uFEFF\u202A-\u202E]/u;

/** Blanks in place of characters that say nothing and cannot be seen; every other keeps its place. */
export function withoutControls(text: string): string {
  return text.replace(/[^\P{Cc}\s]/gu, ' ');
}

/**
 * Splits a text into words. Quotes hold words together, a comma separates them except between braces
 * (`web{01,02}`); sentence marks at the end of a word are dropped.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let index = 0;
  let isListed = false;
  while (index < text.length && tokens.length < MAX_TOKENS) {
    const char = text[index] as string;
    if (char === ',') isListed = tokens.length > 0;
    if (char === ',' || BLANK.test(char)) {
      index += 1;
      continue;
    }
    const closing = QUOTES[char];
    const quoteEnd = closing === undefined ? -1 : endOfQuote(text, index + 1, closing);
    const end = quoteEnd >= 0 ? quoteEnd + 1 : endOfWord(text, index);
    const token =
      quoteEnd >= 0
        ? quoted(text.slice(index + 1, quoteEnd), index, end, isListed)
        : word(text.slice(index, end), index, isListed, !/\S/.test(text.slice(end)));
    if (token) tokens.push(token);
    isListed = false;
    index = end;
  }
  return tokens;
}

function endOfQuote(text: string, from: number, closing: string): number {
  const end = text.indexOf(closing, from);
  // A phone may open with one kind of quote and close with another.
  return end < 0 && closing !== '"' ? text.indexOf('"', from) : end;
}

function endOfWord(text: string, from: number): number {
  let depth = 0;
  let index = from;
  for (; index < text.length; index += 1) {
    const char = text[index] as string;
    const closing = text[index - 1] === '=' ? QUOTES[char] : undefined;
    const quoteEnd = closing === undefined ? -1 : endOfQuote(text, index + 1, closing);
    // `text="payment refused"` is one word.
    if (quoteEnd >= 0) return quoteEnd + 1;
    if (BLANK.test(char)) break;
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (char === ',' && depth <= 0 && !isDecimal(text, from, index)) break;
  }
  return index;
}

/** `0..` is an axis from zero; other words trail off. */
const OPEN_LIMIT = /^[-\u2212]?\d+(?:\.\d+)?(?:\.\.|\u2026)$/;
const OPENING: Readonly<Record<string, string>> = { '(': ')', '[': ']', "'": "'", '\u2018': '\u2019' };
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', "'": "'", '\u2019': '\u2018' };

/** Whether a word begins with a bracket or a quote around speech, not one that its name closes: `(cpu`, `(web01)`. */
function isOpened(written: string): boolean {
  const closing = OPENING[written[0] ?? ''];
  if (closing === undefined || written.length < 2) return false;
  const at = written.indexOf(closing, 1);
  return at < 0 || /^[!.;:?]*$/.test(written.slice(at + 1));
}

/** Whether a sentence mark stands here, or a bracket that nothing in the word opens. */
function isMark(written: string, at: number): boolean {
  const char = written[at] as string;
  if (/[!.;:\u2026]/.test(char)) return true;
  const opening = CLOSING[char];
  return opening !== undefined && !written.slice(0, at).includes(opening);
}

/** `1,5h` and `1,5 h`, as half of Europe writes it: one number, never a list. */
function isDecimal(text: string, from: number, comma: number): boolean {
  if (!/^\d{1,4}$/.test(text.slice(from, comma))) return false;
  const [, blank = '', word = ''] = /^\d{1,3}(\s{0,3})([a-z]{1,8})/i.exec(text.slice(comma + 1, comma + 16)) ?? [];
  return word !== '' && (blank === '' || Object.hasOwn(UNIT_WORDS, word.toLowerCase()));
}

function quoted(text: string, at: number, end: number, isListed: boolean): Token | undefined {
  if (text.trim() === '') return undefined;
  return { text, lower: text.toLowerCase(), at, end, isQuoted: true, isListed };
}

function word(whole: string, from: number, isListed: boolean, isLast: boolean): Token | undefined {
  const start = isOpened(whole) ? 1 : 0;
  const written = whole.slice(start);
  const at = from + start;
  let end = written.length;
  // A question mark at the very end is speech; inside, it stands for one letter of a name.
  while (end > 1 && (isMark(written, end - 1) || (isLast && written[end - 1] === '?'))) end -= 1;
  const text = OPEN_LIMIT.test(written) ? written : written.slice(0, end);
  const lower = text
    .toLowerCase()
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\u2026/g, '..');
  return { text, lower, at, end: at + text.length, isQuoted: false, isListed };
}
