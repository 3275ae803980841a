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
  const [, field, view, own = space] = TERMS.exec(trimmed) ?? [];
  if (field === undefined || view === undefined) {
    const message = `\`${pattern}\` lists nothing of ${client.title}; write terms:host.name on and a data view, or rules.`;
    throw new BotError('SOURCE_BAD_QUERY', message);
  }
  const { index } = await catalog.view(view.trim(), own, signal);
  return (await peer().values?.(`terms:${field} on ${index}`, signal)) ?? [];
}
