/** Reads what is a state, not an event, into the metrics: who is up, what waits. */

import type { Health, HealthReport } from '../http/health-routes.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import type { Store } from '../store/store.ts';
import type { Metrics } from './metrics.ts';

/** Where states are read. */
export interface StateSources {
  readonly health: HealthReport;
  readonly store: Pick<Store, 'depths' | 'freeBytes'>;
  /** Charts that are drawn or wait. */
  readonly renderPending: number;
  /** Saved queries in force. */
  readonly definitions: number;
}

/** Who scrapes does not wait longer; what is late is left out this time. */
const COLLECT_TIMEOUT_MS = 4_000;

/** Reads all states. What cannot be read is absent rather than old. */
export async function collectState(metrics: Metrics, state: StateSources): Promise<void> {
  const deadline = withDeadline(COLLECT_TIMEOUT_MS);
  const inTime = <Value>(work: Promise<Value>): Promise<Value | undefined> =>
    abortable(work, deadline).catch(() => undefined);
  const [health = [], depths = [], freeBytes] = await Promise.all([
    inTime(state.health()),
    inTime(state.store.depths()),
    inTime(state.store.freeBytes()),
  ]);
  takeHealth(metrics, health);
  metrics.queueJobs.reset();
  for (const { queue, waiting, delayed, active } of depths) {
    for (const [name, count] of Object.entries({ waiting, delayed, active })) {
      metrics.queueJobs.set({ queue, state: name }, count);
    }
  }
  metrics.storeFreeBytes.reset();
  if (freeBytes === undefined) metrics.storeFreeBytes.remove();
  else metrics.storeFreeBytes.set(freeBytes);
  metrics.renderPending.set(state.renderPending);
  metrics.definitions.set(state.definitions);
}

function takeHealth({ sourceUp, chatConnected, storeUp }: Metrics, health: readonly Health[]): void {
  sourceUp.reset();
  chatConnected.reset();
  for (const { kind, name = '', state } of health) {
    const value = state === 'ok' ? 1 : 0;
    if (kind === 'source') sourceUp.set({ source: name }, value);
    else if (kind === 'chat') chatConnected.set({ chat: name }, value);
    else storeUp.set(value);
  }
}
