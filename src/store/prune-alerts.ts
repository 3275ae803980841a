/** Drops what is kept of alerts and changes when it is old. */
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import { dropOld, type OldRows } from './drop-old.ts';

/** Each table, its key and what is old in it. What is open for longer than is kept, without a word, is old too. */
const TABLES = [
  ['alert_events', 'delivery_id', 'received_ms < $1'],
  ['changes', 'id', 'received_ms < $1'],
  ['alert_turns', 'id', 'at_ms < $1'],
  ['problems', 'fingerprint', 'closed_ms < $1'],
  ['problems', 'fingerprint', "status <> 'resolved' AND closed_ms IS NULL AND coalesce(heard_ms, event_ms) < $1"],
  ['alert_groups', 'key', 'closed_ms < $1 AND version = told_version'],
  // also a post of others whose alerts were never stored, or are of another group now
  [
    'alert_groups',
    'key',
    'changed_ms < $1 AND version = told_version AND NOT EXISTS (SELECT 1 FROM glimpse.problems p WHERE p.group_key = key)',
  ],
] as const satisfies readonly OldRows[];

/** Deletes what nobody heard of since `beforeMs`, ms since the Unix epoch; gives how many rows. Stops early when the signal aborts. */
export async function pruneAlerts(
  query: Database['query'],
  beforeMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  let total = 0;
  for (const old of TABLES) total += await dropOld(old, query, beforeMs, clock, signal);
  return total;
}
