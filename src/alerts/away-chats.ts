/** Chats that took no words a moment ago: one post tries again, the others wait their turn, so that they come in their order. */
import { BotError, toBotError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';

/** What is known of chats in this process. */
export interface AwayChats {
  /**
   * Posts in a chat. While it is away, one post at a time tries it; what is not tried fails at once and, by
   * {@link isUntried}, is certainly not there.
   */
  post<Result>(chat: string, work: () => Promise<Result>): Promise<Result>;
}

/** Shorter than the sweep takes to name again, the oldest first, what is not told. */
const AWAY_MS = 4_000;

interface Away {
  readonly untilMs: number;
  /** What it said, or did not, the last time. */
  readonly why: string;
  probe?: Promise<unknown>;
}

/** Makes one that knows of nothing. */
export function createAwayChats({ now }: Pick<Clock, 'now'>): AwayChats {
  const away = new Map<string, Away>();
  return {
    async post(chat, work) {
      let known = away.get(chat);
      // whoever tries now says whether it is back
      while (known?.probe) {
        await known.probe;
        known = away.get(chat);
      }
      if (known && known.untilMs > now()) throw new BotError('CHAT_UNREACHABLE', known.why, { isUntried: true });
      const attempt = work();
      if (known) known.probe = attempt.catch(() => undefined);
      try {
        const result = await attempt;
        away.delete(chat);
        return result;
      } catch (thrown) {
        const { code, message: why } = toBotError(thrown);
        if (code === 'CHAT_UNREACHABLE' || code === 'CHAT_RATE_LIMITED')
          away.set(chat, { untilMs: now() + AWAY_MS, why });
        else if (known) delete known.probe;
        throw thrown;
      }
    },
  };
}

/** Whether a failure says that nothing was sent. */
export function isUntried(failure: unknown): boolean {
  return failure instanceof BotError && failure.details.isUntried === true;
}
