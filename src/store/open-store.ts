/** Opens the store: PostgreSQL where a URL is given, else an embedded folder. */

import type { ChatMessage } from '../chat/chat.ts';
import { BotError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Secret } from '../lib/secret.ts';
import { currentTrace } from '../lib/trace.ts';
import { createAlertOrigins } from './alert-origins.ts';
import { type AlertStore, createAlertStore } from './alert-store.ts';
import { createAlertTimeline } from './alert-timeline.ts';
import { createAlertTurns } from './alert-turns.ts';
import { createAnswerStore } from './answer-store.ts';
import { backupOf } from './backup.ts';
import { type ContextJob, createContextStore } from './context-store.ts';
import type { Database } from './database.ts';
import { eq, sql } from './drizzle.ts';
import { dropOld } from './drop-old.ts';
import { openEmbedded } from './embedded.ts';
import { createGroupQueuer, createLater, SOON_MS, sweepGroups } from './group-queue.ts';
import { type OnBegin, startJobQueues } from './job-queue.ts';
import { openPostgres } from './postgres.ts';
import { createPressing } from './pressing-groups.ts';
import { type AnswerLimits, pruneAnswers, USUAL_LIMITS } from './prune-answers.ts';
import { conversations, cursors, people } from './schema.ts';
import { createSharedBudget } from './shared-budget.ts';
import { createSightingStore } from './sighting-store.ts';
import type { Store } from './store.ts';
import { createUsageStore } from './usage-store.ts';

/** A follow-up to something older is a new question. */
const CONVERSATION_MAX_AGE_MS = 30 * 86_400_000;
const OLD_CONVERSATIONS = ['conversations', 'key', 'asked_ms < $1'] as const;
const PRUNE_EVERY_MS = 3_600_000;
/** How long what was told is kept unless the config says otherwise, for `fired 3 times in 30 days` and the timeline. */
const ALERTS_KEPT_MS = 90 * 86_400_000;
const DEFAULT_GRACE_MS = 10_000;

/** Where the store is and what it works with. */
export interface StoreOptions {
  readonly databaseUrl?: Secret;
  /** The embedded store's folder, used without `databaseUrl`. */
  readonly dataDir: string;
  /** How long answers are kept, and how much they may take together; left out: as the config has it unless it says otherwise. */
  readonly answers?: AnswerLimits;
  readonly log: Log;
  readonly clock: Clock;
  /** Told of each job that begins. */
  readonly onBegin?: OnBegin;
  /** Told of each statement: how long it took, s, and whether it failed. */
  readonly onQuery?: OnQuery;
  /** How long what was told of alerts and changes is kept, now; left out: 90 days. */
  alertsKeptMs?(): number;
}

type OnQuery = (seconds: number, isGood: boolean) => void;

