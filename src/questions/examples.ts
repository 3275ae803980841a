/** Questions to try, made from the queries and hosts of this installation. */
import type { Catalog } from '../domain/catalog.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';
import { type KnownValues, listValues, type ValuesOf } from './known-values.ts';

/** What examples are made from. */
export interface ExampleDeps {
  readonly catalog: Catalog;
  readonly valuesOf: ValuesOf;
}

/** So many are shown. */
const COUNT = 3;
/** Definitions that are looked at; a bound on the lists that are fetched. */
const MAX_LOOKED_AT = 12;

/**
 * Up to three questions that can be asked as they are: one with a value, a ranking, one of another query. Where lists
 * cannot be had, the definitions' own examples.
 */
export async function exampleQuestions(
  { catalog, valuesOf }: ExampleDeps,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const queries = spread(catalog.queries);
  const known = await listValues(queries, valuesOf, signal);
  const withValue = queries.flatMap((query) => plainExample(catalog, query, known));
  const ranking = queries.filter((query) => isFleet(query, known)).map(({ id }) => `top 5 ${id} last 1h`);
  const bare = queries.filter(isComplete).map(({ id }) => `${id} last 5m`);
  const [first, second, ...more] = withValue;
  const candidates = [
    first,
    ranking[0],
    bare[0],
    second,
    ...more,
    ...bare,
    ...queries.flatMap(({ examples }) => examples),
  ];
  return [...new Set(candidates.filter((one) => one !== undefined))].slice(0, COUNT);
}

/** One example for a definition, with a value that exists: `cpu web01`. */
export function exampleOf(query: SavedQuery, known: KnownValues): string | undefined {
  const words = query.parameters.map((parameter) => exampleValue(query, parameter, known) ?? '');
  const isWhole = query.parameters.every(({ default: preset }, index) => preset !== undefined || words[index] !== '');
  return isWhole ? [query.id, ...words.filter(Boolean)].join(' ') : undefined;
}

/** A question of a definition that can be asked as it is: with a value that exists, else as the definition says. */
export async function askableExample(
  query: SavedQuery,
  valuesOf: ValuesOf,
  signal: AbortSignal,
): Promise<string | undefined> {
  const known = await listValues([query], valuesOf, signal);
  return exampleOf(query, known) ?? query.examples[0];
}

/** The value behind the one that the first example is about: for `vs web02` and `also web02`. */
export async function anotherValue(
  { catalog, valuesOf }: ExampleDeps,
  signal: AbortSignal,
): Promise<string | undefined> {
  const queries = spread(catalog.queries).slice(0, 1);
  const known = await listValues(queries, valuesOf, signal);
  for (const query of queries) {
    const parameter = query.parameters.find((one) => one.isMulti && one.default === undefined);
    const values = parameter && known(query, parameter);
    if (!parameter || values?.kind !== 'list') continue;
    const at = values.values.indexOf(exampleValue(query, parameter, known) ?? '');
    return values.values[at + 1] ?? values.values[at - 1];
  }
  return undefined;
}

/** A fleet first, then as written; each name once per source. */
function spread(queries: readonly SavedQuery[]): readonly SavedQuery[] {
  const needing = queries.filter((query) => !isComplete(query));
  const rest = queries.filter(isComplete);
  return [...needing.slice(0, MAX_LOOKED_AT), ...rest.slice(0, MAX_LOOKED_AT)];
}

function isComplete({ parameters }: SavedQuery): boolean {
  return parameters.every(({ default: preset }) => preset !== undefined);
}

function isFleet(query: SavedQuery, known: KnownValues): boolean {
  const [only, more] = query.parameters;
  if (!only || more || !only.isMulti || only.default !== undefined) return false;
  const values = known(query, only);
  return values.kind === 'list' && values.values.length > 1;
}

function plainExample(catalog: Catalog, query: SavedQuery, known: KnownValues): readonly string[] {
  if (isComplete(query)) return [];
  const example = exampleOf(query, known);
  const isPlain = example !== undefined && catalog.named(query.id).length > 0;
  return isPlain ? [`${example} last 1h`] : [];
}

/** The definition's own example where it exists, else the first value there is. */
function exampleValue(query: SavedQuery, parameter: Parameter, known: KnownValues): string | undefined {
  const values = known(query, parameter);
  const { example } = parameter;
  if (values.kind !== 'list') return example;
  return example !== undefined && values.values.includes(example) ? example : values.values[0];
}
