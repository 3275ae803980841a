/** From the rows of `query_range` to frames: values on their grid, gaps where there is no entry. Pure. */
import { BotError } from '../../domain/errors.ts';
import { formatDuration } from '../../domain/format-number.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Labels } from '../../domain/labels.ts';
import { makeSortedSeries, regularDistance, type Series } from '../../domain/series.ts';
import { harmless } from '../../lib/said.ts';
import type { FetchWindow } from '../source.ts';
import type { PrometheusRequest } from './bind.ts';
import { TITLE } from './failures.ts';
import { makeHeatmap } from './heatmap.ts';
import { nameRows } from './names.ts';
import { evaluated, type WindowPlan } from './plan-window.ts';
import { meaningOf } from './point-meaning.ts';
import type { BoundRow, RangeAnswers } from './read-range.ts';

/** In a sentence about what is missing. */
const NAMED_MAX = 5;
/** A server that complains about every series shall not fill the caption. */
const SAID_MAX = 3;

/** Makes the one frame of an answer. @throws BotError `SOURCE_BAD_QUERY` for native histograms that are to be lines */
export function makeFrames(
  { rows, warnings }: RangeAnswers,
  request: PrometheusRequest,
  window: FetchWindow,
  plan: WindowPlan,
): Frame[] {
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' };
  const said = saidBy(warnings);
  if (request.isHeatmap) {
    const heatmap = makeHeatmap(rows, request, plan);
    if (heatmap) return [{ ...heatmap, range, warnings: [...heatmap.warnings, ...said] }];
  }
  if (rows.some(({ row }) => row.histograms.length > 0)) throw nativeHistograms();
  const series = seriesOf(rows, request, plan);
  const meaning = meaningOf(
    request.queries.map(({ expr }) => evaluated(expr, request.consolidate, plan)),
    plan,
  );
  return [
    {
      kind: 'series',
      series,
      range,
      stepMs: plan.stepMs,
      ...(meaning.consolidated !== undefined && { consolidated: meaning.consolidated }),
      warnings: [...missing(rows, request), ...meaning.warnings, ...rarer(rows, plan), ...said],
    },
  ];
}

function nativeHistograms(): BotError {
  return new BotError(
    'SOURCE_BAD_QUERY',
    `${TITLE} sent native histograms, which are no lines. Write histogram_quantile(0.95, …) around the expression, or heatmap: true beside it.`,
  );
}

function seriesOf(rows: readonly BoundRow[], request: PrometheusRequest, plan: WindowPlan): Series[] {
  const names = nameRows(
    rows.map(({ bound, row, parameters }) => ({
      labels: row.labels,
      parameters,
      matched: matchedIn(
        row.labels,
        parameters,
        bound.joined.map(({ label }) => label),
      ),
      ...(bound.name !== undefined && { expression: bound.name }),
    })),
    request.legend,
    request.label.slice(0, 80),
  );
  const grid = gridOf(rows, plan);
  const { unit } = request;
  return rows.map(({ row, parameters }, index) => {
    const { __name__: _metric, ...labels } = row.labels;
    const meta = { name: names[index] as string, labels: { ...labels, ...parameters }, unit, stepMs: plan.stepMs };
    return makeSortedSeries(meta, grid, onGrid(row.seconds, row.values, grid, plan.stepMs));
  });
}

/** Labels that only repeat a parameter: those it was matched by, and those that begin with its value (`web01:9100`). */
function matchedIn(labels: Labels, parameters: Labels, joined: readonly string[]): ReadonlySet<string> {
  const values = Object.values(parameters);
  const repeating = Object.entries(labels).filter(([, value]) =>
    values.some((known) => value === known || value.startsWith(`${known}:`)),
  );
  return new Set([...joined, ...repeating.map(([name]) => name)]);
}

/** All moments of the plan; in the phase of the answer, should a server have moved them. One array for all series. */
function gridOf(rows: readonly BoundRow[], { startMs, endMs, stepMs }: WindowPlan): Float64Array {
  const first = rows.find(({ row }) => row.seconds.length > 0)?.row.seconds[0];
  const phase = first === undefined ? 0 : (((Math.round(first * 1000) - startMs) % stepMs) + stepMs) % stepMs;
  const count = Math.floor((endMs - startMs - phase) / stepMs) + 1;
  return Float64Array.from({ length: Math.max(0, count) }, (_, index) => startMs + phase + index * stepMs);
}

function onGrid(seconds: Float64Array, values: Float64Array, grid: Float64Array, stepMs: number): Float64Array {
  const placed = new Float64Array(grid.length).fill(Number.NaN);
  const startMs = grid[0] ?? 0;
  for (let index = 0; index < seconds.length; index += 1) {
    const at = Math.round(((seconds[index] as number) * 1000 - startMs) / stepMs);
    if (at >= 0 && at < placed.length) placed[at] = values[index] as number;
  }
  return placed;
}

/** How often values come, where that is regular and rarer than is configured. */
function rarer(rows: readonly BoundRow[], { stepMs, scrapeMs }: WindowPlan): string[] {
  if (stepMs > scrapeMs) return [];
  const found = rows.flatMap(({ row }) => regularDistance(row.seconds, stepMs / 1000) ?? []);
  const [first] = found.sort((a, b) => a - b);
  if (first === undefined) return [];
  return [
    `Values come every ${formatDuration(first * 1000)}, more rarely than the \`scrapeInterval\` of the source in the config (${formatDuration(scrapeMs)}).`,
  ];
}

/** Names the values of the question that have no row at all. */
function missing(rows: readonly BoundRow[], request: PrometheusRequest): string[] {
  if (rows.length === 0) return [];
  const asked = new Set(
    request.queries.flatMap(({ labels, joined }) => [
      ...Object.keys(labels),
      ...joined.map(({ parameter }) => parameter),
    ]),
  );
  const silent = Object.entries(request.arguments).flatMap(([name, values]) => {
    if (!asked.has(name)) return [];
    const answered = new Set(rows.map(({ parameters }) => parameters[name]));
    return values.filter((value) => !answered.has(value));
  });
  const unique = [...new Set(silent)];
  if (unique.length === 0) return [];
  const more = unique.length > NAMED_MAX ? ` and ${unique.length - NAMED_MAX} more` : '';
  return [`${TITLE} has nothing for ${unique.slice(0, NAMED_MAX).join(', ')}${more}.`];
}

function saidBy(warnings: readonly string[]): string[] {
  const shown = warnings.slice(0, SAID_MAX).map((text) => {
    const plain = harmless(text.replace(/^PromQL (?:info|warning): /, ''));
    return `${TITLE} says: ${/[.!?]$/.test(plain) ? plain : `${plain}.`}`;
  });
  const rest = warnings.length - shown.length;
  return rest > 0 ? [...shown, `${TITLE} says ${rest} more things of this kind.`] : shown;
}
