/** What an answer says of its own gaps, in words: failed shards, forbidden indices, clusters that are not there. Pure. */
import { harmless } from '../../lib/said.ts';

/** Reasons that are named. */
const NAMED_MAX = 3;

/** A failure of one shard. */
interface ShardFailure {
  readonly index?: string | undefined;
  readonly reason?: { readonly type: string; readonly reason?: string | null | undefined } | undefined;
}

/** What a search says of its shards. */
export interface Shards {
  readonly total: number;
  readonly failed: number;
  readonly failures: readonly ShardFailure[];
}

/** What a search over several clusters says of them. */
export interface Clusters {
  readonly total: number;
  readonly skipped: number;
  readonly partial: number;
  readonly failed?: number | undefined;
}

/** One sentence about clusters that are missing; none when all are there. */
export function clustersWords({ total, skipped, partial, failed = 0 }: Clusters): string[] {
  const missing = skipped + failed;
  return [
    ...(missing > 0 ? [`Partial: ${missing} of ${total} clusters did not answer; what they have is missing.`] : []),
    ...(partial > 0 ? [`Partial: ${partial} of ${total} clusters did not answer in full.`] : []),
  ];
}

/** One sentence about shards that failed, by what that means: no right, too much work, a broken shard. */
export function shardsWords(title: string, { total, failed, failures }: Shards): string[] {
  if (failed === 0) return [];
  const types = namesOf(failures.map(({ reason }) => reason?.type));
  const indices = namesOf(failures.map(({ index }) => index));
  const where = indices === '' ? '' : ` of ${indices}`;
  const share = `${failed} of ${total} shards of ${title} failed`;
  if (/security|authorization|unauthorized/.test(types)) {
    return [`Partial: ${title} does not let my login read a part${where}; what is there is missing.`];
  }
  if (/circuit_breaking|rejected/.test(types)) {
    return [`Partial: ${share} (${types}), as it has too much to do; the numbers are too low.`];
  }
  const why = types === '' ? '' : ` (${types})`;
  return [`Partial: ${share}${why}; the numbers are too low.`];
}

function namesOf(names: readonly (string | undefined)[]): string {
  const all = [...new Set(names.flatMap((name) => (name ? [harmless(name)] : [])))];
  return all.slice(0, NAMED_MAX).join(', ');
}
