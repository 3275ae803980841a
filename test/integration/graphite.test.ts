/** The Graphite source against a real graphite-web and carbon; every value of the rig is a function of its timestamp. */
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../src/domain/frame.ts';
import type { Consolidation } from '../../src/domain/saved-query.ts';
import type { Series } from '../../src/domain/series.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { loadCatalog } from '../../src/queries/load-catalog.ts';
import { graphite } from '../../src/sources/graphite.ts';
import { sourceKinds } from '../../src/sources/index.ts';
import type { FetchWindow, Source } from '../../src/sources/source.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { type Rig, startRig } from './rig.ts';

const PORT = 18_560;
const rig = await startRig('graphite', PORT);
const why = typeof rig === 'string' ? ` (skipped: ${rig})` : '';
const url = typeof rig === 'string' ? 'http://127.0.0.1:9' : rig.url;
/** Data end here, so this is the tests' "now"; the server's own is a little later. */
const NOW_MS = typeof rig === 'string' ? 0 : JSON.parse(await rig.command('seed')).end * 1000 + 3_500;
afterAll(() => (typeof rig === 'string' ? undefined : rig.stop()));

function createSource(): Source {
  const deps = { name: 'rig', http: createHttpClient({ timeoutMs: 20_000 }), clock: createFakeClock(NOW_MS) };
  return graphite.create(graphite.options.parse({ kind: 'graphite', url }), deps);
}

const source = createSource();
const signal = AbortSignal.timeout(240_000);
const HOUR_MS = 3_600_000;
const HOSTS = ['web01', 'web02', 'db01'];

/** What the rig has for `cpu.user` of the host with that index. */
function cpuUser(host: number, second: number): number {
  return 10 * (host + 1) + (Math.floor(second / 60) % 10);
}

function windowOf(fromMs: number, toMs: number, maxPoints = 900): FetchWindow {
  return { fromMs, toMs, zone: 'UTC', maxPoints };
}

function lastHours(hours: number, maxPoints?: number): FetchWindow {
  return windowOf(NOW_MS - hours * HOUR_MS, NOW_MS, maxPoints);
}

interface Asked {
  readonly hosts?: readonly string[];
  readonly consolidate?: Consolidation;
  readonly unit?: string;
}

function requestOf(
  target: string | readonly string[],
  { hosts = ['web01'], consolidate = 'average', unit }: Asked = {},
) {
  const block = graphite.block.parse(typeof target === 'string' ? target : { target });
  return source.request(block, { arguments: { host: hosts }, unit: makeUnit(unit), consolidate });
}

async function ask(target: string | readonly string[], window: FetchWindow, asked?: Asked): Promise<SeriesFrame> {
  const [frame] = await source.fetch(requestOf(target, asked), window, signal);
  return frame as SeriesFrame;
}

const CPU = 'servers.${host}.cpu.user';

function expectExact({ times, values }: Series, valueAt: (second: number) => number): void {
  expect([...values]).toEqual([...times].map((timeMs) => valueAt(timeMs / 1000)));
}

function expectWithin({ times }: Series, { fromMs, toMs }: FetchWindow, stepMs: number): void {
  expect(times[0]).toBeGreaterThanOrEqual(fromMs);
  expect(times[0]).toBeLessThan(fromMs + stepMs);
  expect(times.at(-1)).toBeLessThan(toMs);
  expect(times.at(-1)).toBeGreaterThanOrEqual(toMs - 2 * stepMs);
}

