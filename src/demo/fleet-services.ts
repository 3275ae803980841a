/** The services of the demo fleet as rates over time: what its Graphite, its Prometheus and its log lines all tell. */
import { drift, incident, isHit, jitter, rhythm, SAMPLE_S, seedOf } from './fleet-story.ts';

/** The mean of something over a bucket that starts at `startS` and lasts `spanS`. */
export type Signal = (startS: number, spanS: number) => number;

/** A service when the fleet is busiest: requests per second, share of failing ones, seconds at three percentiles. */
interface Service {
  readonly requests: number;
  readonly failing: number;
  readonly latency: readonly [p50: number, p95: number, p99: number];
  /** How much of checkout's incident it feels: on requests, on errors, on latency. */
  readonly felt: readonly [requests: number, errors: number, latency: number];
  /** Hosts that it runs on. */
  readonly hosts: readonly string[];
}

const SERVICES: Readonly<Record<string, Service>> = {
  checkout: {
    requests: 140,
    failing: 0.001,
    latency: [0.085, 0.21, 0.36],
    felt: [0.38, 0.09, 1],
    hosts: ['web01', 'web02', 'web03', 'web04', 'web05', 'web06'],
  },
  search: {
    requests: 420,
    failing: 0.0004,
    latency: [0.04, 0.12, 0.24],
    felt: [0, 0, 0],
    hosts: ['web07', 'web08', 'web09', 'web10'],
  },
  payments: {
    requests: 60,
    failing: 0.0012,
    latency: [0.13, 0.3, 0.48],
    felt: [0.3, 0, 0.08],
    hosts: ['web09', 'web10', 'web12'],
  },
};

/** All services of the fleet. */
export const FLEET_SERVICES: readonly string[] = Object.keys(SERVICES);

/** What happens to one service. */
export interface ServiceSignals {
  readonly name: string;
  readonly hosts: readonly string[];
  /** Requests per second. */
  readonly requests: Signal;
  /** Share of requests that fail at any hour. */
  readonly calmShare: Signal;
  /** Share of requests that the incident lets fail. */
  readonly incidentShare: Signal;
  /** Seconds. */
  readonly latency: readonly [p50: Signal, p95: Signal, p99: Signal];
}

/** The signals of a service. @throws Error for a name that is none of {@link FLEET_SERVICES} */
export function serviceSignals(name: string): ServiceSignals {
  const service = SERVICES[name];
  if (service === undefined) throw new Error(`the fleet has no service ${name}`);
  const seed = seedOf(name);
  const requests = requestsOf(service, seed);
  const latency = (rank: number) => latencyOf(service, rank, seed + 40 + rank);
  const { failing, felt, hosts } = service;
  return {
    name,
    hosts,
    requests,
    calmShare: (startS, spanS) => failing * (1 + 0.8 * jitter(seed + 30, startS, spanS)),
    incidentShare: (startS, spanS) => {
      const trouble = felt[1] === 0 ? 0 : felt[1] * incident(startS, spanS);
      return trouble === 0 ? 0 : trouble * (1 + 0.25 * drift(seed + 31, startS, 80));
    },
    latency: [latency(0), latency(1), latency(2)],
  };
}

function requestsOf({ requests, felt }: Service, seed: number): Signal {
  return (startS, spanS) => {
    const midS = startS + (spanS - SAMPLE_S) / 2;
    const wobble = 1 + 0.06 * drift(seed, midS, 900) + 0.05 * jitter(seed, startS, spanS);
    return requests * (0.15 + 0.85 * rhythm(midS)) * wobble * (1 - felt[0] * incident(startS, spanS));
  };
}

/** Seconds; the slower the percentile, the more it feels the incident. */
function latencyOf({ latency, felt }: Service, rank: number, seed: number): Signal {
  const rest = latency[rank] ?? 0;
  const worse = felt[2] * (2.2 + 1.3 * rank);
  return (startS, spanS) => {
    const midS = startS + (spanS - SAMPLE_S) / 2;
    const wobble = 1 + 0.07 * drift(seed, midS, 1_200) + (0.04 + 0.05 * rank) * jitter(seed, startS, spanS);
    return (
      rest *
      (0.85 + 0.25 * rhythm(midS)) *
      wobble *
      (1 + worse * incident(startS, spanS) * (1 + 0.18 * drift(seed + 6, midS, 80)))
    );
  };
}

/** How much of the incident's errors a host has that the incident does not reach, beside 1 of one that it does. */
const SPARED = 0.06;

/** Shares of the incident's errors by host in an hour; together 1. */
export function incidentShares(hosts: readonly string[], hour: number): readonly number[] {
  const weights = hosts.map((host) => (isHit(Number(host.slice(3)), hour * 3_600 + 1_500) ? 1 : SPARED));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

/** Shares of a service's requests by host: nearly the same for all; together 1. */
export function requestShares(hosts: readonly string[]): readonly number[] {
  const weights = hosts.map((host) => 0.94 + 0.02 * (seedOf(host) & 7));
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / all);
}

/** Quantiles between which a request's time is thought to be spread evenly by its logarithm. */
const RANKS = [0, 0.5, 0.95, 0.99, 1] as const;

/** The times of a bucket's requests at {@link RANKS}, seconds. */
export type LatencyCurve = readonly [number, number, number, number, number];

/** The curve of a service in a bucket. */
export function latencyCurve({ latency }: ServiceSignals, startS: number, spanS: number): LatencyCurve {
  const p50 = latency[0](startS, spanS);
  const p95 = Math.max(p50 * 1.05, latency[1](startS, spanS));
  const p99 = Math.max(p95 * 1.05, latency[2](startS, spanS));
  return [p50 * 0.3, p50, p95, p99, p99 * 2.5];
}

/** Seconds that a share `rank` (0 to 1) of the requests stays below. */
export function quantileOf(curve: LatencyCurve, rank: number): number {
  const at = rank < 0.5 ? 0 : rank < 0.95 ? 1 : rank < 0.99 ? 2 : 3;
  const [low, high] = [RANKS[at] as number, RANKS[at + 1] as number];
  const [from, to] = [curve[at] as number, curve[at + 1] as number];
  return from * (to / from) ** ((rank - low) / (high - low));
}

/** Share of the requests that took at most `seconds`. */
export function shareBelow(curve: LatencyCurve, seconds: number): number {
  if (seconds <= curve[0]) return 0;
  if (seconds >= curve[4]) return 1;
  const at = seconds < curve[1] ? 0 : seconds < curve[2] ? 1 : seconds < curve[3] ? 2 : 3;
  const [low, high] = [RANKS[at] as number, RANKS[at + 1] as number];
  const [from, to] = [curve[at] as number, curve[at + 1] as number];
  return low + ((high - low) * Math.log(seconds / from)) / Math.log(to / from);
}

/** The mean of the requests' times, seconds. */
export function meanLatency(curve: LatencyCurve): number {
  let mean = 0;
  for (let at = 0; at < 4; at += 1) {
    const [from, to] = [curve[at] as number, curve[at + 1] as number];
    mean += ((RANKS[at + 1] as number) - (RANKS[at] as number)) * ((to - from) / Math.log(to / from));
  }
  return mean;
}
