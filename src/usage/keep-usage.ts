/** Writes what was counted into the store, every few seconds, and forgets what is old. */
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { UsageStore } from '../store/usage-store.ts';
import { dayOf, type UsageTally } from './usage.ts';

/** A process that is killed loses the counts of so long; nothing else depends on them. */
const WRITE_EVERY_MS = 10_000;
/** A quarter of a year: what nobody asked for in that time nobody misses. */
const KEPT_DAYS = 92;

/** What keeping works with. */
export interface KeepUsageDeps {
  readonly tally: UsageTally;
  readonly store: UsageStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps counts until the signal aborts; what was counted by then is for {@link writeUsage}. */
export async function keepUsage(deps: KeepUsageDeps, signal: AbortSignal): Promise<void> {
  const { clock } = deps;
  while (!signal.aborted) {
    await clock.sleep(WRITE_EVERY_MS, signal).catch(() => undefined);
    if (!signal.aborted) await writeUsage(deps);
  }
}

/** Writes what was counted now; counts that cannot be written are dropped, and the log says so. */
export async function writeUsage({ tally, store, clock, log }: KeepUsageDeps): Promise<void> {
  const rows = tally.take();
  if (rows.length === 0) return;
  try {
    await store.add(rows);
    await store.prune(dayOf(clock.now()) - KEPT_DAYS);
  } catch (error) {
    log.warn({ err: error, kinds: rows.length }, 'counts of questions could not be written');
  }
}
