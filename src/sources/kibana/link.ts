/** Drill-down: Discover with the same filters and a frozen window, right for the version of the server. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Arguments } from '../../domain/question.ts';
import { encodeForLink as encode } from '../../lib/encode-link.ts';
import { kqlToQuery } from '../../lib/kql.ts';
import { applyFilters, parseTemplate } from '../../queries/expand.ts';
import type { FetchWindow } from '../source.ts';
import type { KibanaBlock } from './block.ts';
import { writeFragment } from './discover-state.ts';
import { makePill, type Pill } from './filters.ts';
import type { Resolved } from './resolve.ts';
import type { StoredQuery } from './saved-search.ts';
import { hasDataSource, hasTabs, type KibanaVersion } from './version.ts';

/** Some chats cut links at 4,000 characters. */
const LINK_MAX_CHARS = 3_900;
/** Where a phrase is looked for when nothing else is said. */
const MESSAGE_FIELDS = ['message', 'body.text', 'event.original', 'log'];

/** Where people open Kibana. */
export interface KibanaPlace {
  /** Ends in a slash; without a space in it. */
  readonly publicUrl: string;
  /** Absent for the default one. */
  readonly space?: string | undefined;
  readonly version: KibanaVersion;
}

/** What a link is for. */
export interface LinkWanted {
  readonly block: KibanaBlock;
  readonly arguments: Arguments;
  /** What the block stands for, where it has been looked up. */
  readonly resolved?: Resolved | undefined;
}

/** The address below which everything of a space lies. */
export function placeUrl({ publicUrl, space }: Pick<KibanaPlace, 'publicUrl' | 'space'>): string {
  return space === undefined || space === 'default' ? publicUrl : new URL(`s/${encode(space)}/`, publicUrl).href;
}

/** The page with all rules. */
export function rulesLink(place: KibanaPlace): string {
  return new URL('app/management/insightsAndAlerting/triggersActions/rules', placeUrl(place)).href;
}

/**
 * The address of Discover below its space. Values are filters, so none from outside meets a query language. What is longer
 * than chats allow leaves what the saved search has by itself to it, and pins the values; then drops filters from the end,
 * never the window.
 */
export function discoverPath(place: KibanaPlace, wanted: LinkWanted, { fromMs, toMs }: FetchWindow): string {
  const time = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const bound = boundPills(wanted);
  const write = (
    state: Readonly<Record<string, unknown>> | undefined,
    pinned: readonly Pill[],
    path = pathOf(wanted),
  ) => {
    const filters = pinned.map((pill) => ({ ...pill, $state: { store: 'globalState' } }));
    const global = { filters, refreshInterval: { pause: true, value: 0 }, time };
    const tab = path === '/' && hasTabs(place.version) ? { tabId: 'new' } : undefined;
    return `app/discover${writeFragment(path, { _tab: tab, _g: global, _a: state })}`;
  };
  const whole = write(stateOf(wanted, place.version, bound), []);
  if (whole.length <= LINK_MAX_CHARS) return whole;
  const isKept = pathOf(wanted) !== '/';
  for (let count = bound.length; ; count -= 1) {
    const some = bound.slice(0, count);
    const short = isKept ? write(undefined, some) : write(stateOf(wanted, place.version, some, true), []);
    if (short.length <= LINK_MAX_CHARS || count === 0) return short;
  }
}

/** A saved search is opened as such; another tab of it only as what it holds. */
function pathOf({ block, resolved }: LinkWanted): string {
  const { search } = resolved ?? {};
  if (search) return search.tab === undefined || search.tab === search.tabs[0] ? `/view/${search.id}` : '/';
  return block.search !== undefined && /^[\w-]{8,}$/.test(block.search) && block.tab === undefined
    ? `/view/${block.search}`
    : '/';
}

function stateOf(
  { block, resolved, arguments: args }: LinkWanted,
  version: KibanaVersion,
  bound: readonly Pill[],
  isShort = false,
): Readonly<Record<string, unknown>> | undefined {
  if (!resolved && block.search !== undefined) return { filters: bound };
  const query = resolved?.query ?? ownQuery(block);
  if (query.language === 'esql') {
    const esql = withWhere(query.text, block, args);
    return { columns: columnsOf(resolved, block), dataSource: { type: 'esql' }, interval: 'auto', query: { esql } };
  }
  const also = resolved?.also;
  const text = also && also.language === query.language && query.text !== '' ? bothOf(query, also) : query.text;
  const pills = isShort ? bound : [...(resolved?.pills ?? block.pills), ...alsoPill(query, also), ...bound];
  const { sort = [] } = resolved ?? {};
  const timeSort: readonly (readonly string[])[] = [[resolved?.view?.timeField ?? '@timestamp', 'desc']];
  return {
    columns: columnsOf(resolved, block),
    ...dataSource(resolved, block, version),
    filters: pills,
    interval: 'auto',
    query: { language: query.language === 'kql' ? 'kuery' : 'lucene', query: text },
    sort: sort.length > 0 ? sort : timeSort,
  };
}

function ownQuery({ kql, lucene, esql }: KibanaBlock): StoredQuery {
  if (esql !== undefined) return { language: 'esql', text: esql };
  return lucene === undefined ? { language: 'kql', text: kql ?? '' } : { language: 'lucene', text: lucene };
}

