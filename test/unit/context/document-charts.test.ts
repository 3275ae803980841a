/** The chart of alerts about documents that ElastAlert tells of, with more or less of its rule. */
import { expect, it } from 'vitest';
import { elastalert2 } from '../../../src/alerts/elastalert2.ts';
import { alertCharts } from '../../../src/context/charts.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import { createSourceSet } from '../../../src/sources/source-set.ts';
import { makeCatalog, makeParameter, makeQuery } from '../questions/world.ts';
import { fakeSource, NOW_MS, sampleAlert, steady, ZONE } from './sample-alerts.ts';

const counts = () =>
  fakeSource(({ window }) => [steady('count', {}, 7, window)], {
    name: 'logs',
    kind: 'elasticsearch',
    title: 'Elasticsearch',
    rawBlock: (expression) => ({ lucene: expression, lines: {} }),
  });

/** An alert as its body is read, of twelve minutes ago. */
function alertOf(body: object): Alert {
  const content = { rule_name: 'Checkout 5xx', service: { name: 'checkout' }, host: { name: 'web-07' }, ...body };
  const delivery = { hook: 'default', content, body: new Uint8Array(), headers: {}, receivedAt: new Date(NOW_MS) };
  const [alert] = elastalert2.decode(delivery as never, {}).alerts;
  return { ...sampleAlert({ alertname: 'x' }), ...alert, startsAt: new Date(NOW_MS - 720_000) } as Alert;
}

async function chartsOf(body: object, queries: readonly SavedQuery[] = []) {
  const { configured, asked } = counts();
  const deps = { sources: createSourceSet([configured]), catalog: makeCatalog(queries), nowMs: NOW_MS, zone: ZONE };
  const found = await alertCharts([alertOf(body)], deps, new AbortController().signal);
  return { ...found, blocks: asked.map(({ block }) => block) };
}

it('counts what the search of the rule finds, in its index', async () => {
  const { blocks, answers } = await chartsOf({ query: 'status:500', index: 'filebeat-*' });
  expect(blocks).toEqual([{ lucene: 'status:500', index: 'filebeat-*' }]);
  expect(answers[0]).toMatchObject({ title: 'Checkout 5xx on web-07', notes: [] });
});

it('reads filters of the rule as a search', async () => {
  const filter = [
    { query: { query_string: { query: 'level:error OR level:fatal' } } },
    { term: { 'service.name': 'check "out"' } },
    { terms: { env: ['a', 'b'] } },
    { range: { 'http.response.status_code': { gte: 500 } } },
  ];
  const { blocks } = await chartsOf({ filter, index: 'logs-*' });
  expect(blocks).toEqual([
    {
      lucene:
        '(level:error OR level:fatal) AND service.name:"check \\"out\\"" AND env:("a" OR "b") AND http.response.status_code:[500 TO *]',
      index: 'logs-*',
    },
  ]);
});

it.each([
  ['filebeat-2026.03.02', 'filebeat-*'],
  ['filebeat-8.15.0-2026.03.02-000001', 'filebeat-8.15.0-*'],
  ['.ds-logs-nginx-default-2026.03.02-000001', 'logs-nginx-default'],
  ['app-000012', 'app-*'],
  ['audit', 'audit'],
])('counts all documents of its place where only the index %s is known, and says so', async (_index, index) => {
  const { blocks, answers } = await chartsOf({ _index });
  expect(blocks).toEqual([{ lucene: 'host.name:"web-07" AND service.name:"checkout"', index }]);
  expect(answers[0]?.notes).toEqual([
    `All documents of ${index} there: the alert does not bring the filter of its rule.`,
  ]);
});

it('draws the lines of a saved query that its service fills before that', async () => {
  const errors = makeQuery('errors', 'logs', {
    kind: 'elasticsearch',
    output: 'lines',
    block: { lucene: 'saved' },
    parameters: [makeParameter('service')],
  });
  const { blocks, answers, reports } = await chartsOf({ _index: 'filebeat-2026.03.02' }, [errors]);
  expect(blocks).toEqual([{ lucene: 'saved' }]);
  expect(answers[0]?.question.arguments).toEqual({ service: ['checkout'] });
  expect(reports[0]?.why).toBe('the saved query errors: its service and host fill it, and the alert brings no search');
});

it.each([{ filter: { script: { script: 'x' } } }, { _index: '.security-7' }, { _index: '../x' }])(
  'draws nothing for %j',
  async (body) => {
    const { blocks, notes } = await chartsOf(body);
    expect([blocks, notes]).toEqual([[], []]);
  },
);
