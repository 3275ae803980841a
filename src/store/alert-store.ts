/** Alerts and changes in the store. */
import type { Alert, ChangeEvent, Told } from '../domain/alert.ts';
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import { createTaker } from './take-told.ts';

/** A post that tells of a group. */
export interface GroupPost {
  /** Name of the chat in the config. */
  readonly chat: string;
  /** As the route names it. */
  readonly room: string;
  /** What the chat gave for it: enough to edit it and to answer in its thread. */
  readonly receipt: { readonly id: string; readonly room: string };
  /** When somebody else posted it, ms since the Unix epoch; absent for our own: only those can be edited. */
  readonly sightedMs?: number;
}

/** Problems that belong together, and how far the rooms know of them. */
export interface AlertGroup {
  readonly key: string;
  /** Grows with everything new; `toldVersion` is the one that the posts show. */
  readonly version: number;
  readonly toldVersion: number;
  /** Counts its openings: a group that was over for long begins a new conversation. */
  readonly conversation: number;
  /** When this conversation began, ms. */
  readonly sinceMs: number;
  /** When all of it was over and told, ms; absent while it is open. */
  readonly closedMs?: number;
  readonly posts: readonly GroupPost[];
  /** Those of this conversation; at most 500, the open ones first. */
  readonly problems: readonly Alert[];
}

/** What became of a group's posts. */
export interface GroupTold extends Pick<AlertGroup, 'version' | 'conversation' | 'sinceMs' | 'posts'> {
  readonly closedMs?: number;
}

/** What is kept of alerts and changes. Members that throw, throw BotError `STORE_…`. */
export interface AlertStore {
  /** Stores what was told, all or nothing; what was told before is counted, not kept twice. Gives the groups with news. */
  take(told: Told): Promise<readonly string[]>;
  group(key: string): Promise<AlertGroup | undefined>;
  /**
   * Keeps what the rooms know now; an older version never wins: whoever told one after another told a newer (its process stood
   * still meanwhile) may have put older words over newer, so the group then has news again.
   */
  keepTold(key: string, told: GroupTold): Promise<void>;
  /** Groups with news that were not told although they are older than this, ms since the Unix epoch. */
  untold(beforeMs: number): Promise<readonly string[]>;
  /** What is open, the newest first; bounded. */
  open(): Promise<readonly Alert[]>;
  /** What was open at any moment of a window, as it is known now, the newest first; bounded. */
  during(window: { readonly fromMs: number; readonly toMs: number }): Promise<readonly Alert[]>;
  /** Changes that began within a window, the newest first; bounded. */
  changes(window: { readonly fromMs: number; readonly toMs: number }): Promise<readonly ChangeEvent[]>;
  /** How often a problem began since then, and how long it lasted, ms, where it ended. */
  history(
    fingerprint: string,
    sinceMs: number,
  ): Promise<readonly { readonly startMs: number; readonly lastedMs?: number }[]>;
  /** Drops events and closed problems that nobody heard of since then. */
  prune(beforeMs: number): Promise<void>;
}

const PROBLEMS_MAX = 500;
const CHANGES_MAX = 500;
const UNTOLD_MAX = 200;

/** Posts of others that were found while rooms were told; `$6` are the posts that were known then. */
const SIGHTED_MEANWHILE = `coalesce((SELECT jsonb_agg(p) FROM jsonb_array_elements(posts) AS p WHERE p ? 'sightedMs'
  AND NOT $6::jsonb @> jsonb_build_array(jsonb_build_object('chat', p->'chat', 'room', p->'room'))), '[]')`;

