/** From the parts of a question to one that can be answered: variant, values, window, comparison, ranking. */
import { BotError } from '../domain/errors.ts';
import type { Arguments, Comparison, Question, Ranking } from '../domain/question.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { type Bound, bindWords, type Given, type Words } from './bind-words.ts';
import {
  checkAmount,
  checkLength,
  checkMissing,
  rankingOf,
  refuseBadTimes,
  refuseUnknownValues,
} from './check-plan.ts';
import { chooseVariant, rankedParameter } from './choose-variant.ts';
import { correctWords } from './correct-words.ts';
import type { Known, KnownValues } from './known-values.ts';
import { readTimeRange } from './parse-time-range.ts';
import type { Parts } from './parts.ts';
import type { Vocabulary } from './read-parts.ts';
import { comparedRange } from './resolve-comparison.ts';
import { type ResolvedTime, resolveTime } from './resolve-time.ts';
import { code, list } from './say.ts';
import type { Token } from './tokens.ts';
import { nounOf, pluralOf, withArticle } from './words.ts';
import { writeQuestion, writeValue } from './write-question.ts';

/** What is planned. */
export interface PlanInput {
  /** Definitions that the name may mean; at least one. */
  readonly variants: readonly SavedQuery[];
  /** The name as texts have it. */
  readonly name: string;
  readonly parts: Parts;
  /** The question as it was written, for suggestions. */
  readonly text: string;
}

/** A question, and how sure it is that it is one. */
export interface Planned {
  readonly question: Question;
  /** Words that nothing understood; a bare line with such words was not meant for the bot. */
  readonly unused: readonly string[];
}

/**
 * Plans a question.
 *
 * @throws BotError `ASK_…` with suggestions that work
 */
export function planQuestion(input: PlanInput, known: KnownValues, vocabulary: Vocabulary): Planned {
  const { parts } = input;
  const { bound, notes } = settle(input, known, vocabulary);
  const shown = Object.assign({}, ...bound.shown.map(({ looks }) => looks)) as Parts['looks'];
  const looks = { ...parts.looks, ...shown };
  const output = parts.output ?? bound.shown.find((one) => one.output)?.output ?? 'chart';
  const ranking = rankingOf(parts.ranking, bound.query, input.text);
  const without = leftOut({ ...input, bound, known });
  const full: Full = { ...input, bound, known, vocabulary, without, ...(ranking && { ranking }) };
  const given = givenWithout(full);
  checkMissing({ bound, known, name: input.name, isRanked: ranking !== undefined, vocabulary });
  const args = argumentsOf(full, given);
  const written = {
    name: input.name,
    given: [...given.values()],
    without: textOfWithout(full),
    ...(parts.scope && { scope: parts.scope.text }),
    ...(ranking && { ranking }),
  };
  checkAmount(args, ranking, bound, written, vocabulary);
  const time = rangeOf(parts, bound.query, vocabulary);
  checkLength(time.range, parts.time?.phrase, bound.query, (rangeText) =>
    writeQuestion({ ...written, rangeText }, vocabulary),
  );
  const comparison = comparisonOf(full, args, time.range);
  const said = saidOf(full, given);
  const question: Question = {
    query: bound.query,
    arguments: args,
    ...(said && { asWritten: said }),
    range: time.range,
    ...(comparison && { comparison }),
    ...(ranking && { ranking }),
    output,
    looks: { ...bound.query.looks, ...looks },
    ...(Object.keys(looks).length > 0 && { askedLooks: looks }),
    ...(parts.scope && { scope: parts.scope.text }),
    notes: [...notes, ...time.notes, ...uncheckedNote(bound), ...unusedNote(bound)],
    text: writeQuestion(
      {
        ...written,
        rangeText: time.range.text,
        ...(comparison && { comparison: comparison.label }),
        output,
        looks,
      },
      vocabulary,
    ),
  };
  return { question, unused: bound.unused.map(({ text }) => text) };
}

interface Full extends PlanInput {
  readonly bound: Bound;
  readonly known: KnownValues;
  readonly vocabulary: Vocabulary;
  readonly ranking?: Ranking;
  readonly without: Arguments;
}

/** Binds the words to every variant, mends typos, chooses the variant. */
function settle(
  input: PlanInput,
  known: KnownValues,
  vocabulary: Vocabulary,
): { bound: Bound; notes: readonly string[] } {
  const { parts, variants, name, text } = input;
  const words: Words = parts;
  const bounds = variants.map((query) => bindWords(query, words, known));
  refuseBadTimes(bounds, name, vocabulary);
  const retry = (token: Token, replacement: string) => replaceIn(text, token, replacement);
  const { bounds: mended, notes } = correctWords(bounds, words, known, retry);
  refuseUnknownValues(mended, known, name);
  const isRanked = parts.ranking !== undefined;
  return { bound: chooseVariant(mended, { isRanked, known, text }), notes };
}

/** The text with one word replaced; behind a key the key stays. */
function replaceIn(text: string, token: Token, replacement: string): string {
  const key = /^[^=]+=/.exec(token.isQuoted ? '' : token.text)?.[0] ?? '';
  return `${text.slice(0, token.at)}${key}${replacement}${text.slice(token.end)}`.replace(/\s+/g, ' ').trim();
}

