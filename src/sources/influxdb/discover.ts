/** Names that exist: values of tags, by the patterns of definitions. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createNameLists, type NameLists } from '../../lib/name-lists.ts';
import { applyFilters, type FilterName, isFilter } from '../../queries/expand.ts';
import type { InfluxClient } from './client.ts';
import { quoteIdentifier, quoteString } from './influxql.ts';

/** Enough for any fleet that one person picks a name from. */
const VALUES_MAX = 10_000;

interface ValuesPattern {
  readonly measurement: string;
  readonly tag: string;
  readonly where: readonly (readonly [tag: string, value: string])[];
  readonly filters: readonly FilterName[];
}

/**
 * Lists values by patterns: `tag_values(cpu, host)`, of some series only `tag_values(cpu, host, cpu=cpu-total)`; behind it
 * may stand filters of placeholders: `| lower`.
 */
export function createDiscovery(client: InfluxClient, clock: Clock): NameLists {
  return createNameLists(async (pattern, signal) => {
    const { measurement, tag, where, filters } = readPattern(pattern);
    const found = await tagValues(client, measurement, tag, signal, where);
    return found.map((value) => applyFilters(value, filters)).filter((value) => value !== '');
  }, clock);
}

/** The values of a tag. @throws BotError */
export async function tagValues(
  client: InfluxClient,
  measurement: string,
  tag: string,
  signal: AbortSignal,
  where: ValuesPattern['where'] = [],
): Promise<readonly string[]> {
  const conditions = where.map(([name, value]) => `${quoteIdentifier(name)} = ${quoteString(value)}`);
  const filter = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const text = `SHOW TAG VALUES FROM ${quoteIdentifier(measurement)} WITH KEY = ${quoteIdentifier(tag)}${filter} LIMIT ${VALUES_MAX}`;
  const rows = await client.rows(text, signal);
  return rows.flatMap(({ columns, values }) => {
    const at = columns.indexOf('value');
    return at === -1 ? [] : values.map((row) => String(row[at]));
  });
}

const CALL = /^tag_values\(([^()]*)\)((?:\s*\|\s*\w+)*)$/;
const NAME = /^[^\x00-\x1f\x7f"\\$;,]{1,200}$/;

/** Reads a pattern such as stands under `values`. @throws BotError `SOURCE_BAD_QUERY` */
export function readPattern(pattern: string): ValuesPattern {
  const [, inner, after = ''] = CALL.exec(pattern.trim()) ?? [];
  const [measurement = '', tag = '', ...rest] = (inner ?? '')
    .split(',')
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
  const where = rest.map((part) => {
    const [, name = '', value = ''] = /^([^=]+?)\s*=\s*'?(.*?)'?$/.exec(part) ?? [];
    return [name, value] as const;
  });
  const filters = after
    .split('|')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const isWhole = [measurement, tag, ...where.map(([name]) => name)].every((name) => NAME.test(name));
  if (!isWhole || !filters.every(isFilter)) throw noPattern(pattern);
  return { measurement, tag, where, filters };
}

function noPattern(pattern: string): BotError {
  const message = `"${pattern.slice(0, 100)}" lists no values; write tag_values(measurement, tag).`;
  return new BotError('SOURCE_BAD_QUERY', message);
}
