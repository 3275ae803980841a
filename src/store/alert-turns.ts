/** How a room hears of a group: in a post of its own, or together with others in one post, kept as a group without problems of its own. */
import type { Alert, AlertSeverity } from '../domain/alert.ts';
import { SEVERITIES } from '../domain/alert-severity.ts';
import type { Database } from './database.ts';
import { alertOf } from './group-rows.ts';

/** A room of a chat. */
interface TurnPlace {
  readonly chat: string;
  readonly room: string;
}

/** Something that a room is to hear of a group in words that it shows; what comes later is edited in. */
export interface Turn {
  readonly place: TurnPlace;
  readonly groupKey: string;
  /** Which of the group's turns it is: it has another when it fires again, or is worse. */
  readonly turn: string;
  /** When it was told by its sender: what piles up while a chat is away is no storm. */
  readonly heardMs: number;
  /** `missed`: it is over, and nobody could be told in time; what is gathered already stays where it is. */
  readonly kind: 'post' | 'missed';
  /** Posts of a room within a minute of `heardMs`; more are a storm. Left out: there are no storms. */
  readonly limit?: number | undefined;
}

/** One post for many groups. */
export interface Gathering {
  readonly key: string;
  /** Whether this turn began it. */
  readonly isNew: boolean;
  /** When this turn was decided, ms. */
  readonly atMs: number;
}

/** What a gathering has of alerts of one severity. */
interface GatheredCount {
  readonly severity: AlertSeverity;
  readonly count: number;
  /** How many of them fire, as far as anybody knows. */
  readonly firing: number;
}

/** All that one post tells of. */
export interface Gathered {
  readonly counts: readonly GatheredCount[];
  /** Names of rules with how many alerts each has, the most first; bounded. */
  readonly names: readonly { readonly name: string; readonly count: number }[];
  /** Those that fire first, the worst of them first, the newest of those first; bounded, without pictures. */
  readonly alerts: readonly Alert[];
  /** When the last turn was added, ms since the Unix epoch. */
  readonly lastMs: number;
  /** When the first began and the last one ended, by their senders' clocks. */
  readonly beganMs: number;
  readonly endedMs: number;
}

/** The part of the store that knows who has which turn. Members that throw, throw BotError `STORE_…`. */
export interface AlertTurns {
  /** Gives the post that a turn is gathered in; nothing: it has one of its own. The same however often it is asked. */
  claim(turn: Turn, nowMs: number): Promise<Gathering | undefined>;
  /** Whether nothing older waits for the chat of a room to be posted there, but for what waits for hours. */
  isNext(place: TurnPlace, group: { readonly key: string; readonly sinceMs: number }, nowMs: number): Promise<boolean>;
  /** What a gathering tells of has changed. */
  touch(keys: readonly string[], nowMs: number): Promise<void>;
  /** Of what fires, only what was heard of since then is believed. */
  gathered(key: string, believedSinceMs: number): Promise<Gathered>;
}

const MINUTE_MS = 60_000;
/** A storm is over when nothing was added for so long. */
export const STORM_CALM_MS = MINUTE_MS;
/** A storm that goes on for longer has a further post: an edit far above nobody sees. */
const STORM_MAX_MS = 10 * MINUTE_MS;
/** Owners are called for each of them. */
const ALERTS_MAX = 1_000;
const NAMES_MAX = 6;
/** Problems of a group that were over so long before it began are of another time. */
const LEAD_MS = { storm: 15 * MINUTE_MS, missed: 24 * 60 * MINUTE_MS };

const KINDS = ['storm', 'missed'] as const;

/** The key of a gathering; no format is called so. */
function keyOf(kind: (typeof KINDS)[number], { chat, room }: TurnPlace, sinceMs: number): string {
  return `${kind}:${JSON.stringify([chat, room, sinceMs])}`;
}

/** What a key says, if it is that of a gathering. */
export function gatheringOf(
  key: string,
): { readonly kind: (typeof KINDS)[number]; readonly place: TurnPlace; readonly sinceMs: number } | undefined {
  const kind = KINDS.find((one) => key.startsWith(`${one}:[`));
  if (kind === undefined) return undefined;
  const [chat, room, sinceMs] = JSON.parse(key.slice(kind.length + 1)) as [string, string, number];
  return { kind, place: { chat, room }, sinceMs };
}

/** Whether a key is that of a post about what is too much for posts of its own. */
export function isStorm(key: string): boolean {
  return gatheringOf(key)?.kind === 'storm';
}

/**
 * Whether the room has had as many posts as it may within a minute of `$4`; `$5` is null where there is no limit. Times far ahead are
 * those of a clock that was set back since.
 */
const IS_STORM = `($5::int IS NOT NULL AND (SELECT count(*) FROM unnest(r.turns_ms) AS t
  WHERE t > $4::bigint - ${MINUTE_MS} AND t <= $4::bigint + ${MINUTE_MS}) >= $5::int)`;
