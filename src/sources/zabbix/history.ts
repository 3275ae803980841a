/** Reads values of items: as they were stored, or one for each hour from the trends where those are gone or too many. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { FetchWindow } from '../source.ts';
import { bucketed, type Samples } from './buckets.ts';
import { type Item, type Lookup, periodMs } from './items.ts';

/** About 90 bytes each, and 32 MiB are what an answer may have. */
const VALUES_MAX = 200_000;
const HOUR_MS = 3_600_000;
/** Shorter windows have too few hours to be told by them. */
const TRENDS_MIN_MS = 6 * HOUR_MS;

const Values = z.array(
  z.object({ itemid: z.string(), clock: z.string(), ns: z.string().default('0'), value: z.string() }),
);
const Trends = z.array(
  z.object({
    itemid: z.string(),
    clock: z.string(),
    num: z.string(),
    value_min: z.string(),
    value_avg: z.string(),
    value_max: z.string(),
  }),
);

/** A stored value. */
export interface Value {
  readonly itemid: string;
  readonly timeMs: number;
  readonly value: string;
}

/** What was read of an item. */
export interface ItemSamples {
  readonly item: Item;
  readonly samples: Samples;
  /** Whether each stands for an hour, as the trends have it. */
  readonly isHourly: boolean;
}

