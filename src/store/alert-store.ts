/** Alerts and changes in the store. */
import type { Alert, ChangeEvent, Told } from '../domain/alert.ts';
import type { Clock } from '../lib/clock.ts';
import type { AlertGroup, GroupEvent, GroupTold } from './alert-group.ts';
import type { Database } from './database.ts';
import { keepGroup, readEvents, readGroup, waitingGroups, withDates } from './group-rows.ts';
import { pruneAlerts } from './prune-alerts.ts';
import { readHistory } from './read-history.ts';
import { heardMs, isSilent, type Silence, silenceParameters } from './silence.ts';
import { createTaker } from './take-told.ts';
import { IS_TROUBLE, troubleOf } from './trouble.ts';

/** What is kept of alerts and changes. Members that throw, throw BotError `STORE_…`. */
export interface AlertStore {
  /** Stores what was told, all or nothing; what was told before is counted, not kept twice. Gives the groups with news. */
  take(told: Told): Promise<readonly string[]>;
  group(key: string): Promise<AlertGroup | undefined>;
  /**
   * Keeps what the rooms know now; an older version never wins. Whoever told one while another process told another (one of them
   * stood still, or its chat did) may have put older words over newer, so the group then has news again.
   */
  keepTold(key: string, told: GroupTold): Promise<void>;
  /** Groups with news that were not told although they are older than this, and those that are due, ms since the Unix epoch; the oldest first. */
  untold(beforeMs: number): Promise<readonly string[]>;
  /** What was told of some problems since they began or ended then, the oldest first; bounded. */
  events(fingerprints: readonly string[], sinceMs: number): Promise<readonly GroupEvent[]>;
  /** What is open, the newest first, what is silent by a rule marked; bounded. */
  open(silence?: Silence): Promise<readonly Alert[]>;
  /** What was open at any moment of a window, as it is known now, the newest first, what is silent by a rule marked; bounded. */
  during(window: { readonly fromMs: number; readonly toMs: number }, silence?: Silence): Promise<readonly Alert[]>;
  /** Changes that began within a window, the newest first; bounded. */
  changes(window: { readonly fromMs: number; readonly toMs: number }): Promise<readonly ChangeEvent[]>;
  /** How often a problem began since then, and how long it lasted, ms, where it ended. */
  history(
    fingerprint: string,
    sinceMs: number,
  ): Promise<readonly { readonly startMs: number; readonly lastedMs?: number }[]>;
  /** Drops what nobody heard of since then, a little at a time; gives how many rows. */
  prune(beforeMs: number, signal: AbortSignal): Promise<number>;
}

/** A storm of a thousand is found by name and host, all of it. */
const PROBLEMS_MAX = 2_000;
const CHANGES_MAX = 500;

/** Problems as {@link troubleOf} reads them, with a condition over `p` and `g`. */
const troubleWhere = (
  condition: string,
) => `SELECT p.alert, g.life->>'alarmMs' AS alarm_ms, ${heardMs('p')} AS heard_ms,
    ${isSilent('p', "g.life->>'alarmMs'")} AS is_silent
  FROM glimpse.problems AS p LEFT JOIN glimpse.alert_groups AS g ON g.key = p.group_key
  WHERE ${condition} AND ${IS_TROUBLE} ORDER BY p.opened_ms DESC LIMIT ${PROBLEMS_MAX}`;

/** Makes the alert part of a store on an open database. */
export function createAlertStore(
  { query }: Pick<Database, 'query'>,
  clock: Clock,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): AlertStore {
  const take = createTaker({ query }, clock);
  return {
    take: (told) => guard(() => take(told)),
    group: (key) => guard(() => readGroup(query, key)),
    keepTold: (key, told) => guard(() => keepGroup(query, key, told)),
    untold: (beforeMs) => guard(() => waitingGroups(query, beforeMs, clock.now())),
    events: (fingerprints, sinceMs) => guard(() => readEvents(query, fingerprints, sinceMs)),
    open: (silence) =>
      guard(async () => (await query(troubleWhere(`p.status = 'firing'`), silenceParameters(silence))).map(troubleOf)),
    during: ({ fromMs, toMs }, silence) =>
      guard(async () => {
        const statement = troubleWhere('p.opened_ms < $5 AND (p.closed_ms IS NULL OR p.closed_ms >= $4)');
        const found = (await query(statement, [...silenceParameters(silence), fromMs, toMs])).map(troubleOf);
        // a watchdog was well until it was missed
        return found.filter(({ startsAt }) => +startsAt < toMs);
      }),
    changes: ({ fromMs, toMs }) =>
      guard(async () => {
        const statement = `SELECT change FROM glimpse.changes WHERE at_ms >= $1 AND at_ms < $2 ORDER BY at_ms DESC LIMIT ${CHANGES_MAX}`;
        return (await query(statement, [fromMs, toMs])).map(
          ({ change }) => withDates(change) as unknown as ChangeEvent,
        );
      }),
    history: (fingerprint, sinceMs) => guard(() => readHistory(query, fingerprint, sinceMs)),
    prune: (beforeMs, signal) => guard(() => pruneAlerts(query, beforeMs, clock, signal)),
  };
}