function columnsOf(resolved: Resolved | undefined, block: KibanaBlock): readonly string[] {
  return resolved?.columns ?? block.columns ?? [];
}

/** A data view that a search carries has no place in an address: the search brings it. */
function dataSource(
  resolved: Resolved | undefined,
  { dataView }: KibanaBlock,
  version: KibanaVersion,
): Readonly<Record<string, unknown>> {
  const carried = resolved?.search?.view;
  if (carried && 'spec' in carried) return {};
  const id = resolved?.view?.id ?? dataView;
  if (id === undefined) return {};
  return hasDataSource(version) ? { dataSource: { dataViewId: id, type: 'dataView' } } : { index: id };
}

function bothOf(query: StoredQuery, also: StoredQuery): string {
  const and = query.language === 'kql' ? 'and' : 'AND';
  return `(${query.text}) ${and} (${also.text})`;
}

/** A query in another language than the search's own stands beside it as a filter. */
function alsoPill(query: StoredQuery, also: StoredQuery | undefined): readonly Pill[] {
  if (!also || (also.language === query.language && query.text !== '')) return [];
  const dsl =
    also.language === 'kql' ? queryOfKql(also.text) : { query_string: { query: also.text, analyze_wildcard: true } };
  if (!dsl) return [];
  const meta = { alias: also.text.slice(0, 80), disabled: false, key: 'query', negate: false, type: 'custom' };
  return [{ $state: { store: 'appState' }, meta, query: dsl }];
}

function queryOfKql(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return kqlToQuery(text);
  } catch (thrown) {
    if (thrown instanceof BotError) return undefined;
    throw thrown;
  }
}

/** The filters that the question's values stand in. */
function boundPills({ block, resolved, arguments: args }: LinkWanted): readonly Pill[] {
  const viewId = resolved?.view?.id ?? block.dataView ?? '';
  const filters = Object.entries(block.filters).flatMap(([field, value]) => {
    const values = [...new Set([value].flat().flatMap((one) => boundValues(one, args)))];
    return values.length === 0 ? [] : [makePill(field, values, viewId)];
  });
  const phrase = block.text === undefined ? '' : (args[block.text] ?? []).join(' ').trim();
  return phrase === '' ? filters : [...filters, phrasePill(phrase, viewId)];
}

function phrasePill(phrase: string, viewId: string): Pill {
  const should = MESSAGE_FIELDS.map((field) => ({ match_phrase: { [field]: phrase } }));
  const alias = `"${phrase}"`.slice(0, 80);
  const meta = { alias, disabled: false, index: viewId, key: 'query', negate: false, type: 'custom' };
  return { $state: { store: 'appState' }, meta, query: { bool: { minimum_should_match: 1, should } } };
}

/** The values that a filter's value stands for. */
export function boundValues(value: string | number | boolean, args: Arguments): readonly (string | number | boolean)[] {
  if (typeof value !== 'string' || !value.includes('${')) return [value];
  const [part] = parseTemplate(value);
  if (part === undefined) return [];
  if (typeof part === 'string') return [part];
  return (args[part.name] ?? []).map((one) => applyFilters(one, part.filters));
}

/** ES|QL has no filters beside it in an address, so the values stand right behind where the rows come from. */
function withWhere(esql: string, { filters }: KibanaBlock, args: Arguments): string {
  const conditions = Object.entries(filters).map(([field, value]) => {
    const values = [value].flat().flatMap((one) => boundValues(one, args));
    const name = field
      .split('.')
      .map((part) => (/^[A-Za-z_@]\w*$/.test(part) ? part : `\`${part.replaceAll('`', '``')}\``))
      .join('.');
    return values.length === 1 ? `${name} == ${literal(values[0])}` : `${name} IN (${values.map(literal).join(', ')})`;
  });
  if (conditions.length === 0) return esql;
  const end = firstPipe(esql);
  return `${esql.slice(0, end).trimEnd()} | WHERE ${conditions.join(' AND ')}${end < esql.length ? ` ${esql.slice(end)}` : ''}`;
}

/** A string of ES|QL; nothing in it ends it. */
function literal(value: string | number | boolean | undefined): string {
  if (typeof value !== 'string') return String(value);
  const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
  return `"${value.replace(/["\\\n\r\t]/g, (char) => escapes[char] ?? `\\${char}`)}"`;
}

/** Where the first command ends: a pipe outside of strings. */
function firstPipe(esql: string): number {
  const found = /^(?:"""[\s\S]*?"""|"(?:[^"\\]|\\.)*"|[^|"])*/.exec(esql);
  return found?.[0].length ?? esql.length;
}

/** The page of a dashboard over a window, with these filters. */
export function dashboardPath(
  id: string,
  filters: readonly (readonly [field: string, values: readonly string[]])[],
  { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>,
): string {
  const time = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const pills = filters.flatMap(([field, values]) =>
    values.length === 0 ? [] : [{ ...makePill(field, values, ''), $state: { store: 'globalState' } }],
  );
  const global = { filters: pills, refreshInterval: { pause: true, value: 0 }, time };
  return `app/dashboards${writeFragment(`/view/${id}`, { _g: global })}`;
}
