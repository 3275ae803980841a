/** Finds out why an expression gave nothing: names that never existed, a filter that is too narrow, logs that stopped. */
import type { EmptyReason } from '../../domain/answer.ts';
import { nearest } from '../../lib/nearest.ts';
import { unquote } from '../../lib/quoted-text.ts';
import { applyFilters } from '../../queries/expand.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundQuery, LokiRequest } from './bind.ts';
import type { LokiClient } from './client.ts';
import { decodeStreams } from './decode-streams.ts';
import { countOf, linesForm } from './lines.ts';
import { type Comparison, type Expression, readExpression, type Selector } from './logql.ts';
import { labelValues, matcherText, streamsOf, valueSelector } from './streams.ts';

const DAY_MS = 86_400_000;
/** A server looks at 721 hours at once, unless it is configured otherwise. */
const LOOK_BACK_MS = 30 * DAY_MS;
const NEAR_MAX = 3;

/** What the lookups share. */
interface Context {
  readonly client: LokiClient;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** The reason for the first expression of a request; one reason is all that an answer has room for. @throws BotError */
export async function whyEmpty(request: LokiRequest, window: FetchWindow, context: Context): Promise<EmptyReason> {
  const { client, nowMs, signal } = context;
  const [bound] = request.logql;
  if (!bound) return { kind: 'silent', what: request.label };
  const expression = readExpression(bound.expr);
  const [selector] = expression.selectors;
  if (!selector) return { kind: 'silent', what: request.label };
  const inWindow = await streamsOf(client, selector.text, window, signal);
  if (inWindow.length > 0) {
    const narrow = await filterReason(bound, expression, selector, window, context);
    if (narrow) return narrow;
  } else {
    const other = await otherLines(bound, selector, window, context);
    if (other) return other;
    const lately = { fromMs: nowMs - LOOK_BACK_MS, toMs: nowMs };
    const known = await streamsOf(client, selector.text, lately, signal);
    const missing = known.length === 0 ? await neverExisted(bound, selector, lately, context) : undefined;
    if (missing) return missing;
  }
  return silence(wordsOf(bound) || selector.text, selector.text, window, context);
}

function wordsOf({ labels, joined }: BoundQuery): string {
  return [...Object.values(labels), ...joined.flatMap(({ values }) => values)].slice(0, 5).join(' ');
}

/** There are lines in these streams, and none passes: without the phrase, or without all filters, some do. */
async function filterReason(
  bound: BoundQuery,
  expression: Expression,
  selector: Selector,
  window: FetchWindow,
  { client, signal }: Context,
): Promise<EmptyReason | undefined> {
  const [phrase] = bound.phrases;
  if (phrase !== undefined && expression.isLog) {
    const withoutFilter = await countOf(client, withoutPhrases(bound, expression), window, signal);
    if (withoutFilter > 0) return { kind: 'filter', filter: `"${phrase}"`, withoutFilter };
  }
  const rest = expression.isLog ? bound.expr.slice(bound.expr.indexOf(selector.text) + selector.text.length) : '';
  const filters = expression.comparisons.filter(({ place }) => place !== 'matcher');
  if (rest.trim() === '' && filters.length === 0) return undefined;
  const withoutFilter = await countOf(client, selector.text, window, signal);
  const shown = expression.isLog ? rest.trim() : filters.map((one) => filterText(bound.expr, one)).join(' ');
  return withoutFilter === 0 || shown === ''
    ? undefined
    : { kind: 'filter', filter: shown.slice(0, 200), withoutFilter };
}

function filterText(expr: string, { from, value }: Comparison): string {
  return expr.slice(from, value.at + value.text.length);
}

/** The expression without the filters that hold what the question looks for. */
function withoutPhrases({ expr, asked }: BoundQuery, { comparisons }: Expression): string {
  let result = '';
  let end = 0;
  for (const [at, { place, operator, from, value }] of comparisons.entries()) {
    if (place !== 'line' || !operator.startsWith('|') || !asked.includes(at)) continue;
    result += expr.slice(end, from);
    end = value.at + value.text.length;
  }
  return result + expr.slice(end);
}

type Span = Pick<FetchWindow, 'fromMs' | 'toMs'>;

/** Finds the matcher that no stream fits, and offers values near it. */
async function neverExisted(
  bound: BoundQuery,
  { matchers }: Selector,
  span: Span,
  { client, signal }: Context,
): Promise<EmptyReason | undefined> {
  const asked = wordsOf(bound).split(' ');
  for (const matcher of matchers.filter(({ operator }) => !operator.startsWith('!'))) {
    if ((await streamsOf(client, `{${matcherText(matcher)}}`, span, signal)).length > 0) continue;
    const values = await labelValues(client, matcher.label, undefined, span, signal);
    const plain = unquote(matcher.value.text);
    const word = asked.find((one) => one !== '' && plain.replaceAll('\\', '').includes(one));
    const near = nearest(word ?? plain, [...values, ...values.map((one) => applyFilters(one, ['fqdn']))], NEAR_MAX);
    return { kind: 'never_existed', what: word ?? `{${matcherText(matcher)}}`, near };
  }
  return undefined;
}

/** The definition's own matchers, such as `level="error"`, let nothing through of what the question asks for. */
async function otherLines(
  bound: BoundQuery,
  selector: Selector,
  window: FetchWindow,
  { client, signal }: Context,
): Promise<EmptyReason | undefined> {
  const wide = valueSelector(bound);
  if (wide === undefined) return undefined;
  const dropped = selector.matchers.filter((matcher) => !wide.includes(matcherText(matcher)));
  if (dropped.length === 0 || (await streamsOf(client, wide, window, signal)).length === 0) return undefined;
  const withoutFilter = await countOf(client, wide, window, signal);
  if (withoutFilter === 0) return undefined;
  return { kind: 'filter', filter: dropped.map(matcherText).join(', '), withoutFilter };
}

async function silence(
  what: string,
  selector: string,
  { fromMs, toMs }: FetchWindow,
  context: Context,
): Promise<EmptyReason> {
  const { nowMs } = context;
  const lastMs =
    (await edgeOf(selector, { fromMs: fromMs - DAY_MS, toMs: fromMs }, 'backward', context)) ??
    (await edgeOf(selector, { fromMs: fromMs - LOOK_BACK_MS, toMs: fromMs - DAY_MS }, 'backward', context));
  const firstMs = toMs < nowMs ? await edgeOf(selector, { fromMs: toMs, toMs: nowMs }, 'forward', context) : undefined;
  if (lastMs !== undefined && firstMs === undefined) return { kind: 'stopped', what, lastMs };
  return lastMs === undefined && firstMs !== undefined ? { kind: 'not_yet', what, firstMs } : { kind: 'silent', what };
}

/** When the newest or oldest line of a span was written. */
async function edgeOf(
  selector: string,
  { fromMs, toMs }: Span,
  direction: 'backward' | 'forward',
  { client, signal }: Context,
): Promise<number | undefined> {
  const span = { fromMs: Math.max(fromMs, toMs - LOOK_BACK_MS), toMs };
  const { entries } = decodeStreams(await client.json('query_range', linesForm(selector, span, 1, direction), signal));
  return entries[0]?.timeMs;
}
