/**
 * The grammar of Graphite targets, read strictly: graphite-web itself drops what it cannot parse and answers for the rest,
 * so a mistake must be found before it travels. Accepts what graphite-web 1.1 and carbonapi both accept. Pure.
 */

/** A parsed target, told apart by `kind`. */
export type TargetNode =
  | { readonly kind: 'path'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly TargetNode[] }
  | { readonly kind: 'keyword'; readonly name: string; readonly value: TargetNode }
  | { readonly kind: 'string'; readonly text: string }
  /** A number, `true`, `false`, `none` or `inf`. */
  | { readonly kind: 'literal'; readonly text: string };

/** What is wrong with a target, as the end of a sentence that begins with "the target". */
export class TargetSyntaxError extends Error {
  /** Offset of the first character that was not understood. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'TargetSyntaxError';
    this.at = at;
  }
}

/** What a path may hold beside dots and braces: printable ASCII without these, and the marks of {@link MARK_FIRST}. */
const NOT_IN_PATHS = new Set(`(){},.'"\\| `);
/** Placeholders stand in a text as one character each, from here on (a private area of Unicode). */
export const MARK_FIRST = 0xe000;
/** As many placeholders as a target may have. */
export const MARKS_MAX = 100;
/** Deeper nesting than any person writes; a bound for the recursion. */
const DEPTH_MAX = 60;
/** graphite-web tries these before paths, in any case, so an argument cannot begin with one. */
const KEYWORD = /^(?:true|false|none|inf)(?![A-Za-z0-9_$])/i;
const NUMBER = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?=\s*(?:[,)]|$))/i;
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*/;

/** Whether a character is one of the marks that stand for placeholders. */
export function isMark(char: string): boolean {
  const code = char.charCodeAt(0);
  return code >= MARK_FIRST && code < MARK_FIRST + MARKS_MAX;
}

/**
 * Parses a whole target; pipes become the calls they stand for.
 *
 * @throws TargetSyntaxError
 */
export function parseTarget(text: string): TargetNode {
  const reader: Reader = { text, at: 0, depth: 0 };
  const node = readArgument(reader);
  skipBlanks(reader);
  if (reader.at < text.length) throw unexpected(reader);
  if (node.kind !== 'path' && node.kind !== 'call') throw new TargetSyntaxError('names no metric', 0);
  return node;
}

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
}

function skipBlanks(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at += 1;
}

function rest(reader: Reader): string {
  return reader.text.slice(reader.at);
}

function unexpected(reader: Reader): TargetSyntaxError {
  const char = reader.text[reader.at];
  if (char === undefined) return new TargetSyntaxError('ends too early', reader.at);
  if (isMark(char)) return new TargetSyntaxError('has a placeholder where Graphite expects none', reader.at);
  if (char.charCodeAt(0) > 126) {
    return new TargetSyntaxError(`has "${char}", and Graphite knows ASCII names only`, reader.at);
  }
  return new TargetSyntaxError(`has an unexpected "${char}" at character ${reader.at + 1}`, reader.at);
}

function readExpression(reader: Reader): TargetNode {
  let node = readCallOrPath(reader);
  for (;;) {
    const before = reader.at;
    skipBlanks(reader);
    if (reader.text[reader.at] !== '|') {
      reader.at = before;
      return node;
    }
    reader.at += 1;
    skipBlanks(reader);
    const call = readCallOrPath(reader);
    if (call.kind !== 'call') throw new TargetSyntaxError('has a "|" that no function follows', reader.at);
    node = { ...call, args: [node, ...call.args] };
  }
}

function readCallOrPath(reader: Reader): TargetNode {
  const name = IDENTIFIER.exec(rest(reader))?.[0];
  if (name === undefined) return readPath(reader);
  const start = reader.at;
  reader.at += name.length;
  skipBlanks(reader);
  if (reader.text[reader.at] === '(') return readCall(reader, name);
  reader.at = start;
  return readPath(reader);
}

function readCall(reader: Reader, name: string): TargetNode {
  reader.depth += 1;
  if (reader.depth > DEPTH_MAX) throw new TargetSyntaxError(`nests more than ${DEPTH_MAX} functions`, reader.at);
  reader.at += 1;
  const args: TargetNode[] = [];
  skipBlanks(reader);
  while (reader.text[reader.at] !== ')' || args.length > 0) {
    args.push(readArgument(reader));
    skipBlanks(reader);
    const next = reader.text[reader.at];
    if (next === ')') break;
    if (next === undefined) throw new TargetSyntaxError(`has no ")" for "${name}("`, reader.at);
    if (next !== ',') throw unexpected(reader);
    reader.at += 1;
  }
  reader.at += 1;
  reader.depth -= 1;
  return { kind: 'call', name, args };
}

