/** Meets typos: a word that is no known value is answered for the only one near, or the near ones are named. */
import { BotError } from '../domain/errors.ts';
import type { Parameter } from '../domain/saved-query.ts';
import { type Bound, bindWords, type UnusedWord, type Words } from './bind-words.ts';
import type { KnownValues } from './known-values.ts';
import { findNear, type Near, type Nearness } from './nearest.ts';
import { code, list } from './say.ts';
import type { Token } from './tokens.ts';
import { nounOf, pluralOf, withArticle } from './words.ts';

/** What came of correcting. */
export interface Corrected {
  readonly bounds: readonly Bound[];
  readonly notes: readonly string[];
}

interface Candidate extends Near {
  readonly parameter: Parameter;
}

const ORDER: Readonly<Record<Nearness, number>> = { same: 0, piece: 1, typo: 2 };
/** So many words are compared with all values; a question with more is talk. */
const MAX_CORRECTED = 8;
/** So many near names are listed. */
const MAX_LISTED = 5;

/**
 * Replaces each unused word by the only known value near to it.
 *
 * @param retry - gives the whole question with a word replaced, for suggestions
 * @throws BotError `ASK_AMBIGUOUS` when a word begins several values, `ASK_UNKNOWN_VALUE` when several are as near
 */
export function correctWords(
  bounds: readonly Bound[],
  words: Words,
  known: KnownValues,
  retry: (token: Token, replacement: string) => string,
): Corrected {
  const fewest = Math.min(...bounds.map(({ unused }) => unused.length));
  if (fewest === 0) return { bounds, notes: [] };
  const best = bounds.filter(({ unused }) => unused.length === fewest);
  const notes: string[] = [];
  let mended = words;
  for (const unused of best[0]?.unused.slice(0, MAX_CORRECTED) ?? []) {
    const candidates = best.flatMap((bound) => candidatesFor(unused, bound, known));
    const near = nearestOf(candidates);
    if (!near) continue;
    const [name, other] = near.names;
    if (name === undefined) continue;
    if (other !== undefined) throw severalNear(unused, near, retry);
    const noun = nounOf(near.parameter.name);
    if (near.how !== 'same') {
      notes.push(`${code(unused.text)} is not ${withArticle(noun)} I know. Showing ${code(name)}, the only one near.`);
    }
    mended = replaceWord(mended, unused, name);
  }
  if (mended === words) return { bounds, notes };
  return { bounds: bounds.map(({ query }) => bindWords(query, mended, known)), notes };
}

/** Near values of the parameters that may still take one. */
function candidatesFor(unused: UnusedWord, bound: Bound, known: KnownValues): readonly Candidate[] {
  return bound.query.parameters.flatMap((parameter) => {
    const isMeant = unused.parameter ? unused.parameter.name === parameter.name : isOpen(bound, parameter);
    const values = known(bound.query, parameter);
    if (!isMeant || values.kind !== 'list') return [];
    const near = findNear(unused.text, values.values) ?? begunBy(unused.text.replace(/s$/i, ''), values.values);
    return near ? [{ ...near, parameter }] : [];
  });
}

/** `webs` are those that `web` begins. */
function begunBy(word: string, values: readonly string[]): Near | undefined {
  const near = findNear(word, values);
  const isBegun =
    near?.how === 'piece' && near.names.every((name) => name.toLowerCase().startsWith(word.toLowerCase()));
  return isBegun ? near : undefined;
}

function isOpen({ given }: Bound, { name, isMulti }: Parameter): boolean {
  return isMulti || !given.has(name);
}

function nearestOf(candidates: readonly Candidate[]): Candidate | undefined {
  const [first] = [...candidates].sort((a, b) => ORDER[a.how] - ORDER[b.how]);
  if (!first) return undefined;
  const names = candidates.filter(({ how }) => how === first.how).flatMap((candidate) => candidate.names);
  return { ...first, names: [...new Set(names)] };
}

function replaceWord(words: Words, { token, parameter }: UnusedWord, name: string): Words {
  if (parameter) {
    const named = words.named.map((word) => (word.token === token ? { ...word, value: name } : word));
    return { ...words, named };
  }
  const replaced: Token = { ...token, text: name, lower: name.toLowerCase(), isQuoted: true };
  return { ...words, words: words.words.map((word) => (word === token ? replaced : word)) };
}

function severalNear(
  { token, text }: UnusedWord,
  { how, names, parameter }: Candidate,
  retry: (token: Token, replacement: string) => string,
): BotError {
  const nouns = pluralOf(nounOf(parameter.name));
  const suggestions = names.slice(0, MAX_LISTED).map((name) => retry(token, name));
  const begin = [text, text.replace(/s$/i, '')].find((one) =>
    names.every((name) => name.toLowerCase().startsWith(one.toLowerCase())),
  );
  const isBegun = how === 'piece' && begin !== undefined;
  if (!isBegun || !parameter.isMulti) {
    const noun = withArticle(nounOf(parameter.name));
    const near = list(names.slice(0, MAX_LISTED).map(code), 'or');
    return new BotError('ASK_UNKNOWN_VALUE', `${code(text)} is not ${noun} I know. Did you mean ${near}?`, {
      at: token.at,
      value: text,
      suggestions,
    });
  }
  const all = retry(token, `${begin}*`);
  const listed = names.length > MAX_LISTED ? `${names[0]} … ${names.at(-1)}` : list(names, 'or');
  const sentence = `${code(text)} could be ${listed} (${names.length} ${nouns}). One of them, or all: ${code(all)}`;
  return new BotError('ASK_AMBIGUOUS', sentence, { at: token.at, value: text, suggestions: [all, ...suggestions] });
}
