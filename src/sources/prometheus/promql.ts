/** As much of PromQL and MetricsQL as binding needs: tokens, and where the values of matchers stand. Pure. */

/** A piece of an expression; comments and blanks are left out. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'variable';
  /** As it stands in the text. */
  readonly text: string;
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
}

/** A `label="value"` inside braces. */
export interface Matcher {
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  /** The string with its quotes. */
  readonly value: Token;
}

/** `metric{label="value"}`. */
export interface Selector {
  /** Empty where the braces stand alone. */
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** As it stands in the text. */
  readonly text: string;
}

/** An expression, read. */
export interface Expression {
  readonly tokens: readonly Token[];
  readonly selectors: readonly Selector[];
}

/** Thrown where a text is no expression; the message is the end of a sentence ("the expression …"). */
export class PromqlSyntaxError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'PromqlSyntaxError';
    this.at = at;
  }
}

/** What we fill in ourselves before anything is asked, as Grafana does; with or without braces. */
export const VARIABLES = ['__rate_interval', '__interval', '__range'] as const;
/** A name of {@link VARIABLES}. */
export type VariableName = (typeof VARIABLES)[number];

const PATTERNS: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /\s+|#[^\n]*/y],
  ['string', /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`[^`]*`/y],
  ['variable', /\$(?:__\w+|\{__\w+\})/y],
  ['name', /[A-Za-z_:][\w:.]*/y],
  ['number', /\.?\d[\w.]*/y],
  ['operator', /=~|!~|!=|==|>=|<=|[-+*/%^=<>()[\]{},@:]/y],
];

/**
 * Reads an expression: its tokens, balanced brackets, and its selectors.
 *
 * @throws PromqlSyntaxError
 */
export function readExpression(text: string): Expression {
  const tokens = tokenize(text);
  checkBrackets(tokens, text);
  return { tokens, selectors: selectorsOf(tokens, text) };
}

/** The tokens of a text. @throws PromqlSyntaxError at a character that begins none */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const found = PATTERNS.find(([, pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!found) throw new PromqlSyntaxError(wrongCharacter(text, at), at);
    const [kind, { lastIndex }] = found;
    if (kind !== 'blank') tokens.push({ kind, text: text.slice(at, lastIndex), at });
    at = lastIndex;
  }
  if (tokens.length === 0) throw new PromqlSyntaxError('is empty', 0);
  return tokens;
}

function wrongCharacter(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (`"'\``.includes(char)) return `has a quote ${char} without its other end`;
  if (char === '$') return `has a "$" that is no variable; there are ${VARIABLES.map((name) => `$${name}`).join(', ')}`;
  if (/[\uE000-\uE063]/.test(char))
    return 'has a placeholder outside of quotes, where no value can be bound; write {label="${name}"}';
  return `has "${char}", which PromQL does not know`;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function checkBrackets(tokens: readonly Token[], text: string): void {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.kind === 'variable') variableOf(token);
    if (token.kind !== 'operator') continue;
    if (CLOSING[token.text] !== undefined) open.push(token);
    else if (')]}'.includes(token.text)) {
      const last = open.pop();
      if (last && CLOSING[last.text] !== token.text) {
        throw new PromqlSyntaxError(`has a "${last.text}" that a "${token.text}" cannot close`, last.at);
      }
      if (!last) {
        throw new PromqlSyntaxError(`has a "${token.text}" that closes nothing`, token.at);
      }
    }
  }
  const [first] = open;
  if (first)
    throw new PromqlSyntaxError(`has a "${first.text}" without its other end`, Math.min(first.at, text.length));
}

/** The name of a variable token. @throws PromqlSyntaxError for one that we do not know */
export function variableOf({ text, at }: Token): VariableName {
  const name = text.replace(/[${}]/g, '');
  const known = VARIABLES.find((variable) => variable === name);
  if (known === undefined) {
    const all = VARIABLES.map((variable) => `$${variable}`).join(', ');
    throw new PromqlSyntaxError(`has an unknown variable "${text}"; there are ${all}`, at);
  }
  return known;
}

/** Words after which braces or brackets are no selector's. */
const KEYWORDS = new Set(
  'and or unless by without on ignoring group_left group_right offset bool start end inf nan default if ifnot limit keep_metric_names'.split(
    ' ',
  ),
);

function selectorsOf(tokens: readonly Token[], text: string): Selector[] {
  const selectors: Selector[] = [];
  let isGrouping = false;
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as Token;
    const next = tokens[index + 1]?.text;
    if (isGrouping) {
      if (token.text === ')') isGrouping = false;
    } else if (token.text === '{') {
      const end = tokens.findIndex((one, at) => at > index && one.text === '}');
      const before = tokens[index - 1];
      const isNamed = before?.kind === 'name' && !KEYWORDS.has(before.text.toLowerCase());
      const last = tokens[end] as Token;
      selectors.push({
        metric: isNamed ? before.text : '',
        matchers: matchersIn(tokens.slice(index + 1, end)),
        text: text.slice(isNamed ? before.at : token.at, last.at + 1),
      });
      index = end;
    } else if (token.kind === 'name' && KEYWORDS.has(token.text.toLowerCase())) {
      isGrouping = next === '(' && /^(?:by|without|on|ignoring|group_left|group_right)$/i.test(token.text);
    } else if (token.kind === 'name' && next !== '(' && next !== '{' && !isAggregation(token, tokens[index + 1])) {
      selectors.push({ metric: token.text, matchers: [], text: token.text });
    }
  }
  return selectors;
}

/** `sum by (le) (…)`. */
function isAggregation({ text }: Token, next: Token | undefined): boolean {
  return next !== undefined && /^(?:by|without)$/i.test(next.text) && /^[a-z_]+$/.test(text);
}

function matchersIn(tokens: readonly Token[]): Matcher[] {
  const matchers: Matcher[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const [label, operator, value] = tokens.slice(index, index + 3);
    if (operator && value && isMatching(operator.text) && value.kind === 'string' && label) {
      matchers.push({
        label: label.kind === 'string' ? label.text.slice(1, -1) : label.text,
        operator: operator.text,
        value,
      });
      index += 2;
    }
  }
  return matchers;
}

function isMatching(text: string): text is Matcher['operator'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}