/** Stored values of items of one type, in order, inside the window; at most `limit`. @throws BotError `SOURCE_…` */
export async function readValues(
  items: readonly Item[],
  { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>,
  { order, limit }: { readonly order: 'ASC' | 'DESC'; readonly limit: number },
  { client, signal }: Lookup,
): Promise<Value[]> {
  const [first] = items;
  if (!first || toMs <= fromMs) return [];
  const params = {
    output: ['itemid', 'clock', 'ns', 'value'],
    history: Number(first.value_type),
    itemids: items.map(({ itemid }) => itemid),
    time_from: Math.floor(fromMs / 1000),
    time_till: Math.ceil(toMs / 1000),
    sortfield: ['clock'],
    sortorder: order,
    limit,
  };
  const found = await client.call('history.get', params, Values, signal);
  return found
    .map(({ itemid, clock, ns, value }) => ({
      itemid,
      timeMs: Number(clock) * 1000 + Math.floor(Number(ns) / 1e6),
      value,
    }))
    .filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
}

/** What reading numbers takes. */
export interface Reading extends Lookup {
  readonly window: FetchWindow;
  readonly consolidate: Consolidation;
  readonly nowMs: number;
}

/** Reads numbers of items. @throws BotError `SOURCE_TOO_MUCH` for more than can be read; `SOURCE_…` */
export async function readSamples(items: readonly Item[], reading: Reading): Promise<ItemSamples[]> {
  const hourly = new Set(items.filter((item) => wantsTrends(item, reading)));
  const exact = await readExact(
    items.filter((item) => !hourly.has(item)),
    reading,
  );
  for (const item of exact.tooMany) hourly.add(item);
  const trends = await readTrends([...hourly], reading);
  return items.map((item) => {
    const isHourly = hourly.has(item);
    const samples = (isHourly ? trends : exact.samples).get(item.itemid) ?? [];
    return { item, samples, isHourly };
  });
}

/** Whether values this old are gone, or would be more than a picture can hold, and trends are kept instead. */
function wantsTrends(item: Item, { window: { fromMs, toMs, maxPoints }, nowMs }: Reading): boolean {
  if (periodMs(item.trends) === 0 || toMs - fromMs < HOUR_MS) return false;
  const keptMs = periodMs(item.history);
  if (keptMs !== undefined && fromMs < nowMs - keptMs) return true;
  const delayMs = periodMs(item.delay) ?? 0;
  return delayMs > 0 && toMs - fromMs >= TRENDS_MIN_MS && (toMs - fromMs) / delayMs > maxPoints * 4;
}

interface Exact {
  readonly samples: ReadonlyMap<string, Samples>;
  /** Of these there were too many; their trends do. */
  readonly tooMany: readonly Item[];
}

async function readExact(items: readonly Item[], reading: Reading): Promise<Exact> {
  const samples = new Map<string, [number, number][]>();
  const tooMany: Item[] = [];
  for (const type of new Set(items.map(({ value_type }) => value_type))) {
    const ofType = items.filter(({ value_type }) => value_type === type);
    const found = await readValues(ofType, reading.window, { order: 'ASC', limit: VALUES_MAX + 1 }, reading);
    if (found.length > VALUES_MAX) {
      if (ofType.some(({ trends }) => periodMs(trends) === 0)) throw tooManyValues();
      tooMany.push(...ofType);
      continue;
    }
    for (const { itemid, timeMs, value } of found) {
      const own = samples.get(itemid) ?? [];
      samples.set(itemid, own);
      own.push([timeMs, Number(value)]);
    }
  }
  return { samples, tooMany };
}

function tooManyValues(): BotError {
  const message = `This would read more than ${VALUES_MAX.toLocaleString('en-US')} values; a shorter window or fewer items stay below.`;
  return new BotError('SOURCE_TOO_MUCH', message, { limit: VALUES_MAX });
}

async function readTrends(items: readonly Item[], reading: Reading): Promise<ReadonlyMap<string, Samples>> {
  if (items.length === 0) return new Map();
  const { client, signal, window, consolidate } = reading;
  const params = {
    output: ['itemid', 'clock', 'num', 'value_min', 'value_avg', 'value_max'],
    itemids: items.map(({ itemid }) => itemid),
    time_from: Math.floor(window.fromMs / 1000),
    time_till: Math.ceil(window.toMs / 1000) - 1,
    limit: VALUES_MAX + 1,
  };
  const found = await client.call('trend.get', params, Trends, signal);
  if (found.length > VALUES_MAX) throw tooManyValues();
  const byItem = new Map<string, [number, number][]>(items.map(({ itemid }) => [itemid, []]));
  for (const row of found) {
    const timeMs = Number(row.clock) * 1000;
    if (timeMs >= window.fromMs && timeMs < window.toMs)
      byItem.get(row.itemid)?.push([timeMs, trendValue(row, consolidate)]);
  }
  for (const own of byItem.values()) own.sort(([a], [b]) => a - b);
  return withLastHours(items, byItem, reading);
}

function trendValue(row: z.output<typeof Trends>[number], how: Consolidation): number {
  switch (how) {
    case 'max':
      return Number(row.value_max);
    case 'min':
      return Number(row.value_min);
    case 'sum':
      return Number(row.value_avg) * Number(row.num);
    default:
      return Number(row.value_avg);
  }
}

/** Trends of an hour are written when it is over: what is newer is put together from the stored values. */
async function withLastHours(
  items: readonly Item[],
  byItem: ReadonlyMap<string, readonly (readonly [number, number])[]>,
  reading: Reading,
): Promise<ReadonlyMap<string, Samples>> {
  const { window, nowMs, consolidate } = reading;
  const beginMs = Math.max(
    Math.ceil(window.fromMs / HOUR_MS) * HOUR_MS,
    Math.floor(nowMs / HOUR_MS) * HOUR_MS - HOUR_MS,
  );
  if (window.toMs <= beginMs) return byItem;
  const recent = await readExact(
    items.filter(({ history }) => periodMs(history) !== 0),
    { ...reading, window: { ...window, fromMs: beginMs } },
  );
  return new Map(
    [...byItem].map(([itemid, own]) => {
      const known = new Set(own.map(([timeMs]) => timeMs));
      // trends have no last value of their own, so the hours that they have not are averages too
      const how = consolidate === 'last' ? 'average' : consolidate;
      const hours = bucketed(recent.samples.get(itemid) ?? [], HOUR_MS, how).filter(([timeMs]) => !known.has(timeMs));
      return [itemid, [...own, ...hours]];
    }),
  );
}
