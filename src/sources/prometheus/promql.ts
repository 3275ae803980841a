/** As much of PromQL and MetricsQL as binding needs: tokens, and where the values of matchers stand. Pure. */

import {
  checkBrackets,
  dollared,
  type Lexis,
  type Token,
  tokensOf,
  variableAmong,
} from '../../lib/expression-tokens.ts';

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

/** What we fill in ourselves before anything is asked, as Grafana does; with or without braces. */
export const VARIABLES = ['__rate_interval', '__interval', '__range'] as const;
/** A name of {@link VARIABLES}. */
export type VariableName = (typeof VARIABLES)[number];

const PROMQL: Lexis<Token['kind']> = {
  language: 'PromQL',
  patterns: [
    ['blank', /\s+|#[^\n]*/y],
    ['string', /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`[^`]*`/y],
    ['variable', /\$(?:__\w+|\{__\w+\})/y],
    ['name', /[A-Za-z_:][\w:.]*/y],
    ['number', /\.?\d[\w.]*/y],
    ['operator', /=~|!~|!=|==|>=|<=|[-+*/%^=<>()[\]{},@:]/y],
  ],
  quotes: `"'\``,
  wrongCharacter(char) {
    if (char === '$') return `has a "$" that is no variable; there are ${dollared(VARIABLES)}`;
    if (/[\uE000-\uE063]/.test(char))
      return 'has a placeholder outside of quotes, where no value can be bound; write {label="${name}"}';
    return undefined;
  },
};

/**
 * Reads an expression: its tokens, balanced brackets, and its selectors.
 *
 * @throws ExpressionSyntaxError
 */
export function readExpression(text: string): Expression {
  const tokens = tokenize(text);
  for (const token of tokens) if (token.kind === 'variable') variableOf(token);
  checkBrackets(tokens);
  return { tokens, selectors: selectorsOf(tokens, text) };
}

/** The tokens of a text. @throws ExpressionSyntaxError at a character that begins none */
export function tokenize(text: string): Token[] {
  return tokensOf(text, PROMQL);
}

/** The name of a variable token. @throws ExpressionSyntaxError for one that we do not know */
export function variableOf(token: Token): VariableName {
  return variableAmong(token, VARIABLES);
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
