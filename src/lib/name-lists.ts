/** Lists of names that a back end knows: bounded, remembered for a while, asked once at a time. */
import { createBoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';

/** Enough for any fleet that one person picks a name from. */
const VALUES_MAX = 10_000;
/** New hosts appear within this; a room full of questions asks once. */
const REMEMBER_MS = 60_000;
/** What is not there may be there soon: somebody has just started a host and asks for it. */
const REMEMBER_NOTHING_MS = 5_000;
/** Patterns of all definitions, and what is looked at for "did you mean". */
const PATTERNS_MAX = 200;

/** Lists by pattern. */
export interface NameLists {
  /** The names for a pattern, sorted, each once, at most {@link VALUES_MAX}. @throws what asking for them throws */
  values(pattern: string, signal: AbortSignal): Promise<readonly string[]>;
}

/**
 * Makes lists with an empty memory.
 *
 * @param ask - gets the names for a pattern, in any order; its signal is nobody's own, because the next one who asks
 *   the same must not lose the answer with the first
 */
export function createNameLists(
  ask: (pattern: string, signal: AbortSignal) => Promise<readonly string[]>,
  clock: Clock,
): NameLists {
  const known = createBoundedMap<string, { readonly untilMs: number; readonly names: readonly string[] }>(PATTERNS_MAX);
  const inFlight = new Map<string, Promise<readonly string[]>>();

  function start(pattern: string): Promise<readonly string[]> {
    const flight = ask(pattern, new AbortController().signal)
      .then((found) => {
        const names = [...new Set(found)].sort(byName).slice(0, VALUES_MAX);
        known.set(pattern, { untilMs: clock.now() + (names.length > 0 ? REMEMBER_MS : REMEMBER_NOTHING_MS), names });
        return names;
      })
      .finally(() => inFlight.delete(pattern));
    inFlight.set(pattern, flight);
    return flight;
  }

  return {
    async values(pattern, signal) {
      signal.throwIfAborted();
      const remembered = known.get(pattern);
      if (remembered && remembered.untilMs > clock.now()) return remembered.names;
      return orAbort(inFlight.get(pattern) ?? start(pattern), signal);
    },
  };
}

async function orAbort<Result>(flight: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([flight, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

const collator = new Intl.Collator('en', { numeric: true });

/** `web2` before `web10`; the same everywhere, whatever the machine's language. */
export function byName(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}
