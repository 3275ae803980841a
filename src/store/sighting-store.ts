/** What the store knows of alerts that were read in rooms: whose posts they are, and which other alerts they are too. */
import type { Alert } from '../domain/alert.ts';
import type { Clock } from '../lib/clock.ts';
import type { GroupPost } from './alert-group.ts';
import type { Database } from './database.ts';
import { alertOf } from './group-rows.ts';

/** A problem with what it belongs to. */
export interface KnownProblem {
  readonly alert: Alert;
  readonly groupKey: string;
  /** When it ended, ms since the Unix epoch; absent while it is open. */
  readonly closedMs?: number;
}

/** The part of the store that knows of them. Members that throw, throw BotError `STORE_…`. */
export interface SightingStore {
  /** Problems that were told by one sender, by what identifies them or their occurrence; the newest first, bounded. */
  known(
    instance: string,
    by: { readonly fingerprints: readonly string[]; readonly episodes: readonly string[] },
  ): Promise<readonly KnownProblem[]>;
  /** What others told by these names (lower case) and is open, or ended since then; the newest first, bounded. */
  named(
    names: readonly string[],
    others: { readonly than: string; readonly sinceMs: number },
  ): Promise<readonly KnownProblem[]>;
  /** Makes a post of somebody else that of a group, new or known; a room that has a post of the group keeps it. */
  attach(groupKey: string, post: GroupPost): Promise<void>;
  /**
   * Problems of a group are told by another too: that one gets the posts that it lacks with what their threads have, as of this
   * conversation of it, and these problems of the first are no more. Doing it again changes nothing.
   */
  join(
    from: { readonly key: string; readonly fingerprints: readonly string[] },
    other: { readonly key: string; readonly conversation: number },
  ): Promise<void>;
}

const FOUND_MAX = 500;

/** What an alert is called, as its twin is. */
const NAME = `lower(coalesce(alert->'labels'->>'alertname', alert->'labels'->>'check', alert->>'title'))`;

const JOIN = `
WITH gone AS (
  SELECT posts, contexts, conversation FROM glimpse.alert_groups WHERE key = $1
), joined AS (
  UPDATE glimpse.alert_groups g SET
    posts = g.posts || (
      SELECT coalesce(jsonb_agg(p), '[]') FROM gone, jsonb_array_elements(gone.posts) AS p
      WHERE NOT g.posts @> jsonb_build_array(jsonb_build_object('chat', p->'chat', 'room', p->'room'))),
    contexts = g.contexts || (
      SELECT coalesce(jsonb_object_agg(c.key, c.value || jsonb_build_object('conversation', $3::int)), '{}')
      FROM gone, jsonb_each(gone.contexts) AS c
      WHERE (c.value->>'conversation')::int = gone.conversation AND NOT g.posts @> jsonb_build_array(
        jsonb_build_object('chat', c.key::jsonb->0, 'room', c.key::jsonb->1)))
  WHERE g.key = $2
)
DELETE FROM glimpse.problems WHERE group_key = $1 AND fingerprint = ANY($4)`;

/** Makes the part of a store on an open database. */
export function createSightingStore(
  { query }: Pick<Database, 'query'>,
  clock: Pick<Clock, 'now'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): SightingStore {
  return {
    known: (instance, { fingerprints, episodes }) =>
      guard(async () => {
        const statement = `SELECT group_key, closed_ms, alert FROM glimpse.problems
          WHERE fingerprint = ANY($1) OR (status = 'firing' AND alert->>'episode' = ANY($2) AND alert->>'sourceInstance' = $3)
          ORDER BY event_ms DESC LIMIT ${FOUND_MAX}`;
        return (await query(statement, [fingerprints, episodes, instance])).map(problemOf);
      }),
    named: (names, { than, sinceMs }) =>
      guard(async () => {
        const statement = `SELECT group_key, closed_ms, alert FROM glimpse.problems
          WHERE (status = 'firing' OR closed_ms >= $3) AND ${NAME} = ANY($1) AND alert->>'sourceInstance' <> $2
          ORDER BY event_ms DESC LIMIT ${FOUND_MAX}`;
        return (await query(statement, [names, than, sinceMs])).map(problemOf);
      }),
    attach: (groupKey, post) =>
      guard(async () => {
        const statement = `INSERT INTO glimpse.alert_groups AS g (key, version, changed_ms, since_ms, posts)
          VALUES ($1, 0, $2, $2, jsonb_build_array($3::jsonb))
          ON CONFLICT (key) DO UPDATE SET posts = g.posts || excluded.posts
          WHERE NOT g.posts @> jsonb_build_array(jsonb_build_object('chat', $4::text, 'room', $5::text))`;
        await query(statement, [groupKey, clock.now(), JSON.stringify(post), post.chat, post.room]);
      }),
    join: (from, { key, conversation }) =>
      guard(async () => {
        await query(JOIN, [from.key, key, conversation, from.fingerprints]);
      }),
  };
}

function problemOf({ group_key: groupKey, closed_ms: closed, alert }: Record<string, unknown>): KnownProblem {
  const ended = closed === null || closed === undefined ? {} : { closedMs: Number(closed) };
  return { alert: alertOf(alert), groupKey: String(groupKey), ...ended };
}
