/** What Kibana keeps, run by a real Elasticsearch and a real OpenSearch: its filters and languages mean what they meant. */
import { describe, expect, it } from 'vitest';
import type { LogsFrame, SeriesFrame } from '../../src/domain/frame.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { kibana } from '../../src/sources/kibana.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { startHttpBackend } from '../doubles/http-backend.ts';
import { kibanaDouble, type StoredObject } from '../doubles/kibana.ts';
import { HOSTS, isError, minutesOf, startElasticsearch } from './elasticsearch-setting.ts';

/** Ports of their own, so that other suites may run beside it. */
const PRODUCTS = [
  ['elasticsearch', 18_660, 'Elasticsearch 8'],
  ['opensearch', 18_670, 'OpenSearch 2'],
] as const;

const phrase = (field: string, value: unknown, meta: object = {}) => ({
  meta: { key: field, type: 'phrase', params: { query: value }, ...meta },
  query: { match_phrase: { [field]: value } },
});

function search(id: string, source: object, attributes: object = {}): StoredObject {
  const searchSourceJSON = JSON.stringify({ index: 'nginx', filter: [], ...source });
  const kibanaSavedObjectMeta = { searchSourceJSON };
  const own = { columns: ['host.name', 'url.path', 'message'], sort: [['@timestamp', 'desc']], ...attributes };
  return { id, type: 'search', attributes: { title: id, kibanaSavedObjectMeta, ...own }, references: [] };
}

const combined = {
  meta: {
    type: 'combined',
    relation: 'OR',
    params: [
      phrase('host.name', 'db01'),
      {
        meta: {
          type: 'combined',
          relation: 'AND',
          params: [phrase('log.level', 'error'), phrase('host.name', 'web02', { negate: true })],
        },
        query: {},
      },
    ],
  },
  query: {},
};

const objects: readonly StoredObject[] = [
  {
    id: 'nginx',
    type: 'index-pattern',
    attributes: { title: 'logs-nginx-*', timeFieldName: '@timestamp' },
    references: [],
  },
  search('kql', { query: { language: 'kuery', query: 'log.level: error and not host.name: db01' } }),
  search('lucene', {
    query: { language: 'lucene', query: 'http.response.status_code:[500 TO 599] AND -host.name:web01' },
  }),
  search('combined', { query: { language: 'kuery', query: '' }, filter: [combined] }),
  search('negated', {
    filter: [phrase('log.level', 'error', { negate: true }), phrase('host.name', 'web01', { disabled: true })],
  }),
  search('old', {
    filter: [
      { meta: {}, query: { match: { message: { query: 'payment refused', type: 'phrase' } } } },
      { meta: {}, exists: { field: 'error.stack_trace' } },
    ],
  }),
  search('slowest', { filter: [] }, { sort: [['event.duration', 'desc']] }),
];

for (const [name, port, product] of PRODUCTS) {
  const setting = await startElasticsearch(name, port);
  const { why, isMissing, hour, signal, source: peer, endMs } = setting;

  async function ask(block: object, host: readonly string[] = []) {
    const people = await startHttpBackend(
      kibanaDouble({ version: '8.19.2', spaces: { default: { objects, rules: [] } } }),
    );
    const clock = createFakeClock(endMs + 2_000);
    const http = createHttpClient({ timeoutMs: 20_000, clock });
    const options = kibana.options.parse({ kind: 'kibana', url: people.url, elasticsearch: 'rig' });
    const source = kibana.create(options, { name: 'test', http, clock, peer: () => peer });
    const binding = { arguments: { host }, unit: makeUnit(), consolidate: 'average' } as const;
    const request = source.request(kibana.block.parse(block), binding);
    return (await source.fetch(request, hour, signal)) as [LogsFrame, SeriesFrame];
  }

  /** How many documents of the hour are for whom this holds: two a minute for each host. */
  const count = (holds: (host: string, failed: boolean) => boolean) =>
    2 *
    minutesOf(hour)
      .flatMap((minute) => HOSTS.map((host, index) => holds(host, isError(index, minute))))
      .filter(Boolean).length;

  describe.skipIf(isMissing)(`a saved search through a real ${product}${why}`, () => {
    it.each<[string, (host: string, failed: boolean) => boolean]>([
      ['kql', (host, failed) => failed && host !== 'db01'],
      ['lucene', (host, failed) => failed && host !== 'web01'],
      ['combined', (host, failed) => host === 'db01' || (failed && host !== 'web02')],
      ['negated', (_, failed) => !failed],
      ['old', (_, failed) => failed],
    ])('of the kind %s finds exactly its documents', async (title, holds) => {
      const [logs, counts] = await ask({ search: title });
      expect(logs.total).toBe(count(holds));
      expect([...(counts.series[0]?.values ?? [])].reduce((sum, one) => sum + one, 0)).toBe(count(holds));
      expect(Object.keys(logs.lines[0]?.fields ?? {})).toEqual(expect.arrayContaining(['host.name', 'url.path']));
    });

    it('is narrowed to the asked host, and by KQL of the definition', async () => {
      const block = { search: 'negated', filters: { 'host.name': '${host}' }, kql: 'url.path: "/p1"' };
      const [logs] = await ask(block, ['web02']);
      const minutes = minutesOf(hour).filter((minute) => minute % 3 === 1 && !isError(1, minute));
      expect(logs.total).toBe(2 * minutes.length);
      expect(new Set(logs.lines.map(({ fields }) => fields['host.name']))).toEqual(new Set(['web02']));
    });

    it('takes an order of the search that is not of time', async () => {
      const [logs] = await ask({ search: 'slowest', columns: ['host.name', 'event.duration', 'message'] });
      expect(logs.lines.length).toBeGreaterThan(0);
      expect(logs.total).toBe(count(() => true));
    });

    it('measures fields over a data view', async () => {
      const [frame] = (await ask(
        { dataView: 'logs-nginx-*', filters: { 'host.name': '${host}' }, metric: { max: 'event.duration' } },
        ['web02', 'db01'],
      )) as unknown as [SeriesFrame];
      const most = frame.series.map(({ values }) => Math.max(...values.filter(Number.isFinite)));
      expect(most).toEqual([6_000_000, 7_000_000]);
    });
  });
}
