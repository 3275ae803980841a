/** From the tree of a KQL query to the query DSL of Elasticsearch and OpenSearch, the way Kibana does it. Pure. */
import type { KqlNode } from './parse.ts';
import type { KqlText } from './tokens.ts';

/** A query of the DSL. */
export type Query = Readonly<Record<string, unknown>>;

/** What writing needs beside the tree. */
interface QueryOptions {
  /** What stands for a placeholder; becomes a JSON value and nothing else. Without it nothing is one. */
  readonly bind?: ((blank: string) => unknown) | undefined;
  /** IANA zone of dates without one. */
  readonly timeZone?: string | undefined;
}

/** Everything that means something to `query_string`; `<` and `>` cannot be escaped there. */
const RESERVED = /[+\-=&|!(){}[\]^"~*?:\\/]/gu;
/** Which a day in a zone begins. */
const DATE = /^(?:\d{4}-\d\d|now\b)/u;

/** The query of a tree. @param path - of the nested object that it is in, with a dot behind, else empty */
export function queryOf(node: KqlNode, options: QueryOptions, path = ''): Query {
  switch (node.kind) {
    case 'all':
      return { match_all: {} };
    case 'and':
      return { bool: { filter: node.nodes.map((one) => queryOf(one, options, path)) } };
    case 'or':
      return { bool: { should: node.nodes.map((one) => queryOf(one, options, path)), minimum_should_match: 1 } };
    case 'not':
      return { bool: { must_not: [queryOf(node.node, options, path)] } };
    case 'nested': {
      const inner = `${path}${nameOf(node.field)}`;
      return { nested: { path: inner, query: queryOf(node.node, options, `${inner}.`), score_mode: 'none' } };
    }
    case 'range': {
      const value = boundValue(node.value, options);
      const zone = options.timeZone !== undefined && DATE.test(String(value)) && { time_zone: options.timeZone };
      return { range: { [`${path}${nameOf(node.field)}`]: { [node.bound]: value, ...zone } } };
    }
    default:
      return node.field
        ? fieldQuery(`${path}${nameOf(node.field)}`, isPattern(node.field), node.value, options)
        : anyQuery(node.value, options);
  }
}

function nameOf({ pieces }: KqlText): string {
  return pieces.join('*');
}

function isPattern({ pieces }: KqlText): boolean {
  return pieces.length > 1;
}

function isAnything({ pieces }: KqlText): boolean {
  return pieces.length > 1 && pieces.every((piece) => piece === '');
}

function boundValue(text: KqlText, { bind }: QueryOptions): unknown {
  if (text.blank !== undefined) return bind?.(text.blank);
  const plain = text.pieces.join('*');
  return bind ? asTemplate(plain) : plain;
}

/** Whoever expands templates reads `$${` as `${`. */
function asTemplate(text: string): string {
  return text.replaceAll('${', '$$$${');
}

function isPhrase({ isQuoted, blank }: KqlText): boolean {
  return isQuoted || blank !== undefined;
}

/** A value in any field. */
function anyQuery(value: KqlText, options: QueryOptions): Query {
  if (isAnything(value)) return { match_all: {} };
  if (isPattern(value)) return { query_string: { query: patternText(value, options) } };
  const type = isPhrase(value) ? 'phrase' : 'best_fields';
  return { multi_match: { type, query: boundValue(value, options), lenient: true } };
}

function fieldQuery(field: string, isFieldPattern: boolean, value: KqlText, options: QueryOptions): Query {
  if (isAnything(value)) return field === '*' ? { match_all: {} } : { exists: { field } };
  if (isPattern(value)) return { query_string: { fields: [field], query: patternText(value, options) } };
  const query = boundValue(value, options);
  if (isFieldPattern) {
    const type = isPhrase(value) ? 'phrase' : 'best_fields';
    return { multi_match: { type, fields: [field], query, lenient: true } };
  }
  return isPhrase(value) ? { match_phrase: { [field]: query } } : { match: { [field]: query } };
}

/** A value with wildcards, in the only query that takes them as Kibana does; all else in it is text. */
function patternText({ pieces }: KqlText, { bind }: QueryOptions): string {
  const text = pieces.map(escaped).join('*');
  return bind ? asTemplate(text) : text;
}

function escaped(text: string): string {
  return text
    .replace(RESERVED, '\\$&')
    .replace(/[<>]/gu, '?')
    .replace(/\b(?:AND|OR|NOT|TO)\b/gu, '\\$&');
}
