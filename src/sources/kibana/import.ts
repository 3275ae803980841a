/** Writes a saved search down as a definition: for Elasticsearch itself where all of it can be carried over. */
import { BotError } from '../../domain/errors.ts';
import type { ImportedQuery } from '../source.ts';
import { KibanaBlock } from './block.ts';
import type { KibanaCatalog } from './catalog.ts';
import { lengthOf } from './date-math.ts';
import { isRecord, metaOf, pillWords } from './filters.ts';
import { refusedQuery } from './harmless-query.ts';
import { type Resolved, resolveBlock, viewOf } from './resolve.ts';
import type { SavedObject } from './saved-objects.ts';
import { readSavedSearch, type SavedSearch } from './saved-search.ts';

/** As many as a definition may list. */
const FILTERS_MAX = 20;
/** A name is what people say. */
const NAME_MAX_CHARS = 40;

/**
 * One definition for each tab, or for the one that is named.
 *
 * @throws BotError `SOURCE_NOT_FOUND` for a tab that is not there, or a data view
 */
export async function importSearch(
  object: SavedObject,
  tab: string | undefined,
  catalog: KibanaCatalog,
  space: string | undefined,
  signal: AbortSignal,
): Promise<readonly ImportedQuery[]> {
  const first = readSavedSearch(object, tab);
  if (!first) {
    const there = readSavedSearch(object)?.tabs.join(', ') ?? '';
    throw new BotError(
      'SOURCE_NOT_FOUND',
      `The saved search has no tab ${tab}. It has ${there === '' ? 'none' : there}.`,
    );
  }
  const wanted = tab === undefined && first.tabs.length > 1 ? first.tabs : [tab];
  const queries: ImportedQuery[] = [];
  for (const one of wanted) {
    const search = readSavedSearch(object, one);
    if (search) queries.push(await importOne(search, one, catalog, space, signal));
  }
  return queries;
}

async function importOne(
  search: SavedSearch,
  tab: string | undefined,
  catalog: KibanaCatalog,
  space: string | undefined,
  signal: AbortSignal,
): Promise<ImportedQuery> {
  const view = await viewOf(search, catalog, space, signal);
  const block = KibanaBlock.parse({ search: search.id, ...(tab !== undefined && { tab }) });
  const resolved = await resolveBlock(block, catalog, space, signal);
  const isNative = Object.keys(view?.runtimeMappings ?? {}).length === 0;
  const kibana = { search: search.id, ...(tab !== undefined && { tab }), ...(space !== undefined && { space }) };
  const range = search.timeRange && lengthOf(search.timeRange);
  const title = search.tab === undefined ? search.title : `${search.title}: ${search.tab}`;
  return {
    name: nameOf(title),
    definition: {
      title: title.replaceAll('${', () => '$${').slice(0, 200),
      ...(search.description !== undefined && { description: search.description.slice(0, 2_000) }),
      ...(isNative ? { elasticsearch: nativeBlock(resolved) } : { kibana }),
      ...(range !== undefined && { range }),
    },
    notes: [...notesOf(search, resolved, isNative), ...resolved.notes],
  };
}

/** Kibana's filters come out as a list of queries, each of which can be read and changed; a script stays as it is. */
function nativeBlock({ block }: Resolved): Readonly<Record<string, unknown>> {
  const { index, filter: _, query, ...rest } = block;
  const filter = filterList(query);
  const start = index === undefined ? {} : { index };
  if (!filter) return { ...start, ...(query !== undefined && { query }), ...rest };
  return { ...start, ...(filter.length > 0 && { filter }), ...rest };
}

function filterList(query: unknown): readonly unknown[] | undefined {
  const bool = isRecord(query) && isRecord(query.bool) ? query.bool : {};
  const { filter = [], must_not: not = [] } = bool as { readonly filter?: unknown[]; readonly must_not?: unknown[] };
  const list = [...filter, ...(not.length > 0 ? [{ bool: { must_not: not } }] : [])];
  return list.every((one) => refusedQuery(one) === undefined) && list.length <= FILTERS_MAX ? list : undefined;
}

function notesOf(search: SavedSearch, { pills }: Resolved, isNative: boolean): readonly string[] {
  const off = pills.filter((pill) => metaOf(pill).disabled === true).map(pillWords);
  const range = search.timeRange && lengthOf(search.timeRange) === undefined;
  return [
    ...(isNative
      ? []
      : ['Its data view has runtime fields, so it is run as Kibana keeps it, with what changes there.']),
    ...(off.length > 0 ? [`Filters that are switched off were left out: ${off.join('; ')}.`] : []),
    ...(range
      ? [`Its saved window (${search.timeRange?.from} to ${search.timeRange?.to}) is no length; the usual one holds.`]
      : []),
    ...(search.breakdownField === undefined
      ? []
      : [`Its chart is broken down by ${search.breakdownField}; add split: ${search.breakdownField} for that.`]),
    'It has no parameters yet: put a placeholder such as ${host} where a value should be asked for.',
  ];
}

/** The word to ask for it: `Errors of checkout` is `errors-of-checkout`. */
function nameOf(title: string): string {
  const name = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, NAME_MAX_CHARS)
    .replace(/^[-0-9]+|-+$/g, '');
  return name === '' ? 'saved-search' : name;
}
