/** Reads what is no question about data: `help`, `queries`, `hosts`, `status`, `zone`, `why`, `alerts`. */
import { IANAZone } from 'luxon';
import type { Catalog } from '../domain/catalog.ts';
import { BotError } from '../domain/errors.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { type AnnotateCommand, readAnnotate } from './annotate.ts';
import { type HelpedCommand, helpedCommand } from './command-help.ts';
import { HANDLE_WORDS, type HandleCommand } from './handle-alert.ts';
import type { LibraryText } from './library.ts';
import { findNear } from './nearest.ts';
import { type OnCallCommand, readOnCall } from './read-on-call.ts';
import type { Vocabulary } from './read-parts.ts';
import { type RecordCommand, readRecordCommand } from './read-record-command.ts';
import { code, list } from './say.ts';
import type { Token } from './tokens.ts';
import { readWhy, type WhyCommand } from './why-alert.ts';
import { COMMAND_WORDS, NOISE_WORDS, RECORD_WORDS, SMALL_TALK_FILLERS, SMALL_TALK_WORDS } from './words.ts';

/** What is asked of the bot itself, told apart by `kind`. */
export type Command =
  | {
      readonly kind: 'help';
      readonly topic?: string /** What the topic names. */;
      readonly query?: SavedQuery;
      readonly about?: HelpedCommand;
    }
  | { readonly kind: 'queries'; readonly filter?: string }
  /** How definitions are used. */
  | { readonly kind: 'usage' }
  | { readonly kind: 'hosts'; readonly filter?: string }
  | { readonly kind: 'status'; readonly what?: string }
  /** Without a zone: asks which one is in force. */
  | { readonly kind: 'zone'; readonly zone?: string }
  | WhyCommand
  /** A mark to write. */
  | AnnotateCommand
  /** What was told of alerts and changes. */
  | RecordCommand
  | HandleCommand
  /** Who is on call. */
  | OnCallCommand
  /** What a back end keeps: `grafana search nginx`. */
  | { readonly kind: 'search'; readonly said: LibraryText }
  /** `hello`, `thanks`: nothing is asked. */
  | { readonly kind: 'small-talk' };

/**
 * Reads a command; nothing when the words are a question. A saved query of the same name wins, except over `help`.
 *
 * @throws BotError `ASK_UNKNOWN_QUERY` for help on what is not there, `ASK_UNKNOWN_VALUE` for a zone that is none,
 *   `ASK_FORBIDDEN` for a mark where none may be written
 */
export function readCommand(tokens: readonly Token[], catalog: Catalog, vocabulary: Vocabulary): Command | undefined {
  if (isSmallTalk(tokens, catalog)) return { kind: 'small-talk' };
  const onCall = readOnCall(textOf(tokens), vocabulary.nowMs, vocabulary.zone);
  if (onCall) return onCall;
  const said = tokens.filter(({ lower, isQuoted }) => isQuoted || lower === '?' || !NOISE_WORDS.has(lower));
  const [first, ...rest] = said;
  if (!first || first.isQuoted) return undefined;
  const kind = own(COMMAND_WORDS, first.lower);
  if (kind !== 'help' && catalog.named(first.text).length > 0) return undefined;
  const behind = tokens.slice(tokens.indexOf(first) + 1);
  const record = own(RECORD_WORDS, first.lower);
  if (record) return readRecordCommand(record, behind, vocabulary);
  const deed = own(HANDLE_WORDS, first.lower);
  if (deed) return { kind: 'handle', deed, topic: readRecordCommand('alerts', behind, vocabulary).topic };
  const text = rest.map((token) => token.text).join(' ');
  switch (kind) {
    case 'help':
      return helpOn(rest, catalog);
    case 'queries':
      // a word that says nothing elsewhere: `disk usage`
      if (behind.length === 1 && behind[0]?.lower === 'usage') return { kind: 'usage' };
      return text === '' ? { kind } : { kind, filter: text };
    case 'hosts':
      return text === '' ? { kind } : { kind, filter: text };
    case 'status':
      return text === '' ? { kind } : { kind, what: text };
    case 'zone':
      return text === '' ? { kind } : { kind, zone: zoneNamed(text) };
    case 'annotate':
      if (vocabulary.writeRefusal) throw vocabulary.writeRefusal;
      return readAnnotate(behind, vocabulary);
    case 'why':
      return readWhy(behind, vocabulary.isQuery);
    default:
      return undefined;
  }
}

