/** The statement that stores what deliveries told. */
import { OF_BODY } from '../domain/alert.ts';
import { isWatchdogs } from './trouble.ts';

/** A row of the statement's input. */
export interface EventRow {
  readonly delivery_id: string;
  readonly fingerprint: string;
  readonly group_key: string;
  readonly at_ms: number;
  readonly received_ms: number;
  readonly status: string;
  readonly opened_ms: number;
  readonly closed_ms: number | null;
  /** The first number that it was told with. */
  readonly value: number | null;
  readonly alert: object;
}

/** What is only told again is edited in after this: senders that repeat every minute would use up what a chat allows. */
export const REPEATS_SHOWN_AFTER_MS = 10 * 60_000;

/** A newer message of a problem replaces what an older one said. */
const newest = (column: string) =>
  `CASE WHEN excluded.event_ms >= p.event_ms THEN excluded.${column} ELSE p.${column} END`;

/** A sender that tells no times says the same problem again with another beginning. */
const IS_SAME_TIME = `(excluded.opened_ms = p.opened_ms
  OR (p.status = 'firing' AND excluded.alert->>'timeSource' = 'received'))`;
/** An end of what is over already, by a sender that tells no times: it only says so again, and that is no other end. */
const IS_SAME_END = `(p.status = 'resolved' AND excluded.status = 'resolved' AND p.has_fired
  AND excluded.alert->>'transition' = 'resolved' AND excluded.alert->>'endsAt' = excluded.alert->>'receivedAt')`;
/**
 * What a message says of a problem that it leaves as it is: a comment or a repeat does not take back that somebody has it, and an end
 * without numbers leaves those that were there.
 */
const MERGED = `CASE WHEN excluded.status = 'firing' THEN p.alert - 'expiresAt' ELSE '{}'::jsonb END || excluded.alert
  || jsonb_build_object('startsAt', p.alert->'startsAt')
  || CASE WHEN excluded.status = 'firing'
    THEN jsonb_build_object('flags', coalesce(p.alert->'flags', '{}') || (excluded.alert->'flags')) ELSE '{}' END
  || CASE WHEN jsonb_array_length(excluded.alert->'values') = 0
    THEN jsonb_build_object('values', p.alert->'values') ELSE '{}' END`;
/** The same bytes again, of a problem that has ended since (or fires again since): no repeat, but another time. */
const DELIVERY_ID = `t.delivery_id || CASE WHEN p.status <> t.status AND p.event_ms >= e.at_ms THEN '/' || p.event_ms ELSE '' END`;
/**
 * While it fires, and over the time that ends with this message, a problem stays with the post that has told of it, whatever it is
 * called meanwhile; one that the config makes a watchdog, or makes none any more, goes to where those are.
 */
const GROUP = `CASE WHEN (p.status = 'firing' OR ${IS_SAME_TIME}) AND (${isWatchdogs('p.group_key')}) = (${isWatchdogs('excluded.group_key')})
  THEN p.group_key ELSE ${newest('group_key')} END`;
/** What is counted over one time that a problem fires begins anew with the next one; an older message adds nothing to it. */
const overOneTime = (column: string, joined: string) =>
  `CASE WHEN ${IS_SAME_TIME} THEN ${joined} WHEN excluded.event_ms > p.event_ms THEN excluded.${column} ELSE p.${column} END`;

/**
 * One statement: changes; events that are new, the problems that they change (an older event fills gaps only), the problems that are
 * told again, the groups that have news. Rows are ordered by key, so that two deliveries wait for each other instead of blocking each
 * other for ever.
 */
