/** From a window to what a statement is asked for: whole buckets, and the time as InfluxQL writes it. Pure. */

import { DateTime } from 'luxon';
import { queryDuration } from '../../domain/duration.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundQuery } from './bind.ts';
import { quoteString, tokenize, variableOf } from './influxql.ts';
import type { Select } from './read-select.ts';

/** What is asked, and what of the answer is shown. */
export interface WindowPlan {
  /** Half-open, ms: what is read. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Buckets that begin before this are not shown: they hold only a part, or what stands before a difference. */
  readonly firstMs: number;
  /** Length of a bucket, ms; absent where values come as they are. */
  readonly stepMs?: number;
  /** Zone that days begin in, where buckets are days. */
  readonly zone?: string;
  /** How often values come, ms. */
  readonly intervalMs: number;
}

const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];
/** Steps that people know; beyond them whole days. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 20, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];
/** More buckets no picture shows. */
const POINTS_MAX = 11_000;
/** A part of a bucket has less of these than the whole. */
const GROWING = /^(?:count|sum|integral|cumulative_sum)$/;
/** These tell a bucket from the one before it, of which a part would be wrong too. */
const DIFFERENCES = /^(?:non_negative_)?(?:derivative|difference)$|^elapsed$/;

/**
 * Plans what is read for `[window.fromMs, window.toMs)`. Buckets begin at multiples of their length, so the first one of
 * the window is the first that lies in it whole; of what grows while a bucket fills, the last one is left out unless whole.
 */
export function planWindow(window: FetchWindow, select: Select, intervalMs: number, minStepMs = 0): WindowPlan {
  const { fromMs, toMs, zone, maxPoints } = window;
  if (select.bucket === undefined) return { fromMs, toMs, firstMs: fromMs, intervalMs };
  const points = Math.min(POINTS_MAX, Math.max(2, Math.floor(maxPoints)));
  const leastMs = Math.max(intervalMs, minStepMs);
  const stepMs = select.bucket === 'auto' ? stepOf((toMs - fromMs) / points, leastMs) : select.bucket;
  const isDays = stepMs % DAY === 0;
  const offsetMs = isDays ? DateTime.fromMillis(fromMs, { zone }).offset * MINUTE : 0;
  const down = (ms: number) => Math.floor((ms + offsetMs) / stepMs) * stepMs - offsetMs;
  const first = down(fromMs) === fromMs ? fromMs : down(fromMs) + stepMs;
  // a window shorter than a bucket lies in one, of which it has to do with a part
  const firstMs = first < toMs ? first : down(fromMs);
  const isDifference = select.functions.some((name) => DIFFERENCES.test(name));
  const wantsWhole = isDifference || select.functions.some((name) => GROWING.test(name));
  const endMs = wantsWhole && down(toMs) > firstMs ? down(toMs) : toMs;
  return {
    fromMs: isDifference ? firstMs - stepMs : Math.max(firstMs, Math.min(fromMs, firstMs)),
    toMs: endMs,
    firstMs,
    stepMs,
    intervalMs,
    ...(isDays && zone !== 'UTC' && !select.hasZone && { zone }),
  };
}

function stepOf(wantedMs: number, leastMs: number): number {
  if (wantedMs <= leastMs) return leastMs;
  return STEPS.find((step) => step >= wantedMs && step % leastMs === 0) ?? Math.ceil(wantedMs / DAY) * DAY;
}

/** The statement as it is sent, without variables of ours; its parameters stay names unless they are to be `inline`. */
export function resolveStatement({ text, parameters }: BoundQuery, plan: WindowPlan, isInline: boolean): string {
  let resolved = '';
  let end = 0;
  for (const token of tokenize(text)) {
    if (token.kind !== 'variable') continue;
    const own = token.text.slice(1);
    const value = Object.hasOwn(parameters, own) ? parameters[own] : undefined;
    const written = value === undefined ? variableText(token, plan) : isInline ? quoteString(value) : token.text;
    resolved += `${text.slice(end, token.at)}${written}`;
    end = token.at + token.text.length;
  }
  const zone = plan.zone === undefined ? '' : ` tz(${quoteString(plan.zone)})`;
  return `${resolved}${text.slice(end)}${zone}`;
}

function variableText(token: Parameters<typeof variableOf>[0], { fromMs, toMs, stepMs = MINUTE }: WindowPlan): string {
  return variableOf(token) === 'timeFilter' ? timeFilter(fromMs, toMs) : queryDuration(stepMs);
}

/** A half-open window as a condition, the same in every version. */
export function timeFilter(fromMs: number, toMs: number): string {
  return `time >= ${instant(fromMs)} AND time < ${instant(toMs)}`;
}

/** A moment in a statement. */
export function instant(ms: number): string {
  return `'${new Date(Math.ceil(ms)).toISOString()}'`;
}

const MEANINGS: Readonly<Record<string, Consolidation>> = {
  mean: 'average',
  max: 'max',
  min: 'min',
  sum: 'sum',
  count: 'sum',
  last: 'last',
  first: 'last',
};
/** These do not change what a value stands for. */
const PLAIN = /^(?:abs|ceil|floor|round|time|fill|moving_average)$/;

/** How several values became one over a step; absent where a step holds one, or the statement says it in no such word. */
export function meaningOf({ functions }: Select, { stepMs, intervalMs }: WindowPlan): Consolidation | undefined {
  if (stepMs === undefined || stepMs <= intervalMs) return undefined;
  if (functions.some((name) => /derivative$/.test(name))) return 'average';
  const kinds = new Set(functions.filter((name) => !PLAIN.test(name)).map((name) => MEANINGS[name]));
  return kinds.size === 1 ? [...kinds][0] : undefined;
}
