/** The pictures that are kept: the reference cases of the look, and the plain ones among its further cases. */
import type { Answer } from '../../src/domain/answer.ts';
import type { Theme } from '../../src/domain/saved-query.ts';
import { bump, DAY, HOUR, MINUTE, makeAnswer, mark, NOW_MS, noise, random, sample } from './generate.ts';

/** A picture that is kept. */
export interface GoldenCase {
  readonly name: string;
  readonly theme: Theme;
  readonly answer: Answer;
}

const wave = (seed: number, base: number, swing: number, shape: (at: number) => number = () => 0) => {
  const wander = noise(seed);
  return (at: number) => base + swing * wander() + shape(at);
};

/** Values that are never below zero. */
const positive = (valueAt: (at: number) => number) => (at: number) => Math.max(0, valueAt(at));

/** One series with two thresholds. */
const oneSeries = makeAnswer({
  title: 'CPU of web01',
  origin: 'Graphite · servers.web01.cpu.busy',
  looks: { min: 0, max: 100 },
  series: { busy: positive(wave(3, 27, 6, (at) => 36 * bump(at, 0.62, 0.06) + 16 * bump(at, 0.93, 0.09))) },
  thresholds: [
    { op: '>', value: 80, severity: 'warning' },
    { op: '>', value: 95, severity: 'critical' },
  ],
});

const plateau = (at: number) => 1 / (1 + Math.exp(-(at - 0.56) * 90)) / (1 + Math.exp((at - 0.84) * 60));

/** Four percentiles with an objective and a deploy. */
const fourSeries = makeAnswer({
  title: 'Latency of checkout',
  origin: 'Prometheus · http_request_duration_seconds',
  unit: 'seconds',
  query: { id: 'latency' },
  series: {
    p99: positive(wave(11, 0.3, 0.09, (at) => 0.38 * plateau(at))),
    p95: positive(wave(12, 0.18, 0.03, (at) => 0.2 * plateau(at))),
    p90: positive(wave(13, 0.13, 0.015, (at) => 0.11 * plateau(at))),
    p50: positive(wave(14, 0.052, 0.004, (at) => 0.035 * plateau(at))),
  },
  thresholds: [{ op: '>', value: 0.5, severity: 'warning', title: 'SLO' }],
  annotations: [mark('deploy v2.31.0', '14:32')],
});

const stackedCpu = makeAnswer({
  title: 'CPU of web01',
  origin: 'Graphite · servers.web01.cpu.{user,system,iowait,steal}',
  looks: { min: 0, max: 100, stacked: true },
  series: {
    user: positive(wave(21, 29, 4, (at) => 30 * bump(at, 0.62, 0.05))),
    system: positive(wave(22, 9, 2, (at) => 6 * bump(at, 0.62, 0.05))),
    iowait: positive(wave(23, 5, 2, (at) => 14 * bump(at, 0.61, 0.05))),
    steal: positive(wave(24, 0.8, 0.6)),
  },
});

const drop = (at: number) => (at > 0.57 && at < 0.79 ? Math.min(1, (at - 0.57) * 30, (0.79 - at) * 30) : 0);

const annotated = makeAnswer({
  title: 'Requests of checkout',
  origin: 'Prometheus · sum by (code) (rate(http_requests_total{app="checkout"}[1m]))',
  unit: 'req/s',
  spanMs: 3 * HOUR,
  stepMs: 30_000,
  rangeText: 'last 3h',
  query: { id: 'requests' },
  series: {
    '2xx': positive(wave(31, 1900, 40, (at) => -1000 * drop(at))),
    '4xx': positive(wave(32, 140, 15, (at) => 60 * drop(at))),
    '5xx': positive(wave(33, 4, 1, (at) => 620 * drop(at))),
  },
  annotations: [
    mark('deploy v2.30.4', '12:30'),
    mark('deploy v2.31.0', '13:23'),
    mark('feature flag new-basket on', '13:33'),
    mark('incident INC-4412', '13:42', '14:18'),
    mark('rollback v2.30.4', '14:17'),
  ],
});

