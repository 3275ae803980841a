/** Worker thread that runs PGlite, so that a long query never stops the bot's own loop. Speaks {@link WorkerCall}. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'pg-boss';
import type { Dump } from './database.ts';

/** What the main thread asks; the answer carries the same `id`. */
export type WorkerCall = { readonly id: number } & (
  | {
      readonly kind: 'open';
      /** Of a backup, unpacked; it becomes the folder. */
      readonly tar?: Uint8Array;
    }
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly parameters: unknown[];
      readonly rowMode: 'array' | 'object';
    }
  | { readonly kind: 'boss'; readonly sql: string; readonly parameters: unknown[] | undefined }
  /** The folder as it is between two statements: one row, a {@link Dump}. */
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' }
);

/** The answer to a {@link WorkerCall}. */
export type WorkerReply =
  | { readonly id: number; readonly rows: unknown[] }
  | { readonly id: number; readonly error: { readonly message: string; readonly code?: string } };

/** PostgreSQL's own 128 MB would fill up, and take no question less time: the files are in the system's cache as well. */
const SHARED_BUFFERS = '32MB';
/** Where drizzle's migrator for `pg-proxy` keeps what it has done; it takes no other name. */
const MIGRATIONS_TABLE = 'drizzle.__drizzle_migrations';

let database: PGlite | undefined;

async function answer(call: WorkerCall): Promise<unknown[]> {
  if (call.kind === 'open') {
    const { folder } = workerData as { readonly folder: string };
    const loadDataDir = call.tar && new Blob([new Uint8Array(call.tar)], { type: 'application/x-tar' });
    const startParams = [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`];
    database = await PGlite.create(folder, { startParams, ...(loadDataDir && { loadDataDir }) });
    return [];
  }
  if (!database) throw new Error('the store is not open');
  switch (call.kind) {
    case 'query':
      return (await database.query(call.sql, call.parameters, { rowMode: call.rowMode })).rows;
    case 'boss':
      return (await fromPglite(database).executeSql(call.sql, call.parameters)).rows;
    case 'dump':
      return [await dump(database)];
    case 'close':
      await database.close();
      database = undefined;
      return [];
  }
}

async function dump(database: PGlite): Promise<Dump> {
  await database.exec('CHECKPOINT');
  const tar = new Uint8Array(await (await database.dumpDataDir('gzip')).arrayBuffer());
  return { tar, migratedTo: await migratedTo(database) };
}

/** One that a death kept from being migrated has no such table. */
async function migratedTo(database: PGlite): Promise<number> {
  const found = await database.query<{ name: string | null }>(
    `SELECT to_regclass('${MIGRATIONS_TABLE}')::text AS name`,
  );
  if (!found.rows[0]?.name) return 0;
  const newest = await database.query<{ ms: string | null }>(`SELECT max(created_at) AS ms FROM ${MIGRATIONS_TABLE}`);
  return Number(newest.rows[0]?.ms ?? 0);
}

parentPort?.on('message', (call: WorkerCall) => {
  answer(call).then(
    (rows) => parentPort?.postMessage({ id: call.id, rows } satisfies WorkerReply),
    (thrown: unknown) => {
      const { message = `its files cannot be used (${JSON.stringify(thrown)})`, code } = thrown as {
        message?: string; // errors of PGlite's own file system have none
        code?: string;
      };
      const error = { message, ...(code !== undefined && { code }) };
      parentPort?.postMessage({ id: call.id, error } satisfies WorkerReply);
    },
  );
});
