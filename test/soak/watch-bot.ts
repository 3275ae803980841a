/** Reads a running bot's own metrics again and again. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** What they said at one moment. */
export interface Sample {
  readonly memoryMb: number;
  /** p99 of the event loop's delay since the sample before. */
  readonly loopMs: number;
  /** The same of this process, which shares the machine. */
  readonly ownLoopMs: number;
  /** So far, by code and what failed: `SOURCE_TIMEOUT question`. */
  readonly failures: ReadonlyMap<string, number>;
}

/** What was read. */
export interface Watched {
  readonly samples: readonly Sample[];
  /** How often they could not be read. */
  readonly missed: number;
}

const EVERY_MS = 5_000;
/** As Prometheus waits unless it is told otherwise. */
const ANSWER_MS = 10_000;

/** Takes samples until the signal aborts; the first, which has the start in it, is left out. */
export async function watchBot(url: string, signal: AbortSignal): Promise<Watched> {
  const samples: Sample[] = [];
  let missed = 0;
  const own = monitorEventLoopDelay({ resolution: 10 });
  own.enable();
  while (!signal.aborted) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
    const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(ANSWER_MS) })
      .then((response) => response.text())
      .catch(() => '');
    const sampleOf = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    const memoryMb = sampleOf('process_resident_memory_bytes') / 1024 / 1024;
    const loopMs = sampleOf('nodejs_eventloop_lag_p99_seconds') * 1000;
    const ownLoopMs = own.percentile(99) / 1e6;
    own.reset();
    const failures = [...text.matchAll(/^glimpse_failures_total\{code="(\w+)",kind="(\w+)"\} (\d+)$/gm)];
    const counts = new Map(failures.map(([, code, kind, count]) => [`${code} ${kind}`, Number(count)]));
    if (Number.isNaN(memoryMb) || Number.isNaN(loopMs)) missed += 1;
    else samples.push({ memoryMb, loopMs, ownLoopMs, failures: counts });
  }
  return { samples: samples.slice(1), missed };
}
