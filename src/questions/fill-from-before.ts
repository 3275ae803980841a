/** `load` behind `cpu web01`: a query that is named alone is asked of what the conversation is about. */
import type { Catalog } from '../domain/catalog.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { bindWords } from './bind-words.ts';
import { namedWords, type RememberedQuestion } from './follow-up.ts';
import { type KnownValues, listValues, type ValuesOf } from './known-values.ts';
import type { Parts } from './parts.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import { tokenize } from './tokens.ts';

/** What is asked, and the definitions that it may be asked of. */
export interface Asked {
  readonly parts: Parts;
  readonly variants: readonly SavedQuery[];
}

/** What the question before is read by. */
export interface BeforeDeps {
  readonly catalog: Catalog;
  readonly valuesOf: ValuesOf;
  readonly vocabulary: Vocabulary;
}

/** The variants that answered a question. */
export function answeredBefore({ query, source, pack }: RememberedQuestion, catalog: Catalog): readonly SavedQuery[] {
  return catalog.named(query).filter((one) => one.sourceName === source && one.pack === (pack ?? one.pack));
}

/**
 * Adds the values and the window of the question before, where a variant needs those values: `problems` alone is those of all. Nothing
 * is added to a question that has values of its own, or ranks. Free texts stay with the question that they were said in.
 */
export async function filledFromBefore(
  asked: Asked,
  known: KnownValues,
  remembered: RememberedQuestion | undefined,
  { catalog, valuesOf, vocabulary }: BeforeDeps,
  signal: AbortSignal,
): Promise<Asked> {
  const { parts, variants } = asked;
  const [before] = remembered && !parts.ranking ? answeredBefore(remembered, catalog) : [];
  if (!remembered || !before || !variants.every((query) => isBare(query, parts, known))) return asked;
  const oldParts = readParts(tokenize(remembered.text), vocabulary);
  const { given } = bindWords(before, oldParts, await listValues([before], valuesOf, signal));
  const { scope, time } = oldParts;
  const isNear = ({ sourceName }: SavedQuery) => !scope || parts.scope || sourceName === remembered.source;
  for (const query of variants.filter(isNear)) {
    const taken = [...given.values()].filter(({ parameter: { name } }) =>
      query.parameters.some((one) => one.name === name && one.type !== 'text' && one.default === undefined),
    );
    const named = taken.flatMap(namedWords);
    const { unused } = bindWords(query, { words: [], soft: new Map(), named }, known);
    if (named.length === 0 || unused.length > 0) continue;
    return { parts: { ...(time && { time }), ...(scope && { scope }), ...parts, named }, variants: [query] };
  }
  return asked;
}

function isBare(query: SavedQuery, parts: Parts, known: KnownValues): boolean {
  const { given, unused } = bindWords(query, parts, known);
  return given.size + unused.length === 0;
}
