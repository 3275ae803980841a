/** Reads lines, the newest ones, and counts all of them: in sum, and over time. */
import { queryDuration } from '../../domain/duration.ts';
import { BotError } from '../../domain/errors.ts';
import type { Frame, LogsFrame, SeriesFrame } from '../../domain/frame.ts';
import type { Labels } from '../../domain/labels.ts';
import { makeSortedSeries, type Series } from '../../domain/series.ts';
import { askAll } from '../../lib/ask-all.ts';
import { tellerOf } from '../../queries/bind.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundQuery, LokiRequest } from './bind.ts';
import type { LokiClient } from './client.ts';
import { decodeMatrix } from './decode-matrix.ts';
import { byTime, decodeStreams, type Entry } from './decode-streams.ts';
import { TITLE } from './failures.ts';
import { logLines } from './log-line.ts';
import { readExpression, withoutTail } from './logql.ts';
import { silentWords } from './numbers.ts';
import { type Buckets, nanoseconds, planBuckets } from './plan-window.ts';
import { streamsOf, valueSelector } from './streams.ts';
import { groupsOf, keyOf } from './tell.ts';

/** Where lines are too large for one answer: stack traces may have many kilobytes. */
const LARGE_LINES_MAX = 50;

/** What reading needs. */
export interface LinesContext {
  readonly client: LokiClient;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

interface Read {
  readonly bound: BoundQuery;
  readonly entries: readonly Entry[];
  readonly warnings: readonly string[];
  /** Whether there may be more lines than these. */
  readonly isCut: boolean;
}

/** How many lines there are, of one query. */
interface Counted {
  readonly total: number;
  /** By {@link keyOf} of the values of the question, one count for each bucket; NaN where it was not asked. */
  readonly byGroup: ReadonlyMap<string, readonly number[]>;
  readonly warnings: readonly string[];
}

/** The lines, then how many there are over time. @throws BotError */
export async function fetchLines(request: LokiRequest, window: FetchWindow, context: LinesContext): Promise<Frame[]> {
  const buckets = planBuckets(window, request.minStepMs);
  const read = await askAll(
    request.logql,
    (bound, signal) => readLines(bound, request, window, { ...context, signal }),
    context.signal,
  );
  const counted = await askAll(
    read,
    (one, signal) => countLines(one, window, buckets, { ...context, signal }),
    context.signal,
  );
  const entries = read
    .flatMap((one) => one.entries)
    .sort(byTime)
    .slice(-request.block.limit);
  const groups = groupsOf(request.logql, request.arguments);
  const present = await presentGroups(groups, counted, request, window, context);
  const missing = groups.filter((group) => !present.includes(group));
  const warnings = [
    ...(present.length > 0 ? silentWords(missing) : []),
    ...new Set([...read, ...counted].flatMap((one) => one.warnings)),
  ];
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' };
  const logs: LogsFrame = {
    kind: 'logs',
    lines: logLines(
      entries,
      request.block,
      request.logql.map(({ expr }) => expr),
    ),
    total: counted.reduce((sum, { total }) => sum + total, 0),
    range,
    warnings,
  };
  const series: SeriesFrame = {
    kind: 'series',
    series: present.map((group) => seriesOf(group, counted, { request, window, buckets, nowMs: context.nowMs })),
    range,
    stepMs: buckets.stepMs,
    warnings,
  };
  return [logs, series];
}

async function readLines(
  bound: BoundQuery,
  { block: { limit } }: LokiRequest,
  window: FetchWindow,
  { client, signal }: LinesContext,
): Promise<Read> {
  const ask = async (most: number): Promise<Read> => {
    const { entries, warnings } = decodeStreams(
      await client.json('query_range', linesForm(bound.expr, window, most), signal),
    );
    return { bound, entries, warnings, isCut: entries.length >= most };
  };
  try {
    return await ask(limit);
  } catch (thrown) {
    // the body's bound, not the server's
    if (!(thrown instanceof BotError) || thrown.details.maxBytes === undefined || limit <= LARGE_LINES_MAX)
      throw thrown;
    return ask(LARGE_LINES_MAX);
  }
}

/** The parameters of `query_range` for lines: from the newest back, the end of the window not in it. */
export function linesForm(
  expr: string,
  { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>,
  limit: number,
  direction: 'backward' | 'forward' = 'backward',
): URLSearchParams {
  return new URLSearchParams({
    query: expr,
    start: nanoseconds(fromMs),
    end: nanoseconds(toMs),
    limit: String(limit),
    direction,
  });
}

/** Lines that are all in hand are counted here; else the server counts, and if it will not, what is known is said. */
async function countLines(read: Read, window: FetchWindow, buckets: Buckets, context: LinesContext): Promise<Counted> {
  if (!read.isCut) return countHere(read, buckets);
  try {
    return await countThere(read, window, buckets, context);
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    const known = countHere(read, buckets);
    const count = new Intl.NumberFormat('en').format(read.entries.length);
    return {
      ...known,
      warnings: [`There are more lines than these ${count}, which ${TITLE} could not count: ${thrown.message}`],
    };
  }
}

function countHere({ bound, entries }: Read, { starts, stepMs }: Buckets): Counted {
  const tell = tellerOf(bound);
  const byGroup = new Map<string, number[]>();
  for (const { timeMs, labels } of entries) {
    const key = keyOf(tell(labels) ?? bound.labels);
    const counts = byGroup.get(key) ?? new Array<number>(starts.length).fill(0);
    const at = Math.min(starts.length - 1, Math.max(0, Math.floor((timeMs - (starts[0] ?? 0)) / stepMs)));
    counts[at] = (counts[at] ?? 0) + 1;
    byGroup.set(key, counts);
  }
  return { total: entries.length, byGroup, warnings: [] };
}

async function countThere(
  { bound }: Read,
  window: FetchWindow,
  { starts, stepMs }: Buckets,
  { client, signal }: LinesContext,
): Promise<Counted> {
  const whole = starts.filter((startMs) => startMs >= window.fromMs && startMs + stepMs <= window.toMs);
  const [first, last] = [whole[0], whole.at(-1)];
  const byGroup = new Map<string, number[]>();
  if (first === undefined || last === undefined) {
    return { total: await countOf(client, bound.expr, window, signal), byGroup, warnings: [] };
  }
  // a bucket is asked for at its end: what a window holds lies behind the moment
  const form = new URLSearchParams({
    query: countExpr(bound, stepMs),
    start: nanoseconds(first + stepMs),
    end: nanoseconds(last + stepMs),
    step: String(stepMs / 1000),
  });
  const [total, body] = await Promise.all([
    countOf(client, bound.expr, window, signal),
    client.text('query_range', form, signal),
  ]);
  const { rows } = decodeMatrix(body);
  const tell = tellerOf(bound);
  for (const { labels, seconds, values } of rows) {
    const key = keyOf(tell(labels) ?? bound.labels);
    const counts = byGroup.get(key) ?? starts.map((startMs) => (whole.includes(startMs) ? 0 : Number.NaN));
    for (const [index, second] of seconds.entries()) {
      const at = Math.round((second * 1000 - (starts[0] ?? 0)) / stepMs) - 1;
      if (at >= 0 && at < counts.length) counts[at] = (counts[at] || 0) + (values[index] ?? 0);
    }
    byGroup.set(key, counts);
  }
  return { total, byGroup, warnings: [] };
}

/** How many lines an expression has in a window. @throws BotError */
export async function countOf(
  client: LokiClient,
  expr: string,
  { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>,
  signal: AbortSignal,
): Promise<number> {
  const range = `${Math.max(1, Math.round(toMs - fromMs))}ms`;
  const form = new URLSearchParams({
    query: `sum(count_over_time(${countable(expr)} [${range}] offset 1ns))`,
    time: nanoseconds(toMs),
  });
  const { rows } = decodeMatrix(await client.text('query', form, signal));
  return rows.reduce((sum, { values }) => sum + (values[0] ?? 0), 0);
}

/** A moment's window ends with it, a bucket before it: the last nanosecond makes the difference. */
function countExpr({ expr, joined }: BoundQuery, stepMs: number): string {
  const labels = [...new Set(joined.map(({ label }) => label))];
  const by = labels.length > 0 ? ` by (${labels.join(', ')})` : '';
  return `sum${by}(count_over_time(${countable(expr)} [${queryDuration(stepMs)}] offset 1ns))`;
}

/** Lines that a parser cannot read are lines too, but numbers made of them would be refused. */
function countable(expr: string): string {
  const text = withoutTail(expr);
  return readExpression(text).hasParser ? `${text} | drop __error__, __error_details__` : text;
}

/** Groups with lines, and those that log other lines: a service without errors has 0 of them. */
async function presentGroups(
  groups: readonly Labels[],
  counted: readonly Counted[],
  request: LokiRequest,
  window: FetchWindow,
  context: LinesContext,
): Promise<Labels[]> {
  const hasLines = (group: Labels) => {
    const key = keyOf(group);
    return counted.some(({ byGroup }) => byGroup.get(key)?.some((count) => count > 0));
  };
  const found = groups.filter(hasLines);
  const isNarrowed = request.logql.every((bound) => bound.phrases.length === 0 && valueSelector(bound) !== undefined);
  if (found.length === groups.length || !isNarrowed) return found;
  const alive = new Set<string>();
  for (const bound of request.logql) {
    const selector = valueSelector(bound);
    if (selector === undefined) continue;
    const tell = tellerOf(bound);
    for (const labels of await streamsIn(selector, window, context)) {
      alive.add(keyOf(tell(labels) ?? bound.labels));
    }
  }
  return groups.filter((group) => hasLines(group) || alive.has(keyOf(group)));
}

/** A courtesy: where streams cannot be listed, nothing is claimed of those that are silent. */
async function streamsIn(selector: string, window: FetchWindow, { client, signal }: LinesContext) {
  try {
    return await streamsOf(client, selector, window, signal);
  } catch (thrown) {
    if (thrown instanceof BotError) return [];
    throw thrown;
  }
}

interface Shaping {
  readonly request: LokiRequest;
  readonly window: FetchWindow;
  readonly buckets: Buckets;
  readonly nowMs: number;
}

/** One group's counts; the bucket that is still filling is left out, as it would be drawn as a fall. */
function seriesOf(group: Labels, counted: readonly Counted[], shaping: Shaping): Series {
  const { request, window, buckets, nowMs } = shaping;
  const key = keyOf(group);
  const all = counted.flatMap(({ byGroup }) => byGroup.get(key) ?? []);
  const own = counted.flatMap(({ byGroup }) => [byGroup.get(key)].filter((counts) => counts !== undefined));
  const sums = buckets.starts.map((_, at) =>
    all.length === 0 ? 0 : own.reduce((sum, counts) => sum + (counts[at] ?? 0), 0),
  );
  const kept = buckets.starts
    .map((startMs, at) => ({ startMs, value: sums[at] ?? 0 }))
    .filter(({ startMs, value }, at) => {
      const isFilling = startMs + buckets.stepMs > nowMs && at > 0;
      return !isFilling && !Number.isNaN(value);
    });
  const meta = {
    name: Object.values(group).join(' ') || 'lines',
    labels: group,
    unit: request.unit,
    stepMs: buckets.stepMs,
  };
  const times = Float64Array.from(kept, ({ startMs }) => Math.max(startMs, window.fromMs));
  return makeSortedSeries(
    meta,
    times,
    Float64Array.from(kept, ({ value }) => value),
  );
}
