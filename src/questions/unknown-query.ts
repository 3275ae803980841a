/** Questions that name no query: the nearest name, or what would be one. */
import type { Catalog } from '../domain/catalog.ts';
import { BotError } from '../domain/errors.ts';
import { badTime } from './check-plan.ts';
import { exampleQuestions } from './examples.ts';
import { listValues, type ValuesOf } from './known-values.ts';
import { findNear } from './nearest.ts';
import type { Parts } from './parts.ts';
import { notATime } from './read-parts.ts';
import { code, list, tidy } from './say.ts';
import type { Token } from './tokens.ts';
import { NOISE_WORDS, RECORD_WORDS } from './words.ts';

/** A mistyped name of a query. */
export interface NearQuery {
  /** The id that is meant. */
  readonly query: string;
  readonly token: Token;
  readonly note: string;
}

/** So many near names are listed. */
const MAX_NEAR = 4;

/** The one query that a word of the question is near to; nothing when none is, or several are. */
export function namedNearby(parts: Parts, catalog: Catalog): NearQuery | undefined {
  const found = firstNear(parts, catalog);
  const [query, other] = found?.ids ?? [];
  if (!found || query === undefined || other !== undefined) return undefined;
  const { token } = found;
  const note = `${code(token.text)} is not a query I know. Showing ${code(query)}, the only one near.`;
  return { query, token, note };
}

/** Commands that a word may be meant as. */
const COMMANDS = [...Object.keys(RECORD_WORDS), 'status', 'queries'];
/** Shorter words are near to too much. */
const COMMAND_MIN_CHARS = 4;

/**
 * `alert web01` is no question about data.
 *
 * @throws BotError `ASK_UNKNOWN_QUERY` with the command that is meant
 */
export function refuseNearCommand(tokens: readonly Token[], text: string, catalog: Catalog): void {
  const first = tokens.find(({ lower }) => !NOISE_WORDS.has(lower));
  if (!first || first.isQuoted || first.text.length < COMMAND_MIN_CHARS || findNear(first.text, catalog.names)) return;
  const near = findNear(first.text, COMMANDS);
  const [command] = near?.names ?? [];
  if (command === undefined || (near?.how === 'piece' && !command.startsWith(first.lower))) return;
  const meant = tidy(`${text.slice(0, first.at)}${command}${text.slice(first.end)}`);
  throw new BotError('ASK_UNKNOWN_QUERY', `No query is called ${code(first.text)}. Did you mean ${code(meant)}?`, {
    at: first.at,
    suggestions: [meant],
  });
}

function firstNear(parts: Parts, catalog: Catalog): { token: Token; ids: readonly string[] } | undefined {
  for (const token of parts.words) {
    if (token.isQuoted || parts.soft.has(token) || badTime([token])) continue;
    const near = findNear(token.text, catalog.names)?.names ?? [];
    const ids = [...new Set(near.map((name) => catalog.named(name)[0]?.id ?? name))];
    if (ids.length > 0) return { token, ids };
  }
  return undefined;
}

/** The refusal of a question without a query; its suggestions can be asked as they are. */
export async function noSuchQuery(
  parts: Parts,
  text: string,
  deps: { readonly catalog: Catalog; readonly valuesOf: ValuesOf },
  signal: AbortSignal,
): Promise<BotError> {
  const time = badTime(parts.words);
  if (time) return notATime(time, '');
  const near = firstNear(parts, deps.catalog);
  if (near) return severalNear(near.token, near.ids.slice(0, MAX_NEAR), text);
  const word = parts.words.find((token) => !parts.soft.has(token));
  const value = await firstValue(parts, deps, signal);
  if (word && value) {
    const { token, takers, isAlone } = value;
    const time = parts.time ? ` ${text.slice(parts.time.at, parts.time.end)}` : '';
    const suggestions = takers.map((id) =>
      isAlone ? insertName(text, id, token) : tidy(`${id} ${token.text}${time}`),
    );
    const what = token === word ? `What of ${code(word.text)}?` : `No query is called ${code(word.text)}.`;
    const works = `For example ${list(suggestions.map(code), 'or')}. All: \`queries\`.`;
    return new BotError('ASK_UNKNOWN_QUERY', `${what} ${works}`, { at: word.at, suggestions });
  }
  const suggestions = await exampleQuestions(deps, signal);
  const [example] = suggestions;
  const works = example === undefined ? '' : ` For example ${code(example)}.`;
  const what = word
    ? `No query is called ${code(word.text)}.`
    : 'That names no query, and no answer here came before it.';
  return new BotError('ASK_UNKNOWN_QUERY', `${what}${works} All: \`queries\`.`, { at: word?.at ?? 0, suggestions });
}

/** So many words are looked up; each may ask a source for a list. */
const MAX_LOOKED_UP = 3;

/** The first word that some query takes as a value. */
async function firstValue(
  parts: Parts,
  deps: { readonly catalog: Catalog; readonly valuesOf: ValuesOf },
  signal: AbortSignal,
): Promise<{ readonly token: Token; readonly takers: readonly string[]; readonly isAlone: boolean } | undefined> {
  const words = parts.words.filter((token) => !parts.soft.has(token)).slice(0, MAX_LOOKED_UP);
  const found = await Promise.all(
    words.map(async (token) => ({ token, takers: await queriesTaking(token, deps, signal) })),
  );
  const first = found.find(({ takers }) => takers.length > 0);
  const isAlone = parts.verb === undefined && found.every(({ takers }) => takers.length > 0);
  return first && { ...first, isAlone };
}

function severalNear(token: Token, ids: readonly string[], text: string): BotError {
  const suggestions = ids.map((id) => tidy(`${text.slice(0, token.at)}${id}${text.slice(token.end)}`));
  const near = ids.map((id, index) => `${code(id)} (${code(suggestions[index] ?? id)})`);
  const sentence = `No query is called ${code(token.text)}. Near: ${near.join(', ')}. All: \`queries\`.`;
  return new BotError('ASK_UNKNOWN_QUERY', sentence, { at: token.at, suggestions });
}

function insertName(text: string, id: string, word: Token): string {
  return tidy(`${text.slice(0, word.at)}${id} ${text.slice(word.at)}`);
}

/** So many definitions are asked whether they know a value; a bound on the lists that are fetched for a refusal. */
const MAX_ASKED = 20;

/** Questions about a value, of queries that take it: `errors checkout`; none where it is no value. */
export async function questionsAbout(
  value: string,
  deps: { readonly catalog: Catalog; readonly valuesOf: ValuesOf },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const takers = await queriesTaking({ lower: value.toLowerCase() }, deps, signal);
  return takers.map((id) => `${id} ${value}`);
}

async function queriesTaking(
  word: Pick<Token, 'lower'>,
  { catalog, valuesOf }: { readonly catalog: Catalog; readonly valuesOf: ValuesOf },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const queries = catalog.queries.filter(({ parameters }) => parameters.length > 0).slice(0, MAX_ASKED);
  const known = await listValues(queries, valuesOf, signal);
  const takers = queries.filter((query) =>
    query.parameters.some((parameter) => {
      const values = known(query, parameter);
      return values.kind === 'list' && values.values.some((value) => value.toLowerCase() === word.lower);
    }),
  );
  return [...new Set(takers.map(({ id }) => id))].slice(0, MAX_NEAR - 1);
}