export const TAKE = `
WITH told_changes AS (
  INSERT INTO glimpse.changes AS c (id, at_ms, received_ms, change)
  SELECT DISTINCT ON (id) id, at_ms, received_ms, change
  FROM jsonb_to_recordset($3::jsonb) AS t(id text, at_ms bigint, received_ms bigint, change jsonb)
  ORDER BY id, received_ms DESC
  ON CONFLICT (id) DO UPDATE SET
    received_ms = excluded.received_ms, at_ms = least(c.at_ms, excluded.at_ms), change = excluded.change
), sent AS (
  SELECT ${DELIVERY_ID} AS delivery_id, t.fingerprint, t.group_key, t.at_ms, t.received_ms, t.status, t.opened_ms, t.closed_ms, t.value, t.alert
  FROM jsonb_to_recordset($1::jsonb) AS t(
    delivery_id text, fingerprint text, group_key text, at_ms bigint, received_ms bigint, status text,
    opened_ms bigint, closed_ms bigint, value float8, alert jsonb)
  LEFT JOIN glimpse.alert_events e ON e.delivery_id = t.delivery_id AND starts_with(t.alert->>'deliveryId', '${OF_BODY}')
  LEFT JOIN glimpse.problems p ON p.fingerprint = t.fingerprint AND e.delivery_id IS NOT NULL
), input AS (
  SELECT DISTINCT ON (delivery_id) *, (count(*) OVER (PARTITION BY delivery_id) - 1)::int AS again
  FROM sent ORDER BY delivery_id, received_ms DESC
), events AS (
  INSERT INTO glimpse.alert_events AS e (delivery_id, fingerprint, group_key, at_ms, received_ms, repeats, alert)
  SELECT delivery_id, fingerprint, group_key, at_ms, received_ms, again, alert FROM input
  ON CONFLICT (delivery_id) DO UPDATE SET repeats = e.repeats + 1 + excluded.repeats, received_ms = excluded.received_ms
  RETURNING delivery_id, (xmax = 0) AS is_new
), news AS (
  SELECT DISTINCT ON (i.fingerprint) i.*,
    (sum(CASE WHEN i.status = 'firing' THEN 1 + again ELSE 0 END) OVER (PARTITION BY i.fingerprint))::int AS told,
    bool_or(i.status = 'firing') OVER (PARTITION BY i.fingerprint) AS has_fired
  FROM input i JOIN events USING (delivery_id)
  WHERE is_new ORDER BY i.fingerprint, i.at_ms DESC, i.received_ms DESC, i.closed_ms DESC NULLS LAST
), changed AS (
  INSERT INTO glimpse.problems AS p (fingerprint, group_key, status, opened_ms, closed_ms, event_ms, alert,
    told, heard_ms, has_fired, first_value, low_value, high_value)
  SELECT fingerprint, group_key, status, opened_ms, closed_ms, at_ms, alert, told, received_ms, has_fired, value, value, value
  FROM news
  ON CONFLICT (fingerprint) DO UPDATE SET
    group_key = ${GROUP}, status = ${newest('status')}, closed_ms = ${newest('closed_ms')},
    opened_ms = CASE WHEN ${IS_SAME_TIME} THEN p.opened_ms ELSE ${newest('opened_ms')} END,
    event_ms = greatest(p.event_ms, excluded.event_ms),
    alert = CASE WHEN ${IS_SAME_TIME} AND excluded.event_ms >= p.event_ms THEN ${MERGED} ELSE ${newest('alert')} END,
    told = ${overOneTime('told', 'p.told + excluded.told')},
    heard_ms = greatest(p.heard_ms, excluded.heard_ms),
    has_fired = ${overOneTime('has_fired', '(p.has_fired OR excluded.has_fired)')},
    first_value = ${overOneTime('first_value', 'coalesce(p.first_value, excluded.first_value)')},
    low_value = ${overOneTime('low_value', 'least(p.low_value, excluded.low_value)')},
    high_value = ${overOneTime('high_value', 'greatest(p.high_value, excluded.high_value)')}
  WHERE NOT ${IS_SAME_END}
  RETURNING group_key
), heard AS (
  SELECT DISTINCT ON (fingerprint) i.*, (sum(1 + again) OVER (PARTITION BY fingerprint))::int AS times
  FROM input i JOIN events USING (delivery_id)
  WHERE NOT is_new AND i.status = 'firing' AND NOT EXISTS (SELECT 1 FROM news WHERE news.fingerprint = i.fingerprint)
  ORDER BY fingerprint, at_ms DESC, received_ms DESC
), locked AS MATERIALIZED (
  SELECT p.fingerprint FROM glimpse.problems p JOIN heard USING (fingerprint)
  WHERE p.status = 'firing' AND (p.event_ms = heard.at_ms OR heard.alert->>'timeSource' = 'received')
  ORDER BY p.fingerprint FOR UPDATE OF p
), repeated AS (
  UPDATE glimpse.problems p SET
    told = p.told + h.times, heard_ms = greatest(p.heard_ms, h.received_ms),
    low_value = least(p.low_value, h.value), high_value = greatest(p.high_value, h.value),
    alert = CASE WHEN p.alert->>'deliveryId' = h.alert->>'deliveryId'
      THEN h.alert || jsonb_build_object('startsAt', p.alert->'startsAt') ELSE p.alert END
  FROM heard h JOIN locked USING (fingerprint) WHERE p.fingerprint = h.fingerprint
  RETURNING p.group_key
), due AS (
  UPDATE glimpse.alert_groups SET due_ms = least(due_ms, greatest($2::bigint,
    CASE WHEN closed_ms IS NULL AND NOT life ? 'alarmMs' THEN coalesce(told_ms, 0) + ${REPEATS_SHOWN_AFTER_MS} ELSE 0 END))
  WHERE key IN (SELECT group_key FROM repeated EXCEPT SELECT group_key FROM changed)
)
INSERT INTO glimpse.alert_groups AS g (key, version, changed_ms, since_ms, untold_ms)
SELECT DISTINCT group_key, 1, $2::bigint, $2::bigint, $2::bigint FROM changed ORDER BY group_key
ON CONFLICT (key) DO UPDATE SET version = g.version + 1, changed_ms = excluded.changed_ms,
  untold_ms = CASE WHEN g.version > g.told_version THEN coalesce(g.untold_ms, excluded.untold_ms) ELSE excluded.untold_ms END
RETURNING key`;
