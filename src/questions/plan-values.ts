/** The values of a planned question: bound, mended, without what is left out, all of them for a ranking. */
import { BotError } from '../domain/errors.ts';
import type { Arguments, Ranking } from '../domain/question.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';
import { type Bound, bindWords, type Given, type Words } from './bind-words.ts';
import { refuseBadTimes, refuseLimits, refuseUnknownScope, refuseUnknownValues } from './check-plan.ts';
import { chooseVariant, rankedParameter } from './choose-variant.ts';
import { correctWords } from './correct-words.ts';
import type { Known, KnownValues } from './known-values.ts';
import type { Parts } from './parts.ts';
import type { Vocabulary } from './read-parts.ts';
import { code, codes, tidy } from './say.ts';
import type { Token } from './tokens.ts';
import { nounOf, pluralOf, withArticle } from './words.ts';

/** What is planned. */
export interface PlanInput {
  /** Definitions that the name may mean; at least one. */
  readonly variants: readonly SavedQuery[];
  /** The name as texts have it. */
  readonly name: string;
  readonly parts: Parts;
  /** The question as it was written, for suggestions. */
  readonly text: string;
  /**
   * Values of parameters that the question does not name, in place of their defaults. Only what a back end keeps has them;
   * there a bare word is part of the name, so values are always written with their keys.
   */
  readonly presets?: Arguments;
}

/** A definition with the words in it, and what to say about them. */
export interface Settled {
  readonly bound: Bound;
  /** All variants with the words in them. */
  readonly bounds: readonly Bound[];
  readonly notes: readonly string[];
}

/**
 * Binds the words to every variant, mends typos, chooses the variant.
 *
 * @throws BotError `ASK_…` for words that are neither values nor near one
 */
export function settle(input: PlanInput, known: KnownValues, vocabulary: Vocabulary): Settled {
  const { parts, variants, name, text } = input;
  const words: Words = parts;
  const bounds = variants.map((query) => bindWords(query, words, known));
  refuseBadTimes(bounds, name, vocabulary);
  refuseLimits(bounds, name);
  const retry = (token: Token, replacement: string) => replaceIn(text, token, replacement);
  const { bounds: corrected, notes } = correctWords(bounds, words, known, retry);
  const mended = comparable(corrected, parts, known);
  refuseUnknownScope(mended, text, vocabulary);
  const isRanked = parts.ranking !== undefined;
  refuseUnknownValues(mended, known, { name, isRanked });
  return { bound: chooseVariant(mended, { isRanked, known, text }), bounds: mended, notes };
}

/** Those variants that know what is compared with: `cpu vs web02` is not about this machine. */
function comparable(bounds: readonly Bound[], { comparison }: Parts, known: KnownValues): readonly Bound[] {
  if (comparison?.kind !== 'values') return bounds;
  const asked: Words = { words: comparison.words, soft: new Map(), named: [] };
  const knowing = bounds.filter(({ query }) => bindWords(query, asked, known).unused.length === 0);
  return knowing.length > 0 ? knowing : bounds;
}

/** What the values of a settled question are made from. */
export interface Settling {
  readonly input: PlanInput;
  readonly bound: Bound;
  readonly known: KnownValues;
  readonly ranking?: Ranking;
}

/** All values of a question, and how they are written. */
export interface PlannedValues {
  readonly arguments: Arguments;
  /** In the order of the definition's parameters. */
  readonly given: readonly Given[];
  /** The words behind values, where a pattern stands for them. */
  readonly asWritten?: Arguments;
  /** Values left out, where a pattern or a ranking would bring them back when the question is asked again. */
  readonly without: readonly string[];
  readonly notes: readonly string[];
}

/**
 * Works out the values of each parameter.
 *
 * @throws BotError `ASK_MISSING_ARGUMENT` when nothing is left of them
 */
export function planValues(settling: Settling): PlannedValues {
  const { input, bound } = settling;
  const { without } = input.parts;
  const more = without.length === 0 ? { given: [], notes: [] } : bindMore(without, settling);
  const removed = new Map(more.given.map(({ parameter, values }) => [parameter.name, values]));
  const given = bound.query.parameters.flatMap(({ name }) => {
    const own = bound.given.get(name);
    return own ? [leaveOut(own, removed.get(name) ?? [])] : [];
  });
  const globbed = given.filter(({ hasGlob }) => hasGlob);
  return {
    arguments: argumentsOf(settling, given, removed),
    given,
    ...(globbed.length > 0 && {
      asWritten: Object.fromEntries(globbed.map(({ parameter, written }) => [parameter.name, written])),
    }),
    without: [...removed].flatMap(([name, values]) => (bound.given.get(name)?.hasGlob === false ? [] : values)),
    notes: more.notes,
  };
}

function leaveOut(given: Given, removed: readonly string[]): Given {
  if (removed.length === 0) return given;
  const values = leftOf(given.values, removed);
  return { ...given, values, written: given.hasGlob ? given.written : values };
}

