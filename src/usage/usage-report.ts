/** `queries usage`: the report as the running bot gives it. */
import type { Catalog } from '../domain/catalog.ts';
import type { Message } from '../domain/message.ts';
import { dayOf, type UsageRecord } from './usage.ts';
import { REPORT_DAYS } from './usage-facts.ts';
import { usageMessage } from './usage-message.ts';

/** What the report is made from. */
export interface UsageReportDeps {
  /** Absent where no bot runs. */
  readonly usage?: UsageRecord;
  readonly clock: { now(): number };
  catalog(): Catalog;
}

/** For everybody: who asked and what of is not kept. */
export async function usageReport({ usage, clock, catalog }: UsageReportDeps): Promise<Message> {
  if (usage) return usageMessage(await usage.since(dayOf(clock.now()) - REPORT_DAYS), catalog());
  return { blocks: [{ kind: 'text', lines: [['How queries are used is known to the running bot; ask it.']] }] };
}