/** Values to leave out, by parameter. */
function leftOut(full: PlanInput & Pick<Full, 'bound' | 'known'>): Arguments {
  const { without } = full.parts;
  if (without.length === 0) return {};
  return Object.fromEntries(bindMore(without, full).map(({ parameter, values }) => [parameter.name, values]));
}

/** What was given, without what is left out; a pattern stays as it was written. */
function givenWithout({ bound, without }: Full): ReadonlyMap<string, Given> {
  const left = new Map(bound.given);
  for (const [name, removed] of Object.entries(without)) {
    const given = left.get(name);
    if (!given) continue;
    const values = given.values.filter((value) => !removed.includes(value));
    if (values.length === 0) {
      throw new BotError('ASK_MISSING_ARGUMENT', `Without ${list(removed.map(code))} nothing is left to show.`);
    }
    const written = given.hasGlob ? given.written : values;
    left.set(name, { ...given, values, written });
  }
  return left;
}

function argumentsOf({ bound, known, ranking, without }: Full, given: ReadonlyMap<string, Given>): Arguments {
  const ranked = ranking && rankedParameter(bound, known);
  const entries = bound.query.parameters.map((parameter): [string, readonly string[]] => {
    const own = given.get(parameter.name)?.values;
    if (own) return [parameter.name, own];
    if (parameter === ranked) {
      const removed = without[parameter.name] ?? [];
      return [parameter.name, allOf(known(bound.query, parameter)).filter((value) => !removed.includes(value))];
    }
    return [parameter.name, parameter.default === undefined ? [] : [parameter.default]];
  });
  return Object.fromEntries(entries);
}

/** All values, or the pattern for all where they could not be listed. */
function allOf(known: Known): readonly string[] {
  return known.kind === 'list' ? known.values : ['*'];
}

/** The words behind values, where a pattern stands for them. */
function saidOf({ bound }: Full, given: ReadonlyMap<string, Given>): Arguments | undefined {
  const globbed = [...given].filter(([, one]) => one.hasGlob && bound.given.has(one.parameter.name));
  return globbed.length === 0 ? undefined : Object.fromEntries(globbed.map(([name, { written }]) => [name, written]));
}

function rangeOf(parts: Parts, query: SavedQuery, { nowMs, zone }: Vocabulary): ResolvedTime {
  return parts.time ? resolveTime(parts.time.phrase, nowMs, zone) : readTimeRange(query.rangeText, nowMs, zone);
}

function comparisonOf(full: Full, args: Arguments, range: Question['range']): Comparison | undefined {
  const words = full.parts.comparison;
  if (!words || words.kind === 'none') return undefined;
  if (words.kind !== 'values') {
    return { kind: 'range', range: comparedRange(words, range, full.vocabulary.nowMs), label: words.label };
  }
  const given = bindMore(words.words, full);
  const label = given.flatMap(({ written }) => written.map((word) => writeValue(word, full.vocabulary))).join(', ');
  const values = Object.fromEntries(given.map((one) => [one.parameter.name, one.values]));
  return { kind: 'arguments', arguments: { ...args, ...values }, label };
}

/** Binds further values of the chosen definition: those compared with, those left out. */
function bindMore(words: readonly Token[], { bound, known, text }: PlanInput & Pick<Full, 'bound' | 'known'>): Given[] {
  const asked: Words = { words, soft: new Map(), named: [] };
  const retry = (token: Token, replacement: string) => replaceIn(text, token, replacement);
  const [found] = correctWords([bindWords(bound.query, asked, known)], asked, known, retry).bounds;
  if (!found || found.unused.length > 0) throw unknownMore(words, bound.query);
  return [...found.given.values()];
}

function unknownMore(words: readonly Token[], query: SavedQuery): BotError {
  const what = list(words.map(({ text }) => code(text)));
  const noun = withArticle(nounOf(query.parameters[0]?.name ?? 'value'));
  const works = 'A comparison may be `vs yesterday`, `vs last week` or another value.';
  return new BotError('ASK_UNKNOWN_VALUE', `${what} is not ${noun} I know and no earlier time. ${works}`, {
    at: words[0]?.at ?? 0,
    value: words[0]?.text,
  });
}

/** Values left out must be said again only where a pattern or a ranking would bring them back. */
function textOfWithout({ bound, without }: Full): readonly string[] {
  return Object.entries(without).flatMap(([name, values]) => (bound.given.get(name)?.hasGlob === false ? [] : values));
}

function uncheckedNote({ unchecked, query }: Bound): readonly string[] {
  if (unchecked.length === 0) return [];
  const nouns = pluralOf(nounOf(query.parameters.find(({ values }) => values !== undefined)?.name ?? 'value'));
  return [
    `I could not list the ${nouns} of ${code(query.sourceName)}, so ${list(unchecked.map(code))} is taken as typed.`,
  ];
}

function unusedNote({ unused }: Bound): readonly string[] {
  if (unused.length === 0) return [];
  return [`I used everything but ${list(unused.map(({ text }) => code(text)))}.`];
}
