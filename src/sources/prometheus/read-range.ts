/** Asks `query_range`: every expression on its own, several at once, their series told by the values of the question. */
import { queryDuration } from '../../domain/duration.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import { askAll } from '../../lib/ask-all.ts';
import { byQuestion, tellerOf, tooManySeries } from '../../queries/bind.ts';
import type { BoundQuery, PrometheusRequest } from './bind.ts';
import type { PrometheusClient } from './client.ts';
import { decodeRange, type RangeAnswer, type RangeRow } from './decode-range.ts';
import { evaluated, overTime, resolveVariables, type WindowPlan } from './plan-window.ts';

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
  const { seriesMax, lookFor, consolidate, isHeatmap } = request;
  let count = 0;
  const claimed = async (bound: BoundQuery, part: AbortSignal): Promise<Answered> => {
    const own = isHeatmap ? bound.expr : evaluated(bound.expr, consolidate, plan);
    const expr = lookFor === undefined ? own : overStep(bound.expr, lookFor, plan);
    const answer = decodeRange(await client.text('query_range', rangeForm(expr, plan), part, 'POST'));
    count += answer.rows.length;
    if (count > seriesMax) throw tooManySeries(count, seriesMax, 'sum them up, as in sum by (instance)');
    return claim(bound, answer);
  };
  const first = await askAll(request.queries, claimed, signal);
  const lost = first.filter(({ rows, isTold }) => rows.length > 0 && !isTold);
  // the expression dropped the label that tells its values apart, so each value is asked alone
  const apart = lost.flatMap(({ bound }) => bound.apart());
  const again = await askAll(apart, claimed, signal);
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

/** How often a coarse look evaluates inside a step: the interval of rules that Prometheus comes with. */
const LOOK_EVERY_MS = 60_000;

/**
 * For a coarse look: what the expression was over a whole step, by a subquery. How often it evaluates is said, as
 * VictoriaMetrics would do so only once a step.
 */
function overStep(expr: string, how: Consolidation, { stepMs, scrapeMs }: WindowPlan): string {
  const everyMs = Math.min(stepMs, Math.max(scrapeMs, LOOK_EVERY_MS));
  return `${overTime(how)}((${expr})[$__interval:${queryDuration(everyMs)}])`;
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

/** As the question names its values, then as the definition lists its expressions. */
function inOrder(rows: readonly BoundRow[], { queries, arguments: args }: PrometheusRequest): BoundRow[] {
  const compare = byQuestion(args);
  const exprs = new Map(queries.map(({ name, expr }, index) => [name ?? expr, index]));
  const placeOf = ({ bound: { name, expr } }: BoundRow) => exprs.get(name ?? expr) ?? 0;
  return rows.toSorted((a, b) => compare(a.parameters, b.parameters) || placeOf(a) - placeOf(b));
}
