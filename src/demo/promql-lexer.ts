/** PromQL in pieces. Pure. */
import { unquote } from '../lib/quoted-text.ts';

/** A refusal in Prometheus' own words and kinds. */
export class PromqlError extends Error {
  /** `bad_data` cannot be read, `execution` cannot be done. */
  readonly kind: 'bad_data' | 'execution';

  constructor(kind: 'bad_data' | 'execution', message: string) {
    super(message);
    this.name = 'PromqlError';
    this.kind = kind;
  }
}

/** A piece of an expression. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'duration' | 'operator' | 'end';
  /** A string without its quotes, else as it stands. */
  readonly text: string;
  readonly at: number;
}

/** Longer expressions are refused. */
const EXPRESSION_MAX_CHARS = 20_000;

const PATTERNS: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', /\s+|#[^\n]*/y],
  ['string', /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`[^`]*`/y],
  ['duration', /(?:\d+(?:ms|[smhdwy]))+(?![\w.])/y],
  ['number', /0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\w.])/iy],
  ['name', /:?[A-Za-z_][\w:]*/y],
  ['operator', /=~|!~|!=|==|>=|<=|[-+*/%^=<>()[\]{},@:]/y],
];

/** Splits an expression. @throws PromqlError */
export function tokenize(text: string): Token[] {
  if (text.length > EXPRESSION_MAX_CHARS) throw bad('the expression is too long', 0);
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const found = PATTERNS.find(([, pattern]) => {
      pattern.lastIndex = at;
      return pattern.test(text);
    });
    if (!found) throw bad(`unexpected character: ${JSON.stringify(text.charAt(at))}`, at);
    const [kind, { lastIndex }] = found;
    const piece = text.slice(at, lastIndex);
    if (kind !== 'blank') tokens.push({ kind, text: kind === 'string' ? unquote(piece) : piece, at });
    at = lastIndex;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

/** A refusal with the place, as Prometheus writes it. */
export function bad(message: string, at: number): PromqlError {
  return new PromqlError('bad_data', `invalid parameter "query": 1:${at + 1}: parse error: ${message}`);
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3_600,
  d: 86_400,
  w: 604_800,
  y: 31_536_000,
};

/** Seconds of a duration such as `1h30m`; NaN for what is none. */
export function durationS(text: string): number {
  if (!/^(?:\d+(?:ms|[smhdwy]))+$/.test(text)) return Number.NaN;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) {
    seconds += Number(amount) * (UNITS[unit as string] as number);
  }
  return seconds;
}
