/** Finds out why nothing matched: a name that never existed, a filter that is too narrow, data that stopped. */
import { z } from 'zod';
import type { EmptyReason } from '../../domain/answer.ts';
import { nearest } from '../../lib/nearest.ts';
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest } from './bind.ts';
import type { Metric } from './block.ts';
import { clausesOf } from './clauses.ts';
import type { FetchContext } from './fetch.ts';
import { type Filter, fieldOf, filterWords } from './filter.ts';
import { search } from './search.ts';
import { allOf, groupsFilter, phraseFilter, rangeFilter } from './search-body.ts';
import { valuesPattern } from './values.ts';

const NEAR_MAX = 3;

const TimedHit = z.object({ sort: z.tuple([z.coerce.number()]) });

/** What the lookups need. */
export interface WhyContext extends FetchContext {
  /** The values of a pattern, remembered. */
  values(pattern: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** The one reason that an answer has room for. @throws BotError */
export async function whyEmpty(
  request: ElasticsearchRequest,
  window: FetchWindow,
  context: WhyContext,
): Promise<EmptyReason> {
  const { fixed, groups, phrase, esql, label } = request;
  // what its FROM reads and its WHERE leaves out is in the text of the query only
  if (esql) return { kind: 'silent', what: label };
  const inWindow = rangeFilter(request.block.timeField, window);
  const ofGroups = groupsFilter(groups);
  const filters = [...fixed, ...ofGroups, ...phraseFilter(request)];
  const blank = await unmeasured(filters, inWindow, request, context);
  if (blank) return blank;
  if (phrase !== undefined) {
    const withoutFilter = await count([inWindow, ...fixed, ...ofGroups], request, context);
    if (withoutFilter > 0) return { kind: 'filter', filter: `"${phrase}"`, withoutFilter };
  }
  const missing = await neverExisted(request, context);
  if (missing) return missing;
  if (fixed.length > 0) {
    const withoutFilter = await count([inWindow, ...ofGroups], request, context);
    if (withoutFilter > 0) return { kind: 'filter', filter: fixed.map(filterWords).join(', '), withoutFilter };
  }
  return silence(filters, request, window, context);
}

/** Documents that match, none of which holds what is measured. */
async function unmeasured(
  filters: readonly Filter[],
  inWindow: Filter,
  request: ElasticsearchRequest,
  context: WhyContext,
): Promise<EmptyReason | undefined> {
  const { metric, index } = request.block;
  const field = measuredField(metric);
  if (field === undefined) return undefined;
  const matching = await count([inWindow, ...filters], request, context);
  if (matching === 0) return undefined;
  const isThere = (await count([{ exists: { field } }], request, context)) > 0;
  const where = isThere ? 'that matches in this window' : `of ${index}`;
  return { kind: 'none', said: `no document ${where} has a value in ${field}` };
}

/** The field without which a document gives no value. */
function measuredField(metric: Metric): string | undefined {
  if (metric === 'count') return undefined;
  if ('percentiles' in metric) return metric.percentiles.field;
  return Object.values(metric).find((value) => typeof value === 'string');
}

/** The first value of the question that no document has ever had. */
async function neverExisted(request: ElasticsearchRequest, context: WhyContext): Promise<EmptyReason | undefined> {
  const { block, groups } = request;
  const [group] = groups;
  if (!group || group.filters.length === 0) return undefined;
  if ((await count(group.filters, request, context)) > 0) return undefined;
  const [[parameter = '', what = ''] = []] = Object.entries(group.labels);
  const field = fieldOf(clausesOf(block), parameter);
  const known = field === undefined ? [] : await context.values(valuesPattern(field, block.index), context.signal);
  return { kind: 'never_existed', what, near: nearest(what, known, NEAR_MAX) };
}

async function count(
  filters: readonly Filter[],
  { block }: ElasticsearchRequest,
  context: WhyContext,
): Promise<number> {
  const timeout = `${Math.round(context.timeoutMs)}ms`;
  const body = { size: 0, track_total_hits: true, timeout, query: allOf(filters), ...runtimeOf(block) };
  return (await search(context.backend, block.index, body, context.signal)).total;
}

function runtimeOf({ runtimeMappings }: ElasticsearchRequest['block']): object {
  return runtimeMappings ? { runtime_mappings: runtimeMappings } : {};
}

async function silence(
  filters: readonly Filter[],
  request: ElasticsearchRequest,
  { fromMs, toMs }: FetchWindow,
  context: WhyContext,
): Promise<EmptyReason> {
  const what = Object.values(request.groups[0]?.labels ?? {}).join(' ') || request.block.index;
  const lastMs = await edgeOf('desc', [...filters, before(request.block.timeField, fromMs)], request, context);
  const firstMs = await edgeOf('asc', [...filters, after(request.block.timeField, toMs)], request, context);
  if (lastMs !== undefined && firstMs === undefined) return { kind: 'stopped', what, lastMs };
  if (lastMs === undefined && firstMs !== undefined) return { kind: 'not_yet', what, firstMs };
  return { kind: 'silent', what };
}

function before(timeField: string, ms: number): Filter {
  return { range: { [timeField]: { lt: Math.ceil(ms), format: 'epoch_millis' } } };
}

function after(timeField: string, ms: number): Filter {
  return { range: { [timeField]: { gte: Math.ceil(ms), format: 'epoch_millis' } } };
}

/** The time of the newest or oldest document of those. */
async function edgeOf(
  order: 'asc' | 'desc',
  filters: readonly Filter[],
  { block }: ElasticsearchRequest,
  { backend, timeoutMs, signal }: WhyContext,
): Promise<number | undefined> {
  const { timeField } = block;
  const sort = [{ [timeField]: { order, unmapped_type: 'date', numeric_type: 'date' } }];
  const timeout = `${Math.round(timeoutMs)}ms`;
  const body = {
    size: 1,
    track_total_hits: false,
    timeout,
    _source: false,
    query: allOf(filters),
    sort,
    ...runtimeOf(block),
  };
  const { hits } = await search(backend, block.index, body, signal);
  const hit = TimedHit.safeParse(hits[0]);
  return hit.success ? hit.data.sort[0] : undefined;
}
