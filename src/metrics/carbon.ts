/** Writes the bot's own metrics to carbon, Graphite's receiver, again and again. */
import { once } from 'node:events';
import Graphite from 'graphite-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

/** Where carbon is, as the config has it. */
export interface CarbonOptions {
  readonly host: string;
  readonly port: number;
  readonly prefix: string;
  readonly intervalMs: number;
}

/** What writing works with. */
export interface CarbonDeps {
  readonly registry: Registry;
  /** Reads what is a state into the metrics. */
  collect(): Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A carbon that takes longer is left alone until the next time. */
const WRITE_TIMEOUT_MS = 5_000;
/** So many values are written at once; a bot with hundreds of sources and routes has some thousands. */
const VALUES_MAX = 20_000;

/**
 * Writes now and then until `signal` aborts. One write at a time and nothing is kept for later: what carbon missed is in the counters
 * of the next one. Failures are logged when they begin and when they end.
 */
export async function writeToCarbon(options: CarbonOptions, deps: CarbonDeps, signal: AbortSignal): Promise<void> {
  const { clock, log, registry } = deps;
  const about = { host: options.host, port: options.port };
  let isGood = true;
  while (!signal.aborted) {
    try {
      await deps.collect();
      await writeOnce(options, await carbonValues(registry, options.prefix), clock.now());
      if (!isGood) log.info(about, 'carbon takes the metrics again');
      isGood = true;
    } catch (error) {
      if (isGood) log.warn({ ...about, err: error }, 'the metrics could not be written to carbon');
      isGood = false;
    }
    await clock.sleep(options.intervalMs, signal).catch(() => undefined);
  }
}

/** Values by path: `glimpse.questions_total.surface.team.outcome.answered`. Buckets are left out: Graphite cannot use them. */
export async function carbonValues(registry: Registry, prefix: string): Promise<Readonly<Record<string, number>>> {
  const values: Record<string, number> = {};
  let count = 0;
  for (const metric of await registry.getMetricsAsJSON()) {
    for (const sample of metric.values) {
      const { value, labels } = sample;
      const { metricName = metric.name } = sample as { readonly metricName?: string };
      if (metricName.endsWith('_bucket') || !Number.isFinite(value) || count >= VALUES_MAX) continue;
      const parts = [metricName.replace(/^glimpse_/, ''), ...Object.entries(labels).flat()];
      values[[prefix, ...parts.map(nodeOf)].join('.')] = value;
      count += 1;
    }
  }
  return values;
}

/** One node of a path: dots would make two of it, blanks would end it. */
function nodeOf(part: string | number | undefined): string {
  return String(part ?? '').replace(/[^A-Za-z0-9_-]+/g, '_') || '_';
}

async function writeOnce(
  { host, port }: CarbonOptions,
  values: Readonly<Record<string, number>>,
  nowMs: number,
): Promise<void> {
  // without a timeout of its own: its answer to one is to connect again, for ever
  const client = new Graphite(host, port, 'utf8');
  const failed = Promise.withResolvers<never>();
  client.on('error', failed.reject);
  client.connect();
  const { socket } = client;
  const deadline = AbortSignal.timeout(WRITE_TIMEOUT_MS);
  try {
    await Promise.race([
      failed.promise,
      (async () => {
        await once(socket, 'connect', { signal: deadline });
        client.write(values, nowMs);
        client.end();
        socket.resume(); // carbon says nothing; its end is seen only by who reads
        await once(socket, 'close', { signal: deadline });
      })(),
    ]);
  } finally {
    socket.destroy();
  }
}
