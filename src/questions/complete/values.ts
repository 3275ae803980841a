/** Values of a query's parameters as ways to go on. */
import type { Parameter, SavedQuery } from '../../domain/saved-query.ts';
import { type KnownValues, listValues, type ValuesOf } from '../known-values.ts';
import type { Vocabulary } from '../read-parts.ts';
import { nounOf } from '../words.ts';
import { writeValue } from '../write-question.ts';
import type { Fragment } from './fragment.ts';
import type { CompletionItem } from './item.ts';

/** Of a long list those that fit are looked for; so many are written out. */
const WRITTEN_MAX = 60;
/** Values that are looked through. */
const LOOKED_AT_MAX = 10_000;

/**
 * Values that are not said yet, those of the parameter that is filled next first. Where a list cannot be had in time, the
 * definition's own example stands for it.
 */
export async function valueItems(
  variants: readonly SavedQuery[],
  { before, after, typed, key }: Fragment,
  vocabulary: Vocabulary,
  valuesOf: ValuesOf,
  signal: AbortSignal,
): Promise<readonly CompletionItem[]> {
  const known = await listValues(variants, valuesOf, signal);
  const said = new Set([...before, ...after].map(({ lower }) => lower.replace(/^[^=]*=/, '')));
  const parameters = fittingVariants(variants, said, known).flatMap((query) =>
    query.parameters.map((parameter) => ({ query, parameter })),
  );
  const wanted = parameters.filter(({ parameter }) => key === undefined || parameter.name.toLowerCase() === key);
  return wanted.flatMap(({ query, parameter }) => {
    const values = valuesFor(query, parameter, known);
    if (!parameter.isMulti && values.some((value) => said.has(value.toLowerCase()))) return [];
    return values
      .filter((value) => !said.has(value.toLowerCase()) && value.toLowerCase().includes(typed))
      .slice(0, WRITTEN_MAX)
      .map((value): CompletionItem => {
        const title = `${nounOf(parameter.name)} · ${query.sourceName}`;
        return { text: writeValue(value, vocabulary), kind: 'value', title };
      });
  });
}

/** Where a value was said, the variants that know most of what was said: others cannot answer any more. */
function fittingVariants(
  variants: readonly SavedQuery[],
  said: ReadonlySet<string>,
  known: KnownValues,
): readonly SavedQuery[] {
  const counts = variants.map((query) => {
    const values = query.parameters.flatMap((parameter) => valuesFor(query, parameter, known));
    return new Set(values.map((value) => value.toLowerCase()).filter((value) => said.has(value))).size;
  });
  const most = Math.max(0, ...counts);
  return variants.filter((_query, index) => counts[index] === most);
}

function valuesFor(query: SavedQuery, parameter: Parameter, known: KnownValues): readonly string[] {
  const values = known(query, parameter);
  if (values.kind === 'list') return values.values.slice(0, LOOKED_AT_MAX);
  return parameter.example === undefined ? [] : [parameter.example];
}
