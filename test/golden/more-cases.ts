/** Kept pictures that are no single plot of series: heatmaps, contact sheets, strips beneath, single measurements. */
import type { Threshold } from '../../src/domain/annotation.ts';
import type { Exemplar, Frame, HeatmapFrame, SeriesFrame } from '../../src/domain/frame.ts';
import type { Looks } from '../../src/domain/saved-query.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import type { GoldenCase } from './cases.ts';
import { bump, HOUR, MINUTE, makeAnswer, mark, NOW_MS, noise, random, sample } from './generate.ts';

const range = (spanMs: number, text: string) => ({
  fromMs: NOW_MS - spanMs,
  toMs: NOW_MS,
  zone: 'Europe/Berlin',
  text,
});

/** A histogram's usual limits, s; nothing ends the last bucket. */
const LE = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Number.POSITIVE_INFINITY];

interface HeatSpec {
  readonly edges: readonly number[];
  readonly unit: string;
  readonly columns: number;
  readonly stepMs: number;
  /** Middle and spread of what is counted, in the natural logarithm; how many a column. */
  readonly shape: (at: number) => { readonly middle: number; readonly spread: number; readonly count: number };
  readonly gap?: (at: number) => boolean;
}

/** A frame of counts that lie around a moving middle. */
function heatFrame({ edges, unit, columns, stepMs, shape, gap }: HeatSpec): HeatmapFrame {
  const next = random(401);
  const rows = edges.length - 1;
  const counts = new Float64Array(rows * columns);
  for (let column = 0; column < columns; column += 1) {
    const at = column / columns;
    const { middle, spread, count } = shape(at);
    const below = (edge: number) =>
      edge <= 0 ? 0 : edge === Number.POSITIVE_INFINITY ? 1 : 1 / (1 + Math.exp(-(Math.log(edge) - middle) / spread));
    for (let row = 0; row < rows; row += 1) {
      const share = below(edges[row + 1] as number) - below(edges[row] as number);
      const value = Math.round(count * share * (0.75 + 0.5 * next()));
      counts[row * columns + column] = gap?.(at) ? Number.NaN : value;
    }
  }
  const fromMs = NOW_MS - columns * stepMs;
  return {
    kind: 'heatmap',
    range: range(columns * stepMs, 'last 1h'),
    stepMs,
    warnings: [],
    xEdges: Float64Array.from({ length: columns + 1 }, (_, index) => fromMs + index * stepMs),
    yEdges: Float64Array.from(edges),
    counts,
    unit: makeUnit(unit),
  };
}

const slow = (at: number) => 1 / (1 + Math.exp(-(at - 0.57) * 90)) / (1 + Math.exp((at - 0.8) * 90));

/** Fine buckets as the look has them: five to each power of ten. */
const FINE = [0, ...Array.from({ length: 16 }, (_, index) => Number((0.005 * 10 ** (index / 5)).toPrecision(3)))];

const heat = makeAnswer({
  title: 'Latency of checkout, all requests',
  origin: 'Prometheus · sum by (le) (increase(http_request_duration_seconds_bucket[1m]))',
  unit: 'seconds',
  stepMs: MINUTE,
  query: { id: 'latency-heat' },
  series: {},
  annotations: [mark('deploy v2.31.0', '14:32')],
  answer: {
    frames: [
      heatFrame({
        edges: FINE,
        unit: 'seconds',
        columns: 60,
        stepMs: MINUTE,
        shape: (at) => ({ middle: Math.log(0.048) + 1.9 * slow(at), spread: 0.24, count: 1900 }),
      }),
    ],
  },
});

const heatLimits = makeAnswer({
  title: 'Latency of search',
  origin: 'Prometheus · sum by (le) (increase(search_seconds_bucket[5m]))',
  unit: 'seconds',
  spanMs: 6 * HOUR,
  stepMs: 5 * MINUTE,
  rangeText: 'last 6h',
  query: { id: 'search-heat', isDemo: true },
  series: {},
  thresholds: [
    { op: '>', value: 0.5, severity: 'warning', title: 'SLO' },
    { op: '>', value: 5, severity: 'critical' },
  ],
  annotations: [mark('deploy v7', '11:30'), mark('incident INC-7', '12:40', '13:20')],
  answer: {
    frames: [
      {
        ...heatFrame({
          edges: [0, ...LE],
          unit: 'seconds',
          columns: 72,
          stepMs: 5 * MINUTE,
          shape: (at) => ({ middle: Math.log(0.09) + 3.2 * bump(at, 0.66, 0.06), spread: 0.55, count: 9000 }),
          gap: (at) => at > 0.21 && at < 0.34,
        }),
        range: range(6 * HOUR, 'last 6h'),
      },
    ],
  },
});