describe.skipIf(typeof rig === 'string')(`a real Graphite${why}`, () => {
  it('gives the last hour in steps of 10 s, to the digit', async () => {
    const window = lastHours(1);
    const frame = await ask(CPU, window, { hosts: HOSTS });
    expect(frame.stepMs).toBe(10_000);
    expect(frame.series.map(({ name }) => name)).toEqual(HOSTS);
    for (const [host, series] of frame.series.entries()) {
      expect(series.times.length).toBeGreaterThanOrEqual(359);
      expectExact(series, (second) => cpuUser(host, second));
      expectWithin(series, window, 10_000);
    }
    expect(frame.warnings).toEqual([]);
  });

  it('includes the first moment of a window that begins on a whole second, and not its last', async () => {
    const toMs = Math.floor((NOW_MS - HOUR_MS) / 60_000) * 60_000;
    const { series } = await ask(CPU, windowOf(toMs - HOUR_MS, toMs));
    expect(series[0]?.times.length).toBe(360);
    expect(series[0]?.times[0]).toBe(toMs - HOUR_MS);
    expect(series[0]?.times.at(-1)).toBe(toMs - 10_000);
  });

  it('gives an hour of yesterday from the archive of 60 s', async () => {
    const toMs = Math.floor((NOW_MS - 19 * HOUR_MS) / 60_000) * 60_000;
    const frame = await ask(CPU, windowOf(toMs - HOUR_MS, toMs));
    expect(frame.stepMs).toBe(60_000);
    expect(frame.series[0]?.times.length).toBe(60);
    expectExact(frame.series[0] as Series, (second) => cpuUser(0, second));
  });

  it('reads exactly six hours from the archive that keeps six hours', async () => {
    const frame = await ask(CPU, lastHours(6, 3000));
    expect(frame.stepMs).toBe(10_000);
  });

  it.each<[Consolidation, (values: readonly number[]) => number]>([
    ['max', (values) => Math.max(...values)],
    ['min', (values) => Math.min(...values)],
    ['average', (values) => values.reduce((sum, value) => sum + value, 0) / values.length],
    ['sum', (values) => values.reduce((sum, value) => sum + value, 0)],
    ['last', (values) => values.at(-1) as number],
  ])('consolidates 24 h by %s: a point stands for the samples from its time on', async (how, of) => {
    for (const toMs of [NOW_MS, NOW_MS - 30 * 60_000]) {
      const window = windowOf(toMs - 23 * HOUR_MS, toMs, 400);
      const { series, stepMs = 0 } = await ask(CPU, window, { consolidate: how });
      expect(stepMs).toBe(240_000);
      const [first] = series as [Series];
      expect(first.times.length).toBeGreaterThan(340);
      expectExact(first, (second) => of([0, 60, 120, 180].map((offset) => cpuUser(0, second + offset))));
      expectWithin(first, window, stepMs + 60_000); // the server begins with the first whole bucket
    }
  });

  it.each([2, 3, 7, 100, 179, 180, 181, 359, 360, 361, 362, 720])(
    'stands for exactly its samples with %i points for 360 of them, live and settled',
    async (maxPoints) => {
      for (const toMs of [NOW_MS, NOW_MS - 31 * 60_000 - 7_000]) {
        const window = windowOf(toMs - HOUR_MS, toMs, maxPoints);
        const {
          series,
          stepMs = 0,
          rawStepMs = stepMs,
        } = await ask('servers.${host}.load.shortterm', window, {
          consolidate: 'sum',
          hosts: ['web02'],
        });
        expect(rawStepMs).toBe(stepMs === 0 ? 0 : 10_000);
        const count = stepMs / rawStepMs;
        const load = (second: number) => 1 + 0.25 * (Math.floor(second / 60) % 8);
        expectExact(series[0] as Series, (second) =>
          Array.from({ length: count }, (_, at) => load(second + at * 10)).reduce((sum, value) => sum + value, 0),
        );
        expect(series[0]?.times.every((ms) => ms >= window.fromMs && ms < toMs)).toBe(true);
      }
    },
  );

  it('puts series of different steps under the same times, also where both stand for several samples', async () => {
    for (const maxPoints of [100, 250, 700]) {
      const target = [CPU, 'servers.${host}.memory.used'];
      const { series, stepMs = 0 } = await ask(target, lastHours(5, maxPoints), { consolidate: 'max' });
      const [cpu, memory] = series as [Series, Series];
      expect(stepMs % 60_000).toBe(0);
      expect([...memory.times].filter((ms) => !cpu.times.includes(ms)).length).toBeLessThanOrEqual(1);
      expect(Math.max(...cpu.values)).toBe(19);
      expect(Math.abs(cpu.times.length - memory.times.length)).toBeLessThanOrEqual(1);
    }
  });

  it('scales by the unit, names by the alias and labels by the argument', async () => {
    const { series } = await ask('alias(servers.${host}.memory.used, "RAM of ${host}")', lastHours(1), {
      unit: 'bytes',
    });
    expect(series[0]).toMatchObject({ name: 'RAM of web01', labels: { host: 'web01' }, unit: { id: 'bytes' } });
    expectExact(series[0] as Series, (second) => 2 ** 30 + (Math.floor(second / 60) % 60) * 2 ** 20);
  });

  it('names rows of one target by what tells them apart', async () => {
    const { series } = await ask('servers.${host}.cpu.*', lastHours(1), { hosts: ['web01', 'db01'] });
    const names = ['web01.idle', 'web01.system', 'web01.user', 'db01.idle', 'db01.system', 'db01.user'];
    expect(series.map(({ name }) => name)).toEqual(names);
  });

  it('puts series of different steps into the coarser and says so', async () => {
    const frame = await ask([CPU, 'servers.${host}.memory.used'], lastHours(1));
    expect(frame.stepMs).toBe(60_000);
    expectExact(frame.series[0] as Series, (second) => cpuUser(0, second));
    expect(frame.warnings.join()).toContain('10 s'.replace(' ', '\u202F'));
  });

  it('reads pipes and functions as it was written', async () => {
    const { series } = await ask('servers.${host}.cpu.{user,system} | sumSeries() | aliasByNode(1)', lastHours(1));
    expect(series[0]?.name).toBe('web01');
    expectExact(series[0] as Series, (second) => cpuUser(0, second) + 5);
  });

  it('asks for many hosts in several requests and keeps their order', async () => {
    const hosts = Array.from({ length: 120 }, (_, index) => (index % 2 === 0 ? `none${index}` : 'db01'));
    const unique = [...new Set(['web02', ...hosts, 'web01'])];
    const { series, warnings } = await ask(CPU, lastHours(1), { hosts: unique });
    expect(series.map(({ name }) => name)).toEqual(['web02', 'db01', 'web01']);
    expect(warnings.join()).toMatch(/nothing for none0.* and 55 more/);
  });

  it('reads tagged series, with their tags as labels', async () => {
    // seeded at the real time, a little after the last of the other data
    const window = windowOf(NOW_MS - HOUR_MS, NOW_MS + 60_000);
    const { series } = await ask('alias(seriesByTag("name=disk.used", "host=${host}"), "disk")', window);
    expect(series[0]).toMatchObject({ name: 'disk', labels: { host: 'web01', mount: 'root' } });
    expect([...(series[0]?.values ?? [])].filter((value) => !Number.isNaN(value))).toEqual([42]);
  });

  it('lists the hosts of a tree, also by what is below them', async () => {
    expect(await source.values?.('servers.*', signal)).toEqual(['db01', 'web01', 'web02']);
    expect(await source.values?.('collectd.*.cpu-0', signal)).toEqual(['db01', 'web01', 'web02']);
    expect(await source.values?.('servers.*.nothing', signal)).toEqual([]);
  });

  it('reads its events as annotations', async () => {
    const marks = await source.annotations?.(lastHours(24), { tags: ['deploy'] }, signal);
    expect(marks).toMatchObject([{ kind: 'deploy', title: 'deploy web 1.4.2', text: 'rolled out by alice' }]);
    const all = await source.annotations?.(lastHours(24), { tags: [] }, signal);
    expect(all?.map(({ kind }) => kind)).toEqual(['incident', 'deploy']);
    expect(await source.annotations?.(lastHours(24), { tags: ['deploy', 'db'] }, signal)).toEqual([]);
  });

  it.each([
    ['nosuchfunction(servers.web01.cpu.user)', 'SOURCE_BAD_QUERY', /unknown function: nosuchfunction/],
    ['movingAverage(servers.web01.cpu.user)', 'SOURCE_BAD_QUERY', /missing 1 required positional argument/],
  ])('says in one sentence, without paths, what is wrong with %s', async (target, code, words) => {
    const failure = await ask(target, lastHours(1)).catch((thrown: unknown) => thrown as Error);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(words) });
    expect((failure as Error).message).not.toMatch(/dist-packages|Traceback|File "|<|\n/);
  });

  it('passes its check', async () => {
    expect(await source.check(signal)).toEqual({ version: 'graphite-web 1.1.8', problems: [] });
  });

  it('finds out why there is nothing', async () => {
    // a new source each time: the time that lists of names are remembered stands still here
    const empty = (target: string, window: FetchWindow) => createSource().whyEmpty?.(requestOf(target), window, signal);
    const daysAgo = (days: number) => NOW_MS - days * 24 * HOUR_MS;
    expect(await empty('servers.web03.cpu.user', lastHours(1))).toEqual({
      kind: 'never_existed',
      what: 'servers.web03',
      near: ['web01', 'web02'],
    });
    expect(await empty('servers.${host}.cpu.uzer', lastHours(1))).toEqual({
      kind: 'never_existed',
      what: 'servers.web01.cpu.uzer',
      near: ['user'],
    });
    expect(await empty("seriesByTag('name=disk.used', 'host=web99')", lastHours(1))).toEqual({
      kind: 'never_existed',
      what: 'name=disk.used, host=web99',
      near: [],
    });
    expect(await empty("seriesByTag('name=disk.used', 'host=web01')", windowOf(daysAgo(2), daysAgo(1)))).toMatchObject({
      kind: 'not_yet',
    });
    expect(await empty(CPU, windowOf(daysAgo(31), daysAgo(30)))).toEqual({ kind: 'too_old', keptMs: 7 * 24 * HOUR_MS });
    expect(await empty(CPU, windowOf(daysAgo(3), daysAgo(2)))).toMatchObject({ kind: 'not_yet', what: 'web01' });
    const [sent] = [Math.floor(NOW_MS / 10_000) * 10 - 1800];
    await (rig as Rig).command('send', 'servers.old01.cpu.user', '61', String(sent));
    await expect
      .poll(() => empty('servers.old01.cpu.user', windowOf(NOW_MS - 600_000, NOW_MS)), { timeout: 20_000 })
      .toEqual({
        kind: 'stopped',
        what: 'servers.old01.cpu.user',
        lastMs: sent * 1000,
        lastValue: 61,
      });
  });

  it('links to a composer page whose own picture has the same window and the same targets', async () => {
    const window = lastHours(2);
    const link = new URL(source.link(requestOf(`alias(${CPU}, "\${host}")`, { hosts: HOSTS }), window) ?? '');
    expect((await fetch(link)).status).toBe(200);
    const picture = await fetch(`${url}/render?${link.searchParams}`);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/png']);
    const rows = (await (await fetch(`${url}/render?format=json&${link.searchParams}`)).json()) as {
      target: string;
      datapoints: [number, number][];
    }[];
    expect(rows.map(({ target }) => target)).toEqual(HOSTS);
    const seconds = rows[0]?.datapoints.map(([, second]) => second) ?? [];
    expect(seconds[0]).toBe(Math.floor(window.fromMs / 60_000) * 60 + 10);
    expect(seconds.at(-1)).toBe(Math.min(Math.ceil(window.toMs / 60_000) * 60, seconds.at(-1) as number));
    expect(seconds.at(-1)).toBeGreaterThanOrEqual(Math.floor(window.toMs / 10_000) * 10);
  });
});

