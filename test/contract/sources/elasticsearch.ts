/** The contract's setting for Elasticsearch and OpenSearch. */
import { elasticsearch } from '../../../src/sources/elasticsearch.ts';
import { type Doc, elasticsearchDouble } from '../../doubles/elasticsearch.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, keepNewest, valueAt } from './data.ts';

/** A document each 10 s of the last two hours, for each host. */
const docsAt = keepNewest((nowSeconds): Doc[] => {
  const docs: Doc[] = [];
  for (let second = Math.floor(nowSeconds / 10) * 10; second > nowSeconds - 7_200; second -= 10) {
    for (const [index, host] of HOSTS.entries()) {
      docs.push({ '@timestamp': second * 1000, 'host.name': host, cpu: valueAt(index, second) });
    }
  }
  return docs;
});

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

/** Both products. */
export const elasticsearchHarnesses: readonly SourceHarness[] = [
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
    title: 'elasticsearch (Elasticsearch, in KQL)',
    block: { index: 'logs-test', kql: 'host.name: ${host} and not host.name: "nobody"', metric: { avg: 'cpu' } },
    options: (url) => ({ kind: 'elasticsearch', url, apiKey: SECRET, flavour: 'elasticsearch' }),
    backend: (now) => elasticsearchDouble({ flavour: 'elasticsearch', docs: () => docsAt(now()) }),
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
