/** How often groups of alerts fired: the times at which any problem of a group did, from what was told of them. */
import type { Database } from './database.ts';

/** One time that a group fired. */
export interface Firing {
  /** ms since the Unix epoch. */
  readonly startMs: number;
  /** Absent while it lasts, and where nobody told of an end. */
  readonly endMs?: number;
}

/** Problems that are asked for their events, over all groups: each costs a look into an index. */
const PROBLEMS_MAX = 500;
/** Events of one problem that are read, the newest first; two make a firing. */
const EVENTS_MAX = 100;
/** More are a number, no list. */
const FIRINGS_MAX = 50;

/** Gives by the key of each group when it fired within a window, the newest first; bounded. */
export async function readFirings(
  query: Database['query'],
  keys: readonly string[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<ReadonlyMap<string, readonly Firing[]>> {
  if (keys.length === 0) return new Map();
  const perGroup = Math.max(1, Math.floor(PROBLEMS_MAX / keys.length));
  const rows = await query(
    `WITH members AS (SELECT group_key, fingerprint,
         row_number() OVER (PARTITION BY group_key ORDER BY opened_ms DESC, fingerprint) AS place
       FROM glimpse.problems WHERE group_key = ANY($1))
     SELECT m.group_key AS key, m.fingerprint, e.start, e."end", e.is_again FROM members AS m CROSS JOIN LATERAL (
       SELECT start, max("end") AS "end", bool_and(is_again) AS is_again FROM (
         SELECT alert->>'startsAt' AS start, alert->>'endsAt' AS "end", alert->>'timeSource' = 'received' AS is_again
         FROM glimpse.alert_events WHERE fingerprint = m.fingerprint AND at_ms >= $2 AND alert->>'startsAt' < $3
           AND alert->>'transition' IN ('triggered', 'resolved')
         ORDER BY at_ms DESC LIMIT ${EVENTS_MAX}) AS latest GROUP BY start) AS e
     WHERE m.place <= ${perGroup} ORDER BY m.fingerprint, e.start`,
    [keys, fromMs, new Date(toMs).toISOString()],
  );
  const byKey = Map.groupBy(toldFirings(rows), ({ key }) => key);
  return new Map(Array.from(byKey, ([key, of]) => [key, joined(of.map(({ firing }) => firing))]));
}

/** Of each problem. A sender that tells no times says one that lasts again with another beginning. */
function toldFirings(rows: readonly Record<string, unknown>[]) {
  const told: { readonly key: string; readonly fingerprint: unknown; readonly firing: Firing }[] = [];
  for (const { key, fingerprint, start, end, is_again } of rows) {
    const before = told.at(-1);
    const isSame = is_again === true && before?.fingerprint === fingerprint && before?.firing.endMs === undefined;
    const startMs = isSame && before ? before.firing.startMs : Date.parse(String(start));
    if (isSame) told.pop();
    const firing = { startMs, ...(typeof end === 'string' && { endMs: Math.max(startMs, Date.parse(end)) }) };
    told.push({ key: String(key), fingerprint, firing });
  }
  return told;
}

/** Problems of a group that fire together are one firing. */
function joined(all: readonly Firing[]): readonly Firing[] {
  const firings: Firing[] = [];
  for (const one of all.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = firings.at(-1);
    if (!last || one.startMs > (last.endMs ?? last.startMs)) firings.push(one);
    else if (one.endMs !== undefined && last.endMs !== undefined)
      firings[firings.length - 1] = { ...last, endMs: Math.max(last.endMs, one.endMs) };
    else firings[firings.length - 1] = { startMs: last.startMs };
  }
  return firings.reverse().slice(0, FIRINGS_MAX);
}
