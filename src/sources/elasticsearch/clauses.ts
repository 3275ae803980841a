/** What documents must match, from all the ways in which a block can say it. Pure. */
import { BotError } from '../../domain/errors.ts';
import { kqlTerms, kqlToQueries } from '../../lib/kql.ts';
import { parseTemplate } from '../../queries/expand.ts';
import { bindFilter, type Filter, placeholdersOfFilter } from './filter.ts';

/** The members of a block that say what documents must match, with or without placeholders. */
export interface Clauses {
  readonly filter: readonly Filter[];
  readonly query?: Filter | undefined;
  readonly kql?: string | undefined;
  readonly lucene?: string | undefined;
}

/** Queries that must all match; placeholders stand in them as whole values. */
export function clausesOf({ filter, query, kql }: Clauses): readonly Filter[] {
  return [
    ...filter,
    ...(query ? [query] : []),
    ...(kql === undefined ? [] : kqlToQueries(kql, { bind: checkedBlank })),
  ];
}

/** A stored text in Lucene's syntax, as Kibana sends it; it has no placeholders. */
export function luceneClauses({ lucene }: Clauses): readonly Filter[] {
  if (lucene === undefined || lucene.trim() === '' || lucene.trim() === '*') return [];
  return [{ query_string: { query: lucene, analyze_wildcard: true } }];
}

/** A text for the line above the documents in Discover, and the clauses that it stands for. */
export interface QueryBar {
  readonly language: 'kuery' | 'lucene';
  readonly query: string;
  readonly covers: readonly Filter[];
}

/** The block's own text where it has no placeholder: no value from outside meets a query language. */
export function queryBarOf(block: Clauses): QueryBar {
  const { kql, lucene } = block;
  if (kql !== undefined) {
    const covers = kqlToQueries(kql, { bind: checkedBlank });
    const isPlain = covers.every((query) => placeholdersOfFilter(query).length === 0);
    if (isPlain)
      return {
        language: 'kuery',
        query: kql.replaceAll('$${', () => '${'),
        covers: covers.map((one) => bindFilter(one, {})),
      };
  }
  if (lucene !== undefined) return { language: 'lucene', query: lucene, covers: luceneClauses(block) };
  return { language: 'kuery', query: '', covers: [] };
}

/** What is wrong with a text in KQL; `undefined` when nothing is. */
export function faultOfKql(text: string): string | undefined {
  try {
    kqlToQueries(text, { bind: checkedBlank });
    return undefined;
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown.message;
    throw thrown;
  }
}

/** The words that a block's own text looks for in those fields. */
export function termsOfClauses({ kql }: Clauses, fields: readonly string[]): readonly string[] {
  return kql === undefined ? [] : kqlTerms(kql, fields, true);
}

function checkedBlank(blank: string): string {
  parseTemplate(blank);
  return blank;
}
