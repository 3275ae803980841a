/** A small parser of LogQL, written for tests alone: it reads strings as the server does, and refuses what it does not know. */

/** `label="value"`, the value decoded. */
export interface LogMatcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** A step of a pipeline. */
export type Stage =
  | { readonly kind: 'line'; readonly operator: '|=' | '!=' | '|~' | '!~'; readonly values: readonly string[] }
  | { readonly kind: 'label'; readonly alternatives: readonly (readonly LogMatcher[])[] }
  | { readonly kind: 'parser'; readonly name: string }
  | { readonly kind: 'unwrap'; readonly label: string }
  | { readonly kind: 'other'; readonly name: string; readonly words: readonly string[] };

/** Lines. */
export interface LogNode {
  readonly kind: 'log';
  readonly matchers: readonly LogMatcher[];
  readonly stages: readonly Stage[];
}

/** Numbers, or lines. */
export type LogqlNode =
  | LogNode
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'range';
      readonly name: string;
      readonly of: LogNode;
      readonly rangeMs: number;
      readonly offsetMs: number;
      readonly by?: readonly string[];
    }
  | {
      readonly kind: 'aggregation';
      readonly name: string;
      readonly of: LogqlNode;
      readonly by?: readonly string[];
      readonly count?: number;
    }
  | { readonly kind: 'operation'; readonly operator: string; readonly left: LogqlNode; readonly right: LogqlNode };

/** What the server answers 400 to, in plain text. */
export class LogParseError extends Error {
  constructor(at: number, what: string) {
    super(`parse error at line 1, col ${at + 1}: ${what}`);
    this.name = 'LogParseError';
  }
}

interface State {
  readonly text: string;
  at: number;
}

/** Parses a whole expression. @throws LogParseError */
export function parseLogql(text: string): LogqlNode {
  const state = { text, at: 0 };
  const node = expression(state);
  blanks(state);
  if (state.at < text.length) throw unexpected(state);
  checkMatchers(node);
  return node;
}

/** All parts of a tree that read lines. */
export function logNodesIn(node: LogqlNode): LogNode[] {
  switch (node.kind) {
    case 'log':
      return [node];
    case 'range':
      return [node.of];
    case 'aggregation':
      return logNodesIn(node.of);
    case 'operation':
      return [...logNodesIn(node.left), ...logNodesIn(node.right)];
    default:
      return [];
  }
}

/** Whether labels fit matchers; regular expressions are anchored. */
export function fitsLabels(labels: Readonly<Record<string, string>>, matchers: readonly LogMatcher[]): boolean {
  return matchers.every(({ label, operator, value }) => {
    const own = labels[label] ?? '';
    const isEqual = operator.endsWith('~')
      ? new RegExp(`^(?:${bare(value)})$`, flagsOf(value)).test(own)
      : own === value;
    return operator.startsWith('!') ? !isEqual : isEqual;
  });
}

/** Whether a line passes a filter; regular expressions may match anywhere. */
export function passes(line: string, { operator, values }: Extract<Stage, { kind: 'line' }>): boolean {
  const isFound = values.some((value) =>
    operator.endsWith('~') ? new RegExp(bare(value), flagsOf(value)).test(line) : line.includes(value),
  );
  return operator.startsWith('!') ? !isFound : isFound;
}

function bare(pattern: string): string {
  return pattern.replace(/^\(\?[is]+\)/, '');
}

function flagsOf(pattern: string): string {
  return /^\(\?s?i/.test(pattern) ? 'is' : 's';
}

/** Streams cannot be found by what every stream fits. */
function checkMatchers(node: LogqlNode): void {
  for (const { matchers } of logNodesIn(node)) {
    const isBound = matchers.some((matcher) => !fitsLabels({}, [matcher]));
    if (!isBound) {
      throw new LogParseError(
        0,
        'queries require at least one regexp or equality matcher that does not have an empty-compatible value',
      );
    }
  }
}

function blanks(state: State): void {
  const found = /^(?:\s|#[^\n]*)+/.exec(state.text.slice(state.at));
  if (found) state.at += found[0].length;
}

function peek(state: State, pattern: RegExp): string | undefined {
  blanks(state);
  return new RegExp(`^(?:${pattern.source})`).exec(state.text.slice(state.at))?.[0];
}

function accept(state: State, pattern: RegExp): string | undefined {
  const found = peek(state, pattern);
  if (found !== undefined) state.at += found.length;
  return found;
}

function unexpected(state: State): LogParseError {
  return new LogParseError(state.at, `syntax error: unexpected ${JSON.stringify(state.text[state.at] ?? '$end')}`);
}

function need(state: State, pattern: RegExp): string {
  const found = accept(state, pattern);
  if (found === undefined) throw unexpected(state);
  return found;
}

const STRING = /"(?:[^"\\\n]|\\.)*"|`[^`]*`/;

