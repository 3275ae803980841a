import { describe, expect, it } from 'vitest';
import { type PromStore, prometheusDouble } from '../../../doubles/prometheus.ts';
import { NOW_SECONDS, signal, startPrometheus, windowOf } from '../prometheus-harness.ts';

const [HOUR, DAY] = [3_600, 86_400];

/** A series of one host that has a value, always 7, between two moments before now. */
function store(fromSeconds: number, toSeconds: number, more: Partial<PromStore> = {}): PromStore {
  const isThere = (second: number) => second >= NOW_SECONDS - fromSeconds && second <= NOW_SECONDS - toSeconds;
  const series = ['web01', 'web02'].map((host) => ({
    labels: { __name__: 'load', host, instance: `${host}.example:9100` },
    value: (second: number) => (isThere(second) ? 7 : undefined),
  }));
  return { series, nowSeconds: () => NOW_SECONDS, ...more };
}

async function why(data: PromStore, expr: string, host: string, window = windowOf(HOUR)) {
  const { source, request } = await startPrometheus(prometheusDouble(data));
  return source.whyEmpty?.(request(expr, { arguments: { host: [host] }, unit: 'ms' }), window, signal);
}

describe('why there is nothing', () => {
  it('finds when a series stopped, within the last weeks too', async () => {
    const lastValue = 0.007;
    const recent = await why(store(DAY, 2 * HOUR), 'load{host="${host}"}', 'web01');
    expect(recent).toMatchObject({ kind: 'stopped', what: 'web01', lastValue });
    const shownMs = (NOW_SECONDS - 2 * HOUR) * 1000;
    expect((recent as { lastMs: number }).lastMs).toBeGreaterThanOrEqual(shownMs);
    expect((recent as { lastMs: number }).lastMs).toBeLessThanOrEqual(shownMs + 300_000); // a value is shown for so long
    const long = await why(store(40 * DAY, 20 * DAY), 'load{host="${host}"}', 'web01');
    expect(long).toMatchObject({ kind: 'stopped', lastValue });
    const offMs = (long as { lastMs: number }).lastMs - (NOW_SECONDS - 20 * DAY) * 1000;
    expect(Math.abs(offMs)).toBeLessThanOrEqual(HOUR * 1000);
  });

  it('finds that it had not begun', async () => {
    const found = await why(store(HOUR, 0), 'load{host="${host}"}', 'web01', windowOf(3 * HOUR, 2 * HOUR));
    expect(found).toEqual({ kind: 'not_yet', what: 'web01', firstMs: (NOW_SECONDS - HOUR) * 1000 });
  });

  it('finds that the window is older than what is kept', async () => {
    const kept = store(DAY, 0, { retention: '15d or 5GiB' });
    expect(await why(kept, 'load{host="${host}"}', 'web01', windowOf(20 * DAY, 16 * DAY))).toEqual({
      kind: 'too_old',
      keptMs: 15 * DAY * 1000,
    });
  });

  it('offers metrics, and values of the label that has none', async () => {
    expect(await why(store(DAY, 0), 'laod{host="${host}"}', 'web01')).toMatchObject({
      kind: 'never_existed',
      what: 'laod',
      near: ['load'],
    });
    expect(await why(store(DAY, 0), 'load{host="${host}"}', 'web03')).toMatchObject({ near: ['web01', 'web02'] });
  });

  it('offers hosts without their ports where a port is matched beside them', async () => {
    const found = await why(store(DAY, 0), 'load{instance=~"${host}(:[0-9]+)?"}', 'web03.example');
    expect(found).toMatchObject({ kind: 'never_existed', near: ['web01.example', 'web02.example'] });
  });

  it('claims nothing where the series are there on both sides', async () => {
    const gap = store(DAY, 0);
    const series = gap.series.map((one) => ({
      ...one,
      value: (second: number) => (Math.abs(NOW_SECONDS - 4 * HOUR - second) < HOUR ? undefined : one.value(second)),
    }));
    const found = await why({ ...gap, series }, 'load{host="${host}"}', 'web01', windowOf(4.5 * HOUR, 3.5 * HOUR));
    expect(found).toEqual({ kind: 'silent', what: 'web01' });
  });

  it('finds that the buckets of a quantile are added up', async () => {
    const labels = { __name__: 'took_bucket', service: 'web01', le: '+Inf' };
    const found = await why(
      { series: [{ labels, value: () => 1 }], nowSeconds: () => NOW_SECONDS },
      'histogram_quantile(0.95, sum by (service) (rate(took_bucket{service="${host}"}[5m])))',
      'web01',
    );
    expect(found).toMatchObject({ kind: 'mistaken', write: 'sum by (service, le) (…)' });
  });

  it('claims nothing of an expression without a selector', async () => {
    const { source, request } = await startPrometheus(prometheusDouble(store(DAY, 0)));
    expect(await source.whyEmpty?.(request('vector(1) > 2'), windowOf(HOUR), signal)).toEqual({
      kind: 'silent',
      what: 'vector(1) > 2',
    });
  });
});
