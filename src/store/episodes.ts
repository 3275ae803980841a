/** The times that one problem fired, from what was told of it. Pure. */

/** One time that a problem, or a group of them, fired. */
export interface Firing {
  /** ms since the Unix epoch. */
  readonly startMs: number;
  /** Absent while it lasts, and where nobody told of an end. */
  readonly endMs?: number;
}

/** SQL of what of an event {@link firingsIn} reads. */
export const TOLD_TIMES = `alert->>'status' AS status, alert->>'timeSource' AS source, alert->>'startsAt' AS start, alert->>'endsAt' AS "end"`;
/** SQL of whether an event begins or ends a time. */
export const IS_TIME = `alert->>'transition' IN ('triggered', 'resolved')`;

/**
 * The times in some events of one problem, the oldest first, each a row with {@link TOLD_TIMES}; the newest time first.
 *
 * A sender that tells no beginnings says the same again with another one: it fires on until its end.
 */
export function firingsIn(rows: readonly Record<string, unknown>[]): readonly Firing[] {
  const ends = new Map<number, number | undefined>();
  let openMs: number | undefined;
  for (const { status, source, start, end } of rows) {
    const told = Date.parse(String(start));
    const startMs = source === 'received' ? (openMs ?? told) : told;
    const endMs = status === 'resolved' && typeof end === 'string' ? Date.parse(end) : undefined;
    // an end alone was no time that it fired
    if (endMs !== undefined && source === 'received' && openMs === undefined) continue;
    const known = ends.get(startMs);
    ends.set(startMs, endMs === undefined ? known : Math.max(startMs, endMs, known ?? endMs));
    openMs = endMs === undefined ? startMs : undefined;
  }
  return [...ends]
    .sort(([a], [b]) => b - a)
    .map(([startMs, endMs]) => ({ startMs, ...(endMs !== undefined && { endMs }) }));
}
