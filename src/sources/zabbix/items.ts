/** Finds the hosts and items that a request names. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { NamePattern, ZabbixRequest } from './bind.ts';
import type { ZabbixClient } from './client.ts';

/** Of 5.4 and later; before, value maps are asked for apart. */
const VALUE_MAPS_FROM = 504;
/** Hosts that a pattern may stand for. */
const HOSTS_MAX = 500;

/** The kinds of values, by Zabbix' numbers. */
export const VALUE_TYPE = { float: '0', character: '1', log: '2', unsigned: '3', text: '4' } as const;

const Host = z.object({
  hostid: z.string(),
  host: z.string(),
  name: z.string().default(''),
  status: z.string().optional(),
});
const Mapping = z.object({ value: z.string().default(''), newvalue: z.string(), type: z.string().default('0') });
const ValueMap = z.object({ name: z.string().default(''), mappings: z.array(Mapping).default([]) });
const Item = z.object({
  itemid: z.string(),
  key_: z.string(),
  name: z.string(),
  value_type: z.string(),
  units: z.string().default(''),
  delay: z.string().default('0'),
  history: z.string().default(''),
  trends: z.string().default('0'),
  status: z.string().default('0'),
  state: z.string().default('0'),
  error: z.string().default(''),
  lastclock: z.string().default('0'),
  lastvalue: z.string().default(''),
  hosts: z.array(Host).min(1),
  valuemapid: z.string().default('0'),
  // a list where there is none
  valuemap: z.union([ValueMap, z.array(z.unknown()).transform(() => undefined)]).optional(),
});

/** A host. */
export type Host = z.output<typeof Host>;
/** One entry of a value map: what a value is called. */
export type Mapping = z.output<typeof Mapping>;

/** An item with the name of the host that it is of. */
export interface Item extends Omit<z.output<typeof Item>, 'valuemap' | 'hosts'> {
  readonly host: string;
  readonly hostid: string;
  readonly mappings: readonly Mapping[];
}

/** What lookups need. */
export interface Lookup {
  readonly client: ZabbixClient;
  readonly signal: AbortSignal;
}

const OUTPUT = Object.keys(Item.shape).filter((name) => !['hosts', 'valuemap', 'valuemapid'].includes(name));

/** Whether an item holds numbers. */
export function isNumeric({ value_type }: Pick<Item, 'value_type'>): boolean {
  return value_type === VALUE_TYPE.float || value_type === VALUE_TYPE.unsigned;
}

/** The hosts that patterns mean, those that are exact asked for by their name. @throws BotError `SOURCE_…` */
export async function findHosts(patterns: readonly NamePattern[], { client, signal }: Lookup): Promise<Host[]> {
  const isExact = patterns.every((one) => one.isExact);
  const names = patterns.map(({ text }) => text);
  const wanted = isExact
    ? { filter: { host: names } }
    : { search: { host: names }, searchByAny: true, searchWildcardsEnabled: true, limit: HOSTS_MAX };
  const found = await client.call(
    'host.get',
    { output: ['hostid', 'host', 'name', 'status'], ...wanted },
    z.array(Host),
    signal,
  );
  return found.filter(({ host }) => patterns.some((one) => one.fits(host)));
}

/**
 * The items that a request names, in the order of its hosts, then of its items.
 *
 * @throws BotError `SOURCE_TOO_MUCH` for more than it may read; `SOURCE_…`
 */
