import { expect, it } from 'vitest';
import { createElasticsearchHandler } from '../../../src/demo/elasticsearch-handler.ts';
import { createLogLines } from '../../../src/demo/log-lines.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { T0 } from './small-tree.ts';

const NOW_MS = (T0 + 50 * 60) * 1_000;
const MINUTE_MS = 60_000;
const lines = createLogLines();
const info = { title: 'Logs', notice: 'Made up <for> a test.', isDemo: true };
const handler = createElasticsearchHandler({ info, clock: createFakeClock(NOW_MS), lines });

function ask(path: string, body?: unknown, query = '', method = body === undefined ? 'GET' : 'POST') {
  const params = new URLSearchParams(query);
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const reply = handler.handle({ method, path, params, body: text });
  return { ...reply, json: reply.contentType === 'application/json' ? JSON.parse(reply.body) : undefined };
}

const range = (fromMinute: number, toMinute: number) => ({
  range: {
    '@timestamp': {
      gte: T0 * 1_000 + fromMinute * MINUTE_MS,
      lt: T0 * 1_000 + toMinute * MINUTE_MS,
      format: 'epoch_millis',
    },
  },
});
const filter = (...clauses: unknown[]) => ({ bool: { filter: clauses } });
const search = (body: object) => ask('/logs-*/_search', body).json;
const total = (...clauses: unknown[]) =>
  search({ size: 0, track_total_hits: true, query: filter(range(20, 40), ...clauses) }).hits.total.value as number;

const CHECKOUT = { term: { 'service.name': 'checkout' } };
const ERROR = { term: { 'log.level': 'error' } };

it('says what it is, in the way that clients ask for', () => {
  const reply = ask('/');
  expect(reply.json).toMatchObject({
    version: { number: expect.stringMatching(/^8\./) },
    tagline: 'You Know, for Search',
  });
  expect(reply.headers).toEqual({ 'x-elastic-product': 'Elasticsearch' });
});

it('gives the newest lines first, with fields, source, highlights and sort values', () => {
  const { hits } = search({
    size: 5,
    query: filter(range(25, 30), CHECKOUT, { match_phrase: { message: 'payment refused' } }),
    sort: [{ '@timestamp': { order: 'desc', unmapped_type: 'date', numeric_type: 'date' } }, { _doc: 'desc' }],
    fields: ['host.name', 'message', 'log'],
    _source: ['log.level'],
    highlight: { pre_tags: ['['], post_tags: [']'], number_of_fragments: 0, fields: { message: {}, log: {} } },
  });
  expect(hits.hits).toHaveLength(5);
  const times = hits.hits.map(({ sort }: { sort: number[] }) => sort[0] as number);
  expect(times).toEqual(times.toSorted((a: number, b: number) => b - a));
  expect(times[0]).toBeLessThan(T0 * 1_000 + 30 * MINUTE_MS);
  const [hit] = hits.hits;
  expect(Object.keys(hit.fields).sort()).toEqual(['host.name', 'message']);
  expect(hit._source).toEqual({ log: { level: 'error' } });
  expect(hit.highlight.message[0]).toMatch(/^\[payment\] \[refused\] by /);
});

it('gives the oldest first where that is asked', () => {
  const { hits } = search({ size: 3, query: filter(range(0, 10)), sort: [{ '@timestamp': 'asc' }], _source: false });
  expect(hits.hits[0].sort[0]).toBeLessThan(T0 * 1_000 + 10_000);
  expect(hits.hits[0]._source).toBeUndefined();
});

it('counts over time exactly what the lines show', () => {
  const query = filter(range(20, 40), CHECKOUT, ERROR, { terms: { 'host.name': ['web02', 'web05'] } });
  const { hits, aggregations } = search({
    size: 10_000,
    track_total_hits: true,
    query,
    aggs: { time: { date_histogram: { field: '@timestamp', fixed_interval: '1m', min_doc_count: 0 } } },
  });
  const shown = new Map<number, number>();
  for (const { sort } of hits.hits) {
    const minute = Math.floor(sort[0] / MINUTE_MS) * MINUTE_MS;
    shown.set(minute, (shown.get(minute) ?? 0) + 1);
  }
  const { buckets } = aggregations.time;
  expect(buckets).toHaveLength(20);
  expect(buckets.map(({ key, doc_count }: { key: number; doc_count: number }) => [key, doc_count])).toEqual(
    buckets.map(({ key }: { key: number }) => [key, shown.get(key) ?? 0]),
  );
  expect(hits.total.value).toBe(hits.hits.length);
});