const GIB = 2 ** 30;
const usedMemory = (host: number, minute: number) => (host + 1) * GIB + (minute % 60) * 2 ** 20;
/** What each series of a pack must be: by query, then by name, from the host's index and the minute. */
type Expected = Readonly<Record<string, Readonly<Record<string, (host: number, minute: number) => number>>>>;

const shared: Expected = {
  cpu: { '*': (host, minute) => cpuUser(host, minute * 60) + 5 + host },
  load: { '*': (host, minute) => host + 0.25 * (minute % 8) },
  memory: { '*': (host, minute) => (100 * usedMemory(host, minute)) / (8 * GIB) },
  'cpu-modes': { user: (host, minute) => cpuUser(host, minute * 60), system: (host) => 5 + host },
};
const PACKS: Readonly<Record<string, Expected>> = {
  collectd: {
    ...shared,
    'memory-use': { free: (host, minute) => 8 * GIB - usedMemory(host, minute), used: usedMemory },
    disk: { root: (host) => 40 + 10 * host },
    net: {
      'eth0.rx': (host, minute) => 1000 * (host + 1) + (minute % 60),
      'eth0.tx': (host, minute) => 500 * (host + 1) + (minute % 60),
    },
  },
  telegraf: {
    ...shared,
    'memory-use': { available: (host, minute) => 8 * GIB - usedMemory(host, minute), used: usedMemory },
    disk: { '/': (host) => 40 + 10 * host },
    net: { 'eth0.rx': (host) => 1000 * (host + 1), 'eth0.tx': (host) => 500 * (host + 1) },
  },
};

