/** Lists of values: those of a field below a data view, names of rules. */
import { BotError } from '../../domain/errors.ts';
import type { Source } from '../source.ts';
import type { KibanaCatalog } from './catalog.ts';
import type { KibanaClient } from './client.ts';
import { ruleNames } from './rules.ts';

const TERMS = /^terms:\s*(\S+)\s+on\s+(\S.*?)(?:\s+in\s+space\s+([a-z0-9_-]{1,100}))?$/;

/** What lists are made from. */
export interface ValuesContext {
  readonly client: KibanaClient;
  readonly catalog: KibanaCatalog;
  readonly space: string | undefined;
  /** The source that holds the data. @throws BotError `CONFIG_INVALID` */
  peer(): Source;
}

/** Lists what a pattern means: `terms:host.name on Logs`, `terms:host.name on Logs in space ops`, `rules`. @throws BotError `SOURCE_…` */
export async function listValues(
  pattern: string,
  { client, catalog, space, peer }: ValuesContext,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const trimmed = pattern.trim();
  if (trimmed === 'rules') return ruleNames(client, space, signal);
  const { field, view, own = space } = readTerms(trimmed);
  const { index } = await catalog.view(view.trim(), own, signal);
  return (await peer().values?.(`terms:${field} on ${index}`, signal)) ?? [];
}

function readTerms(pattern: string): { readonly field: string; readonly view: string; readonly own?: string } {
  const [, field, view, own] = TERMS.exec(pattern) ?? [];
  if (field !== undefined && view !== undefined) return { field, view, ...(own !== undefined && { own }) };
  const message = `"${pattern.slice(0, 100)}" lists no values; write terms:FIELD on DATA VIEW, or rules.`;
  throw new BotError('SOURCE_BAD_QUERY', message);
}

/** Reads a pattern such as stands under `values`. @throws BotError `SOURCE_BAD_QUERY` */
export function checkValues(pattern: string): void {
  if (pattern.trim() !== 'rules') readTerms(pattern.trim());
}
