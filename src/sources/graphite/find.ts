/** Names that exist, from Graphite's own tree: bounded, remembered for a while, asked once at a time. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { Clock } from '../../lib/clock.ts';
import type { GraphiteClient } from './client.ts';

/** Enough for any fleet that one person picks a name from. */
const VALUES_MAX = 10_000;
/** New hosts appear within this; a room full of questions asks the tree once. */
const REMEMBER_MS = 60_000;
/** What is not there may be there soon: somebody has just started a host and asks for it. */
const REMEMBER_NOTHING_MS = 5_000;
/** Patterns of all definitions, and the parents looked at for "did you mean". */
const PATTERNS_MAX = 200;

/** The tree, as both graphite-web's relatives have it; more fields are of no use here. */
const TreeJson = z.array(z.object({ text: z.string() }));
/** VictoriaMetrics leaves out the map around the list. */
const Expanded = z.union([
  z.object({ results: z.array(z.string()) }).transform(({ results }) => results),
  z.array(z.string()),
]);

/** Looks into the tree of one Graphite. */
export interface Finder {
  /**
   * What stands in the node with the first glob of `pattern` (`servers.*`, `collectd.*.cpu-0`), sorted, each once, at
   * most {@link VALUES_MAX}; of a pattern without any, the last node if it exists.
   */
  values(pattern: string, signal: AbortSignal): Promise<readonly string[]>;
}

/** Makes a finder with an empty memory. */
export function createFinder(client: GraphiteClient, clock: Clock): Finder {
  const known = createBoundedMap<string, { readonly untilMs: number; readonly names: readonly string[] }>(PATTERNS_MAX);
  const inFlight = new Map<string, Promise<readonly string[]>>();

  function ask(pattern: string): Promise<readonly string[]> {
    // nobody's own signal: the next one who asks the same must not lose the answer with the first
    const flight = look(client, pattern, new AbortController().signal)
      .then((names) => {
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
      return orAbort(inFlight.get(pattern) ?? ask(pattern), signal);
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

async function look(client: GraphiteClient, pattern: string, signal: AbortSignal): Promise<readonly string[]> {
  const nodes = pattern.split('.');
  const glob = nodes.findIndex((node) => /[*?[{]/.test(node));
  const at = glob === -1 ? nodes.length - 1 : glob;
  const names =
    at === nodes.length - 1
      ? await children(client, pattern, signal)
      : await nodesAt(client, pattern, at, signal).catch(async (thrown: unknown) => {
          if (!isUnsupported(thrown)) throw thrown;
          return children(client, nodes.slice(0, at + 1).join('.'), signal);
        });
  return [...new Set(names)].sort(byName).slice(0, VALUES_MAX);
}

/** `treejson` is what all implementations share; its `text` is the node's own name. */
async function children(client: GraphiteClient, pattern: string, signal: AbortSignal): Promise<string[]> {
  const found = TreeJson.safeParse(
    await client.json('metrics/find', query({ query: pattern, format: 'treejson' }), signal),
  );
  if (!found.success) throw unexpected('/metrics/find', found.error);
  return found.data.map(({ text }) => text);
}

/** Whole paths come from `expand` only: `find` of VictoriaMetrics leaves the globs in the ids it gives. */
async function nodesAt(client: GraphiteClient, pattern: string, at: number, signal: AbortSignal): Promise<string[]> {
  const found = Expanded.safeParse(await client.json('metrics/expand', query({ query: pattern }), signal));
  if (!found.success) throw unexpected('/metrics/expand', found.error);
  return found.data.flatMap((path) => path.split('.')[at] ?? []);
}

/** Old carbonapi has no `expand`. */
function isUnsupported(thrown: unknown): boolean {
  return thrown instanceof BotError && ['SOURCE_NOT_FOUND', 'SOURCE_BAD_QUERY'].includes(thrown.code);
}

function query(parameters: Record<string, string>): URLSearchParams {
  return new URLSearchParams(parameters);
}

function unexpected(path: string, cause: unknown): BotError {
  return new BotError(
    'SOURCE_UNEXPECTED',
    `Graphite answered ${path} with something that is no list of names.`,
    {},
    { cause },
  );
}

const collator = new Intl.Collator('en', { numeric: true });

/** `web2` before `web10`; the same everywhere, whatever the machine's language. */
function byName(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : Number(a > b));
}
