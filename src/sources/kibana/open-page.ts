/** A pasted page as a block: what it shows, its saved search where it has one, and only queries that are harmless. */
import { BotError } from '../../domain/errors.ts';
import { PILLS_MAX, QUERY_MAX_CHARS } from './block.ts';
import type { KibanaCatalog } from './catalog.ts';
import type { KibanaClient } from './client.ts';
import { listDataViews } from './data-views.ts';
import { isCovered, sourcesOf } from './esql-sources.ts';
import { metaOf, type Pill, pillWords } from './filters.ts';
import { refusedPill } from './harmless-query.ts';
import type { DiscoverPage } from './page.ts';
import { readSavedSearch, type SavedSearch } from './saved-search.ts';

/** A page as a block of the schema, and what people call it. */
export interface PageBlock {
  readonly block: Readonly<Record<string, unknown>>;
  readonly title: string;
  readonly description?: string;
  /** The saved search behind it, whose window holds when the page says none. */
  readonly search?: SavedSearch;
}

/** Where pages are looked up. */
export interface PageContext {
  readonly client: KibanaClient;
  readonly catalog: KibanaCatalog;
  readonly space: string | undefined;
  readonly signal: AbortSignal;
}

/** Makes the block. @throws BotError `ASK_UNKNOWN_QUERY`, `ASK_FORBIDDEN`, `SOURCE_…` */
export async function blockOfPage(page: DiscoverPage, context: PageContext): Promise<PageBlock> {
  refuseTooMuch(page);
  refuseHarmful(page.pills);
  const search = await searchOf(page, context);
  const isAsSaved = search && page.query === undefined && !page.hasPills && page.viewId === undefined;
  const space = context.space === undefined ? {} : { space: context.space };
  const pills = page.pills.length > 0 ? { pills: page.pills } : {};
  const columns = page.columns && page.columns.length > 0 ? { columns: page.columns } : {};
  const named = search
    ? { title: search.title, ...(search.description !== undefined && { description: search.description }), search }
    : {};
  if (isAsSaved) {
    const tab = page.tabId === undefined ? {} : { tab: page.tabId };
    return { title: search.title, ...named, block: { search: search.id, ...tab, ...space, ...pills, ...columns } };
  }
  const query = page.query ?? search?.query ?? { language: 'kql' as const, text: '' };
  if (query.language === 'esql') {
    await refuseOtherIndices(query.text, context);
    return { title: query.text, ...named, block: { esql: query.text, ...space, ...pills } };
  }
  const own = page.hasPills ? page.pills : [...page.pills, ...(search?.pills ?? [])];
  const view = await viewIdOf(page, search, context);
  const block = {
    dataView: view.id,
    ...space,
    ...(query.text !== '' && { [query.language]: query.text }),
    ...(own.length > 0 && { pills: own }),
    ...columnsOf(page, search),
    ...sortOf(page.sort ?? search?.sort ?? []),
  };
  return { title: titleOf(view.name, query.text, own), ...named, block };
}

async function searchOf(
  { savedSearchId, tabId }: DiscoverPage,
  { catalog, space, signal }: PageContext,
): Promise<SavedSearch | undefined> {
  if (savedSearchId === undefined) return undefined;
  const object = await catalog.search(savedSearchId, space, signal);
  // a tab that nobody has saved yet
  return readSavedSearch(object, tabId) ?? readSavedSearch(object);
}

/** The words of a page that has no name. */
function titleOf(view: string, text: string, pills: readonly Pill[]): string {
  const words = [text, ...pills.filter((pill) => metaOf(pill).disabled !== true).map(pillWords)].filter(
    (one) => one !== '',
  );
  const shown = words.join(', ').slice(0, 80);
  return shown === '' ? view : `${view}: ${shown}`;
}

function columnsOf(page: DiscoverPage, search: SavedSearch | undefined): Readonly<Record<string, unknown>> {
  const columns = page.columns ?? search?.columns ?? [];
  return columns.length > 0 ? { columns } : {};
}

function sortOf(sort: SavedSearch['sort']): Readonly<Record<string, unknown>> {
  const usable = sort
    .filter(([field]) => /^[\p{L}_@][\p{L}\p{N}_@.-]*$/u.test(field) && field !== '_score')
    .slice(0, 5);
  return usable.length > 0 ? { sort: usable } : {};
}

async function viewIdOf(
  page: DiscoverPage,
  search: SavedSearch | undefined,
  { catalog, space, signal }: PageContext,
): Promise<{ readonly id: string; readonly name: string }> {
  const saved = search?.view;
  const id = page.viewId ?? (saved && 'id' in saved ? saved.id : undefined);
  if (id !== undefined) {
    try {
      const view = await catalog.view(id, space, signal);
      return { id: view.id, name: view.name };
    } catch (thrown) {
      if (!(thrown instanceof BotError) || thrown.code !== 'SOURCE_NOT_FOUND' || !Array.isArray(thrown.details.near))
        throw thrown;
      const message =
        'The data view of this page was never saved, so it cannot be read from here. Save it in Kibana, and copy the address again.';
      throw new BotError('ASK_UNKNOWN_QUERY', message, {}, { cause: thrown });
    }
  }
  const message = 'This page does not say which data view it shows. Open it in Kibana, and copy the whole address.';
  throw new BotError('ASK_UNKNOWN_QUERY', message);
}

function refuseTooMuch({ pills, query }: DiscoverPage): void {
  const what =
    pills.length > PILLS_MAX
      ? 'filters'
      : (query?.text.length ?? 0) > QUERY_MAX_CHARS
        ? 'text in its query'
        : undefined;
  if (what === undefined) return;
  throw new BotError(
    'ASK_TOO_MUCH',
    `This page has more ${what} than are run from an address. Save the search in Kibana, and ask for it by its name.`,
  );
}

function refuseHarmful(pills: readonly Pill[]): void {
  const refused = refusedPill(pills);
  if (refused === undefined) return;
  const message = `A filter of this page is ${refused}, which is not run from an address. Save the search in Kibana, and ask for it by its name.`;
  throw new BotError('ASK_FORBIDDEN', message);
}

/** A page could name any index; only those that somebody has made a data view of are read from an address. */
async function refuseOtherIndices(esql: string, { client, space, signal }: PageContext): Promise<void> {
  const sources = sourcesOf(esql);
  if (sources === undefined) {
    const message =
      'This ES|QL reads more than the indices behind FROM, which is not run from an address. Save the search in Kibana, and ask for it by its name.';
    throw new BotError('ASK_FORBIDDEN', message);
  }
  const views = await listDataViews(client, space, signal);
  const other = sources.find(
    (source) =>
      !isCovered(
        source,
        views.map(({ title }) => title),
      ),
  );
  if (other === undefined) return;
  const message = `This page reads ${other}, of which there is no data view; only those are read from an address. Save the search in Kibana, and ask for it by its name.`;
  throw new BotError('ASK_FORBIDDEN', message);
}
