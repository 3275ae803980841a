/** What of a panel's series is stacked, as what, and how the whole looks. Pure. */
import { formatValue } from '../../../domain/format-number.ts';
import type { Looks } from '../../../domain/saved-query.ts';
import { makeSortedSeries, type Series, summarize } from '../../../domain/series.ts';
import { makeUnit } from '../../../domain/unit.ts';
import { mapOf, numberOf, textOf } from './json.ts';
import { reduceValues } from './reduce.ts';
import type { SeriesColumn } from './series-columns.ts';

/** As many lines beside a stack can be said in a sentence. */
const BESIDE_MAX = 3;

/** The columns that are drawn together. */
export interface StackedPart {
  readonly columns: readonly SeriesColumn[];
  readonly isStacked: boolean;
  /** Whether each is drawn as its share of the sum. */
  readonly isPercent: boolean;
  readonly warnings: readonly string[];
}

/**
 * A panel may stack some series and draw a line over them (memory in use, and what there is): the line is said, not
 * stacked with the rest. Several stacks, or many lines, are drawn as lines.
 */
export function stackedPart(columns: readonly SeriesColumn[]): StackedPart {
  const stacks = Map.groupBy(columns, stackOf);
  const beside = stacks.get('none') ?? [];
  const names = [...stacks.keys()].filter((name) => name !== 'none');
  const stack = stacks.get(names[0] ?? 'none') ?? [];
  if (names.length === 0 || columns.some(isLog)) return { columns, isStacked: false, isPercent: false, warnings: [] };
  if (names.length > 1 || beside.length > BESIDE_MAX || (beside.length > 0 && stack.length < 2)) {
    return { columns, isStacked: false, isPercent: false, warnings: [] };
  }
  const isPercent = names[0]?.startsWith('percent') === true;
  return { columns: stack, isStacked: true, isPercent, warnings: beside.flatMap(besideWords) };
}

function stackOf({ custom }: SeriesColumn): string {
  const { mode, group } = mapOf(custom.stacking);
  return mode === 'normal' || mode === 'percent' ? `${mode} ${textOf(group) ?? 'A'}` : 'none';
}

function isLog({ custom }: SeriesColumn): boolean {
  const { type } = mapOf(custom.scaleDistribution);
  return type === 'log' || type === 'symlog';
}

function besideWords({ name, field, unit }: SeriesColumn): string[] {
  const last = reduceValues('lastNotNull', field.values);
  return typeof last === 'number'
    ? [`${name}, which the panel does not stack with the rest, is ${formatValue(last * unit.factor, unit)}.`]
    : [];
}

/** Each value as its share of all at its moment, in percent. */
export function asShares(series: readonly Series[]): readonly Series[] {
  const totalOf = totalsOf(series);
  return series.map(({ name, labels, stepMs, times, values }) => {
    const share = (value: number, index: number) => {
      const total = totalOf(index, times[index] as number);
      return total === 0 ? (Number.isNaN(value) ? value : 0) : (100 * value) / total;
    };
    const meta = { name, labels, unit: makeUnit('percent'), ...(stepMs !== undefined && { stepMs }) };
    return makeSortedSeries(meta, times.slice(), values.map(share));
  });
}

/** The sum of all at a moment. Series of one query share their times: then no moment need be looked up. */
function totalsOf(series: readonly Series[]): (index: number, timeMs: number) => number {
  const [first] = series;
  const isShared = series.every(
    ({ times }) =>
      times.length === first?.times.length && times.every((timeMs, index) => timeMs === first.times[index]),
  );
  if (first && isShared) {
    const totals = new Float64Array(first.times.length);
    for (const { values } of series) {
      values.forEach((value, index) => {
        if (!Number.isNaN(value)) totals[index] = (totals[index] as number) + Math.abs(value);
      });
    }
    return (index) => totals[index] as number;
  }
  const totals = new Map<number, number>();
  for (const { times, values } of series) {
    times.forEach((timeMs, index) => {
      const value = values[index] as number;
      if (!Number.isNaN(value)) totals.set(timeMs, (totals.get(timeMs) ?? 0) + Math.abs(value));
    });
  }
  return (_, timeMs) => totals.get(timeMs) ?? 0;
}

/** How a chart of these columns looks; only what the panel says. */
export function looksOf(
  columns: readonly SeriesColumn[],
  series: readonly Series[],
  isStacked: boolean,
  isPercent: boolean,
): Looks {
  const isMost = (is: (column: SeriesColumn) => boolean) => 2 * columns.filter(is).length > columns.length;
  const isBars = isMost(({ custom }) => custom.drawStyle === 'bars');
  const isStepped = isMost(({ custom }) => /^step/.test(textOf(custom.lineInterpolation) ?? ''));
  return {
    ...(isStacked && { stacked: true }),
    ...(isBars && { bars: true }),
    ...(isStepped && !isBars && { step: true }),
    ...(!isStacked && columns.some(isLog) && { log: true }),
    ...(isPercent ? { min: 0, max: 100 } : ends(columns, series)),
  };
}

/** Chosen ends of the axis; soft ones hold while no value goes beyond. */
function ends(columns: readonly SeriesColumn[], series: readonly Series[]): Looks {
  const [column] = columns;
  if (!column) return {};
  const { config, custom, unit } = column;
  const scaled = (value: unknown) => {
    const number = numberOf(value);
    return number === undefined ? undefined : number * unit.factor;
  };
  const summaries = series.flatMap((one) => summarize(one) ?? []);
  const softMin = scaled(custom.axisSoftMin);
  const softMax = scaled(custom.axisSoftMax);
  const isAbove = softMin !== undefined && summaries.every(({ min }) => min >= softMin);
  const isBelow = softMax !== undefined && summaries.every(({ max }) => max <= softMax);
  const min = scaled(config.min) ?? (isAbove ? softMin : undefined);
  const max = scaled(config.max) ?? (isBelow ? softMax : undefined);
  if (min !== undefined && max !== undefined && min >= max) return {};
  const canBeLog = !columns.some(isLog) || (min !== undefined && min > 0);
  return { ...(min !== undefined && canBeLog && { min }), ...(max !== undefined && { max }) };
}
