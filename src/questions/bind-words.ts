/** Puts the words of a question into the blanks of one definition: known values first, patterns, then free ones. Pure. */
import { parseDuration } from '../domain/duration.ts';
import type { Parameter, ParameterType, SavedQuery } from '../domain/saved-query.ts';
import { isGlob, matchGlob } from './glob.ts';
import type { Known, KnownValues } from './known-values.ts';
import type { NamedWord, RankingWords, Shown } from './parts.ts';
import type { Token } from './tokens.ts';
import { ALL_WORDS, nounOf, pluralOf } from './words.ts';

/** The words to bind. */
export interface Words {
  readonly words: readonly Token[];
  readonly soft: ReadonlyMap<Token, Shown>;
  readonly named: readonly NamedWord[];
  readonly ranking?: RankingWords;
}

/** A word that found no place; `parameter` is set where its key said which it was for. */
export interface UnusedWord {
  readonly token: Token;
  readonly text: string;
  readonly parameter?: Parameter;
}

/** What one parameter was given. */
export interface Given {
  readonly parameter: Parameter;
  /** Values, patterns expanded, each once. */
  readonly values: readonly string[];
  /** The words, patterns as they were written. */
  readonly written: readonly string[];
  readonly hasGlob: boolean;
  readonly isKeyed: boolean;
}

/** How the words fit one definition. */
export interface Bound {
  readonly query: SavedQuery;
  readonly given: ReadonlyMap<string, Given>;
  /** How many words were found among known values. */
  readonly matched: number;
  readonly unused: readonly UnusedWord[];
  /** Looks and outputs that words turned out to be. */
  readonly shown: readonly Shown[];
  /** Values taken as typed, since no list could be had. */
  readonly unchecked: readonly string[];
}

/** The longest value that any definition takes. */
const VALUE_MAX_CHARS = 500;

interface Draft {
  readonly query: SavedQuery;
  readonly known: KnownValues;
  readonly given: Map<string, Given>;
  matched: number;
  readonly unchecked: string[];
}

/** Binds words to a definition; what fits nowhere is left in `unused`. */
export function bindWords(query: SavedQuery, { words, soft, named, ranking }: Words, known: KnownValues): Bound {
  const draft: Draft = { query, known, given: new Map(), matched: 0, unchecked: [] };
  const unused: UnusedWord[] = named.flatMap((word) => bindNamed(draft, word));
  let rest = words.filter((token) => !bindExact(draft, token.text) && !bindGlob(draft, token));
  rest = rest.filter((token) => !bindAll(draft, token));
  rest = rest.filter((token) => !isNoun(draft, token, ranking !== undefined));
  const shown = rest.flatMap((token) => soft.get(token) ?? []);
  rest = rest.filter((token) => !soft.has(token));
  rest = rest.filter((token) => !token.isQuoted || !bindFree(draft, token.text, true));
  rest = rest.filter((token) => !bindFree(draft, token.text, false));
  rest = bindSpeech(draft, rest);
  unused.push(...rest.map((token) => ({ token, text: token.text })));
  const { given, matched, unchecked } = draft;
  return { query, given, matched, unused, shown, unchecked };
}

function bindNamed(draft: Draft, { key, value, token, isImplied = false }: NamedWord): UnusedWord[] {
  const parameter = draft.query.parameters.find(({ name }) => name.toLowerCase() === key.toLowerCase());
  if (!parameter) return [{ token, text: token.text }];
  const known = draft.known(draft.query, parameter);
  const values = valuesFor(parameter, known, value);
  if (values.length === 0) return [{ token, text: value, parameter }];
  give(draft, parameter, known, { written: value, values, isKeyed: !isImplied });
  return [];
}

/** The values that a word stands for; none when it is not one of the list or not of the type. */
function valuesFor(parameter: Parameter, known: Known, word: string): readonly string[] {
  if (known.kind !== 'list') return fits(parameter, word) ? [word] : [];
  const exact = exactIn(known.values, word);
  if (exact !== undefined) return fits(parameter, exact) ? [exact] : [];
  return isGlob(word) ? matchGlob(word, known.values).filter((value) => fits(parameter, value)) : [];
}

function exactIn(values: readonly string[], word: string): string | undefined {
  if (values.includes(word)) return word;
  const lower = word.toLowerCase();
  return values.find((value) => value.toLowerCase() === lower);
}

function bindExact(draft: Draft, word: string): boolean {
  return openParameters(draft).some((parameter) => {
    const known = draft.known(draft.query, parameter);
    const value = known.kind === 'list' ? exactIn(known.values, word) : undefined;
    if (value === undefined || !fits(parameter, value)) return false;
    return give(draft, parameter, known, { written: value, values: [value] });
  });
}

