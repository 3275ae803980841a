/** Doubles refuse, and answer with nothing, as the real systems were recorded to. */
import { describe, expect, it } from 'vitest';
import { elasticsearchDouble } from '../../doubles/elasticsearch.ts';
import { ARCHIVES } from '../../doubles/graphite-metrics.ts';
import { graphiteWeb } from '../../doubles/graphite-web.ts';
import type { Received, Reply } from '../../doubles/http-backend.ts';
import { icinga2Double } from '../../doubles/icinga2.ts';
import { influxDouble } from '../../doubles/influxdb.ts';
import { nagiosDouble } from '../../doubles/nagios.ts';
import { type PromStore, prometheusDouble } from '../../doubles/prometheus.ts';
import { type NamedRecording, recordingsOf } from '../../doubles/recorded.ts';
import { likenessOfExchange, likenessOfReply, receivedOf } from '../../doubles/recorded-request.ts';
import { createZabbixDouble } from '../../doubles/zabbix.ts';

type Answer = (request: Received) => Reply;
type Make = (nowSeconds: number, recording: NamedRecording) => Answer;

const HOSTS = ['web01', 'web02', 'db01'];

function promStore(now: number): PromStore {
  const series = HOSTS.flatMap((host) =>
    ['rig_cpu_user_percent', 'rig_load1', 'rig_http_requests_total'].map((__name__) => ({
      labels: { __name__, host, job: 'backfill' },
      value: (second: number) => (second > now - 80_000 ? 5 : undefined),
    })),
  );
  return { series, nowSeconds: () => now };
}

function basic({ options }: NamedRecording): string {
  return `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
}

const clusterOf = (flavour: 'elasticsearch' | 'opensearch') => (now: number) =>
  elasticsearchDouble({ flavour, docs: () => HOSTS.map((host) => ({ '@timestamp': now * 1000, 'host.name': host })) });

/** Each double with the recordings that it must answer alike: status, media type and outer properties. */
const DOUBLES: readonly (readonly [folder: string, names: readonly string[], make: Make])[] = [
  [
    'prometheus/prometheus-2.42.0',
    ['empty', 'exemplars', 'hosts', 'hosts-none', 'hosts-unparsable', 'range', 'unparsable', 'why-host'],
    (now) => prometheusDouble({ ...promStore(now), retention: '60d' }),
  ],
  [
    'prometheus/victoriametrics-1.79.5',
    ['check', 'empty', 'exemplars', 'hosts', 'hosts-none', 'hosts-unparsable', 'range', 'unparsable', 'why-host'],
    (now) => prometheusDouble({ ...promStore(now), flavour: 'victoriametrics' }),
  ],
  [
    'graphite/graphite-web-1.1.8',
    ['arguments-missing', 'check', 'empty', 'function-unknown', 'hosts', 'hosts-none', 'why-path', 'why-tags'],
    (now) => {
      const metrics = Object.fromEntries(
        HOSTS.flatMap((host) => ['user', 'system'].map((mode) => [`servers.${host}.cpu.${mode}`, () => 5])),
      );
      return graphiteWeb({ metrics, archives: ARCHIVES, lateSteps: 0, nowSeconds: () => now });
    },
  ],
  [
    'influxdb/influxdb-1.6.7',
    [
      'check',
      'check-database',
      'database-wrong',
      'empty',
      'function-unknown',
      'hosts',
      'hosts-none',
      'password-wrong',
      'policy-wrong',
      'range',
    ],
    (now) =>
      influxDouble({
        authorization: `Basic ${Buffer.from('rig:rig-secret').toString('base64')}`,
        series: HOSTS.map((host) => ({
          measurement: 'cpu',
          tags: { host, cpu: 'cpu-total' },
          stepSeconds: 10,
          fromSeconds: now - 3_600,
          toSeconds: now,
          fields: () => ({ usage_user: 5 }),
        })),
      }),
  ],
  [
    'elasticsearch/elasticsearch-8.19.21',
    ['check-index', 'counts', 'empty', 'hosts', 'index-unknown', 'lines-none', 'pattern-unknown'],
    clusterOf('elasticsearch'),
  ],
  [
    'elasticsearch/opensearch-2.19.1',
    ['check-index', 'counts', 'empty', 'esql', 'hosts', 'index-unknown', 'lines-none', 'pattern-unknown', 'why-host'],
    clusterOf('opensearch'),
  ],
  [
    'icinga2/icinga-2.13.6',
    ['check', 'groups', 'hosts', 'problems', 'problems-none', 'right-missing', 'services-nowhere'],
    (now, { options }) =>
      icinga2Double({
        nowSeconds: () => now,
        forbidden: options.username === 'nobody' ? ['services'] : [],
        things: [
          { host: 'db01', groups: ['web'] },
          { host: 'web01' },
          { host: 'web01', service: 'http', state: 1, output: 'slow' },
          { host: 'web01', service: 'disk' },
        ],
      }),
  ],
];

describe.each(DOUBLES)('the double of %s', (folder, names, make) => {
  const recordings = recordingsOf(folder).filter(({ name }) => names.includes(name));

  it('is held to recordings that there are', () => {
    expect(recordings.map(({ name }) => name)).toEqual(names);
  });

  it.each(recordings)('answers as the real one: $about ($name)', (recording) => {
    const answer = make(recording.nowMs / 1000, recording);
    const headers = {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-http-method-override': 'GET',
      authorization: basic(recording),
    };
    const answers = recording.exchanges.map((exchange) => {
      const received = receivedOf(renamed(exchange), headers);
      return { path: received.pathname, like: likenessOfReply(answer(received)) };
    });
    expect(answers).toEqual(
      recording.exchanges.map((exchange) => ({
        path: receivedOf(renamed(exchange)).pathname,
        like: likenessOfExchange(exchange),
      })),
    );
  });
});

/** The index of the doubles has another name than that of the recordings. */
function renamed(exchange: NamedRecording['exchanges'][number]): NamedRecording['exchanges'][number] {
  const { request } = exchange;
  return { ...exchange, request: { ...request, path: request.path.replace('logs-nginx-default', 'logs-test') } };
}

describe('the doubles of Zabbix and Nagios', () => {
  it.each(['check-password', 'check-token-wrong'])('refuse a login of Zabbix as the real one: %s', (name) => {
    const recording = recordingsOf('zabbix/zabbix-6.0.14').find((one) => one.name === name);
    const { answer } = createZabbixDouble({
      hosts: [],
      items: [],
      version: '6.0.14',
      username: 'Admin',
      password: 'zabbix',
      nowSeconds: () => 0,
    });
    const told = recording?.exchanges.map((exchange) => JSON.parse(String(answer(receivedOf(exchange)).body)));
    expect(told).toEqual(recording?.exchanges.map(({ json, text = '' }) => json ?? JSON.parse(text)));
  });

  it.each(['group-unknown', 'services-nowhere'])('complain of names as a real Nagios: %s', (name) => {
    const recording = recordingsOf('nagios/nagios-4.4.6').find((one) => one.name === name);
    const answer = nagiosDouble({ things: [{ host: 'web01' }], nowSeconds: () => 0, folder: '/nagios4/cgi-bin/' });
    const complaint = (body: unknown) => {
      const { type_code, type_text, message } = (JSON.parse(String(body)) as { result: Record<string, unknown> })
        .result;
      return { type_code, type_text, message };
    };
    const told = recording?.exchanges.map((exchange) => complaint(answer(receivedOf(exchange)).body));
    expect(told).toEqual(recording?.exchanges.map(({ json, text }) => complaint(text ?? JSON.stringify(json))));
  });
});