function readArgument(reader: Reader): TargetNode {
  skipBlanks(reader);
  const text = rest(reader);
  const keyword = /^([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(text);
  if (keyword) {
    reader.at += keyword[0].length;
    const value = readArgument(reader);
    if (value.kind === 'keyword') throw unexpected(reader);
    return { kind: 'keyword', name: keyword[1] as string, value };
  }
  const number = NUMBER.exec(text)?.[0] ?? KEYWORD.exec(text)?.[0];
  if (number !== undefined) {
    reader.at += number.length;
    return { kind: 'literal', text: number };
  }
  if (text[0] === '"' || text[0] === "'") return readString(reader);
  return readExpression(reader);
}

/** Strings know no escapes: everything up to the same quote belongs to them, backslashes of regular expressions too. */
function readString(reader: Reader): TargetNode {
  const start = reader.at + 1;
  const end = reader.text.indexOf(reader.text[reader.at] as string, start);
  if (end === -1) throw new TargetSyntaxError('has a quote that is not closed', reader.at);
  const text = reader.text.slice(start, end);
  if (/[\x00-\x1f]/.test(text)) throw new TargetSyntaxError('has a line break in a quoted text', start);
  reader.at = end + 1;
  return { kind: 'string', text };
}

function isPathChar(char: string | undefined): char is string {
  if (char === undefined || NOT_IN_PATHS.has(char)) return false;
  const code = char.charCodeAt(0);
  return (code > 32 && code < 127) || isMark(char);
}

/** Nodes of plain characters and `{a,b}`, joined by dots; no blanks, no empty node. */
function readPath(reader: Reader): TargetNode {
  const start = reader.at;
  for (;;) {
    const nodeStart = reader.at;
    for (;;) {
      if (isPathChar(reader.text[reader.at])) reader.at += 1;
      else if (reader.text[reader.at] === '{') readAlternatives(reader);
      else break;
    }
    if (reader.at === nodeStart) throw unexpected(reader);
    if (reader.text[reader.at] !== '.') break;
    reader.at += 1;
  }
  return { kind: 'path', text: reader.text.slice(start, reader.at) };
}

function readAlternatives(reader: Reader): void {
  reader.at += 1;
  for (;;) {
    const start = reader.at;
    while (isPathChar(reader.text[reader.at])) reader.at += 1;
    if (reader.at === start) throw unexpected(reader);
    const next = reader.text[reader.at];
    if (next !== ',' && next !== '}') throw unexpected(reader);
    reader.at += 1;
    if (next === '}') return;
  }
}

/**
 * The structure of a target without its names: two targets that Graphite reads alike, but for the text of nodes and
 * strings, have the same shape.
 */
export function shapeOf(node: TargetNode): string {
  switch (node.kind) {
    case 'path':
      return `path${pathNodes(node.text).length}${node.text.replace(/[^{},*?[\]]/g, '')}`;
    case 'string':
      return 'string';
    case 'literal':
      return 'literal';
    case 'keyword':
      return `${node.name}=${shapeOf(node.value)}`;
    default:
      return `${node.name}(${node.args.map(shapeOf).join(',')})`;
  }
}

/** The nodes of a path; dots inside braces cannot be. */
export function pathNodes(path: string): readonly string[] {
  return path.split('.');
}

/** Every path that a target reads, in order of appearance. */
export function pathsOf(node: TargetNode): readonly string[] {
  if (node.kind === 'path') return [node.text];
  if (node.kind === 'keyword') return pathsOf(node.value);
  return node.kind === 'call' ? node.args.flatMap(pathsOf) : [];
}

/** The expressions of every `seriesByTag` in a target, a list for each. */
export function tagExpressionsOf(node: TargetNode): readonly (readonly string[])[] {
  if (node.kind === 'keyword') return tagExpressionsOf(node.value);
  if (node.kind !== 'call') return [];
  if (node.name !== 'seriesByTag') return node.args.flatMap(tagExpressionsOf);
  return [node.args.flatMap((arg) => (arg.kind === 'string' ? [arg.text] : []))];
}
