/** One look at this machine: processors, memory, load, disks, network. What a platform does not tell is absent. */
import { readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, loadavg, totalmem } from 'node:os';
import { parse } from 'node:path';
import { withDeadline } from '../lib/clock.ts';

/** What one look found; names are paths below the machine's own, such as `net.eth0.rx`. */
export interface MachineReading {
  /** Time spent by all processors together since they started, in any unit, by state. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Values as they are now. */
  readonly gauges: Readonly<Record<string, number>>;
  /** Values that only grow; what is told is their increase per second. */
  readonly counters: Readonly<Record<string, number>>;
}

/** Space of a file system, in blocks of equal size. */
interface Space {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
}

/** Where readings come from; tests give recorded texts. */
export interface MachineFiles {
  /** The whole of a small file, or nothing where it does not exist. */
  text(path: string): Promise<string | undefined>;
  space(path: string): Promise<Space | undefined>;
  /** Load of 1, 5 and 15 minutes; absent on Windows. */
  load(): readonly number[] | undefined;
  /** Time by state, summed over processors, as Node tells it. */
  cpuTimes(): Readonly<Record<string, number>>;
  memory(): { readonly total: number; readonly free: number };
  /** Root of the file system, for platforms without a list of mounts. */
  readonly root: string;
}

/** File systems, interfaces and disks beyond these are left out. */
const DISKS_MAX = 16;
const INTERFACES_MAX = 16;
/** The Linux kernel counts disk sectors of this size, whatever the disk's own. */
const SECTOR_BYTES = 512;

/** A file system that takes longer to tell its space is left out of this look. */
const SPACE_TIMEOUT_MS = 1_000;

/** Reads everything once. Never rejects for what is missing, never waits longer than `timeoutMs` for a file system. */
export async function readMachine(files = systemFiles, timeoutMs = SPACE_TIMEOUT_MS): Promise<MachineReading> {
  const [stat, memory, net, disks, mounts] = await Promise.all(
    ['stat', 'meminfo', 'net/dev', 'diskstats', 'self/mounts'].map((name) => files.text(`/proc/${name}`)),
  );
  const space = await readSpace(files, mounts, timeoutMs);
  return {
    cpu: (stat !== undefined && parseStat(stat)) || files.cpuTimes(),
    gauges: {
      ...((memory !== undefined && parseMeminfo(memory)) || memoryOf(files)),
      ...loadGauges(files.load()),
      ...space,
    },
    counters: { ...parseNetDev(net ?? ''), ...parseDiskstats(disks ?? '') },
  };
}

/** Reads the `cpu` line of `/proc/stat`; time given to guests is in `user` already. */
function parseStat(text: string): Record<string, number> | undefined {
  const line = /^cpu +(.+)$/m.exec(text)?.[1];
  if (line === undefined) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = line
    .split(/\s+/)
    .map(Number);
  return { user: user + nice, system: system + irq + softirq + steal, iowait, idle };
}

/** Reads `/proc/meminfo`: used, cached (can be given back) and free bytes, which together are all there is. */
function parseMeminfo(text: string): Record<string, number> | undefined {
  const bytesOf = (name: string) => {
    const kibibytes = new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1];
    return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
  };
  const [total, available, free] = [bytesOf('MemTotal'), bytesOf('MemAvailable'), bytesOf('MemFree')];
  if (total === undefined || available === undefined || free === undefined) return undefined;
  const cached = Math.max(0, available - free);
  return { 'memory.used': total - free - cached, 'memory.cached': cached, 'memory.free': free };
}

function memoryOf(files: MachineFiles): Record<string, number> {
  const { total, free } = files.memory();
  return { 'memory.used': total - free, 'memory.free': free };
}

function loadGauges(load: readonly number[] | undefined): Record<string, number> {
  const [one, five, fifteen] = load ?? [];
  if (one === undefined || five === undefined || fifteen === undefined) return {};
  return { 'load.1min': one, 'load.5min': five, 'load.15min': fifteen };
}

/** Interfaces that say nothing about the machine's own traffic: loopback, and the ends of containers. */
const INNER_INTERFACE = /^(?:lo|veth|cali|docker|br-|virbr|cni|flannel|tap|ifb|dummy)/;

/** Reads `/proc/net/dev`: bytes received and sent by each interface since it came up. */
function parseNetDev(text: string): Record<string, number> {
  const counters: Record<string, number> = {};
  const lines = [...text.matchAll(/^ *([^\s:]+): *(\d+)(?: +\d+){7} +(\d+)/gm)];
  const own = lines.filter(([, name = '']) => !INNER_INTERFACE.test(name));
  for (const [, name = '', received, sent] of own.slice(0, INTERFACES_MAX)) {
    counters[`net.${nodeName(name)}.rx`] = Number(received);
    counters[`net.${nodeName(name)}.tx`] = Number(sent);
  }
  return counters;
}

