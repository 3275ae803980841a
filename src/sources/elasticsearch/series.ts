/** From aggregations to series: cut to the window, the bucket that is still filling left out. Pure. */
import { z } from 'zod';
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Labels } from '../../domain/labels.ts';
import { makeSortedSeries, type Series } from '../../domain/series.ts';
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest, Group } from './bind.ts';
import type { Metric } from './block.ts';
import { type Buckets, isSummed } from './plan-window.ts';
import { groupKey } from './search-body.ts';

const Point = z.object({
  key: z.number(),
  doc_count: z.number(),
  value: z
    .object({
      value: z.number().nullable().optional(),
      normalized_value: z.number().nullable().optional(),
      values: z.array(z.object({ key: z.number(), value: z.union([z.number(), z.string()]).nullable() })).optional(),
    })
    .optional(),
});
const Time = z.object({ buckets: z.array(Point) });
const GroupAnswer = z.object({
  doc_count: z.number(),
  time: Time,
  split: z
    .object({
      doc_count_error_upper_bound: z.number().default(0),
      sum_other_doc_count: z.number().default(0),
      buckets: z.array(
        z.object({ key: z.union([z.string(), z.number()]), key_as_string: z.string().optional(), time: Time }),
      ),
    })
    .optional(),
});
const Groups = z.object({ groups: z.object({ buckets: z.record(z.string(), GroupAnswer) }) });

type Points = readonly z.output<typeof Point>[];

/** A group with what was found for it. */
export interface GroupFound {
  readonly group: Group;
  readonly answer: z.output<typeof GroupAnswer>;
}

/** Pairs groups with their answers; `undefined` when the aggregations have another shape. */
export function readGroups(
  aggregations: Readonly<Record<string, unknown>>,
  { groups }: ElasticsearchRequest,
): GroupFound[] | undefined {
  const { success, data } = Groups.safeParse(aggregations);
  if (!success) return undefined;
  const found = groups.map((group, index) => ({ group, answer: data.groups.buckets[groupKey(index)] }));
  return found.every((one): one is GroupFound => one.answer !== undefined) ? found : undefined;
}

/** What shaping needs. */
export interface Shaping {
  readonly request: ElasticsearchRequest;
  readonly window: FetchWindow;
  readonly buckets: Buckets;
  readonly nowMs: number;
}

