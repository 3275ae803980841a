/** Reads what Kibana keeps of a saved search, in all the forms from 7.17 to 9. Pure. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { isRecord, metaOf, type Pill } from './filters.ts';
import { type SavedObject, titleOf } from './saved-objects.ts';

/** A question in one of Kibana's languages; its text may be empty. */
export interface StoredQuery {
  readonly language: 'kql' | 'lucene' | 'esql';
  readonly text: string;
}

/** A saved search, or one tab of it. */
export interface SavedSearch {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  /** The tab that was read, where it has several; and what they are all called. */
  readonly tab?: string;
  readonly tabs: readonly string[];
  readonly columns: readonly string[];
  readonly sort: readonly (readonly [field: string, direction: 'asc' | 'desc'])[];
  readonly query: StoredQuery;
  readonly pills: readonly Pill[];
  /** Id of its data view, or the data view itself where it is kept in the search. */
  readonly view?: { readonly id: string } | { readonly spec: unknown };
  /** The window that it is to be opened with, as it was typed: `now-15m`. */
  readonly timeRange?: { readonly from: string; readonly to: string };
  readonly breakdownField?: string;
}

const Sort = z.array(z.union([z.string(), z.array(z.string())]));

const Attributes = z.object({
  columns: z.array(z.string()).catch([]).default([]),
  sort: Sort.catch([]).default([]),
  timeRestore: z.boolean().catch(false).default(false),
  timeRange: z.object({ from: z.string(), to: z.string() }).optional().catch(undefined),
  breakdownField: z.string().optional().catch(undefined),
  kibanaSavedObjectMeta: z.object({ searchSourceJSON: z.string() }).optional().catch(undefined),
});

const Tab = z.object({ id: z.string(), label: z.string().catch(''), attributes: z.record(z.string(), z.unknown()) });

type References = SavedObject['references'];

/**
 * Reads a search.
 *
 * @param tab - id or label of a tab; left out, the first
 * @returns `undefined` when it has no such tab
 * @throws BotError `SOURCE_UNEXPECTED` for what is nested without end
 */
export function readSavedSearch(object: SavedObject, tab?: string): SavedSearch | undefined {
  const { attributes, references, id } = object;
  const tabs = z
    .array(Tab)
    .catch([])
    .parse(attributes.tabs ?? []);
  const wanted = tab?.toLowerCase();
  const chosen =
    wanted === undefined
      ? tabs[0]
      : tabs.find((one) => [one.id, one.label].some((text) => text.toLowerCase() === wanted));
  if (wanted !== undefined && !chosen) return undefined;
  // servers between the two forms keep the first tab at the top as well
  const isAtTop = isRecord(attributes.kibanaSavedObjectMeta) && (tab === undefined || chosen === tabs[0]);
  const own = isAtTop ? attributes : (chosen?.attributes ?? attributes);
  const description = typeof attributes.description === 'string' ? attributes.description.trim() : '';
  return {
    id,
    title: titleOf(object),
    ...(description !== '' && { description }),
    ...(chosen && tabs.length > 1 && { tab: chosen.label || chosen.id }),
    tabs: tabs.map((one) => one.label || one.id),
    ...readAttributes(own, references, chosen?.id),
  };
}

type Own = Omit<SavedSearch, 'id' | 'title' | 'description' | 'tab' | 'tabs'>;

function readAttributes(attributes: unknown, references: References, tabId: string | undefined): Own {
  const { columns, sort, timeRestore, timeRange, breakdownField, kibanaSavedObjectMeta } = Attributes.parse(attributes);
  const source = jsonObject(kibanaSavedObjectMeta?.searchSourceJSON);
  const idOf = (name: unknown) => referenced(name, references, tabId);
  const view = viewOf(source, idOf);
  return {
    columns: columns.filter((column) => column !== '_source'),
    sort: sortOf(sort),
    query: queryOf(source.query),
    pills: pillsOf(source.filter, idOf),
    ...(view && { view }),
    ...(timeRestore && timeRange && { timeRange }),
    ...(breakdownField !== undefined && breakdownField !== '' && { breakdownField }),
  };
}

/** `[["@timestamp", "desc"]]`, or the old flat `["@timestamp", "desc"]`. */
export function sortOf(sort: readonly (string | readonly string[])[]): SavedSearch['sort'] {
  const pairs = sort.every((one) => typeof one === 'string') ? [sort as readonly string[]] : sort;
  return pairs.flatMap((pair) => {
    const [field = '', direction = 'desc'] = [pair].flat();
    return field === '' ? [] : [[field, direction === 'asc' ? 'asc' : 'desc'] as const];
  });
}

/** A query as Kibana keeps it; text alone is Lucene, from before 6. */
export function queryOf(query: unknown): StoredQuery {
  if (typeof query === 'string') return { language: 'lucene', text: query.trim() };
  if (!isRecord(query)) return { language: 'kql', text: '' };
  if (typeof query.esql === 'string') return { language: 'esql', text: query.esql.trim() };
  // before 6 it was a query of the DSL
  const inner = query.query_string ?? (isRecord(query.query) ? query.query.query_string : query.query);
  const text = isRecord(inner) ? inner.query : inner;
  const language = query.language === 'kuery' ? 'kql' : 'lucene';
  return { language, text: typeof text === 'string' ? text.trim() : '' };
}

function viewOf(source: Readonly<Record<string, unknown>>, idOf: (name: unknown) => string | undefined): Own['view'] {
  const { index, indexRefName } = source;
  if (typeof index === 'string' && index !== '') return { id: index };
  if (isRecord(index)) return { spec: index };
  const id = idOf(indexRefName);
  return id === undefined ? undefined : { id };
}

function pillsOf(filters: unknown, idOf: (name: unknown) => string | undefined): readonly Pill[] {
  if (!Array.isArray(filters)) return [];
  return filters.filter(isRecord).map((pill) => {
    const { indexRefName, ...meta } = metaOf(pill);
    const index = idOf(indexRefName) ?? meta.index;
    return { ...pill, meta: { ...meta, ...(index !== undefined && { index }) } };
  });
}

/** Ids stand apart from what they are needed for, under a name; those of tabs with the tab's before it. */
function referenced(name: unknown, references: References, tabId: string | undefined): string | undefined {
  if (typeof name !== 'string') return undefined;
  const names = [name, `tab_${tabId}.${name}`];
  return references.find((one) => names.includes(one.name))?.id;
}

/** @throws BotError `SOURCE_UNEXPECTED` for what is nested without end */
function jsonObject(text = '{}'): Readonly<Record<string, unknown>> {
  if (isTooDeep(text)) throw new BotError('SOURCE_UNEXPECTED', `A saved search is nested deeper than ${DEPTH_MAX}.`);
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** Filters that people click together are a handful deep; what reads them calls itself for each level. */
const DEPTH_MAX = 100;

function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [bracket] of text.replace(/"[^"\\]*(?:\\[\s\S][^"\\]*)*"/g, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '{' || bracket === '[' ? 1 : -1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}
