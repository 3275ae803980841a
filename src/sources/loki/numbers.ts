/** Reads expressions of numbers: over time as series, once as a table. */

import { parseQueryDuration } from '../../domain/duration.ts';
import { formatDuration } from '../../domain/format-number.ts';
import type { Column, Frame, SeriesFrame, TableFrame } from '../../domain/frame.ts';
import type { Labels } from '../../domain/labels.ts';
import { makeSortedSeries, type Series } from '../../domain/series.ts';
import { nameSeries, namesOfLegend } from '../../domain/series-names.ts';
import { askAll } from '../../lib/ask-all.ts';
import { harmless } from '../../lib/said.ts';
import { byQuestion, tellerOf, tooManySeries } from '../../queries/bind.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundQuery, LokiRequest } from './bind.ts';
import type { LokiClient } from './client.ts';
import { decodeMatrix, type Matrix, type MatrixRow } from './decode-matrix.ts';
import { TITLE } from './failures.ts';
import { tokenize } from './logql.ts';
import { meaningOf, nanoseconds, planWindow, resolveVariables, type WindowPlan } from './plan-window.ts';
import { groupsOf, keyOf } from './tell.ts';

/** In a sentence about what is missing. */
const NAMED_MAX = 5;
/** A server that complains about everything shall not fill the caption. */
const SAID_MAX = 3;

/** A row with the expression and the values that it answers. */
interface BoundRow {
  readonly bound: BoundQuery;
  readonly row: MatrixRow;
  readonly parameters: Labels;
}

interface Answers {
  readonly rows: readonly BoundRow[];
  readonly warnings: readonly string[];
}