/** The frame of these groups, in their order. */
export function makeSeriesFrame(
  found: readonly GroupFound[],
  shaping: Shaping,
  warnings: readonly string[],
): SeriesFrame {
  const { request, window, buckets } = shaping;
  const isAlone = request.groups.length === 1;
  return {
    kind: 'series',
    series: found.flatMap((one) => seriesOf(one, isAlone, shaping)),
    range: { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' },
    stepMs: buckets.stepMs,
    warnings: [
      ...warnings,
      ...(request.block.split ? splitWarnings(found, request.block) : []),
      ...resetWarnings(found),
    ],
  };
}

/** A series before its points are read. */
interface Named {
  readonly name: string;
  readonly labels: Labels;
}

function seriesOf({ group: { labels }, answer }: GroupFound, isAlone: boolean, shaping: Shaping): Series[] {
  const { metric, split } = shaping.request.block;
  const words = Object.values(labels).join(' ');
  const prefix = isAlone || words === '' ? '' : `${words} `;
  if (!split || !answer.split) return measured(answer.time.buckets, { name: words, labels }, prefix, shaping);
  const shown = answer.split.buckets.map(({ key, key_as_string: text = String(key), time }) => ({ text, time }));
  const parts = shown.flatMap(({ text, time }) => {
    const named = { name: `${prefix}${text}`, labels: { ...labels, [split.field]: text } };
    return measured(time.buckets, named, `${named.name} `, shaping);
  });
  const others = otherPoints(
    answer.time.buckets,
    shown.map(({ time }) => time.buckets),
    metric,
  );
  if (!others || answer.split.sum_other_doc_count === 0) return parts;
  return [...parts, ...measured(others, { name: `${prefix}others`, labels }, prefix, shaping)];
}

/** One series; of percentiles one for each. */
function measured(points: Points, { name, labels }: Named, prefix: string, shaping: Shaping): Series[] {
  const { metric } = shaping.request.block;
  const make = (own: string, pick: (point: Points[number]) => number | null | undefined) => {
    const kept = pointsInWindow(points, shaping);
    const times = Float64Array.from(kept, ({ key }) => Math.max(key, shaping.window.fromMs));
    const values = Float64Array.from(kept, (point) => pick(point) ?? Number.NaN);
    const { unit } = shaping.request;
    return makeSortedSeries({ name: own, labels, unit, stepMs: shaping.buckets.stepMs }, times, values);
  };
  if (metric === 'count') return [make(name || 'count', ({ doc_count }) => doc_count)];
  if ('rate' in metric) return [make(name || metricWords(metric), ratePerSecond)];
  if (!('percentiles' in metric)) return [make(name || metricWords(metric), ({ value }) => value?.value)];
  return metric.percentiles.percents.map((percent, index) =>
    // empty buckets are null, or "NaN" in older versions
    make(`${prefix}p${percent}`, ({ value }) => Number(value?.values?.[index]?.value ?? Number.NaN)),
  );
}

/** What a counter gained each second; a counter that fell was set back, and what it gained then nobody knows. */
function ratePerSecond({ value }: Points[number]): number | null | undefined {
  const rate = value?.normalized_value;
  return typeof rate === 'number' && rate < 0 ? null : rate;
}

function metricWords(metric: Exclude<Metric, 'count'>): string {
  const [name = '', field] = Object.entries(metric)[0] ?? [];
  return `${name} of ${String(field)}`;
}

/**
 * The first bucket begins before the window, where nothing was read: a sum keeps what it has of the window, a mean over
 * a part is left out. So is a sum that is still growing, as it would be drawn as a fall.
 */
function pointsInWindow(points: Points, { request, window, buckets, nowMs }: Shaping): Points {
  const { fromMs, toMs } = window;
  const isSum = isSummed(request.block.metric);
  const endMs = (index: number) => points[index + 1]?.key ?? (points[index]?.key ?? 0) + buckets.stepMs;
  const inside = points.filter(({ key }, index) => (isSum ? endMs(index) > fromMs : key >= fromMs) && key < toMs);
  const last = inside.at(-1);
  const isFilling = last !== undefined && last.key + buckets.stepMs > nowMs;
  return isFilling && inside.length > 1 && isSum ? inside.slice(0, -1) : inside;
}

/** What is counted and not shown: all without the shown; only counts and sums can be taken apart so. */
function otherPoints(all: Points, shown: readonly Points[], metric: Metric): Points | undefined {
  if (metric !== 'count' && !('sum' in metric)) return undefined;
  const pick = (point: Points[number] | undefined) =>
    (metric === 'count' ? point?.doc_count : point?.value?.value) ?? 0;
  const counted = new Map<number, number>();
  for (const point of shown.flat()) counted.set(point.key, (counted.get(point.key) ?? 0) + pick(point));
  return all.map((point) => {
    const rest = pick(point) - (counted.get(point.key) ?? 0);
    return { key: point.key, doc_count: rest, value: { value: rest } };
  });
}

function splitWarnings(found: readonly GroupFound[], { split, metric }: ElasticsearchRequest['block']): string[] {
  const error = Math.max(0, ...found.map(({ answer }) => answer.split?.doc_count_error_upper_bound ?? 0));
  const hidden = found.reduce((sum, { answer }) => sum + (answer.split?.sum_other_doc_count ?? 0), 0);
  const isHidden = hidden > 0 && metric !== 'count' && !('sum' in metric);
  const count = new Intl.NumberFormat('en').format(hidden);
  return [
    ...(error > 0 ? [`Counts by ${split?.field} are approximate: up to ${error} may be missing from each.`] : []),
    ...(isHidden ? [`${count} documents with other values of ${split?.field} are not shown.`] : []),
  ];
}

function resetWarnings(found: readonly GroupFound[]): string[] {
  // the counters together are none
  const all = found.flatMap(({ answer: { time, split } }) => split?.buckets.map((one) => one.time) ?? [time]);
  const isReset = all.some(({ buckets }) => buckets.some(({ value }) => (value?.normalized_value ?? 0) < 0));
  return isReset ? ['A counter was set back; what it gained just then is left out.'] : [];
}
