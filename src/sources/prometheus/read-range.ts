/** Asks `query_range`: every expression on its own, several at once, their series told by the values of the question. */
import type { Labels } from '../../domain/labels.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import { type BoundQuery, type PrometheusRequest, tooManySeries } from './bind.ts';
import type { PrometheusClient } from './client.ts';
import { decodeRange, type RangeAnswer, type RangeRow } from './decode-range.ts';
import { evaluated, overTime, resolveVariables, type WindowPlan } from './plan-window.ts';
import { promDuration } from './promql.ts';

/** A row of an answer with the expression and the values that it answers. */
export interface BoundRow {
  readonly bound: BoundQuery;
  readonly row: RangeRow;
  readonly parameters: Labels;
}

/** All answers of a request. */
export interface RangeAnswers {
  /** In the order of the values of the question, then of the definition, then of the server. */
  readonly rows: readonly BoundRow[];
  readonly warnings: readonly string[];
}

/** A question may not occupy all of a server's places for queries (Prometheus has 20). */
const QUERIES_AT_ONCE = 4;

/**
 * Reads all expressions of a request.
 *
 * @throws BotError `SOURCE_TOO_MUCH` for more rows than the request may have, and what the client throws
 */
export async function readRange(
  client: PrometheusClient,
  request: PrometheusRequest,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<RangeAnswers> {
  const first = await askAll(client, request, request.queries, plan, signal);
  const lost = first.filter(({ rows, isTold }) => rows.length > 0 && !isTold);
  // the expression dropped the label that tells its values apart, so each value is asked alone
  const again =
    lost.length === 0
      ? []
      : await askAll(
          client,
          request,
          lost.flatMap(({ bound }) => bound.apart()),
          plan,
          signal,
        );
  const all = [...first.filter((answered) => !lost.includes(answered)), ...again];
  const rows = inOrder(
    all.flatMap(({ rows }) => rows),
    request,
  );
  return { rows, warnings: [...new Set(all.flatMap(({ warnings }) => warnings))] };
}

interface Answered {
  readonly bound: BoundQuery;
  readonly rows: readonly BoundRow[];
  /** Whether every row is known to belong to one value of each parameter. */
  readonly isTold: boolean;
  readonly warnings: readonly string[];
}

async function askAll(
  client: PrometheusClient,
  { seriesMax, lookFor, consolidate, isHeatmap }: PrometheusRequest,
  queries: readonly BoundQuery[],
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<Answered[]> {
  const answers: Answered[] = [];
  let next = 0;
  let count = 0;
  // the first failure ends the others too: half an answer would be a wrong one
  const aborter = new AbortController();
  const both = AbortSignal.any([signal, aborter.signal]);
  async function work(): Promise<void> {
    while (next < queries.length) {
      const at = next++;
      const bound = queries[at] as BoundQuery;
      const own = isHeatmap ? bound.expr : evaluated(bound.expr, consolidate, plan);
      const expr = lookFor === undefined ? own : overStep(bound.expr, lookFor, plan);
      const answer = decodeRange(await client.text('query_range', rangeForm(expr, plan), both, 'POST'));
      count += answer.rows.length;
      if (count > seriesMax) throw tooManySeries(count, seriesMax);
      answers[at] = claim(bound, answer);
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(QUERIES_AT_ONCE, queries.length) }, work));
  } finally {
    aborter.abort();
  }
  return answers;
}

/** How often a coarse look evaluates inside a step: the interval of rules that Prometheus comes with. */
const LOOK_EVERY_MS = 60_000;

/**
 * For a coarse look: what the expression was over a whole step, by a subquery. How often it evaluates is said, as
 * VictoriaMetrics would do so only once a step.
 */
function overStep(expr: string, how: Consolidation, { stepMs, scrapeMs }: WindowPlan): string {
  const everyMs = Math.min(stepMs, Math.max(scrapeMs, LOOK_EVERY_MS));
  return `${overTime(how)}((${expr})[$__interval:${promDuration(everyMs)}])`;
}

/** The form of a request; also used to look for single values. */
export function rangeForm(expr: string, plan: WindowPlan): URLSearchParams {
  return new URLSearchParams({
    query: resolveVariables(expr, plan),
    start: String(plan.startMs / 1000),
    end: String(plan.endMs / 1000),
    step: String(plan.stepMs / 1000),
    // VictoriaMetrics moves the ends of a window to suit its cache unless told not to; others do not know it
    nocache: '1',
  });
}

function claim(bound: BoundQuery, { rows, warnings }: RangeAnswer): Answered {
  const tell = tellerOf(bound);
  const told = rows.map((row) => ({ row, parameters: tell(row.labels) }));
  return {
    bound,
    rows: told.map(({ row, parameters }) => ({ bound, row, parameters: parameters ?? bound.labels })),
    isTold: told.every(({ parameters }) => parameters !== undefined),
    warnings,
  };
}

/** Finds the values that a row belongs to; `undefined` when its labels do not say. */
function tellerOf({ joined, labels }: BoundQuery): (row: Labels) => Labels | undefined {
  const tellers = joined.map(({ parameter, values, label, patterns }) => {
    // `web1.*` matches web10 too, so the longest value is tried first
    const tries = values
      .map((value, index) => ({ value, pattern: compile(patterns[index] ?? '') }))
      .sort((a, b) => b.value.length - a.value.length);
    return (row: Labels): readonly [string, string] | undefined => {
      const own = row[label];
      const found = own === undefined ? undefined : tries.find(({ pattern }) => pattern?.test(own));
      return found && [parameter, found.value];
    };
  });
  return (row) => {
    const found = tellers.map((tell) => tell(row));
    return found.every((entry) => entry !== undefined) ? { ...labels, ...Object.fromEntries(found) } : undefined;
  };
}

/** A regular expression of RE2, as JavaScript reads it; `undefined` for what only RE2 knows. */
function compile(pattern: string): RegExp | undefined {
  try {
    const [, flags = '', rest = pattern] = /^\(\?([is]+)\)([\s\S]*)$/.exec(pattern) ?? [];
    return new RegExp(`^(?:${rest})$`, flags.includes('s') ? flags : `${flags}s`);
  } catch {
    return undefined;
  }
}

function inOrder(rows: readonly BoundRow[], { queries, arguments: args }: PrometheusRequest): BoundRow[] {
  const places = Object.entries(args).map(
    ([name, values]) => [name, new Map(values.map((value, index) => [value, index]))] as const,
  );
  const exprs = new Map(queries.map(({ name, expr }, index) => [name ?? expr, index]));
  const keyed = rows.map((row, index) => ({
    row,
    key: [
      ...places.map(([name, byValue]) => byValue.get(row.parameters[name] ?? '') ?? 0),
      exprs.get(row.bound.name ?? row.bound.expr) ?? 0,
      index,
    ],
  }));
  keyed.sort((a, b) => compareKeys(a.key, b.key));
  return keyed.map(({ row }) => row);
}

function compareKeys(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
