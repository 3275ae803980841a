/** Kept pictures of alerts: one that fires, a group, one that is over, a storm of members; see the look, sections 6 and 7. */
import type { AlertView } from '../../src/domain/alert-view.ts';
import type { Answer } from '../../src/domain/answer.ts';
import type { GoldenCase } from './cases.ts';
import { bump, type CaseSpec, clockMs, HOUR, makeAnswer, mark, noise, savedQuery } from './generate.ts';

/** An answer with what fires in it. */
function alertAnswer(spec: CaseSpec, alert: AlertView): Answer {
  return { ...makeAnswer(spec), alert };
}

const wave = (seed: number, base: number, swing: number, shape: (at: number) => number = () => 0) => {
  const wander = noise(seed);
  return (at: number) => Math.min(99.6, Math.max(0, base + swing * wander() + shape(at)));
};

const rise = (at: number, from: number, height: number) => height / (1 + Math.exp(-(at - from) * 90));
/** Alerts bring an expression of their own, without parameters. */
const ownExpression = { ...savedQuery(), parameters: [], title: '' };

/** One alert of one series, with the deploy that did it. */
export const firing = alertAnswer(
  {
    title: 'HighCpu on web01',
    origin: 'Prometheus · 100 - avg(rate(node_cpu_seconds_total{mode="idle",instance="web01"}[1m])) * 100',
    query: ownExpression,
    looks: { min: 0, max: 100 },
    series: { busy: wave(401, 31, 4, (at) => rise(at, 0.68, 65)) },
    annotations: [mark('deploy v2.31.0', '14:39')],
  },
  {
    name: 'HighCpu',
    fromMs: clockMs('14:48'),
    members: [{ name: 'busy', fromMs: clockMs('14:48') }],
    count: 1,
    severity: 'critical',
    limit: { op: '>', value: 90 },
    forMs: 300_000,
  },
);

const fleet = (count: number, starts: Readonly<Record<number, number>>) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const from = starts[index + 1];
      const shape = (at: number) => (from === undefined ? 0 : rise(at, from - 0.07, 64));
      return [`web${String(index + 1).padStart(2, '0')}`, wave(420 + index, 31 + (index % 5), 4, shape)];
    }),
  );

/** Three of twenty, one after the other. */
export const group = alertAnswer(
  {
    title: 'HighCpu on web03, web11, web17',
    origin: 'Prometheus',
    looks: { min: 0, max: 100 },
    series: fleet(20, { 3: 0.6, 11: 0.71, 17: 0.83 }),
  },
  {
    name: 'HighCpu',
    fromMs: clockMs('14:36'),
    members: [
      { name: 'web17', fromMs: clockMs('14:50') },
      { name: 'web03', fromMs: clockMs('14:36') },
      { name: 'web11', fromMs: clockMs('14:43') },
    ],
    count: 3,
    severity: 'critical',
    limit: { op: '>', value: 90 },
    forMs: 300_000,
  },
);

/** Over: a lower limit, a further one of the definition, and notes all around. */
export const resolved = alertAnswer(
  {
    title: 'DiskSpaceLow auf /srv/databases/primary-cluster-eu-west-1-b/db-primary-01.eu-west-1.example.net 🔥',
    origin: 'Graphite · servers.db-primary.df.srv.percent_free',
    spanMs: 2 * HOUR,
    stepMs: 20_000,
    rangeText: 'last 2h',
    query: { id: 'disk', isDemo: true, worst: 'low' },
    series: {
      free: wave(311, 34, 0.6, (at) => (at > 0.25 && at < 0.78 ? -(at - 0.25) * 52 : at >= 0.78 ? -3 : 0)),
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
      mark('vacuum full', '14:15'),
      mark('deploy api v2', '14:36'),
      mark('deploy web v2.3', '14:38'),
    ],
  },
  {
    name: 'DiskSpaceLow',
    fromMs: clockMs('14:23'),
    toMs: clockMs('14:32'),
    members: [{ name: 'free', fromMs: clockMs('14:23'), toMs: clockMs('14:32') }],
    count: 1,
    severity: 'critical',
    limit: { op: '<', value: 10 },
    forMs: 300_000,
  },
);

const stormStarts = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [index * 4 + 2, 0.5 + index * 0.03]));

/** Twelve of fifty: five in colour, seven thin, the others a band. */
export const storm = alertAnswer(
  {
    title: 'HighCpu in rack r7',
    origin: 'Prometheus · instance:cpu_busy:rate1m',
    looks: { min: 0, max: 100 },
    series: fleet(50, stormStarts),
    annotations: [mark('deploy v2.31.0', '14:24')],
  },
  {
    name: 'HighCpu',
    fromMs: clockMs('14:30'),
    members: Object.entries(stormStarts).map(([index, at]) => ({
      name: `web${index.padStart(2, '0')}`,
      fromMs: clockMs('14:00') + at * HOUR,
    })),
    count: 12,
    severity: 'warning',
    limit: { op: '>', value: 90 },
  },
);

/** A group that is over, in bars of its own: what fired together has one span and its rings. */
export const together = alertAnswer(
  {
    title: 'HighErrorRate · checkout',
    origin: 'Prometheus · sum by (instance) (rate(http_requests_total{code=~"5.."}[5m]))',
    unit: 'percent',
    query: ownExpression,
    series: {
      web01: wave(441, 0.6, 0.2),
      web02: wave(442, 0.8, 0.2, (at) => 11.5 * bump(at, 0.76, 0.14)),
      web03: wave(443, 0.5, 0.2),
      web05: wave(444, 0.7, 0.2, (at) => 7.6 * bump(at, 0.76, 0.14)),
    },
    annotations: [mark('deploy checkout 4.12.0', '14:33')],
  },
  {
    name: 'HighErrorRate',
    fromMs: clockMs('14:38'),
    toMs: clockMs('14:53'),
    members: [
      { name: 'web02', fromMs: clockMs('14:38'), toMs: clockMs('14:53') },
      { name: 'web05', fromMs: clockMs('14:40'), toMs: clockMs('14:51') },
    ],
    count: 2,
    severity: 'critical',
    limit: { op: '>', value: 5 },
  },
);

/** Every kept picture of alerts, most in both themes. */
export const ALERT_CASES: readonly GoldenCase[] = [
  { name: '09-alert-firing-light', theme: 'light', answer: firing },
  { name: '09-alert-firing-dark', theme: 'dark', answer: firing },
  { name: '10-alert-group-dark', theme: 'dark', answer: group },
  { name: '10-alert-group-light', theme: 'light', answer: group },
  { name: '13-alert-resolved-dark', theme: 'dark', answer: resolved },
  { name: '13-alert-resolved-light', theme: 'light', answer: resolved },
  { name: '17-alert-storm-light', theme: 'light', answer: storm },
  { name: '17-alert-storm-dark', theme: 'dark', answer: storm },
  { name: '17-alert-together-light', theme: 'light', answer: together },
];
