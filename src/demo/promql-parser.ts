/** PromQL as a tree: the part of the language that the demo's small Prometheus evaluates. Pure. */
import { bad, durationS, PromqlError, type Token, tokenize } from './promql-lexer.ts';

/** A condition on a label. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** `metric{…}`, with the metric's name as a condition like the others. */
export interface SelectorNode {
  readonly kind: 'selector';
  readonly matchers: readonly Matcher[];
  /** Seconds; absent for an instant vector. */
  readonly rangeS?: number;
  readonly offsetS: number;
}

/** How labels of two sides, or of a group, are compared. */
export interface Grouping {
  readonly labels: readonly string[];
  /** `without` and `ignoring`. */
  readonly isExcluding: boolean;
}

/** A node of the tree. */
export type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | SelectorNode
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | {
      readonly kind: 'aggregate';
      readonly name: string;
      readonly grouping: Grouping;
      readonly parameter?: Node;
      readonly of: Node;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Node;
      readonly right: Node;
      readonly isBool: boolean;
      readonly matching: Grouping;
      /** Which side may have several series for one of the other. */
      readonly many?: 'left' | 'right';
    }
  | {
      readonly kind: 'subquery';
      readonly of: Node;
      readonly rangeS: number;
      readonly stepS?: number;
      readonly offsetS: number;
    };

/** Operators that make one series of many. */
const AGGREGATES = ['sum', 'avg', 'min', 'max', 'count', 'stddev', 'stdvar', 'group', 'topk', 'bottomk', 'quantile'];
const WITH_PARAMETER = ['topk', 'bottomk', 'quantile'];

/** How tightly operators bind. */
const POWERS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '<': 3,
  '>=': 3,
  '>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '^': 7,
};
const UNARY_POWER = 6;
/** Brackets within brackets. */
const DEPTH_MAX = 60;

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  depth: number;
}

/** Reads an expression. @throws PromqlError `bad_data`, with the place */
export function parsePromql(text: string): Node {
  const reader: Reader = { tokens: tokenize(text), at: 0, depth: 0 };
  const node = readBinary(reader, 0);
  const rest = peek(reader);
  if (rest.kind !== 'end') throw bad(`unexpected ${JSON.stringify(rest.text)}`, rest.at);
  return node;
}

/** The conditions of a selector alone, as `match[]` has them. @throws PromqlError */
export function parseSelector(text: string): readonly Matcher[] {
  const node = parsePromql(text);
  if (node.kind === 'selector' && node.rangeS === undefined) return node.matchers;
  throw new PromqlError(
    'bad_data',
    `invalid parameter "match[]": ${JSON.stringify(text.slice(0, 100))} is no selector`,
  );
}

function peek(reader: Reader, ahead = 0): Token {
  return reader.tokens[Math.min(reader.at + ahead, reader.tokens.length - 1)] as Token;
}

function next(reader: Reader): Token {
  const token = peek(reader);
  reader.at += 1;
  return token;
}

function isNext(reader: Reader, text: string): boolean {
  const token = peek(reader);
  return token.kind !== 'string' && token.text.toLowerCase() === text;
}

function takeIf(reader: Reader, text: string): boolean {
  if (!isNext(reader, text)) return false;
  reader.at += 1;
  return true;
}

function take(reader: Reader, text: string): Token {
  const token = next(reader);
  if (token.kind !== 'string' && token.text === text) return token;
  const found = token.kind === 'end' ? 'end of input' : JSON.stringify(token.text);
  throw bad(`unexpected ${found}, expected ${JSON.stringify(text)}`, token.at);
}

function readBinary(reader: Reader, power: number): Node {
  if (++reader.depth > DEPTH_MAX) throw bad('the expression is nested too deeply', peek(reader).at);
  let left = readUnary(reader);
  for (;;) {
    const token = peek(reader);
    const operator = token.text.toLowerCase();
    const own = token.kind === 'string' ? undefined : POWERS[operator];
    if (own === undefined || own <= power) break;
    reader.at += 1;
    const isBool = takeIf(reader, 'bool');
    const matching = readMatching(reader);
    const right = readBinary(reader, operator === '^' ? own - 1 : own);
    left = { kind: 'binary', operator, left, right, isBool, ...matching };
  }
  reader.depth -= 1;
  return left;
}

function readMatching(reader: Reader): { matching: Grouping; many?: 'left' | 'right' } {
  const isExcluding = !isNext(reader, 'on');
  if (!takeIf(reader, 'on') && !takeIf(reader, 'ignoring')) return { matching: { labels: [], isExcluding: true } };
  const matching = { labels: readLabels(reader), isExcluding };
  for (const [word, many] of [
    ['group_left', 'left'],
    ['group_right', 'right'],
  ] as const) {
    if (!takeIf(reader, word)) continue;
    if (isNext(reader, '(') && readLabels(reader).length > 0) {
      throw bad(`labels of ${word} are more than the demo's small server knows`, peek(reader).at);
    }
    return { matching, many };
  }
  return { matching };
}

function readLabels(reader: Reader): string[] {
  take(reader, '(');
  const labels: string[] = [];
  while (!takeIf(reader, ')')) {
    labels.push(next(reader).text);
    if (!isNext(reader, ')')) take(reader, ',');
  }
  return labels;
}

function readUnary(reader: Reader): Node {
  if (takeIf(reader, '+')) return readBinary(reader, UNARY_POWER - 1);
  if (takeIf(reader, '-')) {
    const right = readBinary(reader, UNARY_POWER - 1);
    const matching = { labels: [], isExcluding: true };
    return { kind: 'binary', operator: '*', left: { kind: 'number', value: -1 }, right, isBool: false, matching };
  }
  return readPostfix(reader, readPrimary(reader));
}

