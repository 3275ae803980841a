/** Groups of alerts, as the store has them. */
import type { Alert } from '../domain/alert.ts';
import {
  type AlertGroup,
  CONVERSATION_LEAD_MS,
  type GroupEvent,
  type GroupLife,
  type GroupPost,
  type GroupTold,
  type ProblemLife,
} from './alert-group.ts';
import type { Database } from './database.ts';

type Query = Database['query'];

/** Problems of a group that are read; more of them nobody reads. */
const PROBLEMS_MAX = 500;
/** Messages about a group's problems that are looked at. */
const EVENTS_MAX = 2_000;
/** Groups that are named at once: of those with news the oldest, and some in turn; of those that are due. */
const OLDEST_MAX = 150;
const IN_TURN_MAX = 50;
const DUE_MAX = 200;

/** A group with the problems of its conversation: what was over long before its sender could say that it fires belongs to it too. */
export async function readGroup(query: Query, key: string): Promise<AlertGroup | undefined> {
  const [row] = await query(`SELECT * FROM glimpse.alert_groups WHERE key = $1`, [key]);
  if (!row) return undefined;
  const sinceMs = Number(row.since_ms);
  const statement = `SELECT * FROM glimpse.problems WHERE group_key = $1
      AND (closed_ms IS NULL OR closed_ms >= $2 OR (has_fired AND heard_ms >= $2))
    ORDER BY closed_ms DESC NULLS FIRST, opened_ms LIMIT ${PROBLEMS_MAX}`;
  const problems = await query(statement, [key, sinceMs - CONVERSATION_LEAD_MS]);
  return {
    key,
    version: Number(row.version),
    toldVersion: Number(row.told_version),
    conversation: Number(row.conversation),
    sinceMs,
    ...whereKnown({ closedMs: row.closed_ms, untoldMs: row.untold_ms, toldMs: row.told_ms, dueMs: row.due_ms }),
    posts: row.posts as GroupPost[],
    life: row.life as GroupLife,
    problems: problems.map(({ alert }) => alertOf(alert)),
    lives: new Map(problems.map((problem) => [String(problem.fingerprint), lifeOf(problem)])),
  };
}

function lifeOf(row: Record<string, unknown>): ProblemLife {
  const { told, heard_ms, event_ms, has_fired, first_value, low_value, high_value } = row;
  return {
    told: Number(told),
    heardMs: Number(heard_ms ?? event_ms),
    hasFired: has_fired === true,
    ...whereKnown({ first: first_value, low: low_value, high: high_value }),
  };
}

/** Numbers that the database may write as texts; what is null is left out. */
function whereKnown<Name extends string>(values: Readonly<Record<Name, unknown>>): Partial<Record<Name, number>> {
  const known = Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, Number(value)] as const],
  );
  return Object.fromEntries(known) as Partial<Record<Name, number>>;
}

/** Posts of others that were found while rooms were told; `$6` are the posts that were known then. */
const SIGHTED_MEANWHILE = `coalesce((SELECT jsonb_agg(p) FROM jsonb_array_elements(posts) AS p WHERE p ? 'sightedMs'
  AND NOT $6::jsonb @> jsonb_build_array(jsonb_build_object('chat', p->'chat', 'room', p->'room'))), '[]')`;

/** Keeps what the rooms know now. */
export async function keepGroup(query: Query, key: string, told: GroupTold): Promise<void> {
  const { version, conversation, sinceMs, closedMs, toldMs, dueMs, wasDueMs, posts, wasPosts, life } = told;
  const statement = `WITH kept AS (
      UPDATE glimpse.alert_groups SET told_version = $2, conversation = $3, since_ms = $4, closed_ms = $5,
        posts = $6::jsonb || CASE WHEN conversation = $3 THEN ${SIGHTED_MEANWHILE} ELSE '[]' END, life = $7::jsonb, told_ms = coalesce($8::bigint, told_ms),
        due_ms = CASE WHEN due_ms IS NOT DISTINCT FROM $10::bigint THEN $9::bigint ELSE least(due_ms, $9::bigint) END,
        untold_ms = CASE WHEN told_version = $2 THEN untold_ms WHEN version > $2 THEN changed_ms END,
        version = CASE WHEN posts <> $11::jsonb AND posts <> $6::jsonb THEN version + 1 ELSE version END
      WHERE key = $1 AND told_version <= $2 RETURNING key
    )
    UPDATE glimpse.alert_groups SET version = version + 1 WHERE key = $1 AND NOT EXISTS (SELECT FROM kept)`;
  const [closed, toldAt, due, wasDue] = [closedMs, toldMs, dueMs, wasDueMs].map((value) => value ?? null);
  await query(statement, [
    ...[key, version, conversation, sinceMs, closed],
    ...[JSON.stringify(posts), JSON.stringify(life ?? {}), toldAt, due, wasDue],
    wasPosts ? JSON.stringify(wasPosts) : null,
  ]);
}

