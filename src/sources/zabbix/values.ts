/** Names that exist, by the patterns of definitions. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { TITLE } from './failures.ts';
import type { Lookup } from './items.ts';
import { groupIds } from './problems.ts';

/** As many names as anybody picks from; of more, completion and checking do without. */
const NAMES_MAX = 10_000;

/**
 * `hosts`, `hosts:group/Linux servers`, `groups`, `items:web01` (their keys).
 *
 * @throws BotError `SOURCE_BAD_QUERY` for any other pattern; `SOURCE_…`
 */
export async function listNames(pattern: string, lookup: Lookup): Promise<readonly string[]> {
  const [, what, more] = /^(hosts|groups|items)(?::([\s\S]+))?$/.exec(pattern.trim()) ?? [];
  const [, group] = /^group\/([\s\S]+)$/.exec(more ?? '') ?? [];
  if (what === 'hosts' && (more === undefined || group !== undefined)) return hostNames(group, lookup);
  if (what === 'groups' && more === undefined) return groupNames(lookup);
  if (what === 'items' && more !== undefined) return itemKeys(more.trim(), lookup);
  const message = `\`${pattern}\` lists nothing of ${TITLE}; write hosts, hosts:group/Linux servers, groups or items:web01.`;
  throw new BotError('SOURCE_BAD_QUERY', message);
}

/** Technical names of hosts. @throws BotError `SOURCE_…` */
export async function hostNames(group: string | undefined, lookup: Lookup): Promise<readonly string[]> {
  const groupids = group === undefined ? undefined : await groupIds(group, lookup);
  if (groupids?.length === 0) return [];
  const params = { output: ['host'], ...(groupids && { groupids }), sortfield: 'host', limit: NAMES_MAX };
  const found = await lookup.client.call('host.get', params, z.array(z.object({ host: z.string() })), lookup.signal);
  return found.map(({ host }) => host);
}

/** Names of host groups. @throws BotError `SOURCE_…` */
export async function groupNames({ client, signal }: Lookup): Promise<readonly string[]> {
  const params = { output: ['name'], sortfield: 'name', limit: NAMES_MAX };
  const found = await client.call('hostgroup.get', params, z.array(z.object({ name: z.string() })), signal);
  return found.map(({ name }) => name);
}

/** Keys of the items of a host. @throws BotError `SOURCE_…` */
export async function itemKeys(host: string, { client, signal }: Lookup): Promise<readonly string[]> {
  const params = { output: ['key_'], filter: { host: [host] }, webitems: true, limit: NAMES_MAX };
  const found = await client.call('item.get', params, z.array(z.object({ key_: z.string() })), signal);
  return found.map(({ key_ }) => key_);
}
