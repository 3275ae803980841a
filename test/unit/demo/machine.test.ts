import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createMachineSampler, machineHostName } from '../../../src/demo/machine.ts';
import type { MetricNode, MetricTree } from '../../../src/demo/metric-tree.ts';
import { bucketsOf } from '../../../src/demo/metric-tree.ts';
import {
  type MachineFiles,
  type MachineReading,
  nodeName,
  parseMounts,
  readMachine,
} from '../../../src/demo/read-machine.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { T0 } from './small-tree.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures/machine/linux-6.18');
const fixture = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');

/** A recorded Linux; `later` is about ten seconds on. */
function recorded(later: '' | '-later', overrides: Partial<MachineFiles> = {}): MachineFiles {
  const texts: Readonly<Record<string, string>> = {
    '/proc/stat': fixture(`stat${later}.txt`),
    '/proc/net/dev': fixture(`net-dev${later}.txt`),
    '/proc/diskstats': fixture(`diskstats${later}.txt`),
    '/proc/meminfo': fixture('meminfo.txt'),
    '/proc/self/mounts': fixture('mounts.txt'),
  };
  return {
    text: async (path) => texts[path],
    space: async () => ({ bsize: 4096, blocks: 1000, bfree: 400, bavail: 300 }),
    load: () => [0.5, 0.4, 0.3],
    cpuTimes: () => ({ user: 1, system: 1, idle: 1 }),
    memory: () => ({ total: 100, free: 40 }),
    root: '/',
    ...overrides,
  };
}

it('reads a recorded Linux', async () => {
  const { cpu, gauges, counters } = await readMachine(recorded(''));
  expect(cpu).toEqual({ user: 37_625 + 15_808, system: 20_186 + 170 + 38, iowait: 674, idle: 339_947 });
  expect(gauges).toMatchObject({
    'load.1min': 0.5,
    'load.15min': 0.3,
    'disk.root.used': 600 * 4096,
    'disk.root.free': 300 * 4096,
    'disk.root.used_percent': (100 * 600) / 900,
    'disk.srv-postgres_main.used': 600 * 4096,
  });
  const { 'memory.used': used = 0, 'memory.cached': cached = 0, 'memory.free': free = 0 } = gauges;
  expect(used + cached + free).toBe(24_684_092 * 1024);
  expect(Object.keys(counters).sort()).toEqual(['diskio.vda.read', 'diskio.vda.write', 'net.eth0.rx', 'net.eth0.tx']);
});

it('watches each local disk once and nothing that could hang', () => {
  expect(parseMounts(fixture('mounts.txt'))).toEqual(['/', '/srv/postgres main']);
});

it('tells what it can where there is no /proc', async () => {
  const bare = { text: async () => undefined, load: () => undefined };
  const { cpu, gauges, counters } = await readMachine(recorded('', bare));
  expect(cpu).toEqual({ user: 1, system: 1, idle: 1 });
  expect(Object.keys(gauges).sort()).toEqual([
    'disk.root.free',
    'disk.root.used',
    'disk.root.used_percent',
    'memory.free',
    'memory.used',
  ]);
  expect(counters).toEqual({});
});

it('goes on without a file system that does not answer', async () => {
  const ok = { bsize: 1, blocks: 10, bfree: 5, bavail: 5 };
  const hanging = {
    space: (path: string) => (path === '/' ? Promise.resolve(ok) : new Promise<never>(() => undefined)),
  };
  const { gauges } = await readMachine(recorded('', hanging), 20);
  expect(Object.keys(gauges).filter((name) => name.endsWith('.used'))).toEqual(['memory.used', 'disk.root.used']);
});

it('reads this very machine', async () => {
  const { cpu, gauges } = await readMachine();
  expect(Object.values(cpu).reduce((sum, time) => sum + time, 0)).toBeGreaterThan(0);
  expect(gauges['memory.used']).toBeGreaterThan(0);
  expect(gauges['disk.root.used_percent']).toBeGreaterThan(0);
});

it.each([
  ['db-1.example.net', 'db-1_example_net'],
  ['web01', 'web01'],
  ['-x-', 'x'],
  ['', 'localhost'],
  ['ö', 'localhost'],
  ['a b\n{c}', 'a_b__c'],
  [`${'x'.repeat(62)}.example`, 'x'.repeat(62)],
])('writes the host name %j as the node %s', (hostname, node) => {
  expect(machineHostName(hostname)).toBe(node);
  expect(nodeName(node)).toBe(node);
});

