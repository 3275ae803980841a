/** What a question may not be: without an argument, too long, too much; each refused with something that works. */
import { BotError } from '../domain/errors.ts';
import type { Arguments, Ranking } from '../domain/question.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { type Bound, isNounOf } from './bind-words.ts';
import { missingIn } from './choose-variant.ts';
import type { KnownValues } from './known-values.ts';
import { findNear } from './nearest.ts';
import type { RankingWords } from './parts.ts';
import { notATime, type Vocabulary } from './read-parts.ts';
import { code, codes, list, tidy } from './say.ts';
import { amountsInWords, type TimePhrase } from './time-phrase.ts';
import type { Token } from './tokens.ts';
import {
  CLOCK_WORDS,
  DAY_WORDS,
  MONTH_WORDS,
  nounOf,
  ORPHAN_TIME_WORDS,
  PART_HOURS,
  pluralOf,
  SHORT_WEEKDAY_WORDS,
  UNIT_WORDS,
  WEEKDAY_WORDS,
  withArticle,
} from './words.ts';
import { type WrittenQuestion, writeQuestion, writeValue } from './write-question.ts';
import { FOREIGN_TIME_WORDS, VAGUE_ZONE_WORDS, ZONE_WORDS } from './zone-words.ts';

/** One chart reads at most so many series; the design's limit. */
const MAX_SERIES = 500;
/** A ranking draws few of what it reads: 200 points each of so many are the million that one fetch may have. */
const MAX_RANKED_SERIES = 5_000;
/** More bars or lines than this cannot be told apart. */
const MAX_RANKING_COUNT = 50;
/** `top cpu` without a number. */
const DEFAULT_RANKING_COUNT = 5;

/**
 * Refuses words that look like a time and are none.
 *
 * @throws BotError `ASK_BAD_RANGE` for `1x`, and for `last` without a time
 */
export function refuseBadTimes(bounds: readonly Bound[], name: string, vocabulary: Vocabulary): void {
  const [fewest] = [...bounds].sort((a, b) => a.unused.length - b.unused.length);
  const culprit = badTime(fewest?.unused.map(({ token }) => token) ?? []);
  if (!fewest || !culprit) return;
  throw notATime(culprit, writeQuestion({ name, given: fewest.given.values() }, vocabulary));
}

/** The first word that looks like a time and is none; behind `last` and its like it is the next one. */
export function badTime(tokens: readonly Token[]): Token | undefined {
  // `may I see` is speech
  const index = tokens.findIndex((token) => looksLikeTime(token) && (token.lower !== 'may' || token.at > 0));
  const [token, next] = index < 0 ? [] : tokens.slice(index);
  return token && ORPHAN_TIME_WORDS.has(token.lower) && next ? next : token;
}

/**
 * Refuses `above 35`: values are shown and ranked, never picked by a limit.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE`
 */
export function refuseLimits(bounds: readonly Bound[], name: string): void {
  const unused = bounds[0]?.unused.map(({ token }) => token) ?? [];
  const at = unused.findIndex(({ lower, isQuoted }) => !isQuoted && /^(?:above|below|under|exceeding)$/.test(lower));
  const [word, limit] = at < 0 ? [] : unused.slice(at);
  if (!word || !limit || !/^\d/.test(limit.lower)) return;
  const ranked = `top ${DEFAULT_RANKING_COUNT} ${name}`;
  const said = code(`${word.text} ${limit.text}`);
  throw new BotError(
    'ASK_UNKNOWN_VALUE',
    `Values cannot be picked by a limit, as ${said}. ${code(ranked)} ranks them.`,
    {
      at: word.at,
      suggestions: [ranked],
    },
  );
}

/**
 * Refuses `in stagin` and `on graphite-uk`: words behind `in` and `on` that are near to a source and to nothing else.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE`
 */
