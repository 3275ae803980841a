/** Counts of questions in the store: one row for each day, definition, outcome and duration. */
import type { UsageRecord, UsageRow } from '../usage/usage.ts';
import type { Database } from './database.ts';

/** What is kept of usage. Members that throw, throw BotError `STORE_…`. */
export interface UsageStore extends UsageRecord {
  /** Adds counts to those that are there. */
  add(rows: readonly UsageRow[]): Promise<void>;
  /** Drops the days before one. */
  prune(beforeDay: number): Promise<void>;
}

/** Rows that a report reads; 2,000 definitions asked each day in many ways have fewer. */
const ROWS_MAX = 200_000;

/** Makes the part of a store on an open database. */
export function createUsageStore(
  { query, assertWritable }: Pick<Database, 'query' | 'assertWritable'>,
  guard: <T>(work: () => Promise<T>) => Promise<T>,
): UsageStore {
  return {
    add: (rows) =>
      guard(async () => {
        await assertWritable();
        const statement = `INSERT INTO glimpse.usage AS u (day, query, outcome, code, within_ms, times)
          SELECT day, query, outcome, code, "withinMs", times FROM jsonb_to_recordset($1::jsonb)
            AS t(day integer, query text, outcome text, code text, "withinMs" integer, times bigint)
          ON CONFLICT (day, query, outcome, code, within_ms) DO UPDATE SET times = u.times + excluded.times`;
        await query(statement, [JSON.stringify(rows)]);
      }),
    since: (day) =>
      guard(async () => {
        const statement = `SELECT day, query, outcome, code, within_ms, times FROM glimpse.usage WHERE day >= $1
          ORDER BY day DESC LIMIT ${ROWS_MAX}`;
        return (await query(statement, [day])).map((row) => ({
          day: Number(row.day),
          query: String(row.query),
          outcome: row.outcome as UsageRow['outcome'],
          code: String(row.code),
          withinMs: Number(row.within_ms),
          times: Number(row.times),
        }));
      }),
    prune: (beforeDay) =>
      guard(async () => {
        await query('DELETE FROM glimpse.usage WHERE day < $1', [beforeDay]);
      }),
  };
}
