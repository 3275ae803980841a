/** The time series of the demo fleet's Prometheus: counters that are sums of the fleet's rates, gauges that are its values. */
import type { Labels } from '../domain/labels.ts';
import { FLEET_HOSTS } from './fleet.ts';
import {
  FLEET_SERVICES,
  incidentShares,
  latencyCurve,
  meanLatency,
  requestShares,
  type ServiceSignals,
  serviceSignals,
  shareBelow,
} from './fleet-services.ts';
import { createHourIntegrals, HOUR_S, type HourIntegrals, RESET_AT_S } from './hour-integrals.ts';
import { LOG_TEMPLATES } from './log-templates.ts';
import type { Metric, MetricNode, MetricTree } from './metric-tree.ts';

/** Distance of samples: each target is asked at these multiples of the clock. */
export const SCRAPE_S = 15;
/** Samples older than this are gone. */
export const METRICS_KEPT_S = 400 * 86_400;

/** One series; samples stand at multiples of {@link SCRAPE_S}. */
export interface StoredSeries {
  readonly labels: Labels;
  /** Whether it only grows, but for its resets. */
  readonly isCounter: boolean;
  /** The sample of a moment, NaN where there is none. */
  at(timeS: number): number;
}

/** What `metadata` says of a metric. */
export interface MetricAbout {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly unit: string;
}

/** All metrics, by the name that `metadata` has for them. */
export const METRICS_ABOUT: Readonly<Record<string, MetricAbout>> = {
  up: { type: 'gauge', help: 'Whether a target answered when it was last asked.', unit: '' },
  http_requests_total: { type: 'counter', help: 'Requests that were answered.', unit: '' },
  http_request_duration_seconds: { type: 'histogram', help: 'Time until requests were answered.', unit: 'seconds' },
  node_load1: { type: 'gauge', help: 'Processes running or waiting to run, mean of 1 minute.', unit: '' },
  node_load5: { type: 'gauge', help: 'Processes running or waiting to run, mean of 5 minutes.', unit: '' },
  node_memory_MemTotal_bytes: { type: 'gauge', help: 'Memory there is.', unit: 'bytes' },
  node_memory_MemAvailable_bytes: { type: 'gauge', help: 'Memory that processes may still have.', unit: 'bytes' },
  node_filesystem_size_bytes: { type: 'gauge', help: 'Size of a file system.', unit: 'bytes' },
  node_filesystem_avail_bytes: { type: 'gauge', help: 'Space that is left on a file system.', unit: 'bytes' },
  queue_depth: { type: 'gauge', help: 'Jobs that wait.', unit: '' },
};

/** Upper ends of the histogram's buckets, seconds. */
const EDGES = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10];

/** From this edge on it is summed up which requests take longer: where there are none, whole numbers show none. */
const SLOW_S = 0.5;

/** Makes all series; `tree` is the fleet's Graphite. Nothing is computed before it is asked for. */
export function createMetricSeries(tree: MetricTree): readonly StoredSeries[] {
  return [
    ...FLEET_SERVICES.flatMap((name) => serviceSeries(serviceSignals(name))),
    ...FLEET_HOSTS.flatMap((host) => hostSeries(host, tree)),
  ];
}

function gauge(labels: Labels, at: StoredSeries['at']): StoredSeries {
  return { labels, isCounter: false, at };
}

function counter(labels: Labels, at: StoredSeries['at']): StoredSeries {
  return { labels, isCounter: true, at };
}

/** What of a service's errors has which status: the same as its log lines say. */
function statusShares(service: string, flow: 'calm' | 'incident'): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { status, share, ...template } of LOG_TEMPLATES) {
    if (template.service !== service || template.flow !== flow) continue;
    shares.set(String(status), (shares.get(String(status)) ?? 0) + share);
  }
  return shares;
}

function serviceSeries(service: ServiceSignals): StoredSeries[] {
  const counts = countsOf(service);
  const times = timesOf(service);
  const shares = requestShares(service.hosts);
  const [calm, trouble] = [statusShares(service.name, 'calm'), statusShares(service.name, 'incident')];
  const codes = [...new Set([...calm.keys(), ...trouble.keys()])].sort();
  return service.hosts.flatMap((host, index) => {
    const share = shares[index] as number;
    const own = { job: 'app', instance: `${host}:8080`, service: service.name };
    const http = (name: string, more: Labels, at: StoredSeries['at']) =>
      counter({ __name__: name, ...own, ...more }, at);
    const failed = (timeS: number) => share * counts.sinceReset(1, timeS) + counts.sinceReset(2 + index, timeS);
    const answered = (timeS: number) => Math.floor(share * counts.sinceReset(0, timeS));
    return [
      gauge({ __name__: 'up', ...own }, () => 1),
      http('http_requests_total', { code: '200' }, (timeS) =>
        Math.floor(share * counts.sinceReset(0, timeS) - failed(timeS)),
      ),
      ...codes.map((code) =>
        http('http_requests_total', { code }, (timeS) =>
          Math.floor(
            share * (calm.get(code) ?? 0) * counts.sinceReset(1, timeS) +
              (trouble.get(code) ?? 0) * counts.sinceReset(2 + index, timeS),
          ),
        ),
      ),
      ...EDGES.map((edge, column) =>
        http('http_request_duration_seconds_bucket', { le: String(edge) }, (timeS) => {
          const amount = Math.floor(share * times.sinceReset(column, timeS));
          return edge < SLOW_S ? amount : answered(timeS) - amount;
        }),
      ),
      http('http_request_duration_seconds_bucket', { le: '+Inf' }, answered),
      http('http_request_duration_seconds_count', {}, answered),
      http('http_request_duration_seconds_sum', {}, (timeS) => share * times.sinceReset(EDGES.length, timeS)),
    ];
  });
}