/**
 * Groups with news that were not told although they are older than `beforeMs`, and those that are due, the oldest first. Of more than
 * can be tried at once the oldest, so that a chat that is back hears of them in their order, and those that were tried longest ago:
 * what no chat takes does not keep others from theirs.
 */
const WAITING = `
WITH found AS (
  (SELECT key, coalesce(untold_ms, changed_ms) AS since FROM glimpse.alert_groups
    WHERE version > told_version AND changed_ms < $1 ORDER BY changed_ms, key LIMIT ${OLDEST_MAX})
  UNION ALL
  (SELECT key, coalesce(untold_ms, changed_ms) AS since FROM glimpse.alert_groups
    WHERE version > told_version AND changed_ms < $1 ORDER BY tried_ms NULLS FIRST, changed_ms LIMIT ${IN_TURN_MAX})
  UNION ALL
  (SELECT key, due_ms AS since FROM glimpse.alert_groups
    WHERE due_ms <= $2 ORDER BY tried_ms NULLS FIRST, due_ms LIMIT ${DUE_MAX})
), free AS (
  SELECT key FROM glimpse.alert_groups WHERE key IN (SELECT key FROM found) FOR UPDATE SKIP LOCKED
), tried AS (
  UPDATE glimpse.alert_groups SET tried_ms = $2 WHERE key IN (SELECT key FROM free)
)
SELECT key FROM found GROUP BY key ORDER BY min(since)`;

/** See {@link WAITING}. */
export async function waitingGroups(query: Query, beforeMs: number, nowMs: number): Promise<readonly string[]> {
  return (await query(WAITING, [beforeMs, nowMs])).map(({ key }) => String(key));
}

/** What was told of some problems since a moment, the oldest first; bounded. */
export async function readEvents(
  query: Query,
  fingerprints: readonly string[],
  sinceMs: number,
): Promise<readonly GroupEvent[]> {
  const statement = `SELECT fingerprint, at_ms, received_ms, alert->>'status' AS status, alert->>'transition' AS transition,
      alert->'flags' AS flags, alert->'actor'->>'name' AS actor, alert->>'note' AS note
    FROM glimpse.alert_events WHERE fingerprint IN (SELECT jsonb_array_elements_text($1::jsonb)) AND at_ms >= $2
    ORDER BY received_ms DESC, at_ms DESC LIMIT ${EVENTS_MAX}`;
  const rows = await query(statement, [JSON.stringify(fingerprints), sinceMs]);
  return rows.reverse().map((row) => ({
    fingerprint: String(row.fingerprint),
    atMs: Number(row.at_ms),
    receivedMs: Number(row.received_ms),
    status: row.status as Alert['status'],
    transition: row.transition as Alert['transition'],
    flags: (row.flags ?? {}) as Alert['flags'],
    ...(typeof row.actor === 'string' && { actor: row.actor }),
    ...(typeof row.note === 'string' && { note: row.note }),
  }));
}

/** An alert as it was stored: JSON has neither dates nor bytes. */
export function alertOf(json: unknown): Alert {
  const alert = withDates(json) as unknown as Alert;
  if (!alert.images.some(({ data }) => data !== undefined)) return alert;
  const images = alert.images.map((image) =>
    image.data === undefined ? image : { ...image, data: bytesOf(image.data) },
  );
  return { ...alert, images };
}

/** They are base64 in the store. */
function bytesOf(kept: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(String(kept), 'base64'));
}

/** A record of JSON with its times as dates again. */
export function withDates(json: unknown): Readonly<Record<string, unknown>> {
  const one = (typeof json === 'string' ? JSON.parse(json) : json) as Readonly<Record<string, unknown>>;
  const date = (value: unknown) => (typeof value === 'string' ? new Date(value) : null);
  const dates = { startsAt: date(one.startsAt), endsAt: date(one.endsAt), receivedAt: date(one.receivedAt) };
  return { ...one, ...dates, ...(one.expiresAt !== undefined && { expiresAt: date(one.expiresAt) }) };
}
