/** Opens the store: PostgreSQL where a URL is given, else an embedded folder. */
import { BotError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Secret } from '../lib/secret.ts';
import type { Database } from './database.ts';
import { eq, lt, sql } from './drizzle.ts';
import { openEmbedded } from './embedded.ts';
import { openPostgres } from './postgres.ts';
import { startQuestionQueue } from './question-queue.ts';
import { conversations, cursors, people } from './schema.ts';
import { createSharedBudget } from './shared-budget.ts';
import type { Store } from './store.ts';

/** A follow-up to something older is a new question. */
const CONVERSATION_MAX_AGE_MS = 30 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
const DEFAULT_GRACE_MS = 10_000;

/** Where the store is and what it works with. */
export interface StoreOptions {
  readonly databaseUrl?: Secret;
  /** The embedded store's folder, used without `databaseUrl`. */
  readonly dataDir: string;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Opens and migrates the store.
 *
 * @throws BotError `STORE_UNAVAILABLE`, `STORE_LOCKED`, `STORE_FULL`
 */
export async function openStore({ databaseUrl, dataDir, log, clock }: StoreOptions): Promise<Store> {
  const database = await (databaseUrl ? openPostgres(databaseUrl, log) : openEmbedded(dataDir));
  const queue = await startQuestionQueue(database, log).catch(async (cause: unknown) => {
    await database.close();
    throw new BotError('STORE_UNAVAILABLE', 'The queue cannot be started in the store.', {}, { cause });
  });
  const closing = new AbortController();
  void pruneRegularly(database, clock, log, closing.signal);
  return {
    ...keeper(database, clock),
    budget: createSharedBudget(database),
    async submit(message) {
      await database.assertWritable();
      return guard(() => queue.submit(message));
    },
    work: (handler) => queue.work(handler),
    async close(graceMs = DEFAULT_GRACE_MS) {
      closing.abort();
      await queue.stop(graceMs);
      await database.close();
    },
  };
}

type Kept = 'remember' | 'recall' | 'zoneOf' | 'setZone' | 'cursorOf' | 'moveCursor' | 'check';

function keeper({ drizzle, query }: Database, clock: Clock): Pick<Store, Kept> {
  return {
    remember: (key, question) =>
      guard(async () => {
        const values = { question, askedMs: clock.now() };
        const target = conversations.key;
        await drizzle
          .insert(conversations)
          .values({ key, ...values })
          .onConflictDoUpdate({ target, set: values });
      }),
    recall: (key) =>
      guard(async () => {
        const rows = await drizzle.select().from(conversations).where(eq(conversations.key, key));
        return rows[0]?.question;
      }),
    zoneOf: (key) => guard(async () => (await drizzle.select().from(people).where(eq(people.key, key)))[0]?.zone),
    setZone: (key, zone) =>
      guard(async () => {
        const values = { zone, setMs: clock.now() };
        await drizzle
          .insert(people)
          .values({ key, ...values })
          .onConflictDoUpdate({ target: people.key, set: values });
      }),
    cursorOf: (chat) =>
      guard(async () => (await drizzle.select().from(cursors).where(eq(cursors.chat, chat)))[0]?.takenMs),
    moveCursor: (chat, takenMs) =>
      guard(async () => {
        // another replica may be further on
        const set = { takenMs: sql`greatest(${cursors.takenMs}, excluded.taken_ms)` };
        await drizzle.insert(cursors).values({ chat, takenMs }).onConflictDoUpdate({ target: cursors.chat, set });
      }),
    check: () =>
      guard(async () => {
        await query('SELECT 1', []);
      }),
  };
}

/** Gives every failure of the database the store's code. */
async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof BotError) throw cause;
    throw new BotError('STORE_UNAVAILABLE', 'The store cannot be used at the moment.', {}, { cause });
  }
}

async function pruneRegularly({ drizzle }: Database, clock: Clock, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await drizzle.delete(conversations).where(lt(conversations.askedMs, clock.now() - CONVERSATION_MAX_AGE_MS));
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'old conversations could not be pruned');
    }
    await clock.sleep(PRUNE_EVERY_MS, signal).catch(() => undefined);
  }
}
