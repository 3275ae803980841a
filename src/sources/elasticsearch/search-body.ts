/** Bodies of `_search`. Pure. */
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest, Group } from './bind.ts';
import type { Metric } from './block.ts';
import type { Filter } from './filter.ts';
import type { Buckets } from './plan-window.ts';

/** Where log text stands by the names of ECS, OpenTelemetry and Docker, in this order. */
export const MESSAGE_FIELDS = ['message', 'body.text', 'event.original', 'log'] as const;
/** Where the severity stands. */
export const LEVEL_FIELDS = ['log.level', 'severity_text', 'level'] as const;

/** What all bodies of one source share. */
export interface BodyContext {
  /** The field with the time. */
  readonly timeField: string;
  /** After so long the server answers with what it has, ms. */
  readonly timeoutMs: number;
}

/** The time as a query, both ends in ms, half-open. */
export function rangeFilter(timeField: string, { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>): Filter {
  return { range: { [timeField]: { gte: Math.ceil(fromMs), lt: Math.ceil(toMs), format: 'epoch_millis' } } };
}

/** All of these must match; scores are not wanted. */
export function allOf(filters: readonly Filter[]): Filter {
  return { bool: { filter: filters } };
}

/** The phrase in any of the fields with text. */
export function phraseFilter({ block, phrase }: ElasticsearchRequest): readonly Filter[] {
  if (phrase === undefined) return [];
  const own = block.lines?.message;
  const fields = block.textFields ?? (own === undefined ? MESSAGE_FIELDS : [own]);
  const should = fields.map((field) => ({ match_phrase: { [field]: phrase } }));
  return [{ bool: { should, minimum_should_match: 1 } }];
}

/** Documents of any of the groups. */
export function groupsFilter(groups: readonly Group[]): readonly Filter[] {
  const [first, ...more] = groups;
  if (!first || more.length === 0) return first?.filters ?? [];
  return [{ bool: { should: groups.map(({ filters }) => allOf(filters)), minimum_should_match: 1 } }];
}

/** The body that reads series and, where the definition has lines, the newest `size` of them. */
export function searchBody(
  request: ElasticsearchRequest,
  window: FetchWindow,
  buckets: Buckets,
  { timeField, timeoutMs }: BodyContext,
  size: number,
): object {
  const { groups, fixed } = request;
  const query = allOf([rangeFilter(timeField, window), ...fixed, ...phraseFilter(request), ...groupsFilter(groups)]);
  return {
    size,
    track_total_hits: request.block.lines !== undefined,
    timeout: `${Math.round(timeoutMs)}ms`,
    query,
    ...(size > 0 && linesOf(request, timeField)),
    aggs: {
      groups: {
        filters: { filters: Object.fromEntries(groups.map(({ filters }, index) => [groupKey(index), allOf(filters)])) },
        aggs: aggregations(request, window, buckets, timeField),
      },
    },
  };
}

/** Names of buckets are ours: a value from outside stands nowhere but in a query. */
export function groupKey(index: number): string {
  return `g${index}`;
}

function linesOf({ block }: ElasticsearchRequest, timeField: string): object {
  const { columns = [], message, level } = block.lines ?? {};
  const fields = [
    ...new Set([
      ...columns,
      ...(message === undefined ? MESSAGE_FIELDS : [message]),
      ...(level === undefined ? LEVEL_FIELDS : [level]),
    ]),
  ];
  return {
    // an index of the pattern may lack the field; dates of nanoseconds are asked in ms
    sort: [{ [timeField]: { order: 'desc', unmapped_type: 'date', numeric_type: 'date' } }, { _doc: 'desc' }],
    // `fields` knows aliases, runtime and constant fields; what has no mapping stands in `_source` only
    fields,
    _source: fields,
  };
}

function aggregations(
  { block: { metric, split } }: ElasticsearchRequest,
  { fromMs, toMs }: FetchWindow,
  { interval }: Buckets,
  timeField: string,
): object {
  const value = metricAggregation(metric);
  const time = {
    date_histogram: {
      field: timeField,
      ...interval,
      min_doc_count: 0,
      extended_bounds: { min: Math.ceil(fromMs), max: Math.ceil(toMs) - 1 },
    },
    ...(value && { aggs: { value } }),
  };
  if (!split) return { time };
  return { time, split: { terms: { field: split.field, size: split.size }, aggs: { time } } };
}

function metricAggregation(metric: Metric): object | undefined {
  if (metric === 'count') return undefined;
  if ('percentiles' in metric) {
    const { field, percents } = metric.percentiles;
    return { percentiles: { field, percents, keyed: false } };
  }
  const [name, field] = Object.entries(metric)[0] as [string, string];
  return { [name === 'unique' ? 'cardinality' : name]: { field } };
}
