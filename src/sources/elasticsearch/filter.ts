/**
 * Query DSL with placeholders: a placeholder is a whole JSON string, the value of a query that takes it as data. Pure.
 */
import { BotError } from '../../domain/errors.ts';
import { applyFilters, parseTemplate } from '../../queries/expand.ts';

/** A query of the DSL. */
export type Filter = Readonly<Record<string, unknown>>;

/** Queries made of other queries. */
const COMPOUND = new Set(['bool', 'constant_score', 'nested', 'dis_max', 'boosting']);
/** What stands in those: more queries. */
const CLAUSES = new Set(['filter', 'must', 'must_not', 'should', 'query', 'queries', 'positive', 'negative']);
/** Queries whose values are data: they have no syntax of their own. */
const TAKES_VALUES = new Set([
  'term',
  'terms',
  'match',
  'match_phrase',
  'match_phrase_prefix',
  'multi_match',
  'prefix',
  'range',
]);
/** Keys of a query that its value may stand behind, where the query names its fields elsewhere. */
const VALUE_KEYS = new Set(['query']);
/** A program in a query, or documents of elsewhere: nothing that a chat needs. */
const FORBIDDEN = new Set(['script', 'script_score', 'runtime_mappings', 'percolate', 'more_like_this']);
/** A filter that a person keeps is far from it. */
const DEPTH_MAX = 20;

/** What is wrong with a filter, and where. */
export interface FilterFault {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

/** A placeholder of a filter. */
interface Place {
  readonly name: string;
  /** The field that it is compared with. */
  readonly field: string;
}

/** What a query may hold. */
interface Allowance {
  readonly depth: number;
  readonly forbidden: ReadonlySet<string>;
}

/** A filter that a person wrote into a definition. */
const FILTER: Allowance = { depth: DEPTH_MAX, forbidden: FORBIDDEN };
/** A query that was stored somewhere else and is trusted as such: a saved search. */
const QUERY: Allowance = { depth: 3 * DEPTH_MAX, forbidden: new Set() };

/** The first fault of a filter; `undefined` when it is good. */
export function faultOfFilter(filter: Filter): FilterFault | undefined {
  return faultIn(filter, [], FILTER);
}

/** The first fault of a stored query, which may use all of the DSL; its placeholders stand where those of filters may. */
export function faultOfQuery(query: Filter): FilterFault | undefined {
  return faultIn(query, [], QUERY);
}

function faultIn(value: unknown, path: readonly (string | number)[], may: Allowance): FilterFault | undefined {
  if (path.length > may.depth) return { message: `is nested deeper than ${may.depth}`, path };
  if (typeof value === 'string') return faultOfText(value, path);
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, inner] of entries) {
    const fault = faultOfKey(key, path, may) ?? faultIn(inner, [...path, key], may);
    if (fault) return fault;
  }
  return undefined;
}

function faultOfKey(
  key: string | number,
  path: readonly (string | number)[],
  { forbidden }: Allowance,
): FilterFault | undefined {
  if (typeof key === 'number') return undefined;
  if (key.includes('${')) return { message: 'may have a placeholder in values only, not in a name', path };
  return forbidden.has(key) ? { message: `may not use \`${key}\``, path: [...path, key] } : undefined;
}

function faultOfText(text: string, path: readonly (string | number)[]): FilterFault | undefined {
  if (!text.includes('${')) return undefined;
  try {
    const parts = parseTemplate(text);
    if (parts.every((part) => typeof part === 'string')) return undefined;
    if (parts.length > 1)
      return { message: 'must be the placeholder alone: a value is bound, never put into a text', path };
  } catch (thrown) {
    if (thrown instanceof BotError) return { message: thrown.message, path };
    throw thrown;
  }
  const query = queryOf(path);
  const isSettings = query === 'multi_match' && !VALUE_KEYS.has(String(path.at(-1)));
  if (query !== undefined && TAKES_VALUES.has(query) && !isSettings) return undefined;
  const allowed = [...TAKES_VALUES].join(', ');
  return {
    message: `may not have a placeholder in \`${query ?? 'this'}\`, whose text has a meaning; use ${allowed}`,
    path,
  };
}

