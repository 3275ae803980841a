/** Lists of values that are asked for at every key stroke: kept for a while, asked for once, never waited for long. */
import { abortable, createShared } from '../lib/abortable.ts';
import { createBoundedMap } from '../lib/bounded-map.ts';
import { type Clock, withDeadline } from '../lib/clock.ts';
import type { ValuesOf } from './known-values.ts';

/** Lists that are kept; an installation has a few dozen. */
const LISTS_MAX = 200;
/** Of a longer list the first are kept. */
const VALUES_MAX = 10_000;
/** A host that is new may be missing for so long. */
const FRESH_MS = 60_000;
/** A source may take longer than who waits for it: what it gives is there at the next key stroke. */
const FETCH_TIMEOUT_MS = 5_000;

interface KeptList {
  values?: readonly string[];
  atMs: number;
  /** After a failure the source is left alone until then. */
  retryMs: number;
  readonly fetch: (signal: AbortSignal) => Promise<readonly string[]>;
}

/**
 * Makes lists that are fresh, else as they were before.
 *
 * @returns a function that gives them to who waits so many ms for one, and rejects where it is not known by then
 */
export function keepLists(valuesOf: ValuesOf, clock: Pick<Clock, 'now'>): (patienceMs: number) => ValuesOf {
  const lists = createBoundedMap<string, KeptList>(LISTS_MAX);
  return (patienceMs) => async (sourceName, pattern, signal) => {
    const key = JSON.stringify([sourceName, pattern]);
    const list = lists.get(key) ?? newList((own) => valuesOf(sourceName, pattern, own));
    lists.set(key, list);
    const nowMs = clock.now();
    if (list.values && nowMs - list.atMs < FRESH_MS) return list.values;
    if (nowMs < list.retryMs) return orRefuse(list);
    try {
      return await abortable(refresh(list, clock), withDeadline(patienceMs, signal));
    } catch {
      signal.throwIfAborted();
      return orRefuse(list);
    }
  };
}

function newList(fetch: (signal: AbortSignal) => Promise<readonly string[]>): KeptList {
  return { atMs: 0, retryMs: 0, fetch: createShared(fetch, FETCH_TIMEOUT_MS) };
}

function refresh(list: KeptList, clock: Pick<Clock, 'now'>): Promise<readonly string[]> {
  const refreshed = list.fetch(new AbortController().signal).then(
    (values) => {
      list.values = values.slice(0, VALUES_MAX);
      list.atMs = clock.now();
      return list.values;
    },
    (thrown: unknown) => {
      list.retryMs = clock.now() + RETRY_MS;
      throw thrown;
    },
  );
  refreshed.catch(() => undefined); // whoever waited may have left
  return refreshed;
}

/** A source that failed is not asked again at every key stroke. */
const RETRY_MS = 5_000;

function orRefuse({ values }: KeptList): readonly string[] {
  if (values) return values;
  throw new Error('the list is not known yet');
}
