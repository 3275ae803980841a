/** Completion of a question while it is typed: names of queries, values of their parameters, words of the grammar. */
import type { Catalog } from '../domain/catalog.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { type Fragment, fragmentAt } from './complete/fragment.ts';
import type { CompletionItem } from './complete/item.ts';
import {
  COMMAND_ITEMS,
  COMPARISON_ITEMS,
  phrasesAfter,
  RECORD_ITEMS,
  SHOWN_ITEMS,
  TIME_ITEMS,
  VERSUS_ITEMS,
} from './complete/phrases.ts';
import { valueItems } from './complete/values.ts';
import type { Parts } from './parts.ts';
import { rawPrefixOf } from './raw-question.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import type { Token } from './tokens.ts';
import type { UnderstandDeps } from './understand.ts';
import { COMMAND_WORDS, COMPARE_WORDS, NOISE_WORDS, RANKING_WORDS, RECORD_WORDS } from './words.ts';

/** What can stand where the cursor is. */
export interface Completion {
  /** The item takes the place of `[from, to)` of the text, in UTF-16 units. */
  readonly from: number;
  readonly to: number;
  /** The best first. */
  readonly items: readonly CompletionItem[];
}

/** What completing works with; `valuesOf` is asked at every key stroke. */
export interface CompleteDeps extends Pick<UnderstandDeps, 'catalog' | 'sources' | 'valuesOf' | 'rawPrefixes'> {
  readonly nowMs: number;
  readonly zone: string;
  /** Whether alerts and changes can be asked about. */
  readonly hasRecord: boolean;
}

/** More than this nobody reads. */
const ITEMS_MAX = 20;
/** So that a long list leaves room for the rest. */
const EACH_MAX = 8;

/** Completes a text at an offset; nothing fits: no items. Fetches no data and waits no longer than `valuesOf` does. */
export async function complete(text: string, at: number, deps: CompleteDeps, signal: AbortSignal): Promise<Completion> {
  const fragment = fragmentAt(text, at);
  const { from, to } = fragment;
  if (rawPrefixOf(text, deps.rawPrefixes) !== undefined) return { from, to, items: [] };
  const groups = await groupsFor(fragment, vocabularyOf(deps), deps, signal);
  const fitting = groups.map((items) => fittingItems(items, fragment.typed));
  const isCut = fitting.filter((items) => items.length > 0).length > 1 && fragment.typed === '';
  const seen = new Set<string>();
  const items = fitting
    .flatMap((group) => (isCut ? group.slice(0, EACH_MAX) : group))
    .filter(({ text: one }) => !seen.has(one) && seen.add(one));
  return { from, to, items: items.slice(0, ITEMS_MAX) };
}

function vocabularyOf({ catalog, sources, nowMs, zone }: CompleteDeps): Vocabulary {
  const packs = [...new Set(catalog.queries.map(({ pack }) => pack))];
  return { isQuery: (word) => catalog.named(word).length > 0, sources, packs, nowMs, zone };
}

/** What may stand there, the likeliest group first. */
async function groupsFor(
  fragment: Fragment,
  vocabulary: Vocabulary,
  deps: CompleteDeps,
  signal: AbortSignal,
): Promise<readonly (readonly CompletionItem[])[]> {
  const { before, after } = fragment;
  const variants = variantsIn([...before, ...after], deps.catalog);
  const said = before.filter((token) => token.isQuoted || !NOISE_WORDS.has(token.lower));
  const [first] = said;
  const lead = before.at(-1);
  const command = first && !first.isQuoted && said.length === 1 ? first.lower : '';
  if (variants.length === 0) {
    if (isCommand(command)) return argumentsOf(command, deps);
    const phrases = lead && phrasesAfter(lead.lower);
    if (phrases) return Object.hasOwn(RANKING_WORDS, lead.lower) ? [phrases, queryItems(deps.catalog)] : [phrases];
    const commands = said.length === 0 ? [COMMAND_ITEMS, deps.hasRecord ? RECORD_ITEMS : []] : [];
    return [queryItems(deps.catalog), ...commands, ...(said.length > 0 ? [TIME_ITEMS] : [])];
  }
  if (command === 'help' || command === 'runbook') return [];
  const values = () => valueItems(variants, fragment, vocabulary, deps.valuesOf, signal);
  if (fragment.key !== undefined) return [await values()];
  if (lead && COMPARE_WORDS.versus.some((word) => word === lead.lower)) return [VERSUS_ITEMS, await values()];
  const phrases = lead && phrasesAfter(lead.lower);
  if (phrases) return [scopeItems(lead, variants), phrases];
  const parts = partsOf(before, after, vocabulary);
  return [
    await values(),
    parts?.time ? [] : TIME_ITEMS,
    parts?.comparison ? [] : COMPARISON_ITEMS,
    parts?.output ? [] : SHOWN_ITEMS,
    scopePhrases(variants, parts),
  ];
}

