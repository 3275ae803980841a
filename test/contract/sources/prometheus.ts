/** The contract's setting for Prometheus and what speaks its API. */
import { prometheus } from '../../../src/sources/prometheus.ts';
import { type PromStore, prometheusDouble } from '../../doubles/prometheus.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, valueAt } from './data.ts';

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

/** Every flavour of Prometheus. */
export const prometheusHarnesses: readonly SourceHarness[] = [
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
