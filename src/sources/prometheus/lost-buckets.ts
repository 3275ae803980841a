/** Finds in an expression why it can never have a value: `le`, which tells buckets apart, is added up before the quantile. Pure. */
import type { Token } from '../../lib/expression-tokens.ts';
import { readExpression } from './promql.ts';

/** An aggregation that takes `le` away, and how it would be written to keep it. */
export interface LostBuckets {
  /** `sum`. */
  readonly aggregation: string;
  /** `sum by (service, le) (…)`. */
  readonly kept: string;
}

const QUANTILE = 'histogram_quantile';
/** Those that make one series of several. */
const AGGREGATIONS = new Set(['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar', 'quantile']);
/** Metrics with a series for each bucket; a native histogram needs no `le`. */
const BUCKETS = /bucket$/;

/** The first such aggregation inside a `histogram_quantile` of buckets; nothing where there is none. @throws ExpressionSyntaxError */
export function lostBuckets(expression: string): LostBuckets | undefined {
  const { tokens, selectors } = readExpression(expression);
  const start = tokens.findIndex(({ text }, at) => text === QUANTILE && tokens[at + 1]?.text === '(');
  if (start < 0 || !selectors.some(({ metric }) => BUCKETS.test(metric))) return undefined;
  const end = closing(tokens, start + 1);
  for (let at = start + 2; at < end; at += 1) {
    const token = tokens[at] as Token;
    const grouping = token.kind === 'name' && AGGREGATIONS.has(token.text.toLowerCase()) && groupingOf(tokens, at);
    if (!grouping) continue;
    const { word, labels } = grouping;
    const isWithout = word === 'without';
    if (labels.includes('le') !== isWithout) continue;
    const kept = isWithout ? labels.filter((label) => label !== 'le') : [...labels, 'le'];
    return { aggregation: token.text, kept: `${token.text} ${word} (${kept.join(', ')}) (…)` };
  }
  return undefined;
}

/** What an aggregation groups by, before or behind what it adds up; without a word by nothing. */
function groupingOf(tokens: readonly Token[], at: number): { word: string; labels: readonly string[] } | undefined {
  const before = groupingAt(tokens, at + 1);
  if (before) return before;
  if (tokens[at + 1]?.text !== '(') return undefined;
  return groupingAt(tokens, closing(tokens, at + 1) + 1) ?? { word: 'by', labels: [] };
}

function groupingAt(tokens: readonly Token[], at: number): { word: string; labels: readonly string[] } | undefined {
  const word = tokens[at]?.text.toLowerCase();
  if ((word !== 'by' && word !== 'without') || tokens[at + 1]?.text !== '(') return undefined;
  const labels = tokens.slice(at + 2, closing(tokens, at + 1)).filter(({ text }) => text !== ',');
  return { word, labels: labels.map(({ text }) => text.replace(/^(["'`])(.*)\1$/s, '$2')) };
}

/** Where the bracket that opens at a token is closed. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const { text, kind } = tokens[at] as Token;
    if (kind !== 'operator') continue;
    if (text === '(') depth += 1;
    else if (text === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length;
}
