/** What a point of an expression stands for, read from the expression itself: nothing is consolidated behind its back. Pure. */

import { parseQueryDuration } from '../../domain/duration.ts';
import { formatDuration } from '../../domain/format-number.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Token } from '../../lib/expression-tokens.ts';
import type { WindowPlan } from './plan-window.ts';
import { tokenize } from './promql.ts';

/** What a point stands for, and what there is to say about it. */
export interface PointMeaning {
  /** How samples became one value over a step; absent where a step holds one sample, or the expression's window is another. */
  readonly consolidated?: Consolidation;
  readonly warnings: readonly string[];
}

/** What functions over a window of one step make of it. */
const OVER_A_STEP: Readonly<Record<string, Consolidation>> = {
  avg_over_time: 'average',
  max_over_time: 'max',
  min_over_time: 'min',
  sum_over_time: 'sum',
  count_over_time: 'sum',
  last_over_time: 'last',
  rate: 'average',
  increase: 'sum',
};

/** The meaning of the points of all expressions together. */
export function meaningOf(exprs: readonly string[], plan: WindowPlan): PointMeaning {
  if (plan.stepMs <= plan.scrapeMs) return { warnings: [] };
  const found = exprs.map((expr) => meaningOfOne(tokenize(expr), plan));
  const [first] = found;
  const isShared = found.every(({ consolidated }) => consolidated === first?.consolidated);
  return {
    ...(isShared && first?.consolidated !== undefined && { consolidated: first.consolidated }),
    warnings: [...new Set(found.flatMap(({ warnings }) => warnings))],
  };
}

function meaningOfOne(tokens: readonly Token[], { stepMs }: WindowPlan): PointMeaning {
  const windows = tokens.flatMap((token, index) =>
    token.text === '[' ? [{ window: tokens[index + 1]?.text ?? '', made: functionBefore(tokens, index) }] : [],
  );
  // without a window a point is the newest sample at its moment
  if (windows.length === 0) return { consolidated: 'last', warnings: [] };
  const kinds = new Set(windows.map(({ window, made }) => (window.startsWith('$') ? OVER_A_STEP[made] : undefined)));
  const [kind] = kinds;
  const spans = windows.map(({ window }) => parseQueryDuration(window)).filter((span) => span !== undefined);
  const shortest = Math.min(...spans);
  const warnings =
    shortest < stepMs
      ? [
          `Each point covers ${formatDuration(shortest)} and they are ${formatDuration(stepMs)} apart: what happens between is not seen.`,
        ]
      : [];
  return { ...(kinds.size === 1 && kind !== undefined && { consolidated: kind }), warnings };
}

/** The function whose argument the window at `index` belongs to. */
function functionBefore(tokens: readonly Token[], index: number): string {
  let depth = 0;
  for (let at = index - 1; at > 0; at -= 1) {
    const text = tokens[at]?.text ?? '';
    if (')}'.includes(text)) depth += 1;
    else if (text === '{') depth -= 1;
    else if (text === '(' && depth === 0) return tokens[at - 1]?.text.toLowerCase() ?? '';
    else if (text === '(') depth -= 1;
  }
  return '';
}
