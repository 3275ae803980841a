/** Names that exist: values of labels, by the patterns of definitions. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createNameLists, type NameLists } from '../../lib/name-lists.ts';
import { applyFilters, type FilterName, isFilter } from '../../queries/expand.ts';
import type { PrometheusClient } from './client.ts';
import { TITLE } from './failures.ts';

/** Names that stopped up to this long ago are names still: a question for one is told when it stopped. */
const LOOK_BACK_MS = 30 * 86_400_000;
const MINUTE_MS = 60_000;

const Values = z.array(z.string());

/** What a pattern asks for. */
export interface ValuesPattern {
  /** A selector, or nothing for the whole server. */
  readonly match?: string;
  readonly label: string;
  readonly filters: readonly FilterName[];
}

/**
 * Lists values by patterns as Grafana writes them: `label_values(instance)`, `label_values(up{job="node"}, instance)`;
 * behind it may stand filters of placeholders: `| fqdn` takes the ports off.
 */
export function createDiscovery(client: PrometheusClient, clock: Clock): NameLists {
  return createNameLists(async (pattern, signal) => {
    const { match, label, filters } = readPattern(pattern);
    const found = await labelValues(client, label, match, clock.now(), signal);
    return found.map((value) => applyFilters(value, filters)).filter((value) => value !== '');
  }, clock);
}

/** The values of a label, of the series that match. @throws BotError */
export async function labelValues(
  client: PrometheusClient,
  label: string,
  match: string | undefined,
  nowMs: number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  // whole minutes, so that caches on the way may know the answer
  const endMs = Math.ceil(nowMs / MINUTE_MS) * MINUTE_MS;
  const parameters = new URLSearchParams({
    start: String((endMs - LOOK_BACK_MS) / 1000),
    end: String(endMs / 1000),
    ...(match !== undefined && { 'match[]': match }),
  });
  const data = await client.data(`label/${label}/values`, parameters, signal);
  const values = Values.safeParse(data ?? []);
  if (values.success) return values.data;
  const message = `${TITLE} answered a question for values with something that is no list.`;
  throw new BotError('SOURCE_UNEXPECTED', message, {}, { cause: values.error });
}

const CALL = /^label_values\(([\s\S]*)\)((?:\s*\|\s*\w+)*)$/;
const LABEL = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Reads a pattern such as stands under `values`. @throws BotError `SOURCE_BAD_QUERY` */
export function readPattern(pattern: string): ValuesPattern {
  const [, inner, after = ''] = CALL.exec(pattern.trim()) ?? [];
  if (inner === undefined) throw noPattern(pattern);
  // the label is what stands behind the last comma: a selector may have commas of its own
  const comma = inner.lastIndexOf(',');
  const label = inner.slice(comma + 1).trim();
  const match = comma === -1 ? '' : inner.slice(0, comma).trim();
  if (!LABEL.test(label) || (comma !== -1 && match === '')) throw noPattern(pattern);
  const filters = after
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (!filters.every(isFilter)) throw noPattern(pattern);
  return { label, filters, ...(match !== '' && { match }) };
}

function noPattern(pattern: string): BotError {
  return new BotError(
    'SOURCE_BAD_QUERY',
    `"${pattern.slice(0, 100)}" lists no values; write label_values(metric, label) or label_values(label).`,
  );
}
