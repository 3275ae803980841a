/** The source contract over every registered kind. */
import { expect, it } from 'vitest';
import { elasticsearch } from '../../src/sources/elasticsearch.ts';
import { graphite } from '../../src/sources/graphite.ts';
import { sourceKinds } from '../../src/sources/index.ts';
import { prometheus } from '../../src/sources/prometheus.ts';
import { carbonapi } from '../doubles/carbonapi.ts';
import { type Doc, elasticsearchDouble } from '../doubles/elasticsearch.ts';
import { ARCHIVES, type Formula, type MetricStore } from '../doubles/graphite-metrics.ts';
import { graphiteWeb } from '../doubles/graphite-web.ts';
import { type PromStore, prometheusDouble } from '../doubles/prometheus.ts';
import { victoriametrics } from '../doubles/victoriametrics.ts';
import { describeSourceContract, SECRET, type SourceHarness } from './source.contract.ts';

const HOSTS = ['db01', 'web01', 'web02', 'web10'] as const;

function valueAt(host: number, second: number): number {
  return 10 * (host + 1) + (Math.floor(second / 60) % 10);
}

function storeAt(nowSeconds: () => number): MetricStore {
  const metrics = Object.fromEntries(
    HOSTS.map((host, index): [string, Formula] => [`servers.${host}.cpu.user`, (second) => valueAt(index, second)]),
  );
  return { metrics, archives: ARCHIVES, lateSteps: 1, nowSeconds };
}

const HOSTILE = [
  'web01.example',
  'web01,web02',
  'a b',
  'web*',
  '{a,b}',
  'x)',
  '"x',
  "it's",
  'a|b',
  '..',
  '-',
  '',
  'wéb',
  'a\u0000b',
];

const shared = {
  definition: graphite,
  block: 'alias(servers.${host}.cpu.user, "${host}")',
  hosts: HOSTS,
  pattern: 'servers.*',
  valueAt,
  nothing: { body: '[]' },
  hostile: HOSTILE,
} satisfies Partial<SourceHarness>;

function promStoreAt(nowSeconds: () => number, flavour: NonNullable<PromStore['flavour']>): PromStore {
  const series = HOSTS.map((host, index) => ({
    labels: { __name__: 'rig_cpu_user_percent', host, instance: `${host}:9100`, job: 'node' },
    value: (second: number) => valueAt(index, second),
  }));
  return { series, nowSeconds, flavour };
}

const sharedProm = {
  definition: prometheus,
  block: 'rig_cpu_user_percent{host="${host}"}',
  hosts: HOSTS,
  pattern: 'label_values(rig_cpu_user_percent, host)',
  valueAt,
  nothing: { body: '{"status":"success","data":{"resultType":"matrix","result":[]}}' },
  hostile: ['', '  ', 'a\u0000b', 'a\u001bb', 'x\u0085', '\ud800', 'x'.repeat(301)],
  canAnnotate: false,
} satisfies Partial<SourceHarness>;

/** A document each 10 s of the last two hours, for each host. */
function docsAt(nowSeconds: number): Doc[] {
  const docs: Doc[] = [];
  for (let second = Math.floor(nowSeconds / 10) * 10; second > nowSeconds - 7_200; second -= 10) {
    for (const [index, host] of HOSTS.entries()) {
      docs.push({ '@timestamp': second * 1000, 'host.name': host, cpu: valueAt(index, second) });
    }
  }
  return docs;
}

function nothingOf(headers: Readonly<Record<string, string>>): SourceHarness['nothing'] {
  const buckets = { g0: { doc_count: 0, time: { buckets: [] } } };
  const body = {
    timed_out: false,
    _shards: { total: 1, failed: 0 },
    hits: { hits: [] },
    aggregations: { groups: { buckets } },
  };
  return { headers, body: JSON.stringify(body) };
}

const sharedElastic = {
  definition: elasticsearch,
  block: { index: 'logs-test', filter: { term: { 'host.name': '${host}' } }, metric: { avg: 'cpu' } },
  hosts: HOSTS,
  pattern: 'terms:host.name on logs-test',
  valueAt,
  hostile: ['', '  ', 'a\u0000b', 'a\u001bb', '\ud800', 'x'.repeat(1_001)],
  canAnnotate: false,
} satisfies Partial<SourceHarness>;

