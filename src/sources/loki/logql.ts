/** As much of LogQL as binding needs: tokens, and which strings are compared with labels or lines. Pure. */

import {
  checkBrackets,
  dollared,
  ExpressionSyntaxError,
  type Lexis,
  type Token,
  tokensOf,
  variableAmong,
} from '../../lib/expression-tokens.ts';

/** A string that a label or a line is compared with. */
export interface Comparison {
  /** In the braces of a selector, in the pipeline behind it, or with the line itself. */
  readonly place: 'matcher' | 'label' | 'line';
  /** Empty for lines. */
  readonly label: string;
  readonly operator: '=' | '==' | '!=' | '=~' | '!~' | '|=' | '|~' | '|>' | '!>';
  /** The string with its quotes. */
  readonly value: Token;
  /** Where the comparison begins in the text. */
  readonly from: number;
}

/** `{app="checkout"}` with what is compared in it. */
export interface Selector {
  readonly text: string;
  readonly matchers: readonly Comparison[];
}

/** An expression, read. */
export interface Expression {
  readonly tokens: readonly Token[];
  readonly selectors: readonly Selector[];
  /** In the order of the text, those of selectors among them. */
  readonly comparisons: readonly Comparison[];
  /** Whether it gives lines, not numbers. */
  readonly isLog: boolean;
  /** Whether labels are read out of lines, which may fail for some of them. */
  readonly hasParser: boolean;
}

/** What we fill in ourselves before anything is asked, as Grafana does; with or without braces. */
export const VARIABLES = ['__interval', '__auto', '__rate_interval', '__range'] as const;
/** A name of {@link VARIABLES}. */
export type VariableName = (typeof VARIABLES)[number];

const LOGQL: Lexis<Token['kind']> = {
  language: 'LogQL',
  patterns: [
    ['blank', /\s+|#[^\n]*/y],
    ['string', /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y],
    ['variable', /\$(?:__\w+|\{__\w+\})/y],
    ['name', /[A-Za-z_][\w.]*/y],
    ['number', /\.?\d[\wµ.]*/y],
    ['operator', /\|=|\|~|\|>|!>|=~|!~|!=|==|>=|<=|[-+*/%^|=<>()[\]{},]/y],
  ],
  quotes: '"`',
  wrongCharacter(char) {
    if (/[\uE000-\uE063]/.test(char)) return 'has a placeholder outside of quotes, where no value can be bound';
    if (char === "'") return "has a quote ' that LogQL does not know; use double quotes";
    if (char === '$') return `has a "$" that is no variable; there are ${dollared(VARIABLES)}`;
    return undefined;
  },
};

/** Reads an expression: its tokens, balanced brackets, and its comparisons. @throws ExpressionSyntaxError */
export function readExpression(text: string): Expression {
  const tokens = tokenize(text);
  for (const token of tokens) if (token.kind === 'variable') variableOf(token);
  checkBrackets(tokens);
  const first = tokens.find((token) => token.text !== '(');
  const found = walk(tokens, text);
  if (found.selectors.length === 0)
    throw new ExpressionSyntaxError('has no selector of streams, such as {app="checkout"}', 0);
  return { tokens, ...found, isLog: first?.text === '{' };
}

/** The tokens of a text. @throws ExpressionSyntaxError at a character that begins none */
export function tokenize(text: string): Token[] {
  return tokensOf(text, LOGQL);
}

/** The name of a variable token. @throws ExpressionSyntaxError for one that we do not know */
export function variableOf(token: Token): VariableName {
  return variableAmong(token, VARIABLES);
}

/** Stages of a pipeline whose strings are no values: templates, patterns, names. */
const OTHER_STAGES = new Set(
  'json logfmt regexp pattern unpack line_format label_format decolorize drop keep distinct unwrap'.split(' '),
);
const PARSERS = new Set(['json', 'logfmt', 'regexp', 'pattern', 'unpack']);
const LABEL_OPERATORS = new Set(['=', '==', '!=', '=~', '!~']);
const LINE_OPERATORS = new Set(['|=', '|~', '|>', '!>', '!=', '!~']);

/** Tells which strings are compared with what: the same `!=` is about a label behind a name, about the line elsewhere. */
function walk(tokens: readonly Token[], text: string): Pick<Expression, 'selectors' | 'comparisons' | 'hasParser'> {
  const selectors: Selector[] = [];
  const comparisons: Comparison[] = [];
  let stage: 'labels' | 'other' | 'none' = 'none';
  let hasParser = false;
  for (let index = 0; index < tokens.length; index += 1) {
    const { text: own, at } = tokens[index] as Token;
    const [before, next] = [tokens[index - 1], tokens[index + 1]];
    if (own === '{') {
      const end = tokens.findIndex((token, place) => place > index && token.text === '}');
      const matchers = matchersIn(tokens.slice(index + 1, end));
      selectors.push({ text: text.slice(at, (tokens[end]?.at ?? at) + 1), matchers });
      comparisons.push(...matchers);
      [index, stage] = [end, 'none'];
    } else if (own === '[') stage = 'none';
    else if (own === '|') {
      stage = OTHER_STAGES.has(next?.text ?? '') ? 'other' : 'labels';
      hasParser ||= PARSERS.has(next?.text ?? '');
    } else if (next?.kind !== 'string') continue;
    else if (stage === 'labels' && before?.kind === 'name' && LABEL_OPERATORS.has(own)) {
      comparisons.push({
        place: 'label',
        label: before.text,
        operator: own as Comparison['operator'],
        value: next,
        from: before.at,
      });
    } else if (LINE_OPERATORS.has(own) && before?.kind !== 'name') {
      comparisons.push({ place: 'line', label: '', operator: own as Comparison['operator'], value: next, from: at });
      stage = 'none';
    } else if (own === 'or' && before?.kind === 'string') {
      const last = comparisons.at(-1);
      if (last?.place === 'line' && last.value === before) comparisons.push({ ...last, value: next, from: at });
    }
  }
  return { selectors, comparisons, hasParser };
}

function matchersIn(tokens: readonly Token[]): Comparison[] {
  const matchers: Comparison[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const [label, operator, value] = tokens.slice(index, index + 3);
    if (label?.kind !== 'name' || !operator || value?.kind !== 'string' || !LABEL_OPERATORS.has(operator.text))
      continue;
    const { text, at } = label;
    matchers.push({
      place: 'matcher',
      label: text,
      operator: operator.text as Comparison['operator'],
      value,
      from: at,
    });
    index += 2;
  }
  return matchers;
}

/** An expression without what stands behind its last token, which may be a comment that would swallow what follows. */
export function withoutTail(text: string): string {
  const last = tokenize(text).at(-1);
  return last ? text.slice(0, last.at + last.text.length) : text;
}
