/** The demo fleet: 20 hosts and 3 services whose metrics are pure functions of the time, any of the last 400 days. */
import { FLEET_SERVICES, type Signal, serviceSignals } from './fleet-services.ts';
import {
  drift,
  fleetEvents,
  hash01,
  incident,
  isHit,
  jitter,
  rhythm,
  SAMPLE_S,
  seedOf,
  sinceDeployS,
} from './fleet-story.ts';
import { type Archive, addMetric, type GrowingNode, type Metric, type MetricTree, makeNode } from './metric-tree.ts';

const GIB = 1024 ** 3;
const DAY_S = 86_400;
const WEEK_S = 7 * DAY_S;

/** Resolutions as a usual storage schema has them. */
const FLEET_ARCHIVES: readonly Archive[] = [
  { stepS: 10, keptS: 6 * 3_600 },
  { stepS: 60, keptS: 7 * DAY_S },
  { stepS: 600, keptS: 400 * DAY_S },
];

/** All hosts of the fleet. */
export const FLEET_HOSTS: readonly string[] = [
  ...Array.from({ length: 12 }, (_, index) => `web${String(index + 1).padStart(2, '0')}`),
  'db01',
  'db02',
  'db03',
  'cache01',
  'cache02',
  'lb01',
  'lb02',
  'queue01',
];

/** Makes the tree; it holds nothing, values are computed when they are read. */
export function createFleet(): MetricTree {
  const root = makeNode();
  for (const host of FLEET_HOSTS) addHost(root, host);
  for (const service of FLEET_SERVICES) addService(root, service);
  addMetric(root, 'servers.queue01.queue.depth', metricOf(queueDepth));
  addMetric(root, 'servers.cache01.cache.hit_percent', metricOf(hitPercent(seedOf('cache01.hits'))));
  addMetric(root, 'servers.cache02.cache.hit_percent', stopped(hitPercent(seedOf('cache02.hits'))));
  return { root, events: fleetEvents };
}

/** Values are whole tenths of a thousandth: more digits say nothing and make answers long. */
const VALUE_PRECISION = 10_000;

function metricOf(signal: Signal): Metric {
  return {
    archives: FLEET_ARCHIVES,
    read({ startS, stepS, count, nowS }) {
      const values = new Float64Array(count);
      const knownS = nowS - (nowS % SAMPLE_S) + SAMPLE_S;
      for (let index = 0; index < count; index += 1) {
        const atS = startS + index * stepS;
        const value = atS >= knownS ? Number.NaN : signal(atS, Math.min(stepS, knownS - atS));
        values[index] = Math.round(value * VALUE_PRECISION) / VALUE_PRECISION;
      }
      return values;
    },
  };
}

/** web11 is silent from 04:10 to 04:30 each day: a gap, never a zero. */
const SILENT_FROM_S = 4 * 3_600 + 600;
const SILENT_TO_S = SILENT_FROM_S + 1_200;

function withSilence(signal: Signal): Signal {
  return (startS, spanS) => {
    const second = startS % DAY_S;
    return second >= SILENT_FROM_S && second < SILENT_TO_S ? Number.NaN : signal(startS, spanS);
  };
}

/** A metric that nobody writes any more: its last value is of 10:42 on the first day of the month before this one. */
function stopped(signal: Signal): Metric {
  const living = metricOf(signal);
  return {
    archives: living.archives,
    read(buckets) {
      const now = new Date(buckets.nowS * 1000);
      const lastS = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1, 10, 42) / 1000;
      return living.read(buckets).map((value, index) => {
        return buckets.startS + index * buckets.stepS > lastS ? Number.NaN : value;
      });
    },
  };
}

/** What a host is, in numbers of its own. */
interface Host {
  readonly name: string;
  readonly seed: number;
  readonly role: string;
  readonly number: number;
}

/** Share of time busy, percent: at rest, and what the rhythm of the day adds. */
const BUSY: Readonly<Record<string, readonly [rest: number, daily: number]>> = {
  web: [17, 30],
  db: [14, 24],
  cache: [8, 14],
  lb: [6, 16],
  queue: [9, 18],
};

