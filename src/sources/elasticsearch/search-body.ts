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

/** What stands around a highlighted text: no log has characters of Unicode's private use there. */
export const HIGHLIGHT_MARKS = ['\ue0f1', '\ue0f2'] as const;

/** What all bodies of one source share. */
export interface BodyContext {
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

/** The fields whose text a line shows, the first that there is. */
export function messageFields({ lines }: ElasticsearchRequest['block']): readonly string[] {
  return lines?.message === undefined ? MESSAGE_FIELDS : [lines.message];
}

/** The phrase in any of the fields with text. */
export function phraseFilter({ block, phrase }: ElasticsearchRequest): readonly Filter[] {
  if (phrase === undefined) return [];
  const fields = block.textFields ?? messageFields(block);
  const should = fields.map((field) => ({ match_phrase: { [field]: phrase } }));
  return [{ bool: { should, minimum_should_match: 1 } }];
}

/** Documents of any of the groups. */
export function groupsFilter(groups: readonly Group[]): readonly Filter[] {
  const [first, ...more] = groups;
  if (!first || more.length === 0) return first?.filters ?? [];
  return [{ bool: { should: groups.map(({ filters }) => allOf(filters)), minimum_should_match: 1 } }];
}

/** What of the lines is wanted. */
interface Wanted {
  /** How many. */
  readonly size: number;
  /** Whether the server shall say where in them what was looked for stands. */
  readonly isHighlighted: boolean;
}

/** The body that reads series and, where the definition has lines, the newest `size` of them. */
export function searchBody(
  request: ElasticsearchRequest,
  window: FetchWindow,
  buckets: Buckets,
  { timeoutMs }: BodyContext,
  { size, isHighlighted }: Wanted,
): object {
  const { groups, fixed, block } = request;
  const { timeField, runtimeMappings } = block;
  const query = allOf([rangeFilter(timeField, window), ...fixed, ...phraseFilter(request), ...groupsFilter(groups)]);
  return {
    size,
    track_total_hits: block.lines !== undefined,
    timeout: `${Math.round(timeoutMs)}ms`,
    query,
    ...(runtimeMappings && { runtime_mappings: runtimeMappings }),
    ...(size > 0 && linesOf(request)),
    ...(size > 0 && isHighlighted && highlightOf(request)),
    aggs: {
      groups: {
        filters: { filters: Object.fromEntries(groups.map(({ filters }, index) => [groupKey(index), allOf(filters)])) },
        aggs: aggregations(request, window, buckets),
      },
    },
  };
}

/** Names of buckets are ours: a value from outside stands nowhere but in a query. */
export function groupKey(index: number): string {
  return `g${index}`;
}

function linesOf({ block }: ElasticsearchRequest): object {
  const { columns = [], level } = block.lines ?? {};
  const { timeField, sort = [{ [timeField]: 'desc' }] } = block;
  const levels = level === undefined ? LEVEL_FIELDS : [level];
  const fields = [...new Set([...columns, ...messageFields(block), ...levels])];
  const own = sort.flatMap((one) => Object.entries(one));
  const byTime: [string, 'asc' | 'desc'][] = own.some(([name]) => name === timeField) ? [] : [[timeField, 'desc']];
  return {
    sort: [
      ...[...own, ...byTime].map(([name, order]) => ({ [name]: sortBy(order, name === timeField) })),
      { _doc: 'desc' },
    ],
    // `fields` knows aliases, runtime and constant fields; what has no mapping stands in `_source` only
    fields,
    _source: fields,
  };
}

/** An index of the pattern may lack the field; dates of nanoseconds are asked in ms. */
function sortBy(order: 'asc' | 'desc', isTime: boolean): object {
  return isTime ? { order, unmapped_type: 'date', numeric_type: 'date' } : { order, unmapped_type: 'long' };
}

/** Which of the values that a line was sorted by is its time. */
export function timePosition({ sort = [], timeField }: ElasticsearchRequest['block']): number {
  const names = sort.flatMap((one) => Object.keys(one));
  return names.includes(timeField) ? names.indexOf(timeField) : names.length;
}

/** Marks in the whole message, where something was looked for that may stand in it. */
function highlightOf({ block, phrase }: ElasticsearchRequest): object {
  const isSought = phrase !== undefined || block.kql !== undefined || block.lucene !== undefined || block.query;
  if (!isSought || !block.highlight) return {};
  const fields = Object.fromEntries(messageFields(block).map((name) => [name, {}]));
  const [from, to] = HIGHLIGHT_MARKS;
  return { highlight: { pre_tags: [from], post_tags: [to], number_of_fragments: 0, fields } };
}

function aggregations(
  { block: { metric, split, timeField } }: ElasticsearchRequest,
  { fromMs, toMs }: FetchWindow,
  { interval }: Buckets,
): object {
  const value = metricAggregation(metric);
  const time = {
    date_histogram: {
      field: timeField,
      ...interval,
      min_doc_count: 0,
      extended_bounds: { min: Math.ceil(fromMs), max: Math.ceil(toMs) - 1 },
    },
    ...(value && { aggs: value }),
  };
  if (!split) return { time };
  return { time, split: { terms: { field: split.field, size: split.size }, aggs: { time } } };
}

function metricAggregation(metric: Metric): object | undefined {
  if (metric === 'count') return undefined;
  if ('percentiles' in metric) {
    const { field, percents } = metric.percentiles;
    return { value: { percentiles: { field, percents, keyed: false } } };
  }
  if ('rate' in metric) {
    // the server's own difference of neighbours; the distance of buckets taken into account
    const value = { derivative: { buckets_path: 'counter', unit: '1s', gap_policy: 'skip' } };
    return { counter: { max: { field: metric.rate } }, value };
  }
  const [name, field] = Object.entries(metric)[0] as [string, string];
  return { value: { [name === 'unique' ? 'cardinality' : name]: { field } } };
}