describe.skipIf(typeof rig === 'string')(`the packs for Graphite${why}`, async () => {
  for (const [pack, expected] of Object.entries(PACKS)) {
    const path = join(resolve(import.meta.dirname, '../../queries'), pack);
    const sources = [{ name: 'rig', kind: 'graphite' }];
    const { queries } = await loadCatalog([{ pack, path }], sources, sourceKinds, { hostname: 'here' });

    it(`${pack}: has a test for every definition`, () => {
      expect(queries.map(({ id }) => id).sort()).toEqual(Object.keys(expected).sort());
    });

    for (const query of queries) {
      it.each([1, 20])(`${pack}: ${query.id} of every host is exact %i h ago`, async (hoursAgo) => {
        const [host] = query.parameters;
        expect(await source.values?.(host?.values as string, signal)).toEqual(['db01', 'web01', 'web02']);
        const toMs = Math.floor((NOW_MS - hoursAgo * HOUR_MS) / 60_000) * 60_000;
        for (const [index, name] of HOSTS.entries()) {
          const { unit, consolidate } = query;
          const request = source.request(query.block, { arguments: { host: [name] }, unit, consolidate });
          const [frame] = (await source.fetch(request, windowOf(toMs - HOUR_MS, toMs), signal)) as [SeriesFrame];
          expectSeries(frame.series, expected[query.id] as Expected[string], index, name);
        }
      });
    }
  }
});

function expectSeries(all: readonly Series[], expected: Expected[string], host: number, hostName: string): void {
  const names = Object.keys(expected).map((name) => (name === '*' ? hostName : name));
  expect(all.map(({ name }) => name).sort()).toEqual(names.sort());
  for (const { name, times, values } of all) {
    const of = (expected[name] ?? expected['*']) as (host: number, minute: number) => number;
    expect(times.length).toBeGreaterThanOrEqual(60);
    for (const [index, value] of values.entries()) {
      expect(value).toBeCloseTo(of(host, Math.floor((times[index] as number) / 60_000)), 6);
    }
  }
}
