/** Queues on pg-boss: a job is stored once, worked at once, taken over when a process dies. */
import { createHash } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { withTrace } from '../lib/trace.ts';
import type { Database } from './database.ts';
import { openedJob, stampedJob } from './stored-job.ts';

/** A job that takes longer is given to another try; the sum of all deadlines on its way is below. */
const EXPIRE_SECONDS = 120;
/** The least that pg-boss allows: a dead process' job is taken over after this and a supervision round. */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_REFRESH_SECONDS = 3;
const SUPERVISE_SECONDS = 5;
/** After the first: the process died, or the chat could not be reached; with the waits in between about ten minutes. */
const RETRY_LIMIT = 8;
/** Longest wait between tries. */
const RETRY_DELAY_MAX_SECONDS = 30;
/** How long a finished job is remembered, so that it is not done again. */
const REMEMBER_SECONDS = 7 * 86_400;
/** A finished job of `latest` says nothing: under load there are many. */
const FORGET_SECONDS = 60;
/** Finished jobs are deleted this often, so that there are never many at once (pg-boss would do it once a day). */
const MAINTENANCE_SECONDS = 300;
/** A job nobody could do for this long is history. */
const RETAIN_SECONDS = 3_600;
/** Finds retries and what dead processes left (pg-boss would wait 30 s); new jobs wake a worker at once. */
const POLL_SECONDS = 2;
/** Jobs at once: the wait is for sources and chats, not for this processor. */
const CONCURRENCY = 8;
/** Jobs in one statement. */
const BATCH_MAX = 500;

/** Does one job; runs again, in another process if need be, when the one that ran it died. */
export type JobHandler<Data> = (data: Data, signal: AbortSignal) => Promise<void>;

/** One queue. */
export interface JobQueue<Data> {
  /** Stores a job under a key, to begin at once or after a delay; a queue of `once` refuses a key it has had, one of `latest` one that waits already. */
  submit(key: string, data: Data, delayMs?: number): Promise<'accepted' | 'duplicate'>;
  /**
   * The same for several at once, in few statements; those that are refused are left out silently. Each is logged under its trace;
   * those with a higher rank go before those with a lower one, 0 unless said.
   */
  submitAll(
    jobs: ReadonlyMap<string, Data>,
    traces?: ReadonlyMap<string, string>,
    ranks?: ReadonlyMap<string, number>,
  ): Promise<void>;
  /** Starts working: own jobs at once, those of dead processes a little later. Called once. */
  work(handler: JobHandler<Data>): Promise<void>;
}

/** How many jobs a queue has. */
export interface QueueDepth {
  readonly queue: string;
  /** Due, and not begun. */
  readonly waiting: number;
  /** Due later: a delay, a wait before another try. */
  readonly delayed: number;
  readonly active: number;
}

/** Told of each job that begins: how long it was due, ms. */
export type OnBegin = (queue: string, waitedMs: number) => void;

/** What queues work with. */
export interface JobQueueDeps {
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
  readonly onBegin?: OnBegin;
}

/** All queues of a store. */
export interface JobQueues {
  /**
   * Opens a queue.
   *
   * @param policy - `once`: every key one time; `latest`: of a key one job waits and one runs at most, in whatever process, and no
   *   other key waits for it; for work that looks at what is there when it begins
   */
  open<Data extends object>(name: string, policy: 'once' | 'latest'): Promise<JobQueue<Data>>;
  /** As they were some seconds ago. */
  depths(): Promise<readonly QueueDepth[]>;
  /** Waits up to `graceMs` for what is being done. */
  stop(graceMs: number): Promise<void>;
}

