/** From a window to what Loki takes: steps that people know, moments in nanoseconds, ranges inside of expressions. Pure. */

import { DateTime } from 'luxon';
import { queryDuration } from '../../domain/duration.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Token } from '../../lib/expression-tokens.ts';
import type { FetchWindow } from '../source.ts';
import { readExpression, tokenize, type VariableName, variableOf } from './logql.ts';

/** When an expression of numbers is evaluated: both ends included, ms. */
export interface WindowPlan {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** Length of the whole window, ms: what `$__range` stands for. */
  readonly rangeMs: number;
}

/** More points of counted lines than this are noise; a server gives 11,000 at most. */
const POINTS_MAX = 400;
/** More bars than this are thinner than a line. */
const BARS_MAX = 120;
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** Steps that people know; beyond them whole days. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];

/** Plans the evaluation over `[fromMs, toMs)`: every moment lies inside. */
export function planWindow(window: FetchWindow, minStepMs = SECOND): WindowPlan {
  const { fromMs, toMs } = window;
  const stepMs = stepOf(window, POINTS_MAX, minStepMs);
  const offsetMs = offsetOf(window, stepMs);
  const startMs = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const endMs = Math.floor((toMs - 1 + offsetMs) / stepMs) * stepMs - offsetMs;
  const rangeMs = Math.max(SECOND, toMs - fromMs);
  // a window shorter than a step may hold no multiple of it: its end is as good a moment
  return endMs < startMs ? { startMs: toMs, endMs: toMs, stepMs, rangeMs } : { startMs, endMs, stepMs, rangeMs };
}

/** Buckets that lines are counted in. */
export interface Buckets {
  readonly stepMs: number;
  /** Where each bucket begins, ms; the first may begin before the window. */
  readonly starts: readonly number[];
}

/** The buckets of a window. */
export function planBuckets(window: FetchWindow, minStepMs = SECOND): Buckets {
  const stepMs = stepOf(window, BARS_MAX, minStepMs);
  const offsetMs = offsetOf(window, stepMs);
  const first = Math.floor((window.fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const count = Math.max(1, Math.ceil((window.toMs - first) / stepMs));
  return { stepMs, starts: Array.from({ length: count }, (_, index) => first + index * stepMs) };
}

function stepOf({ fromMs, toMs, maxPoints }: FetchWindow, most: number, minStepMs: number): number {
  const points = Math.min(most, Math.max(2, Math.floor(maxPoints)));
  const wanted = Math.max(minStepMs, SECOND, (toMs - fromMs) / points);
  if (wanted <= minStepMs) return minStepMs;
  return STEPS.find((step) => step >= wanted) ?? Math.ceil(wanted / DAY) * DAY;
}

/** Days begin where they begin for the asker. */
function offsetOf({ fromMs, zone }: FetchWindow, stepMs: number): number {
  return stepMs % DAY === 0 ? DateTime.fromMillis(fromMs, { zone }).offset * MINUTE : 0;
}

/** A moment as Loki takes it; 13 digits would be read as nanoseconds of 1970. */
export function nanoseconds(ms: number): string {
  return `${BigInt(Math.ceil(ms)) * 1_000_000n}`;
}

/** Puts the variables into an expression; in a string, which may be somebody's value, they are only text. */
export function resolveVariables(expr: string, { stepMs, rangeMs }: Pick<WindowPlan, 'stepMs' | 'rangeMs'>): string {
  if (!expr.includes('$')) return expr;
  const values: Readonly<Record<VariableName, string>> = {
    __interval: queryDuration(stepMs),
    __auto: queryDuration(stepMs),
    __rate_interval: queryDuration(stepMs),
    __range: queryDuration(Math.round(rangeMs)),
  };
  let text = '';
  let end = 0;
  for (const token of tokenize(expr)) {
    if (token.kind !== 'variable') continue;
    text += `${expr.slice(end, token.at)}${values[variableOf(token)]}`;
    end = token.at + token.text.length;
  }
  return text + expr.slice(end);
}

/** What functions over a window of one step make of the lines in it. */
const OVER_A_STEP: Readonly<Record<string, Consolidation>> = {
  count_over_time: 'sum',
  bytes_over_time: 'sum',
  sum_over_time: 'sum',
  rate: 'average',
  bytes_rate: 'average',
  avg_over_time: 'average',
  max_over_time: 'max',
  min_over_time: 'min',
  last_over_time: 'last',
  first_over_time: 'last',
};
/** Without lines there is nothing to count, which is a number too. */
const COUNTING = new Set(['count_over_time', 'bytes_over_time', 'rate', 'bytes_rate']);

/** What the values of an expression stand for. */
export interface ValueMeaning {
  /** How lines became one value over a step, where a step is what the expression looks at. */
  readonly consolidated?: Consolidation;
  /** Whether a moment without a value is one without lines: 0. */
  readonly isCount: boolean;
}

/** The meaning of one expression. */
export function meaningOf(expr: string): ValueMeaning {
  const { tokens } = readExpression(expr);
  const windows = tokens.flatMap((token, index) =>
    token.text === '[' ? [{ isStep: tokens[index + 1]?.kind === 'variable', made: functionBefore(tokens, index) }] : [],
  );
  const kinds = new Set(windows.map(({ isStep, made }) => (isStep ? OVER_A_STEP[made] : undefined)));
  const [kind] = kinds;
  const isPlain = !tokens.some((token, index) => isCalculation(token, tokens[index - 1]));
  return {
    ...(kinds.size === 1 && kind !== undefined && { consolidated: kind }),
    isCount: isPlain && windows.length > 0 && windows.every(({ made }) => COUNTING.has(made)),
  };
}

/** What makes of counts something else: comparing, dividing, ranking, reading numbers out of lines. */
function isCalculation({ kind, text }: Token, before: Token | undefined): boolean {
  if (kind === 'name')
    return (
      /^(?:topk|bottomk|approx_topk|unwrap|absent_over_time|and|or|unless)$/i.test(text) && before?.kind !== 'string'
    );
  return kind === 'operator' && /^(?:[-+*/%^<>]|<=|>=|==)$/.test(text) && before?.kind !== 'name';
}

/** The function whose argument the window at `index` belongs to. */
function functionBefore(tokens: readonly Token[], index: number): string {
  let depth = 0;
  for (let at = index - 1; at > 0; at -= 1) {
    const text = tokens[at]?.text ?? '';
    if (text === ')' || text === '}') depth += 1;
    else if (text === '{') depth -= 1;
    else if (text === '(' && depth === 0) return tokens[at - 1]?.text.toLowerCase() ?? '';
    else if (text === '(') depth -= 1;
  }
  return '';
}
