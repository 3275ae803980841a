import { expect, it, onTestFinished } from 'vitest';
import { createElasticsearchHandler } from '../../../src/demo/elasticsearch-handler.ts';
import { EMBEDDED_SOURCES } from '../../../src/demo/embedded-data.ts';
import { createFleet } from '../../../src/demo/fleet.ts';
import { createGraphiteHandler } from '../../../src/demo/graphite-handler.ts';
import { createMachineSampler } from '../../../src/demo/machine.ts';
import { createPrometheusHandler } from '../../../src/demo/prometheus-handler.ts';
import { startEmbeddedServer } from '../../../src/demo/server.ts';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import { summarize } from '../../../src/domain/series.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { queryFolders } from '../../../src/queries/folders.ts';
import { loadCatalog } from '../../../src/queries/load-catalog.ts';
import { sourceKinds } from '../../../src/sources/index.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { T0 } from './small-tree.ts';

const HOSTNAME = 'box_example';
const NOW_MS = (T0 + 50 * 60) * 1000;

const catalog = await loadCatalog(
  queryFolders([
    { pack: 'machine', source: 'machine' },
    { pack: 'demo', source: 'demo' },
  ]),
  EMBEDDED_SOURCES,
  sourceKinds,
  { hostname: HOSTNAME },
);

const names = (pack: string) => catalog.queries.filter((query) => query.pack === pack).map(({ id }) => id);

it('has the queries that the fleet and this machine are said to have, bound to their sources', () => {
  const hosts = ['cpu', 'load', 'memory', 'disk', 'net'];
  expect(names('demo')).toEqual([...hosts, 'errors', 'logs', 'latency', 'latencies', 'requests']);
  expect(names('machine')).toEqual(hosts);
  const elsewhere = catalog.queries.filter(({ pack, sourceName }) => sourceName !== pack);
  expect(elsewhere.map(({ id, sourceName }) => `${id} ${sourceName}`)).toEqual([
    'errors demo-logs',
    'logs demo-logs',
    'latency demo-metrics',
    'latencies demo-metrics',
  ]);
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
  const info = { title: 'Test', notice: 'Test.', isDemo: true };
  const tree = createFleet();
  const server = await startEmbeddedServer({
    demo: createGraphiteHandler(tree, { ...info, clock }),
    machine: createGraphiteHandler(sampler.tree, { ...info, clock }),
    'demo-logs': createElasticsearchHandler({ info, clock }),
    'demo-metrics': createPrometheusHandler({ info, clock, tree }),
  });
  onTestFinished(async () => {
    stop.abort();
    await server.close();
  });
  const http = createHttpClient({ timeoutMs: 10_000 });
  return (name: string) => {
    const { kind, options } = EMBEDDED_SOURCES.find((source) => source.name === name) ?? { kind: '', options: {} };
    const definition = sourceKinds.find((known) => known.kind === kind);
    if (!definition) throw new Error(`no source ${name}`);
    const parsed = definition.options.parse({ kind, url: `${server.url}/${name}`, ...options });
    return definition.create(parsed, { name, http, clock });
  };
}

function argumentsOf(query: SavedQuery): Record<string, string[]> {
  return Object.fromEntries(
    query.parameters.map(({ name, example, default: given }) => [name, [given ?? example ?? '']]),
  );
}

/** Frames of a definition for its example, over the hour before the clock. */
async function framesOf(query: SavedQuery, arguments_: Record<string, string[]>, minutes = 60, toMs = NOW_MS) {
  const source = (await startSources())(query.sourceName);
  const { unit, consolidate } = query;
  const request = source.request(query.block, { arguments: arguments_, unit, consolidate });
  const window = { fromMs: NOW_MS - minutes * 60_000, toMs, zone: 'UTC', maxPoints: 800 };
  return source.fetch(request, window, AbortSignal.timeout(20_000));
}

it.each(catalog.queries.map((query) => [query.pack, query.id, query] as const))(
  'gives values for the example of %s %s, through the real adapter',
  async (_pack, _id, query) => {
    const source = (await startSources())(query.sourceName);
    const [parameter] = query.parameters;
    const known = await source.values?.(String(parameter?.values), AbortSignal.timeout(20_000));
    const args = argumentsOf(query);
    expect(known).toContain(Object.values(args)[0]?.[0]);
    const frames = await framesOf(query, args, 60, NOW_MS + 1_000);
    for (const frame of frames) {
      if (frame.kind === 'heatmap') expect(frame.counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1_000);
      if (frame.kind === 'logs') expect(frame.total).toBeGreaterThan(frame.lines.length - 1);
      if (frame.kind !== 'series') continue;
      expect(frame.series.length).toBeGreaterThan(0);
      for (const one of frame.series) {
        expect(one.name).not.toMatch(/[()]/);
        expect(summarize(one)?.count).toBeGreaterThan(0);
      }
    }
    expect(frames.length).toBeGreaterThan(0);
  },
);

it.each(['errors', 'logs', 'latency', 'cpu', 'requests'])('marks the hourly deploy and incident on %s', async (id) => {
  const source = (await startSources())('demo');
  const window = { fromMs: T0 * 1000, toMs: NOW_MS, zone: 'UTC', maxPoints: 800 };
  const query = catalog.named(id).find(({ pack }) => pack === 'demo');
  const marks = await Promise.all(
    (query?.overlays ?? []).flatMap((overlay) => {
      if (overlay.kind !== 'annotations') return [];
      expect(overlay.source).toBe('demo');
      return source.annotations?.(window, { tags: overlay.tags }, AbortSignal.timeout(10_000)) ?? [];
    }),
  );
  expect(marks.flat().map((mark) => [mark.kind, (mark.timeMs - T0 * 1000) / 60_000])).toEqual([
    ['deploy', 20],
    ['incident', 22],
  ]);
});

function named(id: string): SavedQuery {
  const query = catalog.named(id).find(({ pack }) => pack === 'demo');
  if (query === undefined) throw new Error(`no ${id}`);
  return query;
}

it('shows the percentiles of latency in their order, with the errors beneath', async () => {
  const [frame] = await framesOf(named('latency'), { service: ['checkout'] }, 10);
  expect(frame?.kind === 'series' && frame.series.map(({ name }) => name)).toEqual(['p50', 'p95', 'p99']);
  expect(named('latency').overlays[0]).toEqual({
    kind: 'query',
    query: 'errors',
    with: { service: '${service}' },
  });
});

it('tells as many errors as lines, in the count over time and in the words', async () => {
  const [logs, series] = await framesOf(named('errors'), { service: ['checkout'] }, 15);
  if (logs?.kind !== 'logs' || series?.kind !== 'series') throw new Error('other frames');
  expect(summarize(series.series[0] as never)?.sum).toBe(logs.total);
  expect(logs.total).toBe(logs.lines.length);
});
