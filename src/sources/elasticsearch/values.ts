/** Values that a field has: `terms:host.name on logs-*`. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Backend } from './backend.ts';
import { otherShape, search } from './search.ts';
import { allOf, type BodyContext, rangeFilter } from './search-body.ts';

/** Values of a field that are listed; a name that is rarer than these is taken as typed. */
const VALUES_MAX = 2_000;
/** What was silent for so long is not offered. */
const LOOK_BACK_MS = 7 * 24 * 3_600_000;

const PATTERN = /^terms:\s*(\S+)\s+on\s+(\S+)$/;

const Terms = z.object({
  values: z.object({ buckets: z.array(z.object({ key: z.union([z.string(), z.number()]) })) }),
});

/** Asks for the values of a pattern; most frequent first. @throws BotError `SOURCE_…` */
export async function listValues(
  pattern: string,
  { backend, timeoutMs, nowMs }: BodyContext & { readonly backend: Backend; readonly nowMs: number },
  timeField: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { field, index } = readPattern(pattern);
  const body = {
    size: 0,
    track_total_hits: false,
    timeout: `${Math.round(timeoutMs)}ms`,
    query: allOf([rangeFilter(timeField, { fromMs: nowMs - LOOK_BACK_MS, toMs: nowMs })]),
    aggs: { values: { terms: { field, size: VALUES_MAX } } },
  };
  const { aggregations } = await search(backend, index, body, signal);
  const parsed = Terms.safeParse(aggregations);
  if (!parsed.success) throw otherShape(backend);
  return parsed.data.values.buckets.map(({ key }) => String(key));
}

/** Reads a pattern such as stands under `values`. @throws BotError `SOURCE_BAD_QUERY` */
export function readPattern(pattern: string): { readonly field: string; readonly index: string } {
  const [, field, index] = PATTERN.exec(pattern.trim()) ?? [];
  if (field !== undefined && index !== undefined) return { field, index };
  const message = `"${pattern.slice(0, 100)}" lists no values; write it like terms:host.name on logs-*.`;
  throw new BotError('SOURCE_BAD_QUERY', message);
}

/** The pattern that lists a field's values. */
export function valuesPattern(field: string, index: string): string {
  return `terms:${field} on ${index}`;
}
