/** What a trigger of Zabbix judges by: the item and the host of an alert that somebody told of. */
import { z } from 'zod';
import type { FiringAlert, ToldAlert } from '../source.ts';
import type { ZabbixClient } from './client.ts';

const Triggers = z.array(
  z.object({
    items: z.array(z.object({ key_: z.string() })).catch([]),
    hosts: z.array(z.object({ host: z.string() })).catch([]),
  }),
);

/** The first item of the trigger whose page belongs to the alert. @throws BotError `SOURCE_…` */
export async function firingOf(
  { name, pages }: ToldAlert,
  { client, signal }: { readonly client: ZabbixClient; readonly signal: AbortSignal },
): Promise<readonly FiringAlert[]> {
  const ids = pages.flatMap((page) => /[?&]triggerid=(\d{1,30})/.exec(page)?.[1] ?? []);
  if (ids.length === 0) return [];
  const asked = { triggerids: ids.slice(0, 1), output: ['triggerid'], selectItems: ['key_'], selectHosts: ['host'] };
  const [trigger] = await client.call('trigger.get', asked, Triggers, signal);
  const [item, host] = [trigger?.items[0]?.key_, trigger?.hosts[0]?.host];
  if (item === undefined || host === undefined) return [];
  return [{ labels: { alertname: name, host }, annotations: {}, metric: { name: item } }];
}
