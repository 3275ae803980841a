/** Says of a pasted page that no source can show which ones can. Pure. */
import { BotError } from '../domain/errors.ts';
import { librarySources, pageIn } from './library.ts';
import type { RawSource } from './raw-question.ts';
import { list } from './say.ts';
import { pluralOf } from './words.ts';

/** @throws BotError `ASK_UNKNOWN_QUERY` for a text that is nothing but an address; that of a page which is read is no such text */
export function refuseOtherPage(text: string, sources: readonly RawSource[]): void {
  if (pageIn(text)?.rest !== '') return;
  const libraries = librarySources(sources);
  const read = libraries.map(({ name, source }) => `${pluralOf(source.library.noun)} of ${name}`);
  const known = read.length > 0 ? `I read ${list(read)} by their addresses` : 'no Grafana or Kibana is configured';
  const suggestions = libraries.map(({ name }) => `${name} search`);
  throw new BotError('ASK_UNKNOWN_QUERY', `This page cannot be shown here; ${known}.`, { suggestions });
}
