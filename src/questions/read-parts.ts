/** Tells the phrases of a question apart: time, comparison, ranking, looks, scope; what is left are names and values. */
import { BotError } from '../domain/errors.ts';
import type { Output } from '../domain/question.ts';
import type { Looks } from '../domain/saved-query.ts';
import { TIME_EXAMPLES } from './parse-time-range.ts';
import type { ComparisonWords, NamedWord, Parts, RankingWords, Scope, Shown, TimeWords } from './parts.ts';
import { joinedValues, readComparison } from './read-comparison.ts';
import { readShown, softShown } from './read-shown.ts';
import { scanTimes, type TimeScanner } from './read-time-phrase.ts';
import { readWhich } from './read-which.ts';
import { code } from './say.ts';
import type { Token } from './tokens.ts';
import {
  COMPARE_WORDS,
  NOISE_WORDS,
  NUMBER_WORDS,
  PER_WORD,
  RANKING_WORDS,
  SCOPE_WORDS,
  TIME_WORDS,
  type TimeUnit,
  UNIT_WORDS,
  VERB_WORDS,
  type Verb,
  WITHOUT_WORDS,
} from './words.ts';
import { FOREIGN_TIME_WORDS, VAGUE_ZONE_WORDS } from './zone-words.ts';

/** What words are looked at by: the names of queries, sources and environments, and the moment. */
export interface Vocabulary {
  isQuery(word: string): boolean;
  readonly sources: readonly { readonly name: string; readonly env?: string }[];
  /** Names of packs, which tell apart what one source is asked by several of them. */
  readonly packs: readonly string[];
  readonly nowMs: number;
  readonly zone: string;
  /** Why nothing may be written here; what asks for that is refused before it is read. */
  readonly writeRefusal?: BotError;
}

interface Draft {
  name?: Token;
  /** Words without meaning, or not understood, before the name. */
  wordsBeforeName: number;
  words: Token[];
  soft: Map<Token, Shown>;
  named: NamedWord[];
  time?: TimeWords;
  comparison?: ComparisonWords;
  ranking?: RankingWords;
  output?: Output;
  looks: Looks;
  scope?: Scope;
  verb?: Verb;
  per?: TimeUnit;
  without: Token[];
  notes: string[];
}

interface Place {
  readonly draft: Draft;
  readonly tokens: readonly Token[];
  readonly index: number;
  readonly vocabulary: Vocabulary;
  readonly times: TimeScanner;
}

/** Reads at a place; gives how many words it took, 0 when it is not for this place. */
type Reader = (place: Place) => number;

/** In order of precedence; the last takes any word. */
const READERS: readonly Reader[] = [
  readQuoted,
  readVerb,
  readSentence,
  readCountedRanking,
  readName,
  readScope,
  readRanking,
  readVersus,
  readLooks,
  readWithout,
  readNamed,
  readPer,
  readTime,
  readWord,
];

/**
 * Reads all words of a question.
 *
 * @throws BotError `ASK_BAD_RANGE` for two times, or one that can be none
 */
export function readParts(tokens: readonly Token[], vocabulary: Vocabulary): Parts {
  const draft = emptyDraft();
  const times = scanTimes(tokens, vocabulary.nowMs, vocabulary.zone);
  for (let index = 0; index < tokens.length; ) {
    const place: Place = { draft, tokens, index, vocabulary, times };
    let taken = 0;
    for (const read of READERS) {
      taken = read(place);
      if (taken > 0) break;
    }
    index += Math.max(taken, 1);
  }
  return draft;
}

function emptyDraft(): Draft {
  return { wordsBeforeName: 0, words: [], soft: new Map(), named: [], looks: {}, without: [], notes: [] };
}

function readQuoted({ draft, tokens, index }: Place): number {
  const token = tokens[index];
  if (!token?.isQuoted) return 0;
  draft.words.push(token);
  return 1;
}

/** `also`, `without` and the like begin a follow-up; inside a question they are words. */
function readVerb({ draft, tokens, index, vocabulary }: Place): number {
  const lower = tokens[index]?.lower ?? '';
  const verb = index === 0 && TIME_WORDS.and.some((word) => word === lower) ? 'also' : own(VERB_WORDS, lower);
  const isFirst = tokens.slice(0, index).every((token) => NOISE_WORDS.has(token.lower));
  if (!verb || draft.verb || !isFirst || vocabulary.isQuery(lower)) return 0;
  draft.verb = verb;
  return 1;
}

function readName({ draft, tokens, index, vocabulary }: Place): number {
  const token = tokens[index];
  if (draft.name || !token || !vocabulary.isQuery(token.text)) return 0;
  draft.name = token;
  draft.wordsBeforeName += draft.words.length;
  return 1;
}

