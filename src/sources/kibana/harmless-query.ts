/** Which queries of a pasted page are run: those that look at the documents of its data view, and nothing else. Pure. */
import { isRecord, type Pill, queriesOfPills } from './filters.ts';

/** Queries with no program in them, and no other index. */
const PLAIN = new Set([
  'match',
  'match_phrase',
  'match_phrase_prefix',
  'match_all',
  'match_none',
  'multi_match',
  'term',
  'range',
  'exists',
  'prefix',
  'wildcard',
  'ids',
  'query_string',
  'simple_query_string',
  'geo_bounding_box',
  'geo_distance',
]);
/** What stands in queries made of queries: more queries. */
const CLAUSES: Readonly<Record<string, readonly string[]>> = {
  bool: ['filter', 'must', 'must_not', 'should'],
  constant_score: ['filter'],
  nested: ['query'],
  dis_max: ['queries'],
};
/** Nobody clicks anything deeper together. */
const DEPTH_MAX = 12;

/** What is not run of filters, however they are kept: `a script`, `` `more_like_this` ``; `undefined` when all are run. */
export function refusedPill(pills: readonly Pill[]): string | undefined {
  const { filter, mustNot } = queriesOfPills(pills);
  const refused = [...filter, ...mustNot].map((query) => refusedQuery(query)).find((name) => name !== undefined);
  return refused === 'script' ? 'a script' : refused && `\`${refused}\``;
}

/** The name of the first query that is not run; `undefined` when all are. */
export function refusedQuery(query: unknown, depth = 0): string | undefined {
  if (depth > DEPTH_MAX) return 'a query nested too deeply';
  if (!isRecord(query)) return 'something that is no query';
  for (const [name, inner] of Object.entries(query)) {
    const refused = refusedIn(name, inner, depth);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusedIn(name: string, inner: unknown, depth: number): string | undefined {
  if (PLAIN.has(name)) return isRecord(inner) ? undefined : name;
  // a lookup takes its values from another index
  if (name === 'terms')
    return isRecord(inner) && Object.values(inner).every((one) => !isRecord(one)) ? undefined : 'a terms lookup';
  const clauses = Object.hasOwn(CLAUSES, name) ? CLAUSES[name] : undefined;
  if (!clauses || !isRecord(inner)) return name;
  for (const [clause, queries] of Object.entries(inner)) {
    // settings are numbers and words
    if (typeof queries !== 'object' || queries === null) continue;
    if (!clauses.includes(clause)) return clause;
    for (const one of [queries].flat()) {
      const refused = refusedQuery(one, depth + 1);
      if (refused !== undefined) return refused;
    }
  }
  return undefined;
}
