/** Values of PromQL over a grid of moments: columns of numbers, NaN where there is nothing. Pure. */
import type { Labels } from '../domain/labels.ts';
import type { Grouping } from './promql-parser.ts';

/** The moments of a query, seconds. */
export interface Grid {
  readonly startS: number;
  readonly stepS: number;
  readonly count: number;
}

/** One series over a grid; `values` may be shared and are never changed. */
export interface Column {
  readonly labels: Labels;
  readonly values: Float64Array;
}

/** What an expression gives. */
export type Value =
  | { readonly kind: 'scalar'; readonly values: Float64Array }
  | { readonly kind: 'vector'; readonly columns: readonly Column[] }
  | { readonly kind: 'string'; readonly text: string };

/** Labels without some. */
export function without(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}

/** Labels of a group: those named, or all but those named; never the metric's name unless it is named. */
export function groupLabels(labels: Labels, { labels: names, isExcluding }: Grouping): Labels {
  if (isExcluding) return without(labels, ['__name__', ...names]);
  return Object.fromEntries(names.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
}

/** The same for equal labels, whatever their order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Columns by the labels of their group, in order of appearance. */
export function grouped(
  columns: readonly Column[],
  grouping: Grouping,
): readonly { readonly labels: Labels; readonly columns: readonly Column[] }[] {
  const groups = new Map<string, { labels: Labels; columns: Column[] }>();
  for (const column of columns) {
    const labels = groupLabels(column.labels, grouping);
    const key = keyOf(labels);
    const known = groups.get(key);
    if (known) known.columns.push(column);
    else groups.set(key, { labels, columns: [column] });
  }
  return [...groups.values()];
}

/** Each value turned into another; NaN stays. */
export function mapped({ labels, values }: Column, turn: (value: number, index: number) => number): Column {
  return { labels: without(labels, ['__name__']), values: values.map(turn) };
}
