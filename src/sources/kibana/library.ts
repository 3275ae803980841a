/** What Kibana keeps, for people who ask for it by name or paste a page of it. */
import { BotError } from '../../domain/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { ImportedQuery, ImportWanted, Library, LibraryEntry, Opened, Wanted } from '../source.ts';
import type { KibanaCatalog } from './catalog.ts';
import type { KibanaClient } from './client.ts';
import type { IndexView } from './data-views.ts';
import { lengthOf, parseDateMath } from './date-math.ts';
import { writeFragment } from './discover-state.ts';
import { importSearch } from './import.ts';
import { placeUrl } from './link.ts';
import { narrowed, titleWith } from './named-fields.ts';
import { blockOfPage } from './open-page.ts';
import { openRule } from './open-rule.ts';
import { type KibanaPage, readPage } from './page.ts';
import { viewOf } from './resolve.ts';
import { type ObjectList, type SavedObject, titleOf } from './saved-objects.ts';
import { readSavedSearch, type SavedSearch } from './saved-search.ts';
import { pageBehind } from './short-url.ts';

/** What the library works with. */
export interface LibraryDeps {
  readonly client: KibanaClient;
  readonly catalog: KibanaCatalog;
  /** For links: ends in a slash, without a space. */
  readonly publicUrl: string;
  /** Addresses under which people and we know it. */
  readonly bases: readonly string[];
  /** The configured space: then pages of others are none of ours. */
  readonly space: string | undefined;
}

/** A list of more is no help. */
const SHOWN_MAX = 50;
const NEAR_MAX = 3;

/** Makes the library of one installation. */
export function createLibrary(deps: LibraryDeps): Library {
  const { catalog, space, bases } = deps;
  return {
    noun: 'saved search',
    async search(words, signal) {
      const { objects } = await catalog.things(space, signal);
      return ranked(objects, words)
        .slice(0, SHOWN_MAX)
        .map((object) => entryOf(object, deps));
    },
    owns(url) {
      const page = readPage(url, bases);
      return page !== undefined && (space === undefined || (page.space ?? 'default') === space);
    },
    open: (wanted, signal) => open(wanted, deps, signal),
    import: (wanted, signal) => importAll(wanted, deps, signal),
  };
}

function entryOf(object: SavedObject, { publicUrl, space }: LibraryDeps): LibraryEntry {
  const place = placeUrl({ publicUrl, space });
  const path: Readonly<Record<string, string>> = {
    search: `app/discover#/view/${encodeURIComponent(object.id)}`,
    dashboard: `app/dashboards#/view/${encodeURIComponent(object.id)}`,
    'index-pattern': `app/discover${writeFragment('/', { _a: { index: object.id } })}`,
  };
  return {
    title: titleOf(object),
    ask: slugOf(titleOf(object)) || object.id,
    url: `${place}${path[object.type] ?? ''}`,
    ...(object.type !== 'search' && { folder: object.type === 'dashboard' ? 'dashboards' : 'data views' }),
  };
}

/** A title as one word that no part of a question can be taken for: `Errors of checkout` is `errors-of-checkout`. */
function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}*]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

const TYPES = ['search', 'index-pattern', 'dashboard'];

/** Those whose names or descriptions have all the words; searches first, then what begins so. */
function ranked(objects: readonly SavedObject[], words: string): readonly SavedObject[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const scored = objects.flatMap((object) => {
    const { title, description } = object.attributes;
    const name = titleOf(object).toLowerCase();
    const text = `${name} ${String(title ?? '')} ${String(description ?? '')} ${object.id}`.toLowerCase();
    if (!wanted.every((word) => text.includes(word))) return [];
    const isInName = wanted.every((word) => name.includes(word));
    return [{ object, name, score: TYPES.indexOf(object.type) * 2 + (isInName ? 0 : 1) }];
  });
  return scored.sort((a, b) => a.score - b.score || a.name.localeCompare(b.name, 'en')).map(({ object }) => object);
}

async function open(wanted: Wanted, deps: LibraryDeps, signal: AbortSignal): Promise<Opened> {
  if (wanted.url) return openUrl(wanted.url, wanted, deps, signal);
  const words = wanted.words.join(' ').trim();
  if (words === '') {
    throw new BotError('ASK_EMPTY', 'Name a saved search or a data view.', { suggestions: ['kibana search'] });
  }
  const list = await deps.catalog.things(deps.space, signal);
  const { object, tab } = withTab(list, wanted.words) ?? { object: chosen(list, words, deps) };
  if (object.type === 'dashboard') throw onlyLinked(object, deps);
  return object.type === 'search'
    ? openSearch(object.id, tab, wanted, deps, signal)
    : openView(object, wanted, deps, signal);
}

