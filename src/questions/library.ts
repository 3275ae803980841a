/**
 * Questions about what a back end keeps by itself: `grafana web-overview cpu host=web01 6h`, `grafana search nginx`, a pasted
 * page of Grafana or Kibana.
 */
import { BotError } from '../domain/errors.ts';
import type { Line, Message } from '../domain/message.ts';
import type { Arguments } from '../domain/question.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';
import { makeUnit } from '../domain/unit.ts';
import type { Library, LibraryEntry, Opened } from '../sources/source.ts';
import type { NamedWord, Parts } from './parts.ts';
import type { RawSource } from './raw-question.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import { code, list, tidy } from './say.ts';
import { type Token, tokenize } from './tokens.ts';
import { NOISE_WORDS, pluralOf } from './words.ts';

/** A source that keeps things. */
export interface LibrarySource extends RawSource {
  readonly source: { readonly library: Library };
}

/** What was said to a library. */
export interface LibraryText {
  /** The word it began with: a kind or a source's name. For a pasted page the kind. */
  readonly word: string;
  /** Those that may be meant; at least one. */
  readonly sources: readonly LibrarySource[];
  /** Words behind it, without times, looks and `name=value`. */
  readonly words: readonly string[];
  readonly url?: URL;
  /** Times, looks and the rest. */
  readonly parts: Parts;
}

/** A thing as the question that it makes. */
export interface OpenedQuestion {
  readonly query: SavedQuery;
  /** How it is asked for again. */
  readonly name: string;
  readonly parts: Parts;
  /** Values of parameters that the question does not name. */
  readonly presets: Arguments;
  readonly notes: readonly string[];
}

/** People who look at dashboards know what they ask; a year and a day. */
const MAX_RANGE_MS = 366 * 86_400_000;
const USUAL_RANGE_TEXT = '1h';
/** A search in `grafana search …`. */
const SEARCH_WORDS: ReadonlySet<string> = new Set(['search', 'find', 'list']);
const SHOWN_MAX = 12;

/** Sources that keep things by themselves. */
export function librarySources(sources: readonly RawSource[]): readonly LibrarySource[] {
  return sources.filter((one): one is LibrarySource => one.source?.library !== undefined);
}

/** Reads a text that begins with a library, or has a page of one; nothing for any other. */
export function readLibrary(
  text: string,
  sources: readonly RawSource[],
  vocabulary: Vocabulary,
): LibraryText | undefined {
  const all = librarySources(sources);
  if (all.length === 0) return undefined;
  const page = pageIn(text);
  const owners = page ? all.filter(({ source }) => source.library.owns(page.url)) : [];
  const [owner] = owners;
  if (page && owner) {
    const { parts } = tailOf(tokenize(page.rest), vocabulary);
    return { word: owner.kind, sources: owners, words: [], url: page.url, parts };
  }
  const tokens = tokenize(text);
  const first = tokens.findIndex(({ lower, isQuoted }) => isQuoted || !NOISE_WORDS.has(lower));
  const token = tokens[first];
  if (!token || token.isQuoted || vocabulary.isQuery(token.text)) return undefined;
  const word = token.lower.replace(/:$/, '');
  const named = all.filter(({ name }) => name.toLowerCase() === word);
  const meant = named.length > 0 ? named : all.filter(({ kind }) => kind === word);
  if (meant.length === 0) return undefined;
  const tail = tailOf(tokens.slice(first + 1), vocabulary);
  return { word, sources: inScope(meant, tail.parts), ...tail };
}

/** Whether a text is nothing but a page that a library has. */
export function isOwnedPage(text: string, sources: readonly RawSource[]): boolean {
  const page = pageIn(text);
  return (
    page !== undefined &&
    page.rest === '' &&
    librarySources(sources).some(({ source }) => source.library.owns(page.url))
  );
}

