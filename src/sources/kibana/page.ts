/** Pages of Kibana that people paste: what they show, read from their addresses alone. Pure. */
import { COLUMN_MAX_CHARS, COLUMNS_NAMED_MAX } from './block.ts';
import { type Fragment, readFragment } from './discover-state.ts';
import { isRecord, type Pill } from './filters.ts';
import { queryOf, type SavedSearch, type StoredQuery, sortOf } from './saved-search.ts';

/** What an address says that Discover shows; what it does not say is absent. */
export interface DiscoverPage {
  readonly kind: 'discover';
  readonly savedSearchId?: string;
  /** Id of a tab of it. */
  readonly tabId?: string;
  readonly viewId?: string;
  /** A data view that is not kept anywhere. */
  readonly viewSpec?: unknown;
  readonly query?: StoredQuery;
  /** Pinned filters and the page's own. */
  readonly pills: readonly Pill[];
  /** Whether the page's own filters stand in place of those of the saved search. */
  readonly hasPills: boolean;
  readonly columns?: readonly string[];
  readonly sort?: SavedSearch['sort'];
  readonly time?: { readonly from: string; readonly to: string };
}

/** A page and the space it is in. */
export type KibanaPage = { readonly space?: string } & (
  | DiscoverPage
  | { readonly kind: 'slug'; readonly slug: string }
  | { readonly kind: 'goto'; readonly id: string }
  | { readonly kind: 'dashboard'; readonly id: string }
  | { readonly kind: 'rule'; readonly id: string }
  | { readonly kind: 'unreadable'; readonly why: string }
);

const SPACE = /^s\/([a-z0-9_-]{1,100})\//;
/** Where rules are managed, and of observability. */
const RULE =
  /^app\/(?:management\/insightsAndAlerting\/triggersActions\/rule|observability\/alerts\/rules)\/([\w-]{1,100})\/?$/;
/** `app/kibana#/discover` is from before 7.11; `data-explorer` is Dashboards' own. */
const DISCOVER = /^app\/(?:discover|discoverLegacy|data-explorer\/discover)\/?$/;

/** An address without the space at its end, and that space. */
export function splitSpace(url: string): { readonly base: string; readonly space?: string } {
  const [, base, space] = /^(.*\/)s\/([a-z0-9_-]{1,100})\/$/.exec(url) ?? [];
  return base === undefined || space === undefined ? { base: url } : { base, space };
}

/**
 * What an address is a page of; `undefined` when it is none that can be read.
 *
 * @param bases - addresses of the installation, each with a final slash and without a space
 */
export function readPage(url: URL, bases: readonly string[]): KibanaPage | undefined {
  const address = `${url.origin}${url.pathname}`;
  const base = bases.find((one) => address.startsWith(one));
  if (base === undefined) return undefined;
  const below = address.slice(base.length);
  const space = SPACE.exec(below)?.[1];
  const page = pageAt(below.replace(SPACE, ''), url);
  return page && { ...page, ...(space !== undefined && { space }) };
}

function pageAt(path: string, url: URL): KibanaPage | undefined {
  const [, slug] = /^(?:app\/)?r\/s\/([\w.~-]{1,255})$/.exec(path) ?? [];
  if (slug !== undefined) return { kind: 'slug', slug };
  const [, id] = /^(?:app\/)?goto\/([\w-]{1,255})$/.exec(path) ?? [];
  if (id !== undefined) return { kind: 'goto', id };
  const [, rule] = RULE.exec(path) ?? [];
  if (rule !== undefined) return { kind: 'rule', id: rule };
  try {
    if (/^app\/r\/?$/.test(path)) return locatorPage(url.searchParams);
    const fragment = readFragment(url.hash);
    const isOld = /^app\/kibana\/?$/.test(path);
    if (DISCOVER.test(path)) return discoverPage(fragment);
    if (isOld && fragment.path.startsWith('/discover')) {
      return discoverPage({
        ...fragment,
        path: fragment.path.replace(/^\/discover/, '').replace(/^\/(?=[\w-])/, '/view/'),
      });
    }
    return /^app\/dashboards\/?$/.test(path) || isOld ? dashboardPage(fragment.path) : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return { kind: 'unreadable', why: 'its address is cut off or broken' };
    throw thrown;
  }
}

