/** Reads series and lines of a request in one search. */
import { BotError } from '../../domain/errors.ts';
import type { Frame } from '../../domain/frame.ts';
import type { FetchWindow } from '../source.ts';
import type { Backend } from './backend.ts';
import type { ElasticsearchRequest } from './bind.ts';
import { fetchEsql } from './esql.ts';
import { makeLogsFrame } from './lines.ts';
import { planBuckets } from './plan-window.ts';
import { otherShape, type SearchAnswer, search } from './search.ts';
import { allOf, type BodyContext, groupKey, rangeFilter, searchBody } from './search-body.ts';
import { type GroupFound, makeSeriesFrame, readGroups } from './series.ts';

/** Lines that are read: enough to tell which messages there are, and to keep the answer near 1 MB. */
const LINES_MAX = 1_000;
/** Where those are too large for one answer: stack traces may have many kilobytes. */
const LARGE_LINES_MAX = 50;
/** In a sentence about what is missing. */
const NAMED_MAX = 5;

/** What reading needs. */
export interface FetchContext extends BodyContext {
  readonly backend: Backend;
  /** ms since the Unix epoch. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** The lines, where the definition has them, then the series. @throws BotError `SOURCE_…` */
export async function fetchFrames(
  request: ElasticsearchRequest,
  window: FetchWindow,
  context: FetchContext,
): Promise<Frame[]> {
  const { backend, nowMs } = context;
  if (request.esql) return fetchEsql(request, window, context);
  const buckets = planBuckets(window, request);
  const ask: AskForLines = (wanted) =>
    search(backend, request.block.index, searchBody(request, window, buckets, context, wanted), context.signal);
  const answer = await askForLines(request, ask);
  const found = readGroups(answer.aggregations, request);
  if (!found) throw otherShape(backend);
  const { present, missing } = await whatIsThere(found, request, window, context);
  const warnings = [...answer.warnings, ...missingWords(present, missing, backend.title())];
  const series = makeSeriesFrame(present, { request, window, buckets, nowMs }, warnings);
  if (!request.block.lines) return [series];
  const logs = makeLogsFrame(answer.hits, answer.total, request, window, warnings);
  if (!logs) throw otherShape(backend);
  return [logs, series];
}

type AskForLines = (wanted: { readonly size: number; readonly isHighlighted: boolean }) => Promise<SearchAnswer>;

async function askForLines({ block }: ElasticsearchRequest, ask: AskForLines): Promise<SearchAnswer> {
  if (!block.lines) return ask({ size: 0, isHighlighted: false });
  try {
    const answer = await ask({ size: LINES_MAX, isHighlighted: true });
    return answer.isHighlightBroken ? await ask({ size: LINES_MAX, isHighlighted: false }) : answer;
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    // a text may be too long to be marked; the lines are there all the same
    if (/highlight/i.test(thrown.message)) return ask({ size: LINES_MAX, isHighlighted: false });
    // the body's bound, not the server's
    if (thrown.details.maxBytes === undefined) throw thrown;
    return ask({ size: LARGE_LINES_MAX, isHighlighted: false });
  }
}

/** A group without documents has a count of 0 when there is something of it, as a service without errors has. */
async function whatIsThere(
  found: readonly GroupFound[],
  request: ElasticsearchRequest,
  window: FetchWindow,
  context: FetchContext,
): Promise<{ readonly present: readonly GroupFound[]; readonly missing: readonly GroupFound[] }> {
  const empty = found.filter(({ answer }) => answer.doc_count === 0);
  const mayBeNone = request.block.metric === 'count' && !request.phrase && request.fixed.length > 0;
  const alive = empty.length > 0 && mayBeNone ? await aliveAmong(empty, request, window, context) : new Set();
  const isPresent = (one: GroupFound) => one.answer.doc_count > 0 || alive.has(one);
  return { present: found.filter(isPresent), missing: found.filter((one) => !isPresent(one)) };
}

/** Those that have any document in the window, whatever the definition's own clauses say. */
async function aliveAmong(
  empty: readonly GroupFound[],
  { block: { index, timeField, runtimeMappings } }: ElasticsearchRequest,
  window: FetchWindow,
  { backend, timeoutMs, signal }: FetchContext,
): Promise<ReadonlySet<GroupFound>> {
  const filters = Object.fromEntries(empty.map(({ group }, at) => [groupKey(at), allOf(group.filters)]));
  const body = {
    size: 0,
    track_total_hits: false,
    timeout: `${Math.round(timeoutMs)}ms`,
    query: allOf([rangeFilter(timeField, window)]),
    ...(runtimeMappings && { runtime_mappings: runtimeMappings }),
    aggs: { groups: { filters: { filters } } },
  };
  const { aggregations } = await search(backend, index, body, signal);
  const { buckets = {} } = (aggregations.groups ?? {}) as { buckets?: Record<string, { doc_count?: number }> };
  return new Set(empty.filter((_, at) => (buckets[groupKey(at)]?.doc_count ?? 0) > 0));
}

function missingWords(present: readonly GroupFound[], missing: readonly GroupFound[], title: string): string[] {
  if (present.length === 0 || missing.length === 0) return [];
  const names = missing.map(({ group }) => Object.values(group.labels).join(' '));
  const more = names.length > NAMED_MAX ? ` and ${names.length - NAMED_MAX} more` : '';
  return [`${title} has nothing for ${names.slice(0, NAMED_MAX).join(', ')}${more}.`];
}
