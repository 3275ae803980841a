/** Which targets add values up by intervals of their own: such a sum grows until its interval is over. Pure. */
import type { TargetNode } from './grammar.ts';

/** Functions that put values into intervals, with the place of the argument that says how; `sum` where it is left out. */
const BY_INTERVAL: Readonly<Record<string, { readonly at: number; readonly keyword: string }>> = {
  summarize: { at: 2, keyword: 'func' },
  smartSummarize: { at: 2, keyword: 'func' },
  hitcount: { at: Number.POSITIVE_INFINITY, keyword: '' },
};
/** Ways of aggregation whose result grows with each value. */
const GROWING = /^(?:sum|total|count)(?:Series)?$/i;

/** Whether the last interval of a target, while it lasts, has a smaller value than it will have. */
export function isSumming(node: TargetNode): boolean {
  if (node.kind === 'keyword') return isSumming(node.value);
  if (node.kind !== 'call') return false;
  const place = BY_INTERVAL[node.name];
  return (place !== undefined && GROWING.test(howOf(node.args, place))) || node.args.some(isSumming);
}

function howOf(
  args: readonly TargetNode[],
  { at, keyword }: { readonly at: number; readonly keyword: string },
): string {
  const named = args.find((arg) => arg.kind === 'keyword' && arg.name === keyword);
  const how = named?.kind === 'keyword' ? named.value : args[at];
  return how?.kind === 'string' ? how.text : 'sum';
}