const heatPlain = makeAnswer({
  title: 'Temperature of the racks',
  origin: 'Prometheus · rack_temperature_celsius',
  unit: '°C',
  query: { id: 'racks' },
  series: {},
  answer: {
    frames: [
      heatFrame({
        edges: [10, 15, 20, 25, 30, 35, 40],
        unit: '°C',
        columns: 30,
        stepMs: 2 * MINUTE,
        shape: (at) => ({ middle: Math.log(22 + 6 * at), spread: 0.06, count: 4 }),
      }),
    ],
  },
});

interface PanelSpec {
  readonly title: string;
  readonly unit: string;
  readonly looks?: Looks;
  readonly thresholds?: readonly Threshold[];
  readonly series: Readonly<Record<string, (at: number) => number | null>>;
}

function panel(spec: PanelSpec, spanMs: number, stepMs: number, text: string): SeriesFrame {
  const series = Object.entries(spec.series).map(([name, valueAt]) =>
    sample(name, spec.unit, NOW_MS - spanMs, NOW_MS, stepMs, valueAt),
  );
  const { title, looks, thresholds } = spec;
  return {
    kind: 'series',
    title,
    range: range(spanMs, text),
    stepMs,
    warnings: [],
    series,
    ...(looks && { looks }),
    ...(thresholds && { thresholds }),
  };
}

const wander = (seed: number, base: number, swing: number, shape: (at: number) => number = () => 0) => {
  const next = noise(seed);
  return (at: number) => Math.max(0, base + swing * next() + shape(at));
};

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const hump = (height: number) => (at: number) => height * bump(at, 0.63, 0.06);

const OVERVIEW: readonly PanelSpec[] = [
  {
    title: 'CPU busy',
    unit: 'percent',
    looks: { min: 0, max: 100 },
    thresholds: [{ op: '>', value: 80, severity: 'warning' }],
    series: { busy: wander(501, 24, 5, hump(44)) },
  },
  { title: 'Load, 1 min', unit: 'none', series: { load: wander(502, 3.9, 0.5, hump(8)) } },
  {
    title: 'Memory used',
    unit: 'bytes',
    looks: { min: 0, max: 64 * GIB },
    thresholds: [{ op: '>', value: 58 * GIB, severity: 'warning' }],
    series: { used: wander(503, 38 * GIB, 0.2 * GIB, (at) => 8 * GIB * at) },
  },
  { title: 'Network out', unit: 'bytes/s', series: { out: wander(504, 52 * MIB, 9 * MIB, hump(40 * MIB)) } },
  { title: 'Requests per second', unit: 'none', series: { requests: wander(505, 1830, 60, hump(-1100)) } },
  {
    title: 'Latency p95',
    unit: 'seconds',
    thresholds: [{ op: '>', value: 0.5, severity: 'warning' }],
    series: { p95: wander(506, 0.18, 0.03, hump(0.55)) },
  },
];

const sheetOf = (specs: readonly PanelSpec[]): Frame[] => specs.map((spec) => panel(spec, 6 * HOUR, MINUTE, 'last 6h'));

const sheet = makeAnswer({
  title: 'Overview of web01',
  origin: 'Graphite, Prometheus',
  spanMs: 6 * HOUR,
  stepMs: MINUTE,
  rangeText: 'last 6h',
  query: { id: 'overview' },
  series: {},
  answer: { frames: sheetOf(OVERVIEW) },
});

const counted = (seed: number, base: number) => {
  const next = random(seed);
  return (at: number) => Math.round((base + 6 * base * bump(at, 0.62, 0.05)) * (0.5 + next()));
};

/** Panels that are harder: several series, a stack, counts, an end, below zero, nothing, and more than there is room for. */
const sheetMixed = makeAnswer({
  title: 'Dashboard payments / checkout (production, eu-west-1)',
  origin: 'Grafana · payments-checkout',
  spanMs: 6 * HOUR,
  stepMs: MINUTE,
  rangeText: 'last 6h',
  query: { id: 'dashboard', isDemo: true },
  series: {},
  answer: {
    frames: sheetOf([
      {
        title: 'CPU by pod with a title that is far too long for its panel',
        unit: 'percent',
        series: Object.fromEntries(
          [1, 2, 3, 4].map((pod) => [`checkout-7d9f8b6c5d-x${pod}k4q`, wander(510 + pod, 12 + pod * 9, 3)]),
        ),
      },
      {
        title: 'Memory by kind',
        unit: 'bytes',
        looks: { stacked: true },
        series: {
          used: wander(521, 20 * GIB, 0.2 * GIB),
          cached: wander(522, 9 * GIB, 0.2 * GIB),
          free: wander(523, 3 * GIB, 0.1 * GIB),
        },
      },
      { title: 'Errors', unit: 'count', looks: { bars: true }, series: { errors: counted(531, 4) } },
      {
        title: 'Queue',
        unit: 'count',
        thresholds: [{ op: '>', value: 400, severity: 'critical' }],
        series: { jobs: (at) => (at > 0.7 ? null : Math.round(200 + 300 * bump(at, 0.5, 0.1))) },
      },
      { title: 'In and out', unit: 'bytes/s', series: { net: (at) => 30 * MIB * Math.sin(at * 9) } },
      { title: 'Nothing here', unit: 'percent', series: { none: () => null } },
      { title: 'Orders', unit: '/min', series: { orders: wander(541, 60, 6) } },
      { title: 'One more', unit: 'percent', series: { more: wander(551, 60, 6) } },
    ]),
  },
});

