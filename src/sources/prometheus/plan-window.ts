/** From a window to what `query_range` takes: a step that people know, both ends on its multiples unless the end matters more. Pure. */

import { DateTime } from 'luxon';
import { queryDuration } from '../../domain/duration.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { FetchWindow } from '../source.ts';
import { readExpression, tokenize, type VariableName, variableOf } from './promql.ts';

/** When the expression is evaluated. */
export interface WindowPlan {
  /** The first and last moment, both included, ms. */
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** The least distance that was wanted: what the server is thought to scrape at. */
  readonly scrapeMs: number;
}

/** Prometheus and its relatives refuse more points per series. */
const POINTS_MAX = 11_000;
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** Steps that people know; beyond them whole days. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];

/** Plans the evaluation of `[fromMs, toMs)`: every point lies inside. */
export function planWindow(window: FetchWindow, scrapeMs: number, minStepMs = 0): WindowPlan {
  const { fromMs, toMs } = window;
  const rangeMs = Math.max(1, toMs - fromMs);
  const points = Math.min(POINTS_MAX - 1, Math.max(2, Math.floor(window.maxPoints)));
  const wanted = Math.max(scrapeMs, minStepMs, rangeMs / points);
  const stepMs = stepOf(wanted, scrapeMs, minStepMs);
  if (window.isToEnd) {
    const endMs = toMs - 1;
    const steps = Math.max(0, Math.floor((endMs - fromMs) / stepMs));
    return { startMs: endMs - steps * stepMs, endMs, stepMs, scrapeMs };
  }
  const offsetMs = stepMs % DAY === 0 ? DateTime.fromMillis(fromMs, { zone: window.zone }).offset * MINUTE : 0;
  const startMs = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const endMs = Math.floor((toMs - 1 + offsetMs) / stepMs) * stepMs - offsetMs;
  // a window shorter than a step may hold no multiple of it: its beginning is as good a moment
  if (endMs < startMs) return { startMs: fromMs, endMs: fromMs, stepMs, scrapeMs };
  return { startMs, endMs, stepMs, scrapeMs };
}

function stepOf(wantedMs: number, scrapeMs: number, minStepMs: number): number {
  const least = Math.max(scrapeMs, minStepMs);
  if (wantedMs <= least) return least;
  return STEPS.find((step) => step >= wantedMs) ?? Math.ceil(wantedMs / DAY) * DAY;
}

/** What our variables stand for, by Grafana's rules: a rate's window holds four scrapes and joins the one before. */
function variablesOf({ startMs, endMs, stepMs, scrapeMs }: WindowPlan): Readonly<Record<VariableName, string>> {
  return {
    __interval: queryDuration(stepMs),
    __rate_interval: queryDuration(Math.max(stepMs + scrapeMs, 4 * scrapeMs)),
    __range: queryDuration(Math.max(SECOND, endMs - startMs + stepMs)),
  };
}

/** Below so many scrapes to a step, a window of one step may hold no sample when the interval was guessed too short. */
const SCRAPES_MIN = 4;

/**
 * The expression that is asked for one of a definition. A bare selector would give one sample per step and hide the rest:
 * where steps are long, it is put under the function that the definition wants, which the frame and the link then say.
 */
export function evaluated(expr: string, how: Consolidation, plan: WindowPlan): string {
  const [selector, other] = readExpression(expr).selectors;
  const isBare = selector !== undefined && other === undefined && selector.text === expr.trim();
  if (!isBare || how === 'last' || plan.stepMs < SCRAPES_MIN * plan.scrapeMs) return expr;
  return `${overTime(how)}(${selector.text}[$__interval])`;
}

/** The function of PromQL that makes one value of a window. */
export function overTime(how: Consolidation): string {
  return `${how === 'average' ? 'avg' : how}_over_time`;
}

/** Puts the variables into an expression; in a string, which may be somebody's value, they are only text. */
export function resolveVariables(expr: string, plan: WindowPlan): string {
  if (!expr.includes('$')) return expr;
  const values = variablesOf(plan);
  let text = '';
  let end = 0;
  for (const token of tokenize(expr)) {
    if (token.kind !== 'variable') continue;
    text += `${expr.slice(end, token.at)}${values[variableOf(token)]}`;
    end = token.at + token.text.length;
  }
  return text + expr.slice(end);
}
