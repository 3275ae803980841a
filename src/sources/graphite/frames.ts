/** From the rows of `/render` to a frame: cut to the window, ended where the data end, in one step. Pure. */

import { formatDuration } from '../../domain/format-number.ts';
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import { inferStepMs, makeSortedSeries, type Series } from '../../domain/series.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundTarget, GraphiteRequest } from './bind.ts';
import type { RenderRow } from './decode-render.ts';
import { type NamedRow, nameRows } from './names.ts';
import { mayBeConsolidated, type WindowPlan } from './plan-window.ts';
import { resample } from './resample.ts';

/** A row of an answer with the target that it answers. */
export interface BoundRow {
  readonly bound: BoundTarget;
  readonly row: RenderRow;
  /** The row's name without our own wrapping. */
  readonly name: string;
}

/** How the points of a row were made. */
export interface RawStep {
  /** Distance of the stored points, ms; that of the row itself where its points are as stored. */
  readonly rawStepMs: number;
  /** How much later than its first stored point a point is labelled, ms. */
  readonly lateMs: number;
}

/** Graphite's newest points are often not flushed yet: so many nulls at the end are lateness, not silence. */
const LATE_STEPS = 3;
/** Fewer points than this in a window are worth a word about how coarse the archive is. */
const FEW_POINTS = 12;

/** In a sentence about what is missing. */
const NAMED_MAX = 5;
const NAME_MAX_CHARS = 80;

