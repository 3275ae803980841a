/** Reads KQL into a tree. Pure. */
import { type KqlMark, type KqlText, type KqlToken, kqlError, kqlTokens } from './tokens.ts';

/** What a query says. */
export type KqlNode =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly nodes: readonly KqlNode[] }
  | { readonly kind: 'not'; readonly node: KqlNode }
  /** Without a field any may have the value. */
  | { readonly kind: 'is'; readonly field?: KqlText; readonly value: KqlText }
  | { readonly kind: 'range'; readonly field: KqlText; readonly bound: KqlBound; readonly value: KqlText }
  /** What is inside holds for one and the same of the objects below a field. */
  | { readonly kind: 'nested'; readonly field: KqlText; readonly node: KqlNode };

/** Which side of a value. */
type KqlBound = 'lt' | 'lte' | 'gt' | 'gte';

/** Brackets and `not` within each other; a bound for the stack. */
const DEPTH_MAX = 40;
const BOUNDS: Readonly<Partial<Record<KqlMark, KqlBound>>> = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' };

interface Parser {
  readonly text: string;
  readonly tokens: readonly KqlToken[];
  at: number;
  depth: number;
}

/** What stands alone between `and`, `or` and brackets: an expression, or in a list of values a value. */
type ReadOne = (parser: Parser) => KqlNode;

/**
 * Parses a query.
 *
 * @param hasBlanks - whether `${name}` is a place for a value
 * @throws BotError `ASK_UNKNOWN_VALUE`; `details.at` is the offset of what was not understood
 */
export function parseKql(text: string, hasBlanks: boolean): KqlNode {
  const parser: Parser = { text, tokens: kqlTokens(text, hasBlanks), at: 0, depth: 0 };
  if (here(parser).kind === 'end') return { kind: 'all' };
  const node = readOr(parser, readExpression);
  if (here(parser).kind !== 'end') throw unexpected(parser, '`and`, `or` or the end');
  return node;
}

function here({ tokens, at }: Parser): KqlToken {
  return tokens[at] ?? { kind: 'end', at: 0 };
}

/** Takes a mark if it is the next. */
function takes(parser: Parser, mark: KqlMark): boolean {
  const token = here(parser);
  if (token.kind !== 'mark' || token.mark !== mark) return false;
  parser.at += 1;
  return true;
}

function unexpected(parser: Parser, expected: string): Error {
  const token = here(parser);
  const found = token.kind === 'end' ? 'it ends there' : `there is \`${shown(parser, token.at)}\``;
  return kqlError(`expected ${expected}, but ${found}`, token.at);
}

/** A little of the query from there on. */
function shown({ text }: Parser, at: number): string {
  const rest = text.slice(at).replace(/[\p{Cc}`]/gu, ' ');
  return [...rest].slice(0, 12).join('').trim();
}

function readOr(parser: Parser, readOne: ReadOne): KqlNode {
  const nodes = [readAnd(parser, readOne)];
  while (takes(parser, 'or')) nodes.push(readAnd(parser, readOne));
  return joined('or', nodes);
}

function readAnd(parser: Parser, readOne: ReadOne): KqlNode {
  const nodes = [readNot(parser, readOne)];
  while (takes(parser, 'and')) nodes.push(readNot(parser, readOne));
  return joined('and', nodes);
}

function joined(kind: 'and' | 'or', nodes: readonly KqlNode[]): KqlNode {
  const [first] = nodes;
  return first && nodes.length === 1 ? first : { kind, nodes };
}

function readNot(parser: Parser, readOne: ReadOne): KqlNode {
  if (takes(parser, 'not')) return { kind: 'not', node: deeper(parser, () => readNot(parser, readOne)) };
  if (!takes(parser, '(')) return readOne(parser);
  const node = deeper(parser, () => readOr(parser, readOne));
  if (!takes(parser, ')')) throw unexpected(parser, '`and`, `or` or `)`');
  return node;
}

function deeper(parser: Parser, read: () => KqlNode): KqlNode {
  parser.depth += 1;
  if (parser.depth > DEPTH_MAX) throw kqlError(`it is nested deeper than ${DEPTH_MAX}`, here(parser).at);
  const node = read();
  parser.depth -= 1;
  return node;
}

function takeText(parser: Parser, expected: string): KqlText {
  const token = here(parser);
  if (token.kind !== 'text') throw unexpected(parser, expected);
  parser.at += 1;
  return token.text;
}

function readExpression(parser: Parser): KqlNode {
  const { at } = here(parser);
  const first = takeText(parser, 'a field or a value');
  const next = here(parser);
  if (next.kind !== 'mark') return { kind: 'is', value: first };
  const bound = BOUNDS[next.mark];
  if (bound !== undefined) {
    parser.at += 1;
    const value = takeText(parser, `a value behind \`${next.mark}\``);
    if (value.pieces.length > 1) throw kqlError('a range has no wildcards', next.at);
    return { kind: 'range', field: asField(first, at), bound, value };
  }
  if (!takes(parser, ':')) return { kind: 'is', value: first };
  return readValues(parser, asField(first, at));
}

function asField(text: KqlText, at: number): KqlText {
  const { blank, pieces } = text;
  if (blank !== undefined || pieces.some((piece) => piece.includes('${'))) {
    throw kqlError('a placeholder may be a value, not the name of a field', at);
  }
  if (pieces.join('*').trim() === '') throw kqlError('the name of the field is empty', at);
  return text;
}

function readValues(parser: Parser, field: KqlText): KqlNode {
  const token = here(parser);
  if (token.kind === 'mark' && BOUNDS[token.mark] !== undefined) {
    throw kqlError(`a range has no colon; write \`field ${token.mark} value\``, token.at);
  }
  if (takes(parser, '{')) {
    const node = deeper(parser, () => readOr(parser, readExpression));
    if (!takes(parser, '}')) throw unexpected(parser, '`and`, `or` or `}`');
    return { kind: 'nested', field, node };
  }
  const readValue: ReadOne = (inner) => ({ kind: 'is', field, value: takeText(inner, 'a value') });
  if (!takes(parser, '(')) return { kind: 'is', field, value: takeText(parser, 'a value behind `:`') };
  const node = deeper(parser, () => readOr(parser, readValue));
  if (!takes(parser, ')')) throw unexpected(parser, '`and`, `or` or `)`');
  return node;
}
