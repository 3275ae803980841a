/** Groups of alerts: what is open, the worst first; as a timeline what was open in a window, the newest first. */
import type { Alert, AlertSeverity } from '../domain/alert.ts';
import { SEVERITIES } from '../domain/alert-severity.ts';
import { readFirings } from './alert-firings.ts';
import { CONVERSATION_LEAD_MS } from './alert-group.ts';
import type { Database } from './database.ts';
import type { Firing } from './episodes.ts';
import { heardMs, isSilent, type Silence, silenceParameters } from './silence.ts';
import { IS_TROUBLE, troubleOf } from './trouble.ts';

/** Problems that belong together. */
export interface TimelineGroup {
  /** Stands for its key in addresses. */
  readonly id: string;
  /** When it began, ms since the Unix epoch. */
  readonly sinceMs: number;
  /** Its place by how bad it is in a list of what is open, else 0. */
  readonly rank: number;
  /** How many problems it has, how many of them fire, and of how many that fired nothing was heard for too long. */
  readonly count: number;
  readonly firing: number;
  readonly silent: number;
  /** Those that fire first; bounded. */
  readonly problems: readonly Alert[];
  /** When it fired within the window, the newest first; bounded. */
  readonly firings: readonly Firing[];
}

/** What of the timeline is wanted. */
export interface TimelineWindow {
  /** `open`: what fires now, the worst first, then what is silent. */
  readonly state: 'open' | 'all';
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  /** Only groups that stand behind this one. */
  readonly after?: Pick<TimelineGroup, 'rank' | 'sinceMs' | 'id'> | undefined;
}

/** The part of the store that gives the timeline. Members that throw, throw BotError `STORE_…`. */
export interface AlertTimeline {
  groups(window: TimelineWindow, silence?: Silence): Promise<readonly TimelineGroup[]>;
  /** How many groups are open now. */
  open(silence?: Silence): Promise<OpenGroups>;
  /** One group with all its problems; nothing where there is none of that id. */
  groupOf(id: string, silence?: Silence): Promise<TimelineGroup | undefined>;
}

/** Groups that fire, by the worst that fires of each, and those that are silent. */
export interface OpenGroups {
  readonly firing: Readonly<Record<AlertSeverity, number>>;
  readonly silent: number;
}

/** Members that a list shows of each group, and the page of one. */
const LISTED_MAX = 20;
const MEMBERS_MAX = 500;

