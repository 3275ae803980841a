/** Waits for a chat that is away, so that an answer outlives its restart. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';

/** An answer is asked for within 60 s and its job ends after 120 s; the queue's next try has this much again. */
const PATIENCE_MS = 45_000;
/** Between attempts; the last goes on. */
const RETRY_MS = [500, 1_000, 2_000, 5_000];

/**
 * Posts again and again while the chat cannot be reached, is too busy or refuses the bot's login, which somebody may
 * be mending; gives the receipt. `post` must be harmless when it is repeated.
 *
 * @throws what `post` threw last, or the signal's reason
 */
export async function untilPosted<Receipt>(
  post: () => Promise<Receipt>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<Receipt> {
  const untilMs = clock.now() + PATIENCE_MS;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await post();
    } catch (thrown) {
      const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] as number;
      if (signal.aborted || !mayPass(thrown) || clock.now() + waitMs > untilMs) throw thrown;
      log.warn({ code: thrown.code, err: thrown }, 'an answer waits for the chat');
      await clock.sleep(waitMs, signal);
    }
  }
}

function mayPass(thrown: unknown): thrown is BotError {
  return thrown instanceof BotError && (thrown.retryable || thrown.code === 'CHAT_AUTH');
}
