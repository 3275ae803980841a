/** Names that exist: values of labels, by the patterns of definitions. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createNameLists, type NameLists } from '../../lib/name-lists.ts';
import { applyFilters, type FilterName, isFilter } from '../../queries/expand.ts';
import type { LokiClient } from './client.ts';
import { labelValues } from './streams.ts';

/** What was silent for longer is no name that one asks for; the usual longest window of a query, 30 days, is above it. */
const LOOK_BACK_MS = 7 * 86_400_000;
const MINUTE_MS = 60_000;

interface ValuesPattern {
  readonly selector?: string;
  readonly label: string;
  readonly filters: readonly FilterName[];
}

/** Lists values by patterns as Grafana writes them: `label_values(app)`, `label_values({namespace="shop"}, app)`; behind it filters. */
export function createDiscovery(client: LokiClient, clock: Clock): NameLists {
  return createNameLists(async (pattern, signal) => {
    const { selector, label, filters } = readPattern(pattern);
    // whole minutes, so that caches on the way may know the answer
    const toMs = Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS;
    const found = await labelValues(client, label, selector, { fromMs: toMs - LOOK_BACK_MS, toMs }, signal);
    return found.map((value) => applyFilters(value, filters)).filter((value) => value !== '');
  }, clock);
}

const CALL = /^label_values\(([\s\S]*)\)((?:\s*\|\s*\w+)*)$/;
const LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads a pattern such as stands under `values`. @throws BotError `SOURCE_BAD_QUERY` */
export function readPattern(pattern: string): ValuesPattern {
  const [, inner = '', after = ''] = CALL.exec(pattern.trim()) ?? [];
  // the label is what stands behind the last comma: a selector may have commas of its own
  const comma = inner.lastIndexOf(',');
  const label = inner.slice(comma + 1).trim();
  const selector = comma === -1 ? undefined : inner.slice(0, comma).trim();
  const filters = after
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const isFine = LABEL.test(label) && (selector === undefined || /^\{[\s\S]+\}$/.test(selector));
  if (!isFine || !filters.every(isFilter)) throw noPattern(pattern);
  return { label, filters, ...(selector !== undefined && { selector }) };
}

function noPattern(pattern: string): BotError {
  const message = `"${pattern.slice(0, 100)}" lists no values; write label_values(label) or label_values({app="x"}, label).`;
  return new BotError('SOURCE_BAD_QUERY', message);
}