/** The first address of a text, and the text without it; chats put it in `<…>` or `[title](…)`. */
export function pageIn(text: string): { readonly url: URL; readonly rest: string } | undefined {
  const found = /https?:\/\/[^\s<>|"`]+/i.exec(text);
  if (!found) return undefined;
  let address = found[0].replace(/[.,;]+$/, '');
  while (address.endsWith(')') && count(address, ')') > count(address, '(')) address = address.slice(0, -1);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const around = `${text.slice(0, found.index)} ${text.slice(found.index + found[0].length)}`;
  return url && { url, rest: tidy(around.replace(/\[[^\]]*\]\(\s*/, ' ').replace(/[<>|]/g, ' ')) };
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

function tailOf(tokens: readonly Token[], vocabulary: Vocabulary): Pick<LibraryText, 'words' | 'parts'> {
  const parts = readParts(tokens, { ...vocabulary, isQuery: () => false });
  const isOwn = (token: Token) => !parts.soft.has(token) || token.isQuoted;
  const words = parts.words.filter(isOwn).map(({ text }) => text);
  return { words, parts: { ...parts, words: parts.words.filter((token) => !isOwn(token)) } };
}

function inScope(sources: readonly LibrarySource[], { scope }: Parts): readonly LibrarySource[] {
  const meant = sources.filter((one) => (scope?.kind === 'env' ? one.env : one.name) === scope?.name);
  return meant.length > 0 ? meant : sources;
}

/** The words of `grafana search nginx`; nothing when it is not one. `grafana` alone lists what is there. */
export function searchWords({ words, url }: LibraryText): string | undefined {
  const [first, ...rest] = words;
  if (url) return undefined;
  if (first === undefined) return '';
  return SEARCH_WORDS.has(first.toLowerCase()) ? rest.join(' ') : undefined;
}

/** Finds things by words in every library that is meant; a message with how to ask for each. */
export async function searchMessage(said: LibraryText, signal: AbortSignal): Promise<Message> {
  const words = searchWords(said) ?? '';
  const found = await Promise.all(
    said.sources.map(async (one) => ({ one, entries: await one.source.library.search(words, signal) })),
  );
  const prefixOf = ({ name, kind }: LibrarySource) => (found.length > 1 ? name : kind === said.word ? kind : said.word);
  const entries = found.flatMap(({ one, entries: some }) => some.map((entry) => ({ entry, prefix: prefixOf(one) })));
  if (entries.length === 0) return oneLine(nothingLike(said, words));
  const lines = entries.slice(0, SHOWN_MAX).map(({ entry, prefix }) => entryLine(entry, prefix));
  const more = entries.length - SHOWN_MAX;
  const head: Line = [{ bold: words === '' ? 'To ask for' : `About ${words}` }, ':'];
  const tail: Line[] = more > 0 ? [[`… ${more} more; more words find fewer.`]] : [];
  return { blocks: [{ kind: 'text', lines: [head, ...lines, ...tail] }] };
}

function nothingLike({ word, sources }: LibraryText, words: string): Line {
  const things = pluralOf(sources[0]?.source.library.noun ?? 'thing');
  if (words === '') return [{ code: word }, ` has no ${things} that I may see.`];
  return [
    { code: word },
    ` has no ${things} about `,
    { code: words },
    '. ',
    { code: `${word} search` },
    ' lists what there is.',
  ];
}

function entryLine({ title, ask, url, folder }: LibraryEntry, prefix: string): Line {
  const name: Line = url === undefined ? [{ name: title }] : [{ link: { title, url } }];
  return [
    '• ',
    ...name,
    ...(folder === undefined ? [] : [' in ', { name: folder }]),
    ' ',
    { code: `${prefix} ${ask}` },
  ];
}

function oneLine(line: Line): Message {
  return { blocks: [{ kind: 'text', lines: [line] }] };
}

/**
 * Finds the one thing that is meant.
 *
 * @throws BotError `ASK_AMBIGUOUS` where several back ends have it; what the library's `open` throws
 */
export async function openLibrary(
  said: LibraryText,
  { nowMs, zone }: Pick<Vocabulary, 'nowMs' | 'zone'>,
  text: string,
  signal: AbortSignal,
): Promise<OpenedQuestion> {
  const named = [...new Set(said.parts.named.map(({ key }) => key))];
  const wanted = { words: said.words, named, ...(said.url && { url: said.url }), nowMs, zone };
  const tries = await Promise.all(
    said.sources.map(async (one) => {
      try {
        return { one, opened: await one.source.library.open(wanted, signal) };
      } catch (thrown) {
        signal.throwIfAborted();
        return { one, thrown };
      }
    }),
  );
  const found = tries.flatMap(({ one, opened }) => (opened ? [{ one, opened }] : []));
  const [only, other] = found;
  if (!only) throw tries[0]?.thrown;
  if (other)
    throw inSeveral(
      found.map(({ one }) => one.name),
      text,
    );
  return questionOf(said, only.one, only.opened);
}

function inSeveral(names: readonly string[], text: string): BotError {
  const scopes = names.map((name) => `on ${name}`);
  return new BotError('ASK_AMBIGUOUS', `Several have that. Say which: ${list(scopes.map(code), 'or')}.`, {
    suggestions: scopes.map((scope) => `${text} ${scope}`),
  });
}

function questionOf({ word, parts, url }: LibraryText, one: LibrarySource, opened: Opened): OpenedQuestion {
  const { window, arguments: given } = opened;
  const name = /^https?:/.test(opened.ask) ? opened.ask : `${word} ${opened.ask}`;
  // what a page says is part of the question; what is merely saved may change
  const asked = parts.named.map((one) => ({ ...one, key: parameterCalled(one.key, opened) }));
  const named = url ? [...asked, ...namedOf(given, parts)] : asked;
  const phrase = window && {
    kind: 'between' as const,
    from: { kind: 'instant' as const, ms: window.fromMs },
    to: { kind: 'instant' as const, ms: window.toMs },
  };
  const time = parts.time ?? (phrase && { phrase, at: 0, end: 0 });
  return {
    query: queryOf(name, one, opened),
    name,
    parts: { ...parts, named, ...(time && { time }) },
    presets: url ? {} : given,
    notes: opened.notes,
  };
}

/** `host.name` asks for the parameter `host_name`: names of fields have dots, those of parameters have none. */
function parameterCalled(key: string, { parameters }: Opened): string {
  const plain = key.replace(/[.-]+/g, '_');
  const has = (name: string) => parameters.some((parameter) => parameter.name === name);
  return !has(key) && has(plain) ? plain : key;
}

function namedOf(given: Arguments, parts: Parts): readonly NamedWord[] {
  const isSaid = (key: string) => parts.named.some((word) => word.key.toLowerCase() === key.toLowerCase());
  return Object.entries(given)
    .filter(([key]) => !isSaid(key))
    .flatMap(([key, values]) => values.map((value) => ({ key, value, token: tokenFor(value) })));
}

function tokenFor(text: string): Token {
  return { text, lower: text.toLowerCase(), at: 0, end: 0, isQuoted: true, isListed: false };
}

/** A parameter that has a saved value is not asked for. */
function withDefaults(parameters: readonly Parameter[], given: Arguments): readonly Parameter[] {
  return parameters.map((parameter) => {
    const [first] = given[parameter.name] ?? [];
    return first === undefined || parameter.default !== undefined ? parameter : { ...parameter, default: first };
  });
}

function queryOf(name: string, { name: sourceName, kind, env, isDemo }: LibrarySource, opened: Opened): SavedQuery {
  const { description, output, looks = {}, thresholds = [], rangeText = USUAL_RANGE_TEXT } = opened;
  return {
    id: name,
    pack: '',
    sourceName,
    kind,
    ...(env !== undefined && { env }),
    block: opened.block,
    title: opened.title,
    ...(description !== undefined && { description }),
    aliases: [],
    examples: [],
    tags: [],
    parameters: withDefaults(opened.parameters, opened.arguments),
    unit: makeUnit(opened.unit),
    ...(output !== undefined && { output }),
    looks,
    consolidate: 'average',
    measure: 'mean',
    worst: 'high',
    thresholds,
    rangeText,
    maxRangeMs: MAX_RANGE_MS,
    overlays: [],
    links: [],
    isDemo,
    origin: 'question',
  };
}