const within = (column: string, ms: number) =>
  `${column} > $7::bigint - ${ms} AND ${column} <= $7::bigint + ${MINUTE_MS}`;
const IS_SAME_STORM = `coalesce(${within('r.storm_last_ms', STORM_CALM_MS)} AND ${within('r.storm_since_ms', STORM_MAX_MS)}, false)`;
/**
 * It is not told yet, or was a moment ago, so one more may join it. One that another statement just begins is not to be seen by this
 * one; its key says that it is young.
 */
const IS_MISSED_OPEN = `coalesce((SELECT g.told_version = 0 OR g.told_ms > $7::bigint - ${MINUTE_MS} FROM glimpse.alert_groups AS g
  WHERE g.key = r.missed), substring(r.missed from '([0-9]+)[]]$')::bigint > $7::bigint - ${MINUTE_MS}, false)`;

/**
 * One statement: the turn as it was decided before; else the decision, in the row of the room, whose lock puts all that ask in line;
 * and the news for the gathering, so that none is held back in silence whoever dies. What was missed is told where the first of it
 * would have been. A turn that was decided while this statement waited in line violates the key, which undoes all of it: nothing is
 * counted twice, and who asks again is told.
 */
const CLAIM = `
WITH known AS (
  SELECT gathering, at_ms FROM glimpse.alert_turns WHERE id = $1 OR (id = $10 AND gathering IS NOT NULL) LIMIT 1
), decided AS (
  INSERT INTO glimpse.alert_rooms AS r (place, turns_ms, gathering, missed)
  SELECT $2, CASE WHEN $6 THEN '{}' ELSE ARRAY[$4::bigint] END, CASE WHEN $6 THEN $9 END, CASE WHEN $6 THEN $9 END
  WHERE NOT EXISTS (SELECT 1 FROM known)
  ON CONFLICT (place) DO UPDATE SET
    turns_ms = CASE WHEN $6 THEN r.turns_ms
      ELSE ARRAY(SELECT t FROM unnest(r.turns_ms || $4::bigint) AS t WHERE t <= greatest($4::bigint, $7::bigint) + ${MINUTE_MS}
        ORDER BY t DESC LIMIT coalesce($5::int, 1)) END,
    missed = CASE WHEN $6 AND NOT ${IS_MISSED_OPEN} THEN $9 ELSE r.missed END,
    storm = CASE WHEN NOT $6 AND ${IS_STORM} AND NOT ${IS_SAME_STORM} THEN $8 ELSE r.storm END,
    storm_since_ms = CASE WHEN NOT $6 AND ${IS_STORM} AND NOT ${IS_SAME_STORM} THEN $7::bigint ELSE r.storm_since_ms END,
    storm_last_ms = CASE WHEN NOT $6 AND ${IS_STORM} THEN $7::bigint ELSE r.storm_last_ms END,
    gathering = CASE
      WHEN $6 THEN CASE WHEN ${IS_MISSED_OPEN} THEN r.missed ELSE $9 END
      WHEN ${IS_STORM} THEN CASE WHEN ${IS_SAME_STORM} THEN r.storm ELSE $8 END END
  RETURNING gathering
), kept AS (
  INSERT INTO glimpse.alert_turns (id, group_key, gathering, at_ms) SELECT $1, $3, gathering, $7::bigint FROM decided
  RETURNING gathering, at_ms
), told AS (
  SELECT gathering, at_ms FROM kept UNION ALL SELECT gathering, at_ms FROM known
), touched AS (
  INSERT INTO glimpse.alert_groups AS g (key, version, changed_ms, since_ms, untold_ms)
  SELECT gathering, 1, first_ms, $7::bigint, first_ms FROM told, (SELECT CASE WHEN $6 THEN $4::bigint ELSE $7::bigint END AS first_ms) AS f
  WHERE gathering IS NOT NULL
  ON CONFLICT (key) DO UPDATE SET ${touchedBy('$7::bigint')}
  RETURNING version
)
SELECT gathering, at_ms, coalesce((SELECT version FROM touched) = 1, false) AS is_first FROM told WHERE gathering IS NOT NULL`;

/** News of a gathering that waits already waits no longer for more of it. */
function touchedBy(now: string): string {
  return `version = g.version + 1,
    changed_ms = CASE WHEN g.version > g.told_version THEN g.changed_ms ELSE ${now} END,
    untold_ms = CASE WHEN g.version > g.told_version THEN coalesce(g.untold_ms, ${now}) ELSE ${now} END`;
}

