/** Aggregation operators and quantiles of histograms, by Prometheus' rules. Pure. */
import type { Grouping, Node } from './promql-parser.ts';
import { type Column, grouped, without } from './promql-values.ts';
import { quantileIn } from './promql-windows.ts';

type Aggregate = (values: readonly number[], parameter: number) => number;

const sum: Aggregate = (values) => values.reduce((total, value) => total + value, 0);
const variance: Aggregate = (values) => {
  const mean = sum(values, 0) / values.length;
  return (
    sum(
      values.map((value) => (value - mean) ** 2),
      0,
    ) / values.length
  );
};

const AGGREGATES: Readonly<Record<string, Aggregate>> = {
  sum,
  avg: (values) => sum(values, 0) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(variance(values, 0)),
  stdvar: variance,
  quantile: (values, share) =>
    quantileIn(
      values.toSorted((a, b) => a - b),
      share,
    ),
};

/** One column for each group of columns; with `topk` and `bottomk` the columns that are among the first, where they are. */
export function aggregated(
  { name, grouping }: Extract<Node, { kind: 'aggregate' }>,
  columns: readonly Column[],
  parameter: Float64Array | undefined,
): Column[] {
  const groups = grouped(columns, grouping);
  if (name === 'topk' || name === 'bottomk') {
    return groups.flatMap((group) => firstOf(group.columns, parameter, name === 'topk'));
  }
  if (name === 'sum') return groups.map((group) => ({ labels: group.labels, values: sumOf(group.columns) }));
  const aggregate = AGGREGATES[name] as Aggregate;
  return groups.map(({ labels, columns: own }) => ({
    labels,
    values: (own[0] as Column).values.map((_, index) => {
      const values = own.map((column) => column.values[index] as number).filter((value) => !Number.isNaN(value));
      return values.length === 0 ? Number.NaN : aggregate(values, parameter?.[index] ?? Number.NaN);
    }),
  }));
}

/** The most frequent of all, without a list for each moment. */
function sumOf(columns: readonly Column[]): Float64Array {
  const sums = new Float64Array(columns[0]?.values.length ?? 0).fill(Number.NaN);
  for (const { values } of columns) {
    for (let index = 0; index < sums.length; index += 1) {
      const value = values[index] as number;
      if (Number.isNaN(value)) continue;
      const before = sums[index] as number;
      sums[index] = Number.isNaN(before) ? value : before + value;
    }
  }
  return sums;
}

function firstOf(columns: readonly Column[], parameter: Float64Array | undefined, isTop: boolean): Column[] {
  const kept = columns.map(({ labels, values }) => ({
    labels,
    values: new Float64Array(values.length).fill(Number.NaN),
  }));
  const length = columns[0]?.values.length ?? 0;
  for (let index = 0; index < length; index += 1) {
    const order = columns
      .map(({ values }, at) => ({ at, value: values[index] as number }))
      .filter(({ value }) => !Number.isNaN(value))
      .sort((a, b) => (isTop ? b.value - a.value : a.value - b.value));
    for (const { at, value } of order.slice(0, Math.max(0, Math.floor(parameter?.[index] ?? 0)))) {
      (kept[at] as Column).values[index] = value;
    }
  }
  return kept.filter(({ values }) => values.some((value) => !Number.isNaN(value)));
}

const LE: Grouping = { labels: ['le'], isExcluding: true };

/** Quantiles of classic histograms: within a bucket values are thought to be spread evenly. */
export function histogramQuantile(share: Float64Array, columns: readonly Column[]): Column[] {
  const withEdge = columns.filter(({ labels }) => labels.le !== undefined);
  return grouped(withEdge, LE).map(({ labels, columns: own }) => {
    const buckets = own
      .map(({ labels: { le = '' }, values }) => ({
        edge: /^\+?Inf$/i.test(le) ? Number.POSITIVE_INFINITY : Number(le),
        values,
      }))
      .sort((a, b) => a.edge - b.edge);
    const edges = buckets.map(({ edge }) => edge);
    const counts = new Float64Array(edges.length);
    const values = share.map((wanted, index) => {
      for (let at = 0; at < edges.length; at += 1) {
        const count = buckets[at]?.values[index] as number;
        // a bucket holds at least what the one below holds
        counts[at] = Math.max(count, at === 0 ? count : (counts[at - 1] as number));
      }
      return bucketQuantile(wanted, edges, counts);
    });
    return { labels: without(labels, ['__name__']), values };
  });
}

function bucketQuantile(share: number, edges: readonly number[], counts: Float64Array): number {
  const last = edges.length - 1;
  const all = counts[last] as number;
  if (last < 1 || edges[last] !== Number.POSITIVE_INFINITY || !(all > 0) || Number.isNaN(share)) return Number.NaN;
  if (share < 0) return Number.NEGATIVE_INFINITY;
  if (share > 1) return Number.POSITIVE_INFINITY;
  const rank = share * all;
  const at = counts.findIndex((count) => count >= rank);
  if (at === last) return edges[last - 1] as number;
  if (at === 0 && (edges[0] as number) <= 0) return edges[0] as number;
  const low = at === 0 ? 0 : (edges[at - 1] as number);
  const below = at === 0 ? 0 : (counts[at - 1] as number);
  const own = (counts[at] as number) - below;
  return low + ((edges[at] as number) - low) * (own === 0 ? 0 : (rank - below) / own);
}
