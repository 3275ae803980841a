/** Aggregations over a set of the demo fleet's lines, each with others inside it. */
import { asObject, illegal, type Json, parsing } from './elastic-error.ts';
import { bucketEdges } from './log-buckets.ts';
import { cellFields, durationNs, FIELD_TYPES, type FieldValue, traceId } from './log-document.ts';
import type { LogLineRef } from './log-lines.ts';
import { readQuery } from './log-query.ts';
import { countOf, type LineSet, narrowed, ofCells, sampleOf, within } from './log-set.ts';

/** Aggregations within aggregations. */
const DEPTH_MAX = 8;
/** Lines that the measures of one request may be taken from: each bucket has its share. */
const SAMPLED_MAX = 20_000;
/** In one bucket. */
const SAMPLED_IN_BUCKET_MAX = 4_000;

/** What running needs. */
interface Run {
  readonly nowMs: number;
  /** Lines that one measure is taken from; fewer where there are many buckets. */
  readonly sampleMax: number;
  readonly depth: number;
}

/** Runs the aggregations of a body. @throws ElasticError */
export function runAggregations(aggs: unknown, set: LineSet, nowMs: number): Json {
  return runAll(aggs, set, { nowMs, sampleMax: SAMPLED_IN_BUCKET_MAX, depth: 0 });
}

function runAll(aggs: unknown, set: LineSet, run: Run): Json {
  if (aggs === undefined) return {};
  if (run.depth > DEPTH_MAX) throw illegal(`aggregations are nested deeper than ${DEPTH_MAX}`);
  return Object.fromEntries(
    Object.entries(asObject(aggs, 'aggs')).map(([name, agg]) => [name, runOne(name, agg, set, run)]),
  );
}

type Runner = (content: Json, inner: unknown, set: LineSet, run: Run) => object;

const RUNNERS: Readonly<Record<string, Runner>> = {
  filters: runFilters,
  filter: (content, inner, set, run) => bucketOf(inner, filtered(set, content, run), run),
  global: (_, inner, set, run) => bucketOf(inner, set, run),
  date_histogram: runHistogram,
  terms: runTerms,
  percentiles: runPercentiles,
  avg: measure((values) => values.sum / values.count),
  sum: measure((values) => values.sum),
  min: measure((values) => values.min),
  max: measure((values) => values.max),
  value_count: measure((values) => values.count),
  stats: (content, _, set, run) => {
    const { count, sum, min, max } = valuesOf(content, set, run);
    return { count, min: orNull(min), max: orNull(max), avg: orNull(sum / count), sum };
  },
  cardinality: runCardinality,
};

function runOne(name: string, agg: unknown, set: LineSet, run: Run): object {
  const { aggs, aggregations, meta: _, ...rest } = asObject(agg, name);
  const [type = '', ...more] = Object.keys(rest);
  if (more.length > 0) throw parsing(`Found two aggregation type definitions in [${name}]: [${type}] and [${more[0]}]`);
  const runner = Object.hasOwn(RUNNERS, type) ? RUNNERS[type] : undefined;
  if (!runner) {
    throw parsing(`unknown aggregation [${type}]: the demo's small server knows ${Object.keys(RUNNERS).join(', ')}`);
  }
  return runner(asObject(rest[type], type), aggs ?? aggregations, set, { ...run, depth: run.depth + 1 });
}

function bucketOf(inner: unknown, set: LineSet, run: Run): Json {
  return { doc_count: countOf(set), ...runAll(inner, set, run) };
}

function filtered(set: LineSet, query: unknown, { nowMs }: Run): LineSet {
  const { fromMs, toMs, predicate } = readQuery(query, nowMs);
  return within(narrowed(set, predicate), fromMs, toMs);
}

function runFilters({ filters }: Json, inner: unknown, set: LineSet, run: Run): object {
  const one = (query: unknown) => bucketOf(inner, filtered(set, query, run), run);
  if (Array.isArray(filters)) return { buckets: filters.map(one) };
  const named = Object.entries(asObject(filters, 'filters'));
  return { buckets: Object.fromEntries(named.map(([key, query]) => [key, one(query)])) };
}

