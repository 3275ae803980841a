/** Heatmaps of a panel: buckets by `le` or by name, cells with their own edges, values that are to be counted. Pure. */
import type { HeatmapFrame } from '../../../domain/frame.ts';
import { inferStepMs } from '../../../domain/series.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import type { Unit } from '../../../domain/unit.ts';
import type { Field } from '../data-frame.ts';
import type { ShownField } from './field-config.ts';
import { type Json, mapOf, numberOf, textOf } from './json.ts';
import { numbersOf } from './reduce.ts';
import type { SeriesColumn } from './series-columns.ts';
import { unitOf } from './units.ts';

/** A picture has no room for more rows or columns. */
const ROWS_MAX = 160;
const COLUMNS_MAX = 2_000;
/** Rows that values are counted into when the panel says no number. */
const COUNTED_ROWS = 20;

/** Something counted: at which time, between which values; in the panel's own numbers. */
interface Cell {
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * Makes a heatmap; `undefined` where the data have no buckets in numbers.
 *
 * @param isCumulative - whether each bucket also counts those below it, as Prometheus' own do
 */
export function makeHeatmap(
  fields: readonly ShownField[],
  columns: readonly SeriesColumn[],
  panel: { readonly options: Json; readonly isCumulative: boolean },
  range: TimeRange,
): HeatmapFrame | undefined {
  const times = columns.flatMap(({ time }) => numbersOf(time.values));
  const stepMs = numberOf(columns[0]?.time.config.interval) ?? inferStepMs([...new Set(times)].sort((a, b) => a - b));
  const unit = unitOf(yUnit(panel.options, columns));
  const sparse = sparseCells(fields);
  const bucketed = sparse.length > 0 ? sparse : bucketCells(columns, panel.isCumulative);
  const isCounted = bucketed.length === 0 && panel.options.calculate === true;
  const cells = isCounted ? countedCells(columns, panel.options) : bucketed;
  return cells.length === 0
    ? undefined
    : gridOf(cells, stepMs ?? 60_000, unit, range, bucketed !== sparse && !isCounted);
}

function yUnit(options: Json, columns: readonly SeriesColumn[]): string | undefined {
  return textOf(mapOf(options.yAxis).unit) ?? textOf(columns[0]?.config.unit);
}

/** Native histograms: a row for each cell, with `xMax`, `yMin`, `yMax`, `count`. */
function sparseCells(fields: readonly ShownField[]): Cell[] {
  return [...Map.groupBy(fields, ({ frame }) => frame).keys()].flatMap((frame) => {
    const named = (...names: string[]) => frame.fields.find(({ name }) => names.includes(name));
    const [low, high, count] = [named('yMin'), named('yMax'), named('count', 'Count')];
    const time = named('xMax', 'x', 'xMin') ?? frame.fields.find(({ type }) => type === 'time');
    if (!low || !high || !count || !time) return [];
    const at = (field: Field, row: number) => numberOf(field.values[row]) ?? Number.NaN;
    return Array.from(
      { length: frame.length },
      (_, row): Cell => ({
        timeMs: at(time, row),
        low: at(low, row),
        high: at(high, row),
        count: at(count, row),
      }),
    ).filter(isWhole);
  });
}

function isWhole({ timeMs, low, high, count }: Cell): boolean {
  return Number.isFinite(timeMs) && high > low && Number.isFinite(count);
}

/** A column for each bucket, whose label `le` or name is its upper end. */
function bucketCells(columns: readonly SeriesColumn[], isCumulative: boolean): Cell[] {
  const buckets = Map.groupBy(columns, (column) => edgeOf(column) ?? Number.NaN);
  if (buckets.has(Number.NaN) || buckets.size < 2) return [];
  const edges = [...buckets.keys()].sort((a, b) => a - b);
  const sums = edges.map((edge) => sumsOf(buckets.get(edge) ?? []));
  const [lowest = 0, second = 0] = edges;
  return edges.flatMap((high, index) => {
    const low = index > 0 ? (edges[index - 1] as number) : lowest > 0 ? 0 : lowest - (second - lowest);
    return [...(sums[index] ?? [])].map(([timeMs, sum]): Cell => {
      const below = isCumulative && index > 0 ? (sums[index - 1]?.get(timeMs) ?? 0) : 0;
      return { timeMs, low, high, count: Math.max(0, sum - below) };
    });
  });
}

function sumsOf(columns: readonly SeriesColumn[]): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { time, field } of columns) {
    for (const [row, value] of field.values.entries()) {
      const timeMs = time.values[row];
      if (typeof timeMs !== 'number' || typeof value !== 'number' || !Number.isFinite(value)) continue;
      sums.set(timeMs, (sums.get(timeMs) ?? 0) + value);
    }
  }
  return sums;
}

