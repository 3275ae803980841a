/** Which threads are talks with the bot, so that `6h` in one of them is a question without a mention. */
import { z } from 'zod';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import { withDeadline } from '../../lib/clock.ts';
import type { OwnUser } from './message-filter.ts';
import type { RestClient } from './rest-client.ts';
import { WireMessage } from './wire.ts';

/**
 * What a thread is to the bot: `question` when its root is a question to the bot, `joined` when the bot has written in
 * it or began it, `foreign` when it has nothing to do with the bot.
 */
type ThreadKind = 'question' | 'joined' | 'foreign';

/** A bounded memory of threads. */
export interface Threads {
  /** Notes that the message `id` was taken as a question: a thread below it is a talk with the bot. */
  noteQuestion(id: string): void;
  /** Notes a message of the bot: it may begin a thread, or is part of one. */
  noteOwn(message: { readonly _id: string; readonly tmid?: string | null | undefined }): void;
  /** What a thread is; asks the server about one it does not know, e.g. after a restart. */
  kindOf(threadId: string, bot: OwnUser, signal: AbortSignal): Promise<ThreadKind>;
}

/** Some weeks of a busy bot. */
const MAX_THREADS = 10_000;
/** A reply does not wait longer for the server to tell about its thread. */
const LOOK_UP_MS = 2_000;

/** Makes an empty memory. */
export function createThreads(rest: RestClient): Threads {
  const kinds = createBoundedMap<string, ThreadKind>(MAX_THREADS);

  function note(id: string, kind: 'question' | 'joined'): void {
    if (kinds.get(id) !== 'question') kinds.set(id, kind);
  }

  async function ask(threadId: string, bot: OwnUser, signal: AbortSignal): Promise<ThreadKind> {
    const { message } = await rest.call(
      {
        path: 'chat.getMessage',
        query: { msgId: threadId },
        schema: z.object({ message: WireMessage }),
        patienceMs: 0,
      },
      withDeadline(LOOK_UP_MS, signal),
    );
    if (message.u._id === bot.userId) return 'joined';
    if (message.mentions?.some(({ _id }) => _id === bot.userId)) return 'question';
    return message.replies?.includes(bot.userId) ? 'joined' : 'foreign';
  }

  return {
    noteQuestion: (id) => note(id, 'question'),
    noteOwn({ _id, tmid }) {
      note(tmid ?? _id, 'joined');
    },
    async kindOf(threadId, bot, signal) {
      const known = kinds.get(threadId);
      if (known) return known;
      try {
        const kind = await ask(threadId, bot, signal);
        kinds.set(threadId, kind);
        return kind;
      } catch {
        signal.throwIfAborted();
        return 'foreign'; // not remembered: the next reply asks again
      }
    },
  };
}