/** Makes the one frame of an answer; `rows` in the order of the request, `rawSteps` in that of the rows. */
export function makeFrame(
  rows: readonly BoundRow[],
  rawSteps: readonly (RawStep | undefined)[],
  request: GraphiteRequest,
  window: FetchWindow,
  plan: WindowPlan,
  nowMs: number,
): SeriesFrame {
  const names = nameRows(rows.map(({ bound, name }): NamedRow => ({ bound, name })));
  const read = rows.map(({ bound, row }, index) =>
    makeSortedSeries(
      { name: names[index] as string, labels: labelsOf(bound, row), unit: request.unit },
      toMs(row.seconds, rawSteps[index]?.lateMs ?? 0),
      row.values,
    ),
  );
  const steps = read.map(({ times }) => inferStepMs(times));
  const stepMs = steps.reduce((most, step) => (step === undefined || (most ?? 0) > step ? most : step), undefined);
  const aligned = read.map((series, index) => toStep(series, steps[index], stepMs, request.consolidate));
  const ends = aligned.map((one, index) =>
    endOf(one, isGrowing(rows[index] as BoundRow, request), rawSteps[index], window, plan, nowMs),
  );
  const cut = aligned.map((one, index) => slice(one, window.fromMs, ends[index] as number));
  const endMs = plan.isLive ? lastTogether(cut) : undefined;
  const series = endMs === undefined ? cut : cut.map((one) => slice(one, window.fromMs, endMs + 1));
  return {
    kind: 'series',
    series,
    range: { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' },
    ...(stepMs !== undefined && { stepMs }),
    ...consolidationOf(steps, rawSteps, request),
    warnings: [...missing(rows, request), ...stepWarnings(steps, stepMs, window, nowMs)],
  };
}

/** In place: the row is ours alone, and a callback per point costs more than the sum. */
function toMs(seconds: Float64Array, lateMs: number): Float64Array {
  for (let index = 0; index < seconds.length; index += 1) seconds[index] = (seconds[index] as number) * 1000 - lateMs;
  return seconds;
}

/** What values stand for, when any of them stands for several stored ones. */
function consolidationOf(
  steps: readonly (number | undefined)[],
  rawSteps: readonly (RawStep | undefined)[],
  { consolidate }: GraphiteRequest,
): Pick<SeriesFrame, 'rawStepMs' | 'consolidated'> {
  const finer = rawSteps.flatMap((raw, index) => (raw && raw.rawStepMs < (steps[index] ?? 0) ? [raw.rawStepMs] : []));
  return finer.length === 0 ? {} : { rawStepMs: Math.min(...finer), consolidated: consolidate };
}

/** Tags that functions add to rows, beside those by their own name. */
const ADDED_TAGS = new Set(['name', 'aggregatedBy', 'consolidateBy']);

function labelsOf({ target, labels }: BoundTarget, { tags }: RenderRow): Series['labels'] {
  if (!target.includes('seriesByTag')) return labels;
  const own = Object.entries(tags).filter(([name]) => !ADDED_TAGS.has(name) && !target.includes(`${name}(`));
  return { ...Object.fromEntries(own), ...labels };
}

function toStep(series: Series, own: number | undefined, stepMs: number | undefined, how: Consolidation): Series {
  if (own === undefined || stepMs === undefined) return series;
  // a sum of buckets that do not fit into the wider ones would count some of them twice
  const fits = stepMs % own === 0 || how !== 'sum';
  if (own < stepMs && fits) return { ...resample(series, stepMs, how), stepMs };
  return { ...series, stepMs: own };
}

/** A view of the samples in `[fromMs, toMs)`; no copy. */
function slice(series: Series, fromMs: number, toMs: number): Series {
  const { times, values } = series;
  const start = times.findIndex((timeMs) => timeMs >= fromMs);
  if (start === -1) return { ...series, times: times.subarray(0, 0), values: values.subarray(0, 0) };
  let end = times.length;
  while (end > start && (times[end - 1] as number) >= toMs) end -= 1;
  return { ...series, times: times.subarray(start, end), values: values.subarray(start, end) };
}

/**
 * Where a series has to end: a sum of a bucket that is still being filled, and a bucket that the server could not fill
 * because the request ended within it, would be drawn as a fall.
 */
function endOf(
  { times, stepMs }: Series,
  grows: boolean,
  raw: RawStep | undefined,
  { fromMs, toMs }: FetchWindow,
  plan: WindowPlan,
  nowMs: number,
): number {
  const last = times.at(-1);
  if (stepMs === undefined || last === undefined) return toMs;
  // of a bucket, the last stored point; where nothing is known of them, its end
  const lastPartMs = last + stepMs - (raw?.rawStepMs ?? 0);
  const isDense = raw ? raw.rawStepMs < stepMs : mayBeConsolidated(stepMs, plan);
  const isCut = isDense && lastPartMs > plan.untilSeconds * 1000;
  const isFilling = grows && last + stepMs > nowMs;
  const isOnly = last - stepMs < fromMs; // "errors today" by the day: what there is so far is the answer
  return isCut || (isFilling && !isOnly) ? Math.min(toMs, last) : toMs;
}

/** Whether a value is smaller than it will be while its interval lasts. */
function isGrowing({ bound }: BoundRow, { consolidate }: GraphiteRequest): boolean {
  return bound.isSumming || consolidate === 'sum';
}

/** The last time at which all series that still run have a value; later points are late, and a total would fall. */
function lastTogether(all: readonly Series[]): number | undefined {
  const lasts = all.flatMap(({ times, values, stepMs }) => {
    const at = values.findLastIndex((value) => !Number.isNaN(value));
    return at === -1
      ? []
      : [{ lastMs: times[at] as number, lateMs: (stepMs ?? 0) * LATE_STEPS, endMs: times.at(-1) ?? 0 }];
  });
  const newestMs = Math.max(...lasts.map(({ lastMs }) => lastMs));
  const running = lasts.filter(({ lastMs, lateMs, endMs }) => newestMs - lastMs <= lateMs && endMs - lastMs <= lateMs);
  return running.length === 0 ? undefined : Math.min(...running.map(({ lastMs }) => lastMs));
}

/** Names what has no row at all: a value of the question, else a target of the definition. */
function missing(rows: readonly BoundRow[], { targets }: GraphiteRequest): string[] {
  const answered = new Set(rows.map(({ bound }) => bound));
  if (answered.size === 0 || answered.size === targets.length) return [];
  const answeredWords = new Set([...answered].map(wordsOf));
  const silent = targets.filter((bound) => !answered.has(bound));
  const names = silent.map((bound) => {
    const words = wordsOf(bound);
    return words === '' || answeredWords.has(words) ? bound.target.slice(0, NAME_MAX_CHARS) : words;
  });
  const unique = [...new Set(names)];
  const more = unique.length > NAMED_MAX ? ` and ${unique.length - NAMED_MAX} more` : '';
  return [`Graphite has nothing for ${unique.slice(0, NAMED_MAX).join(', ')}${more}.`];
}

function wordsOf({ labels }: BoundTarget): string {
  return Object.values(labels).join(' ');
}

function stepWarnings(
  steps: readonly (number | undefined)[],
  stepMs: number | undefined,
  { fromMs, toMs }: FetchWindow,
  nowMs: number,
): string[] {
  if (stepMs === undefined) return [];
  const own = new Set(steps.filter((step) => step !== undefined));
  if (own.size > 1) {
    const finest = formatDuration(Math.min(...own));
    return [
      `Some series come in steps of ${finest}, others of ${formatDuration(stepMs)}; all are shown at the coarser.`,
    ];
  }
  const isCoarse = (toMs - fromMs) / stepMs < FEW_POINTS && nowMs - fromMs > (toMs - fromMs) * 2;
  return isCoarse ? [`So far back Graphite keeps one point per ${formatDuration(stepMs)}.`] : [];
}
