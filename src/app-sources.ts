/** Which sources are down, in the log: an operator without probes and scrapes hears of it too. */
import type { Health, HealthReport } from './http/health-routes.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

/** A source that comes and goes has so many lines in this time; the next one then says how it is by now. */
const LINES_MAX = 4;
const LINES_WITHIN_MS = 10 * 60_000;
/** Where nobody else asks how the sources are, they are asked this often. */
const ASK_EVERY_MS = 60_000;
/** What others found out is taken until then. */
const RECENT_MS = 50_000;

/** Notes how the sources are found to be; logs it when one is down the first time, and each change. */
export function createSourceNotes({
  log,
  clock,
}: {
  readonly log: Pick<Log, 'warn' | 'info'>;
  readonly clock: Pick<Clock, 'now'>;
}): (all: readonly Health[]) => void {
  const noted = new Map<string, { isUp: boolean; linesMs: number[] }>();
  return (all) => {
    for (const { kind, name, state, code } of all) {
      if (kind !== 'source' || name === undefined) continue;
      const isUp = state === 'ok';
      const last = noted.get(name) ?? { isUp: true, linesMs: [] };
      noted.set(name, last);
      const nowMs = clock.now();
      last.linesMs = last.linesMs.filter((atMs) => atMs > nowMs - LINES_WITHIN_MS);
      if (last.isUp === isUp || last.linesMs.length >= LINES_MAX) continue;
      last.isUp = isUp;
      last.linesMs.push(nowMs);
      if (isUp) log.info({ source: name }, 'a source can be used again');
      else log.warn({ source: name, ...(code && { code }), why: state }, 'a source cannot be used');
    }
  };
}

/** Has them asked at once and then whenever nobody else did for a while, until `signal` aborts. */
export async function askAfterSources(
  reportNow: () => HealthReport,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await reportNow()(RECENT_MS);
    await clock.sleep(ASK_EVERY_MS, signal).catch(() => undefined);
  }
}
