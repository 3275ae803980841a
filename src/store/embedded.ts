/** PGlite as the store: a folder, one process, nothing to install. */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { BotError } from '../domain/errors.ts';
import { type Database, type Dump, MIGRATIONS_FOLDER } from './database.ts';
import { onProxy } from './drizzle.ts';
import { assertOwnVersion, versionOf } from './embedded-version.ts';
import type { WorkerCall, WorkerReply } from './embedded-worker.ts';
import { lockFolder } from './folder-lock.ts';

/** PGlite cannot be opened again once its disk is full; a WAL segment is 16 MiB and a checkpoint needs several. */
const FREE_MIN_BYTES = 128 * 1024 * 1024;

type CallBody = WorkerCall extends infer Call ? (Call extends { id: number } ? Omit<Call, 'id'> : never) : never;

/**
 * Opens the store in `folder` under its exclusive lock and migrates it. It does not fsync: safe against the death of
 * the process, not against the loss of power.
 *
 * @throws BotError `STORE_LOCKED`, `STORE_FULL`, `STORE_OTHER_VERSION`, `STORE_UNAVAILABLE`
 */
export async function openEmbedded(folder: string): Promise<Database> {
  const lock = lockFolder(folder);
  const files = join(folder, FILES_FOLDER);
  try {
    await assertFree(folder);
    await assertOwnVersion(folder, files);
    if ((await versionOf(files)) === undefined) await makeFiles(files);
    return await openFiles(folder, files, () => lock.release());
  } catch (cause) {
    lock.release();
    if (cause instanceof BotError) throw cause;
    await assertFree(folder); // the disk may have filled up meanwhile, which is then the reason
    const why = (cause as Error).message;
    throw new BotError('STORE_UNAVAILABLE', `The embedded store in ${folder} cannot be opened: ${why}`, {}, { cause });
  }
}

/** Makes an empty database in a thread that then ends: what that takes, 250 MB, would stay with the thread for long. */
async function makeFiles(files: string): Promise<void> {
  const worker = startWorker(files);
  try {
    await worker.call({ kind: 'open' });
    await worker.call({ kind: 'close' });
  } finally {
    await worker.stop();
  }
}

async function openFiles(folder: string, files: string, onClose: () => void): Promise<Database> {
  const worker = startWorker(files);
  try {
    await worker.call({ kind: 'open' });
    const db = onProxy.drizzle(async (sql, parameters, method) => {
      const rowMode = method === 'execute' ? 'object' : 'array';
      return { rows: await worker.call({ kind: 'query', sql, parameters, rowMode }) };
    });
    const runAll = async (statements: string[]) => {
      for (const sql of statements) await worker.call({ kind: 'boss', sql, parameters: undefined });
    };
    await onProxy.migrate(db, runAll, { migrationsFolder: MIGRATIONS_FOLDER });
    return {
      drizzle: db,
      boss: {
        backend: 'pglite',
        db: {
          executeSql: async (sql, parameters) => ({ rows: await worker.call({ kind: 'boss', sql, parameters }) }),
        },
      },
      query: async (sql, parameters) =>
        (await worker.call({ kind: 'query', sql, parameters: [...parameters], rowMode: 'object' })) as Record<
          string,
          unknown
        >[],
      assertWritable: () => assertFree(folder),
      freeBytes: () => freeBytesOf(folder),
      dump: () => worker.dump(),
      async close() {
        await worker.call({ kind: 'close' }).catch(() => undefined);
        await worker.stop();
        onClose();
      },
    };
  } catch (error) {
    await worker.stop();
    throw error;
  }
}

/**
 * Makes sure that the disk of `folder` has room for a store to be opened.
 *
 * @param moreBytes - what is written into it at once
 * @throws BotError `STORE_FULL`
 */
export async function assertFree(folder: string, moreBytes = 0): Promise<void> {
  if ((await freeBytesOf(folder)) >= FREE_MIN_BYTES + moreBytes) return;
  const needed = Math.ceil((FREE_MIN_BYTES + moreBytes) / 1024 / 1024);
  throw new BotError(
    'STORE_FULL',
    `The disk of ${folder} has less than ${needed} MiB free; free some, then try again.`,
  );
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** The database's own folder, below the store's. */
export const FILES_FOLDER = 'pglite';

/** Rows on their way live short; without a bound they take 134 MB before they are let go. */
const YOUNG_MAX_MB = 32;

/** Starts the thread; calls into it that are open reject when it dies. */
export function startWorker(folder: string) {
  const worker = new Worker(new URL('./embedded-worker.ts', import.meta.url), {
    workerData: { folder },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MAX_MB },
  });
  const open = new Map<number, { resolve(rows: unknown[]): void; reject(error: Error): void }>();
  let nextId = 1;
  let death: Error | undefined;
  const die = (error: Error) => {
    death ??= error;
    for (const { reject } of open.values()) reject(death);
    open.clear();
  };
  worker.on('message', (reply: WorkerReply) => {
    const call = open.get(reply.id);
    open.delete(reply.id);
    if ('rows' in reply) call?.resolve(reply.rows);
    else call?.reject(Object.assign(new Error(reply.error.message), { code: reply.error.code }));
  });
  worker.on('error', die);
  worker.on('exit', (code) => die(new BotError('STORE_UNAVAILABLE', `The embedded store has stopped (exit ${code}).`)));
  const call = (body: CallBody): Promise<unknown[]> =>
    new Promise((resolve, reject) => {
      if (death) return reject(death);
      const id = nextId;
      nextId += 1;
      open.set(id, { resolve, reject });
      worker.postMessage({ ...body, id } satisfies WorkerCall);
    });
  return {
    call,
    dump: async (): Promise<Dump> => (await call({ kind: 'dump' }))[0] as Dump,
    stop: async () => {
      await worker.terminate();
    },
  };
}
