/** Stores what deliveries told: what one told is in one statement, so nothing is ever half there; several may share it. */
import type { Alert, ChangeEvent, Told } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { createBatcher } from '../lib/batcher.ts';
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';
import { type EventRow, TAKE } from './take-statement.ts';

/** Alerts and changes in one statement; more make it slower than two. */
const BATCH_MAX = 1_000;
/** Alerts and changes that may wait for the database, some 60 MB; senders hear 503 for what is more. */
const WAITING_MAX = 20_000;
/** One is in the database while the other is read and written here. */
const STATEMENTS_AT_ONCE = 2;

/** What one delivery told, as rows. */
interface Rows {
  readonly events: readonly EventRow[];
  readonly changes: readonly ReturnType<typeof changeRowOf>[];
}

/**
 * Makes the function that stores what a delivery told and gives the keys of its groups that have news. What is told while the
 * database is busy goes together into the next statement; each resolves when its own is durable.
 */
export function createTaker(
  { query }: Pick<Database, 'query'>,
  clock: Pick<Clock, 'now'>,
): (told: Told) => Promise<readonly string[]> {
  async function store(all: readonly Rows[]): Promise<readonly (readonly string[])[]> {
    const events = all.flatMap((rows) => rows.events);
    const changes = all.flatMap((rows) => rows.changes);
    const found = await query(TAKE, [storableJson(events), clock.now(), storableJson(changes)]);
    const news = new Set(found.map(({ key }) => String(key)));
    const own = all.map((rows) =>
      [...new Set(rows.events.map((event) => event.group_key))].filter((key) => news.has(key)),
    );
    // problems that are called otherwise now stay in the groups that they began in; whoever tells of those once is enough
    const named = new Set(own.flat());
    const others = [...news].filter((key) => !named.has(key));
    return own.map((keys, index) => (index === 0 ? [...keys, ...others] : keys));
  }
  const storeRows = createBatcher<Rows, Stored>({
    run: (all) => storeOrSplit(all, store),
    weightOf: ({ events, changes }) => events.length + changes.length,
    maxWeight: BATCH_MAX,
    maxWaiting: WAITING_MAX,
    maxRunning: STATEMENTS_AT_ONCE,
    tooMany: () => new BotError('STORE_UNAVAILABLE', 'The store is too slow for all that arrives; send it again.'),
  });
  return async ({ alerts, changes }) => {
    if (alerts.length + changes.length === 0) return [];
    const stored = await storeRows({ events: alerts.map(rowOf), changes: changes.map(changeRowOf) });
    if ('failure' in stored) throw stored.failure;
    return stored.news;
  };
}

/** JSON that PostgreSQL takes: it refuses U+0000 and halves of surrogate pairs, and a sender would repeat such an alert for ever. */
function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!/\\u(?:0000|d[89a-f])/.test(json)) return json;
  // whole pairs are written as they are, so every escape of one is a half; an escaped backslash is skipped
  return json.replace(/\\(?:u(?:0000|d[89a-f]..)|.)/g, (found) => (found.length > 2 ? '\\ufffd' : found));
}

type Stored = { readonly news: readonly string[] } | { readonly failure: unknown };

/** What the database refuses for what is in it (class 22, 23), or rolled back for another (40), is tried alone: it is one's fault. */
const OWN_FAULT = /^(?:22|23|40)/;

/** Whether the database refuses something for what is in it: no further try mends that. */
export function isRefusedForGood(thrown: unknown): boolean {
  const { code, cause } = thrown as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  return [code, cause?.code].some((one) => typeof one === 'string' && /^2[23]\w{3}$/.test(one));
}

async function storeOrSplit(
  all: readonly Rows[],
  store: (all: readonly Rows[]) => Promise<readonly (readonly string[])[]>,
): Promise<readonly Stored[]> {
  try {
    return (await store(all)).map((news) => ({ news }));
  } catch (thrown) {
    const { code = '' } = thrown as { readonly code?: string };
    const isShared = all.length > 1 || code.startsWith('40');
    if (!isShared || !OWN_FAULT.test(code)) throw thrown;
  }
  const results: Stored[] = [];
  for (const rows of all) {
    results.push(
      await store([rows]).then(
        ([news = []]) => ({ news }),
        (failure: unknown) => ({ failure }),
      ),
    );
  }
  return results;
}

function rowOf(alert: Alert): EventRow {
  const { deliveryId, fingerprint, sourceInstance, status, startsAt, endsAt, receivedAt, values } = alert;
  return {
    delivery_id: `${sourceInstance}/${deliveryId}`,
    fingerprint,
    group_key: groupKeyOf(alert),
    at_ms: momentOf(alert),
    received_ms: +receivedAt,
    status,
    opened_ms: +startsAt,
    closed_ms: endsAt ? +endsAt : null,
    value: values.find(({ value }) => value !== null)?.value ?? null,
    alert: hasBytes(alert) ? { ...alert, images: alert.images.map(keptImage) } : alert,
  };
}

function hasBytes({ images }: Alert): boolean {
  return images.some(({ data }) => data !== undefined);
}

/** JSON has no bytes. */
function keptImage({ data, ...image }: Alert['images'][number]): object {
  return data === undefined ? image : { ...image, data: Buffer.from(data).toString('base64') };
}

function changeRowOf(change: ChangeEvent) {
  return { id: change.id, at_ms: +change.startsAt, received_ms: +change.receivedAt, change };
}

/**
 * Where a message stands in the life of its problem, by the sender's clock alone: its end is after all that is said of it while
 * it lasts. Of two at one moment the one that arrives later counts.
 */
function momentOf({ status, startsAt, endsAt }: Alert): number {
  return status === 'resolved' && endsAt ? Math.max(+startsAt, +endsAt) : +startsAt;
}

/** The sender's group, else what is wrong with the same service or host. */
export function groupKeyOf({ source, sourceInstance, groupKey, labels, attributes, title }: Alert): string {
  if (groupKey !== undefined) return `${source}:${sourceInstance}:${groupKey}`;
  const where = attributes['service.name'] ?? attributes['host.name'] ?? '';
  return `${source}:${sourceInstance}:${JSON.stringify([where, labels.alertname ?? labels.check ?? title])}`;
}
