/** Drill-down: the page of Nagios with the same host, service, problems or history. Pure. */
import { encodeForLink } from '../../lib/encode-link.ts';
import type { FetchWindow } from '../source.ts';
import type { NagiosRequest } from './block.ts';

/** Bits of `servicestatustypes`: warning 4, unknown 8, critical 16. */
const PROBLEMS = '28';
/** As many rows as the page of alerts shows. */
const ALERTS_MAX = '500';

/** The address of a page. Only history has a window, and is frozen to it; the other pages show what is now, as answers do. */
export function pageLink(publicUrl: string, cgiPath: string, request: NagiosRequest, window: FetchWindow): string {
  const folder = new URL(cgiPath.endsWith('/') ? cgiPath : `${cgiPath}/`, publicUrl);
  const { page, query } = pageOf(request, window);
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeForLink(value)}`);
  return `${new URL(page, folder).href}?${pairs.join('&')}`;
}

function pageOf(
  { show, hosts, services, group }: NagiosRequest,
  { fromMs, toMs }: FetchWindow,
): { readonly page: string; readonly query: Readonly<Record<string, string>> } {
  const [host = 'all', otherHost] = hosts;
  const [service, otherService] = services;
  const one = otherHost === undefined ? host : 'all';
  const isOneService = one !== 'all' && service !== undefined && otherService === undefined;
  if (show === 'history') {
    const query = {
      report: '1',
      displaytype: '1',
      t1: String(Math.floor(fromMs / 1000)),
      t2: String(Math.ceil(toMs / 1000)),
      // hosts and services; up, down, unreachable; ok to critical; soft and hard
      alerttypes: '3',
      hoststates: '7',
      servicestates: '120',
      statetypes: '3',
      limit: ALERTS_MAX,
      host: one,
      ...(isOneService && { service }),
    };
    return { page: 'summary.cgi', query };
  }
  if (isOneService) return { page: 'extinfo.cgi', query: { type: '2', host: one, service } };
  const problems = show === 'problems' ? { servicestatustypes: PROBLEMS } : {};
  const where = group !== undefined && one === 'all' ? { hostgroup: group, style: 'detail' } : { host: one };
  return { page: 'status.cgi', query: { ...where, ...problems } };
}
