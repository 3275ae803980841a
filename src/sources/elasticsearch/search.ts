/** Sends a `_search` and reads what its answer says of itself: whether it is whole. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Backend } from './backend.ts';
import { clustersWords, shardsWords } from './partial.ts';

const Reason = z.object({ type: z.string().default(''), reason: z.string().nullish() });

const Shards = z.object({
  total: z.number(),
  failed: z.number().default(0),
  failures: z.array(z.object({ index: z.string().optional(), reason: Reason.optional() })).default([]),
});

/** Only what is read is checked; the answer may be 32 MB. */
const Answer = z.object({
  timed_out: z.boolean().default(false),
  terminated_early: z.boolean().default(false),
  _shards: Shards,
  _clusters: z
    .object({
      total: z.number(),
      skipped: z.number().default(0),
      partial: z.number().default(0),
      failed: z.number().optional(),
    })
    .optional(),
  hits: z.object({
    total: z.union([z.number(), z.object({ value: z.number() })]).optional(),
    hits: z.array(z.unknown()),
  }),
  aggregations: z.record(z.string(), z.unknown()).optional(),
});

/** An answer of `_search`. */
export interface SearchAnswer {
  /** Documents that match; 0 where they were not counted. */
  readonly total: number;
  readonly hits: readonly unknown[];
  readonly aggregations: Readonly<Record<string, unknown>>;
  /** Why it may not be the whole truth: sentences for people. */
  readonly warnings: readonly string[];
  /** Whether shards failed because they could not mark what was looked for. */
  readonly isHighlightBroken: boolean;
}

/**
 * Searches.
 *
 * @throws BotError `SOURCE_NOT_FOUND` when no index matches the pattern; what the backend throws
 */
export async function search(
  backend: Backend,
  index: string,
  body: object,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const path = `${indexPath(index)}/_search`;
  const parsed = Answer.safeParse(await backend.json({ method: 'POST', path, body }, signal));
  if (!parsed.success) throw otherShape(backend);
  const { data } = parsed;
  if (data._shards.total === 0) {
    throw new BotError(
      'SOURCE_NOT_FOUND',
      `No index of ${backend.title()} matches ${index}, or none that my login may read.`,
    );
  }
  const { total = 0 } = data.hits;
  return {
    total: typeof total === 'number' ? total : total.value,
    hits: data.hits.hits,
    aggregations: data.aggregations ?? {},
    warnings: warningsOf(data, backend.title()),
    isHighlightBroken: data._shards.failures.some(({ reason }) => /highlight/i.test(reason?.reason ?? '')),
  };
}

/** An index expression as a part of an address: commas, stars and colons have a meaning there, and are our own. */
export function indexPath(index: string): string {
  return encodeURIComponent(index).replace(/%(?:2C|2A|3A)/g, decodeURIComponent);
}

/** The error for JSON that is no answer of a search. */
export function otherShape(backend: Backend): BotError {
  return new BotError('SOURCE_UNEXPECTED', `${backend.title()} sent JSON of another shape than a search has.`);
}

function warningsOf(
  { timed_out, terminated_early, _shards, _clusters }: z.output<typeof Answer>,
  title: string,
): string[] {
  return [
    ...shardsWords(title, _shards),
    ...(timed_out ? [`${title} ran out of time, so the numbers are what it had counted until then.`] : []),
    ...(terminated_early ? [`${title} stopped early, so the numbers are too low.`] : []),
    ...(_clusters ? clustersWords(_clusters) : []),
  ];
}
