/**
 * KQL, the query language of Kibana, as query DSL: `host.name: web01 and not http.response.status_code < 500`. A reader
 * of our own, because servers before 9.1 and OpenSearch have none.
 */
import { parseKql } from './kql/parse.ts';
import { termsOf } from './kql/terms.ts';
import { type Query, queryOf } from './kql/to-query.ts';

/** How a query is read. */
export interface KqlOptions {
  /**
   * What is bound to a whole value `${name}`, which it is given as written. With it, a placeholder anywhere else is
   * refused, and a `${` that is none is written `$${`, for whoever expands templates; without it, it has no meaning.
   */
  readonly bind?: (blank: string) => unknown;
  /** IANA zone of dates without one. */
  readonly timeZone?: string;
}

/**
 * The query of the DSL that says the same.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` with the place and what was expected; `details.at` is its offset in UTF-16 units
 */
export function kqlToQuery(text: string, options: KqlOptions = {}): Query {
  const { bind, timeZone } = options;
  const node = parseKql(text, bind !== undefined);
  return queryOf(node, { bind, timeZone });
}

/**
 * The same as several queries that must all match, where the text is several conditions with `and` between them.
 *
 * @throws BotError as {@link kqlToQuery}
 */
export function kqlToQueries(text: string, options: KqlOptions = {}): readonly Query[] {
  const { bind, timeZone } = options;
  const node = parseKql(text, bind !== undefined);
  if (node.kind === 'all') return [];
  const parts = node.kind === 'and' ? node.nodes : [node];
  return parts.map((part) => queryOf(part, { bind, timeZone }));
}

/** The words and phrases that it looks for in these fields; none of what must not be there. @throws BotError as {@link kqlToQuery} */
export function kqlTerms(text: string, fields: readonly string[], hasBlanks: boolean): readonly string[] {
  return termsOf(parseKql(text, hasBlanks), fields);
}