export function refuseUnknownScope(bounds: readonly Bound[], text: string, { sources }: Vocabulary): void {
  const names = sources.flatMap(({ name, env }) => (env === undefined ? [name] : [name, env]));
  for (const { token } of bounds[0]?.unused ?? []) {
    const lead = /(?:^|\s)(on|in)\s+$/i.exec(text.slice(Math.max(0, token.at - MAX_LEAD_CHARS), token.at))?.[1];
    const near = lead === undefined || token.isQuoted ? undefined : findNear(token.text, names);
    if (!near || near.names.length > MAX_EXAMPLES) continue;
    const scopes = near.names.map((name) => `${sources.some((source) => source.name === name) ? 'on' : 'in'} ${name}`);
    const start = text.slice(0, token.at).replace(/\S+\s+$/, '');
    throw new BotError('ASK_UNKNOWN_VALUE', `No source is called ${code(token.text)}. Near: ${codes(scopes)}.`, {
      at: token.at,
      value: token.text,
      suggestions: scopes.map((scope) => tidy(`${start}${scope}${text.slice(token.end)}`)),
    });
  }
}

/** `on` and the blanks behind it. */
const MAX_LEAD_CHARS = 16;

/**
 * Refuses a word that was meant as a value and is none; beside values that were found, or all of them
 * for a ranking, it is only named in a note.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE`
 */
export function refuseUnknownValues(
  bounds: readonly Bound[],
  known: KnownValues,
  { name, isRanked }: { readonly name: string; readonly isRanked: boolean },
): void {
  if (isRanked || bounds.some(({ unused, matched }) => unused.length === 0 || matched > 0)) return;
  for (const { query, unused } of bounds) {
    // `errors per service` has no value yet, which is said as such
    const required = query.parameters.filter((one) => one.default === undefined);
    const [first] = unused.filter(({ token }) => !required.some((one) => isNounOf(one, token)));
    const parameter = first?.parameter ?? query.parameters.find((one) => known(query, one).kind === 'list');
    if (!first || !parameter) continue;
    const [example, ...more] = examplesOf(bounds, parameter.name, known);
    const noun = withArticle(nounOf(parameter.name));
    const works = example === undefined ? '' : ` ${code(`${name} ${example}`)} works.`;
    const [, key] =
      first.parameter || first.token.isQuoted ? [] : (/^(\p{L}[\p{L}\p{N}_-]{0,63})=/u.exec(first.text) ?? []);
    if (key !== undefined && query.parameters.every((one) => one.name !== key)) {
      const takes = list(
        query.parameters.map((one) => code(one.name)),
        'or',
      );
      throw new BotError('ASK_UNKNOWN_VALUE', `${code(name)} takes no ${code(key)}, only ${takes}.${works}`, {
        at: first.token.at,
        value: first.text,
        suggestions: example === undefined ? [] : [`${name} ${example}`],
      });
    }
    throw new BotError('ASK_UNKNOWN_VALUE', `${code(first.text)} is not ${noun} I know.${works}`, {
      at: first.token.at,
      value: first.text,
      suggestions: [example, ...more].filter((one) => one !== undefined).map((one) => `${name} ${one}`),
    });
  }
}

/** Digits with letters behind them, a clock, a date, or a word that announces a time. */
function looksLikeTime({ lower, isQuoted }: Token): boolean {
  if (isQuoted) return false;
  return (
    ORPHAN_TIME_WORDS.has(lower) ||
    isTimeWord(lower) ||
    // `PST`, `Europe/Berln`
    VAGUE_ZONE_WORDS.has(lower) ||
    /^(?:africa|america|asia|atlantic|australia|etc|europe|pacific)\/./.test(lower) ||
    // a year
    /^(?:19[7-9]|20\d)\d$/.test(lower) ||
    /^[+-]?\d{1,9}(?:\.\d{1,9})?[a-z]{1,8}$/.test(lower) ||
    /^[+-]?\d{1,4}[:/]\d{1,4}(?:\D|$)/.test(lower) ||
    /^\d{4}-\d{1,2}/.test(lower) ||
    // `14h30`, `9-17`, `9.30-10.30`, `20.11`, seconds since 1970
    /^\d{1,2}(?:h\d{2}|[-.]\d{1,2}(?:-\d{1,2}(?:\.\d{2})?)?)$/.test(lower) ||
    /^\d{10,13}$/.test(lower)
  );
}

