/** How often groups of alerts fired: the times at which any problem of a group did, from what was told of them. */
import type { Database } from './database.ts';
import { type Firing, firingsIn, IS_TIME, TOLD_TIMES } from './episodes.ts';

/** Problems that are asked for their events, over all groups: each costs a look into an index. */
const PROBLEMS_MAX = 500;
/** Events of one problem that are looked at, the newest first; two make a firing. */
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
     SELECT m.group_key AS key, m.fingerprint, e.* FROM members AS m CROSS JOIN LATERAL (
       SELECT *, lag(status) OVER told AS status_before, lag(start) OVER told AS start_before FROM (
         SELECT at_ms, received_ms, ${TOLD_TIMES} FROM glimpse.alert_events
         WHERE fingerprint = m.fingerprint AND at_ms >= $2 AND alert->>'startsAt' < $3 AND ${IS_TIME}
         ORDER BY at_ms DESC, received_ms DESC LIMIT ${EVENTS_MAX}) AS latest
       WINDOW told AS (ORDER BY at_ms, received_ms)) AS e
     WHERE m.place <= ${perGroup} AND NOT ${SAYS_NOTHING_NEW} ORDER BY m.fingerprint, e.at_ms, e.received_ms`,
    [keys, fromMs, new Date(toMs).toISOString()],
  );
  const byKey = Map.groupBy(rows, ({ key }) => String(key));
  return new Map(Array.from(byKey, ([key, of]) => [key, joined(firingsOfEach(of))]));
}

/** Senders repeat what fires, some each minute, and that is no other time; left out for what there would be to read. */
const SAYS_NOTHING_NEW = `(e.status = 'firing' AND coalesce(e.status_before, '') = 'firing' AND (e.source = 'received' OR e.start = e.start_before))`;

function firingsOfEach(rows: readonly Record<string, unknown>[]): readonly Firing[] {
  return [...Map.groupBy(rows, ({ fingerprint }) => fingerprint).values()].flatMap(firingsIn);
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
