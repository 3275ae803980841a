/** Histograms over time as a grid of counts: classic ones by their `le` buckets, native ones by their own. Pure. */
import type { HeatmapFrame } from '../../domain/frame.ts';
import type { PrometheusRequest } from './bind.ts';
import type { WindowPlan } from './plan-window.ts';
import type { BoundRow } from './read-range.ts';

/** A picture has no room for more rows; finer buckets are put together. */
const ROWS_MAX = 160;

/** A heatmap before it has a window. */
type Heatmap = Omit<HeatmapFrame, 'range'>;

interface Cell {
  /** Index of the moment. */
  readonly x: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * Makes a heatmap of rows with `le` labels or native histograms; those of several series are added up. A column stands
 * for the step before its moment, as `increase(…[$__interval])` counts. `undefined` where there is neither.
 */
export function makeHeatmap(
  rows: readonly BoundRow[],
  { unit }: PrometheusRequest,
  plan: WindowPlan,
): Heatmap | undefined {
  const columns = Math.floor((plan.endMs - plan.startMs) / plan.stepMs) + 1;
  const classic = classicCells(rows, plan, columns);
  const cells = [...classic, ...nativeCells(rows, plan)].filter(({ x }) => x >= 0 && x < columns);
  if (cells.length === 0) return undefined;
  const { edges, isOpen } = edgesOf(cells);
  const counts = new Float64Array((edges.length - 1) * columns);
  for (const cell of cells) spread(cell, edges, counts, columns);
  return {
    kind: 'heatmap',
    xEdges: Float64Array.from({ length: columns + 1 }, (_, index) => plan.startMs + (index - 1) * plan.stepMs),
    yEdges: edges.map((edge) => edge * unit.factor),
    counts,
    unit,
    stepMs: plan.stepMs,
    warnings: isOpen ? ['The top row also holds everything above it: its bucket has no upper end.'] : [],
  };
}

function columnOf(seconds: number, { startMs, stepMs }: WindowPlan): number {
  return Math.round((seconds * 1000 - startMs) / stepMs);
}

/** The buckets of Prometheus hold everything up to `le`: each is made to hold only what is above the one below. */
function classicCells(rows: readonly BoundRow[], plan: WindowPlan, columns: number): Cell[] {
  const byEdge = new Map<number, Float64Array>();
  for (const { row } of rows) {
    const le = edgeOf(row.labels.le);
    if (le === undefined) continue;
    const sums = byEdge.get(le) ?? new Float64Array(columns);
    byEdge.set(le, sums);
    for (const [index, value] of row.values.entries()) {
      const x = columnOf(row.seconds[index] as number, plan);
      if (Number.isFinite(value) && x >= 0 && x < columns) sums[x] = (sums[x] as number) + value;
    }
  }
  const edges = [...byEdge.keys()].sort((a, b) => a - b);
  const [lowest = 0] = edges;
  return edges.flatMap((high, index) => {
    const low = index === 0 ? Math.min(0, lowest) : (edges[index - 1] as number);
    const below = index === 0 ? undefined : byEdge.get(edges[index - 1] as number);
    // a bucket at or below zero has no lower end
    const from = low === high ? high - 1 : low;
    return [...(byEdge.get(high) as Float64Array)].map((sum, x) => ({
      x,
      low: from,
      high,
      count: Math.max(0, sum - (below?.[x] ?? 0)),
    }));
  });
}

function edgeOf(le: string | undefined): number | undefined {
  if (le === undefined) return undefined;
  if (/^\+?Inf$/i.test(le)) return Number.POSITIVE_INFINITY;
  const edge = Number(le);
  return le.trim() !== '' && Number.isFinite(edge) ? edge : undefined;
}

function nativeCells(rows: readonly BoundRow[], plan: WindowPlan): Cell[] {
  return rows.flatMap(({ row }) =>
    row.histograms.flatMap(({ seconds, buckets }) => {
      const x = columnOf(seconds, plan);
      return buckets.map(({ low, high, count }) => ({ x, low, high, count: Math.max(0, count) }));
    }),
  );
}

/** All finite ends of cells that hold something, or are classic; an open end becomes one as wide as the row below. */
function edgesOf(cells: readonly Cell[]): { edges: Float64Array; isOpen: boolean } {
  const finite = new Set<number>();
  let isOpen = false;
  for (const { low, high, count } of cells) {
    if (Number.isFinite(low)) finite.add(low);
    if (Number.isFinite(high)) finite.add(high);
    else if (count > 0) isOpen = true;
  }
  const sorted = thinned([...finite].sort((a, b) => a - b));
  const last = sorted.at(-1) ?? 1;
  const width = last - (sorted.at(-2) ?? 0) || 1;
  const edges = isOpen || sorted.length < 2 ? [...sorted, last + width] : sorted;
  return { edges: Float64Array.from(edges), isOpen };
}

function thinned(edges: readonly number[]): number[] {
  const every = Math.ceil(edges.length / ROWS_MAX);
  return edges.filter((_, index) => index % every === 0 || index === edges.length - 1);
}

/** Puts a cell's count into the rows that it covers, by their share of it. */
function spread({ x, low, high, count }: Cell, edges: Float64Array, counts: Float64Array, columns: number): void {
  if (count === 0) return;
  const top = edges.length - 2;
  if (!Number.isFinite(high)) {
    add(counts, top * columns + x, count);
    return;
  }
  const bottom = Number.isFinite(low) ? low : (edges[0] as number);
  const width = high - bottom;
  for (let y = 0; y <= top; y += 1) {
    const share = Math.min(high, edges[y + 1] as number) - Math.max(bottom, edges[y] as number);
    if (share > 0 && width > 0) add(counts, y * columns + x, count * (share / width));
  }
}

function add(counts: Float64Array, index: number, count: number): void {
  counts[index] = (counts[index] as number) + count;
}