/** Words that are part of every time that holds them, left over. */
const TIME_TABLES: readonly object[] = [
  ZONE_WORDS,
  FOREIGN_TIME_WORDS,
  SHORT_WEEKDAY_WORDS,
  WEEKDAY_WORDS,
  DAY_WORDS,
  PART_HOURS,
  CLOCK_WORDS,
];

function isTimeWord(lower: string): boolean {
  const isUnit = lower.length > 2 && Object.hasOwn(UNIT_WORDS, lower);
  return isUnit || MONTH_WORDS.has(lower) || TIME_TABLES.some((table) => Object.hasOwn(table, lower));
}

/** How many examples a refusal has. */
const MAX_EXAMPLES = 3;

/** Values that one variant alone knows, of fleets first, so that naming one leaves no doubt. */
function examplesOf(bounds: readonly Bound[], name: string, known: KnownValues): readonly string[] {
  const lists = bounds.flatMap(({ query }) => {
    const parameter = query.parameters.find((one) => one.name === name);
    const values = parameter && known(query, parameter);
    if (!parameter || values?.kind === 'free') return [];
    const { example } = parameter;
    const listed = values?.kind === 'list' ? values.values : [];
    const isReal = example !== undefined && (values?.kind !== 'list' || listed.includes(example));
    return [{ isFleet: parameter.default === undefined, values: isReal ? [example, ...listed] : listed }];
  });
  const fleets = lists.some(({ isFleet }) => isFleet) ? lists.filter(({ isFleet }) => isFleet) : lists;
  const own = fleets.map(({ values }) =>
    values.filter((value) => fleets.every((other) => other.values === values || !other.values.includes(value))),
  );
  const ranks = Array.from({ length: MAX_EXAMPLES }, (_, rank) => own.map((values) => values[rank]));
  return [...new Set(ranks.flat().filter((value) => value !== undefined))].slice(0, MAX_EXAMPLES);
}

/** What {@link checkMissing} looks at. */
export interface Completeness {
  readonly bound: Bound;
  /** All variants, for examples. */
  readonly bounds: readonly Bound[];
  readonly known: KnownValues;
  readonly name: string;
  readonly isRanked: boolean;
  readonly vocabulary: Vocabulary;
  /** The question as it was written, and where the name stood in it. */
  readonly text: string;
  readonly nameToken: Token | undefined;
}

/** @throws BotError `ASK_MISSING_ARGUMENT` when a parameter has neither value nor default */
export function checkMissing(completeness: Completeness): void {
  const { bound, bounds, known, name, isRanked, vocabulary } = completeness;
  const [missing] = missingIn(bound, isRanked, known);
  if (!missing) return;
  const { query } = bound;
  const fleets = bounds.filter((one) => missingIn(one, isRanked, known).length > 0);
  const suggestions = examplesOf(fleets, missing.name, known)
    .slice(0, Math.max(1, Math.min(fleets.length, MAX_EXAMPLES)))
    .map((value) => withValue(completeness, writeValue(value, vocabulary)));
  const isOnlyFleet = fleets.length === 1 && missing.isMulti && known(query, missing).kind === 'list';
  if (isOnlyFleet) suggestions.push(...forAll(completeness));
  const noun = withArticle(nounOf(missing.name));
  const works = suggestions.length === 0 ? '' : ` For example ${list(suggestions.map(code), 'or')}.`;
  throw new BotError('ASK_MISSING_ARGUMENT', `${code(name)} needs ${noun}.${works}`, {
    parameter: missing.name,
    suggestions,
  });
}

/** The question with a value behind its name. */
function withValue({ bound, name, text, nameToken, vocabulary }: Completeness, value: string): string {
  if (!nameToken) return writeQuestion({ name: `${name} ${value}`, given: bound.given.values() }, vocabulary);
  return tidy(`${text.slice(0, nameToken.end)} ${value}${text.slice(nameToken.end)}`);
}

