/** The contract's setting for Kibana and OpenSearch Dashboards, with the Elasticsearch that holds the data at one address. */
import { elasticsearch } from '../../../src/sources/elasticsearch.ts';
import { kibana } from '../../../src/sources/kibana.ts';
import type { Received, Reply } from '../../doubles/http-backend.ts';
import { type KibanaDouble, kibanaDouble, kibanaFixture } from '../../doubles/kibana.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { elasticsearchHarnesses } from './elasticsearch.ts';

/** Both are served by one backend: what is below `/es/` is the cluster. */
function both(toKibana: (request: Received) => Reply, toCluster: (request: Received) => Reply) {
  return (request: Received): Reply => {
    const isCluster = request.pathname.startsWith('/es/');
    return isCluster ? toCluster({ ...request, pathname: request.pathname.slice(3) }) : toKibana(request);
  };
}

const [cluster, , openSearch] = elasticsearchHarnesses;
if (!cluster || !openSearch) throw new Error('the harnesses of Elasticsearch have changed');

function harness(
  title: string,
  fixture: '7.17' | '8.19' | '9.2',
  double: Omit<KibanaDouble, 'spaces'> & { readonly space?: string },
  more: Partial<SourceHarness> & Pick<SourceHarness, 'options'>,
): SourceHarness {
  const { space = 'default', flavour } = double;
  const holding = (flavour === 'opensearch-dashboards' ? openSearch : cluster) as SourceHarness;
  const toKibana = kibanaDouble({ ...double, spaces: { [space]: kibanaFixture(fixture) } });
  return {
    definition: kibana,
    title,
    block: { dataView: 'logs-test-view', filters: { 'host.name': '${host}' }, metric: { avg: 'cpu' } },
    hosts: holding.hosts,
    pattern: 'terms:host.name on logs-test-view',
    valueAt: holding.valueAt,
    hostile: holding.hostile,
    canAnnotate: false,
    requests: { setup: 1, fetch: 1 },
    speaksOf: ['Elasticsearch'],
    peer: (url, deps) =>
      elasticsearch.create(elasticsearch.options.parse({ ...(holding.options(`${url}/es`) as object) }), {
        name: 'cluster',
        ...deps,
      }),
    backend: (now) => both(toKibana, holding.backend(now) as (request: Received) => Reply),
    nothing: both(toKibana, () => holding.nothing as Reply),
    ...more,
  };
}

/** Every line of versions. */
export const kibanaHarnesses: readonly SourceHarness[] = [
  harness(
    'kibana (7.17)',
    '7.17',
    { version: '7.17.28', authorization: `Basic ${Buffer.from(`glimpse:${SECRET}`).toString('base64')}` },
    {
      options: (url) => ({
        kind: 'kibana',
        url,
        username: 'glimpse',
        password: SECRET,
        version: '7.17',
        elasticsearch: 'es',
      }),
    },
  ),
  harness(
    'kibana (8.19 in a space below a basePath, its version found out)',
    '8.19',
    { version: '8.19.2', basePath: '/kibana', space: 'ops', authorization: `ApiKey ${SECRET}` },
    {
      options: (url) => ({ kind: 'kibana', url: `${url}/kibana`, apiKey: SECRET, space: 'ops', elasticsearch: 'es' }),
      requests: { setup: 2, fetch: 1 },
    },
  ),
  harness(
    'kibana (9.2)',
    '9.2',
    { version: '9.2.1', authorization: `Bearer ${SECRET}` },
    { options: (url) => ({ kind: 'kibana', url, token: SECRET, version: '9.2.1', elasticsearch: 'es' }) },
  ),
  harness(
    'kibana (OpenSearch Dashboards)',
    '7.17',
    { version: '2.19.1', flavour: 'opensearch-dashboards' },
    {
      options: (url) => ({
        kind: 'kibana',
        url,
        token: SECRET,
        flavour: 'opensearch-dashboards',
        version: '2.19.1',
        elasticsearch: 'es',
      }),
    },
  ),
];
