/** Drops what is kept of alerts and changes when it is old, a little at a time. */
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';

/** Rows of one statement: some 20 ms, so that nothing waits long behind it. */
const ROWS_AT_ONCE = 1_000;
/** Between two statements, for everybody else. */
const PAUSE_MS = 50;

/** Each table, its key and what is old in it. What is open for longer than is kept, without a word, is old too. */
const TABLES = [
  ['alert_events', 'delivery_id', 'received_ms < $1'],
  ['changes', 'id', 'received_ms < $1'],
  ['problems', 'fingerprint', 'closed_ms < $1'],
  ['problems', 'fingerprint', "status <> 'resolved' AND closed_ms IS NULL AND coalesce(heard_ms, event_ms) < $1"],
  ['alert_groups', 'key', 'closed_ms < $1 AND version = told_version'],
  // also a post of others whose alerts were never stored, or are of another group now
  [
    'alert_groups',
    'key',
    'changed_ms < $1 AND version = told_version AND NOT EXISTS (SELECT 1 FROM glimpse.problems p WHERE p.group_key = key)',
  ],
] as const;

/** Deletes what nobody heard of since `beforeMs`, ms since the Unix epoch; gives how many rows. Stops early when the signal aborts. */
export async function pruneAlerts(
  query: Database['query'],
  beforeMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  let total = 0;
  for (const [table, key, isOld] of TABLES) {
    const statement = `WITH gone AS (
        DELETE FROM glimpse.${table} WHERE ${key} IN (SELECT ${key} FROM glimpse.${table} WHERE ${isOld} LIMIT ${ROWS_AT_ONCE})
        RETURNING 1)
      SELECT count(*)::int AS count FROM gone`;
    for (let count = ROWS_AT_ONCE; count === ROWS_AT_ONCE && !signal.aborted; ) {
      const [row] = await query(statement, [beforeMs]);
      count = Number(row?.count ?? 0);
      total += count;
      if (count > 0) await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
    }
  }
  return total;
}
