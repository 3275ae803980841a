/** Drill-down: Discover with the same filters and a frozen window. Pure. */
import { encodeForLink as encode } from '../../lib/encode-link.ts';
import { type RisonValue, rison } from '../../lib/rison.ts';
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest } from './bind.ts';
import { queryBarOf } from './clauses.ts';
import { esqlWithValues } from './esql-text.ts';
import { type Filter, filterWords } from './filter.ts';
import { allOf, groupsFilter, LEVEL_FIELDS, MESSAGE_FIELDS, phraseFilter } from './search-body.ts';

/** Some chats cut links at 4,000 characters. */
const LINK_MAX_CHARS = 3_900;
/** From 8.15 on Discover writes `dataSource`; it still reads `index`, which is all that earlier ones know. */
const DATA_SOURCE_SINCE = [8, 15] as const;

/** What the config says of Kibana or OpenSearch Dashboards. */
export interface DiscoverAddress {
  /** Ends in a slash; a space is in it as `s/<space>/`. */
  readonly publicUrl: string;
  /** Id of a data view, where the definition names none. */
  readonly dataView?: string | undefined;
  /** `8.19`; unknown, the form that all versions read. */
  readonly version?: string | undefined;
}

/** A filter as it stands above the documents, with the words on it. */
interface Pill {
  readonly filter: Filter;
  readonly alias: string;
}

/** More words do not fit on a pill. */
const ALIAS_MAX_CHARS = 80;

/**
 * The address of Discover. Filters are queries of the DSL, so no value from outside meets a query language. Of what is
 * longer than chats allow, filters are dropped from the end, but never the window.
 */
export function discoverLink(address: DiscoverAddress, request: ElasticsearchRequest, window: FetchWindow): string {
  const named = (filter: Filter): Pill => ({ filter, alias: filterWords(filter).slice(0, ALIAS_MAX_CHARS) });
  const phrases = phraseFilter(request).map((filter): Pill => ({ filter, alias: `"${request.phrase}"` }));
  const covered = new Set(queryBarOf(request.block).covers.map((filter) => JSON.stringify(filter)));
  const fixed = request.fixed.filter((filter) => !covered.has(JSON.stringify(filter)));
  const all = [...fixed.map(named), ...groupsFilter(request.groups).map(named), ...phrases];
  for (let count = all.length; ; count -= 1) {
    const link = linkWith(address, request, window, all.slice(0, count));
    if (link.length <= LINK_MAX_CHARS || count === 0) return link;
  }
}

function linkWith(
  { publicUrl, dataView, version }: DiscoverAddress,
  { block, esql, groups }: ElasticsearchRequest,
  { fromMs, toMs }: FetchWindow,
  pills: readonly Pill[],
): string {
  const view = block.dataView ?? dataView ?? block.index;
  const time = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
  const global = { filters: [], refreshInterval: { pause: true, value: 0 }, time };
  const bar = queryBarOf(block);
  const documents = {
    columns: columnsOf(block),
    ...(hasDataSource(version) ? { dataSource: { dataViewId: view, type: 'dataView' } } : { index: view }),
    filters: pills.map((pill) => filterState(pill, view)),
    interval: 'auto',
    query: { language: bar.language, query: bar.query },
    sort: sortOf(block),
  };
  const state = esql
    ? { dataSource: { type: 'esql' }, query: { esql: esqlWithValues(esql, groups[0]?.labels ?? {}) } }
    : documents;
  // chats take `_` for the beginning of italics
  const query = `${encode('_g')}=${encode(rison(global))}&${encode('_a')}=${encode(rison(state))}`;
  return `${new URL('app/discover', publicUrl).href}#/?${query}`;
}

function sortOf({ sort, timeField }: ElasticsearchRequest['block']): RisonValue[] {
  const own = sort?.flatMap((one) => Object.entries(one).map(([name, order]) => [name, order]));
  return own ?? [[timeField, 'desc']];
}

function columnsOf({ lines }: ElasticsearchRequest['block']): string[] {
  const message = lines?.message ?? MESSAGE_FIELDS[0];
  return [...(lines?.columns ?? []), lines?.level ?? LEVEL_FIELDS[0], message];
}

function hasDataSource(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const [sinceMajor, sinceMinor] = DATA_SOURCE_SINCE;
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}

function filterState({ filter, alias }: Pill, index: string): RisonValue {
  const meta = { alias, disabled: false, index, key: 'query', negate: false, type: 'custom' };
  return { $state: { store: 'appState' }, meta, query: allOf([filter]) as RisonValue };
}
