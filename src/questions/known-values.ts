/** What values exist for the parameters of the queries in question: asked once for each list, side by side. */
import { type BotError, toBotError } from '../domain/errors.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';

/** Lists the values of a pattern in a source's own language. */
export type ValuesOf = (sourceName: string, pattern: string, signal: AbortSignal) => Promise<readonly string[]>;

/** What is known of a parameter's values, told apart by `kind`. */
export type Known =
  | { readonly kind: 'list'; readonly values: readonly string[] }
  /** The definition takes any value of its type. */
  | { readonly kind: 'free' }
  /** There is a list, and it could not be had; without a `failure` it is empty. */
  | { readonly kind: 'unavailable'; readonly failure?: BotError };

/** What is known, for each parameter of each query. */
export type KnownValues = (query: SavedQuery, parameter: Parameter) => Known;

const FREE: Known = { kind: 'free' };

/** Asks for the lists of all these queries; a source that fails leaves its lists unavailable. Rejects only on abort. */
export async function listValues(
  queries: readonly SavedQuery[],
  valuesOf: ValuesOf,
  signal: AbortSignal,
): Promise<KnownValues> {
  const lists = new Map<string, Known>();
  const wanted = new Map<string, readonly [sourceName: string, pattern: string]>();
  for (const query of queries) {
    for (const { values } of query.parameters) {
      if (typeof values === 'string') wanted.set(keyOf(query.sourceName, values), [query.sourceName, values]);
    }
  }
  await Promise.all(
    [...wanted].map(async ([key, [sourceName, pattern]]) => {
      lists.set(key, await listOrUnavailable(() => valuesOf(sourceName, pattern, signal), signal));
    }),
  );
  return (query, { values }) => {
    if (values === undefined) return FREE;
    if (typeof values !== 'string') return { kind: 'list', values };
    return lists.get(keyOf(query.sourceName, values)) ?? { kind: 'unavailable' };
  };
}

async function listOrUnavailable(list: () => Promise<readonly string[]>, signal: AbortSignal): Promise<Known> {
  try {
    const values = await list();
    // A source that lists nothing, yet or ever, must not make every name a wrong one.
    return values.length > 0 ? { kind: 'list', values } : { kind: 'unavailable' };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { kind: 'unavailable', failure: toBotError(thrown) };
  }
}

function keyOf(sourceName: string, pattern: string): string {
  return JSON.stringify([sourceName, pattern]);
}
