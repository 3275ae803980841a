/** Why a table of Nagios has no row: a name that is not there, or nothing that is wrong, which is an answer. */
import { z } from 'zod';
import type { EmptyReason } from '../../domain/answer.ts';
import { counted, noProblemWords } from '../../lib/check-tables.ts';
import { nearest } from '../../lib/nearest.ts';
import type { NagiosRequest } from './block.ts';
import { type ReadContext, readChecks } from './objects.ts';

const NEAR_MAX = 3;

/** What can be listed. */
export type Listed = 'hostlist' | 'hostgrouplist' | 'servicelist';

const Names = z.array(z.string());
const Lists = z.object({
  hostlist: Names.optional(),
  hostgrouplist: Names.optional(),
  servicelist: z.record(z.string(), Names).optional(),
});

/** Names that exist. @throws BotError `SOURCE_…` */
export async function namesOf(
  list: Listed,
  host: string | undefined,
  { client, signal }: Pick<ReadContext, 'client' | 'signal'>,
): Promise<readonly string[]> {
  const query = { query: list, ...(host !== undefined && { hostname: host }) };
  const found = await client.ask('objectjson', query, Lists, signal);
  return [...new Set(found?.[list] === undefined ? [] : Object.values(found[list]).flat())];
}

/** The reason, for the first name that explains it. @throws BotError `SOURCE_…` */
export async function whyEmpty(request: NagiosRequest, context: ReadContext): Promise<EmptyReason> {
  const { hosts, services, group, show } = request;
  const { checks, missing } = await readChecks(request, context, true);
  const [host] = missing;
  if (host !== undefined) {
    const hosts = await namesOf('hostlist', undefined, context);
    return { kind: 'never_existed', what: host, near: nearest(host, hosts, NEAR_MAX) };
  }
  const known = new Set(checks.map(({ check }) => check));
  const service = services.find((name) => !known.has(name));
  if (service !== undefined) {
    const names = await namesOf('servicelist', hosts.length === 1 ? hosts[0] : undefined, context);
    return { kind: 'never_existed', what: service, near: nearest(service, names, NEAR_MAX) };
  }
  if (group !== undefined && checks.length === 0) {
    const groups = await namesOf('hostgrouplist', undefined, context);
    if (!groups.includes(group)) return { kind: 'never_existed', what: group, near: nearest(group, groups, NEAR_MAX) };
  }
  if (checks.length === 0) return { kind: 'none', said: 'no checks that my login may see' };
  const count = counted(checks.length, 'check');
  if (show === 'history') return { kind: 'none', said: `no change of state in this window, of ${count}` };
  if (show === 'values')
    return { kind: 'none', said: `no values: ${count} measure${checks.length === 1 ? 's' : ''} nothing` };
  return { kind: 'none', said: noProblemWords(checks) };
}
