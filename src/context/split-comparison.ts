/** The expression of a Prometheus rule, taken apart: what is measured, and the limit that it is compared with. Pure. */

/** A rule's expression as something to draw. */
export interface RuleExpression {
  /** What is measured, without the comparison. */
  readonly expr: string;
  /** Absent where it compares with no number, or in a way that has no side (`== 0`). */
  readonly limit?: { readonly op: '>' | '>=' | '<' | '<='; readonly value: number };
  /** Compared with one exact value: what is measured is a state. */
  readonly isState: boolean;
  /** What it is compared with, where that is a series too. */
  readonly other?: string;
  /** It fires when there are no values. */
  readonly isAbsence: boolean;
}

/** Longer expressions, and deeper ones, are drawn as they are. */
const EXPRESSION_MAX_CHARS = 20_000;
const DEPTH_MAX = 20;

type Comparison = '>' | '>=' | '<' | '<=' | '==' | '!=';
const FLIPPED = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==', '!=': '!=' } as const;

interface Token {
  readonly text: string;
  readonly at: number;
  /** How many brackets are open around it; a bracket counts as outside of itself. */
  readonly depth: number;
}

const PIECE =
  /\s+|#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`|[A-Za-z_:][\w:.]*|(?:\d[\w.]*(?:(?<=[\d.][eE])[-+]\d+)?|\.\d+(?:[eE][-+]?\d+)?)|=~|!~|!=|==|>=|<=|[\s\S]/gy;

/**
 * Takes a rule's expression apart at its outermost comparison: `rate(x[5m]) > 5` is `rate(x[5m])` and above 5. Of
 * conditions that are joined (`a > 5 and b > 3`) the first one gives the values of the alert, so it is what is drawn;
 * alternatives (`or`) are drawn whole. Of `absent(x)` what is drawn is `x`. What cannot be read is given back as it is.
 */
export function splitComparison(text: string): RuleExpression {
  const plain: RuleExpression = { expr: text.trim(), isState: false, isAbsence: false };
  return text.length > EXPRESSION_MAX_CHARS ? plain : (split(text, 0) ?? plain);
}

function split(given: string, level: number): RuleExpression | undefined {
  const text = withoutBrackets(given);
  const tokens = tokensOf(text);
  if (!tokens || tokens.length === 0 || level > DEPTH_MAX) return undefined;
  const outer = tokens.filter(({ depth }) => depth === 0);
  if (outer.some(({ text: word }) => /^or$/i.test(word))) return { expr: text, isState: false, isAbsence: false };
  const joint = outer.find(({ text: word }) => /^(?:and|unless)$/i.test(word));
  if (joint) return split(text.slice(0, joint.at), level + 1);
  const sign = outer.findLast(({ text: word }) => /^(?:[<>]=?|==|!=)$/.test(word));
  if (!sign) return absenceOf(text) ?? { expr: text, isState: false, isAbsence: false };
  const left = withoutBrackets(text.slice(0, sign.at));
  const right = withoutBrackets(withoutModifiers(text.slice(sign.at + sign.text.length)));
  return compared(left, sign.text as Comparison, right, level);
}

function compared(left: string, op: Comparison, right: string, level: number): RuleExpression | undefined {
  const [leftValue, rightValue] = [constantOf(left), constantOf(right)];
  if (left === '' || right === '') return undefined;
  if (rightValue !== undefined) return measured(left, op, rightValue, level);
  if (leftValue !== undefined) return measured(right, FLIPPED[op], leftValue, level);
  return { expr: left, isState: false, isAbsence: false, other: right };
}

function measured(expr: string, op: Comparison, value: number, level: number): RuleExpression {
  if (op === '==' || op === '!=') {
    // `(x > bool 5) == 1`: the comparison within is the rule
    const inner = op === '==' && value === 1 ? split(expr, level + 1) : undefined;
    return inner?.limit ? inner : { expr, isState: true, isAbsence: false };
  }
  return { expr, limit: { op, value }, isState: false, isAbsence: false };
}