/** A search by its whole name, and behind that the words for one of its tabs. */
function withTab(
  { objects }: ObjectList,
  words: readonly string[],
): { readonly object: SavedObject; readonly tab: string } | undefined {
  const isCalled = (object: SavedObject, slug: string) => slugOf(titleOf(object)) === slug;
  if (objects.some((object) => isCalled(object, slugOf(words.join(' '))))) return undefined;
  for (let count = words.length - 1; count > 0; count -= 1) {
    const slug = slugOf(words.slice(0, count).join(' '));
    const [object, other] = objects.filter((one) => one.type === 'search' && isCalled(one, slug));
    if (object && !other) return { object, tab: words.slice(count).join(' ') };
  }
  return undefined;
}

/** @throws BotError `ASK_UNKNOWN_QUERY`, `ASK_AMBIGUOUS` */
function chosen({ objects, left }: ObjectList, words: string, { client }: LibraryDeps): SavedObject {
  const slug = slugOf(words);
  const isNamed = (object: SavedObject) =>
    [titleOf(object), String(object.attributes.title ?? '')].some((name) => slugOf(name) === slug);
  const byId = objects.filter(({ id }) => id === words);
  const named = objects.filter(isNamed);
  // what is kept as a search is meant before what it reads
  const found = [byId, ...TYPES.map((type) => named.filter((one) => one.type === type))].find(
    (some) => some.length > 0,
  );
  const near = found ?? ranked(objects, words.replaceAll('-', ' ')).filter(({ type }) => type !== 'dashboard');
  const [first, second] = near;
  if (first && !second) return first;
  if (first) throw several(near, words);
  const names = nearest(
    slug,
    objects.map((object) => slugOf(titleOf(object))),
    NEAR_MAX,
  );
  const more = left > 0 ? ` ${left} more are not listed; ask for those by their ids.` : '';
  const message = `${client.title} keeps nothing called \`${words}\`.${more}`;
  throw new BotError('ASK_UNKNOWN_QUERY', message, {
    suggestions: names.length > 0 ? names.map((name) => `kibana ${name}`) : ['kibana search'],
  });
}

function several(objects: readonly SavedObject[], words: string): BotError {
  const shown = objects.slice(0, 5);
  const slugs = shown.map((object) => slugOf(titleOf(object)));
  // two of one name are told apart by their ids
  const asks = shown.map(({ id }, index) =>
    slugs.indexOf(slugs[index] ?? '') === slugs.lastIndexOf(slugs[index] ?? '') ? slugs[index] : id,
  );
  const message = `\`${words}\` could be ${objects.length} things: ${shown.map(titleOf).join(', ')}.`;
  return new BotError('ASK_AMBIGUOUS', message, { suggestions: asks.map((ask) => `kibana ${ask}`) });
}

function onlyLinked(object: SavedObject, deps: LibraryDeps): BotError {
  const { url = '' } = entryOf(object, deps);
  const message = `${titleOf(object)} is a dashboard; those can be linked, not drawn. Its saved searches can be asked for.`;
  return new BotError('ASK_UNKNOWN_QUERY', message, { link: url, suggestions: ['kibana search'] });
}

async function openSearch(
  id: string,
  tabWords: string | undefined,
  wanted: Wanted,
  deps: LibraryDeps,
  signal: AbortSignal,
): Promise<Opened> {
  const { catalog, space } = deps;
  const object = await catalog.search(id, space, signal);
  const search = tabOf(object, tabWords);
  const view = await viewOf(search, catalog, space, signal);
  const isEsql = search.query.language === 'esql';
  const name = slugOf(search.title) || search.id;
  const tab = tabWords !== undefined && search.tab !== undefined ? { tab: search.tab } : {};
  const title = search.tab === undefined || tabWords === undefined ? search.title : `${search.title}: ${search.tab}`;
  return {
    ask: tabWords === undefined ? name : `${name} ${slugOf(tabWords)}`,
    title: titleWith(title, wanted.named),
    ...(search.description !== undefined && { description: search.description }),
    ...narrowed({ search: search.id, ...tab }, wanted.named, view),
    ...(!isEsql && { output: 'lines' as const }),
    ...(search.timeRange && windowOf(search.timeRange, wanted)),
    notes: tabWords === undefined ? tabNotes(search, name) : [],
  };
}

/** @throws BotError `ASK_UNKNOWN_QUERY` when it has no tab of these words */
function tabOf(object: SavedObject, words: string | undefined): SavedSearch {
  const first = readSavedSearch(object);
  if (!first) throw new BotError('SOURCE_UNEXPECTED', `The saved search ${object.id} cannot be read.`);
  if (words === undefined) return first;
  const label = first.tabs.find((one) => slugOf(one) === slugOf(words));
  const found = label === undefined ? undefined : readSavedSearch(object, label);
  if (found) return found;
  const name = slugOf(first.title);
  const there =
    first.tabs.length > 0
      ? `has no tab called \`${words}\`; it has ${first.tabs.join(', ')}`
      : `has no tabs, so I do not know what \`${words}\` is`;
  throw new BotError('ASK_UNKNOWN_QUERY', `${first.title} ${there}.`, {
    suggestions: [`kibana ${name}`, ...first.tabs.map((one) => `kibana ${name} ${slugOf(one)}`)],
  });
}

