/** Finds out why an expression gave no value: its series never existed, stopped, are too old or new, or are just silent; or it can give none. */

import type { EmptyReason } from '../../domain/answer.ts';
import { parseQueryDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { unquote } from '../../lib/quoted-text.ts';
import { applyFilters } from '../../queries/expand.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundQuery, PrometheusRequest } from './bind.ts';
import type { PrometheusClient } from './client.ts';
import { decodeRange } from './decode-range.ts';
import { labelValues } from './discover.ts';
import { lostBuckets } from './lost-buckets.ts';
import { planWindow, type WindowPlan } from './plan-window.ts';
import { type Matcher, readExpression, type Selector } from './promql.ts';
import { rangeForm } from './read-range.ts';

const DAY_MS = 86_400_000;
/** How far back a last value is looked for, step by step: most series that stop did so today. */
const LOOK_BACK_MS = [DAY_MS, 35 * DAY_MS, 800 * DAY_MS];
const LOOK_POINTS = 1_500;
/** How far back a series counts as having existed. */
const EXISTED_MS = 800 * DAY_MS;
/** An expression is a few selectors; more are not looked up. */
const SELECTORS_MAX = 4;
const NEAR_MAX = 3;

/** What the lookups share. */
interface Context {
  readonly client: PrometheusClient;
  readonly scrapeMs: number;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

interface Sample {
  readonly timeMs: number;
  readonly value: number;
}

/** The reason for the first expression of a request; one reason is all that an answer has room for. @throws BotError */
export async function whyEmpty(
  request: PrometheusRequest,
  window: FetchWindow,
  context: Context,
): Promise<EmptyReason> {
  const [bound] = request.queries;
  const { selectors } = readExpression(bound?.expr ?? request.label);
  const [first] = selectors;
  if (!bound || !first) return { kind: 'silent', what: request.label };
  for (const selector of selectors.slice(0, SELECTORS_MAX)) {
    if (!(await exists(selector.text, context))) return neverExisted(selector, bound, context);
  }
  const lost = lostBuckets(bound.expr);
  if (lost) {
    const why = `the expression can give nothing: ${lost.aggregation} takes away the label le, by which histogram_quantile tells the buckets apart`;
    return { kind: 'mistaken', why, write: lost.kept };
  }
  const what = wordsOf(bound) || first.text;
  const kept = await keptMs(context);
  if (kept !== undefined && window.toMs <= context.nowMs - kept) return { kind: 'too_old', keptMs: kept };
  return silence(bound, what, request.unit.factor, window, context);
}

function wordsOf({ labels, joined }: BoundQuery): string {
  return [...Object.values(labels), ...joined.flatMap(({ values }) => values)].slice(0, 5).join(' ');
}

async function exists(match: string, { client, nowMs, signal }: Context): Promise<boolean> {
  const parameters = new URLSearchParams({
    'match[]': match,
    start: String(Math.floor((nowMs - EXISTED_MS) / 1000)),
    end: String(Math.ceil(nowMs / 1000)),
    limit: '1',
  });
  const found = await client.data('series', parameters, signal);
  return !Array.isArray(found) || found.length > 0;
}

/** Finds what it is that does not exist: the metric, or the value of a label, and offers its neighbours. */
async function neverExisted(selector: Selector, bound: BoundQuery, context: Context): Promise<EmptyReason> {
  const { client, nowMs, signal } = context;
  const { metric, matchers, text } = selector;
  if (metric === '') return { kind: 'never_existed', what: text, near: [] };
  if (!(await exists(metric, context))) {
    const metrics = await labelValues(client, '__name__', undefined, nowMs, signal);
    return { kind: 'never_existed', what: metric, near: nearest(metric, metrics, NEAR_MAX) };
  }
  for (const matcher of matchers) {
    if (await exists(`${metric}{${matcher.label}${matcher.operator}${matcher.value.text}}`, context)) continue;
    const values = await labelValues(client, matcher.label, metric, nowMs, signal);
    return {
      kind: 'never_existed',
      what: `${metric}{${matcher.label}${matcher.operator}${matcher.value.text}}`,
      near: near(matcher, values, bound),
    };
  }
  return { kind: 'never_existed', what: text, near: [] };
}

/** Near what was asked; of `web01:9100` a pattern is asked without its port. */
function near(
  { operator, value }: Matcher,
  values: readonly string[],
  { labels, joined }: BoundQuery,
): readonly string[] {
  const isRegex = operator.endsWith('~');
  const plain = unquote(value.text);
  const asked = [...Object.values(labels), ...joined.flatMap((one) => one.values)];
  const word = asked.find((one) => plain.includes(isRegex ? one.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&') : one)) ?? plain;
  return nearest(word, isRegex ? values.map((one) => applyFilters(one, ['fqdn'])) : values, NEAR_MAX);
}

/** How long samples are kept, where the server says it: `15d`, `15d or 5GiB`. */
async function keptMs({ client, signal }: Context): Promise<number | undefined> {
  const reply = await client.send('status/runtimeinfo', new URLSearchParams(), signal);
  const kept = /"storageRetention"\s*:\s*"(\w+)/.exec(reply.status === 200 ? reply.text : '')?.[1];
  return kept === undefined ? undefined : parseQueryDuration(kept);
}

async function silence(
  bound: BoundQuery,
  what: string,
  factor: number,
  { fromMs, toMs }: FetchWindow,
  context: Context,
): Promise<EmptyReason> {
  const { nowMs, scrapeMs } = context;
  let before: Sample | undefined;
  let stepMs = scrapeMs;
  for (const backMs of LOOK_BACK_MS) {
    const plan = planOf(fromMs - backMs, fromMs, context);
    before = (await look(bound, plan, context)).at(-1);
    stepMs = plan.stepMs;
    if (before) break;
  }
  if (before && stepMs > scrapeMs) {
    const finer = planOf(before.timeMs, Math.min(fromMs, before.timeMs + stepMs), context);
    before = (await look(bound, finer, context)).at(-1) ?? before;
  }
  const after = toMs < nowMs - 1000 ? await look(bound, planOf(toMs, nowMs, context), context) : [];
  const [first] = after;
  if (before && !first) {
    const lastMs = (await sampleTime(bound, before.timeMs, context)) ?? before.timeMs;
    return { kind: 'stopped', what, lastMs, lastValue: before.value * factor };
  }
  return !before && first ? { kind: 'not_yet', what, firstMs: first.timeMs } : { kind: 'silent', what };
}

function planOf(fromMs: number, toMs: number, { scrapeMs }: Context): WindowPlan {
  return planWindow({ fromMs, toMs, zone: 'UTC', maxPoints: LOOK_POINTS }, scrapeMs);
}

/** The values of an expression in a window, in order; of several series together. */
async function look({ expr }: BoundQuery, plan: WindowPlan, { client, signal }: Context): Promise<Sample[]> {
  const { rows } = decodeRange(await client.text('query_range', rangeForm(expr, plan), signal, 'POST'));
  return rows
    .flatMap(({ seconds, values }) =>
      [...values].flatMap((value, index) =>
        Number.isFinite(value) ? [{ timeMs: (seconds[index] as number) * 1000, value }] : [],
      ),
    )
    .sort((a, b) => a.timeMs - b.timeMs);
}

/** When the sample was taken that a moment shows: a value is shown for up to five minutes after its own time. */
async function sampleTime(
  { expr }: BoundQuery,
  timeMs: number,
  { client, signal }: Context,
): Promise<number | undefined> {
  const [selector] = readExpression(expr).selectors;
  if (!selector) return undefined;
  const query = `max(timestamp(${selector.text}))`;
  try {
    const data = await client.data(
      'query',
      new URLSearchParams({ query, time: String(timeMs / 1000) }),
      signal,
      'POST',
    );
    const seconds = Number((data as { result?: { value?: unknown[] }[] }).result?.[0]?.value?.[1]);
    return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1000) : undefined;
  } catch (thrown) {
    if (thrown instanceof BotError) return undefined; // a courtesy: the moment that was seen is near enough
    throw thrown;
  }
}