/** `absent(x)`, `absent_over_time(x[5m])`: what is missed. */
function absenceOf(text: string): RuleExpression | undefined {
  const found = /^(absent|absent_over_time)\s*\(([\s\S]*)\)$/.exec(text);
  if (!found || !isOnePair(text.slice(text.indexOf('(')))) return undefined;
  const inner = (found[2] ?? '').trim();
  const expr = found[1] === 'absent' ? inner : `last_over_time(${inner})`;
  return inner === '' ? undefined : { expr, isState: false, isAbsence: true };
}

/** The pieces of an expression without blanks; nothing where brackets do not fit. */
function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let depth = 0;
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    if (/^(?:\s|#)/.test(piece)) continue;
    if (/^[)\]}]$/.test(piece)) depth -= 1;
    if (depth < 0 || /^["'`]$/.test(piece)) return undefined;
    tokens.push({ text: piece, at: index, depth });
    if (/^[([{]$/.test(piece)) depth += 1;
  }
  return depth === 0 ? tokens : undefined;
}

/** Takes off brackets and comments that hold the whole. */
function withoutBrackets(text: string): string {
  let inner = text.replace(/^(?:\s|#[^\n]*\n)+|\s+$/g, '');
  for (let level = 0; level < DEPTH_MAX && inner.startsWith('(') && isOnePair(inner); level += 1) {
    inner = inner.slice(1, -1).trim();
  }
  return inner;
}

/** Whether the first bracket is closed by the last character. */
function isOnePair(text: string): boolean {
  const tokens = tokensOf(text);
  if (!tokens || tokens.length < 2) return false;
  const closing = tokens.findIndex(({ depth }, index) => index > 0 && depth === 0);
  return closing === tokens.length - 1 && tokens[closing]?.text === ')';
}

/** `bool`, `on (instance) group_left`: how two sides are matched is no part of the right one. */
function withoutModifiers(text: string): string {
  return text
    .replace(/^\s*bool\b/i, '')
    .replace(/^\s*(?:on|ignoring)\s*\([^()]*\)/i, '')
    .replace(/^\s*group_(?:left|right)(?:\s*\([^()]*\))?/i, '');
}

/** The number that an expression of numbers alone is: `5`, `-1e3`, `10 * 1024 ^ 2`; nothing for any other. */
export function constantOf(text: string): number | undefined {
  const all = tokensOf(text)?.map((token) => token.text.toLowerCase());
  if (!all || all.length === 0) return undefined;
  let at = 0;
  // every level binds tighter than the one above it, as in PromQL
  const sum = (): number => chain(product, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const product = (): number => chain(sign, { '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b });
  const chain = (next: () => number, operators: Readonly<Record<string, (a: number, b: number) => number>>) => {
    let value = next();
    for (let apply = operators[all[at] ?? '']; apply; apply = operators[all[at] ?? '']) {
      at += 1;
      value = apply(value, next());
    }
    return value;
  };
  const sign = (): number => {
    if (all[at] !== '-' && all[at] !== '+') return power();
    at += 1;
    return all[at - 1] === '-' ? -sign() : sign();
  };
  const power = (): number => {
    const base = atom();
    if (all[at] !== '^') return base;
    at += 1;
    return base ** sign();
  };
  const atom = (): number => {
    const piece = all[at] ?? '';
    at += 1;
    if (piece === 'vector' || piece === 'scalar') return all[at] === '(' ? atom() : Number.NaN;
    if (piece !== '(') return /^(?:\d|\.\d)/.test(piece) ? Number(piece.replaceAll('_', '')) : Number.NaN;
    const value = sum();
    if (all[at] !== ')') return Number.NaN;
    at += 1;
    return value;
  };
  const value = sum();
  return at === all.length && Number.isFinite(value) ? value : undefined;
}
