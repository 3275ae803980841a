/** The contract's setting for Grafana: an old server, one with the resource API, one below a path with a v2 dashboard. */
import { grafana } from '../../../src/sources/grafana.ts';
import { fleetStore } from '../../doubles/grafana/fleet.ts';
import { CPU_PANEL, HOST_VARIABLE, OLD_ROWS, TABBED, WEB_OVERVIEW } from '../../doubles/grafana/shapes.ts';
import type { GrafanaStore } from '../../doubles/grafana/store.ts';
import { grafanaDouble } from '../../doubles/grafana.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, valueAt } from './data.ts';

function storeAt(nowSeconds: () => number, more: Partial<GrafanaStore>): GrafanaStore {
  const classic = {
    ...WEB_OVERVIEW,
    v1: { ...WEB_OVERVIEW.v1, templating: { list: [HOST_VARIABLE] }, panels: [CPU_PANEL] },
  };
  return fleetStore(nowSeconds, [classic, OLD_ROWS, TABBED], {
    annotations: [{ id: 1, time: nowSeconds() * 1000 - 600_000, text: 'checkout 4.12.0', tags: ['deploy'] }],
    ...more,
  });
}

function harness(
  title: string,
  more: Partial<GrafanaStore>,
  own: Partial<SourceHarness> & Pick<SourceHarness, 'options' | 'block'>,
): SourceHarness {
  return {
    definition: grafana,
    title,
    hosts: HOSTS,
    pattern: 'query:Prometheus Main/label_values(rig_cpu_user_percent, host)',
    valueAt,
    backend: (now) => grafanaDouble(storeAt(now, more)),
    nothing: grafanaDouble(storeAt(() => 1_795_000_003, { ...more, answer: () => ({ frames: [] }) })),
    hostile: ['', '  ', 'a\u0000b', 'a\u001bb', 'x\u0085', '\ud800', 'x'.repeat(301)],
    canAnnotate: true,
    speaksOf: ['dashboard', 'panel', 'variable'],
    // it asks which API there is; then for the dashboard, the values of its variable and the data
    requests: { setup: 1, fetch: 3, refused: 2 },
    ...own,
  };
}

/** Every way in which dashboards are kept. */
export const grafanaHarnesses: readonly SourceHarness[] = [
  harness(
    'grafana (9, classic API)',
    { token: SECRET, version: '9.5.2' },
    {
      options: (url) => ({ kind: 'grafana', url, token: SECRET }),
      block: { dashboard: 'web-overview', panel: 'CPU of $host', variables: { host: '${host}' } },
    },
  ),
  harness(
    'grafana (12, resource API)',
    { token: SECRET, version: '12.1.0', apiVersions: ['v1beta1', 'v2beta1'] },
    {
      options: (url) => ({ kind: 'grafana', url, token: SECRET, orgId: 1 }),
      block: { dashboard: 'web-overview', panel: 4, variables: { host: '${host}' } },
    },
  ),
  harness(
    'grafana (12 below a path, basic authentication, a dashboard stored as v2)',
    { version: '12.1.0', basePath: '/grafana', orgId: 3, apiVersions: ['v2beta1', 'v1beta1'] },
    {
      options: (url) => ({ kind: 'grafana', url: `${url}/grafana`, username: 'glimpse', password: SECRET, orgId: 3 }),
      block: { dashboard: 'tabbed', panel: 'Rest / Deep / CPU of $host', variables: { host: '${host}' } },
      // read as v1, then as it is stored, with its library panel
      requests: { setup: 1, fetch: 5, refused: 2 },
    },
  ),
  harness(
    'grafana (10, a Graphite data source, one host at a time)',
    { token: SECRET, version: '10.4.1' },
    {
      options: (url) => ({ kind: 'grafana', url, token: SECRET }),
      block: { dashboard: 'old-rows', panel: 'CPU [[host]]', variables: { host: '${host}' } },
      pattern: 'query:Graphite Old/servers.*',
      // old dashboards name their data source, whose uid must be asked for
      requests: { setup: 1, fetch: 4, refused: 2 },
    },
  ),
];