const plateau = (at: number) => slow(at);

/** Latency, the errors and the traffic under it. */
const strips = makeAnswer({
  title: 'Latency of checkout',
  origin: 'Prometheus · http_request_duration_seconds',
  unit: 'seconds',
  query: { id: 'latency' },
  series: {
    p99: wander(561, 0.3, 0.07, (at) => 0.38 * plateau(at)),
    p95: wander(562, 0.18, 0.02, (at) => 0.2 * plateau(at)),
    p50: wander(563, 0.05, 0.004, (at) => 0.04 * plateau(at)),
  },
  thresholds: [{ op: '>', value: 0.5, severity: 'warning', title: 'SLO' }],
  annotations: [mark('deploy v2.31.0', '14:32')],
  answer: {
    under: [
      {
        ...panel(
          { title: 'Errors of checkout', unit: 'count', looks: { bars: true }, series: { errors: counted(571, 5) } },
          HOUR,
          MINUTE,
          'last 1h',
        ),
        consolidated: 'sum',
      },
    ],
  },
});

const threeStrips = makeAnswer({
  title: 'CPU of web01',
  origin: 'Grafana · node overview',
  looks: { min: 0, max: 100 },
  query: { id: 'node' },
  series: { busy: wander(581, 27, 6, (at) => 36 * bump(at, 0.62, 0.06)) },
  answer: {
    under: [
      panel(
        {
          title: 'Memory of web01',
          unit: 'bytes',
          thresholds: [{ op: '>', value: 14 * GIB, severity: 'critical' }],
          series: { used: wander(582, 9 * GIB, 0.1 * GIB, (at) => 3 * GIB * at) },
        },
        HOUR,
        10_000,
        'last 1h',
      ),
      panel(
        {
          title: 'Requests of web01',
          unit: 'req/s',
          series: {
            '2xx': wander(583, 900, 30),
            '4xx': wander(584, 60, 8),
            '5xx': wander(585, 3, 1, (at) => 200 * bump(at, 0.62, 0.04)),
          },
        },
        HOUR,
        10_000,
        'last 1h',
      ),
      panel(
        {
          title: 'Errors of web01',
          unit: 'count',
          looks: { bars: true },
          series: { timeout: counted(586, 3), refused: counted(587, 2) },
        },
        HOUR,
        MINUTE,
        'last 1h',
      ),
      panel({ title: 'Threads', unit: 'count', series: { threads: wander(588, 200, 10) } }, HOUR, MINUTE, 'last 1h'),
    ],
  },
});

const traced = random(591);
const exemplars: readonly Exemplar[] = Array.from({ length: 40 }, (_, index) => ({
  timeMs: NOW_MS - HOUR + (index + traced()) * 1.5 * MINUTE,
  value: 0.03 + 0.5 * traced() ** 3 + 0.35 * plateau(index / 40) + (index === 9 ? 4 : 0),
  labels: { trace_id: `4bf92f3577b34da6a3ce929d0e0e47${String(index).padStart(2, '0')}` },
}));

const withTraces = makeAnswer({
  title: 'Latency of checkout, p95',
  origin: 'Prometheus · histogram_quantile(0.95, http_request_duration_seconds_bucket)',
  unit: 'seconds',
  query: { id: 'latency' },
  series: { p95: wander(562, 0.28, 0.03, (at) => 0.3 * plateau(at)) },
  frame: { exemplars },
});

/** Every picture of these kinds that is kept. */
export const MORE_CASES: readonly GoldenCase[] = [
  { name: '12-contact-sheet-dark', theme: 'dark', answer: sheet },
  { name: '12-contact-sheet-light', theme: 'light', answer: sheet },
  { name: '12-contact-sheet-mixed-light', theme: 'light', answer: sheetMixed },
  { name: '13-heatmap-dark', theme: 'dark', answer: heat },
  { name: '13-heatmap-light', theme: 'light', answer: heat },
  { name: '13-heatmap-limits-dark', theme: 'dark', answer: heatLimits },
  { name: '13-heatmap-plain-light', theme: 'light', answer: heatPlain },
  { name: '15-strip-light', theme: 'light', answer: strips },
  { name: '15-three-strips-dark', theme: 'dark', answer: threeStrips },
  { name: '16-exemplars-light', theme: 'light', answer: withTraces },
];
