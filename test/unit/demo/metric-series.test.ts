import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { createFleet } from '../../../src/demo/fleet.ts';
import { evaluateTargets } from '../../../src/demo/graphite-evaluate.ts';
import { createLogLines } from '../../../src/demo/log-lines.ts';
import { createMetricSeries, resetBefore, SCRAPE_S } from '../../../src/demo/metric-series.ts';
import { evaluatePromql } from '../../../src/demo/promql-evaluate.ts';
import { T0 } from './small-tree.ts';

const tree = createFleet();
const series = createMetricSeries(tree);
const NOW_S = T0 + 50 * 60;

/** The one value of an expression at a moment. */
function value(expr: string, timeS: number): number {
  const found = evaluatePromql(expr, { series, nowS: NOW_S }, { startS: timeS, stepS: 1, count: 1 });
  if (found.kind !== 'vector' || found.columns.length !== 1) throw new Error(`not one series: ${expr}`);
  return found.columns[0]?.values[0] as number;
}

/** Mean of a path of Graphite over the ten minutes before a moment. */
function graphite(path: string, timeS: number): number {
  const [row] = evaluateTargets(tree, [path], { fromS: timeS - 610, untilS: timeS - 1 }, NOW_S);
  return [...(row?.values ?? [])].reduce((sum, one) => sum + one, 0) / (row?.values.length ?? 1);
}

it('counts the requests that Graphite has the rate of', () => {
  for (const service of ['checkout', 'search', 'payments']) {
    const rate = value(`sum(rate(http_requests_total{service="${service}"}[10m]))`, T0 + 2_400);
    expect(rate / graphite(`services.${service}.requests`, T0 + 2_400)).toBeCloseTo(1, 1);
  }
});

it('counts the failed requests that Graphite has the rate of, and the log has the lines of', () => {
  const grown = value('sum(increase(http_requests_total{service="checkout", code=~"5.."}[10m]))', T0 + 2_040);
  expect(grown / (10 * graphite('services.checkout.errors', T0 + 2_040))).toBeCloseTo(1, 1);
  const log = createLogLines();
  const lines = log.cells
    .filter(({ template }) => template.service === 'checkout' && template.level === 'error')
    .reduce((sum, cell) => sum + log.count(cell, (T0 + 1_440) * 1_000, (T0 + 2_040) * 1_000), 0);
  expect(Math.abs(grown - lines)).toBeLessThan(0.01 * lines + 15);
});

it.each([
  ['p50', 0.5],
  ['p95', 0.95],
  ['p99', 0.99],
])('has the %s of Graphite, within the width of its buckets', (name, share) => {
  for (const second of [900, 1_800, 2_900]) {
    const own = value(
      `histogram_quantile(${share}, sum by (le) (rate(http_request_duration_seconds_bucket{service="checkout"}[10m])))`,
      T0 + second,
    );
    const other = graphite(`services.checkout.latency.${name}`, T0 + second);
    expect(own / other).toBeGreaterThan(0.7);
    expect(own / other).toBeLessThan(1.45);
  }
});

it('has a mean time between the median and the slow end', () => {
  const mean = value(
    'sum(rate(http_request_duration_seconds_sum{service="search"}[10m])) / sum(rate(http_request_duration_seconds_count{service="search"}[10m]))',
    T0 + 600,
  );
  expect(mean).toBeGreaterThan(0.02);
  expect(mean).toBeLessThan(0.12);
});

it('has buckets that hold what the one below holds, up to all requests', () => {
  const of = (le: string) => value(`sum(http_request_duration_seconds_bucket{service="checkout", le="${le}"})`, NOW_S);
  const counts = ['0.05', '0.1', '0.2', '0.5', '1', '5', '+Inf'].map(of);
  expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBe(value('sum(http_request_duration_seconds_count{service="checkout"})', NOW_S));
});

const counters = series.filter(({ isCounter }) => isCounter);

propertyTest.prop([fc.integer({ min: T0 - 30 * 86_400, max: T0 }), fc.nat(counters.length - 1)])(
  'has counters that never fall but at their reset, and whose samples are the same again',
  (fromS, index) => {
    const startS = fromS - (fromS % SCRAPE_S);
    const one = counters[index];
    const values = Array.from({ length: 40 }, (_, at) => one?.at(startS + at * SCRAPE_S) as number);
    const falls = values.flatMap((own, at) =>
      at > 0 && own < (values[at - 1] as number) ? [startS + at * SCRAPE_S] : [],
    );
    expect(falls.every((timeS) => resetBefore(timeS) > timeS - SCRAPE_S)).toBe(true);
    expect(
      createMetricSeries(tree)
        .filter(({ isCounter }) => isCounter)
        [index]?.at(startS),
    ).toBe(values[0]);
  },
);

it('loses nothing at the daily restart but the last scrape', () => {
  const reset = resetBefore(T0);
  const across = value('sum(rate(http_requests_total{service="search"}[10m]))', reset + 300);
  const before = value('sum(rate(http_requests_total{service="search"}[10m]))', reset - 60);
  expect(across / before).toBeGreaterThan(0.9);
  expect(across / before).toBeLessThan(1.1);
});

it('shows web11 as down while it is silent', () => {
  const morning = T0 - (T0 % 86_400) + 4 * 3_600;
  expect(value('up{instance="web11:9100"}', morning + 1_200)).toBe(0);
  expect(value('up{instance="web11:9100"}', morning + 3_000)).toBe(1);
});

it('has the load and the free space that Graphite has', () => {
  const at = T0 + 600;
  const [load] = evaluateTargets(tree, ['servers.db01.load.shortterm'], { fromS: at - 10, untilS: at + 1 }, NOW_S);
  expect(load?.values).toContain(value('node_load1{instance="db01:9100"}', at));
  const share = value(
    '100 * (1 - node_filesystem_avail_bytes{instance="db02:9100", mountpoint="/data"} / node_filesystem_size_bytes)',
    at,
  );
  const [used] = evaluateTargets(
    tree,
    ['servers.db02.disk.data.used_percent'],
    { fromS: at - 10, untilS: at + 1 },
    NOW_S,
  );
  expect(share).toBeCloseTo(used?.values.at(-1) as number, 1);
});

it('has no labels twice, as no server has', () => {
  const labels = series.map(({ labels: own }) => JSON.stringify(Object.entries(own).sort()));
  expect(labels.filter((one, index) => labels.indexOf(one) !== index)).toEqual([]);
});
