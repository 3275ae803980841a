/** From a block to what Elasticsearch is asked: the saved search and its data view, with what is asked beside them. */
import { BotError } from '../../domain/errors.ts';
import { COLUMNS_MAX, FIELD, type KibanaBlock } from './block.ts';
import type { KibanaCatalog } from './catalog.ts';
import { dataViewOf, type IndexView } from './data-views.ts';
import { boolOfPills, metaOf, type Pill, pillWords } from './filters.ts';
import { readSavedSearch, type SavedSearch, type StoredQuery } from './saved-search.ts';

/** What a block stands for. */
export interface Resolved {
  /** What people call it: the title of the search, the name of the data view. */
  readonly title: string;
  readonly search?: SavedSearch;
  /** Absent for ES|QL, which names its indices itself. */
  readonly view?: IndexView;
  readonly space: string | undefined;
  readonly query: StoredQuery;
  /** The block's own query beside that of the saved search. */
  readonly also?: StoredQuery;
  readonly pills: readonly Pill[];
  readonly columns: readonly string[];
  readonly sort: SavedSearch['sort'];
  /** The block of the elasticsearch source. */
  readonly block: Readonly<Record<string, unknown>>;
  /** Whole sentences about what could not be taken over. */
  readonly notes: readonly string[];
}

/** Where log text stands by the names of ECS, OpenTelemetry and Docker. */
const MESSAGE_FIELDS: readonly string[] = ['message', 'body.text', 'event.original', 'log'];
/** Where the severity stands. */
const LEVEL_FIELDS: readonly string[] = ['log.level', 'severity_text', 'level'];
/** More fields than this say nothing about the order. */
const SORT_MAX = 5;
const NOTHING: StoredQuery = { language: 'kql', text: '' };

/** Looks up what a block names. @throws BotError `SOURCE_NOT_FOUND`, other `SOURCE_…` */
export async function resolveBlock(
  block: KibanaBlock,
  catalog: KibanaCatalog,
  ownSpace: string | undefined,
  signal: AbortSignal,
): Promise<Resolved> {
  const space = block.space ?? ownSpace;
  if (block.search === undefined) {
    const view = block.dataView === undefined ? undefined : await catalog.view(block.dataView, space, signal);
    return resolved(block, space, undefined, view);
  }
  const object = await catalog.search(block.search, space, signal);
  const search = readSavedSearch(object, block.tab);
  if (!search) throw noTab(block, readSavedSearch(object)?.tabs ?? []);
  return resolved(block, space, search, await viewOf(search, catalog, space, signal));
}

function noTab({ search, tab }: KibanaBlock, tabs: readonly string[]): BotError {
  const there = tabs.length > 0 ? ` It has ${tabs.join(', ')}.` : ' It has no tabs.';
  return new BotError('SOURCE_NOT_FOUND', `The saved search ${search} has no tab ${tab}.${there}`, { near: tabs });
}

/** The data view that a search names or carries. */
export async function viewOf(
  search: SavedSearch,
  catalog: KibanaCatalog,
  space: string | undefined,
  signal: AbortSignal,
): Promise<IndexView | undefined> {
  if (search.query.language === 'esql') return undefined;
  const { view } = search;
  if (view === undefined) {
    const message = `The saved search ${search.title} has no data view; open it in Kibana and choose one.`;
    throw new BotError('SOURCE_NOT_FOUND', message);
  }
  if ('id' in view) return catalog.view(view.id, space, signal);
  const own = dataViewOf(view.spec);
  if (own) return own;
  throw new BotError('SOURCE_UNEXPECTED', `The saved search ${search.title} carries a data view that cannot be read.`);
}

function resolved(
  block: KibanaBlock,
  space: string | undefined,
  search: SavedSearch | undefined,
  view: IndexView | undefined,
): Resolved {
  const own = ownQuery(block);
  const query = search ? search.query : own;
  const also = search && own.text !== '' ? own : undefined;
  const pills = [...(search?.pills ?? []), ...block.pills];
  const columns = block.columns ?? search?.columns ?? [];
  const sort = block.sort ?? search?.sort ?? [];
  const parts = { block, search, view, query, also, pills, columns, sort };
  const { made, notes } = query.language === 'esql' ? esqlBlock(parts) : dslBlock(parts);
  return {
    title: search?.title ?? view?.name ?? 'ES|QL',
    ...(search && { search }),
    ...(view && { view }),
    space,
    query,
    ...(also && { also }),
    pills,
    columns,
    sort,
    block: made,
    notes,
  };
}

function ownQuery({ kql, lucene, esql }: KibanaBlock): StoredQuery {
  if (esql !== undefined) return { language: 'esql', text: esql };
  if (lucene !== undefined) return { language: 'lucene', text: lucene.trim() };
  return kql === undefined ? NOTHING : { language: 'kql', text: kql.trim() };
}

interface Parts {
  readonly block: KibanaBlock;
  readonly search: SavedSearch | undefined;
  readonly view: IndexView | undefined;
  readonly query: StoredQuery;
  readonly also: StoredQuery | undefined;
  readonly pills: readonly Pill[];
  readonly columns: readonly string[];
  readonly sort: SavedSearch['sort'];
}

interface Made {
  readonly made: Readonly<Record<string, unknown>>;
  readonly notes: readonly string[];
}

