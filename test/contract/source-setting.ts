/** How the contract's tests set up a source of any kind: what a harness gives, and the source made from it. */
import { makeUnit } from '../../src/domain/unit.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { createHttpClient, type HttpClient } from '../../src/lib/http-client.ts';
import { withResilience } from '../../src/sources/resilience.ts';
import type { FetchWindow, Source, SourceDefinition, SourceDeps } from '../../src/sources/source.ts';
import { type Answering, type Received, type Reply, startHttpBackend } from '../doubles/http-backend.ts';

/** How the suite sets up one flavour of a kind. */
export interface SourceHarness {
  /** E.g. `graphite (carbonapi)`. */
  readonly title: string;
  readonly definition: SourceDefinition;
  /** Options for a backend at `url`, as the config would have them, {@link SECRET} in it. */
  options(url: string): unknown;
  /** A block with one parameter, `host`. */
  readonly block: unknown;
  /** Hosts that the backend has, sorted; and a pattern that lists them. */
  readonly hosts: readonly [string, string, ...string[]];
  readonly pattern: string;
  /** A healthy backend whose data are known: {@link valueAt} for each host. */
  backend(nowSeconds: () => number): (request: Received) => Reply | Promise<Reply>;
  /** What the backend has at a moment for the host with that index. */
  valueAt(host: number, second: number): number;
  /** An answer without any data, to whatever is asked. */
  readonly nothing: Answering;
  /** Values that its language cannot hold. */
  readonly hostile: readonly string[];
  readonly canAnnotate: boolean;
  /** What its marks are, where they are no deploys. */
  readonly markKind?: 'incident' | 'alert';
  /** Left out: series over the window. A table has what is now, with the columns `host` and `value`, a number. */
  readonly shape?: 'table';
  /**
   * How many requests are made once before all others (logging in), and for one fetch; how many until a refusal is
   * believed. Left out: none, one and one.
   */
  readonly requests?: { readonly setup: number; readonly fetch: number; readonly refused?: number };
  /** The one value that is meant to stand for every host, where there is one. */
  readonly everyHost?: string;
  /** What sentences about its answers may name instead of its title: what stands in between. */
  readonly speaksOf?: readonly string[];
  /** The source that it reads through, at the same address. */
  peer?(url: string, deps: Pick<SourceDeps, 'http' | 'clock'>): Source;
}

/** Stands in the options as every credential; must never be seen. */
export const SECRET = 'hunter2-0123456789';
/** What links begin with. */
export const PUBLIC_URL = 'https://graphs.example.net/g/';

/** The moment of all tests. */
export const NOW_SECONDS = 1_795_000_003;
const HOUR_MS = 3_600_000;
const clock: Clock = { now: () => NOW_SECONDS * 1000, sleep: () => Promise.resolve() };
/** The window that is asked for: the last hour. */
export const window: FetchWindow = {
  fromMs: NOW_SECONDS * 1000 - HOUR_MS,
  toMs: NOW_SECONDS * 1000,
  zone: 'UTC',
  maxPoints: 800,
};
/** What a question binds beside its arguments. */
export const binding = { unit: makeUnit('percent'), consolidate: 'average' } as const;

/** A source against a backend at `url`, protected as in service. */
export function createSource(
  harness: SourceHarness,
  url: string,
  timeoutMs = 2_000,
  http: HttpClient = createHttpClient({ timeoutMs, clock }),
): Source {
  const { definition } = harness;
  const options = definition.options.parse({ ...(harness.options(url) as object), publicUrl: PUBLIC_URL });
  const peer = harness.peer?.(url, { http, clock });
  const source = definition.create(options, { name: 'test', http, clock, ...(peer && { peer: () => peer }) });
  return withResilience(source, 'test', { title: definition.title, timeoutMs, jitterMs: 1 });
}

/** A backend, a source that reads from it and the question for a host. */
export async function startSource(
  harness: SourceHarness,
  answering: Answering = harness.backend(() => NOW_SECONDS),
  timeoutMs?: number,
) {
  const backend = await startHttpBackend(answering);
  const source = createSource(harness, backend.url, timeoutMs);
  const block = harness.definition.block.parse(harness.block);
  const ask = (hosts: readonly string[] = [harness.hosts[0]], signal = AbortSignal.timeout(10_000)) =>
    source.fetch(source.request(block, { ...binding, arguments: { host: hosts } }), window, signal);
  return { ...backend, source, ask };
}