function variantsIn(tokens: readonly Token[], catalog: Catalog): readonly SavedQuery[] {
  const named = tokens.find((token) => !token.isQuoted && catalog.named(token.text).length > 0);
  return named ? catalog.named(named.text) : [];
}

function partsOf(before: readonly Token[], after: readonly Token[], vocabulary: Vocabulary): Parts | undefined {
  try {
    return readParts([...before, ...after], vocabulary);
  } catch {
    return undefined; // two times, or a half of one: whatever is offered cannot make it worse
  }
}

function isCommand(word: string): boolean {
  return Object.hasOwn(COMMAND_WORDS, word) || Object.hasOwn(RECORD_WORDS, word);
}

function argumentsOf(command: string, { catalog, sources }: CompleteDeps): readonly (readonly CompletionItem[])[] {
  switch (command) {
    case 'help':
    case 'runbook':
      return [queryItems(catalog)];
    case 'status':
      return [sources.map(({ name }) => ({ text: name, kind: 'value', title: 'a source' }))];
    case 'alerts':
    case 'deploys':
    case 'changes':
      return [TIME_ITEMS];
    default:
      return [];
  }
}

/** Ids before aliases, each once. */
function queryItems({ queries }: Catalog): readonly CompletionItem[] {
  const itemOf = (text: string, { description, title }: SavedQuery): CompletionItem => ({
    text,
    kind: 'query',
    title: description ?? title,
  });
  const ids = queries.map((query) => itemOf(query.id, query));
  const aliases = queries.flatMap((query) => query.aliases.map((alias) => itemOf(alias, query)));
  const seen = new Set<string>();
  return [...ids, ...aliases].filter(({ text }) => !seen.has(text) && seen.add(text));
}

/** Behind `on`: the sources that a query has variants on. */
function scopeItems(lead: Token, variants: readonly SavedQuery[]): readonly CompletionItem[] {
  if (lead.lower !== 'on' || variants.length < 2) return [];
  return variants.map(({ sourceName }) => ({ text: sourceName, kind: 'word', title: 'a source' }));
}

function scopePhrases(variants: readonly SavedQuery[], parts: Parts | undefined): readonly CompletionItem[] {
  if (variants.length < 2 || parts?.scope) return [];
  return variants.map(({ sourceName }) => ({ text: `on ${sourceName}`, kind: 'word', title: 'only this source' }));
}

/** Those that begin so, then those with a word that does, then those that hold it. */
function fittingItems(items: readonly CompletionItem[], typed: string): readonly CompletionItem[] {
  if (typed === '') return items;
  const textOf = ({ text }: CompletionItem) => text.toLowerCase().replace(/^"/, '');
  const begins = items.filter((item) => textOf(item).startsWith(typed) && textOf(item) !== typed);
  const words = items.filter((item) => !begins.includes(item) && textOf(item).includes(` ${typed}`));
  const holds = items.filter(
    (item) =>
      item.kind !== 'time' && !begins.includes(item) && !words.includes(item) && textOf(item).includes(typed, 1),
  );
  return [...begins, ...words, ...holds];
}
