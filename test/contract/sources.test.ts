/** The source contract over every registered kind. */
import { expect, it } from 'vitest';
import { graphite } from '../../src/sources/graphite.ts';
import { sourceKinds } from '../../src/sources/index.ts';
import { prometheus } from '../../src/sources/prometheus.ts';
import { carbonapi } from '../doubles/carbonapi.ts';
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
];

it('covers every registered kind', () => {
  expect([...new Set(harnesses.map(({ definition }) => definition.kind))]).toEqual(sourceKinds.map(({ kind }) => kind));
});

for (const harness of harnesses) describeSourceContract(harness);
