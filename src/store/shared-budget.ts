/** A rate budget in the database: all rooms and replicas spend from one. */
import type { RateBudget } from '../lib/rate-budget.ts';
import type { Database } from './database.ts';

/** The database's own clock, so that replicas need not agree on theirs. */
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

/**
 * Takes one call if fewer than `$2` were taken in the last `$3` ms: a sliding window, which no fixed window of the
 * platform can ever see exceeded. The row's lock puts callers in line.
 */
const TAKE = `
  INSERT INTO glimpse.budgets AS b (key, calls_ms) VALUES ($1, ARRAY[${NOW}])
  ON CONFLICT (key) DO UPDATE SET calls_ms =
    CASE
      WHEN b.blocked_ms > ${NOW} OR (SELECT count(*) FROM unnest(b.calls_ms) AS t WHERE t > ${NOW} - $3::bigint) >= $2::int
      THEN b.calls_ms
      ELSE ARRAY(SELECT t FROM unnest(b.calls_ms) AS t WHERE t > ${NOW} - $3::bigint ORDER BY t) || ${NOW}
    END
  WHERE b.blocked_ms <= ${NOW}
    AND (SELECT count(*) FROM unnest(b.calls_ms) AS t WHERE t > ${NOW} - $3::bigint) < $2::int
  RETURNING 1 AS taken`;

/** When the next call may be made, in ms from now. */
const WAIT = `
  SELECT greatest(
    blocked_ms - ${NOW},
    coalesce((SELECT t FROM unnest(calls_ms) AS t WHERE t > ${NOW} - $3::bigint ORDER BY t DESC OFFSET $2::int - 1 LIMIT 1) + $3::bigint - ${NOW}, 0)
  )::float8 AS wait FROM glimpse.budgets WHERE key = $1`;

const BLOCK = `
  INSERT INTO glimpse.budgets AS b (key, blocked_ms) VALUES ($1, ${NOW} + $2::bigint)
  ON CONFLICT (key) DO UPDATE SET blocked_ms = greatest(b.blocked_ms, excluded.blocked_ms)`;

/** Makes the budget of everything that shares `database`. */
export function createSharedBudget(database: Pick<Database, 'query'>): RateBudget {
  return {
    async take(key, limit, windowMs) {
      const taken = await database.query(TAKE, [key, limit, windowMs]);
      if (taken.length > 0) return 0;
      const [row] = await database.query(WAIT, [key, limit, windowMs]);
      return Math.max(1, Math.ceil(Number(row?.wait ?? 0)));
    },
    async block(key, ms) {
      await database.query(BLOCK, [key, Math.ceil(ms)]);
    },
  };
}
