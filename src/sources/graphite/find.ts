/** Names that exist, from Graphite's own tree: bounded, remembered for a while, asked once at a time. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createNameLists, type NameLists } from '../../lib/name-lists.ts';
import type { GraphiteClient } from './client.ts';

/** The tree, as both graphite-web's relatives have it; more fields are of no use here. */
export const TreeJson = z.array(z.object({ text: z.string() }));
/** VictoriaMetrics leaves out the map around the list. */
const Expanded = z.union([
  z.object({ results: z.array(z.string()) }).transform(({ results }) => results),
  z.array(z.string()),
]);

/**
 * Looks into the tree of one Graphite: what stands in the node with the first glob of a pattern (`servers.*`,
 * `collectd.*.cpu-0`); of a pattern without any, the last node if it exists.
 */
export type Finder = NameLists;

/** Makes a finder with an empty memory. */
export function createFinder(client: GraphiteClient, clock: Clock): Finder {
  return createNameLists((pattern, signal) => look(client, pattern, signal), clock);
}

async function look(client: GraphiteClient, pattern: string, signal: AbortSignal): Promise<readonly string[]> {
  const nodes = pattern.split('.');
  const glob = nodes.findIndex((node) => /[*?[{]/.test(node));
  const at = glob === -1 ? nodes.length - 1 : glob;
  return at === nodes.length - 1
    ? await children(client, pattern, signal)
    : await nodesAt(client, pattern, at, signal).catch(async (thrown: unknown) => {
        if (!isUnsupported(thrown)) throw thrown;
        return children(client, nodes.slice(0, at + 1).join('.'), signal);
      });
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