function edgeOf({ field, name }: SeriesColumn): number | undefined {
  const text = (field.labels?.le ?? (textOf(name) as string)).trim();
  if (/^\+?Inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  return numberOf(text);
}

/** Values of series, counted into rows of the same height. */
function countedCells(columns: readonly SeriesColumn[], options: Json): Cell[] {
  const all = columns.flatMap(({ field }) => numbersOf(field.values));
  if (all.length === 0) return [];
  const [low, high] = all.reduce(
    ([least, most], one) => [Math.min(least, one), Math.max(most, one)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  const { mode, value } = mapOf(mapOf(options.calculation).yBuckets);
  const chosen = numberOf(value);
  const rows = mode === 'count' && chosen ? chosen : COUNTED_ROWS;
  const width = mode === 'size' && chosen && chosen > 0 ? chosen : (high - low) / rows || 1;
  return columns.flatMap(({ time, field }) =>
    field.values.flatMap((one, row): Cell[] => {
      const timeMs = time.values[row];
      if (typeof timeMs !== 'number' || typeof one !== 'number' || !Number.isFinite(one)) return [];
      const from = low + Math.floor((one - low) / width) * width;
      return [{ timeMs, low: from, high: from + width, count: 1 }];
    }),
  );
}

function gridOf(
  cells: readonly Cell[],
  stepMs: number,
  unit: Unit,
  range: TimeRange,
  standsForTimeBefore: boolean,
): HeatmapFrame | undefined {
  const inside = cells.filter(({ timeMs }) => timeMs >= range.fromMs && timeMs <= range.toMs);
  if (inside.length === 0) return undefined;
  const startMs = inside.reduce((least, { timeMs }) => Math.min(least, timeMs), Number.POSITIVE_INFINITY);
  const endMs = inside.reduce((most, { timeMs }) => Math.max(most, timeMs), 0);
  const widthMs = Math.max(stepMs, (endMs - startMs) / (COLUMNS_MAX - 1));
  const columns = Math.floor((endMs - startMs) / widthMs + 0.5) + 1;
  const { edges, isOpen } = edgesOf(inside);
  const counts = new Float64Array((edges.length - 1) * columns);
  for (const cell of inside) spread(cell, Math.round((cell.timeMs - startMs) / widthMs), edges, counts, columns);
  const firstMs = standsForTimeBefore ? startMs - widthMs : startMs;
  return {
    kind: 'heatmap',
    xEdges: Float64Array.from({ length: columns + 1 }, (_, index) => firstMs + index * widthMs),
    yEdges: Float64Array.from(edges, (edge) => edge * unit.factor),
    counts,
    unit,
    stepMs: widthMs,
    range,
    warnings: isOpen ? ['The top row also holds everything above it: its bucket has no upper end.'] : [],
  };
}

function edgesOf(cells: readonly Cell[]): { readonly edges: readonly number[]; readonly isOpen: boolean } {
  const finite = [...new Set(cells.flatMap(({ low, high }) => [low, high]))].filter(Number.isFinite);
  const sorted = finite.sort((a, b) => a - b);
  const every = Math.ceil(sorted.length / ROWS_MAX);
  const edges = sorted.filter((_, index) => index % every === 0 || index === sorted.length - 1);
  const isOpen = cells.some(({ high, count }) => !Number.isFinite(high) && count > 0);
  const last = edges.at(-1) ?? 1;
  const width = last - (edges.at(-2) ?? 0) || 1;
  return { edges: isOpen || edges.length < 2 ? [...edges, last + width] : edges, isOpen };
}

/** Puts a cell's count into the rows that it covers, by their share of it. */
function spread(
  { low, high, count }: Cell,
  x: number,
  edges: readonly number[],
  counts: Float64Array,
  columns: number,
) {
  const top = edges.length - 2;
  const add = (y: number, part: number) => {
    const at = y * columns + x;
    counts[at] = (counts[at] ?? 0) + part;
  };
  if (!Number.isFinite(high)) return add(top, count);
  const bottom = Number.isFinite(low) ? low : (edges[0] as number);
  for (let y = 0; y <= top; y += 1) {
    const share = Math.min(high, edges[y + 1] as number) - Math.max(bottom, edges[y] as number);
    if (share > 0) add(y, count * (share / (high - bottom)));
  }
}
