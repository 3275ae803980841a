/** From rows of an answer to a frame: the buckets of the plan, names that tell series apart. Pure. */
import type { SeriesFrame } from '../../domain/frame.ts';
import { inferStepMs, makeSortedSeries, type Series } from '../../domain/series.ts';
import { nameSeries, namesOfLegend } from '../../domain/series-names.ts';
import { harmless } from '../../lib/said.ts';
import type { FetchWindow } from '../source.ts';
import type { InfluxdbRequest } from './bind.ts';
import { TITLE } from './failures.ts';
import { meaningOf, type WindowPlan } from './plan-window.ts';
import type { BoundRow, ReadAnswers } from './read.ts';

/** In a sentence about what is missing. */
const NAMED_MAX = 5;
/** A server that complains about everything shall not fill the caption. */
const SAID_MAX = 3;

/** Makes the one frame of an answer. */
export function makeFrame(
  { rows, messages, isPartial }: ReadAnswers,
  request: InfluxdbRequest,
  window: FetchWindow,
  plan: WindowPlan,
): SeriesFrame {
  const series = seriesOf(rows, request, window, plan);
  const stepMs = plan.stepMs ?? series.map(({ times }) => inferStepMs(times)).find((step) => step !== undefined);
  const consolidated = meaningOf(request.select, plan);
  const cut = isPartial
    ? [`${TITLE} cut this answer at its own limit of rows (max-row-limit): the rest is missing.`]
    : [];
  return {
    kind: 'series',
    series: stepMs === undefined ? series : series.map((one) => ({ ...one, stepMs })),
    range: { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' },
    ...(stepMs !== undefined && { stepMs }),
    ...(consolidated !== undefined && { consolidated }),
    warnings: [...missing(rows, request), ...cut, ...saidBy(messages)],
  };
}

interface Column {
  readonly row: BoundRow;
  readonly at: number;
  readonly part: string;
}

/** A column without a name of its own bears that of its function: of one field, the field says more. */
function partOf(column: string, { select: { fields, functions } }: InfluxdbRequest): string {
  const [field, other] = fields;
  return field !== undefined && other === undefined && functions.includes(column) ? field : column;
}

function seriesOf(
  rows: readonly BoundRow[],
  request: InfluxdbRequest,
  window: FetchWindow,
  plan: WindowPlan,
): Series[] {
  const hasMeasurements = new Set(rows.map(({ row }) => row.measurement)).size > 1;
  const columns = rows.flatMap((row) =>
    row.row.columns.map((name, at): Column => {
      const part = partOf(name, request);
      return { row, at, part: hasMeasurements ? `${row.row.measurement} ${part}` : part };
    }),
  );
  const names = namesOf(columns, request);
  return columns.map(({ row: { row, parameters }, at }, index) => {
    const { times, values } = inside(row.times, row.values[at] ?? new Float64Array(0), window, plan);
    const labels = { ...tagsOf(row.tags), ...parameters };
    return makeSortedSeries({ name: names[index] as string, labels, unit: request.unit }, times, values);
  });
}

/** A tag that a series does not have comes as an empty text. */
function tagsOf(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([, value]) => value !== ''));
}

function namesOf(columns: readonly Column[], { legend, label, places }: InfluxdbRequest): string[] {
  const fallback = label.slice(0, 80);
  if (legend !== undefined) {
    const written = columns.map(({ row: { row, parameters }, part }) =>
      legend.replace(/\{\{\s*([\w.-]+)\s*\}\}/g, (_, name: string) =>
        name === 'field' ? part : name === 'measurement' ? row.measurement : (parameters[name] ?? row.tags[name] ?? ''),
      ),
    );
    return namesOfLegend(
      written,
      columns.map(({ row }) => row.parameters),
      fallback,
    );
  }
  const asked = new Set(places.map(({ name }) => name));
  const nameable = columns.map(({ row: { row, parameters }, part }) => ({
    labels: Object.fromEntries(Object.entries(tagsOf(row.tags)).filter(([name]) => !asked.has(name))),
    parameters,
    part,
  }));
  return nameSeries(nameable, fallback);
}

/** What of a column lies in the window; buckets are those of the plan. */
function inside(times: Float64Array, values: Float64Array, { toMs }: FetchWindow, { firstMs }: WindowPlan) {
  let [from, to] = [0, times.length];
  const isOrdered = times.every((time, index) => index === 0 || time > (times[index - 1] as number));
  if (!isOrdered) {
    const kept = [...times.keys()].filter((at) => (times[at] as number) >= firstMs && (times[at] as number) < toMs);
    return {
      times: Float64Array.from(kept, (at) => times[at] as number),
      values: Float64Array.from(kept, (at) => values[at] as number),
    };
  }
  while (from < to && (times[from] as number) < firstMs) from += 1;
  while (to > from && (times[to - 1] as number) >= toMs) to -= 1;
  return { times: times.slice(from, to), values: values.slice(from, to) };
}

/** Names the values of the question that have no row at all. */
function missing(rows: readonly BoundRow[], { places, arguments: args }: InfluxdbRequest): string[] {
  if (rows.length === 0) return [];
  const asked = new Set(
    places.flatMap(({ value }) => value.flatMap((part) => (typeof part === 'string' ? [] : [part.name]))),
  );
  const silent = [...asked].flatMap((name) => {
    const answered = new Set(rows.map(({ parameters }) => parameters[name]));
    return (args[name] ?? []).filter((value) => !answered.has(value.trim()));
  });
  const unique = [...new Set(silent)];
  if (unique.length === 0) return [];
  const more = unique.length > NAMED_MAX ? ` and ${unique.length - NAMED_MAX} more` : '';
  return [`${TITLE} has nothing for ${unique.slice(0, NAMED_MAX).join(', ')}${more}.`];
}

function saidBy(messages: readonly string[]): string[] {
  return messages.slice(0, SAID_MAX).map((text) => {
    const plain = harmless(text);
    return `${TITLE} says: ${/[.!?]$/.test(plain) ? plain : `${plain}.`}`;
  });
}