function readNamed({ draft, tokens, index }: Place): number {
  const token = tokens[index];
  if (!token) return 0;
  const [, key, value] = /^(\p{L}[\p{L}\p{N}_.-]{0,63})=(.+)$/su.exec(token.text) ?? [];
  const before = draft.named.at(-1);
  if (key !== undefined && value !== undefined) {
    draft.named.push({
      key,
      value: /^["\u201C\u201E\u00AB](.+)["\u201D\u201C\u00BB]$/su.exec(value)?.[1] ?? value,
      token,
    });
    return 1;
  }
  // `host=web01,web02`: what a comma joins has the same key.
  if (!token.isListed || !before || before.token !== tokens[index - 1]) return 0;
  draft.named.push({ key: before.key, value: token.text, token });
  return 1;
}

function readScope({ draft, tokens, index, vocabulary }: Place): number {
  const [lead, token] = [tokens[index], tokens[index + 1]];
  if (draft.scope || !lead || !token || token.isQuoted || !SCOPE_WORDS.has(lead.lower)) return 0;
  const isNamed = ({ name }: { name: string }) => name.toLowerCase() === token.lower;
  const source = vocabulary.sources.find(isNamed);
  const env = vocabulary.sources.find((one) => one.env?.toLowerCase() === token.lower)?.env;
  const place = { at: lead.at, end: token.end };
  const inEnv: Scope | undefined =
    env === undefined ? undefined : { kind: 'env', name: env, text: `in ${env}`, ...place };
  const onSource: Scope | undefined = source && {
    kind: 'source',
    name: source.name,
    text: `on ${source.name}`,
    ...place,
  };
  const pack = vocabulary.packs.find((name) => name.toLowerCase() === token.lower);
  const inPack: Scope | undefined =
    pack === undefined ? undefined : { kind: 'pack', name: pack, text: `in ${pack}`, ...place };
  const scope = lead.lower === 'in' ? (inEnv ?? onSource ?? inPack) : (onSource ?? inEnv ?? inPack);
  if (!scope) return 0;
  draft.scope = scope;
  return 2;
}

/** `which host has the most`: said among people too, so it counts as words before the name. */
function readSentence({ draft, tokens, index }: Place): number {
  const found = draft.ranking ? undefined : readWhich(tokens, index);
  if (!found) return 0;
  draft.ranking = found.ranking;
  draft.wordsBeforeName += 1;
  if (found.noun) draft.words.push(found.noun);
  return found.count;
}

/** `top 5`, `top5`, `3 busiest` rank even where a query is called `top`. */
function readCountedRanking(place: Place): number {
  const { draft, tokens, index, vocabulary } = place;
  const [token, next] = [tokens[index], tokens[index + 1]];
  if (rankingCount(next) !== undefined) return readRanking(place);
  if (draft.ranking || !token || token.isQuoted) return 0;
  const [, word = '', digits = ''] = /^([a-z]+)(\d{1,6})$/.exec(token.lower) ?? [];
  const glued = vocabulary.isQuery(token.text) ? undefined : own(RANKING_WORDS, word);
  if (glued) draft.ranking = { order: glued, count: Number(digits) };
  const count = rankingCount(token);
  const order = own(RANKING_WORDS, next?.lower ?? '');
  if (order && count !== undefined) draft.ranking = { order, count };
  return glued ? 1 : order && count !== undefined ? 2 : 0;
}

function readRanking({ draft, tokens, index }: Place): number {
  const order = own(RANKING_WORDS, tokens[index]?.lower ?? '');
  if (!order || draft.ranking) return 0;
  const count = rankingCount(tokens[index + 1]);
  draft.ranking = { order, ...(count !== undefined && { count }) };
  return count === undefined ? 1 : 2;
}

function rankingCount(token: Token | undefined): number | undefined {
  if (!token || token.isQuoted) return undefined;
  return /^\d{1,6}$/.test(token.lower) ? Number(token.lower) : own(NUMBER_WORDS, token.lower);
}

function readVersus({ draft, tokens, index, times, vocabulary }: Place): number {
  const found = readComparison(tokens, index, times, vocabulary.isQuery);
  if (!found) return 0;
  const { count } = found;
  const comparison = beside(draft.comparison, found.comparison, tokens[index]);
  draft.comparison = comparison;
  // `cpu vs web02 web01` has its own value still to come, `cpu web01 vs web02 web03` has not.
  if (comparison.kind !== 'values' || !draft.name || draft.words.length === 0) return count;
  const more = plainWords({ draft, tokens, index: index + count, vocabulary, times });
  draft.comparison = { ...comparison, more };
  return count + more.length;
}

/**
 * Two comparisons: values of the one are those of the other too.
 *
 * @throws BotError `ASK_TOO_MUCH` for two that are not of values
 */
function beside(before: ComparisonWords | undefined, now: ComparisonWords, lead: Token | undefined): ComparisonWords {
  if (!before || before.kind === 'none' || now.kind === 'none') return now;
  if (before.kind === 'values' && now.kind === 'values') {
    return { ...now, words: [...before.words, ...before.more, ...now.words] };
  }
  throw new BotError('ASK_TOO_MUCH', 'One comparison at a time: an earlier time, or other values.', {
    at: lead?.at ?? 0,
  });
}