/** The series of a request. @throws BotError */
export async function fetchSeries(
  client: LokiClient,
  request: LokiRequest,
  window: FetchWindow,
  signal: AbortSignal,
): Promise<SeriesFrame> {
  const meanings = request.logql.map(({ expr }) => meaningOf(expr));
  const [meaning] = meanings;
  const isShared = meanings.every(({ consolidated }) => consolidated === meaning?.consolidated);
  const consolidated = isShared ? meaning?.consolidated : undefined;
  const isCount = meanings.every((one) => one.isCount);
  const { plan, shiftMs } = planned(window, request, isCount && consolidated !== undefined);
  const ask = async ({ expr }: BoundQuery, inner: AbortSignal) =>
    decodeMatrix(await client.text('query_range', rangeForm(expr, plan), inner));
  const answers = await readAll(request, ask, signal);
  return {
    kind: 'series',
    series: seriesOf(answers.rows, request, { plan, shiftMs, absent: isCount ? 0 : Number.NaN }),
    range: { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' },
    stepMs: plan.stepMs,
    ...(consolidated !== undefined && { consolidated }),
    warnings: [...missing(answers.rows, request), ...unseen(request, plan), ...answers.warnings],
  };
}

/** Counts of steps are bars that begin where their step does: they are asked for at its end, as long as that is there. */
function planned(window: FetchWindow, { minStepMs }: LokiRequest, isBuckets: boolean) {
  const plan = planWindow(window, minStepMs);
  const { startMs, endMs, stepMs } = plan;
  const lastMs = endMs + stepMs <= window.toMs ? endMs + stepMs : endMs;
  if (!isBuckets || startMs + stepMs > lastMs) return { plan, shiftMs: 0 };
  return { plan: { ...plan, startMs: startMs + stepMs, endMs: lastMs }, shiftMs: stepMs };
}

/** The parameters of `query_range` for numbers. */
function rangeForm(expr: string, plan: WindowPlan): URLSearchParams {
  return new URLSearchParams({
    query: resolveVariables(expr, plan),
    start: nanoseconds(plan.startMs),
    end: nanoseconds(plan.endMs),
    step: String(plan.stepMs / 1000),
  });
}

/** The parameters of `query`: numbers at one moment. */
function instantForm(expr: string, window: Pick<FetchWindow, 'fromMs' | 'toMs'>): URLSearchParams {
  const rangeMs = Math.max(1000, window.toMs - window.fromMs);
  return new URLSearchParams({
    query: resolveVariables(expr, { stepMs: rangeMs, rangeMs }),
    time: nanoseconds(window.toMs),
  });
}

async function readAll(
  request: LokiRequest,
  ask: (bound: BoundQuery, signal: AbortSignal) => Promise<Matrix>,
  signal: AbortSignal,
): Promise<Answers> {
  let count = 0;
  async function claimed(bound: BoundQuery, inner: AbortSignal) {
    const { rows, warnings } = await ask(bound, inner);
    const good = rows.filter(({ labels }) => (labels.__error__ ?? '') === '');
    count += good.length;
    if (count > request.seriesMax) throw tooManySeries(count, request.seriesMax, 'sum them up, as in sum by (app)');
    const tell = tellerOf(bound);
    const told = good.map((row) => ({ bound, row, parameters: tell(row.labels) }));
    return { bound, told, warnings: [...warnings.map(saidBy), ...brokenLines(rows)] };
  }
  const first = await askAll(request.logql, claimed, signal);
  const lost = first.filter(({ told }) => told.some(({ parameters }) => parameters === undefined));
  // the expression dropped the label that tells its values apart, so each value is asked alone
  const again = await askAll(
    lost.flatMap(({ bound }) => bound.apart()),
    claimed,
    signal,
  );
  const all = [...first.filter((one) => !lost.includes(one)), ...again];
  const compare = byQuestion(request.arguments);
  const rows = all
    .flatMap(({ told }) => told.map((one): BoundRow => ({ ...one, parameters: one.parameters ?? one.bound.labels })))
    .sort((a, b) => compare(a.parameters, b.parameters));
  return { rows, warnings: [...new Set(all.flatMap(({ warnings }) => warnings))].slice(0, SAID_MAX) };
}

function saidBy(warning: string): string {
  const plain = harmless(warning);
  return `${TITLE} says: ${/[.!?]$/.test(plain) ? plain : `${plain}.`}`;
}

/** Lines that a parser or `unwrap` cannot read come as series of their own, with the reason as a label. */
function brokenLines(rows: readonly MatrixRow[]): string[] {
  const reasons = new Set(rows.flatMap(({ labels }) => (labels.__error__ ? [labels.__error__] : [])));
  return reasons.size === 0
    ? []
    : [`${TITLE} could not read some lines (${harmless([...reasons].join(', '))}); they do not count.`];
}

interface Shaping {
  readonly plan: WindowPlan;
  /** How much earlier a value stands than it was asked for, ms. */
  readonly shiftMs: number;
  /** What a moment without a value has. */
  readonly absent: number;
}

function seriesOf(rows: readonly BoundRow[], request: LokiRequest, { plan, shiftMs, absent }: Shaping): Series[] {
  const names = namesOf(rows, request);
  const { startMs, endMs, stepMs } = plan;
  const count = Math.floor((endMs - startMs) / stepMs) + 1;
  const grid = Float64Array.from({ length: count }, (_, index) => startMs + index * stepMs);
  const times = grid.map((timeMs) => timeMs - shiftMs);
  return rows.map(({ row, parameters }, index) => {
    const { __name__: _metric, ...labels } = row.labels;
    const name = names[index] as string;
    const meta = { name, labels: { ...labels, ...parameters }, unit: request.unit, stepMs };
    return makeSortedSeries(meta, times, onGrid(row, grid, stepMs, absent));
  });
}

function onGrid({ seconds, values }: MatrixRow, grid: Float64Array, stepMs: number, absent: number): Float64Array {
  const placed = new Float64Array(grid.length).fill(absent);
  const startMs = grid[0] ?? 0;
  for (let index = 0; index < seconds.length; index += 1) {
    const at = Math.round(((seconds[index] as number) * 1000 - startMs) / stepMs);
    if (at >= 0 && at < placed.length) placed[at] = values[index] as number;
  }
  return placed;
}

function namesOf(rows: readonly BoundRow[], { block: { legend }, label }: LokiRequest): string[] {
  const fallback = label.slice(0, 80);
  const nameable = rows.map(({ bound, row, parameters }) => ({
    labels: Object.fromEntries(Object.entries(row.labels).filter(([name]) => name !== '__name__')),
    parameters,
    ...(bound.name !== undefined && { part: bound.name }),
  }));
  if (legend === undefined) return nameSeries(nameable, fallback);
  const written = rows.map(({ row, parameters }) =>
    legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => parameters[name] ?? row.labels[name] ?? 'none'),
  );
  return namesOfLegend(
    written,
    rows.map(({ parameters }) => parameters),
    fallback,
  );
}

