/** The queue of messages to answer, on pg-boss: stored once, worked at once, taken over when a process dies. */
import { createHash } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { ChatMessage } from '../chat/chat.ts';
import type { Log } from '../lib/log.ts';
import type { Database } from './database.ts';
import type { QuestionHandler } from './store.ts';

const QUEUE = 'questions';
/** An answer that takes longer is given to another try; the sum of all deadlines on its way is below. */
const EXPIRE_SECONDS = 120;
/** The least that pg-boss allows: a dead process' message is taken over after this and a supervision round. */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_REFRESH_SECONDS = 3;
const SUPERVISE_SECONDS = 5;
/** After the first: the process died, or the chat could not be reached; with the waits in between about ten minutes. */
const RETRY_LIMIT = 8;
/** Longest wait between tries. */
const RETRY_DELAY_MAX_SECONDS = 30;
/** How long an answered message is remembered, so that it is not answered again. */
const REMEMBER_SECONDS = 7 * 86_400;
/** A message nobody could answer for this long is history. */
const RETAIN_SECONDS = 3_600;
/** Finds retries and what dead processes left (pg-boss would wait 30 s); new messages wake a worker at once. */
const POLL_SECONDS = 2;
/** Answers at once: the wait is for sources, not for this processor. */
const CONCURRENCY = 8;

/** A running queue. */
export interface QuestionQueue {
  submit(message: ChatMessage): Promise<'accepted' | 'duplicate'>;
  work(handler: QuestionHandler): Promise<void>;
  /** Waits up to `graceMs` for what is being answered. */
  stop(graceMs: number): Promise<void>;
}

/** Starts the queue on an open database; makes its own tables where they are missing. */
export async function startQuestionQueue(database: Database, log: Log): Promise<QuestionQueue> {
  const boss = new PgBoss({
    ...database.boss,
    schema: 'glimpse_queue',
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the queue reports an error'));
  await boss.start();
  const settings = {
    expireInSeconds: EXPIRE_SECONDS,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retryLimit: RETRY_LIMIT,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: RETRY_DELAY_MAX_SECONDS,
    retentionSeconds: RETAIN_SECONDS,
    deleteAfterSeconds: REMEMBER_SECONDS,
    notify: true,
  };
  if (await boss.getQueue(QUEUE)) await boss.updateQueue(QUEUE, settings);
  else await boss.createQueue(QUEUE, { ...settings, policy: 'standard' });
  let wake: () => void = () => undefined;
  return {
    async submit(message) {
      const id = await boss.send(QUEUE, message, { id: jobIdOf(message) });
      if (id === null) return 'duplicate';
      wake();
      return 'accepted';
    },
    async work(handler) {
      const options = {
        batchSize: 1,
        localConcurrency: CONCURRENCY,
        pollingIntervalSeconds: POLL_SECONDS,
        notifyPollingIntervalSeconds: POLL_SECONDS,
        heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
      };
      const workerId = await boss.work<ChatMessage>(QUEUE, options, async (jobs) => {
        for (const job of jobs) await handler(job.data, job.signal);
      });
      wake = () => boss.notifyWorker(workerId);
    },
    stop: (graceMs) => boss.stop({ graceful: graceMs > 0, timeout: Math.max(graceMs, 1), close: true }),
  };
}

/** The same message always has the same id, so a second copy is refused by the primary key. */
function jobIdOf({ chat, room, id }: ChatMessage): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([chat, room, id]))
    .digest('hex');
  // the shape of a UUID of version 8 (custom), RFC 9562 §5.8
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