export async function findItems(request: ZabbixRequest, lookup: Lookup): Promise<Item[]> {
  const { hostNames, items, seriesMax } = request;
  const { client, signal } = lookup;
  const version = await client.version(signal);
  const where = await placeOf(hostNames, lookup);
  if (where === undefined) return [];
  const names = items.map(({ search }) => search);
  const params = {
    output: [...OUTPUT, ...(version.number < VALUE_MAPS_FROM ? ['valuemapid'] : [])],
    selectHosts: ['hostid', 'host', 'name'],
    ...(version.number >= VALUE_MAPS_FROM && { selectValueMap: ['name', 'mappings'] }),
    ...where,
    search: { key_: names, name: names },
    searchByAny: true,
    searchWildcardsEnabled: true,
    webitems: true,
    // names that differ only in case come too
    limit: seriesMax * 2 + 2,
  };
  const raw = await client.call('item.get', params, z.array(Item), signal);
  const mapped = version.number < VALUE_MAPS_FROM ? await readValueMaps(raw, lookup) : raw;
  const found = mapped.map(withHost).filter(({ host }) => hostNames.some((one) => one.fits(host)));
  const ordered = inOrder(found, request);
  if (ordered.length > seriesMax) throw tooMany(seriesMax);
  return ordered;
}

/** The part of `item.get` that says of which hosts; nothing where patterns of hosts fit none. */
async function placeOf(hosts: readonly NamePattern[], lookup: Lookup): Promise<Record<string, unknown> | undefined> {
  if (hosts.every((one) => one.isExact)) return { filter: { host: hosts.map(({ text }) => text) } };
  if (hosts.some(({ text }) => text === '*')) return { monitored: true };
  const found = await findHosts(hosts, lookup);
  return found.length === 0 ? undefined : { hostids: found.map(({ hostid }) => hostid) };
}

type RawItem = z.output<typeof Item>;

function withHost({ hosts: [host], valuemap, ...item }: RawItem): Item {
  return { ...item, host: host?.host ?? '', hostid: host?.hostid ?? '', mappings: valuemap?.mappings ?? [] };
}

async function readValueMaps(items: readonly RawItem[], { client, signal }: Lookup): Promise<RawItem[]> {
  const ids = [...new Set(items.map(({ valuemapid }) => valuemapid).filter((id) => id !== '0'))];
  if (ids.length === 0) return [...items];
  const params = { valuemapids: ids, output: ['valuemapid', 'name'], selectMappings: 'extend' };
  const maps = await client.call('valuemap.get', params, z.array(ValueMap.extend({ valuemapid: z.string() })), signal);
  const byId = new Map(maps.map((one) => [one.valuemapid, one]));
  return items.map((item) => ({ ...item, valuemap: byId.get(item.valuemapid) }));
}

/** Whether a pattern means an item, by its key or, in any case, by its name. */
export function isMeant({ key_, name }: Pick<Item, 'key_' | 'name'>, pattern: NamePattern): boolean {
  return (
    pattern.fits(key_) || pattern.fits(name) || (pattern.isExact && name.toLowerCase() === pattern.text.toLowerCase())
  );
}

const collator = new Intl.Collator('en', { numeric: true });

function inOrder(found: readonly Item[], { hostNames, items }: ZabbixRequest): Item[] {
  const placed = found.flatMap((item) => {
    const place = items.findIndex((pattern) => isMeant(item, pattern));
    return place === -1 ? [] : [{ item, host: hostNames.findIndex((one) => one.fits(item.host)), place }];
  });
  return placed
    .sort(
      (a, b) =>
        a.host - b.host ||
        collator.compare(a.item.host, b.item.host) ||
        a.place - b.place ||
        collator.compare(a.item.name, b.item.name) ||
        collator.compare(a.item.key_, b.item.key_),
    )
    .map(({ item }) => item);
}

function tooMany(limit: number): BotError {
  const message = `This would read more than ${limit} items; that is the limit. Name the items more closely.`;
  return new BotError('SOURCE_TOO_MUCH', message, { limit });
}

const SUFFIX_MS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/** A period of Zabbix in ms: `30s`, `7d`, `3600`, `1m;wd1-5…`; `undefined` where it is a macro or none. 0 is never. */
export function periodMs(text: string): number | undefined {
  const [, digits, suffix = 's'] = /^(\d{1,9})([smhdw])?(?:;|$)/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * (SUFFIX_MS[suffix] as number);
}