/** Ranges, subqueries and offsets behind an expression. */
function readPostfix(reader: Reader, node: Node): Node {
  let result = node;
  for (;;) {
    if (isNext(reader, '[')) result = readRange(reader, result);
    else if (takeIf(reader, 'offset')) result = readOffset(reader, result);
    else if (isNext(reader, '@')) throw bad("@ is more than the demo's small server knows", peek(reader).at);
    else return result;
  }
}

function readRange(reader: Reader, of: Node): Node {
  const { at } = take(reader, '[');
  const rangeS = readDuration(reader);
  if (takeIf(reader, ':')) {
    const stepS = isNext(reader, ']') ? undefined : readDuration(reader);
    take(reader, ']');
    return { kind: 'subquery', of, rangeS, offsetS: 0, ...(stepS !== undefined && { stepS }) };
  }
  take(reader, ']');
  if (of.kind === 'selector' && of.rangeS === undefined) return { ...of, rangeS };
  throw bad('ranges only allowed for vector selectors', at);
}

function readOffset(reader: Reader, of: Node): Node {
  const sign = takeIf(reader, '-') ? -1 : 1;
  const { at } = peek(reader);
  const offsetS = sign * readDuration(reader);
  if (of.kind === 'selector' || of.kind === 'subquery') return { ...of, offsetS: of.offsetS + offsetS };
  throw bad('offset modifier must be preceded by an instant vector selector or range vector selector', at);
}

function readDuration(reader: Reader): number {
  const token = next(reader);
  const seconds = token.kind === 'number' ? Number(token.text) : durationS(token.text);
  if (seconds > 0) return seconds;
  throw bad(`unexpected ${JSON.stringify(token.text)}, expected a duration`, token.at);
}

function readPrimary(reader: Reader): Node {
  const token = peek(reader);
  if (takeIf(reader, '(')) {
    const inner = readBinary(reader, 0);
    take(reader, ')');
    return inner;
  }
  if (token.text === '{' && token.kind === 'operator') return readSelector(reader, undefined);
  reader.at += 1;
  if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
  if (token.kind === 'string') return { kind: 'string', value: token.text };
  if (token.kind !== 'name') {
    throw bad(`unexpected ${token.kind === 'end' ? 'end of input' : JSON.stringify(token.text)}`, token.at);
  }
  return readNamed(reader, token);
}

function readNamed(reader: Reader, { text }: Token): Node {
  const word = text.toLowerCase();
  const hasGrouping = isNext(reader, 'by') || isNext(reader, 'without');
  if (AGGREGATES.includes(word) && (isNext(reader, '(') || hasGrouping)) return readAggregate(reader, word);
  if (isNext(reader, '(')) return { kind: 'call', name: text, args: readArguments(reader) };
  if (word === 'inf' || word === 'nan')
    return { kind: 'number', value: word === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN };
  return readSelector(reader, text);
}

function readArguments(reader: Reader): Node[] {
  take(reader, '(');
  const args: Node[] = [];
  while (!takeIf(reader, ')')) {
    args.push(readBinary(reader, 0));
    if (!isNext(reader, ')')) take(reader, ',');
  }
  return args;
}

function readAggregate(reader: Reader, name: string): Node {
  const before = readGrouping(reader);
  const { at } = peek(reader);
  const args = readArguments(reader);
  const grouping = before ?? readGrouping(reader) ?? { labels: [], isExcluding: false };
  const [first, second] = args;
  const wanted = WITH_PARAMETER.includes(name) ? 2 : 1;
  if (!first || args.length !== wanted) {
    throw bad(
      `wrong number of arguments for aggregate expression provided, expected ${wanted}, got ${args.length}`,
      at,
    );
  }
  return second
    ? { kind: 'aggregate', name, grouping, parameter: first, of: second }
    : { kind: 'aggregate', name, grouping, of: first };
}

function readGrouping(reader: Reader): Grouping | undefined {
  const isExcluding = isNext(reader, 'without');
  if (!takeIf(reader, 'by') && !takeIf(reader, 'without')) return undefined;
  return { labels: readLabels(reader), isExcluding };
}

function readSelector(reader: Reader, metric: string | undefined): Node {
  const matchers: Matcher[] = metric === undefined ? [] : [{ label: '__name__', operator: '=', value: metric }];
  if (takeIf(reader, '{')) {
    while (!takeIf(reader, '}')) {
      matchers.push(readMatcher(reader));
      if (!isNext(reader, '}')) take(reader, ',');
    }
  }
  if (
    matchers.some(({ operator, value }) => (operator === '=' || operator === '=~') && value !== '' && value !== '.*')
  ) {
    return { kind: 'selector', matchers, offsetS: 0 };
  }
  throw bad('vector selector must contain at least one non-empty matcher', peek(reader).at);
}

function readMatcher(reader: Reader): Matcher {
  const label = next(reader);
  const operator = next(reader);
  if (label.kind === 'string' && (operator.text === '}' || operator.text === ',')) {
    reader.at -= 1;
    return { label: '__name__', operator: '=', value: label.text };
  }
  const value = next(reader);
  if (!['=', '!=', '=~', '!~'].includes(operator.text)) {
    throw bad(
      `unexpected ${JSON.stringify(operator.text)} in label matching, expected one of "=", "!=", "=~", "!~"`,
      operator.at,
    );
  }
  if (value.kind !== 'string')
    throw bad(`unexpected ${JSON.stringify(value.text)} in label matching, expected string`, value.at);
  return { label: label.text, operator: operator.text as Matcher['operator'], value: value.text };
}