function leftOf(values: readonly string[], removed: readonly string[]): readonly string[] {
  const left = values.filter((value) => !removed.includes(value));
  if (left.length > 0) return left;
  throw new BotError('ASK_MISSING_ARGUMENT', `Without ${codes(removed)} nothing is left to show.`);
}

function argumentsOf(
  { input, bound, known, ranking }: Settling,
  given: readonly Given[],
  removed: ReadonlyMap<string, readonly string[]>,
): Arguments {
  const ranked = ranking && rankedParameter(bound, known);
  const entries = bound.query.parameters.map((parameter): [string, readonly string[]] => {
    const { name, default: preset } = parameter;
    const own = given.find((one) => one.parameter === parameter)?.values;
    if (own) return [name, own];
    if (parameter === ranked)
      return [
        name,
        leftOf(allOf(known(bound.query, parameter), parameter, bound.query.sourceName), removed.get(name) ?? []),
      ];
    return [name, input.presets?.[name] ?? (preset === undefined ? [] : [preset])];
  });
  return Object.fromEntries(entries);
}

/**
 * All values, or the pattern for all where any is taken.
 *
 * @throws BotError the source's own failure to list them, `ASK_MISSING_ARGUMENT` where it lists none
 */
function allOf(known: Known, { name }: Parameter, sourceName: string): readonly string[] {
  if (known.kind === 'list') return known.values;
  if (known.kind === 'free') return ['*'];
  if (known.failure) throw known.failure;
  throw new BotError('ASK_MISSING_ARGUMENT', `${code(sourceName)} knows no ${nounOf(name)}: there is nothing to rank.`);
}

/**
 * Binds further values of the chosen definition: those compared with, those left out.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` for a word that is no value
 */
function bindMore(
  words: readonly Token[],
  { bound, known, input }: Settling,
): { readonly given: readonly Given[]; readonly notes: readonly string[] } {
  const asked: Words = { words, soft: new Map(), named: [] };
  const retry = (token: Token, replacement: string) => replaceIn(input.text, token, replacement);
  const { bounds, notes } = correctWords([bindWords(bound.query, asked, known)], asked, known, retry);
  const [found] = bounds;
  if (!found || found.unused.length > 0) {
    throw unknownMore(found?.unused.map(({ token }) => token) ?? words, { bound, known, input });
  }
  return { given: [...found.given.values()], notes };
}

/** What a comparison names; words behind it that are no values are left unused. */
export function bindCompared(
  { words, more }: Extract<Parts['comparison'], { kind: 'values' }>,
  settling: Settling,
): { readonly given: readonly Given[]; readonly notes: readonly string[]; readonly unused: readonly string[] } {
  const first = bindMore(words, settling);
  if (more.length === 0) return { ...first, unused: [] };
  const asked: Words = { words: more, soft: new Map(), named: [] };
  const [found] = correctWords(
    [bindWords(settling.bound.query, asked, settling.known)],
    asked,
    settling.known,
    () => '',
  ).bounds;
  const unused = found?.unused.map(({ token }) => token) ?? [];
  const known = more.filter((word) => !unused.some(({ at }) => at === word.at));
  return { ...bindMore([...words, ...known], settling), unused: unused.map(({ text }) => text) };
}

/** The question without these words and the one before them: `cpu web* without blurb` → `cpu web*`. */
function withoutLead(text: string, at: number, end: number): string {
  return tidy(`${text.slice(0, at).replace(/\S+\s*$/, '')}${text.slice(end)}`);
}

function unknownMore(words: readonly Token[], { input: { parts, text }, bound: { query } }: Settling): BotError {
  const nouns = nounOf(query.parameters[0]?.name ?? 'value');
  const [first] = words;
  const isCompared =
    parts.comparison?.kind === 'values' && first !== undefined && parts.comparison.words.includes(first);
  const isNone = words.length === 1 ? `is not ${withArticle(nouns)}` : `are not ${pluralOf(nouns)}`;
  const what = `${codes(words.map((word) => word.text))} ${isNone} I know`;
  const end = words.at(-1)?.end ?? 0;
  const instead = (time: string) => tidy(`${text.slice(0, first?.at ?? 0)}${time}${text.slice(end)}`);
  return new BotError('ASK_UNKNOWN_VALUE', isCompared ? `${what} and no earlier time.` : `${what}.`, {
    at: first?.at ?? 0,
    value: first?.text,
    suggestions: isCompared ? [instead('yesterday'), instead('last week')] : [withoutLead(text, first?.at ?? 0, end)],
  });
}

/** The text with one word replaced; behind a key the key stays. */
function replaceIn(text: string, token: Token, replacement: string): string {
  const key = /^[^=]+=/.exec(token.isQuoted ? '' : token.text)?.[0] ?? '';
  return tidy(`${text.slice(0, token.at)}${key}${replacement}${text.slice(token.end)}`);
}