function stringIn(state: State): string {
  const at = state.at;
  const quoted = need(state, STRING);
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  const known: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', '"': '"' };
  // as Go's strconv.Unquote: an escape that it does not know is an error
  return quoted.slice(1, -1).replace(/\\(.)/g, (_, char: string) => {
    const plain = known[char];
    if (plain === undefined) throw new LogParseError(at, `invalid char escape ${JSON.stringify(char)}`);
    return plain;
  });
}

function expression(state: State): LogqlNode {
  let left = operand(state);
  for (;;) {
    const operator = accept(state, /==|!=|>=|<=|[-+*/%^<>]|and\b|or\b|unless\b/);
    if (operator === undefined) return left;
    left = { kind: 'operation', operator, left, right: operand(state) };
  }
}

function operand(state: State): LogqlNode {
  if (peek(state, /\{/) !== undefined) return log(state);
  const number = accept(state, /-?\d+(?:\.\d+)?/);
  if (number !== undefined) return { kind: 'number', value: Number(number) };
  if (accept(state, /\(/) !== undefined) {
    const inner = expression(state);
    need(state, /\)/);
    return inner;
  }
  const name = need(state, /[a-z_]+/);
  const before = grouping(state);
  need(state, /\(/);
  if (/_over_time$|^(?:bytes_)?rate$/.test(name)) return range(state, name);
  const count = peek(state, /\d+\s*,/) === undefined ? undefined : Number(need(state, /\d+/));
  if (count !== undefined) need(state, /,/);
  const of = expression(state);
  need(state, /\)/);
  const by = before ?? grouping(state);
  return { kind: 'aggregation', name, of, ...(by && { by }), ...(count !== undefined && { count }) };
}

function grouping(state: State): string[] | undefined {
  if (accept(state, /by\b/) === undefined) return undefined;
  need(state, /\(/);
  const labels: string[] = [];
  while (accept(state, /\)/) === undefined) {
    labels.push(need(state, /[A-Za-z_]\w*/));
    accept(state, /,/);
  }
  return labels;
}

const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function duration(state: State): number {
  const text = need(state, /(?:\d+(?:ns|ms|[smhd]))+/);
  return [...text.matchAll(/(\d+)(ns|ms|[smhd])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit as string] ?? 0),
    0,
  );
}

function range(state: State, name: string): LogqlNode {
  const of = log(state);
  need(state, /\[/);
  const rangeMs = duration(state);
  need(state, /\]/);
  const offsetMs = accept(state, /offset\b/) === undefined ? 0 : duration(state);
  need(state, /\)/);
  const by = grouping(state);
  return { kind: 'range', name, of, rangeMs, offsetMs, ...(by && { by }) };
}

function log(state: State): LogNode {
  need(state, /\{/);
  const matchers: LogMatcher[] = [];
  while (accept(state, /\}/) === undefined) {
    matchers.push(matcher(state));
    if (accept(state, /,/) === undefined && peek(state, /\}/) === undefined) throw unexpected(state);
  }
  const stages: Stage[] = [];
  for (;;) {
    const operator = accept(state, /\|=|\|~|!=(?=\s*["`])|!~(?=\s*["`])/);
    if (operator !== undefined) {
      const values = [stringIn(state)];
      while (peek(state, /or\s*["`]/) !== undefined) {
        need(state, /or/);
        values.push(stringIn(state));
      }
      stages.push({ kind: 'line', operator: operator as '|=', values });
    } else if (accept(state, /\|/) !== undefined) stages.push(stage(state));
    else return { kind: 'log', matchers, stages };
  }
}

function matcher(state: State): LogMatcher {
  const label = need(state, /[A-Za-z_]\w*/);
  const operator = need(state, /=~|!~|!=|==?/).replace('==', '=') as LogMatcher['operator'];
  return { label, operator, value: stringIn(state) };
}

function stage(state: State): Stage {
  const name = peek(state, /(?:json|logfmt|unpack|unwrap|line_format|label_format|drop|keep|decolorize)\b/);
  if (name === undefined) return labelFilter(state);
  need(state, /\w+/);
  if (name === 'unwrap') return { kind: 'unwrap', label: need(state, /[A-Za-z_]\w*/) };
  if (name === 'json' || name === 'logfmt' || name === 'unpack') return { kind: 'parser', name };
  const words: string[] = [];
  for (;;) {
    const word = accept(state, /[A-Za-z_]\w*\s*=?/);
    if (word !== undefined) words.push(word);
    else if (peek(state, STRING) !== undefined) words.push(stringIn(state));
    else if (accept(state, /,/) === undefined) return { kind: 'other', name, words };
  }
}

function labelFilter(state: State): Stage {
  const alternatives: LogMatcher[][] = [[]];
  const isGroup = accept(state, /\(/) !== undefined;
  for (;;) {
    alternatives.at(-1)?.push(matcher(state));
    if (accept(state, /and\b|,/) !== undefined) continue;
    if (accept(state, /or\b/) === undefined) break;
    alternatives.push([]);
  }
  if (isGroup) need(state, /\)/);
  return { kind: 'label', alternatives };
}
