/** Drill-down: the page of Icinga Web with the same host, service or problems. Pure. */
import { encodeForLink } from '../../lib/encode-link.ts';
import type { Icinga2Request } from './block.ts';

/** The modules of Icinga Web that show states. */
export type WebModule = 'icingadb' | 'monitoring';

/**
 * The address of a page. It shows what is now, as the answer does: there is no window to freeze. Of several hosts it is the
 * page without a filter, as the brackets that would join them are lost in chats.
 */
export function webLink(
  publicUrl: string,
  module: WebModule,
  { show, hosts, services, group }: Icinga2Request,
): string {
  const [host, otherHost] = hosts;
  const [service, otherService] = services;
  const one = otherHost === undefined ? host : undefined;
  if (one !== undefined && service !== undefined && otherService === undefined) {
    return pageOf(publicUrl, SERVICE[module], { name: service, host: one }, module);
  }
  const names = { ...(one !== undefined && { host: one }), ...(group !== undefined && { group }) };
  return pageOf(publicUrl, LIST[module], { ...names, ...(show === 'problems' && { problem: '' }) }, module);
}

const SERVICE = { icingadb: 'icingadb/service', monitoring: 'monitoring/service/show' } as const;
const LIST = { icingadb: 'icingadb/services', monitoring: 'monitoring/list/services' } as const;

/** What each filter is called, and the value of one that has none of its own. */
const FILTERS: Readonly<Record<WebModule, Readonly<Record<string, readonly [name: string, value?: string]>>>> = {
  icingadb: {
    name: ['name'],
    host: ['host.name'],
    group: ['hostgroup.name'],
    problem: ['service.state.is_problem', 'y'],
  },
  monitoring: { name: ['service'], host: ['host'], group: ['hostgroup_name'], problem: ['service_problem', '1'] },
};

function pageOf(publicUrl: string, path: string, filters: Readonly<Record<string, string>>, module: WebModule): string {
  const pairs = Object.entries(filters).map(([filter, value]) => {
    const [name, fixed] = FILTERS[module][filter] ?? [filter];
    // a name with an underscore is the page's own; one in a chat's link would be read as italics
    return `${name.replaceAll('_', '%5F')}=${encodeForLink(fixed ?? value)}`;
  });
  const query = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return `${new URL(path, publicUrl).href}${query}`;
}