function tabNotes({ tabs, tab }: SavedSearch, name: string): readonly string[] {
  const [other] = tabs.filter((one) => one !== tab);
  return other === undefined
    ? []
    : [`It has ${tabs.length} tabs; this is ${tab}. Another is \`kibana ${name} ${slugOf(other)}\`.`];
}

async function openView(object: SavedObject, wanted: Wanted, deps: LibraryDeps, signal: AbortSignal): Promise<Opened> {
  const view = await deps.catalog.view(object.id, deps.space, signal);
  return {
    ask: slugOf(view.name) || view.id,
    title: titleWith(view.name, wanted.named),
    ...narrowed({ dataView: view.id }, wanted.named, view),
    output: 'lines',
    notes: [],
  };
}

async function openUrl(url: URL, wanted: Wanted, deps: LibraryDeps, signal: AbortSignal): Promise<Opened> {
  const { client, catalog } = deps;
  const read = readPage(url, deps.bases);
  if (!read) throw new BotError('ASK_UNKNOWN_QUERY', `This is no page of ${client.title} that can be read.`);
  const space = read.space ?? deps.space;
  if (read.kind === 'rule') return openRule(deps, { id: read.id, space, ask: url.href }, signal);
  const page: KibanaPage =
    read.kind === 'slug' || read.kind === 'goto' ? await pageBehind(client, read, space, signal) : read;
  if (page.kind === 'dashboard') throw dashboardOf(page.id, url);
  if (page.kind !== 'discover') {
    const why = page.kind === 'unreadable' ? page.why : 'it leads to another short address';
    throw new BotError('ASK_UNKNOWN_QUERY', `This page cannot be shown here: ${why}.`);
  }
  const { block, title, description, search } = await blockOfPage(page, { client, catalog, space, signal });
  const time = page.time ?? search?.timeRange;
  return {
    ask: url.href,
    title: titleWith(title, wanted.named),
    ...(description !== undefined && { description }),
    ...narrowed(block, wanted.named, await viewOfBlock(block, search, wanted, deps, signal)),
    ...('esql' in block ? {} : { output: 'lines' as const }),
    ...(time && windowOf(time, wanted)),
    notes: [],
  };
}

/** The data view of a page that is to be narrowed; its fields are looked at for nothing else. */
async function viewOfBlock(
  { dataView, space }: Readonly<Record<string, unknown>>,
  search: SavedSearch | undefined,
  { named }: Wanted,
  deps: LibraryDeps,
  signal: AbortSignal,
): Promise<IndexView | undefined> {
  if (named.length === 0) return undefined;
  const own = typeof space === 'string' ? space : deps.space;
  if (typeof dataView === 'string') return deps.catalog.view(dataView, own, signal);
  return search && viewOf(search, deps.catalog, own, signal);
}

function dashboardOf(id: string, url: URL): BotError {
  const message = 'This is a dashboard; those can be linked, not drawn. Its saved searches can be asked for.';
  return new BotError('ASK_UNKNOWN_QUERY', message, { dashboard: id, link: url.href, suggestions: ['kibana search'] });
}

/** The window of a page, and its length where it is said by that alone. */
function windowOf(
  time: { readonly from: string; readonly to: string },
  { nowMs, zone }: Wanted,
): Pick<Opened, 'window' | 'rangeText'> {
  const fromMs = parseDateMath(time.from, { nowMs, zone }, false);
  const toMs = parseDateMath(time.to, { nowMs, zone }, true);
  const length = lengthOf(time);
  return {
    ...(fromMs !== undefined && toMs !== undefined && fromMs < toMs && { window: { fromMs, toMs } }),
    ...(length !== undefined && { rangeText: length }),
  };
}

async function importAll(
  wanted: ImportWanted,
  deps: LibraryDeps,
  signal: AbortSignal,
): Promise<readonly ImportedQuery[]> {
  const { catalog, space } = deps;
  const url = URL.canParse(wanted.what) ? new URL(wanted.what) : undefined;
  const page = url && readPage(url, deps.bases);
  const id = page?.kind === 'discover' ? page.savedSearchId : undefined;
  if (url && id === undefined) {
    throw new BotError('ASK_UNKNOWN_QUERY', 'Only saved searches can be imported: this address is not of one.');
  }
  const object =
    id === undefined
      ? chosen(await catalog.things(space, signal), wanted.what, deps)
      : await catalog.search(id, space, signal);
  if (object.type !== 'search') {
    throw new BotError('ASK_UNKNOWN_QUERY', `${titleOf(object)} is no saved search; only those can be imported.`);
  }
  return importSearch(await catalog.search(object.id, space, signal), wanted.panel, deps.catalog, space, signal);
}
