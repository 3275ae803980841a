/** The contract's setting for InfluxDB 1, 2 and 3. */
import { influxdb } from '../../../src/sources/influxdb.ts';
import { type InfluxSeries, type InfluxStore, influxDouble } from '../../doubles/influxdb.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, valueAt } from './data.ts';

function storeAt(nowSeconds: number, more: Partial<InfluxStore>): InfluxStore {
  const last = Math.floor(nowSeconds / 10) * 10;
  const span = { stepSeconds: 10, fromSeconds: last - 7_200, toSeconds: last };
  const cpu = HOSTS.map((host, index): InfluxSeries => {
    const tags = { host, cpu: 'cpu-total' };
    return { measurement: 'cpu', tags, ...span, fields: (second) => ({ usage_user: valueAt(index, second) }) };
  });
  const event = (before: number, title: string, tags: string): InfluxSeries => ({
    measurement: 'events',
    tags: { host: 'web01' },
    stepSeconds: 10,
    fromSeconds: last - before,
    toSeconds: last - before,
    fields: () => ({ title, text: 'by alice', tags }),
  });
  return {
    series: [...cpu, event(1_800, 'deploy web 1.4.2', 'deploy,web'), event(1_200, 'db01 failover', 'incident,db')],
    ...more,
  };
}

const shared = {
  definition: influxdb,
  block: { measurement: 'cpu', field: 'usage_user', where: { host: '${host}', cpu: 'cpu-total' } },
  hosts: HOSTS,
  pattern: 'tag_values(cpu, host)',
  valueAt,
  nothing: { body: '{"results":[{"statement_id":0}]}' },
  hostile: ['', '  ', 'a\u0000b', 'a\u001bb', 'x\u0085', '\ud800', 'x'.repeat(301)],
  canAnnotate: true,
} satisfies Partial<SourceHarness>;

const events = { measurement: 'events', title: 'title', text: 'text', tags: 'tags' };
const common = { kind: 'influxdb', database: 'telegraf', events, grafana: { datasource: 'influx1' } };

function harness(
  title: string,
  credentials: object,
  store: Partial<InfluxStore>,
  more: Partial<SourceHarness> = {},
): SourceHarness {
  return {
    ...shared,
    title: `influxdb (${title})`,
    options: (url) => ({ ...common, url, ...credentials }),
    backend: (now) => (request) => influxDouble(storeAt(now(), store))(request),
    ...more,
  };
}

const basic = `Basic ${Buffer.from(`glimpse:${SECRET}`).toString('base64')}`;

/** Every version, each with its own way to log in. */
export const influxdbHarnesses: readonly SourceHarness[] = [
  harness('1, a login', { username: 'glimpse', password: SECRET }, { major: 1, authorization: basic }),
  harness(
    '2, a token, InfluxQL as text',
    { token: SECRET },
    { major: 2, authorization: `Token ${SECRET}` },
    {
      block:
        'SELECT mean("usage_user") FROM "cpu" WHERE "host" = \'${host}\' AND $timeFilter GROUP BY time($__interval), "host"',
    },
  ),
  harness('3, a token, found out', { token: SECRET, version: '3' }, { major: 3, authorization: `Bearer ${SECRET}` }),
  harness(
    '1 behind a proxy, each host asked alone',
    { headers: { 'X-Api-Key': SECRET } },
    { major: 1 },
    { block: 'SELECT mean(usage_user) FROM cpu WHERE host = ${host} AND $timeFilter GROUP BY time($interval)' },
  ),
];