/** Makes the alert part of a store on an open database. */
export function createAlertStore(
  { query }: Pick<Database, 'query'>,
  clock: Pick<Clock, 'now'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AlertStore {
  const take = createTaker({ query }, clock);
  return {
    take: (told) => guard(() => take(told)),
    group: (key) => guard(() => readGroup(query, key)),
    keepTold: (key, { version, conversation, sinceMs, closedMs, posts }) =>
      guard(async () => {
        const statement = `WITH kept AS (
            UPDATE glimpse.alert_groups SET told_version = $2, conversation = $3, since_ms = $4, closed_ms = $5,
              posts = $6::jsonb || CASE WHEN conversation = $3 THEN ${SIGHTED_MEANWHILE} ELSE '[]' END
            WHERE key = $1 AND told_version <= $2 RETURNING key
          )
          UPDATE glimpse.alert_groups SET version = version + 1 WHERE key = $1 AND NOT EXISTS (SELECT FROM kept)`;
        await query(statement, [key, version, conversation, sinceMs, closedMs ?? null, JSON.stringify(posts)]);
      }),
    untold: (beforeMs) =>
      guard(async () => {
        const statement = `SELECT key FROM glimpse.alert_groups WHERE version > told_version AND changed_ms < $1
          ORDER BY changed_ms LIMIT ${UNTOLD_MAX}`;
        return (await query(statement, [beforeMs])).map(({ key }) => String(key));
      }),
    open: () =>
      guard(async () => {
        const statement = `SELECT alert FROM glimpse.problems WHERE status = 'firing' ORDER BY opened_ms DESC LIMIT ${PROBLEMS_MAX}`;
        return (await query(statement, [])).map(({ alert }) => alertOf(alert));
      }),
    during: ({ fromMs, toMs }) =>
      guard(async () => {
        const statement = `SELECT alert FROM glimpse.problems WHERE opened_ms < $2 AND (closed_ms IS NULL OR closed_ms >= $1)
          ORDER BY opened_ms DESC LIMIT ${PROBLEMS_MAX}`;
        return (await query(statement, [fromMs, toMs])).map(({ alert }) => alertOf(alert));
      }),
    changes: ({ fromMs, toMs }) =>
      guard(async () => {
        const statement = `SELECT change FROM glimpse.changes WHERE at_ms >= $1 AND at_ms < $2 ORDER BY at_ms DESC LIMIT ${CHANGES_MAX}`;
        return (await query(statement, [fromMs, toMs])).map(
          ({ change }) => withDates(change) as unknown as ChangeEvent,
        );
      }),
    history: (fingerprint, sinceMs) => guard(() => readHistory(query, fingerprint, sinceMs)),
    prune: (beforeMs) =>
      guard(async () => {
        await query(`DELETE FROM glimpse.alert_events WHERE received_ms < $1`, [beforeMs]);
        await query(`DELETE FROM glimpse.changes WHERE received_ms < $1`, [beforeMs]);
        await query(`DELETE FROM glimpse.problems WHERE closed_ms < $1`, [beforeMs]);
        await query(`DELETE FROM glimpse.alert_groups WHERE closed_ms < $1 AND version = told_version`, [beforeMs]);
        // a post of others whose alerts were never stored, or are of another group now
        await query(
          `DELETE FROM glimpse.alert_groups g WHERE changed_ms < $1 AND version = told_version
            AND NOT EXISTS (SELECT 1 FROM glimpse.problems p WHERE p.group_key = g.key)`,
          [beforeMs],
        );
      }),
  };
}

type Query = Database['query'];

async function readGroup(query: Query, key: string): Promise<AlertGroup | undefined> {
  const [row] = await query(`SELECT * FROM glimpse.alert_groups WHERE key = $1`, [key]);
  if (!row) return undefined;
  const sinceMs = Number(row.since_ms);
  const statement = `SELECT alert FROM glimpse.problems WHERE group_key = $1 AND (closed_ms IS NULL OR closed_ms >= $2)
    ORDER BY closed_ms DESC NULLS FIRST, opened_ms LIMIT ${PROBLEMS_MAX}`;
  // a conversation begins when it is stored, which is a little after what it is about
  const problems = await query(statement, [key, sinceMs - CONVERSATION_LEAD_MS]);
  const closed = row.closed_ms === null || row.closed_ms === undefined ? {} : { closedMs: Number(row.closed_ms) };
  return {
    key,
    version: Number(row.version),
    toldVersion: Number(row.told_version),
    conversation: Number(row.conversation),
    sinceMs,
    ...closed,
    posts: row.posts as GroupPost[],
    problems: problems.map(({ alert }) => alertOf(alert)),
  };
}

const CONVERSATION_LEAD_MS = 15 * 60_000;

async function readHistory(query: Query, fingerprint: string, sinceMs: number) {
  const statement = `SELECT alert->>'startsAt' AS start, max(alert->>'endsAt') AS "end" FROM glimpse.alert_events
    WHERE fingerprint = $1 AND at_ms >= $2 AND alert->>'transition' IN ('triggered', 'resolved')
    GROUP BY 1 ORDER BY 1 DESC LIMIT 1000`;
  const rows = await query(statement, [fingerprint, sinceMs]);
  return rows.map(({ start, end }) => {
    const startMs = Date.parse(String(start));
    return { startMs, ...(typeof end === 'string' && { lastedMs: Math.max(0, Date.parse(end) - startMs) }) };
  });
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

function withDates(json: unknown): Readonly<Record<string, unknown>> {
  const one = (typeof json === 'string' ? JSON.parse(json) : json) as Readonly<Record<string, unknown>>;
  const date = (value: unknown) => (typeof value === 'string' ? new Date(value) : null);
  return { ...one, startsAt: date(one.startsAt), endsAt: date(one.endsAt), receivedAt: date(one.receivedAt) };
}