/** @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

const TOUCH = `UPDATE glimpse.alert_groups AS g SET ${touchedBy('$2::bigint')}
  WHERE key IN (SELECT jsonb_array_elements_text($1::jsonb))`;

/** What a chat takes from nobody holds up what is newer for no longer than this. */
const BLOCKS_FOR_MS = 2 * 60 * MINUTE_MS;
const IS_BEHIND = `SELECT 1 FROM glimpse.alert_groups WHERE version > told_version AND life @> $1::jsonb AND key <> $2
  AND coalesce(untold_ms, changed_ms) < $3 AND coalesce(untold_ms, changed_ms) > $4::bigint - ${BLOCKS_FOR_MS} LIMIT 1`;

/** Each problem once, of those that belong to the time of the gathering: what was not over at `$2`. */
const OWN = `SELECT p.* FROM glimpse.problems AS p
  WHERE p.group_key IN (SELECT group_key FROM glimpse.alert_turns WHERE gathering = $1)
    AND (p.closed_ms IS NULL OR p.closed_ms >= $2::bigint OR (p.has_fired AND p.heard_ms >= $2::bigint))`;
const FIRES = `(p.status = 'firing' AND coalesce(p.heard_ms, p.event_ms) >= $3::bigint
  AND NOT EXISTS (SELECT 1 FROM glimpse.alert_groups AS g WHERE g.key = p.group_key AND g.life ? 'isSilent'))`;

const COUNTS = `SELECT p.alert->>'severity' AS severity, count(*)::int AS count, (count(*) FILTER (WHERE ${FIRES}))::int AS firing,
    min(p.opened_ms) AS began, max(coalesce(p.closed_ms, p.event_ms)) AS ended
  FROM (${OWN}) AS p GROUP BY 1`;
const NAMES = `SELECT coalesce(p.alert->'labels'->>'alertname', p.alert->'labels'->>'check', p.alert->>'title') AS name,
    count(*)::int AS count FROM (${OWN}) AS p GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${NAMES_MAX}`;

const SEVERITY_RANK = `array_position(ARRAY[${SEVERITIES.map((one) => `'${one}'`).join(', ')}], p.alert->>'severity')`;
const ALERTS = `SELECT p.alert - 'images' || '{"images": []}' AS alert FROM (${OWN}) AS p
  ORDER BY ${FIRES} DESC, ${SEVERITY_RANK} NULLS LAST, p.opened_ms DESC, p.fingerprint LIMIT ${ALERTS_MAX}`;

const SPAN = `SELECT max(at_ms) AS last FROM glimpse.alert_turns WHERE gathering = $1`;

/** Makes the part of a store on an open database. */
export function createAlertTurns(
  { query }: Pick<Database, 'query'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AlertTurns {
  return {
    claim: ({ place, groupKey, turn, heardMs, kind, limit }, nowMs) =>
      guard(async () => {
        const { chat, room } = place;
        const idOf = (of: string) => JSON.stringify([chat, room, groupKey, of]);
        const isMissed = kind === 'missed';
        const ask = () =>
          query(CLAIM, [
            ...[idOf(isMissed ? `${turn}/missed` : turn), JSON.stringify([chat, room]), groupKey, heardMs],
            ...[
              limit ?? null,
              isMissed,
              nowMs,
              keyOf('storm', place, nowMs),
              keyOf('missed', place, nowMs),
              idOf(turn),
            ],
          ]);
        const [row] = await ask().catch((thrown: unknown) => {
          if ((thrown as { readonly code?: unknown }).code !== UNIQUE_VIOLATION) throw thrown;
          return ask();
        });
        return row && { key: String(row.gathering), isNew: row.is_first === true, atMs: Number(row.at_ms) };
      }),
    isNext: ({ chat, room }, { key, sinceMs }, nowMs) =>
      guard(async () => {
        const waiting = JSON.stringify({ waits: [{ chat, room }] });
        return (await query(IS_BEHIND, [waiting, key, sinceMs, nowMs])).length === 0;
      }),
    touch: (keys, nowMs) =>
      guard(async () => {
        if (keys.length > 0) await query(TOUCH, [JSON.stringify(keys), nowMs]);
      }),
    gathered: (key, believedSinceMs) =>
      guard(async () => {
        const { kind, sinceMs } = gatheringOf(key) ?? { kind: 'storm', sinceMs: 0 };
        const bound = [key, sinceMs - LEAD_MS[kind], believedSinceMs];
        const [counts, names, alerts, [span]] = await Promise.all([
          query(COUNTS, bound),
          query(NAMES, bound.slice(0, 2)),
          query(ALERTS, bound),
          query(SPAN, [key]),
        ]);
        return {
          counts: counts.map(({ severity, count, firing }) => ({
            severity: severity as AlertSeverity,
            count: Number(count),
            firing: Number(firing),
          })),
          names: names.map(({ name, count }) => ({ name: String(name), count: Number(count) })),
          alerts: alerts.map(({ alert }) => alertOf(alert)),
          lastMs: Number(span?.last ?? sinceMs),
          beganMs: Math.min(...counts.map(({ began }) => Number(began))),
          endedMs: Math.max(...counts.map(({ ended }) => Number(ended))),
        };
      }),
  };
}
