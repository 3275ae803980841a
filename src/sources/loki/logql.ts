/** As much of LogQL as binding needs: tokens, and which strings are compared with labels or lines. Pure. */

/** A piece of an expression; comments and blanks are left out. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'operator' | 'variable';
  /** As it stands in the text. */
  readonly text: string;
  /** Offset in the text, in UTF-16 units. */
  readonly at: number;
}

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

/** Thrown where a text is no expression; the message is the end of a sentence ("the expression …"). */
export class LogqlSyntaxError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'LogqlSyntaxError';
    this.at = at;
  }
}

/** What we fill in ourselves before anything is asked, as Grafana does; with or without braces. */
export const VARIABLES = ['__interval', '__auto', '__rate_interval', '__range'] as const;
/** A name of {@link VARIABLES}. */
export type VariableName = (typeof VARIABLES)[number];

const PATTERNS: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /\s+|#[^\n]*/y],
  ['string', /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y],
  ['variable', /\$(?:__\w+|\{__\w+\})/y],
  ['name', /[A-Za-z_][\w.]*/y],
  ['number', /\.?\d[\wµ.]*/y],
  ['operator', /\|=|\|~|\|>|!>|=~|!~|!=|==|>=|<=|[-+*/%^|=<>()[\]{},]/y],
];

/** Reads an expression: its tokens, balanced brackets, and its comparisons. @throws LogqlSyntaxError */
export function readExpression(text: string): Expression {
  const tokens = tokenize(text);
  checkBrackets(tokens);
  const first = tokens.find((token) => token.text !== '(');
  const found = walk(tokens, text);
  if (found.selectors.length === 0)
    throw new LogqlSyntaxError('has no selector of streams, such as {app="checkout"}', 0);
  return { tokens, ...found, isLog: first?.text === '{' };
}

/** The tokens of a text. @throws LogqlSyntaxError at a character that begins none */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const found = PATTERNS.find(([, pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!found) throw new LogqlSyntaxError(wrongCharacter(text, at), at);
    const [kind, { lastIndex }] = found;
    if (kind !== 'blank') tokens.push({ kind, text: text.slice(at, lastIndex), at });
    at = lastIndex;
  }
  if (tokens.length === 0) throw new LogqlSyntaxError('is empty', 0);
  return tokens;
}

function wrongCharacter(text: string, at: number): string {
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (/[\uE000-\uE063]/.test(char)) return 'has a placeholder outside of quotes, where no value can be bound';
  if (char === "'") return "has a quote ' that LogQL does not know; use double quotes";
  if (`"\``.includes(char)) return `has a quote ${char} without its other end`;
  if (char === '$') return `has a "$" that is no variable; there are ${VARIABLES.map((name) => `$${name}`).join(', ')}`;
  return `has "${char}", which LogQL does not know`;
}

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

function checkBrackets(tokens: readonly Token[]): void {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.kind === 'variable') variableOf(token);
    if (token.kind !== 'operator') continue;
    if (CLOSING[token.text] !== undefined) open.push(token);
    else if (')]}'.includes(token.text)) {
      const last = open.pop();
      if (!last) throw new LogqlSyntaxError(`has a "${token.text}" that closes nothing`, token.at);
      if (CLOSING[last.text] !== token.text) {
        throw new LogqlSyntaxError(`has a "${last.text}" that a "${token.text}" cannot close`, last.at);
      }
    }
  }
  const [first] = open;
  if (first) throw new LogqlSyntaxError(`has a "${first.text}" without its other end`, first.at);
}

/** The name of a variable token. @throws LogqlSyntaxError for one that we do not know */
export function variableOf({ text, at }: Token): VariableName {
  const name = text.replace(/[${}]/g, '');
  const known = VARIABLES.find((variable) => variable === name);
  if (known !== undefined) return known;
  const all = VARIABLES.map((variable) => `$${variable}`).join(', ');
  throw new LogqlSyntaxError(`has an unknown variable "${text}"; there are ${all}`, at);
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