it('puts filters, terms and histograms into one another', () => {
  const { aggregations } = search({
    size: 0,
    query: filter(range(20, 40)),
    aggs: {
      groups: {
        filters: { filters: { g0: filter(CHECKOUT), g1: filter({ term: { 'service.name': 'search' } }) } },
        aggs: {
          split: {
            terms: { field: 'http.response.status_code', size: 2 },
            aggs: { time: { date_histogram: { field: '@timestamp', fixed_interval: '10m' } } },
          },
        },
      },
    },
  });
  const { g0, g1 } = aggregations.groups.buckets;
  expect([g0.doc_count, g1.doc_count]).toEqual([total(CHECKOUT), total({ term: { 'service.name': 'search' } })]);
  const { buckets, sum_other_doc_count } = g0.split;
  expect(buckets[0].key).toBe(200);
  const counted = buckets.reduce((sum: number, { doc_count }: { doc_count: number }) => sum + doc_count, 0);
  expect(counted + sum_other_doc_count).toBe(g0.doc_count);
  expect(
    buckets[0].time.buckets
      .map(({ doc_count }: { doc_count: number }) => doc_count)
      .reduce((a: number, b: number) => a + b),
  ).toBe(buckets[0].doc_count);
});

it('measures durations, in order and close to what all lines have', () => {
  const query = filter(range(0, 20), CHECKOUT, { term: { 'log.level': 'info' } });
  const field = 'event.duration';
  const { aggregations: found } = search({
    size: 0,
    query,
    aggs: {
      spread: { percentiles: { field, percents: [50, 95, 99], keyed: false } },
      avg: { avg: { field } },
      min: { min: { field } },
      max: { max: { field } },
      count: { value_count: { field } },
    },
  });
  const all = search({ size: 10_000, query, fields: [field], _source: false }).hits.hits;
  const values: number[] = all.map(({ fields }: { fields: Record<string, number[]> }) => fields[field]?.[0] as number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(found.count.value).toBe(values.length);
  expect(found.avg.value / mean).toBeCloseTo(1, 1);
  const spread = found.spread.values.map(({ value }: { value: number }) => value);
  expect([found.min.value, ...spread, found.max.value]).toEqual(
    [found.min.value, ...spread, found.max.value].toSorted((a: number, b: number) => a - b),
  );
});

it('takes apart all lines into those that match a query and those that do not', () => {
  const queries: unknown[] = [
    ERROR,
    { terms: { 'log.level': ['error', 'warn'] } },
    { match_phrase: { message: 'payment refused' } },
    { match_phrase_prefix: { message: 'payment ref' } },
    { match: { message: 'timeout nordpay' } },
    { match: { message: { query: 'refused nordpay', operator: 'and' } } },
    { multi_match: { query: 'card declined', type: 'phrase', fields: ['mess*'] } },
    { prefix: { 'host.name': 'web0' } },
    { wildcard: { 'url.path': '/check*' } },
    { query_string: { fields: ['message'], query: 'time*' } },
    { exists: { field: 'error.stack_trace' } },
    { range: { 'http.response.status_code': { gte: 500 } } },
    { range: { 'event.duration': { gt: 1e9 } } },
    { bool: { should: [ERROR, { term: { 'host.name': 'web01' } }], minimum_should_match: 1 } },
    { constant_score: { filter: ERROR } },
    { bool: { must: [CHECKOUT], must_not: [{ match_phrase: { message: 'cart' } }] } },
  ];
  const all = total(CHECKOUT);
  const parts = queries.map((query) => [total(CHECKOUT, query), total(CHECKOUT, { bool: { must_not: query } })]);
  expect(parts.map(([yes = 0, no = 0]) => yes + no)).toEqual(queries.map(() => all));
  expect(parts.filter(([yes = 0, no = 0]) => yes === 0 || (no === 0 && yes !== all))).toEqual([]);
});

it('finds the same lines whether a query is decided for a whole cell or line by line', () => {
  const byShape = total(CHECKOUT, { match_phrase: { message: 'payment refused' } });
  const byLine = total(CHECKOUT, {
    bool: {
      should: [
        { match_phrase: { message: 'payment refused' } },
        {
          bool: {
            filter: [{ match_phrase: { message: 'payment refused' } }, { range: { 'event.duration': { gte: 0 } } }],
          },
        },
      ],
    },
  });
  const forced = total(
    CHECKOUT,
    { match_phrase: { message: 'payment refused' } },
    { range: { 'event.duration': { gte: 0 } } },
  );
  expect([byLine, forced]).toEqual([byShape, byShape]);
});

it('finds one line by its trace and by its order', () => {
  const [hit] = search({
    size: 1,
    query: filter(range(24, 25), CHECKOUT, ERROR, { match_phrase: { message: 'order' } }),
  }).hits.hits;
  const order = /order (\d+)/.exec(hit._source.message)?.[1];
  const found = search({ size: 5, query: filter(range(24, 25), { term: { 'trace.id': hit._source.trace.id } }) });
  expect(found.hits.hits.map(({ _id }: { _id: string }) => _id)).toEqual([hit._id]);
  const anyTime = search({ size: 5, query: { term: { 'trace.id': { value: hit._source.trace.id } } } });
  expect([anyTime.timed_out, anyTime.hits.hits.length]).toEqual([false, 1]);
  const byOrder = search({ size: 50, query: filter(range(24, 25), { match_phrase: { message: `order ${order}` } }) });
  expect(byOrder.hits.hits.map(({ _id }: { _id: string }) => _id)).toContain(hit._id);
});

it('lists values of fields, the most frequent first', () => {
  const aggs = { values: { terms: { field: 'service.name', size: 10 } } };
  const { buckets } = search({ size: 0, query: filter(range(20, 40)), aggs }).aggregations.values;
  const services = ['checkout', 'payments', 'search'];
  const counts = services.map((key) => ({ key, doc_count: total({ term: { 'service.name': key } }) }));
  expect(buckets).toEqual(counts.toSorted((one, other) => other.doc_count - one.doc_count));
});

it('follows the calendar of a zone', () => {
  const { aggregations } = search({
    size: 0,
    query: filter({ range: { '@timestamp': { gte: NOW_MS - 3 * 86_400_000, lt: NOW_MS } } }),
    aggs: { time: { date_histogram: { field: '@timestamp', calendar_interval: '1d', time_zone: 'Asia/Kolkata' } } },
  });
  const starts = aggregations.time.buckets.map(({ key }: { key: number }) => key % 86_400_000);
  expect(new Set(starts)).toEqual(new Set([86_400_000 - 5.5 * 3_600_000]));
});

it('knows no line of the future, and none older than a month', () => {
  const count = (query: object) => ask('/logs-*/_count', { query }).json.count;
  expect(count({ range: { '@timestamp': { gt: NOW_MS } } })).toBe(0);
  expect(count({ range: { '@timestamp': { gte: NOW_MS - 33 * 86_400_000, lt: NOW_MS - 32 * 86_400_000 } } })).toBe(0);
  expect(count({ range: { '@timestamp': { gte: 'now-1h', lte: 'now' } } })).toBeGreaterThan(1_000);
});

it('says that it ran out of time where it would have to look into too many lines, and bounds the work', () => {
  const answer = search({ size: 10, track_total_hits: true, query: { match_phrase: { message: 'order 12345' } } });
  expect(answer.timed_out).toBe(true);
  expect(answer.hits.total.value).toBeLessThan(50_000);
});

it.each([
  ['/logs-*/_search', 1],
  ['/*/_search', 1],
  ['/_all/_search', 1],
  ['/_search', 1],
  ['/logs-demo-default/_search', 1],
  ['/metrics-*/_search', 0],
  ['/logs-*,-logs-demo-*/_search', 0],
])('searches %s in %i shards', (path, shards) => {
  const { json } = ask(path, { size: 0, track_total_hits: true });
  expect([json._shards.total, json.hits.total.value > 0]).toEqual([shards, shards === 1]);
});

it('tells its fields and their types', () => {
  expect(ask('/*/_field_caps', undefined, 'fields=@timestamp,event.*').json).toMatchObject({
    indices: ['logs-demo-default'],
    fields: { '@timestamp': { date: { type: 'date' } }, 'event.duration': { long: { aggregatable: true } } },
  });
  expect(ask('/_mapping').json['logs-demo-default'].mappings.properties.host.properties.name).toEqual({
    type: 'keyword',
  });
});

it.each([
  ['/logs-*/_search', { query: { script: {} } }, 400, 'unknown query [script]'],
  ['/logs-*/_search', { query: { term: {}, terms: {} } }, 400, 'exactly one member'],
  ['/logs-*/_search', { aggs: { x: { significant_terms: {} } } }, 400, 'unknown aggregation [significant_terms]'],
  ['/logs-*/_search', { aggs: { x: { terms: { field: 'trace.id' } } } }, 400, 'each line has its own'],
  ['/logs-*/_search', { runtime_mappings: {} }, 400, '[runtime_mappings]'],
  ['/logs-*/_search', { sort: [{ 'host.name': 'asc' }] }, 400, 'sorts by [@timestamp] only'],
  ['/logs-*/_search', { size: 10_001 }, 400, 'Result window is too large'],
  ['/logs-*/_search', { size: -1 }, 400, 'not negative'],
  ['/logs-*/_search', { query: { range: { '@timestamp': { gte: 'yesterday' } } } }, 400, 'failed to parse date'],
  ['/logs-*/_search', { aggs: { x: { date_histogram: { field: '@timestamp' } } } }, 400, 'fixed_interval'],
  ['/logs-*/_search', { query: { query_string: { query: 'a AND b' } } }, 400, 'words with * and ? only'],
  ['/logs-*/_search', '{"query":', 400, 'no JSON'],
  ['/no-such-index/_search', {}, 404, 'no such index [no-such-index]'],
  ['/_query', { query: 'FROM logs-*' }, 400, 'not [/_query]'],
  ['/logs-demo-default/_doc', {}, 400, 'not [/logs-demo-default/_doc]'],
])('refuses %s %j with %i in the envelope of Elasticsearch', (path, body, status, words) => {
  const reply = ask(path, body);
  expect([reply.status, reply.json.status]).toEqual([status, status]);
  expect(reply.json.error.reason).toContain(words);
  expect(reply.json.error.root_cause[0].reason).toBe(reply.json.error.reason);
});

it('lets nothing be written', () => {
  expect(ask('/logs-*/_search', {}, '', 'DELETE').status).toBe(405);
});

it('looks into the lines of an hour of everything once: counted, read and spread over time alike', () => {
  const hour = { range: { '@timestamp': { gte: NOW_MS - 3_600_000, lt: NOW_MS } } };
  const answer = search({
    size: 1_000,
    track_total_hits: true,
    query: filter(hour, { match_phrase: { message: 'refused' } }),
    aggs: { time: { date_histogram: { field: '@timestamp', fixed_interval: '1m' } } },
  });
  const counts: readonly { readonly doc_count: number }[] = answer.aggregations.time.buckets;
  expect(answer.timed_out).toBe(false);
  expect(counts.reduce((sum, { doc_count }) => sum + doc_count, 0)).toBe(answer.hits.total.value);
  expect(answer.hits.hits.length).toBe(Math.min(1_000, answer.hits.total.value));
});

it('spreads nothing over a day of which it keeps nothing, rather than over all the years since', () => {
  const [fromMs, toMs] = [Date.parse('2020-01-01'), Date.parse('2020-01-02')];
  const { hits, aggregations } = search({
    size: 0,
    track_total_hits: true,
    query: filter({ range: { '@timestamp': { gte: fromMs, lt: toMs } } }),
    aggs: {
      time: {
        date_histogram: { field: '@timestamp', fixed_interval: '1m', extended_bounds: { min: fromMs, max: toMs - 1 } },
      },
    },
  });
  expect([hits.total.value, aggregations.time.buckets.length]).toEqual([0, 1_440]);
});
