/** Time series of a panel as frames of series: units, stacking, limits and looks as the panel has them. Pure. */
import type { Threshold } from '../../../domain/annotation.ts';
import type { SeriesFrame } from '../../../domain/frame.ts';
import { inferStepMs, makeSortedSeries, type Series, summarize } from '../../../domain/series.ts';
import type { FetchWindow } from '../../source.ts';
import { mapOf, numberOf, textOf } from './json.ts';
import { uniqueNames } from './names.ts';
import { numbersOf } from './reduce.ts';
import type { SeriesColumn } from './series-columns.ts';
import { asShares, looksOf, stackedPart } from './stacking.ts';
import { type Extent, isUntouched, thresholdsOf } from './thresholds.ts';

/** More series than this are cut, as all are kept in memory; how many a question may have is said elsewhere. */
const SERIES_MAX = 20_000;

/** What the kind of panel says of its limits: only charts hide them unless asked. */
export interface SeriesStyle {
  /** Whether the panel colours by its steps although no field says so: stat, gauge, bar gauge. */
  readonly colorsByThresholds: boolean;
}

/**
 * Frames of series: those of one unit and side of the axis together, the first unit first. A frame of its own is drawn
 * beneath. No columns give one frame without series.
 */
export function makeSeriesFrames(
  columns: readonly SeriesColumn[],
  window: FetchWindow,
  style: SeriesStyle,
): readonly SeriesFrame[] {
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' };
  if (columns.length === 0) return [{ kind: 'series', series: [], range, warnings: [] }];
  const kept = columns.slice(0, SERIES_MAX);
  const cut = columns.length > kept.length ? [`The first ${SERIES_MAX} of ${columns.length} series are shown.`] : [];
  const groups = Map.groupBy(kept, ({ unit, custom }) => `${custom.axisPlacement === 'right'} ${unit.id}`);
  const isRight = (key: string) => Number(key.startsWith('true'));
  const ordered = [...groups].sort(([one], [other]) => isRight(one) - isRight(other));
  return ordered.map(([, group], index) => {
    const frame = frameOf(group, window, style);
    return { ...frame, range, warnings: [...(index === 0 ? cut : []), ...frame.warnings] };
  });
}

function frameOf(group: readonly SeriesColumn[], window: FetchWindow, style: SeriesStyle): Omit<SeriesFrame, 'range'> {
  const { columns, isStacked, isPercent, warnings } = stackedPart(group);
  const names = uniqueNames(columns.map(({ name }) => name));
  const plain = columns.map((column, index) => toSeries(column, names[index] as string, window));
  const series = isPercent ? asShares(plain) : plain;
  const looks = looksOf(columns, series, isStacked, isPercent);
  const thresholds = isPercent ? [] : limitsOf(columns, series, style);
  const steps = series.flatMap(({ stepMs }) => stepMs ?? []);
  return {
    kind: 'series',
    series,
    warnings,
    ...(steps.length > 0 && { stepMs: Math.min(...steps) }),
    ...(thresholds.length > 0 && { thresholds }),
    ...(Object.keys(looks).length > 0 && { looks }),
  };
}

function toSeries({ field, time, unit, custom }: SeriesColumn, name: string, window: FetchWindow): Series {
  const sign = custom.transform === 'negative-Y' ? -1 : 1;
  const times = new Float64Array(field.values.length);
  const values = new Float64Array(field.values.length);
  let count = 0;
  for (let index = 0; index < field.values.length; index += 1) {
    const timeMs = time.values[index];
    if (typeof timeMs !== 'number' || !(timeMs >= window.fromMs && timeMs < window.toMs)) continue;
    const value = field.values[index];
    times[count] = timeMs;
    values[count] = typeof value === 'number' ? value * sign : typeof value === 'boolean' ? Number(value) : Number.NaN;
    count += 1;
  }
  const kept = times.subarray(0, count).slice();
  const stepMs = numberOf(time.config.interval) ?? inferStepMs(kept);
  const meta = { name, labels: field.labels ?? {}, unit, ...(stepMs !== undefined && stepMs > 0 && { stepMs }) };
  return makeSortedSeries(meta, kept, values.subarray(0, count).slice());
}

/** Limits that the panel shows, of the first field that has any. */
function limitsOf(
  columns: readonly SeriesColumn[],
  series: readonly Series[],
  { colorsByThresholds }: SeriesStyle,
): readonly Threshold[] {
  for (const column of columns) {
    const { config, custom, unit } = column;
    const isDrawn = (textOf(mapOf(custom.thresholdsStyle).mode) ?? 'off') !== 'off';
    const isColoured = (textOf(mapOf(config.color).mode) ?? (colorsByThresholds ? 'thresholds' : '')) === 'thresholds';
    if (!isDrawn && !isColoured) continue;
    // every new panel has these steps; where they are only colours, they are seldom meant
    if (!isDrawn && isUntouched(config.thresholds) && unit.scale !== 'percent') continue;
    const limits = thresholdsOf(config.thresholds, unit, extentOf(column, series));
    if (limits.length > 0) return limits;
  }
  return [];
}

/** The ends that steps in percent are counted between: chosen ones, else those of the data. */
function extentOf({ config, field, unit }: SeriesColumn, series: readonly Series[]): Extent | undefined {
  const summaries = series.flatMap((one) => summarize(one) ?? []);
  const own = numbersOf(field.values);
  if (own.length === 0 && summaries.length === 0) return undefined;
  const low = numberOf(config.min) ?? Math.min(...summaries.map(({ min }) => min / unit.factor));
  const high = numberOf(config.max) ?? Math.max(...summaries.map(({ max }) => max / unit.factor));
  return Number.isFinite(low) && high > low ? { min: low, max: high } : undefined;
}
