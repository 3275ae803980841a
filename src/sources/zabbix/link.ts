/** Drill-down: the page of Zabbix with the same items or problems and a frozen window. Pure. */
import { DateTime } from 'luxon';
import { encodeForLink } from '../../lib/encode-link.ts';
import type { FetchWindow } from '../source.ts';
import type { ZabbixRequest } from './bind.ts';
import { type Item, isMeant, isNumeric } from './items.ts';

/** Some chats cut links at 4,000; an id takes about 22. */
const ITEMS_MAX = 100;
/** From here on filters have names without `filter_` before them. */
const PLAIN_FILTERS_FROM = 502;

/** More than anybody asks for between two restarts; the oldest is forgotten. */
const KNOWN_MAX = 5_000;

/** Numbers of items and hosts that were read before: pages are asked for by number, questions by name. */
export interface KnownIds {
  /** Remembers items, and their hosts. */
  items(found: readonly Item[]): void;
  /** Remembers hosts. */
  hosts(found: readonly Pick<Item, 'host' | 'hostid'>[]): void;
  /** Those remembered items that a request means. */
  meantBy(request: ZabbixRequest): readonly Item[];
  hostId(name: string): string | undefined;
}

/** Starts with nothing known. */
export function createKnownIds(): KnownIds {
  const items = new Map<string, Item>();
  const hosts = new Map<string, string>();
  const known: KnownIds = {
    items(found) {
      for (const item of found) remember(items, item.itemid, item);
      known.hosts(found);
    },
    hosts(found) {
      for (const { host, hostid } of found) remember(hosts, host, hostid);
    },
    meantBy: ({ hostNames, items: patterns }) =>
      [...items.values()].filter(
        (item) => hostNames.some((one) => one.fits(item.host)) && patterns.some((pattern) => isMeant(item, pattern)),
      ),
    hostId: (name) => hosts.get(name),
  };
  return known;
}

function remember<Value>(into: Map<string, Value>, key: string, value: Value): void {
  into.delete(key);
  into.set(key, value);
  const oldest = into.keys().next();
  if (into.size > KNOWN_MAX && !oldest.done) into.delete(oldest.value);
}

/** What is known of a Zabbix besides its address. */
export interface LinkKnowledge {
  readonly publicUrl: string;
  /** 600 for 6.0; of one that was never asked, the newest is taken. */
  readonly version: number | undefined;
  readonly known: KnownIds;
  readonly nowMs: number;
  /** The zone that Zabbix shows times in; left out, it is the question's. */
  readonly zone: string | undefined;
}

/** The address of a page. Without knowledge of the ids, which come with the first answer, it is the search for the host. */
export function pageLink(request: ZabbixRequest, window: FetchWindow, knowledge: LinkKnowledge): string {
  const { publicUrl } = knowledge;
  const pairs =
    request.show === 'problems' ? problemPairs(request, window, knowledge) : itemPairs(request, window, knowledge);
  if (pairs) return urlOf(publicUrl, ...pairs);
  const [host] = request.hostNames;
  return urlOf(publicUrl, 'zabbix.php', [
    ['action', 'search'],
    ['search', host?.text ?? ''],
  ]);
}

type Pairs = readonly (readonly [name: string, value: string])[];

function urlOf(publicUrl: string, page: string, pairs: Pairs): string {
  const query = pairs.map(([name, value]) => `${encodeForLink(name)}=${encodeForLink(value)}`).join('&');
  return `${new URL(page, publicUrl).href}?${query}`;
}

function spanOf({ fromMs, toMs, zone }: FetchWindow, own: string | undefined): Pairs {
  const stamp = (ms: number) => DateTime.fromMillis(ms, { zone: own ?? zone }).toFormat('yyyy-MM-dd HH:mm:ss');
  // rounded outwards: the page has whole seconds
  return [
    ['from', stamp(Math.floor(fromMs / 1000) * 1000)],
    ['to', stamp(Math.ceil(toMs / 1000) * 1000)],
  ];
}

function itemPairs(
  request: ZabbixRequest,
  window: FetchWindow,
  { known, zone, version }: LinkKnowledge,
): readonly [string, Pairs] | undefined {
  const { hostNames, show } = request;
  if (show === 'latest') return latestPairs(hostIds(hostNames, known), version);
  const meant = known.meantBy(request);
  if (meant.length === 0) return undefined;
  const isDrawn = meant.every(isNumeric);
  const ids = meant.slice(0, ITEMS_MAX).map(({ itemid }): readonly [string, string] => ['itemids[]', itemid]);
  const action = !isDrawn ? 'showvalues' : ids.length > 1 ? 'batchgraph' : 'showgraph';
  return ['history.php', [['action', action], ...ids, ...spanOf(window, zone)]];
}

function hostIds(hosts: ZabbixRequest['hostNames'], known: KnownIds): string[] {
  return hosts.flatMap(({ text }) => known.hostId(text) ?? []);
}

function latestPairs(ids: readonly string[], version: number | undefined): readonly [string, Pairs] | undefined {
  if (ids.length === 0) return undefined;
  const named = ids.map((id): readonly [string, string] => [filterName('hostids[]', version), id]);
  return ['zabbix.php', [['action', 'latest.view'], ...named, ['filter_set', '1']]];
}

/** A window that ended longer ago than this is about the past. */
const NOW_MS = 60_000;

/** The page of problems: 3 shows those of now, 2 those that began in the window. */
function problemPairs(
  { hostNames, severity }: ZabbixRequest,
  window: FetchWindow,
  { version, known, zone, nowMs }: LinkKnowledge,
): readonly [string, Pairs] | undefined {
  const isAll = hostNames.some(({ text }) => text === '*');
  const ids = hostIds(hostNames, known);
  if (!isAll && ids.length === 0) return undefined;
  const isPast = window.toMs < nowMs - NOW_MS;
  const name = (filter: string) => filterName(filter, version);
  const severities = [0, 1, 2, 3, 4, 5].filter((one) => one >= severity).map(String);
  return [
    'zabbix.php',
    [
      ['action', 'problem.view'],
      [name('show'), isPast ? '2' : '3'],
      ...ids.map((id): readonly [string, string] => [name('hostids[]'), id]),
      ...(severity === 0 ? [] : severities.map((one): readonly [string, string] => [name('severities[]'), one])),
      ...(isPast ? spanOf(window, zone) : []),
      ['filter_set', '1'],
    ],
  ];
}

function filterName(name: string, version: number | undefined): string {
  return version !== undefined && version < PLAIN_FILTERS_FROM ? `filter_${name}` : name;
}
