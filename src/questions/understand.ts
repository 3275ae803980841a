/** Understands what somebody said: a question, a follow-up, a command, or nothing that is for the bot. */
import type { Subject } from '../context/subject.ts';
import type { Catalog } from '../domain/catalog.ts';
import { BotError } from '../domain/errors.ts';
import type { Arguments, Question } from '../domain/question.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { bindWords } from './bind-words.ts';
import { exampleQuestions } from './examples.ts';
import { filledFromAlert } from './fill-from-alert.ts';
import { answeredBefore, filledFromBefore } from './fill-from-before.ts';
import { applyFollowUp, hasChange, type RememberedQuestion, readRemembered } from './follow-up.ts';
import { listValues, type ValuesOf } from './known-values.ts';
import {
  isOwnedPage,
  type LibraryText,
  type OpenedQuestion,
  openLibrary,
  readLibrary,
  searchWords,
} from './library.ts';
import { refuseOtherPage } from './other-page.ts';
import type { Parts } from './parts.ts';
import { type Planned, planQuestion } from './plan-question.ts';
import {
  type RawQuestion,
  type RawSource,
  rawPrefixOf,
  rawQuery,
  rawSource,
  readRaw,
  refuseUnspokenLanguage,
} from './raw-question.ts';
import { type Command, readCommand } from './read-command.ts';
import { readOnCall } from './read-on-call.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import { code, list, tidy } from './say.ts';
import { timeSuggestions } from './suggest-times.ts';
import { MAX_TOKENS, type Token, tokenize, withoutControls } from './tokens.ts';
import { namedNearby, noSuchQuery, refuseNearCommand } from './unknown-query.ts';
import { COMMAND_WORDS, RANKING_WORDS, RECORD_WORDS } from './words.ts';
import { withWorkingSuggestions } from './working-suggestions.ts';

export type { Command } from './read-command.ts';

/** From whom and when a text comes. */
export interface AskContext {
  /** ms since the Unix epoch. */
  readonly nowMs: number;
  /** IANA zone that wall-clock times are read in. */
  readonly zone: string;
  /** The last question of the conversation, for follow-ups. */
  readonly previous?: RememberedQuestion;
  /** The alert in whose thread it is said. */
  readonly about?: Subject;
  /** False for a bare line: what is no question is then `none`, never a refusal. */
  readonly isAddressed: boolean;
  /** Why nothing may be written. */
  readonly writeRefusal?: BotError;
}

/** What understanding looks things up in. */
export interface UnderstandDeps {
  readonly catalog: Catalog;
  readonly sources: readonly RawSource[];
  readonly valuesOf: ValuesOf;
  /** Kinds of sources that have a raw language: `graphite`. */
  readonly rawPrefixes: readonly string[];
}

/** What was understood, told apart by `kind`. */
export type Understood =
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'none' };

/** A text with everything to understand it by. */
interface Reading {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly context: AskContext;
  readonly deps: UnderstandDeps;
  readonly vocabulary: Vocabulary;
  readonly signal: AbortSignal;
}

/**
 * Understands a text. May list values of sources; fetches no data.
 *
 * @throws BotError `ASK_…`; `details.suggestions` are questions that work
 */
export async function understand(
  text: string,
  context: AskContext,
  deps: UnderstandDeps,
  signal: AbortSignal,
): Promise<Understood> {
  const vocabulary: Vocabulary = {
    isQuery: (word) => deps.catalog.named(word).length > 0,
    sources: deps.sources,
    packs: [...new Set(deps.catalog.queries.map(({ pack }) => pack))],
    nowMs: context.nowMs,
    zone: context.zone,
    ...(context.writeRefusal && { writeRefusal: context.writeRefusal }),
  };
  const readingOf = (one: string): Reading => ({ text: one, tokens: tokenize(one), context, deps, vocabulary, signal });
  const reading = readingOf(withoutControls(text));
  try {
    return await (context.isAddressed ? understandAddressed(reading) : understandBare(reading));
  } catch (thrown) {
    if (thrown === context.writeRefusal) throw thrown;
    const examples = () => exampleQuestions(deps, signal);
    throw await withWorkingSuggestions(asked(thrown, reading), (one) => tryOut(readingOf(one)), examples);
  }
}

/** Understands a suggestion as if it were said to the bot. */
async function tryOut(reading: Reading): Promise<void> {
  try {
    await understandAddressed(reading);
  } catch (thrown) {
    throw asked(thrown, reading);
  }
}

