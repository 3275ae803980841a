/** Where alerts came from: the group that a post tells of, and the deliveries that made it what it is. */
import type { AlertValue, Transition } from '../domain/alert.ts';
import type { AlertGroup } from './alert-group.ts';
import type { AlertStore } from './alert-store.ts';
import type { Database } from './database.ts';

/** One message of a sender, and how often it came again. */
export interface Delivery {
  readonly deliveryId: string;
  readonly fingerprint: string;
  readonly transition: Transition;
  readonly title: string;
  /** When the sender says that it happened, ms since the Unix epoch. */
  readonly atMs: number;
  /** When it came first. */
  readonly firstMs: number;
  /** When it was stored, or stored again, last. */
  readonly receivedMs: number;
  /** Times that the very same message came again. */
  readonly repeats: number;
}

/** The numbers that one message of a sender brought. */
export interface CollectedValue {
  readonly fingerprint: string;
  /** ms since the Unix epoch. */
  readonly receivedMs: number;
  readonly values: readonly AlertValue[];
}

/** The part of the store that knows where alerts came from. Members that throw, throw BotError `STORE_…`. */
export interface AlertOrigins {
  /** The group that a post of a chat tells of. */
  groupAt(chat: string, postId: string): Promise<AlertGroup | undefined>;
  /** The group that a problem belongs to. */
  groupOf(fingerprint: string): Promise<AlertGroup | undefined>;
  /** What senders said of a group since then, the newest first; bounded. */
  deliveries(groupKey: string, sinceMs: number): Promise<readonly Delivery[]>;
  /** The numbers that came with problems since then, the oldest first; bounded. */
  values(fingerprints: readonly string[], sinceMs: number): Promise<readonly CollectedValue[]>;
}

const DELIVERIES_MAX = 200;
/** A day of twenty checks that tell every five minutes. */
const VALUES_MAX = 6_000;

/** Makes the part of a store on an open database. */
export function createAlertOrigins(
  { query }: Pick<Database, 'query'>,
  alerts: Pick<AlertStore, 'group'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AlertOrigins {
  const groupBy = (statement: string, parameters: readonly unknown[]) =>
    guard(async () => {
      const [row] = await query(statement, [...parameters]);
      return row ? alerts.group(String(row.key)) : undefined;
    });
  return {
    groupAt: (chat, postId) =>
      groupBy('SELECT key FROM glimpse.alert_groups WHERE posts @> $1::jsonb ORDER BY since_ms DESC LIMIT 1', [
        JSON.stringify([{ chat, receipt: { id: postId } }]),
      ]),
    groupOf: (fingerprint) =>
      groupBy('SELECT group_key AS key FROM glimpse.problems WHERE fingerprint = $1', [fingerprint]),
    deliveries: (groupKey, sinceMs) =>
      guard(async () => {
        // by the index on problems' deliveries: a group has at most some hundreds of problems
        const statement = `SELECT e.delivery_id, e.fingerprint, e.at_ms, e.received_ms, e.repeats,
            e.alert->>'transition' AS transition, e.alert->>'title' AS title, e.alert->>'receivedAt' AS first
          FROM glimpse.alert_events e JOIN glimpse.problems p USING (fingerprint)
          WHERE p.group_key = $1 AND e.received_ms >= $2
          ORDER BY e.received_ms DESC, e.at_ms DESC LIMIT ${DELIVERIES_MAX}`;
        const rows = await query(statement, [groupKey, sinceMs]);
        return rows.map((row) => ({
          deliveryId: String(row.delivery_id),
          fingerprint: String(row.fingerprint),
          transition: String(row.transition) as Transition,
          title: String(row.title),
          atMs: Number(row.at_ms),
          firstMs: Date.parse(String(row.first)),
          receivedMs: Number(row.received_ms),
          repeats: Number(row.repeats),
        }));
      }),
    values: (fingerprints, sinceMs) =>
      guard(async () => {
        const statement = `SELECT fingerprint, received_ms, alert->'values' AS values FROM glimpse.alert_events
          WHERE fingerprint IN (SELECT jsonb_array_elements_text($1::jsonb)) AND received_ms >= $2
            AND jsonb_array_length(alert->'values') > 0
          ORDER BY received_ms DESC LIMIT ${VALUES_MAX}`;
        const rows = await query(statement, [JSON.stringify(fingerprints), sinceMs]);
        return rows.toReversed().map((row) => ({
          fingerprint: String(row.fingerprint),
          receivedMs: Number(row.received_ms),
          values: row.values as AlertValue[],
        }));
      }),
  };
}