const counts = (seed: number, base: number, peak: number) => {
  const next = random(seed);
  return (at: number) =>
    Math.round(Math.max(0, (base + peak * bump(at, 0.64, 0.045)) * (0.7 + 0.6 * next())) * (at > 0.98 ? 0.25 : 1));
};

const errorBars = makeAnswer({
  title: 'Errors of checkout',
  origin: 'Elasticsearch · logs-checkout-* · level: error',
  unit: 'count',
  stepMs: MINUTE,
  nowMs: NOW_MS - 20_000,
  looks: { bars: true },
  query: { id: 'errors', consolidate: 'sum' },
  series: { '500': counts(41, 9, 40), '502': counts(42, 3, 24), '504': counts(43, 1, 10) },
});

const gapped = makeAnswer({
  title: 'Queue length of mailer',
  origin: 'RabbitMQ via Prometheus · rabbitmq_queue_messages',
  unit: 'count',
  spanMs: 6 * HOUR,
  stepMs: MINUTE,
  rangeText: 'last 6h',
  query: { id: 'queue' },
  series: {
    retry: (() => {
      const value = positive(wave(51, 130, 25, (at) => 860 * bump(at, 0.55, 0.05)));
      return (at: number) => ((at > 0.308 && at < 0.43) || (at > 0.708 && at < 0.722) ? null : Math.round(value(at)));
    })(),
    bulk: (() => {
      const value = positive(wave(52, 320, 40, (at) => 60 * bump(at, 0.1, 0.2)));
      return (at: number) => ((at > 0.308 && at < 0.43) || at > 0.827 ? null : Math.round(value(at)));
    })(),
  },
});

const twentyHosts = makeAnswer({
  title: 'CPU of web*',
  origin: 'Graphite · servers.web*.cpu.busy',
  hosts: true,
  spanMs: 6 * HOUR,
  stepMs: MINUTE,
  rangeText: 'last 6h',
  looks: { min: 0, max: 100 },
  series: Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => {
      const base = [66, 60, 54, 49, 44][index] ?? 24 + (index % 5) * 3;
      const rise = index === 0 ? (at: number) => -28 + 44 / (1 + Math.exp(-(at - 0.55) * 18)) : () => 0;
      const number = [7, 13, 4, 18, 9, 1, 2, 3, 5, 6, 8, 10, 11, 12, 14, 15, 16, 17, 19, 20][index] ?? index;
      return [`web${String(number).padStart(2, '0')}`, positive(wave(60 + index, base, 5, rise))];
    }),
  ),
});

const day = (at: number) => 85 + 78 * Math.sin((at - 0.02) * 2 * Math.PI) * (at < 0.5 ? 1 : 0.95);
const lastWeekFrom = NOW_MS - 8 * DAY;

const comparison = makeAnswer({
  title: 'Orders of shop',
  origin: 'Prometheus · sum(rate(orders_total[5m])) * 60',
  unit: '/min',
  spanMs: DAY,
  stepMs: 5 * MINUTE,
  rangeText: 'last 24h',
  query: { id: 'orders' },
  series: { orders: positive(wave(81, 6, 5, (at) => day(at) - (at > 0.85 ? (at - 0.85) * 280 : 0))) },
  answer: {
    comparison: {
      label: 'last week',
      offsetMs: 7 * DAY,
      fromMs: lastWeekFrom,
      frames: [
        {
          kind: 'series',
          range: { fromMs: lastWeekFrom, toMs: lastWeekFrom + DAY, zone: 'Europe/Berlin', text: 'last week' },
          stepMs: 5 * MINUTE,
          warnings: [],
          series: [
            sample('orders', '/min', lastWeekFrom, lastWeekFrom + DAY, 5 * MINUTE, positive(wave(82, 9, 5, day))),
          ],
        },
      ],
    },
  },
});

