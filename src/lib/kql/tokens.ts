/** The words and marks of KQL, Kibana's query language. Pure; linear in the text. */
import { BotError } from '../../domain/errors.ts';

/** A text that may have wildcards, or a blank that something is bound to. */
export interface KqlText {
  /** What stands between the wildcards: `foo*bar` is two pieces, `*` two empty ones, without a wildcard it is one. */
  readonly pieces: readonly string[];
  readonly isQuoted: boolean;
  /** The placeholder that it is, `${host}`; then `pieces` says nothing. */
  readonly blank?: string;
}

/** A mark or a keyword. */
export type KqlMark = '(' | ')' | '{' | '}' | ':' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | 'not';

/** A piece of a query, with where it stands in it (UTF-16 units). */
export type KqlToken =
  | { readonly kind: 'mark'; readonly mark: KqlMark; readonly at: number }
  | { readonly kind: 'text'; readonly text: KqlText; readonly at: number }
  | { readonly kind: 'end'; readonly at: number };

/** No query that a person keeps is near it; a bound for the parser. */
const TEXT_MAX_CHARS = 20_000;

const MARKS = new Set(['(', ')', '{', '}', ':']);
const SPECIAL = '\\():<>"*{}';
const BLANK = /\s/u;
/** A keyword stands alone; a bracket may touch it. */
const KEYWORD = /(and|or|not)(?=[\s()"]|$)/iuy;
/** A backslash before it makes it a word wherever it stands. */
const ESCAPED_KEYWORD = /^(?:and|or|not)(?![\p{L}\p{N}_])/iu;
const WHITESPACE: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

/** How far a text was read. */
interface Reader {
  readonly text: string;
  /** Whether `${name}` is a blank. */
  readonly hasBlanks: boolean;
  at: number;
}

/**
 * An error at a place of a query.
 *
 * @param at - offset in UTF-16 units; people count characters from 1
 */
export function kqlError(what: string, at: number): BotError {
  return new BotError('ASK_UNKNOWN_VALUE', `I do not understand this KQL at character ${at + 1}: ${what}.`, { at });
}

/** Cuts a query into tokens; the last one is the end. @throws BotError `ASK_UNKNOWN_VALUE` */
export function kqlTokens(text: string, hasBlanks: boolean): readonly KqlToken[] {
  if (text.length > TEXT_MAX_CHARS) throw kqlError(`it is longer than ${TEXT_MAX_CHARS} characters`, TEXT_MAX_CHARS);
  const reader: Reader = { text, hasBlanks, at: 0 };
  const tokens: KqlToken[] = [];
  for (;;) {
    while (BLANK.test(text.charAt(reader.at))) reader.at += 1;
    if (reader.at >= text.length) return [...tokens, { kind: 'end', at: text.length }];
    tokens.push(readToken(reader));
  }
}

function readToken(reader: Reader): KqlToken {
  const { text, at } = reader;
  const char = text.charAt(at);
  if (isMark(char)) {
    reader.at += 1;
    return { kind: 'mark', mark: char, at };
  }
  if (char === '<' || char === '>') {
    const mark = text[at + 1] === '=' ? (`${char}=` as const) : char;
    reader.at += mark.length;
    return { kind: 'mark', mark, at };
  }
  const keyword = keywordAt(text, at);
  if (keyword) {
    reader.at += keyword.length;
    return { kind: 'mark', mark: keyword, at };
  }
  return { kind: 'text', text: char === '"' ? readQuoted(reader) : readPlain(reader), at };
}

function isMark(char: string): char is KqlMark {
  return MARKS.has(char);
}

function keywordAt(text: string, at: number): 'and' | 'or' | 'not' | undefined {
  KEYWORD.lastIndex = at;
  return KEYWORD.exec(text)?.[1]?.toLowerCase() as 'and' | 'or' | 'not' | undefined;
}

/** Within quotes only the quote and the backslash have a meaning, and escapes of blanks and code points. */
function readQuoted(reader: Reader): KqlText {
  const { text } = reader;
  const start = reader.at;
  let value = '';
  for (reader.at += 1; reader.at < text.length; ) {
    const char = text.charAt(reader.at);
    if (char === '"') {
      reader.at += 1;
      return asValue(value, text.slice(start + 1, reader.at - 1), start, reader.hasBlanks);
    }
    value += char === '\\' ? readEscape(reader, true) : char;
    if (char !== '\\') reader.at += 1;
  }
  throw kqlError('this quote is never closed', start);
}

/** A quoted text that is a placeholder and nothing else is bound; one that has a placeholder among other text is not. */
function asValue(value: string, written: string, at: number, hasBlanks: boolean): KqlText {
  if (!hasBlanks) return { pieces: [value], isQuoted: true };
  if (!hasBlank(written)) return { pieces: [value.replaceAll('$${', '${')], isQuoted: true };
  if (/^\$\{[^}]*\}$/u.test(written)) return { pieces: [], isQuoted: true, blank: written };
  throw notAlone(at);
}

/** `$${` stands for the two characters `${`, as everywhere in definitions. */
function hasBlank(text: string): boolean {
  return text.replaceAll('$${', '').includes('${');
}

function notAlone(at: number): BotError {
  return kqlError('a placeholder must be a whole value: it is bound, never put into a text', at);
}

/** Words up to the next mark or keyword, blanks between them included. */
function readPlain(reader: Reader): KqlText {
  const { text } = reader;
  const start = reader.at;
  if (startsBlank(reader)) return readBlank(reader);
  const pieces = [''];
  const add = (more: string) => {
    pieces[pieces.length - 1] += more;
  };
  while (reader.at < text.length) {
    const char = text.charAt(reader.at);
    if (startsBlank(reader)) throw notAlone(start);
    if (char === '\\') add(readEscape(reader, false));
    else if (char === '*') reader.at += Math.sign(pieces.push(''));
    else if (text.startsWith('$${', reader.at) && reader.hasBlanks) {
      add('${');
      reader.at += 3;
    } else if (BLANK.test(char)) {
      const blanks = blanksBeforeText(reader);
      if (blanks === '') break;
      add(blanks);
    } else if (SPECIAL.includes(char)) break;
    else {
      add(char);
      reader.at += 1;
    }
  }
  return { pieces, isQuoted: false };
}

function startsBlank({ text, at, hasBlanks }: Reader): boolean {
  return hasBlanks && text.startsWith('${', at) && text[at - 1] !== '$';
}

function readBlank(reader: Reader): KqlText {
  const { text, at } = reader;
  const end = text.indexOf('}', at);
  if (end === -1) throw kqlError('this `${` has no `}`', at);
  reader.at = end + 1;
  const next = text.charAt(reader.at);
  if (next !== '' && !BLANK.test(next) && !'):<>}'.includes(next)) throw notAlone(at);
  return { pieces: [], isQuoted: false, blank: text.slice(at, end + 1) };
}

/** Blanks that belong to the text, because more of it follows; none before a mark, a keyword or the end. Moves on. */
function blanksBeforeText(reader: Reader): string {
  const { text } = reader;
  const start = reader.at;
  while (BLANK.test(text.charAt(reader.at))) reader.at += 1;
  const next = text.charAt(reader.at);
  const isText = next !== '' && (next === '\\' || next === '*' || !SPECIAL.includes(next));
  return isText && !keywordAt(text, reader.at) && !startsBlank(reader) ? text.slice(start, reader.at) : '';
}

/** What a backslash and what follows it stand for. Moves on. */
function readEscape(reader: Reader, isQuoted: boolean): string {
  const { text, at } = reader;
  const next = text.charAt(at + 1);
  const code = /^u([0-9a-f]{4})/iu.exec(text.slice(at + 1, at + 6))?.[1];
  const keyword = ESCAPED_KEYWORD.exec(text.slice(at + 1, at + 5))?.[0];
  const known =
    code !== undefined
      ? ([String.fromCharCode(Number.parseInt(code, 16)), 6] as const)
      : next !== '' && SPECIAL.includes(next)
        ? ([next, 2] as const)
        : keyword && !isQuoted
          ? ([text.slice(at + 1, at + 1 + keyword.length), 1 + keyword.length] as const)
          : next in WHITESPACE
            ? ([WHITESPACE[next] ?? '', 2] as const)
            : undefined;
  if (!known)
    throw kqlError('behind `\\` comes one of \\ ( ) : < > " * { }, or and, or, not; write `\\\\` for itself', at);
  reader.at += known[1];
  return known[0];
}
