/** This machine's own metrics, sampled by the bot and kept in memory for a day. */
import type { Clock } from '../lib/clock.ts';
import { addMetric, type Buckets, type MetricTree, makeNode } from './metric-tree.ts';
import { type MachineReading, nodeName, readMachine } from './read-machine.ts';

/** How often a sample is taken. */
const MACHINE_INTERVAL_MS = 10_000;
/** How long samples are kept: 8,640 of them, 70 kB for each metric. */
const MACHINE_KEEP_MS = 24 * 3_600_000;
/** Metrics beyond this are not kept; a machine has about 40. */
const METRICS_MAX = 200;
/** Values are kept to a tenth of a thousandth: more digits say nothing and make answers long. */
const VALUE_PRECISION = 10_000;
/** Shares and rates are differences, so the first sample needs a second look; the kernel counts in 10 ms. */
const FIRST_GAP_MS = 500;

/** What the sampler works with; only `clock` and `hostname` have no default. */
export interface MachineOptions {
  readonly clock: Clock;
  /** As metrics name it; see {@link machineHostName}. */
  readonly hostname: string;
  readonly intervalMs?: number;
  readonly keepMs?: number;
  readonly read?: () => Promise<MachineReading>;
}

/** Samples and holds this machine's metrics. */
export interface MachineSampler {
  /** `machine.<hostname>.cpu.user` and so on; grows with what is found. */
  readonly tree: MetricTree;
  /**
   * Samples until the signal aborts. Resolves when the first whole sample is there (about half a second), or at the
   * abort; never rejects: a look that fails leaves a gap.
   */
  start(signal: AbortSignal): Promise<void>;
}

/** A host's name as one node of a metric: `db-1.example.net` becomes `db-1_example_net`. */
export function machineHostName(hostname: string): string {
  const node = nodeName(hostname);
  return node === 'unnamed' ? 'localhost' : node;
}

/** Makes a sampler; nothing happens before `start`. */
export function createMachineSampler({
  clock,
  hostname,
  intervalMs = MACHINE_INTERVAL_MS,
  keepMs = MACHINE_KEEP_MS,
  read = readMachine,
}: MachineOptions): MachineSampler {
  const stepS = intervalMs / 1000;
  const ring = createRing(stepS, Math.ceil(keepMs / intervalMs));
  const root = makeNode();
  const prefix = `machine.${machineHostName(hostname)}`;

  function store(values: Readonly<Record<string, number>>, atMs: number): void {
    const isNew = ring.write(Math.floor(atMs / intervalMs) * stepS, values);
    for (const name of isNew) {
      const archives = [{ stepS, keptS: keepMs / 1000 }];
      addMetric(root, `${prefix}.${name}`, { archives, read: (buckets) => ring.read(name, buckets) });
    }
  }

  async function look(before: Look | undefined): Promise<Look | undefined> {
    try {
      const reading = await read();
      const now = { reading, atMs: clock.now() };
      store({ ...reading.gauges, ...(before && changes(before, now)) }, now.atMs);
      return now;
    } catch {
      return undefined;
    }
  }

  async function keepSampling(first: Look | undefined, signal: AbortSignal): Promise<void> {
    let before = first;
    while (!signal.aborted) {
      await clock.sleep(intervalMs - (clock.now() % intervalMs), signal).catch(() => undefined);
      if (!signal.aborted) before = await look(before);
    }
  }

  return {
    tree: { root, events: () => [] },
    async start(signal) {
      const early = await look(undefined);
      await clock.sleep(FIRST_GAP_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      const first = await look(early);
      void keepSampling(first, signal);
    },
  };
}

/** A reading and when it was made. */
interface Look {
  readonly reading: MachineReading;
  readonly atMs: number;
}

/** Shares of the processors' time in percent, and increases per second; a counter that fell was reset and says nothing. */
function changes(before: Look, now: Look): Record<string, number> {
  const values: Record<string, number> = {};
  const seconds = (now.atMs - before.atMs) / 1000;
  const spent = Object.entries(now.reading.cpu).map(([state, time]) => {
    return [state, Math.max(0, time - (before.reading.cpu[state] ?? time))] as const;
  });
  const total = spent.reduce((sum, [, time]) => sum + time, 0);
  for (const [state, time] of spent) if (total > 0) values[`cpu.${state}`] = (100 * time) / total;
  for (const [name, count] of Object.entries(now.reading.counters)) {
    const last = before.reading.counters[name];
    if (last !== undefined && count >= last && seconds > 0) values[name] = (count - last) / seconds;
  }
  return values;
}

/** Samples of a fixed length of time, the oldest overwritten. */
interface Ring {
  /** Adds values to the bucket that starts at `startS`; gives the names that were not there before. */
  write(startS: number, values: Readonly<Record<string, number>>): readonly string[];
  read(name: string, buckets: Buckets): Float64Array;
}

function createRing(stepS: number, slots: number): Ring {
  const startOf = new Float64Array(slots).fill(Number.NaN);
  const columns = new Map<string, Float64Array>();
  const slotOf = (startS: number) => Math.round(startS / stepS) % slots;
  return {
    write(startS, values) {
      const slot = slotOf(startS);
      if (startOf[slot] !== startS) for (const column of columns.values()) column[slot] = Number.NaN;
      startOf[slot] = startS;
      const isNew: string[] = [];
      for (const [name, value] of Object.entries(values)) {
        let column = columns.get(name);
        if (column === undefined) {
          if (columns.size >= METRICS_MAX) continue;
          column = new Float64Array(slots).fill(Number.NaN);
          columns.set(name, column);
          isNew.push(name);
        }
        column[slot] = Math.round(value * VALUE_PRECISION) / VALUE_PRECISION;
      }
      return isNew;
    },
    read(name, { startS, count }) {
      const column = columns.get(name);
      return new Float64Array(count).map((_, index) => {
        const atS = startS + index * stepS;
        const slot = slotOf(atS);
        return column && startOf[slot] === atS ? (column[slot] ?? Number.NaN) : Number.NaN;
      });
    },
  };
}