const others = Array.from({ length: 10 }, (_, index) => `web${String(index + 2).padStart(2, '0')}`);
const hour = { fromMs: NOW_MS - HOUR, toMs: NOW_MS, zone: 'Europe/Berlin', text: 'last 1h' };

/** One host beside ten others: those that rank first are dashed in colours of their own, the rest is grey. */
const againstTen = makeAnswer({
  title: 'CPU of web01',
  origin: 'Graphite · servers.web01.cpu.busy',
  looks: { min: 0, max: 100 },
  series: { web01: positive(wave(300, 46, 3)) },
  question: {
    arguments: { host: ['web01'] },
    comparison: { kind: 'arguments', arguments: { host: others }, label: 'web02, web03 and 8 more' },
  },
  answer: {
    comparison: {
      label: 'web02, web03 and 8 more',
      offsetMs: 0,
      fromMs: hour.fromMs,
      frames: [
        {
          kind: 'series',
          range: hour,
          stepMs: 10_000,
          warnings: [],
          series: others.map((name, index) =>
            sample(
              name,
              'percent',
              hour.fromMs,
              hour.toMs,
              10_000,
              wave(301 + index, [24, 71, 58, 31][index] ?? 22, 3),
            ),
          ),
        },
      ],
    },
  },
});

/** Backups a day ago, each a value between gaps. */
const loneValues = makeAnswer({
  title: 'Backups of db-primary',
  unit: 'seconds',
  spanMs: DAY,
  stepMs: HOUR,
  rangeText: 'last 24h',
  query: { id: 'backup' },
  series: { duration: (at) => (Math.round(at * 24) % 6 === 1 ? 1200 + 300 * at : null) },
  answer: {
    comparison: {
      label: 'yesterday',
      offsetMs: DAY,
      fromMs: NOW_MS - 2 * DAY,
      frames: [
        {
          kind: 'series',
          range: { fromMs: NOW_MS - 2 * DAY, toMs: NOW_MS - DAY, zone: 'Europe/Berlin', text: 'yesterday' },
          stepMs: HOUR,
          warnings: [],
          series: [
            sample('duration', 'seconds', NOW_MS - 2 * DAY, NOW_MS - DAY, HOUR, (at) =>
              Math.round(at * 24) % 6 === 2 ? 900 + 300 * at : null,
            ),
          ],
        },
      ],
    },
  },
});

const longNames = makeAnswer({
  title: 'Memory of payments pods (rss, working set and cache together) in namespace checkout-and-billing-legacy',
  origin: 'Prometheus · container_memory_working_set_bytes',
  unit: 'bytes',
  query: { id: 'podmem' },
  series: {
    'kubernetes.prod-eu-west-1.payments.checkout-api-7d9f8b6c5d-x2k4q.container.memory.working_set_bytes.primary': wave(
      91,
      1.7e9,
      2e7,
      (at) => 3e8 * bump(at, 0.4, 0.3),
    ),
    'kubernetes.prod-eu-west-1.payments.支付服务-数据库-主.内存': wave(92, 1.2e9, 1.5e7, (at) => 3e8 * (0.5 - at)),
    'kubernetes.prod-eu-west-1.payments.خدمة الدفع web01': wave(93, 8e8, 1.5e7, (at) => 2e8 * (0.5 - at)),
    'kubernetes.prod-eu-west-1.payments.🔥 hot-path worker, Загрузка памяти': wave(94, 3.6e8, 1.2e7),
  },
});

const eightHosts = makeAnswer({
  title: 'Load of db*',
  origin: 'Graphite · servers.db*.load.shortterm',
  unit: 'none',
  spanMs: DAY,
  stepMs: 4 * MINUTE,
  rangeText: 'last 24h',
  query: { id: 'load' },
  series: Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [
      `db0${index + 1}`,
      positive(wave(100 + index, 7.4 - index, 0.25, (at) => 1.6 * Math.sin(at * 6 + index))),
    ]),
  ),
});

