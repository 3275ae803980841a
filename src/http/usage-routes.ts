/** How definitions are used, for programs: `GET /api/usage`. */
import type { FastifyInstance } from 'fastify';
import { BotError } from '../domain/errors.ts';
import { dayOf, WITHIN_MS } from '../usage/usage.ts';
import { REPORT_DAYS, type Used, usageFacts } from '../usage/usage-facts.ts';
import type { UsageReportDeps } from '../usage/usage-report.ts';

/** The report. */
export interface UsageJson {
  readonly days: number;
  /** The most asked first. */
  readonly queries: readonly ReturnType<typeof usedJson>[];
  /** Defined, but not asked. */
  readonly unused: readonly string[];
}

/** Registers the route. */
export function usageRoutes(app: FastifyInstance, { usage, clock, catalog }: UsageReportDeps): void {
  app.get('/api/usage', async (): Promise<UsageJson> => {
    if (!usage) throw new BotError('HTTP_NOT_FOUND', 'How queries are used is not counted here.');
    const { used, unused } = usageFacts(await usage.since(dayOf(clock.now()) - REPORT_DAYS), catalog());
    return { days: REPORT_DAYS, queries: used.map(usedJson), unused };
  });
}

function usedJson({ query, asked, noData, failed, codes, half, most }: Used) {
  const limitOf = (ms: number) => (ms === WITHIN_MS.at(-1) ? null : ms);
  return {
    query,
    asked,
    noData,
    failed,
    codes: Object.fromEntries(codes),
    /** Half and 95 of 100 had their data within this; null where they took longer than is told apart. */
    halfWithinMs: limitOf(half),
    mostWithinMs: limitOf(most),
  };
}
