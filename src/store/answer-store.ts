/** Answers in the store: bytes by id, bounded by age and by what they take together. */
import type { Database } from './database.ts';

/** What is kept of answers. Members that throw, throw BotError `STORE_…`. */
export interface AnswerStore {
  put(id: string, askedMs: number, bytes: Uint8Array): Promise<void>;
  get(id: string): Promise<Uint8Array | undefined>;
  /** Drops what is older, then the oldest until the rest takes no more than `maxBytes`; a batch at a time. */
  prune(beforeMs: number, maxBytes: number, signal: AbortSignal): Promise<void>;
}

/** Rows in one statement: each may be 2 MiB, and others wait meanwhile. */
const BATCH = 200;

/** Makes the part of a store on an open database. */
export function createAnswerStore(
  { query, assertWritable }: Pick<Database, 'query' | 'assertWritable'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AnswerStore {
  async function dropThrough(toMs: number, signal: AbortSignal): Promise<void> {
    const statement = `DELETE FROM glimpse.answers WHERE id IN
      (SELECT id FROM glimpse.answers WHERE asked_ms <= $1 ORDER BY asked_ms LIMIT ${BATCH}) RETURNING id`;
    while (!signal.aborted) if ((await query(statement, [toMs])).length < BATCH) return;
  }
  return {
    put: (id, askedMs, bytes) =>
      guard(async () => {
        await assertWritable();
        const statement = `INSERT INTO glimpse.answers (id, asked_ms, bytes, packed) VALUES ($1, $2, $3, $4)
          ON CONFLICT (id) DO NOTHING`;
        await query(statement, [id, askedMs, bytes.byteLength, Buffer.from(bytes)]);
      }),
    get: (id) =>
      guard(async () => {
        const [row] = await query('SELECT packed FROM glimpse.answers WHERE id = $1', [id]);
        return row && new Uint8Array(row.packed as Uint8Array);
      }),
    prune: (beforeMs, maxBytes, signal) =>
      guard(async () => {
        await dropThrough(beforeMs - 1, signal);
        const statement = `SELECT asked_ms FROM
          (SELECT asked_ms, sum(bytes) OVER (ORDER BY asked_ms DESC) AS total FROM glimpse.answers) AS sums
          WHERE total > $1 ORDER BY asked_ms DESC LIMIT 1`;
        const [row] = await query(statement, [maxBytes]);
        if (row) await dropThrough(Number(row.asked_ms), signal);
      }),
  };
}