/** Every host of the fleet has as many processors. */
const CORES = 8;
const MEMORY_BYTES = 16 * GIB;

function addHost(root: GrowingNode, name: string): void {
  const host: Host = {
    name,
    seed: seedOf(name),
    role: name.replace(/\d+$/, ''),
    number: Number(/\d+$/.exec(name)?.[0] ?? 0),
  };
  const add = (path: string, signal: Signal) =>
    addMetric(root, `servers.${name}.${path}`, metricOf(name === 'web11' ? withSilence(signal) : signal));
  const busy = busyOf(host);
  const waiting = waitingShareOf(host);
  add('cpu.user', (startS, spanS) => busy(startS, spanS) * (1 - waiting(startS, spanS)) * 0.78);
  add('cpu.system', (startS, spanS) => busy(startS, spanS) * (1 - waiting(startS, spanS)) * 0.22);
  add('cpu.iowait', (startS, spanS) => busy(startS, spanS) * waiting(startS, spanS));
  add('cpu.idle', (startS, spanS) => 100 - busy(startS, spanS));
  add('load.shortterm', loadOf(host, busy, 30));
  add('load.midterm', loadOf(host, busy, 150));
  addMemory(add, host);
  addDisks(add, host);
  addNetwork(add, host);
}

function busyOf({ seed, role, number }: Host): Signal {
  const [rest, daily] = BUSY[role] ?? [10, 10];
  const own = 0.85 + 0.3 * hash01(seed, 1);
  const isWeb = role === 'web';
  return (startS, spanS) => {
    const midS = startS + (spanS - SAMPLE_S) / 2;
    const calm = (rest + daily * rhythm(midS)) * own + 3.5 * drift(seed, midS, 900) + 2.2 * jitter(seed, startS, spanS);
    const trouble = isWeb && isHit(number, midS) ? incident(startS, spanS) : dbTrouble(role, number, startS, spanS);
    const spell = 3.5 * drift(seed + 3, midS, 100) + 2.5 * jitter(seed + 2, startS, spanS);
    const worst = 89 + 4 * hash01(seed, Math.floor(midS / 3_600)) + spell;
    return Math.min(99, Math.max(1, calm + Math.max(0, worst - calm) * trouble));
  };
}

/** db01 follows checkout a minute later and less: retries queue up on it. */
function dbTrouble(role: string, number: number, startS: number, spanS: number): number {
  return role === 'db' && number === 1 ? 0.72 * incident(startS - 60, spanS) : 0;
}

function waitingShareOf({ role, number, seed }: Host): Signal {
  const base = role === 'db' ? 0.18 : 0.04;
  return (startS, spanS) => {
    const share = base * (1 + 0.3 * drift(seed + 5, startS, 1_200)) + 0.4 * dbTrouble(role, number, startS, spanS);
    return Math.min(0.8, share);
  };
}

/** Load follows the processors by `lagS`; beyond about 80 % busy, work queues up. */
function loadOf({ seed, role, number }: Host, busy: Signal, lagS: number): Signal {
  return (startS, spanS) => {
    const percent = busy(startS - lagS, Math.max(spanS, SAMPLE_S));
    const queued = Math.max(0, percent - 80) * 0.35 + 9 * dbTrouble(role, number, startS - lagS, spanS);
    return Math.max(0.01, (percent / 100) * CORES + queued + 0.15 * drift(seed + 7, startS, 600));
  };
}

type Add = (path: string, signal: Signal) => void;

function addMemory(add: Add, { seed, role, number }: Host): void {
  const rest = { db: 9.5, cache: 10.5, web: 4.6, lb: 1.8, queue: 3.2 }[role] ?? 3;
  const runsCheckout = role === 'web' && number <= 6;
  const used: Signal = (startS, spanS) => {
    const midS = startS + spanS / 2;
    const grown = runsCheckout ? 1.1 * (sinceDeployS(midS) / 3_600) : 0;
    return (rest + 0.8 * rhythm(midS) + grown + 0.25 * drift(seed + 9, midS, 1_800)) * GIB;
  };
  const cached: Signal = (startS) => (MEMORY_BYTES - rest * GIB) * (0.55 + 0.04 * drift(seed + 10, startS, 7_200));
  add('memory.used', used);
  add('memory.cached', cached);
  add('memory.buffered', () => 0.3 * GIB);
  add('memory.free', (startS, spanS) => MEMORY_BYTES - used(startS, spanS) - cached(startS, spanS) - 0.3 * GIB);
}

