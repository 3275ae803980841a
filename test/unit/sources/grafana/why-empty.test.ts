import { describe, expect, it } from 'vitest';
import { frameOf, type GrafanaStore } from '../../../doubles/grafana/store.ts';
import { NOW_SECONDS, signal, startGrafana, windowOf } from '../grafana-harness.ts';

const CPU = { dashboard: 'web-overview', panel: 4, variables: { host: '${host}' } };

/** A server whose only values are at these moments, in seconds before now. */
function valuesAt(...before: readonly number[]): Partial<GrafanaStore> {
  return {
    answer(query, fromMs, toMs) {
      const times = before.map((seconds) => (NOW_SECONDS - seconds) * 1000).filter((at) => at >= fromMs && at < toMs);
      if (times.length === 0) return { frames: [] };
      return {
        frames: [
          frameOf(query.refId, [
            { name: 'Time', type: 'time', values: times },
            { name: 'Value', type: 'number', values: times.map((_, index) => index + 1), labels: { host: 'web01' } },
          ]),
        ],
      };
    },
  };
}

async function reason(store: Partial<GrafanaStore>, host = 'web01', window = windowOf(600)) {
  const { source, request } = await startGrafana(store);
  return source.whyEmpty?.(request(CPU, { arguments: { host: [host] } }), window, signal);
}

describe('a panel without values', () => {
  it('tells a value that the variable does not have, and those near it', async () => {
    expect(await reason({}, 'web03')).toEqual({
      kind: 'never_existed',
      what: 'web03',
      near: ['web01', 'web02'],
    });
  });

  it.each([
    ['an hour', 3_600],
    ['ten days', 864_000],
  ])('tells when it stopped, %s before', async (_, seconds) => {
    expect(await reason(valuesAt(seconds + 60, seconds))).toEqual({
      kind: 'stopped',
      what: 'web01',
      lastMs: (NOW_SECONDS - seconds) * 1000,
      lastValue: 2,
    });
  });

  it('tells when it began', async () => {
    expect(await reason(valuesAt(300, 60), 'web01', windowOf(7_200, 3_600))).toEqual({
      kind: 'not_yet',
      what: 'web01',
      firstMs: (NOW_SECONDS - 300) * 1000,
    });
  });

  it('tells that nothing is known', async () => {
    expect(await reason(valuesAt())).toEqual({ kind: 'silent', what: 'web01' });
  });

  it('names the panel where the question is about more than can be named', async () => {
    const { source, request } = await startGrafana(valuesAt());
    const asked = request(CPU, { arguments: { host: ['web01', 'web02', 'db01'] } });
    expect(await source.whyEmpty?.(asked, windowOf(600), signal)).toEqual({ kind: 'silent', what: 'CPU of …' });
  });
});