/** Makes the part of a store on an open database. */
export function createAlertTimeline(
  { query }: Pick<Database, 'query'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AlertTimeline {
  /** Of the groups that a condition means, whose parameters are from $4 on, the problems of their last conversation, at most so many of each. */
  async function read(
    condition: string,
    own: readonly unknown[],
    { membersMax, groupsMax, rank = '0', after, silence, ...window }: Extent,
  ): Promise<readonly TimelineGroup[]> {
    const parameters = [...silenceParameters(silence), ...own];
    const rows = await query(
      `WITH found AS (SELECT key, since_ms, ${ID} AS id, life->>'alarmMs' AS alarm_ms, ${rank} AS rank
         FROM glimpse.alert_groups AS g WHERE ${condition}),
       chosen AS (SELECT * FROM found ${after ? behind(parameters.length) : ''} ORDER BY rank, since_ms DESC, id LIMIT ${groupsMax}),
       known AS (SELECT c.key, c.since_ms, c.id, c.alarm_ms, c.rank, p.alert, p.status, p.opened_ms, p.closed_ms, p.fingerprint,
           ${heardMs('p')} AS heard_ms, ${isSilent('p', 'c.alarm_ms')} AS is_silent,
           (p.closed_ms IS NULL OR p.closed_ms >= c.since_ms - ${CONVERSATION_LEAD_MS}) AS is_own
         FROM chosen AS c JOIN glimpse.problems AS p ON p.group_key = c.key),
       members AS (SELECT key, since_ms, id, alarm_ms, rank, alert, is_own, heard_ms, is_silent,
           count(*) FILTER (WHERE is_own) OVER own AS count, count(*) FILTER (WHERE is_silent) OVER own AS silent,
           count(*) FILTER (WHERE status = 'firing' AND NOT is_silent) OVER own AS firing,
           row_number() OVER (PARTITION BY key
             ORDER BY (status = 'firing') DESC, is_silent, is_own DESC, opened_ms, closed_ms DESC, fingerprint) AS place
         FROM known WINDOW own AS (PARTITION BY key))
       SELECT * FROM members WHERE place <= ${membersMax} AND (is_own OR place = 1) ORDER BY rank, since_ms DESC, id, place`,
      [...parameters, ...(after ? [after.rank, after.sinceMs, after.id] : [])],
    );
    const keys = [...new Set(rows.map(({ key }) => String(key)))];
    return groupsIn(rows, await readFirings(query, keys, window));
  }
  return {
    groups: ({ state, fromMs, toMs, limit, after }, silence) =>
      guard(() => {
        const extent = { membersMax: LISTED_MAX, groupsMax: limit, fromMs, toMs, after, silence };
        return state === 'open'
          ? read(OPEN, [], { ...extent, rank: RANK })
          : read(`${WITHIN} AND ${IS_TROUBLE}`, [fromMs, toMs], extent);
      }),
    open: (silence) =>
      guard(async () => {
        const rows = await query(
          `SELECT rank, count(*) AS count FROM (SELECT ${RANK} AS rank FROM glimpse.alert_groups AS g WHERE ${OPEN}) AS open GROUP BY rank`,
          silenceParameters(silence),
        );
        const counts = new Map(rows.map(({ rank, count }) => [Number(rank), Number(count)]));
        const of = SEVERITIES.map((severity, rank) => [severity, counts.get(rank) ?? 0]);
        const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
        const firing = Object.fromEntries(of) as OpenGroups['firing'];
        return { firing, silent: all - Object.values(firing).reduce((sum, count) => sum + count, 0) };
      }),
    groupOf: (id, silence) =>
      guard(async () => {
        const whole = { membersMax: MEMBERS_MAX, groupsMax: 1, fromMs: 0, toMs: END_OF_TIME_MS, silence };
        return (await read(`${ID} = $4`, [id], whole))[0];
      }),
  };
}

/** How much is read, and the window that firings are read of. */
interface Extent {
  readonly membersMax: number;
  readonly groupsMax: number;
  /** SQL for what groups are ordered by first. */
  readonly rank?: string;
  readonly after?: TimelineWindow['after'];
  readonly silence: Silence | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

/** As late as dates are written with four digits. */
const END_OF_TIME_MS = Date.UTC(9999, 11, 31);

/** Keys may be long and hold anything; of their hash as much as tells all groups apart. */
const ID = `left(encode(sha256(convert_to(g.key, 'UTF8')), 'hex'), 32)`;

const OPEN = `EXISTS (SELECT 1 FROM glimpse.problems AS o WHERE o.group_key = g.key AND o.status = 'firing') AND ${IS_TROUBLE}`;

/** What was open in the window from $4 to $5, or had fired in it before it fired again. */
const WITHIN = `((g.since_ms < $5 AND (g.closed_ms IS NULL OR g.closed_ms >= $4)) OR (g.since_ms >= $5 AND EXISTS (
  SELECT 1 FROM glimpse.problems AS b JOIN glimpse.alert_events AS e ON e.fingerprint = b.fingerprint
  WHERE b.group_key = g.key AND e.at_ms >= $4 AND e.at_ms < $5 AND e.alert->>'transition' IN ('triggered', 'resolved'))))`;

/** How bad a group that is open is: a watchdog that is missed is critical; what is silent stands behind all that fires. */
const RANK = `CASE WHEN g.life->>'alarmMs' IS NOT NULL THEN 0 ELSE (SELECT min(coalesce(
  array_position(ARRAY['${SEVERITIES.join("','")}'], f.alert->>'severity'), ${SEVERITIES.indexOf('unknown') + 1}) - 1
  + CASE WHEN ${isSilent('f', "g.life->>'alarmMs'")} THEN ${SEVERITIES.length} ELSE 0 END)
  FROM glimpse.problems AS f WHERE f.group_key = g.key AND f.status = 'firing') END`;

/** What stands behind the place that the parameters after so many others give. */
function behind(before: number): string {
  const [rank, since, id] = [1, 2, 3].map((place) => `$${before + place}`);
  return `WHERE (rank, -since_ms) > (${rank}::int, -${since}::bigint) OR (rank = ${rank} AND since_ms = ${since} AND id > ${id}::text)`;
}

function groupsIn(
  rows: readonly Record<string, unknown>[],
  firings: ReadonlyMap<string, readonly Firing[]>,
): readonly TimelineGroup[] {
  const groups = new Map<string, TimelineGroup & { readonly problems: Alert[] }>();
  for (const row of rows) {
    const { key, id, since_ms, rank, count, firing, silent } = row;
    const group = groups.get(String(key)) ?? {
      id: String(id),
      sinceMs: Number(since_ms),
      rank: Number(rank),
      // one that was told of when it had long been over
      count: Math.max(1, Number(count)),
      firing: Number(firing),
      silent: Number(silent),
      problems: [],
      firings: firings.get(String(key)) ?? [],
    };
    group.problems.push(troubleOf(row));
    groups.set(String(key), group);
  }
  return [...groups.values()];
}
