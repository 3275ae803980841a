/** Worker thread that runs PGlite, so that a long query never stops the bot's own loop. Speaks {@link WorkerCall}. */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { fromPglite } from 'pg-boss';

/** What the main thread asks; the answer carries the same `id`. */
export type WorkerCall = { readonly id: number } /** With the tar of a backup, which then becomes the folder. */ & (
  | { readonly kind: 'open'; readonly tar?: Uint8Array }
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly parameters: unknown[];
      readonly rowMode: 'array' | 'object';
    }
  | { readonly kind: 'boss'; readonly sql: string; readonly parameters: unknown[] | undefined }
  /** The folder as a gzipped tar, as it is between two statements: one row, bytes. */
  | { readonly kind: 'dump' }
  | { readonly kind: 'close' }
);

/** The answer to a {@link WorkerCall}. */
export type WorkerReply =
  | { readonly id: number; readonly rows: unknown[] }
  | { readonly id: number; readonly error: { readonly message: string; readonly code?: string } };

let database: PGlite | undefined;

async function answer(call: WorkerCall): Promise<unknown[]> {
  if (call.kind === 'open') {
    const { folder } = workerData as { readonly folder: string };
    const loadDataDir = call.tar && new Blob([new Uint8Array(call.tar)], { type: 'application/x-tar' });
    database = await PGlite.create(folder, { ...(loadDataDir && { loadDataDir }) });
    return [];
  }
  if (!database) throw new Error('the store is not open');
  switch (call.kind) {
    case 'query':
      return (await database.query(call.sql, call.parameters, { rowMode: call.rowMode })).rows;
    case 'boss':
      return (await fromPglite(database).executeSql(call.sql, call.parameters)).rows;
    case 'dump':
      await database.exec('CHECKPOINT');
      return [new Uint8Array(await (await database.dumpDataDir('gzip')).arrayBuffer())];
    case 'close':
      await database.close();
      database = undefined;
      return [];
  }
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
