/** Chats that took no words a moment ago: one tries again, the others wait their turn, so that they come in their order. */
import { BotError, toBotError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';

/** What is known of chats in this process. */
export interface AwayChats {
  /**
   * Does something in a chat, which must be harmless when it is repeated: a connection that broke is no reason to wait, and is tried
   * a second time. While a chat is away, one at a time tries it; what is not tried fails at once, or soon, and, by {@link isUntried},
   * is certainly not there. What platforms count apart has a name of its own.
   */
  reach<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** Shorter than the sweep takes to name again, the oldest first, what is not told. */
const AWAY_MS = 4_000;
/** How long the others wait for the one that tries, to follow in their order: a chat that says nothing holds up no other chat. */
const PATIENCE_MS = 2_000;

interface Away {
  readonly untilMs: number;
  /** What it said, or did not, the last time. */
  readonly why: string;
  /** While one tries it: over when that is, or takes long. */
  probe?: Promise<unknown>;
  isSlow?: boolean;
}

/** Makes one that knows of nothing. */
export function createAwayChats({ now, sleep }: Pick<Clock, 'now' | 'sleep'>): AwayChats {
  const away = new Map<string, Away>();

  function soonOver(known: Away, attempt: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
    const isLong = sleep(PATIENCE_MS, signal).then(() => {
      known.isSlow = true;
    });
    return Promise.race([attempt, isLong]).catch(() => undefined);
  }

  return {
    async reach(name, work) {
      let known = away.get(name);
      // whoever tries now says whether it is back
      while (known?.probe && !known.isSlow) {
        await known.probe;
        known = away.get(name);
      }
      if (known && (known.isSlow || known.untilMs > now())) {
        throw new BotError('CHAT_UNREACHABLE', known.why, { isUntried: true });
      }
      const attempt = known ? work() : workAgain(work);
      const tried = new AbortController();
      if (known) known.probe = soonOver(known, attempt, tried.signal);
      try {
        const result = await attempt;
        away.delete(name);
        return result;
      } catch (thrown) {
        const { code, message: why } = toBotError(thrown);
        if (code === 'CHAT_UNREACHABLE' || code === 'CHAT_RATE_LIMITED')
          away.set(name, { untilMs: now() + AWAY_MS, why });
        // it answered
        else away.delete(name);
        throw thrown;
      } finally {
        tried.abort();
      }
    },
  };
}

/** Servers close connections that were idle, and proxies fail for a moment; who says nothing at all is not asked again. */
async function workAgain<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (thrown) {
    const { code, details } = toBotError(thrown);
    if (code !== 'CHAT_UNREACHABLE' || details.timeoutMs !== undefined) throw thrown;
    return await work();
  }
}

/** Whether a failure says that nothing was sent. */
export function isUntried(failure: unknown): boolean {
  return failure instanceof BotError && failure.details.isUntried === true;
}
