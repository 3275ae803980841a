/** Which groups of alerts are told when: at once, a little later, or found by the sweep where a process died. */
import { BotError } from '../domain/errors.ts';
import { createBatcher } from '../lib/batcher.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AlertStore } from './alert-store.ts';
import { isStorm } from './alert-turns.ts';
import type { JobQueue } from './job-queue.ts';

/** Alerts are told at once; this finds what was left behind and what is due. */
const SWEEP_EVERY_MS = 5_000;
/** So long it is collected what is to be told soon: a thousand that join a storm at once are looked at together, ms. */
export const SOON_MS = 250;
/** Groups that may wait to be queued; the sweep finds those that are more. */
const QUEUEING_MAX = 10_000;

interface TimeAndLog {
  readonly clock: Clock;
  readonly log: Log;
}

/** Groups that a delivery has news of. */
interface News {
  readonly keys: readonly string[];
  /** Those of them that go before all that wait. */
  readonly first?: readonly string[];
  /** The id that the delivery is logged under. */
  readonly trace: string | undefined;
}

/** Queues groups; what comes meanwhile goes together. */
export function createGroupQueuer(groups: JobQueue<{ key: string }>): (news: News) => Promise<unknown> {
  return createBatcher<News, undefined>({
    async run(all) {
      const pairs = all.flatMap(({ keys, trace }) => keys.map((key) => ({ key, trace })));
      const traces = pairs.flatMap(({ key, trace }): [string, string][] => (trace === undefined ? [] : [[key, trace]]));
      const first = new Map(all.flatMap((news) => news.first ?? []).map((key) => [key, 1] as const));
      await groups.submitAll(new Map(pairs.map(({ key }) => [key, { key }])), new Map(traces), first);
      return [];
    },
    weightOf: ({ keys }) => keys.length,
    maxWeight: Number.POSITIVE_INFINITY,
    maxWaiting: QUEUEING_MAX,
    maxRunning: 1,
    tooMany: () => new BotError('STORE_UNAVAILABLE', 'The queue is too slow for all that is stored.'),
  });
}

/** Queues groups again after a while, one that waits already only for sooner. What this process forgets when it dies, or has no room for, is found by the sweep. */
export function createLater(
  queueGroups: (news: News) => Promise<unknown>,
  { clock, log }: TimeAndLog,
  signal: AbortSignal,
): (key: string, delayMs: number, trace: string | undefined) => void {
  const waiting = new Map<string, number>();
  return (key, delayMs, trace) => {
    const atMs = clock.now() + delayMs;
    if ((waiting.get(key) ?? Number.POSITIVE_INFINITY) <= atMs || waiting.size >= QUEUEING_MAX) return;
    waiting.set(key, atMs);
    const queue = async () => {
      await clock.sleep(delayMs, signal);
      // what is wanted sooner since then was queued then
      if (waiting.get(key) !== atMs) return;
      waiting.delete(key);
      await queueGroups({ keys: [key], trace, ...(isStorm(key) && { first: [key] }) });
    };
    queue().catch((error: unknown) => {
      if (!signal.aborted) log.warn({ err: error }, 'a group of alerts is told later');
    });
  };
}

/** Groups that nobody told of: the process that stored them died, or the chat was away for longer than a job is tried. */
export async function sweepGroups(
  alerts: AlertStore,
  groups: JobQueue<{ key: string }>,
  { clock, log }: TimeAndLog,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(SWEEP_EVERY_MS, signal).catch(() => undefined);
    if (signal.aborted) return;
    try {
      const keys = await alerts.untold(clock.now() - SWEEP_EVERY_MS);
      // all of them after what comes now, and in their order, which jobs of one statement do not have by themselves
      const ranks = new Map(keys.map((key, index) => [key, -1 - index] as const));
      await groups.submitAll(new Map(keys.map((key) => [key, { key }])), undefined, ranks);
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'alerts that wait could not be looked for');
    }
  }
}
