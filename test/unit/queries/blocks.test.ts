/** Mistakes that people make in the blocks of sources: each is said where it stands, with what would be right. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkQueries } from '../../../src/queries/check.ts';
import { sourceKinds } from '../../../src/sources/index.ts';

const SOURCES = sourceKinds.map(({ kind }) => ({ name: kind, kind }));

/** The faults of one definition called `q`, without the place of the file. */
async function faultsOf(definition: string): Promise<readonly string[]> {
  const path = mkdtempSync(join(tmpdir(), 'glimpse-blocks-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  writeFileSync(join(path, 'q.yaml'), `q: ${definition}\n`);
  const { text } = await checkQueries([{ pack: 'docs', path }], SOURCES, sourceKinds, { hostname: 'web01' });
  return text.split('\n').flatMap((line) => /q\.yaml:(\d+:\d+: .*)$/.exec(line)?.[1] ?? []);
}

it.each<[string, string, string]>([
  [
    'a placeholder of PromQL outside of quotes',
    '{ parameters: { host: {} }, prometheus: "up{instance=${host}}" }',
    '1:57: q.prometheus: has a placeholder outside of quotes, where no value can be bound; write {label="${name}"}',
  ],
  [
    'a heatmap of several expressions',
    '{ prometheus: { expr: [{ a: x }, { b: y }], heatmap: true } }',
    '1:57: q.prometheus.heatmap: draws one expression, and `expr` is a list',
  ],
  [
    'a pattern that lists nothing of Prometheus',
    '{ parameters: { host: { values: "label_value(up, instance)" } }, prometheus: \'x{h="${host}"}\' }',
    '1:36: q.parameters.host.values: lists no values; write label_values(metric, label) or label_values(label)',
  ],
  [
    'a pattern that lists nothing of Elasticsearch',
    '{ parameters: { s: { values: "terms:host.name" } }, elasticsearch: { filter: { term: { a: "${s}" } } } }',
    '1:33: q.parameters.s.values: lists no values; write it like terms:host.name on logs-*',
  ],
  [
    'a pattern that lists nothing of Loki',
    '{ parameters: { s: { values: "label_values(app" } }, loki: \'{app="${s}"}\' }',
    '1:33: q.parameters.s.values: lists no values; write label_values(label) or label_values({app="x"}, label)',
  ],
  [
    'a pattern that lists nothing of InfluxDB',
    '{ parameters: { h: { values: SHOW TAG VALUES } }, influxdb: "SELECT mean(x) FROM c WHERE h = \'${h}\' AND $timeFilter GROUP BY time($__interval)" }',
    '1:33: q.parameters.h.values: lists no values; write tag_values(measurement, tag)',
  ],
  [
    'a pattern that lists nothing of Kibana',
    '{ parameters: { h: { values: "terms:host.name" } }, kibana: { search: a, filters: { host.name: "${h}" } } }',
    '1:33: q.parameters.h.values: lists no values; write terms:FIELD on DATA VIEW, or rules',
  ],
  [
    'a pattern that lists nothing of Grafana',
    '{ parameters: { h: { values: "variable:host" } }, grafana: { dashboard: d, variables: { host: "${h}" } } }',
    '1:33: q.parameters.h.values: lists no values; write variable:dashboard/name, query:data source/label_values(metric, label), panels:dashboard or dashboards',
  ],
  [
    'a pattern that lists nothing of Zabbix',
    '{ parameters: { h: { values: "hosts:Linux servers" } }, zabbix: { host: "${h}", item: x } }',
    '1:33: q.parameters.h.values: lists no values; write hosts, hosts:group/Linux servers, groups or items:web01',
  ],
  [
    'ES|QL that is SQL',
    '{ elasticsearch: { esql: "SELECT * FROM x" } }',
    '1:29: q.elasticsearch.esql: does not begin like ES|QL; write it like `FROM logs-* | LIMIT 10`',
  ],
  [
    'a phrase without its parameter',
    '{ elasticsearch: { text: phrase, lines: {} } }',
    '1:29: q.elasticsearch.text: wants a parameter `phrase`; declare it under `parameters`',
  ],
  [
    'a placeholder where nothing is filled in',
    '{ parameters: { s: {} }, elasticsearch: { lucene: "a:${s}" } }',
    '1:57: q.elasticsearch.lucene: ${s} is not filled in here: nothing is in this key',
  ],
  [
    'a placeholder in the KQL of Kibana',
    '{ parameters: { h: {} }, kibana: { dataView: logs, kql: "host: ${h}" } }',
    '1:67: q.kibana.kql: ${h} is not filled in here: nothing is in this key',
  ],
  [
    'a metric that there is not',
    '{ elasticsearch: { metric: { average: event.duration } } }',
    '1:31: q.elasticsearch.metric: should be count, or avg, max, min, sum, unique, rate (of a counter, per second) or percentiles of a field, such as { avg: event.duration }',
  ],
  [
    'a key that one of several forms of a block lacks',
    '{ zabbix: { host: x } }',
    '1:6: q.zabbix.item: is missing; it should be text or a list',
  ],
  [
    'a value that one of several forms of a block does not take',
    '{ zabbix: { host: x, item: y, as: table } }',
    '1:38: q.zabbix.as: "table" is not known; it should be one of auto, series',
  ],
  [
    'a mistyped key of a link to a dashboard',
    '{ prometheus: x, links: [{ title: x, grafana: { dashbord: y } }] }',
    '1:52: q.links[0].grafana.dashbord: is no key here; did you mean `dashboard`?',
  ],
])('%s', async (_what, definition, fault) => {
  expect(await faultsOf(definition)).toEqual([fault]);
});

it.each([
  '{ elasticsearch: { esql: "// comment\\n  from logs-* | limit 3" } }',
  '{ elasticsearch: { esql: "/* a */ ROW a = 1" } }',
  '{ parameters: { p: { type: text, default: "" } }, elasticsearch: { text: p, lines: {} } }',
  '{ parameters: { h: { values: "label_values(up, instance) | fqdn" } }, prometheus: \'x{h="${h}"}\' }',
  '{ parameters: { h: { values: "variable:Web overview/host | host" } }, grafana: { dashboard: d, variables: { host: "${h}" } } }',
  '{ parameters: { h: { values: "query:Graphite/servers.*" } }, grafana: { dashboard: d, variables: { host: "${h}" } } }',
  '{ parameters: { h: { values: "variable:folder/Web overview/host" } }, grafana: { dashboard: d, variables: { host: "${h}" } } }',
  '{ parameters: { h: { values: "dashboards | lower" } }, grafana: { dashboard: d, variables: { host: "${h}" } } }',
  '{ parameters: { h: {} }, kibana: { search: a, filters: { host.name: "${h}" } } }',
])('finds nothing wrong with %s', async (definition) => {
  expect(await faultsOf(definition)).toEqual([]);
});
