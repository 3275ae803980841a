/** Which threads are talks with the bot, so that `6h` in one of them is a question without a mention. */
import { z } from 'zod';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import { withDeadline } from '../../lib/clock.ts';
import type { OwnUser } from './message-filter.ts';
import type { RestClient } from './rest-client.ts';
import { WireMessage } from './wire.ts';

/** A bounded memory of threads. */
export interface Threads {
  /** Notes that the message `id` was taken as a question: a thread below it is a talk with the bot. */
  noteQuestion(id: string): void;
  /** Notes a message of the bot: it may begin a thread, or is part of one. */
  noteOwn(message: { readonly _id: string; readonly tmid?: string | null | undefined }): void;
  /**
   * Whether a thread is a talk with the bot: its root is a question to the bot, or the bot has written in it. Asks the
   * server about one it does not know, e.g. after a restart.
   */
  isOurs(threadId: string, bot: OwnUser, signal: AbortSignal): Promise<boolean>;
}

/** Some weeks of a busy bot. */
const MAX_THREADS = 10_000;
/** A reply does not wait longer for the server to tell about its thread. */
const LOOK_UP_MS = 2_000;

/** Makes an empty memory. */
export function createThreads(rest: RestClient): Threads {
  const ours = createBoundedMap<string, boolean>(MAX_THREADS);

  async function ask(threadId: string, bot: OwnUser, signal: AbortSignal): Promise<boolean> {
    const { message } = await rest.call(
      {
        path: 'chat.getMessage',
        query: { msgId: threadId },
        schema: z.object({ message: WireMessage }),
        patienceMs: 0,
      },
      withDeadline(LOOK_UP_MS, signal),
    );
    const isQuestion = message.mentions?.some(({ _id }) => _id === bot.userId) ?? false;
    return message.u._id === bot.userId || isQuestion || (message.replies?.includes(bot.userId) ?? false);
  }

  return {
    noteQuestion: (id) => ours.set(id, true),
    noteOwn: ({ _id, tmid }) => ours.set(tmid ?? _id, true),
    async isOurs(threadId, bot, signal) {
      const known = ours.get(threadId);
      if (known !== undefined) return known;
      try {
        const isTalk = await ask(threadId, bot, signal);
        // an answer that went out meanwhile has made it one
        if (ours.get(threadId) === undefined) ours.set(threadId, isTalk);
        return isTalk;
      } catch {
        signal.throwIfAborted();
        return false; // not remembered: the next reply asks again
      }
    },
  };
}