/** The words again, quoted ones in their quotes. */
function textOf(tokens: readonly Token[]): string {
  return tokens.map(({ text, isQuoted }) => (isQuoted ? `"${text}"` : text)).join(' ');
}

function own<Value>(table: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function isSmallTalk(tokens: readonly Token[], catalog: Catalog): boolean {
  const words = tokens.filter(({ text }) => /[\p{L}\p{N}]/u.test(text));
  const isSaid = ({ text, lower, isQuoted }: Token) =>
    !isQuoted &&
    catalog.named(text).length === 0 &&
    (SMALL_TALK_WORDS.has(lower) || SMALL_TALK_FILLERS.has(lower) || NOISE_WORDS.has(lower));
  return words.some(({ lower }) => SMALL_TALK_WORDS.has(lower)) && words.every(isSaid);
}

/** Things that general help is about. */
const GENERAL_TOPICS: ReadonlySet<string> = new Set(['time', 'times', 'help', 'commands', 'questions']);

function helpOn(rest: readonly Token[], catalog: Catalog): Command {
  const [token] = rest;
  if (!token || GENERAL_TOPICS.has(token.lower)) return { kind: 'help' };
  const [query] = catalog.named(token.text);
  if (query) return { kind: 'help', topic: token.text, query };
  const about = helpedCommand(rest.map(({ text }) => text).join(' '));
  if (about) return { kind: 'help', topic: about, about };
  const near = findNear(token.text, catalog.names)?.names ?? [];
  const ids = [...new Set(near.map((name) => catalog.named(name)[0]?.id ?? name))];
  const [only] = ids.length === 1 ? catalog.named(ids[0] ?? '') : [];
  if (only) return { kind: 'help', topic: only.id, query: only };
  const nearest = ids.slice(0, MAX_NEAR);
  const tail = nearest.length === 0 ? '' : ` Near: ${list(nearest.map(code), 'or')}.`;
  throw new BotError('ASK_UNKNOWN_QUERY', `No query is called ${code(token.text)}.${tail} All: \`queries\`.`, {
    at: token.at,
    suggestions: nearest.length === 0 ? ['queries'] : nearest.map((name) => `help ${name}`),
  });
}

const MAX_NEAR = 3;

/** The zone that a name means: in any case, or by its city alone. */
function zoneNamed(text: string): string {
  const wanted = text.replace(/\s+/g, '_').toLowerCase();
  const zones = Intl.supportedValuesOf('timeZone');
  const exact = zones.find((zone) => zone.toLowerCase() === wanted);
  if (exact) return exact;
  // Old names (`US/Eastern`, `UTC`) are valid and not in the list.
  if (IANAZone.isValidZone(text)) return wanted === 'utc' || wanted === 'gmt' ? text.toUpperCase() : text;
  const cities = zones.filter((zone) => zone.toLowerCase().endsWith(`/${wanted}`));
  const near = cities.length > 0 ? cities : (findNear(wanted, zones)?.names ?? nearCities(wanted, zones));
  const [only] = near;
  if (only !== undefined && near.length === 1) return only;
  const examples = near.length > 0 ? near.slice(0, MAX_NEAR) : ['Europe/Berlin', 'America/New_York', 'UTC'];
  throw new BotError(
    'ASK_UNKNOWN_VALUE',
    `${code(text)} is not a time zone I know. They look like ${list(examples.map(code), 'or')}.`,
    { value: text, suggestions: examples.map((zone) => `zone ${zone}`) },
  );
}

function nearCities(wanted: string, zones: readonly string[]): readonly string[] {
  const byCity = new Map(zones.map((zone) => [zone.slice(zone.lastIndexOf('/') + 1).toLowerCase(), zone]));
  const near = findNear(wanted, byCity.keys());
  return near?.how === 'piece' ? [] : (near?.names ?? []).flatMap((city) => byCity.get(city) ?? []);
}
