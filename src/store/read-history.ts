/** How often a problem fired, and for how long. */
import type { Database } from './database.ts';
import { firingsIn, IS_TIME, TOLD_TIMES } from './episodes.ts';

const EVENTS_MAX = 2_000;

/** The times that a problem fired since then, the newest first, and how long each lasted, where it ended, ms. */
export async function readHistory(
  query: Database['query'],
  fingerprint: string,
  sinceMs: number,
): Promise<readonly { readonly startMs: number; readonly lastedMs?: number }[]> {
  const statement = `SELECT ${TOLD_TIMES} FROM glimpse.alert_events
    WHERE fingerprint = $1 AND at_ms >= $2 AND ${IS_TIME} ORDER BY at_ms DESC, received_ms DESC LIMIT ${EVENTS_MAX}`;
  const rows = (await query(statement, [fingerprint, sinceMs])).toReversed();
  return firingsIn(rows).map(({ startMs, endMs }) => ({
    startMs,
    ...(endMs !== undefined && { lastedMs: endMs - startMs }),
  }));
}