/**
 * Opens and migrates the store.
 *
 * @throws BotError `STORE_UNAVAILABLE`, `STORE_LOCKED`, `STORE_FULL`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const {
    databaseUrl,
    dataDir,
    answers: limits = USUAL_LIMITS,
    log,
    clock,
    onQuery,
    alertsKeptMs = () => ALERTS_KEPT_MS,
  } = options;
  const opened = await (databaseUrl ? openPostgres(databaseUrl, log) : openEmbedded(dataDir));
  const database = onQuery ? watchQueries(opened, onQuery) : opened;
  const { queues, questions, groups, contexts } = await openQueues(database, options).catch(async (cause: unknown) => {
    await database.close();
    throw new BotError('STORE_UNAVAILABLE', 'The queue cannot be started in the store.', {}, { cause });
  });
  const alerts = createAlertStore(database, clock, guard);
  const answers = createAnswerStore(database, guard);
  const closing = new AbortController();
  const queueGroups = createGroupQueuer(groups);
  const pressing = createPressing(clock);
  const later = createLater(queueGroups, { clock, log }, closing.signal);
  const { dump } = database;
  void pruneRegularly(database, alerts, alertsKeptMs, { clock, log }, closing.signal);
  void pruneAnswers(answers, limits, { clock, log }, closing.signal);
  return {
    ...keeper(database, clock),
    budget: createSharedBudget(database),
    async submit(message) {
      await database.assertWritable();
      const { chat, room, id } = message;
      return guard(() => questions.submit(JSON.stringify([chat, room, id]), message));
    },
    work: (handler) => questions.work(handler),
    depths: () => guard(() => queues.depths()),
    freeBytes: database.freeBytes,
    ...(dump && { backup: () => guard(async () => backupOf(await dump(), clock)) }),
    alerts,
    timeline: createAlertTimeline(database, guard),
    turns: pressing.watching(createAlertTurns(database, guard)),
    origins: createAlertOrigins(database, alerts, guard),
    async takeTold(told) {
      await database.assertWritable();
      const news = await alerts.take(told);
      // it is stored: a group that cannot be queued, or is not when this process dies, is found by the sweep
      if (news.length > 0)
        queueGroups({ keys: news, first: pressing.of(told.alerts), trace: currentTrace() }).catch((error: unknown) =>
          log.warn({ err: error }, 'alerts are told later'),
        );
      return news.length;
    },
    tellSoon: (key) => later(key, SOON_MS, currentTrace()),
    async workGroups(handler) {
      await groups.work(async ({ key }, signal) => {
        const againMs = await handler(key, signal);
        if (againMs !== undefined) later(key, againMs, currentTrace());
      });
      void sweepGroups(alerts, groups, { clock, log }, closing.signal);
    },
    answers,
    usage: createUsageStore(database, guard),
    contexts: createContextStore(database, guard),
    sightings: createSightingStore(database, clock, guard),
    async submitContext(job, delayMs) {
      await guard(() => contexts.submit(jobKeyOf(job), job, delayMs));
    },
    workContexts: (handler) => contexts.work(handler),
    async close(graceMs = DEFAULT_GRACE_MS, finish) {
      closing.abort();
      await queues.stop(graceMs);
      await finish?.();
      await database.close();
    },
  };
}

/** One job for one thing in one room. */
function jobKeyOf(job: ContextJob): string {
  const { kind, chat, room } = job;
  if (kind === 'digest') return JSON.stringify([kind, chat, room, job.fromMs]);
  const which = kind === 'end' ? job.closedMs : (job.openings ?? 0);
  return JSON.stringify([kind, chat, room, job.key, job.conversation, which]);
}

/** Tells how long statements of our own take. */
function watchQueries(database: Database, onQuery: OnQuery): Database {
  return {
    ...database,
    async query(sql, parameters) {
      const begunMs = performance.now();
      let isGood = false;
      try {
        const rows = await database.query(sql, parameters);
        isGood = true;
        return rows;
      } finally {
        onQuery((performance.now() - begunMs) / 1000, isGood);
      }
    },
  };
}

async function openQueues(database: Database, { log, clock, onBegin }: StoreOptions) {
  const queues = await startJobQueues(database, { log, clock, ...(onBegin && { onBegin }) });
  const questions = await queues.open<ChatMessage>('questions', 'once');
  const groups = await queues.open<{ key: string }>('alert-news', 'latest');
  const contexts = await queues.open<ContextJob>('alert-context', 'once');
  return { queues, questions, groups, contexts };
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

async function pruneRegularly(
  { query }: Database,
  alerts: AlertStore,
  alertsKeptMs: () => number,
  { clock, log }: Pick<StoreOptions, 'clock' | 'log'>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await dropOld(OLD_CONVERSATIONS, query, clock.now() - CONVERSATION_MAX_AGE_MS, clock, signal);
      const pruned = await alerts.prune(clock.now() - alertsKeptMs(), signal);
      if (pruned > 0) log.info({ rows: pruned }, 'old alerts and changes were dropped');
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, 'old conversations and alerts could not be pruned');
    }
    await clock.sleep(PRUNE_EVERY_MS, signal).catch(() => undefined);
  }
}