const sixtyHosts = makeAnswer({
  title: 'Network out of node-*',
  origin: 'Prometheus · rate(node_network_transmit_bytes_total[1m])',
  unit: 'bytes/s',
  spanMs: 3 * HOUR,
  stepMs: 30_000,
  rangeText: 'last 3h',
  query: { id: 'net' },
  hosts: true,
  series: Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => {
      const base = ([33, 26, 22, 16, 14][index] ?? 3 + ((index * 7) % 10)) * 1024 * 1024;
      return [
        `node-${String(((index * 37) % 90) + 10).padStart(3, '0')}`,
        positive(wave(200 + index, base, base * 0.1)),
      ];
    }),
  ),
});

const closeLimits = makeAnswer({
  title: 'Temperature of rack 4',
  unit: '°C',
  looks: { min: 15 },
  query: { id: 'temp' },
  series: { outlet: wave(301, 25, 0.5, (at) => -1.2 * at), inlet: wave(302, 19, 0.6, (at) => bump(at, 0.35, 0.2)) },
  thresholds: [
    { op: '>', value: 26, severity: 'warning' },
    { op: '>', value: 26.6, severity: 'critical' },
  ],
});

const demoNotes = makeAnswer({
  title: 'Free space of /srv/databases/primary auf db-primary-01.eu-west-1.example.net 🔥',
  origin: 'Graphite · servers.db-primary.df.srv.percent_free',
  spanMs: 2 * HOUR,
  stepMs: 20_000,
  rangeText: 'last 2h',
  query: { id: 'disk', isDemo: true, worst: 'low' },
  series: {
    free: positive(wave(311, 34, 0.6, (at) => (at > 0.25 && at < 0.78 ? -(at - 0.25) * 52 : at >= 0.78 ? -3 : 0))),
  },
  thresholds: [
    { op: '<', value: 12, severity: 'warning' },
    { op: '<', value: 10, severity: 'critical' },
  ],
  annotations: [
    mark('deploy api v1', '13:11'),
    mark('deploy web v2.2', '13:14'),
    mark('deploy jobs v9', '13:17'),
    mark('backup', '13:54'),
    mark('vacuum full', '14:15', '14:33'),
    mark('deploy api v2', '14:36'),
    mark('deploy web v2.3', '14:38'),
    mark('deploy jobs v10', '14:39'),
    mark('deploy search v4', '14:41'),
  ],
});

const logScale = makeAnswer({
  title: 'Latency of search',
  origin: 'Prometheus · histogram_quantile',
  unit: 'seconds',
  looks: { log: true },
  query: { id: 'latency' },
  series: {
    'p99.9': wave(321, 2.2, 0.6, (at) => 6 * plateau(at)),
    p99: wave(322, 0.25, 0.06, (at) => 1.2 * plateau(at)),
    p50: (() => {
      const value = wave(323, 0.013, 0.004);
      return (at: number) => (at > 0.2 && at < 0.21 ? 0 : Math.max(0.003, value(at)));
    })(),
  },
});

const singlePoint = makeAnswer({
  title: 'Backups of db-primary',
  origin: 'Graphite · backups.db-primary.duration',
  unit: 'seconds',
  spanMs: DAY,
  stepMs: 10 * MINUTE,
  rangeText: 'last 24h',
  query: { id: 'backup' },
  series: { duration: (_, timeMs) => (timeMs === NOW_MS - 12 * HOUR ? 1260 : null) },
});

const negative = makeAnswer({
  title: 'Network of gw01',
  unit: 'bytes/s',
  spanMs: 3 * HOUR,
  stepMs: 30_000,
  rangeText: 'last 3h',
  query: { id: 'net', isDemo: true },
  series: {
    in: wave(341, 3e8, 1.6e7, (at) => 8e7 * Math.sin(at * 5)),
    out: wave(342, -1.4e8, 1.3e7, (at) => -3e7 * Math.sin(at * 4)),
  },
});