/** Sums of requests, of errors at any hour, and of those of the incident by host. */
function countsOf({ hosts, requests, calmShare, incidentShare }: ServiceSignals): HourIntegrals {
  return createHourIntegrals(2 + hosts.length, (startS, spanS, into) => {
    const rate = requests(startS, spanS);
    into[0] = rate;
    into[1] = rate * calmShare(startS, spanS);
    const trouble = rate * incidentShare(startS, spanS);
    const shares = trouble === 0 ? [] : incidentShares(hosts, Math.floor(startS / HOUR_S));
    for (let index = 0; index < hosts.length; index += 1) into[2 + index] = trouble * (shares[index] ?? 0);
  });
}

/** Sums of requests up to each edge, of those beyond it from {@link SLOW_S} on, and of all their seconds. */
function timesOf(service: ServiceSignals): HourIntegrals {
  return createHourIntegrals(EDGES.length + 1, (startS, spanS, into) => {
    const rate = service.requests(startS, spanS);
    const curve = latencyCurve(service, startS, spanS);
    for (let column = 0; column < EDGES.length; column += 1) {
      const edge = EDGES[column] as number;
      const share = shareBelow(curve, edge);
      into[column] = rate * (edge < SLOW_S ? share : 1 - share);
    }
    into[EDGES.length] = rate * meanLatency(curve);
  });
}

const MEMORY_BYTES = 16 * 1024 ** 3;
/** Where the disks of the fleet are mounted, by the name that Graphite has for them. */
const MOUNTS: Readonly<Record<string, string>> = { root: '/', var: '/var', data: '/data' };

function hostSeries(host: string, { root }: MetricTree): StoredSeries[] {
  const node = nodeAt(root, ['servers', host]);
  const own = { job: 'node', instance: `${host}:9100` };
  const of = (name: string, path: string, more: Labels = {}, turn = (value: number) => value) => {
    const metric = nodeAt(node, path.split('.'))?.metric;
    return metric ? [gauge({ __name__: name, ...own, ...more }, (timeS) => turn(valueAt(metric, timeS)))] : [];
  };
  const [load] = of('node_load1', 'load.shortterm');
  const disks = [...(nodeAt(node, ['disk'])?.children.keys() ?? [])];
  return [
    gauge({ __name__: 'up', ...own }, (timeS) => (Number.isNaN(load?.at(timeS)) ? 0 : 1)),
    ...(load ? [load] : []),
    ...of('node_load5', 'load.midterm'),
    ...of('node_memory_MemTotal_bytes', 'memory.used', {}, (value) => (Number.isNaN(value) ? value : MEMORY_BYTES)),
    ...of('node_memory_MemAvailable_bytes', 'memory.used', {}, (value) => MEMORY_BYTES - value),
    ...disks.flatMap((disk) => {
      const mount = { device: `/dev/${disk}`, fstype: 'ext4', mountpoint: MOUNTS[disk] ?? `/${disk}` };
      const [used] = of('', `disk.${disk}.used`);
      const sizeOf = (free: number, timeS: number) => Math.round(free + (used?.at(timeS) ?? 0));
      const [left] = of('node_filesystem_avail_bytes', `disk.${disk}.free`, mount);
      if (!left) return [];
      return [
        left,
        gauge({ __name__: 'node_filesystem_size_bytes', ...own, ...mount }, (timeS) => sizeOf(left.at(timeS), timeS)),
      ];
    }),
    ...of('queue_depth', 'queue.depth'),
  ];
}

function nodeAt(node: MetricNode | undefined, path: readonly string[]): MetricNode | undefined {
  return path.reduce<MetricNode | undefined>((inner, name) => inner?.children.get(name), node);
}

/** The finest samples of the fleet's Graphite are 10 s long; the one that a moment is in. */
const FINEST_S = 10;

function valueAt(metric: Metric, timeS: number): number {
  const startS = timeS - (timeS % FINEST_S);
  return metric.read({ startS, stepS: FINEST_S, count: 1, nowS: startS + FINEST_S })[0] as number;
}

/** The last moment before `timeS`, or at it, at which counters began anew. */
export function resetBefore(timeS: number): number {
  return Math.floor((timeS - RESET_AT_S) / 86_400) * 86_400 + RESET_AT_S;
}
