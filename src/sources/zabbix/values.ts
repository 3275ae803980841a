/** Names that exist, by the patterns of definitions. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
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
  const { what, of } = readPattern(pattern);
  if (what === 'hosts') return hostNames(of, lookup);
  return what === 'groups' ? groupNames(lookup) : itemKeys(of ?? '', lookup);
}

/** Reads a pattern such as stands under `values`. @throws BotError `SOURCE_BAD_QUERY` */
export function readPattern(pattern: string): { readonly what: 'hosts' | 'groups' | 'items'; readonly of?: string } {
  const text = pattern.trim();
  const [, group] = /^hosts:group\/([\s\S]+)$/.exec(text) ?? [];
  const [, host] = /^items:([\s\S]+)$/.exec(text) ?? [];
  if (text === 'hosts' || text === 'groups') return { what: text };
  if (group !== undefined) return { what: 'hosts', of: group };
  if (host !== undefined) return { what: 'items', of: host.trim() };
  const message = `"${pattern.slice(0, 100)}" lists no values; write hosts, hosts:group/Linux servers, groups or items:web01.`;
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