const fourteenDays = makeAnswer({
  title: 'Disk /var/lib/postgresql of db-primary',
  origin: 'Graphite · servers.db-primary.df.var_lib_postgresql.used',
  unit: 'bytes',
  spanMs: 14 * DAY,
  stepMs: 4 * HOUR,
  rangeText: 'last 14d',
  query: { id: 'disk', consolidate: 'max' },
  frame: { rawStepMs: HOUR },
  series: { used: wave(351, 215e9, 2e9, (at) => 90e9 * at + 160e9 * Math.max(0, at - 0.75) * 4) },
  thresholds: [
    { op: '>', value: 400 * 1024 ** 3, severity: 'warning' },
    { op: '>', value: 475 * 1024 ** 3, severity: 'critical' },
  ],
});

const bytesStack = makeAnswer({
  title: 'Memory of db-primary',
  origin: 'Prometheus · node_memory_*_bytes',
  unit: 'bytes',
  spanMs: 6 * HOUR,
  stepMs: MINUTE,
  rangeText: 'last 6h',
  looks: { stacked: true },
  query: { id: 'memory' },
  series: {
    used: wave(361, 33.5e9, 2e8, (at) => 9e9 * at),
    cached: wave(362, 15.5e9, 2e8, (at) => -4e9 * at),
    buffers: wave(363, 2e9, 1e8),
  },
  thresholds: [{ op: '>', value: 64 * 1024 ** 3, severity: 'critical', title: 'installed' }],
});

/** Minutes of a week that rise each hour: more than lines can show. */
const denseWeek = makeAnswer({
  title: 'CPU of web01',
  origin: 'Graphite · servers.web01.cpu.busy',
  spanMs: 7 * DAY,
  stepMs: MINUTE,
  rangeText: 'last 7d',
  looks: { min: 0, max: 100 },
  series: {
    busy: (() => {
      const wander = noise(371);
      return (at: number, timeMs: number) => {
        const minute = (timeMs / MINUTE) % 60;
        const busy = minute > 20 && minute < 33 ? 40 : 0;
        return Math.max(0, 30 + 12 * Math.sin(at * 14 * Math.PI) + busy + 2 * wander());
      };
    })(),
  },
  thresholds: [{ op: '>', value: 95, severity: 'critical' }],
});

/** Every picture that is kept. */
export const CASES: readonly GoldenCase[] = [
  { name: '01-one-series-light', theme: 'light', answer: oneSeries },
  { name: '02-four-series-light', theme: 'light', answer: fourSeries },
  { name: '03-stacked-dark', theme: 'dark', answer: stackedCpu },
  { name: '04-annotations-light', theme: 'light', answer: annotated },
  { name: '05-bars-light', theme: 'light', answer: errorBars },
  { name: '06-gaps-dark', theme: 'dark', answer: gapped },
  { name: '07-twenty-hosts-light', theme: 'light', answer: twentyHosts },
  { name: '08-comparison-light', theme: 'light', answer: comparison },
  { name: '08-comparison-hosts-light', theme: 'light', answer: againstTen },
  { name: '08-comparison-lone-dark', theme: 'dark', answer: loneValues },
  { name: '11-table-light', theme: 'light', answer: longNames },
  { name: '13-eight-series-light', theme: 'light', answer: eightHosts },
  { name: '13-sixty-series-dark', theme: 'dark', answer: sixtyHosts },
  { name: '13-close-thresholds-light', theme: 'light', answer: closeLimits },
  { name: '13-demo-notes-dark', theme: 'dark', answer: demoNotes },
  { name: '13-log-light', theme: 'light', answer: logScale },
  { name: '13-single-point-light', theme: 'light', answer: singlePoint },
  { name: '13-negative-dark', theme: 'dark', answer: negative },
  { name: '13-fourteen-days-light', theme: 'light', answer: fourteenDays },
  { name: '13-dense-light', theme: 'light', answer: denseWeek },
  { name: '13-bytes-stack-light', theme: 'light', answer: bytesStack },
];