/** A refusal whose suggestions are whole questions. */
function asked(thrown: unknown, { tokens, vocabulary, context }: Reading): unknown {
  return timeSuggestions(thrown, tokens, vocabulary, context.previous !== undefined);
}

async function understandAddressed(reading: Reading): Promise<Understood> {
  const { first, next } = splitQuestions(reading.text, reading);
  if (next === undefined) return understandOne(reading);
  const understood = await understandOne({ ...reading, text: first, tokens: tokenize(first) });
  if (understood.kind !== 'question') return understandOne(reading);
  const note = `One question at a time: ask ${code(next)} on its own.`;
  const { question } = understood;
  return { ...understood, question: { ...question, notes: [...question.notes, note] } };
}

/** A text whose semicolons or lines each begin a question of their own: the first of them, and the one behind it. */
function splitQuestions(text: string, { deps, vocabulary }: Reading): { first: string; next?: string } {
  if (rawPrefixOf(text, deps.rawPrefixes) !== undefined || /["\u201C\u201D\u201E]/.test(text)) return { first: text };
  const isQuestion = (part: string) => {
    const tokens = tokenize(part);
    return (
      tokens.some((token) => vocabulary.isQuery(token.text)) ||
      readCommand(tokens, deps.catalog, vocabulary) !== undefined
    );
  };
  const [first = '', next, ...more] = text
    .split(/\s*[;\n]\s*|\s+(?:and then|then)\s+/)
    .filter((part) => part.trim() !== '');
  if (next === undefined || ![first, next, ...more].every(isQuestion)) return { first: text };
  return { first, next: tidy(next) };
}

async function understandOne(reading: Reading): Promise<Understood> {
  const { text, tokens, deps, vocabulary } = reading;
  if (tokens.length === 0) {
    throw new BotError('ASK_EMPTY', 'Ask me something: `help` says what.', { suggestions: ['help', 'queries'] });
  }
  const kind = rawPrefixOf(text, deps.rawPrefixes);
  if (kind !== undefined) return understandRaw(reading, text, kind);
  const said = readLibrary(text, deps.sources, vocabulary);
  if (said) return understandLibrary(reading, said);
  refuseOtherPage(text, deps.sources);
  if (tokens.length >= MAX_TOKENS) {
    throw new BotError('ASK_TOO_MUCH', `That is ${MAX_TOKENS} words or more; a question is one line.`);
  }
  refuseUnspokenLanguage(text);
  const command = readCommand(tokens, deps.catalog, vocabulary);
  if (command) return { kind: 'command', command };
  const parts = readParts(tokens, vocabulary);
  if (parts.name) return asUnderstood(await planNew(reading, parts, parts.name.text));
  const followUp = await understandFollowUp(reading, parts);
  if (followUp) return asUnderstood(followUp);
  refuseNearCommand(tokens, text, deps.catalog);
  const near = namedNearby(parts, deps.catalog);
  if (!near) throw await noSuchQuery(parts, text, deps, reading.signal);
  const { query, token, note } = near;
  const rest = { ...parts, words: parts.words.filter((word) => word !== token) };
  return asUnderstood(withNote(await planNew(reading, rest, query), note));
}

/** A line in a room that is for nobody in particular is a question only when every word of it is. */
async function understandBare(reading: Reading): Promise<Understood> {
  const { text, tokens, deps, vocabulary, context } = reading;
  const [first] = tokens;
  if (!first || tokens.length >= MAX_TOKENS) return { kind: 'none' };
  try {
    const kind = rawPrefixOf(text, deps.rawPrefixes);
    if (kind !== undefined) return await understandRaw(reading, text, kind);
    const said = isOwnedPage(text, deps.sources) && readLibrary(text, deps.sources, vocabulary);
    if (said) return await understandLibrary(reading, said);
    if (isBareCommand(tokens, vocabulary, context) || isOnCallHere(reading)) {
      const command = readCommand(tokens, deps.catalog, vocabulary);
      return command ? { kind: 'command', command } : { kind: 'none' };
    }
    const parts = readParts(tokens, vocabulary);
    const isNamed = parts.name !== undefined && parts.wordsBeforeName === 0 && !parts.verb;
    const planned = isNamed
      ? await planNew(reading, parts, parts.name.text)
      : parts.name
        ? undefined
        : await understandFollowUp(reading, parts);
    return planned && planned.unused.length === 0 ? asUnderstood(planned) : { kind: 'none' };
  } catch (thrown) {
    if (thrown instanceof BotError && !isMeantForUs(thrown, reading)) return { kind: 'none' };
    throw thrown;
  }
}

/** Commands that people do not say to each other. */
const BARE_COMMANDS: ReadonlySet<string> = new Set(['help', 'queries', 'hosts']);

/** In the thread of an alert a command alone is one, and `deploys 24h` too. */
const ALERT_COMMANDS: ReadonlySet<string> = new Set(['status', 'why', 'alerts', 'deploys', 'changes', 'runbook']);

function isBareCommand(
  [first, second, third]: readonly Token[],
  { isQuery }: Vocabulary,
  { previous, about }: AskContext,
): boolean {
  if (!first || third) return false;
  const said = ownWord(COMMAND_WORDS, first.lower) ?? ownWord(RECORD_WORDS, first.lower) ?? '';
  if (about && ALERT_COMMANDS.has(said) && (!second || /^(?:\d|alert$)/.test(second.lower))) return true;
  if (previous && !second && said === 'why') return true;
  if (!BARE_COMMANDS.has(COMMAND_WORDS[first.lower] ?? '')) return false;
  return second === undefined || first.lower !== 'help' || isQuery(second.text);
}

function ownWord(table: Readonly<Record<string, string>>, word: string): string | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** `who is on call?` in the thread of an alert. */
function isOnCallHere({ text, tokens, context: { about, nowMs, zone } }: Reading): boolean {
  if (!about || tokens.length > BARE_MAX_WORDS) return false;
  const asked = readOnCall(text, nowMs, zone);
  return asked !== undefined && /^\s*(?:who|on[\s-]?call|oncall)/i.test(text);
}

/** A refusal is said aloud only to a short line that begins as a question does: `cpu web01 last 1x`. */
const BARE_MAX_WORDS = 6;

function isMeantForUs({ code: refusal }: BotError, { tokens, vocabulary, deps, text }: Reading): boolean {
  const [first] = tokens;
  if (rawPrefixOf(text, deps.rawPrefixes) !== undefined) return true;
  const isLed = first !== undefined && (vocabulary.isQuery(first.text) || Object.hasOwn(RANKING_WORDS, first.lower));
  if (!isLed || tokens.length > BARE_MAX_WORDS) return false;
  if (refusal === 'ASK_MISSING_ARGUMENT' || refusal === 'ASK_UNKNOWN_VALUE') return tokens.length <= 2;
  return true;
}

function asUnderstood({ question }: Planned): Understood {
  return { kind: 'question', question };
}

function withNote(planned: Planned, note: string | undefined): Planned {
  if (note === undefined) return planned;
  const { question } = planned;
  return { ...planned, question: { ...question, notes: [note, ...question.notes] } };
}

/** Plans a question that names its query. */
async function planNew(reading: Reading, parts: Parts, name: string): Promise<Planned> {
  const { deps, vocabulary, signal, text, context } = reading;
  const variants = inScope(deps.catalog.named(name), parts, { name, text });
  const known = await listValues(variants, deps.valuesOf, signal);
  const asked = { parts, variants };
  const filled = context.about
    ? { variants, parts: filledFromAlert(parts, variants, known, context.about, vocabulary) }
    : await filledFromBefore(asked, known, readRemembered(context.previous), { ...deps, vocabulary }, signal);
  return planQuestion({ ...filled, name: variants[0]?.id ?? name, text }, known, vocabulary);
}

/** The variants of the source or environment that was named. */
function inScope(
  variants: readonly SavedQuery[],
  { scope }: Parts,
  { name, text }: { readonly name: string; readonly text: string },
): readonly SavedQuery[] {
  if (!scope) return variants;
  const keys = { env: 'env', source: 'sourceName', pack: 'pack' } as const;
  const meant = variants.filter((variant) => variant[keys[scope.kind]] === scope.name);
  if (meant.length > 0) return meant;
  const there = [...new Set(variants.map(({ sourceName }) => `on ${sourceName}`))];
  throw new BotError('ASK_AMBIGUOUS', `${code(name)} is not known ${scope.text}. It is ${list(there, 'and')}.`, {
    at: scope.at,
    suggestions: [tidy(`${text.slice(0, scope.at)}${text.slice(scope.end)}`)],
  });
}

async function understandRaw(reading: Reading, text: string, kind: string): Promise<Understood> {
  const { deps, vocabulary, signal } = reading;
  const raw = readRaw(text, kind, vocabulary);
  const query = rawQuery(raw, await rawSource(raw, deps, text.trim(), signal));
  const name = `${kind}: ${raw.expression}`;
  const { question } = planQuestion(
    { variants: [query], name, parts: raw.parts, text },
    () => ({ kind: 'free' }),
    vocabulary,
  );
  return { kind: 'question', question };
}

async function understandLibrary(reading: Reading, said: LibraryText): Promise<Understood> {
  const { vocabulary, signal, text } = reading;
  if (searchWords(said) !== undefined) return { kind: 'command', command: { kind: 'search', said } };
  return asUnderstood(await planOpened(await openLibrary(said, vocabulary, text.trim(), signal), reading));
}

/** Plans the question that an opened thing makes; its parameters bring their own lists. */
async function planOpened({ query, notes, ...rest }: OpenedQuestion, reading: Reading): Promise<Planned> {
  const { text, deps, vocabulary, signal } = reading;
  const known = await listValues([query], deps.valuesOf, signal);
  const planned = planQuestion({ ...rest, variants: [query], text }, known, vocabulary);
  return { ...planned, question: { ...planned.question, notes: [...notes, ...planned.question.notes] } };
}

/** Plans a change of the question before; nothing when there is none, or the words are no change of it. */
async function understandFollowUp(reading: Reading, parts: Parts): Promise<Planned | undefined> {
  const { context, deps, vocabulary, signal, text } = reading;
  const remembered = readRemembered(context.previous);
  if (!remembered || !hasChange(parts)) return undefined;
  const unsaved = await unsavedBefore(remembered, reading);
  const named = deps.catalog.named(remembered.query);
  const pinned = answeredBefore(remembered, deps.catalog);
  const saved = parts.scope
    ? inScope(named, parts, { name: remembered.query, text })
    : pinned.length > 0
      ? pinned
      : named;
  const variants = unsaved ? [unsaved.query] : saved;
  const [query] = variants;
  if (!query) return undefined;
  const known = await listValues(variants, deps.valuesOf, signal);
  const oldParts = unsaved?.parts ?? readParts(tokenize(remembered.text), vocabulary);
  const before = { parts: oldParts, bound: bindWords(query, oldParts, known), remembered };
  const followUp = applyFollowUp(before, { parts, text }, known, context.nowMs);
  if (!followUp) return undefined;
  const name = unsaved?.name ?? query.id;
  const presets = unsaved?.presets;
  const input = { variants, name, parts: followUp.parts, text, ...(presets && { presets }) };
  const planned = planQuestion(input, known, vocabulary);
  const { question } = planned;
  const notes = [...followUp.notes, ...question.notes];
  return { ...planned, question: { ...question, notes, ...(followUp.changed && { changed: followUp.changed }) } };
}

/** The question before, where no saved query was asked: a raw one, or one for what a back end keeps. */
async function unsavedBefore(
  remembered: RememberedQuestion,
  { deps, vocabulary, signal }: Reading,
): Promise<(Omit<OpenedQuestion, 'notes' | 'presets'> & { readonly presets?: Arguments }) | undefined> {
  const { text, source } = remembered;
  const kind = rawPrefixOf(text, deps.rawPrefixes);
  if (kind !== undefined) {
    const raw = readRaw(text, kind, vocabulary);
    const query = rawQuery(raw, await rawSourceOf(raw, remembered, deps, signal));
    return { query, name: `${raw.kind}: ${raw.expression}`, parts: raw.parts };
  }
  const said = readLibrary(
    text,
    deps.sources.filter(({ name }) => name === source),
    vocabulary,
  );
  return said && openLibrary(said, vocabulary, text, signal);
}

/** A raw question stays with the source that answered it. */
async function rawSourceOf(
  raw: RawQuestion,
  { source, text }: RememberedQuestion,
  deps: UnderstandDeps,
  signal: AbortSignal,
): Promise<RawSource> {
  const same = deps.sources.find((one) => one.name === source && one.rawPrefixes.includes(raw.kind) && one.allowsRaw);
  return same ?? rawSource(raw, deps, text, signal);
}