/** Seconds into its week at which db02 is cleaned: Sunday 03:00, the epoch having begun on a Thursday. */
const CLEANED_AT_S = 3 * DAY_S + 3 * 3_600;

/** The data disk of db02 fills from 53 % to 95 % in a week, then old rows are deleted. */
function fillingPercent(midS: number): number {
  return 53 + 42 * (((midS - CLEANED_AT_S + WEEK_S) % WEEK_S) / WEEK_S);
}

function addDisks(add: Add, { name, seed, role }: Host): void {
  const disks: readonly (readonly [name: string, sizeGib: number])[] =
    role === 'db'
      ? [
          ['root', 40],
          ['data', 500],
        ]
      : [
          ['root', 40],
          ['var', 80],
        ];
  for (const [disk, sizeGib] of disks) {
    const own = seed + seedOf(disk);
    const rest = 28 + 34 * hash01(own, 3);
    const percent: Signal = (startS, spanS) => {
      const midS = startS + spanS / 2;
      if (name === 'db02' && disk === 'data') return fillingPercent(midS) + 0.8 * drift(own, midS, 4 * 3_600);
      return rest + 2.5 * drift(own, midS, 2 * DAY_S) + 1.5 * ((midS % DAY_S) / DAY_S);
    };
    add(`disk.${disk}.used_percent`, percent);
    add(`disk.${disk}.used`, (startS, spanS) => (percent(startS, spanS) / 100) * sizeGib * GIB);
    add(`disk.${disk}.free`, (startS, spanS) => (1 - percent(startS, spanS) / 100) * sizeGib * GIB);
  }
}

/** Bytes per second that a host of a role sends when the fleet is busiest. */
const SENT: Readonly<Record<string, number>> = { web: 6e6, db: 9e6, cache: 14e6, lb: 45e6, queue: 2e6 };

function addNetwork(add: Add, { seed, role, number }: Host): void {
  const most = SENT[role] ?? 1e6;
  const isCheckout = role === 'lb' || (role === 'web' && number <= 6);
  const traffic =
    (own: number, share: number): Signal =>
    (startS, spanS) => {
      const midS = startS + (spanS - SAMPLE_S) / 2;
      const wobble = 1 + 0.1 * drift(own, midS, 600) + 0.07 * jitter(own, startS, spanS);
      return (
        most * share * (0.12 + 0.88 * rhythm(midS)) * wobble * (isCheckout ? 1 - 0.3 * incident(startS, spanS) : 1)
      );
    };
  add('net.eth0.rx', traffic(seed + 20, 0.35));
  add('net.eth0.tx', traffic(seed + 21, 1));
}

function addService(root: GrowingNode, name: string): void {
  const { requests, calmShare, incidentShare, latency } = serviceSignals(name);
  const add: Add = (path, signal) => addMetric(root, `services.${name}.${path}`, metricOf(signal));
  add('requests', requests);
  // failed requests per minute
  add('errors', (startS, spanS) => {
    return requests(startS, spanS) * 60 * (calmShare(startS, spanS) + incidentShare(startS, spanS));
  });
  const percentiles = ['p50', 'p95', 'p99'] as const;
  latency.forEach((signal, rank) => {
    add(`latency.${percentiles[rank]}`, signal);
  });
}

/** Jobs that wait: they pile up during the incident and are worked off after it. */
function queueDepth(startS: number, spanS: number): number {
  const midS = startS + spanS / 2;
  const piled = incident(startS, spanS) + 0.8 * incident(startS - 180, spanS) + 0.5 * incident(startS - 360, spanS);
  return Math.max(0, 12 + 30 * rhythm(midS) + 5 * jitter(91, startS, spanS) + 900 * piled);
}

function hitPercent(seed: number): Signal {
  return (startS, spanS) => 93 + 2.5 * drift(seed, startS, 3_600) + 0.6 * jitter(seed, startS, spanS);
}