/** Whole disks, no partitions, no loop devices. */
const WHOLE_DISK = /^(?:[shv]d[a-z]+|xvd[a-z]+|nvme\d+n\d+|mmcblk\d+)$/;

/** Reads `/proc/diskstats`: bytes read from and written to each whole disk since the machine started. */
function parseDiskstats(text: string): Record<string, number> {
  const counters: Record<string, number> = {};
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  for (const fields of lines.filter(([, , name = '']) => WHOLE_DISK.test(name)).slice(0, DISKS_MAX)) {
    const [name = '', sectorsRead, sectorsWritten] = [fields[2], fields[5], fields[9]];
    if (sectorsRead === undefined || sectorsWritten === undefined) continue;
    counters[`diskio.${name}.read`] = Number(sectorsRead) * SECTOR_BYTES;
    counters[`diskio.${name}.write`] = Number(sectorsWritten) * SECTOR_BYTES;
  }
  return counters;
}

/** File systems on disks of this machine; network ones are left out, since asking a dead one never returns. */
const LOCAL_TYPES = /^(?:ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|vfat|exfat|apfs)$/;
/** Places where containers and packages mount single files and images. */
const INNER_PLACE = /^\/(?:proc|sys|dev|run|etc|snap|var\/lib\/(?:docker|containerd|kubelet|snapd))(?:\/|$)/;

/** Reads `/proc/self/mounts`: the places worth watching, one a device, the root always. */
export function parseMounts(text: string): readonly string[] {
  const seen = new Set<string>();
  const places: string[] = [];
  const rows = text.split('\n').map((line) => line.split(' '));
  const byDepth = rows.toSorted(([, a = ''], [, b = '']) => a.length - b.length);
  for (const [device = '', rawPlace = '', type = ''] of byDepth) {
    const place = rawPlace.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    const isWanted = place === '/' || (LOCAL_TYPES.test(type) && !INNER_PLACE.test(place));
    if (!isWanted || !place.startsWith('/') || seen.has(device) || places.includes(place)) continue;
    seen.add(device);
    places.push(place);
  }
  return places.slice(0, DISKS_MAX);
}

async function readSpace(
  files: MachineFiles,
  mounts: string | undefined,
  timeoutMs: number,
): Promise<Record<string, number>> {
  const tooLate = new Promise<undefined>((resolve) => {
    withDeadline(timeoutMs).addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const places = mounts === undefined ? [files.root] : parseMounts(mounts);
  const spaces = await Promise.all(places.map((place) => Promise.race([files.space(place), tooLate])));
  const gauges: Record<string, number> = {};
  places.forEach((place, index) => {
    const space = spaces[index];
    if (space === undefined || space.blocks <= 0) return;
    const used = space.blocks - space.bfree;
    const name = `disk.${place === files.root ? 'root' : nodeName(place.slice(1).replaceAll('/', '-'))}`;
    // As df counts: what only root may still fill is neither used nor free.
    gauges[`${name}.used_percent`] = (100 * used) / Math.max(1, used + space.bavail);
    gauges[`${name}.used`] = used * space.bsize;
    gauges[`${name}.free`] = space.bavail * space.bsize;
  });
  return gauges;
}

/** Longer names are cut; also what the sources accept as one node. */
const NODE_MAX_CHARS = 63;

/** Writes any text as one node of a metric's name: letters, digits, `-` and `_`. */
export function nodeName(text: string): string {
  const node = text.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, NODE_MAX_CHARS);
  return node.replace(/^[_-]+|[_-]+$/g, '') || 'unnamed';
}

/** Paths whose file system has not answered yet: asking again would use up the threads that read files. */
const waiting = new Set<string>();

const systemFiles: MachineFiles = {
  root: parse(process.cwd()).root,
  text: (path) => readFile(path, 'utf8').catch(() => undefined),
  async space(path) {
    if (waiting.has(path)) return undefined;
    waiting.add(path);
    try {
      return await statfs(path);
    } catch {
      return undefined;
    } finally {
      waiting.delete(path);
    }
  },
  load: () => (process.platform === 'win32' ? undefined : loadavg()),
  cpuTimes() {
    const sum = { user: 0, system: 0, idle: 0 };
    for (const { times } of cpus()) {
      sum.user += times.user + times.nice;
      sum.system += times.sys + times.irq;
      sum.idle += times.idle;
    }
    return sum;
  },
  memory: () => ({ total: totalmem(), free: freemem() }),
};
