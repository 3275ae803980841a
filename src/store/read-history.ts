/** How often a problem fired, and for how long. */
import type { Database } from './database.ts';

/** One time that a problem fired. */
interface Episode {
  readonly startMs: number;
  /** Where it ended, ms. */
  readonly lastedMs?: number;
}

const EVENTS_MAX = 2_000;

/** The times that a problem fired since then, the newest first. */
export async function readHistory(
  query: Database['query'],
  fingerprint: string,
  sinceMs: number,
): Promise<readonly Episode[]> {
  const statement = `SELECT alert->>'status' AS status, alert->>'timeSource' AS source,
      alert->>'startsAt' AS start, alert->>'endsAt' AS "end" FROM glimpse.alert_events
    WHERE fingerprint = $1 AND at_ms >= $2 AND alert->>'transition' IN ('triggered', 'resolved')
    ORDER BY at_ms DESC, received_ms DESC LIMIT ${EVENTS_MAX}`;
  return episodesIn((await query(statement, [fingerprint, sinceMs])).toReversed());
}

/** A sender that tells no beginnings says the same again with another one: it fires on until its end. */
function episodesIn(rows: readonly Record<string, unknown>[]): readonly Episode[] {
  const ends = new Map<number, number | undefined>();
  let openMs: number | undefined;
  for (const { status, source, start, end } of rows) {
    const told = Date.parse(String(start));
    const startMs = source === 'received' ? (openMs ?? told) : told;
    const endMs = status === 'resolved' && typeof end === 'string' ? Date.parse(end) : undefined;
    // an end alone was no time that it fired
    if (endMs !== undefined && source === 'received' && openMs === undefined) continue;
    const known = ends.get(startMs);
    ends.set(startMs, endMs === undefined ? known : Math.max(endMs, known ?? endMs));
    openMs = endMs === undefined ? startMs : undefined;
  }
  const episodes = [...ends].sort(([a], [b]) => b - a);
  return episodes.map(([startMs, endMs]) => ({
    startMs,
    ...(endMs !== undefined && { lastedMs: Math.max(0, endMs - startMs) }),
  }));
}