/** A sampler on a fake clock that starts 3 s into a bucket; each look takes the next reading, the last one for ever. */
function sampling(...readings: (MachineReading | Error)[]) {
  const clock = createFakeClock((T0 + 3) * 1000);
  let looks = 0;
  const read = async () => {
    const reading = readings[Math.min(looks, readings.length - 1)];
    looks += 1;
    if (reading === undefined || reading instanceof Error) throw reading;
    return reading;
  };
  const sampler = createMachineSampler({ clock, hostname: 'db-1.example', keepMs: 60_000, read });
  const stop = new AbortController();
  const first = sampler.start(stop.signal);
  return { clock, tree: sampler.tree, first, stop, looks: () => looks };
}

/** Values of the buckets from T0 on, gaps as null. */
function valuesOf(tree: MetricTree, path: string, untilS: number): (number | null)[] | undefined {
  let node: MetricNode | undefined = tree.root;
  for (const name of `machine.db-1_example.${path}`.split('.')) node = node?.children.get(name);
  const metric = node?.metric;
  const buckets = metric && bucketsOf(metric, Math.max(T0 - 1, untilS - 60), untilS, untilS);
  return buckets && Array.from(metric.read(buckets), (value) => (Number.isNaN(value) ? null : value));
}

const reading = (busy: number, idle: number, gauge: number, rx: number): MachineReading => ({
  cpu: { user: busy, idle },
  gauges: { 'load.1min': gauge },
  counters: { 'net.eth0.rx': rx },
});

it('has its first sample half a second after start, in the bucket of that moment', async () => {
  const { clock, tree, first, stop } = sampling(reading(0, 0, 1, 1_000), reading(30, 70, 2, 1_500));
  await clock.advance(499);
  expect(valuesOf(tree, 'load.1min', T0 + 3)).toEqual([1]);
  expect(valuesOf(tree, 'cpu.user', T0 + 3)).toBeUndefined();
  await clock.advance(1);
  await first;
  expect(valuesOf(tree, 'cpu.user', T0 + 3)).toEqual([30]);
  expect(valuesOf(tree, 'cpu.idle', T0 + 3)).toEqual([70]);
  expect(valuesOf(tree, 'load.1min', T0 + 3)).toEqual([2]);
  expect(valuesOf(tree, 'net.eth0.rx', T0 + 3)).toEqual([1_000]);
  stop.abort();
});

it('samples on the ten seconds from then on', async () => {
  const { clock, tree, stop } = sampling(
    reading(0, 0, 1, 0),
    reading(30, 70, 2, 0),
    reading(40, 160, 3, 65_000),
    reading(140, 160, 4, 65_000),
  );
  await clock.advance(7_000);
  expect(valuesOf(tree, 'load.1min', T0 + 10)).toEqual([2, 3]);
  expect(valuesOf(tree, 'cpu.user', T0 + 10)).toEqual([30, 10]);
  expect(valuesOf(tree, 'net.eth0.rx', T0 + 10)).toEqual([0, 10_000]);
  await clock.advance(10_000);
  expect(valuesOf(tree, 'cpu.user', T0 + 20)).toEqual([30, 10, 100]);
  stop.abort();
});

it('leaves a gap where a look failed or a counter was reset, and goes on', async () => {
  const { clock, tree, stop, looks } = sampling(
    reading(0, 0, 1, 900),
    reading(10, 10, 2, 950),
    new Error('no'),
    reading(20, 20, 4, 10),
    reading(30, 30, 5, 110),
  );
  await clock.advance(27_000);
  expect(looks()).toBe(5);
  expect(valuesOf(tree, 'load.1min', T0 + 30)).toEqual([2, null, 4, 5]);
  expect(valuesOf(tree, 'net.eth0.rx', T0 + 30)).toEqual([100, null, null, 10]);
  stop.abort();
});

it('forgets what is older than it keeps', async () => {
  const readings = Array.from({ length: 12 }, (_, index) => reading(index, index, index, index));
  const { clock, tree, stop } = sampling(...readings);
  await clock.advance(97_000);
  expect(valuesOf(tree, 'load.1min', T0 + 100)).toEqual([6, 7, 8, 9, 10, 11]);
  stop.abort();
});

it('stops at the abort and leaves no timer', async () => {
  const { clock, first, stop, looks } = sampling(reading(0, 0, 1, 0));
  stop.abort();
  await first;
  await clock.advance(60_000);
  expect(looks()).toBe(1);
  expect(clock.sleepers).toBe(0);
});

it('keeps no more metrics than it says', async () => {
  const gauges = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`load.x${index}`, index]));
  const { clock, tree, stop } = sampling({ cpu: {}, gauges, counters: {} });
  await clock.advance(1_000);
  expect(tree.root.children.get('machine')?.children.get('db-1_example')?.children.get('load')?.children.size).toBe(
    200,
  );
  stop.abort();
});