function dslBlock({ block, view, query, also, pills, columns, sort }: Parts): Made {
  const stored = boolOfPills(pills, { viewId: view?.id, nested: view?.nested });
  const { lines, notes } = linesOf(block, view, columns);
  const made = {
    index: view?.index ?? '',
    filter: filtersOf(block),
    ...(stored && { query: withoutTemplates(stored) }),
    ...textQueries([query, ...(also ? [also] : [])]),
    ...(view?.timeField !== undefined && { timeField: view.timeField }),
    ...(Object.keys(view?.runtimeMappings ?? {}).length > 0 && { runtimeMappings: view?.runtimeMappings }),
    ...(block.text !== undefined && { text: block.text }),
    ...measured(block),
    ...(lines && { lines, ...orderOf(sort, view) }),
    ...(view && view.id !== '' && { dataView: view.id }),
  };
  const timeless =
    view && view.timeField === undefined
      ? [`The data view ${view.name} has no time field, so the window is read from the source's own.`]
      : [];
  return { made, notes: [...notes, ...timeless, ...otherViews(pills, view)] };
}

/** Discover shows such a filter with a warning, and applies it all the same. */
function otherViews(pills: readonly Pill[], view: IndexView | undefined): readonly string[] {
  const others = pills.filter((pill) => {
    const { index, disabled, type } = metaOf(pill);
    return (
      disabled !== true &&
      type !== 'combined' &&
      typeof index === 'string' &&
      view &&
      index !== view.id &&
      view.id !== ''
    );
  });
  return others
    .slice(0, 1)
    .map((pill) => `The filter ${pillWords(pill)} was made for another data view; it is applied, as Kibana does.`);
}

function esqlBlock({ block, search, query, also, pills }: Parts): Made {
  const stored = boolOfPills(pills);
  const carried = search?.view && 'spec' in search.view ? dataViewOf(search.view.spec) : undefined;
  const made = {
    esql: withoutTemplates(query.text),
    filter: filtersOf(block),
    ...(stored && { query: withoutTemplates(stored) }),
    ...textQueries(also ? [also] : []),
    ...(carried?.timeField !== undefined && { timeField: carried.timeField }),
  };
  return { made, notes: [] };
}

/** Newest first is what all lines come in; other orders choose which are read. */
function orderOf(sort: SavedSearch['sort'], view: IndexView | undefined): Readonly<Record<string, unknown>> {
  const fields = sort.filter(([field]) => FIELD.test(field) && !/^_(?:score|doc)$/.test(field));
  const isTime = fields.length === 0 || fields[0]?.[0] === (view?.timeField ?? '@timestamp');
  return isTime ? {} : { sort: fields.slice(0, SORT_MAX).map(([field, order]) => ({ [field]: order })) };
}

/** At most one of each language: the block's schema sees to its own. */
function textQueries(queries: readonly StoredQuery[]): Readonly<Record<string, unknown>> {
  const of = (language: StoredQuery['language']) =>
    queries.filter((one) => one.language === language && one.text !== '').map(({ text }) => text);
  const [kql, lucene] = [of('kql'), of('lucene')];
  const joined = (texts: readonly string[], and: string) =>
    texts.length > 1 ? texts.map((text) => `(${text})`).join(` ${and} `) : texts[0];
  return {
    ...(kql.length > 0 && { kql: withoutTemplates(joined(kql, 'and')) }),
    ...(lucene.length > 0 && { lucene: joined(lucene, 'AND') }),
  };
}

/** The block's own filters: each a query with the placeholder as its whole value. */
export function filtersOf({ filters }: KibanaBlock): readonly Readonly<Record<string, unknown>>[] {
  return Object.entries(filters).map(([field, value]) => {
    const values = [value].flat();
    if (values.length === 1) return { term: { [field]: values[0] } };
    return values.some((one) => String(one).includes('${'))
      ? { bool: { should: values.map((one) => ({ term: { [field]: one } })), minimum_should_match: 1 } }
      : { terms: { [field]: values } };
  });
}

function measured({ metric, split, step }: KibanaBlock): Readonly<Record<string, unknown>> {
  return {
    ...(metric !== undefined && { metric }),
    ...(split !== undefined && { split }),
    ...(step !== undefined && { step }),
  };
}

/** Whether a block is answered with lines. */
export function hasLines({ view, metric, split, rules }: KibanaBlock): boolean {
  if (rules !== undefined) return false;
  return view === undefined ? metric === undefined && split === undefined : view === 'lines';
}

function linesOf(
  block: KibanaBlock,
  view: IndexView | undefined,
  asked: readonly string[],
): { readonly lines?: Readonly<Record<string, unknown>>; readonly notes: readonly string[] } {
  if (!hasLines(block)) return { notes: [] };
  const message = asked.find((column) => MESSAGE_FIELDS.includes(column));
  const level = asked.find((column) => LEVEL_FIELDS.includes(column));
  const own = new Set([message, level, view?.timeField ?? '@timestamp', '@timestamp', '_source']);
  const rest = asked.filter((column) => !own.has(column) && FIELD.test(column));
  const columns = rest.slice(0, COLUMNS_MAX);
  const cut = rest.length - columns.length;
  return {
    lines: {
      ...(asked.length > 0 && { columns }),
      ...(message !== undefined && { message }),
      ...(level !== undefined && { level }),
    },
    notes:
      cut > 0
        ? [
            `Of the ${rest.length} columns ${cut} ${cut === 1 ? 'is' : 'are'} not shown: ${rest.slice(COLUMNS_MAX).slice(0, 3).join(', ')}.`,
          ]
        : [],
  };
}

/** What is stored is no template: a `${` in it is two characters. */
function withoutTemplates(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('${', () => '$${');
  if (Array.isArray(value)) return value.map(withoutTemplates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutTemplates(inner)]));
}
