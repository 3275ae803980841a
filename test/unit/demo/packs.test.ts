import { expect, it, onTestFinished } from 'vitest';
import { createFleet } from '../../../src/demo/fleet.ts';
import { createGraphiteHandler } from '../../../src/demo/graphite-handler.ts';
import { createMachineSampler } from '../../../src/demo/machine.ts';
import { startGraphiteServer } from '../../../src/demo/server.ts';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import { summarize } from '../../../src/domain/series.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { queryFolders } from '../../../src/queries/folders.ts';
import { loadCatalog } from '../../../src/queries/load-catalog.ts';
import { graphite } from '../../../src/sources/graphite.ts';
import { sourceKinds } from '../../../src/sources/index.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { T0 } from './small-tree.ts';

const HOSTNAME = 'box_example';
const NOW_MS = (T0 + 50 * 60) * 1000;

const catalog = await loadCatalog(
  queryFolders([{ pack: 'machine' }, { pack: 'demo' }]),
  [
    { name: 'demo', kind: 'graphite', isDemo: true },
    { name: 'machine', kind: 'graphite' },
  ],
  sourceKinds,
  { hostname: HOSTNAME },
);

const names = (pack: string) => catalog.queries.filter((query) => query.pack === pack).map(({ id }) => id);

it('has the queries that the fleet and this machine are said to have, bound to their sources', () => {
  expect(names('demo')).toEqual(['cpu', 'load', 'memory', 'disk', 'net', 'errors', 'latency', 'requests']);
  expect(names('machine')).toEqual(['cpu', 'load', 'memory', 'disk', 'net']);
  for (const { pack, sourceName } of catalog.queries) expect(sourceName).toBe(pack);
});

it('says everywhere that the fleet is made up', () => {
  for (const query of catalog.queries) {
    expect(query.isDemo).toBe(query.pack === 'demo');
    if (query.isDemo) expect(query.description).toContain('Demo data');
  }
});

it('answers a bare cpu with this machine', () => {
  const [cpu] = catalog.named('cpu').filter(({ pack }) => pack === 'machine');
  expect(cpu?.parameters[0]?.default).toBe(HOSTNAME);
});

/** The real adapter at the real server, whose clock stands ten minutes before the end of an hour. */
async function startSources() {
  const clock = createFakeClock(NOW_MS);
  const texts = { user: 40, system: 10, iowait: 1, idle: 50 };
  let looks = 0;
  const sampler = createMachineSampler({
    clock,
    hostname: HOSTNAME,
    async read() {
      looks += 1;
      return {
        cpu: Object.fromEntries(Object.entries(texts).map(([state, share]) => [state, share * looks])),
        gauges: {
          'memory.used': 1e9,
          'memory.cached': 2e9,
          'memory.free': 3e9,
          'load.1min': 1,
          'load.5min': 2,
          'load.15min': 3,
          'disk.root.used_percent': 60,
        },
        counters: { 'net.eth0.rx': looks * 1000, 'net.eth0.tx': looks * 500 },
      };
    },
  });
  const stop = new AbortController();
  const first = sampler.start(stop.signal);
  await clock.advance(1_000);
  await first;
  const info = { notice: 'Test.', clock };
  const server = await startGraphiteServer({
    demo: createGraphiteHandler(createFleet(), { ...info, title: 'Demo fleet', isDemo: true }),
    machine: createGraphiteHandler(sampler.tree, { ...info, title: 'This machine', isDemo: false }),
  });
  onTestFinished(async () => {
    stop.abort();
    await server.close();
  });
  const http = createHttpClient({ timeoutMs: 10_000 });
  return (name: string) =>
    graphite.create(graphite.options.parse({ kind: 'graphite', url: `${server.url}/${name}` }), { name, http, clock });
}

function argumentsOf(query: SavedQuery): Record<string, string[]> {
  return Object.fromEntries(
    query.parameters.map(({ name, example, default: given }) => [name, [given ?? example ?? '']]),
  );
}

it.each(catalog.queries.map((query) => [query.pack, query.id, query] as const))(
  'gives values for the example of %s %s, through the real adapter',
  async (pack, _, query) => {
    const signal = AbortSignal.timeout(20_000);
    const source = (await startSources())(pack);
    const [parameter] = query.parameters;
    const known = await source.values?.(String(parameter?.values), signal);
    const args = argumentsOf(query);
    expect(known).toContain(Object.values(args)[0]?.[0]);
    const request = source.request(query.block, { arguments: args, unit: query.unit, consolidate: query.consolidate });
    const window = { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS + 1_000, zone: 'UTC', maxPoints: 800 };
    const frames = await source.fetch(request, window, signal);
    const series = frames.flatMap((frame) => (frame.kind === 'series' ? frame.series : []));
    expect(series.length).toBeGreaterThan(0);
    for (const one of series) {
      expect(one.name).not.toMatch(/[()]/);
      expect(summarize(one)?.count).toBeGreaterThan(0);
    }
  },
);

it('marks the hourly deploy and incident on the charts of the fleet', async () => {
  const source = (await startSources())('demo');
  const window = { fromMs: T0 * 1000, toMs: NOW_MS, zone: 'UTC', maxPoints: 800 };
  const [latency] = catalog.named('latency');
  const marks = await Promise.all(
    (latency?.overlays ?? []).map((overlay) => {
      const tags = overlay.kind === 'annotations' ? overlay.tags : [];
      return source.annotations?.(window, { tags }, AbortSignal.timeout(10_000));
    }),
  );
  expect(marks.flat().map((mark) => [mark?.kind, ((mark?.timeMs ?? 0) - T0 * 1000) / 60_000])).toEqual([
    ['deploy', 20],
    ['incident', 22],
  ]);
});

it('shows the percentiles of latency in their order', async () => {
  const source = (await startSources())('demo');
  const [latency] = catalog.named('latency');
  if (latency === undefined) throw new Error('no latency');
  const request = source.request(latency.block, {
    arguments: { service: ['checkout'] },
    unit: latency.unit,
    consolidate: latency.consolidate,
  });
  const window = { fromMs: NOW_MS - 600_000, toMs: NOW_MS, zone: 'UTC', maxPoints: 800 };
  const [frame] = await source.fetch(request, window, AbortSignal.timeout(10_000));
  expect(frame?.kind === 'series' && frame.series.map(({ name }) => name)).toEqual([
    'checkout.p50',
    'checkout.p95',
    'checkout.p99',
  ]);
});
