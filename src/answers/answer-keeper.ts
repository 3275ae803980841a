/** Keeps answers beside their way to whoever asked: nobody waits for the store, and a store that fails loses a page only. */

import { BotError } from '../domain/errors.ts';
import { abortable } from '../lib/abortable.ts';
import { createBatcher } from '../lib/batcher.ts';
import { createBoundedMap } from '../lib/bounded-map.ts';
import { withDeadline } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { ANSWER_ID, type KeptAnswer } from './kept-answer.ts';
import { packAnswer, unpackAnswer } from './pack-answer.ts';

/** Where the bytes are. Members that throw, throw BotError `STORE_…`. */
export interface AnswerBytes {
  put(id: string, askedMs: number, bytes: Uint8Array): Promise<void>;
  get(id: string): Promise<Uint8Array | undefined>;
}

/** Keeps answers and finds them again. */
export interface AnswerKeeper {
  /**
   * Begins to keep an answer, which can be got under its id at once by whoever asks this process.
   *
   * @returns whether it is kept; never rejects
   */
  keep(kept: KeptAnswer): Promise<boolean>;
  /** @throws BotError `STORE_…` */
  get(id: string): Promise<KeptAnswer | undefined>;
  /** Waits for what is being kept. */
  close(): Promise<void>;
}

/** Answers that wait for the store; a store that is further behind than this is one that is gone. */
const WAITING_MAX = 64;
/** Ids are given out before an answer is written; those that could not be are known here for a while. */
const UNWRITTEN_MAX = 16;
/** At once: each is one row. */
const RUNNING_MAX = 2;
/** Longest that a stop waits for what is being kept. */
const CLOSE_TIMEOUT_MS = 5_000;

/** Makes a keeper. */
export function createAnswerKeeper(bytes: AnswerBytes, log: Log): AnswerKeeper {
  const pending = new Map<string, KeptAnswer>();
  const unwritten = createBoundedMap<string, KeptAnswer>(UNWRITTEN_MAX);
  const running = new Set<Promise<boolean>>();
  const store = createBatcher<KeptAnswer, undefined>({
    async run(batch) {
      for (const kept of batch) await bytes.put(kept.id, kept.askedMs, await packAnswer(kept));
      return [];
    },
    weightOf: () => 1,
    maxWeight: 1,
    maxWaiting: WAITING_MAX,
    maxRunning: RUNNING_MAX,
    tooMany: () => new BotError('STORE_UNAVAILABLE', 'The store is too slow for all answers.'),
  });

  async function write(kept: KeptAnswer): Promise<boolean> {
    pending.set(kept.id, kept);
    try {
      await store(kept);
      return true;
    } catch (error) {
      log.warn({ err: error, answer: kept.id }, 'an answer could not be kept');
      unwritten.set(kept.id, kept);
      return false;
    } finally {
      pending.delete(kept.id);
    }
  }

  return {
    keep(kept) {
      const written = write(kept).finally(() => running.delete(written));
      running.add(written);
      return written;
    },
    async get(id) {
      if (!ANSWER_ID.test(id)) return undefined;
      const known = pending.get(id) ?? unwritten.get(id);
      if (known) return known;
      const packed = await bytes.get(id);
      return packed && unpackAnswer(packed);
    },
    async close() {
      await abortable(Promise.all(running), withDeadline(CLOSE_TIMEOUT_MS)).catch(() => undefined);
    },
  };
}
