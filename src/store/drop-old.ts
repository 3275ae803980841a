/** Deletes rows that are old, a little at a time: nothing waits long behind it. */
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';

/** Rows of one statement: some 20 ms. */
const ROWS_AT_ONCE = 1_000;
/** Between two statements, for everybody else. */
const PAUSE_MS = 50;

/** A table, its key, and a condition on `$1`, ms since the Unix epoch. */
export type OldRows = readonly [table: string, key: string, isOld: string];

/** Deletes those rows of a table; gives how many. Stops early when the signal aborts. */
export async function dropOld(
  [table, key, isOld]: OldRows,
  query: Database['query'],
  beforeMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  const statement = `WITH gone AS (
      DELETE FROM glimpse.${table} WHERE ${key} IN (SELECT ${key} FROM glimpse.${table} WHERE ${isOld} LIMIT ${ROWS_AT_ONCE})
      RETURNING 1)
    SELECT count(*)::int AS count FROM gone`;
  let total = 0;
  for (let count = ROWS_AT_ONCE; count === ROWS_AT_ONCE && !signal.aborted; ) {
    const [row] = await query(statement, [beforeMs]);
    count = Number(row?.count ?? 0);
    total += count;
    if (count > 0) await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
  }
  return total;
}
