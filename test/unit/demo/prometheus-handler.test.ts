import { expect, it } from 'vitest';
import { createElasticsearchHandler } from '../../../src/demo/elasticsearch-handler.ts';
import { createFleet } from '../../../src/demo/fleet.ts';
import { createLogLines } from '../../../src/demo/log-lines.ts';
import { createPrometheusHandler } from '../../../src/demo/prometheus-handler.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { T0 } from './small-tree.ts';

const info = { title: 'Metrics', notice: 'Made up <for> a test.', isDemo: true };
const lines = createLogLines();

/** Asks the API as it is `minutes` behind T0. */
function ask(path: string, query: Record<string, string> | string = {}, minutes = 50) {
  const clock = createFakeClock((T0 + minutes * 60) * 1_000);
  const handler = createPrometheusHandler({ info, clock, tree: createFleet(), lines });
  const reply = handler.handle({ method: 'GET', path, params: new URLSearchParams(query) });
  return { ...reply, json: reply.contentType === 'application/json' ? JSON.parse(reply.body) : undefined };
}

it('answers an instant query with a vector, a scalar or a string', () => {
  const time = String(T0);
  const query = (text: string) => ask('/api/v1/query', { query: text, time }).json.data;
  expect(query('sum(up{job="app"})')).toEqual({ resultType: 'vector', result: [{ metric: {}, value: [T0, '13'] }] });
  expect(query('vector(1)').result[0].value).toEqual([T0, '1']);
  expect(query('1 / 0')).toEqual({ resultType: 'scalar', result: [T0, '+Inf'] });
  expect(query('"text"')).toEqual({ resultType: 'string', result: [T0, 'text'] });
});

it('answers a range query with a matrix on the grid that was asked', () => {
  const { data } = ask('/api/v1/query_range', {
    query: 'sum by (code) (rate(http_requests_total{service="checkout"}[5m]))',
    start: String(T0),
    end: new Date((T0 + 600) * 1_000).toISOString(),
    step: '1m',
  }).json;
  expect(data.resultType).toBe('matrix');
  expect(data.result.map(({ metric }: { metric: object }) => metric)).toEqual(
    ['200', '500', '502', '503', '504'].map((code) => ({ code })),
  );
  expect(data.result[0].values.map(([time]: [number]) => time)).toEqual(
    Array.from({ length: 11 }, (_, index) => T0 + index * 60),
  );
  expect(Number(data.result[0].values[0][1])).toBeGreaterThan(10);
});

it('sends nothing for what lies ahead', () => {
  const { data } = ask('/api/v1/query_range', {
    query: 'up',
    start: String(T0 + 7_200),
    end: String(T0 + 9_000),
    step: '60',
  }).json;
  expect(data.result).toEqual([]);
});

it('lists series, labels and values', () => {
  expect(ask('/api/v1/label/service/values').json.data).toEqual(['checkout', 'payments', 'search']);
  expect(
    ask('/api/v1/label/instance/values', { 'match[]': 'http_requests_total{service="payments"}' }).json.data,
  ).toEqual(['web09:8080', 'web10:8080', 'web12:8080']);
  expect(ask('/api/v1/labels', { 'match[]': 'up' }).json.data).toEqual(['__name__', 'instance', 'job', 'service']);
  expect(ask('/api/v1/series', { 'match[]': 'up{instance="web01:9100"}' }).json.data).toEqual([
    { __name__: 'up', job: 'node', instance: 'web01:9100' },
  ]);
  expect(ask('/api/v1/series', { 'match[]': 'up', limit: '2' }).json.data).toHaveLength(2);
  expect(ask('/api/v1/metadata', { metric: 'up' }).json.data).toMatchObject({ up: [{ type: 'gauge' }] });
});

it('has metadata for every metric that it has series of', () => {
  const about = Object.keys(ask('/api/v1/metadata').json.data);
  const names: string[] = ask('/api/v1/label/__name__/values').json.data;
  const families = names.map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
  expect([...new Set(families)].sort()).toEqual(about.toSorted());
});

it('says what it is', () => {
  expect(ask('/api/v1/status/buildinfo').json.data.version).toMatch(/^3\./);
  expect(ask('/api/v1/status/runtimeinfo').json.data.storageRetention).toBe('400d');
});

