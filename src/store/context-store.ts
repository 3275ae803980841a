/** How far the context of alerts is, room by room: kept with their groups, so that any process goes on where another died. */
import type { Alert } from '../domain/alert.ts';
import type { GroupPost } from './alert-group.ts';
import type { Database } from './database.ts';
import { alertOf } from './group-rows.ts';

/** A room of a chat. */
export interface ContextPlace {
  /** Name of the chat in the config. */
  readonly chat: string;
  readonly room: string;
}

/** What a room has of the context of one conversation. */
export interface ContextState {
  /** The conversation of the group that it belongs to; of an earlier one it says nothing. */
  readonly conversation: number;
  /** Which time of the conversation it was decided for; left out: the first. */
  readonly openings?: number;
  /** `none`: there was nothing to say; `held`: kept back in a storm; `muted`: by a maintenance window. */
  readonly state: 'posted' | 'none' | 'held' | 'muted';
  /** When that was decided, ms since the Unix epoch. */
  readonly atMs: number;
  /** The group's `closedMs` that the closing line is about. */
  readonly closedMs?: number;
  /** The closing line. */
  readonly closing?: GroupPost['receipt'];
  /** What was looked for, for `why`; bounded. */
  readonly report?: ContextReport;
}

/** What was looked for, how long that took, and what could not be had. */
export interface ContextReport {
  readonly steps: readonly { readonly what: string; readonly ms: number; readonly missing?: string }[];
  readonly charts: readonly ChartReport[];
}

/** One chart that was wanted, and why. */
export interface ChartReport {
  readonly what: string;
  /** `its own expression, of the source demo`. */
  readonly why: string;
  /** What was asked of the source. */
  readonly asked?: string;
  readonly ms: number;
  readonly missing?: string;
}

/** A group whose context was kept back. */
export interface HeldGroup {
  readonly key: string;
  /** The first of its problems. */
  readonly alert: Alert;
  /** How many problems it has. */
  readonly count: number;
}

/** What is to be done about context; jobs are kept by the store until they are done. */
export type ContextJob =
  | ({
      readonly kind: 'start';
      readonly key: string;
      readonly conversation: number;
      /** Which time of the conversation it is for; left out: the first. */
      readonly openings?: number;
    } & ContextPlace)
  | ({
      readonly kind: 'end';
      readonly key: string;
      readonly conversation: number;
      readonly closedMs: number;
    } & ContextPlace)
  /** Says what was kept back in the minute that begins then. */
  | ({ readonly kind: 'digest'; readonly fromMs: number } & ContextPlace);

/** The part of the store that knows of context. Members that throw, throw BotError `STORE_…`. */
export interface ContextStore {
  /** What a room has of a group's context, of whichever conversation; nothing yet: nothing. */
  of(key: string, place: ContextPlace): Promise<ContextState | undefined>;
  keep(key: string, place: ContextPlace, state: ContextState): Promise<void>;
  /** How many groups of a room began before this one, since then. */
  begunBefore(
    group: { readonly key: string; readonly sinceMs: number },
    place: ContextPlace,
    fromMs: number,
  ): Promise<number>;
  /** How many groups of a room were given context since then. */
  givenSince(place: ContextPlace, fromMs: number): Promise<number>;
  /** Groups whose context was kept back in a room within a window; bounded. */
  held(place: ContextPlace, window: { readonly fromMs: number; readonly toMs: number }): Promise<readonly HeldGroup[]>;
}

const HELD_MAX = 1_000;
/** What is kept back began not long ago. */
const HELD_LOOK_BACK_MS = 86_400_000;

/** Makes the part of a store on an open database. */
export function createContextStore(
  { query }: Pick<Database, 'query'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): ContextStore {
  return {
    of: (key, place) =>
      guard(async () => {
        const statement = 'SELECT contexts->$2::text AS state FROM glimpse.alert_groups WHERE key = $1';
        const [row] = await query(statement, [key, keyOf(place)]);
        return (row?.state ?? undefined) as ContextState | undefined;
      }),
    keep: (key, place, state) =>
      guard(async () => {
        const statement = `UPDATE glimpse.alert_groups SET contexts = contexts || jsonb_build_object($2::text, $3::jsonb)
          WHERE key = $1`;
        await query(statement, [key, keyOf(place), JSON.stringify(state)]);
      }),
    begunBefore: ({ key, sinceMs }, { chat, room }, fromMs) =>
      guard(async () => {
        const statement = `SELECT count(*)::int AS count FROM glimpse.alert_groups
          WHERE since_ms >= $1 AND (since_ms, key) < ($2::bigint, $3::text) AND posts @> $4::jsonb`;
        const [row] = await query(statement, [fromMs, sinceMs, key, JSON.stringify([{ chat, room }])]);
        return Number(row?.count ?? 0);
      }),
    givenSince: (place, fromMs) =>
      guard(async () => {
        const statement = `SELECT count(*)::int AS count FROM glimpse.alert_groups
          WHERE since_ms >= $2::bigint - ${HELD_LOOK_BACK_MS} AND contexts->$1::text->>'state' = 'posted'
            AND (contexts->$1::text->>'atMs')::bigint >= $2`;
        const [row] = await query(statement, [keyOf(place), fromMs]);
        return Number(row?.count ?? 0);
      }),
    held: (place, { fromMs, toMs }) =>
      guard(async () => {
        const statement = `SELECT g.key, count(*)::int AS count, (array_agg(p.alert ORDER BY p.opened_ms))[1] AS alert
          FROM glimpse.alert_groups g JOIN glimpse.problems p ON p.group_key = g.key
          WHERE g.since_ms >= $2::bigint - ${HELD_LOOK_BACK_MS} AND g.contexts->$1::text->>'state' = 'held'
            AND (g.contexts->$1::text->>'atMs')::bigint >= $2 AND (g.contexts->$1::text->>'atMs')::bigint < $3
          GROUP BY g.key ORDER BY g.key LIMIT ${HELD_MAX}`;
        const rows = await query(statement, [keyOf(place), fromMs, toMs]);
        return rows.map(({ key, count, alert }) => ({ key: String(key), count: Number(count), alert: alertOf(alert) }));
      }),
  };
}

function keyOf({ chat, room }: ContextPlace): string {
  return JSON.stringify([chat, room]);
}
