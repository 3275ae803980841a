/** A small parser of PromQL, written for tests alone: it reads strings and matchers as the servers do, and refuses the rest. */

/** `label="value"`, the value decoded. */
export interface ParsedMatcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A parsed expression. */
export type PromNode =
  | { readonly kind: 'number' | 'string'; readonly text: string }
  | { readonly kind: 'selector'; readonly metric: string; readonly matchers: readonly ParsedMatcher[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly PromNode[]; readonly grouping: string }
  | { readonly kind: 'window'; readonly of: PromNode; readonly range: string }
  | { readonly kind: 'operation'; readonly operator: string; readonly left: PromNode; readonly right: PromNode };

/** What a server answers 400 to. */
export class PromParseError extends Error {
  constructor(at: number, what: string) {
    super(`invalid parameter "query": 1:${at + 1}: parse error: ${what}`);
    this.name = 'PromParseError';
  }
}

interface State {
  readonly text: string;
  at: number;
}

/** Parses a whole expression. @throws PromParseError */
export function parsePromql(text: string): PromNode {
  const state = { text, at: 0 };
  const node = expression(state);
  blanks(state);
  if (state.at < text.length)
    throw new PromParseError(state.at, `unexpected character: ${JSON.stringify(text[state.at])}`);
  return node;
}

/** The selectors of an expression, in order. */
export function selectorsIn(node: PromNode): Extract<PromNode, { kind: 'selector' }>[] {
  switch (node.kind) {
    case 'selector':
      return [node];
    case 'call':
      return node.args.flatMap(selectorsIn);
    case 'window':
      return selectorsIn(node.of);
    case 'operation':
      return [...selectorsIn(node.left), ...selectorsIn(node.right)];
    default:
      return [];
  }
}

function compile(source: string): RegExp {
  try {
    return new RegExp(`^(?:${source})$`, 's');
  } catch {
    throw new PromParseError(0, `error parsing regexp: ${source}`);
  }
}

/** Whether labels fit a selector; regular expressions are anchored. */
export function fits(
  labels: Readonly<Record<string, string>>,
  { metric, matchers }: { metric: string; matchers: readonly ParsedMatcher[] },
): boolean {
  if (metric !== '' && labels.__name__ !== metric) return false;
  return matchers.every(({ label, operator, value }) => {
    const own = labels[label] ?? '';
    const isEqual = operator.endsWith('~') ? compile(value).test(own) : own === value;
    return operator.startsWith('!') ? !isEqual : isEqual;
  });
}

function blanks(state: State): void {
  const found = /^(?:\s|#[^\n]*)+/.exec(state.text.slice(state.at));
  if (found) state.at += found[0].length;
}

function peek(state: State, pattern: RegExp): string | undefined {
  blanks(state);
  return new RegExp(`^(?:${pattern.source})`, pattern.flags).exec(state.text.slice(state.at))?.[0];
}

function accept(state: State, pattern: RegExp): string | undefined {
  const found = peek(state, pattern);
  if (found !== undefined) state.at += found.length;
  return found;
}

function expect(state: State, pattern: RegExp): string {
  const found = accept(state, pattern);
  if (found === undefined)
    throw new PromParseError(state.at, `unexpected ${JSON.stringify(state.text[state.at] ?? 'end of input')}`);
  return found;
}

const OPERATOR = /(?:==|!=|>=|<=|[-+*/%^<>]|and\b|or\b|unless\b|atan2\b)/;
const MATCHING = /(?:on|ignoring|group_left|group_right)\s*\([^)]*\)|bool\b/;
const DURATION = /(?:\d+(?:ms|[smhdwy]))+/;

function expression(state: State): PromNode {
  let left = unary(state);
  for (;;) {
    const operator = accept(state, OPERATOR);
    if (operator === undefined) return left;
    while (accept(state, MATCHING) !== undefined);
    left = { kind: 'operation', operator, left, right: unary(state) };
  }
}

function unary(state: State): PromNode {
  while (accept(state, /[-+]/) !== undefined);
  let node = primary(state);
  for (;;) {
    if (accept(state, /\[/) !== undefined) {
      const range = expect(state, DURATION);
      const step = accept(state, /:/) === undefined ? '' : `:${accept(state, DURATION) ?? ''}`;
      expect(state, /\]/);
      node = { kind: 'window', of: node, range: `${range}${step}` };
    } else if (accept(state, /offset\b/) !== undefined) expect(state, DURATION);
    else return node;
  }
}

function primary(state: State): PromNode {
  const string = accept(state, /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/);
  if (string !== undefined) return { kind: 'string', text: decode(string, state.at) };
  const number = accept(state, /(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])/);
  if (number !== undefined) return { kind: 'number', text: number };
  if (accept(state, /\(/) !== undefined) {
    const inner = expression(state);
    expect(state, /\)/);
    return inner;
  }
  if (peek(state, /\{/) !== undefined) return { kind: 'selector', metric: '', matchers: matchers(state) };
  const name = expect(state, /[A-Za-z_:][\w:]*/);
  const grouping = accept(state, /(?:by|without)\s*\([^)]*\)/);
  if (grouping === undefined && peek(state, /\(/) === undefined) {
    return { kind: 'selector', metric: name, matchers: peek(state, /\{/) === undefined ? [] : matchers(state) };
  }
  const args = list(state);
  const after = grouping ?? accept(state, /(?:by|without)\s*\([^)]*\)/) ?? '';
  return { kind: 'call', name, args, grouping: after.replace(/\s/g, '') };
}

function list(state: State): PromNode[] {
  expect(state, /\(/);
  const args: PromNode[] = [];
  if (accept(state, /\)/) !== undefined) return args;
  do args.push(expression(state));
  while (accept(state, /,/) !== undefined);
  expect(state, /\)/);
  return args;
}

function matchers(state: State): ParsedMatcher[] {
  expect(state, /\{/);
  const found: ParsedMatcher[] = [];
  while (accept(state, /\}/) === undefined) {
    const label = expect(state, /[A-Za-z_]\w*/);
    const operator = expect(state, /=~|!~|!=|=/) as ParsedMatcher['operator'];
    const quoted = expect(state, /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`/);
    found.push({ label, operator, value: decode(quoted, state.at) });
    if (accept(state, /,/) === undefined && peek(state, /\}/) === undefined) expect(state, /\}/);
  }
  return found;
}

/** As Go's strconv.Unquote: an escape that it does not know is an error. */
function decode(quoted: string, at: number): string {
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  const quote = quoted.charAt(0);
  const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', [quote]: quote };
  return quoted.slice(1, -1).replace(/\\(.)/g, (_, char: string) => {
    const plain = known[char];
    if (plain === undefined) throw new PromParseError(at, `unknown escape sequence ${JSON.stringify(char)}`);
    return plain;
  });
}