const harnesses: readonly SourceHarness[] = [
  {
    ...shared,
    title: 'graphite (graphite-web)',
    options: (url) => ({ kind: 'graphite', url, token: SECRET }),
    backend: (now) => graphiteWeb(storeAt(now), [{ what: 'deploy web 1', when: now() - 600, tags: ['deploy', 'web'] }]),
    canAnnotate: true,
  },
  {
    ...shared,
    title: 'graphite (carbonapi)',
    options: (url) => ({ kind: 'graphite', url, username: 'glimpse', password: SECRET }),
    backend: (now) => carbonapi(storeAt(now)),
    canAnnotate: false,
  },
  {
    ...shared,
    title: 'graphite (an old carbonapi that answers 404 for nothing)',
    options: (url) => ({ kind: 'graphite', url, flavour: 'carbonapi', headers: { 'X-Api-Key': SECRET } }),
    backend: (now) => carbonapi(storeAt(now), { notFoundStatus: 404, hasExpand: false }),
    nothing: { status: 404, body: '[]' },
    canAnnotate: false,
  },
  {
    ...shared,
    title: 'graphite (VictoriaMetrics)',
    options: (url) => ({ kind: 'graphite', url: `${url}/graphite`, token: SECRET }),
    backend: (now) => victoriametrics(storeAt(now)),
    canAnnotate: false,
  },
  {
    ...sharedProm,
    title: 'prometheus (Prometheus)',
    options: (url) => ({ kind: 'prometheus', url, token: SECRET, scrapeInterval: '10s' }),
    backend: (now) => prometheusDouble(promStoreAt(now, 'prometheus')),
  },
  {
    ...sharedProm,
    title: 'prometheus (Thanos, several hosts in one query)',
    block: 'rig_cpu_user_percent{instance=~"${host}(:[0-9]+)?"}',
    pattern: 'label_values(rig_cpu_user_percent{job="node"}, instance) | host',
    options: (url) => ({
      kind: 'prometheus',
      url,
      username: 'glimpse',
      password: SECRET,
      flavour: 'thanos',
      scrapeInterval: '10s',
    }),
    backend: (now) => prometheusDouble(promStoreAt(now, 'thanos')),
  },
  {
    ...sharedProm,
    title: 'prometheus (VictoriaMetrics)',
    options: (url) => ({
      kind: 'prometheus',
      url: `${url}/select/0/prometheus`,
      token: SECRET,
      flavour: 'victoriametrics',
      scrapeInterval: '10s',
    }),
    backend: (now) => prometheusDouble(promStoreAt(now, 'victoriametrics')),
  },
  {
    ...sharedProm,
    title: 'prometheus (Mimir behind Grafana)',
    options: (url) => ({
      kind: 'prometheus',
      url: `${url}/prometheus`,
      headers: { 'X-Scope-OrgID': 'team-a', 'X-Api-Key': SECRET },
      scrapeInterval: '10s',
    }),
    backend: (now) => prometheusDouble(promStoreAt(now, 'mimir')),
  },
  {
    ...sharedElastic,
    title: 'elasticsearch (Elasticsearch)',
    options: (url) => ({ kind: 'elasticsearch', url, apiKey: SECRET, flavour: 'elasticsearch' }),
    backend: (now) => elasticsearchDouble({ flavour: 'elasticsearch', docs: () => docsAt(now()) }),
    nothing: nothingOf({ 'x-elastic-product': 'Elasticsearch' }),
  },
  {
    ...sharedElastic,
    title: 'elasticsearch (Elasticsearch, found out)',
    options: (url) => ({ kind: 'elasticsearch', url: `${url}/es`, token: SECRET }),
    backend: (now) => {
      const answer = elasticsearchDouble({ flavour: 'elasticsearch', docs: () => docsAt(now()) });
      return (request) => answer({ ...request, pathname: request.pathname.replace(/^\/es/, '') });
    },
    nothing: nothingOf({ 'x-elastic-product': 'Elasticsearch' }),
  },
  {
    ...sharedElastic,
    title: 'elasticsearch (OpenSearch)',
    options: (url) => ({ kind: 'elasticsearch', url, username: 'glimpse', password: SECRET, flavour: 'opensearch' }),
    backend: (now) => elasticsearchDouble({ flavour: 'opensearch', docs: () => docsAt(now()) }),
    nothing: nothingOf({}),
  },
];

it('covers every registered kind', () => {
  expect([...new Set(harnesses.map(({ definition }) => definition.kind))]).toEqual(sourceKinds.map(({ kind }) => kind));
});

for (const harness of harnesses) describeSourceContract(harness);