it('gives exemplars of slow requests whose traces are in the log', () => {
  const found = ask('/api/v1/query_exemplars', {
    query: 'histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{service="checkout"}[1m])))',
    start: String(T0 + 1_320),
    end: String(T0 + 2_100),
  }).json.data;
  expect(new Set(found.map(({ seriesLabels }: { seriesLabels: { service: string } }) => seriesLabels.service))).toEqual(
    new Set(['checkout']),
  );
  const [first] = found.flatMap(({ exemplars }: { exemplars: unknown[] }) => exemplars);
  const { trace_id: trace } = first.labels;
  expect(Number(first.value)).toBeGreaterThan(0.3);
  const log = createElasticsearchHandler({ info, clock: createFakeClock((T0 + 3_000) * 1_000), lines });
  const range = { range: { '@timestamp': { gte: first.timestamp * 1_000, lte: first.timestamp * 1_000 } } };
  const body = JSON.stringify({ query: { bool: { filter: [range, { term: { 'trace.id': trace } }] } } });
  const reply = log.handle({ method: 'POST', path: '/logs-*/_search', params: new URLSearchParams(), body });
  const [hit] = JSON.parse(reply.body).hits.hits;
  expect(hit._source.event.duration / 1e9).toBe(Number(first.value));
  expect(ask('/api/v1/query_exemplars', { query: 'up' }).json.data).toEqual([]);
});

it('fires for checkout while its payments are refused, and not before', () => {
  const firing = (minutes: number) =>
    ask('/api/v1/alerts', {}, minutes).json.data.alerts.filter(
      ({ labels }: { labels: { alertname: string } }) => labels.alertname === 'HighErrorRate',
    );
  expect(firing(15)).toEqual([]);
  expect(firing(30)).toMatchObject([
    {
      state: 'firing',
      labels: { service: 'checkout', severity: 'critical' },
      annotations: { summary: expect.stringMatching(/^\d+\.\d % of the requests of checkout fail$/) },
    },
  ]);
  expect((Date.parse(firing(30)[0].activeAt) / 1_000 - T0) / 60).toBeGreaterThanOrEqual(22);
  expect(firing(24)[0].state).toBe('pending');
});

it.each([
  ['/api/v1/query', {}, 400, 'bad_data', 'invalid parameter "query": empty'],
  ['/api/v1/query', { query: 'sum(' }, 400, 'bad_data', 'parse error'],
  ['/api/v1/query', { query: 'up', time: 'noon' }, 400, 'bad_data', 'valid timestamp'],
  ['/api/v1/query', { query: 'up / on (job) up' }, 422, 'execution', 'many-to-many'],
  [
    '/api/v1/query_range',
    { query: 'up', start: '9', end: '1', step: '1' },
    400,
    'bad_data',
    'end timestamp must not be before',
  ],
  ['/api/v1/query_range', { query: 'up', start: '1', end: '9', step: '0' }, 400, 'bad_data', 'step'],
  ['/api/v1/query_range', { query: 'up', start: '0', end: '99999', step: '1' }, 400, 'bad_data', '11,000 points'],
  [
    '/api/v1/query_range',
    { query: '"x"', start: '0', end: '9', step: '1' },
    400,
    'bad_data',
    'must be Scalar or instant Vector',
  ],
  [
    '/api/v1/query_range',
    { query: '{job=~".+"}', start: '0', end: '10000', step: '1' },
    422,
    'execution',
    'too many samples',
  ],
  ['/api/v1/series', { 'match[]': 'rate(up[5m])' }, 400, 'bad_data', 'is no selector'],
])('refuses %s %j with %i in the envelope of Prometheus', (path, query, status, errorType, words) => {
  const reply = ask(path, query);
  expect([reply.status, reply.json.status, reply.json.errorType]).toEqual([status, 'error', errorType]);
  expect(reply.json.error).toContain(words);
});

it('has nothing at other addresses', () => {
  expect(ask('/api/v1/admin/tsdb/snapshot').status).toBe(404);
  expect(ask('/api/v1/stores').status).toBe(404);
});

it('shows the graph that a link leads to: its expressions, its window, its values', () => {
  const page = ask(
    '/graph',
    'g0.expr=sum(up)&g0.range_input=1h&g0.end_input=2026-11-25%2014:45:00&g0.step_input=15&g1.expr=max(node_load1)',
  );
  expect(page.status).toBe(200);
  expect(page.body).toContain('Wed 25 Nov 2026, 13:45–14:45 UTC · 1 h');
  expect(page.body).toContain('<code>sum(up)</code><code>max(node_load1)</code>');
  expect(page.body.match(/<path class="line l\d" d="M/g)).toHaveLength(2);
  expect(page.body).toContain('1 · sum(up)');
  expect(page.body).toContain('<td>33</td>');
});

it('shows what fires, and what there is to look at', () => {
  expect(ask('/alerts', {}, 30).body).toContain('of the requests of checkout fail');
  expect(ask('/').body).toContain('graph?g0.expr=sum%20by%20(service)%20(rate(http_requests_total%5B5m%5D))');
});

it('shows a hostile expression as text, with what is wrong with it', () => {
  const page = ask('/graph', { 'g0.expr': '<script>alert(1)</script>' });
  expect(page.status).toBe(400);
  expect(page.body).not.toContain('<script');
  expect(page.body).toContain('parse error');
});