function dashboardPage(path: string): KibanaPage | undefined {
  const [, id] = /^\/(?:dashboard\/|view\/)([\w.:-]{1,255})$/.exec(path) ?? [];
  return id === undefined ? undefined : { kind: 'dashboard', id };
}

function discoverPage({ path, state }: Fragment): KibanaPage {
  const [, savedSearchId] = /^\/view\/([^/?]{1,255})\/?$/.exec(path) ?? [];
  if (/^\/(?:context|doc)\//.test(path)) return { kind: 'unreadable', why: 'it shows one document, not a search' };
  const [global = {}, app = {}, tab = {}] = [state.get('_g'), state.get('_a'), state.get('_tab')];
  const queries = state.get('_q') ?? {};
  // in Dashboards the columns stand in `discover`, the data view in `metadata`
  const inner = isRecord(app.discover) ? app.discover : {};
  const metadata = isRecord(app.metadata) ? app.metadata : {};
  const own = { ...app, ...inner, ...queries };
  const view = viewIdOf(own) ?? text(metadata.indexPattern);
  return {
    kind: 'discover',
    ...(savedSearchId !== undefined && { savedSearchId }),
    ...(text(tab.tabId) !== undefined && { tabId: String(tab.tabId) }),
    ...(view !== undefined && { viewId: view }),
    ...shownOf(own, listOf(global.filters)),
    ...timeOf(global.time),
  };
}

function viewIdOf({ dataSource, index }: Readonly<Record<string, unknown>>): string | undefined {
  return (isRecord(dataSource) ? text(dataSource.dataViewId) : undefined) ?? text(index);
}

/** Locators say the same with other names. */
function locatorPage(parameters: URLSearchParams): KibanaPage {
  if (parameters.has('lz'))
    return { kind: 'unreadable', why: 'its address is compressed; open it and copy the address again' };
  const page = pageOfLocator(parameters.get('l') ?? '', jsonOf(parameters.get('p') ?? ''));
  return page ?? { kind: 'unreadable', why: 'it is a page of neither Discover nor a dashboard' };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError('no JSON');
  }
}

/** The page that a locator with these parameters leads to. */
export function pageOfLocator(id: string, params: unknown): KibanaPage | undefined {
  if (!isRecord(params)) return undefined;
  if (id === 'DASHBOARD_APP_LOCATOR') {
    const dashboard = text(params.dashboardId);
    return dashboard === undefined ? undefined : { kind: 'dashboard', id: dashboard };
  }
  if (id !== 'DISCOVER_APP_LOCATOR' && id !== 'DISCOVER_APP_LOCATOR_REDIRECT') return undefined;
  const view = text(params.dataViewId) ?? text(params.indexPatternId);
  const search = text(params.savedSearchId);
  return {
    kind: 'discover',
    ...(search !== undefined && { savedSearchId: search }),
    ...(view !== undefined && { viewId: view }),
    ...(isRecord(params.dataViewSpec) && { viewSpec: params.dataViewSpec }),
    ...shownOf(params, []),
    ...timeOf(params.timeRange),
  };
}

function shownOf(
  { filters, query, columns, sort }: Readonly<Record<string, unknown>>,
  pinned: readonly Pill[],
): Pick<DiscoverPage, 'pills' | 'hasPills' | 'query' | 'columns' | 'sort'> {
  const shown = Array.isArray(columns) ? columns.filter(isColumn).slice(0, COLUMNS_NAMED_MAX) : undefined;
  return {
    pills: [...pinned, ...listOf(filters)],
    hasPills: Array.isArray(filters),
    ...(isRecord(query) && { query: queryOf(query) }),
    ...(shown && { columns: shown }),
    ...(Array.isArray(sort) && { sort: sortOf(sort.filter(isSort)) }),
  };
}

function isColumn(one: unknown): one is string {
  return typeof one === 'string' && one !== '' && one !== '_source' && one.length <= COLUMN_MAX_CHARS;
}

function isSort(one: unknown): one is string | readonly string[] {
  return typeof one === 'string' || (Array.isArray(one) && one.every((part) => typeof part === 'string'));
}

function timeOf(time: unknown): Pick<DiscoverPage, 'time'> {
  if (!isRecord(time) || time.from === undefined || time.to === undefined) return {};
  return { time: { from: String(time.from), to: String(time.to) } };
}

function listOf(filters: unknown): readonly Pill[] {
  return Array.isArray(filters) ? filters.filter(isRecord) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