function runHistogram(content: Json, inner: unknown, set: LineSet, run: Run): object {
  if (content.field !== '@timestamp')
    throw illegal(`[date_histogram] needs [@timestamp], not [${String(content.field)}]`);
  const { min_doc_count: least = 0, extended_bounds: bounds } = content;
  const { min, max } = bounds === undefined ? {} : asObject(bounds, 'extended_bounds');
  // a window of which nothing is kept has its own bounds alone
  const kept = set.fromMs < set.toMs ? [set.fromMs, set.toMs] : [Number.POSITIVE_INFINITY, 0];
  const ends = {
    fromMs: Math.min(kept[0] as number, Number(min ?? set.fromMs)),
    toMs: Math.max(kept[1] as number, Number(max ?? 0) + 1),
  };
  const edges = bucketEdges(content, ends.fromMs, ends.toMs);
  const count = Math.max(1, edges.length - 1);
  const own = { ...run, sampleMax: Math.max(50, Math.min(run.sampleMax, Math.floor(SAMPLED_MAX / count))) };
  const buckets = edges.slice(0, -1).map((key, index) => ({
    key_as_string: new Date(key).toISOString(),
    key,
    ...bucketOf(inner, within(set, key, edges[index + 1] as number), own),
  }));
  return { buckets: buckets.filter((bucket) => Number((bucket as Json).doc_count) >= Number(least)) };
}

/** Fields whose value is the same for all lines of a cell; of others nobody lists the values. */
function runTerms({ field, size = 10, order }: Json, inner: unknown, set: LineSet, run: Run): object {
  const name = String(field);
  const none = { doc_count_error_upper_bound: 0, sum_other_doc_count: 0, buckets: [] };
  if (FIELD_TYPES[name] === undefined) return none;
  const byValue = new Set(set.cells.flatMap(([cell]) => valuesIn(cellFields(cell)[name])));
  const isOfCells = set.cells.some(([cell]) => cellFields(cell)[name] !== undefined);
  if (set.cells.length > 0 && !isOfCells) {
    if (name.startsWith('error.')) return none;
    throw illegal(`[terms] of [${name}] is more than the demo's small server knows: each line has its own`);
  }
  const counted = [...byValue]
    .map((value) => ({ value, set: ofCells(set, (cell) => cellFields(cell)[name] === value) }))
    .map((one) => ({ ...one, count: countOf(one.set) }))
    .filter(({ count }) => count > 0);
  const isByKey = typeof order === 'object' && order !== null && '_key' in order;
  counted.sort((a, b) => (isByKey ? 0 : b.count - a.count) || (String(a.value) < String(b.value) ? -1 : 1));
  const shown = counted.slice(0, Number(size));
  return {
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: counted.slice(shown.length).reduce((sum, { count }) => sum + count, 0),
    buckets: shown.map(({ value, count, set: own }) => ({ key: value, doc_count: count, ...runAll(inner, own, run) })),
  };
}

function valuesIn(value: FieldValue | undefined): FieldValue[] {
  return value === undefined ? [] : [value];
}

/** Numbers of a field, of all lines of a set: measured on a sample where they are many, the count and sum scaled up. */
interface Values {
  readonly sorted: Float64Array;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

const NUMBERS: Readonly<Record<string, (line: LogLineRef) => number>> = {
  'event.duration': durationNs,
  'http.response.status_code': ({ cell }) => cell.template.status,
  '@timestamp': ({ timeMs }) => timeMs,
};

function valuesOf({ field }: Json, set: LineSet, { sampleMax }: Run): Values {
  const name = String(field);
  const read = Object.hasOwn(NUMBERS, name) ? NUMBERS[name] : undefined;
  if (!read) {
    if (FIELD_TYPES[name] === undefined)
      return { sorted: new Float64Array(0), count: 0, sum: 0, min: Number.NaN, max: Number.NaN };
    throw illegal(`Field [${name}] of type [${FIELD_TYPES[name]}] is not supported for aggregations of numbers`);
  }
  const sorted = Float64Array.from(sampleOf(set, sampleMax), read).sort();
  const count = countOf(set);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length);
  return { sorted, count, sum: mean * count, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

function measure(pick: (values: Values) => number): Runner {
  return (content, _, set, run) => ({ value: orNull(pick(valuesOf(content, set, run))) });
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function runPercentiles(content: Json, _: unknown, set: LineSet, run: Run): object {
  const { percents = [1, 5, 25, 50, 75, 95, 99], keyed = true } = content;
  const { sorted } = valuesOf(content, set, run);
  const entries = [percents].flat().map((percent): [number, number | null] => {
    const place = (Number(percent) / 100) * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    if (low === undefined || high === undefined) return [Number(percent), null];
    return [Number(percent), low + (high - low) * (place - Math.floor(place))];
  });
  if (keyed === false) return { values: entries.map(([key, value]) => ({ key, value })) };
  return { values: Object.fromEntries(entries.map(([key, value]) => [key.toFixed(1), value])) };
}

function runCardinality({ field }: Json, _: unknown, set: LineSet): object {
  const name = String(field);
  if (name === 'trace.id') return { value: new Set(sampleOf(set, Number.MAX_SAFE_INTEGER).map(traceId)).size };
  const values = set.cells.flatMap(([cell]) => {
    const value = cellFields(cell)[name];
    return value !== undefined && countOf(ofCells(set, (one) => one === cell)) > 0 ? [value] : [];
  });
  return { value: new Set(values).size };
}