function forAll(completeness: Completeness): readonly string[] {
  const all = withValue(completeness, '*');
  const ranked = tidy(`top ${DEFAULT_RANKING_COUNT} ${completeness.text}`);
  return completeness.bound.given.size === 0 ? [all, ranked] : [all];
}

/** @throws BotError `ASK_TOO_MUCH` when one chart or one ranking would read too many series */
export function checkAmount(
  args: Arguments,
  ranking: Ranking | undefined,
  { query }: Bound,
  written: WrittenQuestion,
  vocabulary: Vocabulary,
): void {
  const series = query.parameters.reduce((product, { name }) => product * (args[name]?.length ?? 1), 1);
  const limit = ranking ? MAX_RANKED_SERIES : MAX_SERIES;
  if (series <= limit) return;
  const widest = [...query.parameters].sort((a, b) => sizeOf(args, b) - sizeOf(args, a))[0];
  const nouns = widest && query.parameters.length === 1 ? pluralOf(nounOf(widest.name)) : 'series';
  const top = writeQuestion({ ...written, ranking: { order: 'top', count: 10 } }, vocabulary);
  const suggestions = ranking || series > MAX_RANKED_SERIES ? [] : [top];
  const works = suggestions.length === 0 ? ' Name fewer of them.' : ` ${code(top)} stays below.`;
  const sentence = `This would read ${counted(series)} ${nouns}; the limit is ${counted(limit)}.${works}`;
  throw new BotError('ASK_TOO_MUCH', sentence, { suggestions });
}

function sizeOf(args: Arguments, { name }: Parameter): number {
  return args[name]?.length ?? 0;
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/**
 * The ranking that words mean for a definition; `worst` is its bad end.
 *
 * @throws BotError `ASK_TOO_MUCH` for more than can be told apart
 */
export function rankingOf(words: RankingWords | undefined, { worst }: SavedQuery, text: string): Ranking | undefined {
  if (!words) return undefined;
  const count = words.count ?? DEFAULT_RANKING_COUNT;
  if (count < 1 || count > MAX_RANKING_COUNT) {
    const allowed = Math.min(Math.max(count, 1), MAX_RANKING_COUNT);
    throw new BotError('ASK_TOO_MUCH', `A ranking shows 1 to ${MAX_RANKING_COUNT}, not ${count}.`, {
      suggestions: [tidy(text.replace(String(count), String(allowed)))],
    });
  }
  if (words.order === 'top' || words.order === 'bottom') return { order: words.order, count };
  const isHigh = (words.order === 'worst') === (worst === 'high');
  return { order: isHigh ? 'top' : 'bottom', count };
}

const SIZES: readonly (readonly [unit: string, word: string, ms: number])[] = [
  ['d', 'day', 86_400_000],
  ['h', 'hour', 3_600_000],
  ['m', 'minute', 60_000],
  ['s', 'second', 1000],
];

/** @throws BotError `ASK_RANGE_TOO_LONG` beyond what the definition allows */
export function checkLength(
  { fromMs, toMs, text }: TimeRange,
  phrase: TimePhrase | undefined,
  { maxRangeMs }: SavedQuery,
  write: (rangeText: string) => string,
): void {
  if (toMs - fromMs <= maxRangeMs) return;
  const [unit, word, ms] = SIZES.find((size) => maxRangeMs % size[2] === 0) ?? ['s', 'second', 1000];
  const count = Math.max(1, Math.floor(maxRangeMs / ms));
  const what = phrase?.kind === 'back' ? amountsInWords(phrase.amounts) : code(text);
  const suggestion = write(`last ${count}${unit}`);
  const sentence = `${what} is more than this query may ask for (${count} ${word}${count === 1 ? '' : 's'}). ${code(suggestion)} works.`;
  throw new BotError('ASK_RANGE_TOO_LONG', sentence, { suggestions: [suggestion] });
}