/** Names the values of the question that have no row at all. */
function missing(rows: readonly BoundRow[], request: LokiRequest): string[] {
  if (rows.length === 0) return [];
  const answered = new Set(rows.map(({ parameters }) => keyOf(parameters)));
  const silent = groupsOf(request.logql, request.arguments).filter((group) => !answered.has(keyOf(group)));
  return silentWords(silent);
}

/** The sentence about groups that have nothing. */
export function silentWords(silent: readonly Labels[]): string[] {
  const names = [...new Set(silent.map((group) => Object.values(group).join(' ')))].filter((name) => name !== '');
  if (names.length === 0) return [];
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : '';
  return [`${TITLE} has nothing for ${names.slice(0, NAMED_MAX).join(', ')}${more}.`];
}

/** Says when windows of a fixed length leave out what lies between them. */
function unseen({ logql }: LokiRequest, { stepMs }: WindowPlan): string[] {
  const spans = logql.flatMap(({ expr }) => {
    const tokens = tokenize(expr);
    return tokens.flatMap((token, index) =>
      token.text === '[' ? [parseQueryDuration(tokens[index + 1]?.text ?? '')] : [],
    );
  });
  const shortest = Math.min(...spans.filter((span) => span !== undefined));
  if (shortest >= stepMs) return [];
  return [
    `Each point covers ${formatDuration(shortest)} and they are ${formatDuration(stepMs)} apart: what happens between is not seen.`,
  ];
}

/** The values of a request at the end of the window, as a table, the largest first. @throws BotError */
export async function fetchTable(
  client: LokiClient,
  request: LokiRequest,
  window: FetchWindow,
  signal: AbortSignal,
): Promise<Frame> {
  const ask = async ({ expr }: BoundQuery, inner: AbortSignal) =>
    decodeMatrix(await client.text('query', instantForm(expr, window), inner));
  const { rows, warnings } = await readAll(request, ask, signal);
  const { unit } = request;
  const labels = [...new Set(rows.flatMap(({ row }) => Object.keys(row.labels)))].filter((name) => name !== '__name__');
  const hasNames = rows.some(({ bound }) => bound.name !== undefined);
  const columns: Column[] = [
    ...(hasNames ? [{ name: 'name', type: 'string' } as const] : []),
    ...labels.map((name) => ({ name, type: 'string' }) as const),
    { name: unit.id === 'count' ? 'lines' : 'value', type: 'number', unit },
  ];
  const cells = rows
    .map(({ bound, row }) => ({ bound, row, value: (row.values[0] ?? Number.NaN) * unit.factor }))
    .sort((a, b) => b.value - a.value)
    .map(({ bound, row, value }) => [
      ...(hasNames ? [bound.name ?? ''] : []),
      ...labels.map((name) => row.labels[name] ?? null),
      Number.isFinite(value) ? value : null,
    ]);
  return {
    kind: 'table',
    columns,
    rows: cells,
    range: { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' },
    warnings: [...missing(rows, request), ...warnings],
  } satisfies TableFrame;
}