/** The words from a place on that no phrase begins at. */
function plainWords({ tokens, index, vocabulary, times }: Place): readonly Token[] {
  const end = tokens.findIndex((token, at) => {
    if (at < index) return false;
    const draft = emptyDraft();
    const reader = READERS.find((read) => read({ draft, tokens, index: at, vocabulary, times }) > 0);
    return (reader !== readWord && reader !== readQuoted) || draft.words.length === 0 || draft.soft.has(token);
  });
  return tokens.slice(index, end < 0 ? undefined : end);
}

function readWithout({ draft, tokens, index, vocabulary }: Place): number {
  const { lower = '', isQuoted = true } = tokens[index] ?? {};
  if (isQuoted || !WITHOUT_WORDS.has(lower)) return 0;
  if (COMPARE_WORDS.comparison.some((word) => word === tokens[index + 1]?.lower)) {
    draft.comparison = { kind: 'none' };
    return 2;
  }
  const words = joinedValues(tokens, index + 1, vocabulary.isQuery);
  draft.without.push(...words.values);
  return words.values.length === 0 ? 0 : 1 + words.count;
}

function readLooks({ draft, tokens, index }: Place): number {
  const found = readShown(tokens, index);
  if (!found) return 0;
  draft.looks = { ...draft.looks, ...found.looks };
  if (found.output) draft.output = found.output;
  if (found.note !== undefined) draft.notes.push(found.note);
  return found.count;
}

/** `requests per minute`: no time, and nothing that a definition can be asked for; in the name of a panel it is a word. */
function readPer({ draft, tokens, index }: Place): number {
  const unit =
    draft.name && tokens[index]?.lower === PER_WORD ? own(UNIT_WORDS, tokens[index + 1]?.lower ?? '') : undefined;
  if (!unit) return 0;
  draft.per = unit;
  return 2;
}

function readTime({ draft, tokens, index, times, vocabulary }: Place): number {
  const found = times.at(index);
  const [first, last] = [tokens[index], tokens[index + (found?.count ?? 1) - 1]];
  if (!found || !first || !last) return 0;
  const here: TimeWords = { phrase: found.phrase, at: first.at, end: last.end };
  draft.time = draft.time ? joined(draft.time, here, tokens, vocabulary) : here;
  return found.count;
}

/** `14:00-16:00 … yesterday`: a day and a time of day make one window; any other two times are one too many. */
function joined(a: TimeWords, b: TimeWords, tokens: readonly Token[], { nowMs, zone }: Vocabulary): TimeWords {
  const within = ({ at, end }: TimeWords) => tokens.filter((token) => token.at >= at && token.end <= end);
  const isDay = (time: TimeWords) => time.phrase.kind === 'day';
  if (isDay(a) !== isDay(b)) {
    const together = isDay(a) ? [...within(a), ...within(b)] : [...within(b), ...within(a)];
    const found = scanTimes(together, nowMs, zone).at(0);
    if (found?.count === together.length) return { phrase: found.phrase, at: a.at, end: b.end };
  }
  const texts = [a, b].map((time) =>
    within(time)
      .map(({ text }) => text)
      .join(' '),
  );
  throw new BotError('ASK_BAD_RANGE', `I read two times, ${texts.map(code).join(' and ')}; one is enough.`, {
    at: b.at,
    suggestions: texts,
  });
}

function readWord({ draft, tokens, index }: Place): number {
  const token = tokens[index];
  if (!token) return 0;
  if (NOISE_WORDS.has(token.lower)) {
    if (!draft.name) draft.wordsBeforeName += 1;
    return 1;
  }
  // Signs alone say nothing: a dash, an arrow, an emoji.
  if (!/[\p{L}\p{N}*?]/u.test(token.text)) return 1;
  draft.words.push(token);
  const shown = softShown(token);
  if (shown) draft.soft.set(token, shown);
  return 1;
}

/** The refusal of a word that looks like a time and is none. */
export function notATime(token: Token, understood: string): BotError {
  const read = understood === '' ? 'I do not know the time' : `I read ${code(understood)}, but not`;
  const examples = TIME_EXAMPLES.map(code).join(', ');
  return new BotError('ASK_BAD_RANGE', `${read} ${code(token.text)}.${hintFor(token)} Times look like ${examples}.`, {
    at: token.at,
    suggestions: [...TIME_EXAMPLES],
  });
}

/** What is said instead, where that is known. */
function hintFor({ lower }: Token): string {
  const english = own(FOREIGN_TIME_WORDS, lower);
  if (english !== undefined) return ` Here it is ${code(english)}.`;
  return VAGUE_ZONE_WORDS.has(lower) ? ' A zone is named in full: `09:00 America/New_York`.' : '';
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
