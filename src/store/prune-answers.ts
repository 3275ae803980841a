/** Forgets old answers, now and then. */
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { AnswerStore } from './answer-store.ts';

/** How long answers are kept, and how much they may take together. */
export interface AnswerLimits {
  readonly keepMs: number;
  readonly maxBytes: number;
}

/** A quarter of a year, and what a small disk has to spare. */
export const USUAL_LIMITS: AnswerLimits = { keepMs: 90 * 86_400_000, maxBytes: 1024 ** 3 };

const PRUNE_EVERY_MS = 3_600_000;

/** Prunes every hour until the signal aborts; a store that is away is tried again the next time. */
export async function pruneAnswers(
  answers: Pick<AnswerStore, 'prune'>,
  { keepMs, maxBytes }: AnswerLimits,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await answers.prune(clock.now() - keepMs, maxBytes, signal);
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'old answers could not be pruned');
    }
    await clock.sleep(PRUNE_EVERY_MS, signal).catch(() => undefined);
  }
}