function bindGlob(draft: Draft, { text: word, isQuoted }: Token): boolean {
  if (isQuoted || !isGlob(word)) return false;
  return openParameters(draft).some((parameter) => {
    const known = draft.known(draft.query, parameter);
    if (!parameter.isMulti || known.kind === 'free') return false;
    const values = known.kind === 'list' ? valuesFor(parameter, known, word) : [word];
    return values.length > 0 && give(draft, parameter, known, { written: word, values });
  });
}

/** `all` is the pattern for every value. */
function bindAll(draft: Draft, token: Token): boolean {
  return !token.isQuoted && ALL_WORDS.has(token.lower) && bindGlob(draft, { ...token, text: '*' });
}

/** `host web01`, `all hosts`, `top 5 hosts`: what a parameter is called, beside a value of it or where all are looked at. */
function isNoun({ query, known, given }: Draft, token: Token, isRanked: boolean): boolean {
  return query.parameters.some(
    (one) => isNounOf(one, token) && (given.has(one.name) || (isRanked && known(query, one).kind === 'list')),
  );
}

/** Whether a word is what a parameter is called: `host`, `hosts`. */
export function isNounOf({ name }: Parameter, { lower, isQuoted }: Pick<Token, 'lower' | 'isQuoted'>): boolean {
  return !isQuoted && (lower === nounOf(name) || lower === pluralOf(nounOf(name)));
}

/** A quoted string is for free text first; any other word for what is no free text. */
function bindFree(draft: Draft, word: string, isText: boolean): boolean {
  return openParameters(draft).some((parameter) => {
    const known = draft.known(draft.query, parameter);
    if (known.kind === 'list' || (parameter.type === 'text') !== isText || !fits(parameter, word)) return false;
    return give(draft, parameter, known, { written: word, values: [word] });
  });
}

/** What is left, said in several words, is one free text. */
function bindSpeech(draft: Draft, rest: readonly Token[]): Token[] {
  const parameter = openParameters(draft).find(
    (one) => one.type === 'text' && draft.known(draft.query, one).kind !== 'list' && !draft.given.has(one.name),
  );
  const text = rest.map((token) => token.text).join(' ');
  if (!parameter || rest.length === 0 || !fits(parameter, text)) return [...rest];
  // a name of a list is still wanted: one of these words may be it, mistyped
  if (isListedMissing(draft) && !rest.every(({ isQuoted }) => isQuoted)) return [...rest];
  give(draft, parameter, draft.known(draft.query, parameter), { written: text, values: [text] });
  return [];
}

function isListedMissing({ query, given, known }: Draft): boolean {
  return query.parameters.some(
    (one) => one.default === undefined && !given.has(one.name) && known(query, one).kind === 'list',
  );
}

/** Those that can take one more value. */
function openParameters({ query, given }: Draft): readonly Parameter[] {
  return query.parameters.filter(({ name, isMulti }) => isMulti || !given.has(name));
}

interface Gift {
  readonly written: string;
  readonly values: readonly string[];
  readonly isKeyed?: boolean;
}

function give(draft: Draft, parameter: Parameter, known: Known, { written, values, isKeyed = false }: Gift): true {
  const before = draft.given.get(parameter.name);
  const isGlobbed = known.kind === 'list' && values[0] !== written && isGlob(written);
  draft.given.set(parameter.name, {
    parameter,
    values: [...new Set([...(before?.values ?? []), ...values])],
    written: [...new Set([...(before?.written ?? []), written])],
    hasGlob: (before?.hasGlob ?? false) || isGlobbed,
    isKeyed: (before?.isKeyed ?? false) || isKeyed,
  });
  if (known.kind === 'list') draft.matched += 1;
  if (known.kind === 'unavailable') draft.unchecked.push(written);
  return true;
}

const TYPE_CHECKS: Readonly<Record<ParameterType, (value: string) => boolean>> = {
  word: (value) => !/\s/u.test(value),
  host: (value) => !/\s/u.test(value),
  number: (value) => /^-?\d{1,15}(?:\.\d{1,15})?$/.test(value),
  duration: (value) => parseDuration(value.toLowerCase()) !== undefined,
  choice: () => true,
  text: () => true,
};

/** Whether a value is of the parameter's type and fits its own pattern. */
function fits({ type, pattern }: Parameter, value: string): boolean {
  if (value.length > VALUE_MAX_CHARS || !TYPE_CHECKS[type](value)) return false;
  return pattern === undefined || new RegExp(`^(?:${pattern})$`, 'u').test(value);
}
