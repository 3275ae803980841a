/** Of several definitions with one name, the one that the words mean. */
import { BotError } from '../domain/errors.ts';
import type { Parameter } from '../domain/saved-query.ts';
import type { Bound } from './bind-words.ts';
import type { KnownValues } from './known-values.ts';
import { code, codes, list, tidy } from './say.ts';

/** What the choice depends on beside the words. */
export interface Choice {
  readonly isRanked: boolean;
  readonly known: KnownValues;
  /** The question as it was written, for suggestions. */
  readonly text: string;
}

/**
 * Chooses the variant whose known values hold the words; without words the one that needs none; for `top` and
 * patterns a fleet rather than one machine.
 *
 * @throws BotError `ASK_AMBIGUOUS` when several would do, or each knows only some of the words
 */
export function chooseVariant(bounds: readonly Bound[], { isRanked, known, text }: Choice): Bound {
  let left = least(bounds, ({ unused }) => unused.length);
  left = least(left, ({ matched }) => -matched);
  if (isRanked || left.some(hasGlob)) left = prefer(left, (bound) => isFleet(bound, isRanked, known));
  left = least(left, (bound) => missingIn(bound, isRanked, known).length);
  if (isRanked && !left.some((bound) => isFleet(bound, isRanked, known))) {
    left = least(left, (bound) => -sizeOf(bound, known));
  }
  const [first, ...others] = left;
  if (first && others.length > 0 && first.unused.length > 0 && first.matched > 0) throw scattered(left, text);
  if (first && (others.length === 0 || missingIn(first, isRanked, known).length > 0)) return first;
  throw ambiguous(left, text);
}

/** The parameter that `top` ranks by: the first that may have many values and was not given plain ones. */
export function rankedParameter({ query, given }: Bound, known: KnownValues): Parameter | undefined {
  const several = query.parameters.filter((parameter) => parameter.isMulti && known(query, parameter).kind !== 'free');
  return several.find(({ name }) => given.get(name)?.hasGlob ?? !given.has(name));
}

/** Parameters without a value: nothing given, no default, not ranked. */
export function missingIn(bound: Bound, isRanked: boolean, known: KnownValues): readonly Parameter[] {
  const ranked = isRanked ? rankedParameter(bound, known) : undefined;
  return bound.query.parameters.filter(
    (parameter) => parameter.default === undefined && !bound.given.has(parameter.name) && parameter !== ranked,
  );
}

function hasGlob({ given }: Bound): boolean {
  return [...given.values()].some((one) => one.hasGlob);
}

function isFleet(bound: Bound, isRanked: boolean, known: KnownValues): boolean {
  const ranked = isRanked ? rankedParameter(bound, known) : undefined;
  const globbed = [...bound.given.values()].find((one) => one.hasGlob)?.parameter;
  const parameter = ranked ?? globbed;
  return parameter !== undefined && parameter.default === undefined;
}

function sizeOf(bound: Bound, known: KnownValues): number {
  const parameter = rankedParameter(bound, known);
  const values = parameter && known(bound.query, parameter);
  return values?.kind === 'list' ? values.values.length : 0;
}

function least(bounds: readonly Bound[], cost: (bound: Bound) => number): readonly Bound[] {
  const lowest = Math.min(...bounds.map(cost));
  return bounds.filter((bound) => cost(bound) === lowest);
}

function prefer(bounds: readonly Bound[], isPreferred: (bound: Bound) => boolean): readonly Bound[] {
  const preferred = bounds.filter(isPreferred);
  return preferred.length > 0 ? preferred : bounds;
}

/** More sources than this are not listed. */
const MAX_LISTED = 6;

function ambiguous(bounds: readonly Bound[], text: string): BotError {
  const id = bounds[0]?.query.id ?? '';
  const scopes = scopesOf(bounds).slice(0, MAX_LISTED);
  const suggestions = scopes.map((scope) => tidy(`${text} ${scope}`));
  const where = list(
    scopes.map((scope) => code(scope)),
    'or',
  );
  const owners = new Set(bounds.map(({ query }) => query.sourceName)).size > 1 ? 'sources' : 'packs';
  return new BotError('ASK_AMBIGUOUS', `${code(id)} is known to several ${owners}. Say which: ${where}.`, {
    suggestions,
  });
}

/** `cpu laptop web01`: each is known, to another source. */
function scattered(bounds: readonly Bound[], text: string): BotError {
  const words = [...new Set(bounds.flatMap(({ unused }) => unused.map((one) => one.text)))];
  const suggestions = bounds.map(({ unused }) => withoutWords(text, unused)).slice(0, MAX_LISTED);
  return new BotError('ASK_AMBIGUOUS', `No source knows all of ${codes(words)}. Ask one by one.`, {
    suggestions,
  });
}

function withoutWords(text: string, unused: Bound['unused']): string {
  let left = text;
  for (const { token } of unused.toSorted((a, b) => b.token.at - a.token.at)) {
    left = `${left.slice(0, token.at)}${left.slice(token.end)}`;
  }
  return tidy(left);
}

/** What tells the variants apart: their sources, else their packs. */
function scopesOf(bounds: readonly Bound[]): readonly string[] {
  const onSources = new Set(bounds.map(({ query }) => `on ${query.sourceName}`));
  return onSources.size === bounds.length ? [...onSources] : bounds.map(({ query }) => `in ${query.pack}`);
}