/** Starts pg-boss on an open database; it makes its own tables where they are missing. */
export async function startJobQueues(database: Database, deps: JobQueueDeps): Promise<JobQueues> {
  const { log } = deps;
  const boss = new PgBoss({
    ...database.boss,
    schema: 'glimpse_queue',
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the queue reports an error'));
  await boss.start();
  return {
    open: (name, policy) => openQueue(boss, name, policy, deps),
    depths: async () =>
      (await boss.getQueues()).map(({ name, readyCount, deferredCount, activeCount }) => ({
        queue: name,
        waiting: readyCount,
        delayed: deferredCount,
        active: activeCount,
      })),
    stop: (graceMs) => boss.stop({ graceful: graceMs > 0, timeout: Math.max(graceMs, 1), close: true }),
  };
}

async function openQueue<Data extends object>(
  boss: PgBoss,
  name: string,
  policy: 'once' | 'latest',
  deps: JobQueueDeps,
): Promise<JobQueue<Data>> {
  const { clock } = deps;
  const settings = {
    expireInSeconds: EXPIRE_SECONDS,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    retryLimit: RETRY_LIMIT,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: RETRY_DELAY_MAX_SECONDS,
    retentionSeconds: RETAIN_SECONDS,
    deleteAfterSeconds: policy === 'once' ? REMEMBER_SECONDS : FORGET_SECONDS,
    // `latest` work is found by who stored it, else by polling: a notice would wake every worker of every replica for each
    notify: policy === 'once',
  };
  if (await boss.getQueue(name)) await boss.updateQueue(name, settings);
  // not `stately`: a key that runs would keep all that was stored later from being found (up to a minute)
  else await boss.createQueue(name, { ...settings, policy: policy === 'once' ? 'standard' : 'short' });
  const workers: string[] = [];
  const optionsOf = (key: string) =>
    policy === 'once' ? { id: idOf(key) } : { singletonKey: key, group: { id: key } };
  let turn = 0;
  const wake = (count: number) => {
    for (let left = Math.min(count, workers.length); left > 0; left -= 1) {
      turn = (turn + 1) % workers.length;
      boss.notifyWorker(workers[turn] ?? '');
    }
  };
  return {
    async submit(key, data, delayMs = 0) {
      const delay = delayMs > 0 ? { startAfter: Math.ceil(delayMs / 1000) } : {};
      const id = await boss.send(name, stampedJob(data, clock.now() + delayMs), { ...optionsOf(key), ...delay });
      if (id === null) return 'duplicate';
      wake(1);
      return 'accepted';
    },
    async submitAll(jobs, traces, ranks) {
      const nowMs = clock.now();
      const rows = [...jobs].map(([key, data]) => ({
        data: stampedJob(data, nowMs, traces?.get(key)),
        ...optionsOf(key),
        priority: ranks?.get(key) ?? 0,
      }));
      for (let from = 0; from < rows.length; from += BATCH_MAX) {
        const some = rows.slice(from, from + BATCH_MAX);
        await boss.insert(name, some);
        wake(some.length);
      }
    },
    async work(handler) {
      const started = Array.from({ length: CONCURRENCY }, () => startWorker(boss, name, policy, handler, deps));
      workers.push(...(await Promise.all(started)));
    },
  };
}

/** One worker: after a job it looks for the next at once, so that what piled up is not done at the pace of polling. */
async function startWorker<Data extends object>(
  boss: PgBoss,
  name: string,
  policy: 'once' | 'latest',
  handler: JobHandler<Data>,
  { clock, onBegin }: JobQueueDeps,
) {
  const options = {
    ...(policy === 'latest' && { groupConcurrency: 1 }),
    batchSize: 1,
    pollingIntervalSeconds: POLL_SECONDS,
    notifyPollingIntervalSeconds: POLL_SECONDS,
    heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
  };
  let own = '';
  own = await boss.work<Data>(name, options, async (jobs) => {
    try {
      for (const job of jobs) {
        const { data, trace, dueMs } = openedJob(job.data);
        if (dueMs !== undefined) onBegin?.(name, Math.max(0, clock.now() - dueMs));
        await withTrace(trace, () => handler(data, job.signal));
      }
    } finally {
      boss.notifyWorker(own);
    }
  });
  return own;
}

/** The same key always has the same id, so a second copy is refused by the primary key. */
function idOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  // the shape of a UUID of version 8 (custom), RFC 9562 §5.8
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