/** The query that a value belongs to: the first key from the outside that only it can have. */
function queryOf(path: readonly (string | number)[]): string | undefined {
  return path.find((key): key is string => typeof key === 'string' && !COMPOUND.has(key) && !CLAUSES.has(key));
}

/** Names of the placeholders in a filter, in order of appearance. */
export function placeholdersOfFilter(filter: Filter): readonly string[] {
  return placesOf(filter, []).map(({ name }) => name);
}

/** The field that a parameter is compared with; `undefined` when there is none, as any field may have it. */
export function fieldOf(filters: readonly Filter[], parameter: string): string | undefined {
  const places = filters.flatMap((filter) => placesOf(filter, []));
  return places.find(({ name, field }) => name === parameter && field !== '')?.field;
}

function placesOf(value: unknown, path: readonly string[]): Place[] {
  if (typeof value === 'string') {
    const [part] = value.includes('${') ? parseTemplate(value) : [];
    if (part === undefined || typeof part === 'string') return [];
    const query = queryOf(path) ?? '';
    const field = query === 'multi_match' ? '' : (path[path.indexOf(query) + 1] ?? '');
    return [{ name: part.name, field }];
  }
  if (Array.isArray(value)) return value.flatMap((inner) => placesOf(inner, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...path, key]));
}

/** The filter with each placeholder as the value of its parameter: a JSON string, whatever is in it. */
export function bindFilter(filter: Filter, values: Readonly<Record<string, string>>): Filter {
  return bound(filter, values) as Filter;
}

function bound(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return boundText(value, values);
  if (Array.isArray(value)) return value.map((inner) => bound(inner, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, bound(inner, values)]));
}

function boundText(text: string, values: Readonly<Record<string, string>>): string {
  if (!text.includes('${')) return text;
  return parseTemplate(text)
    .map((part) => (typeof part === 'string' ? part : applyFilters(values[part.name] ?? '', part.filters)))
    .join('');
}

/** A filter in words for people: `log.level: error`, `host.name: web01 or host.name: web02`; a rare query by its name. */
export function filterWords(filter: Filter): string {
  const [query = '', inner] = Object.entries(filter)[0] ?? [];
  if (typeof inner !== 'object' || inner === null) return query;
  if (query === 'bool') return boolWords(inner as Readonly<Record<string, unknown>>);
  if (query === 'exists') return `has ${String((inner as { field?: unknown }).field)}`;
  if (query === 'multi_match' || query === 'query_string') return anyFieldWords(inner as Filter);
  if (!TAKES_VALUES.has(query)) return query;
  const [field = '', value] = Object.entries(inner)[0] ?? [];
  return `${field}: ${wordsOfValue(value)}`;
}

function anyFieldWords({ fields, query }: Filter): string {
  const names = listOfTexts(fields).join(' or ');
  return names === '' ? `"${String(query)}"` : `${names}: ${String(query)}`;
}

function listOfTexts(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === 'string');
}

function boolWords({ filter, must, should, must_not: not }: Readonly<Record<string, unknown>>): string {
  const all = [...listOf(filter), ...listOf(must)].map(filterWords);
  const any = [...new Set(listOf(should).map(filterWords))].join(' or ');
  const none = listOf(not).map((one) => `not ${filterWords(one)}`);
  return [...all, ...(any === '' ? [] : [any]), ...none].join(' and ');
}

function listOf(clauses: unknown): Filter[] {
  return [clauses].flat().filter((one): one is Filter => typeof one === 'object' && one !== null);
}

function wordsOfValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOfValue).join(' or ');
  if (typeof value !== 'object' || value === null) return String(value);
  const signs: Readonly<Record<string, string>> = { gte: '≥ ', gt: '> ', lte: '≤ ', lt: '< ', value: '', query: '' };
  return Object.entries(value)
    .flatMap(([key, inner]) => (key in signs ? [`${signs[key]}${String(inner)}`] : []))
    .join(' and ');
}
