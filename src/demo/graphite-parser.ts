/** The grammar of Graphite's targets: paths, calls, pipes, literals. Like graphite-web, a broken end is dropped. Pure. */
import { broken, refused } from './graphite-error.ts';

/** A longer target is refused; twenty hosts in one target are under 1,000 characters. */
const TARGET_MAX_CHARS = 16_000;
/** Calls within calls; people nest five. */
const DEPTH_MAX = 40;

/** A parsed target or argument, told apart by `kind`. */
export type Expression =
  | { readonly kind: 'path'; readonly path: string }
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly Expression[];
      readonly named: Readonly<Record<string, Expression>>;
    }
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null };

/** Where the parser stands; a rule that fails leaves `at` as it was. */
interface Cursor {
  readonly text: string;
  at: number;
}

/**
 * Parses a target.
 *
 * @returns `undefined` for a blank one
 * @throws GraphiteError 400 when it is too long or too deep, 500 when not even its beginning can be read
 */
export function parseTarget(text: string): Expression | undefined {
  if (text.length > TARGET_MAX_CHARS) throw refused(`target is longer than ${TARGET_MAX_CHARS} characters`);
  const cursor: Cursor = { text, at: 0 };
  skipBlanks(cursor);
  if (cursor.at === text.length) return undefined;
  const parsed = parsePiped(cursor, 0);
  if (parsed === undefined) throw broken('ParseException: Expected a metric path or a function call');
  return parsed;
}

/** The first path inside a series' name, which may look like a call: `a.b` of `scale(a.b,2)`; else the name. */
export function firstPath(name: string): string {
  let expression: Expression | undefined;
  try {
    expression = parseTarget(name);
  } catch {
    return name;
  }
  return (expression && firstPathOf(expression)) ?? name;
}

function firstPathOf(expression: Expression): string | undefined {
  if (expression.kind === 'path') return expression.path;
  if (expression.kind === 'literal') return undefined;
  for (const arg of expression.args) {
    const path = firstPathOf(arg);
    if (path !== undefined) return path;
  }
  return undefined;
}

function parsePiped(cursor: Cursor, depth: number): Expression | undefined {
  if (depth > DEPTH_MAX) throw refused(`target nests deeper than ${DEPTH_MAX} calls`);
  let left = parseCall(cursor, depth) ?? parsePath(cursor);
  while (left !== undefined) {
    const before = cursor.at;
    skipBlanks(cursor);
    const call = take(cursor, '|') ? parseCall(cursor, depth) : undefined;
    if (call === undefined) {
      cursor.at = before;
      return left;
    }
    left = { ...call, args: [left, ...call.args] };
  }
  return undefined;
}

function parseCall(cursor: Cursor, depth: number): Extract<Expression, { kind: 'call' }> | undefined {
  const before = cursor.at;
  skipBlanks(cursor);
  const name = takeMatch(cursor, /[A-Za-z_]\w*/y);
  skipBlanks(cursor);
  if (name === undefined || !take(cursor, '(')) return rewind(cursor, before);
  const args: Expression[] = [];
  const named: Record<string, Expression> = Object.create(null);
  do {
    const keyword = takeKeyword(cursor);
    const arg = parseArgument(cursor, depth);
    if (arg === undefined) break;
    if (keyword !== undefined) named[keyword] = arg;
    else args.push(arg);
    skipBlanks(cursor);
  } while (take(cursor, ','));
  skipBlanks(cursor);
  return take(cursor, ')') ? { kind: 'call', name, args, named } : rewind(cursor, before);
}

/** `name=` before an argument; a path such as `a=b.c` would need it too, and graphite-web reads it the same way. */
function takeKeyword(cursor: Cursor): string | undefined {
  skipBlanks(cursor);
  return takeMatch(cursor, /[A-Za-z_]\w*\s*=/y)?.replace(/\s*=$/, '');
}

function parseArgument(cursor: Cursor, depth: number): Expression | undefined {
  skipBlanks(cursor);
  const quoted = takeMatch(cursor, /'[^'\n]*'|"[^"\n]*"/y);
  if (quoted !== undefined) return { kind: 'literal', value: quoted.slice(1, -1) };
  const number = takeMatch(cursor, /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?=\s*[,)])/iy);
  if (number !== undefined) return { kind: 'literal', value: Number(number) };
  const word = takeMatch(cursor, /(?:true|false|none|inf)(?=\s*[,)])/iy)?.toLowerCase();
  if (word === 'none') return { kind: 'literal', value: null };
  if (word === 'inf') return { kind: 'literal', value: Number.POSITIVE_INFINITY };
  if (word !== undefined) return { kind: 'literal', value: word === 'true' };
  return parsePiped(cursor, depth + 1);
}

/** One node: printable ASCII but `(){},.'"\|`, escapes, or `{a,b}`. */
const NODE = String.raw`(?:[!#-&*+\-\/-\[\]-z~]|\\[(){},.'"\\|=]|\{[^(){}.'"\\|\s]+\})+`;
const PATH = new RegExp(`${NODE}(?:\\.${NODE})*`, 'y');

function parsePath(cursor: Cursor): Expression | undefined {
  skipBlanks(cursor);
  const path = takeMatch(cursor, PATH);
  return path === undefined ? undefined : { kind: 'path', path: path.replace(/\\(.)/g, '$1') };
}

function skipBlanks(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at += 1;
  return true;
}

function takeMatch(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text)?.[0];
  if (match === undefined) return undefined;
  cursor.at += match.length;
  return match;
}

function rewind(cursor: Cursor, at: number): undefined {
  cursor.at = at;
  return undefined;
}
