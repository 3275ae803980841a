/** Why a table of Icinga has no row: a name that is not there, or nothing that is wrong, which is an answer. */
import { z } from 'zod';
import type { EmptyReason } from '../../domain/answer.ts';
import { counted, noProblemWords } from '../../lib/check-tables.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Icinga2Request } from './block.ts';
import { type ReadContext, readChecks } from './objects.ts';

const NEAR_MAX = 3;

/** Names that exist, bounded by the server's own answer. @throws BotError `SOURCE_…` */
export async function namesOf(
  type: 'hosts' | 'services' | 'hostgroups',
  host: string | undefined,
  { client, signal }: Pick<ReadContext, 'client' | 'signal'>,
): Promise<readonly string[]> {
  const query = host === undefined ? {} : { filter: 'host.name == host_asked', variables: { host_asked: host } };
  const found = await client.objects(type, { ...query, attrs: ['name'] }, z.object({ name: z.string() }), signal);
  return found.map(({ name }) => name);
}

/** The reason, for the first name that explains it. @throws BotError `SOURCE_…` */
export async function whyEmpty(request: Icinga2Request, context: ReadContext): Promise<EmptyReason> {
  const { checks, missing } = await readChecks(request, context, true);
  const [host] = missing;
  if (host !== undefined) {
    return {
      kind: 'never_existed',
      what: host,
      near: nearest(host, await namesOf('hosts', undefined, context), NEAR_MAX),
    };
  }
  const known = new Set(checks.map(({ check }) => check));
  const service = request.services.find((name) => !known.has(name));
  if (service !== undefined) {
    const [only] = request.hosts;
    const names = await namesOf('services', request.hosts.length === 1 ? only : undefined, context);
    return { kind: 'never_existed', what: service, near: nearest(service, names, NEAR_MAX) };
  }
  if (request.group !== undefined && checks.length === 0) {
    const groups = await namesOf('hostgroups', undefined, context);
    const { group } = request;
    if (!groups.includes(group)) return { kind: 'never_existed', what: group, near: nearest(group, groups, NEAR_MAX) };
  }
  if (checks.length === 0) return { kind: 'none', said: 'no checks that my login may see' };
  if (request.show === 'values')
    return {
      kind: 'none',
      said: `no values: ${counted(checks.length, 'check')} measure${checks.length === 1 ? 's' : ''} nothing`,
    };
  return { kind: 'none', said: noProblemWords(checks) };
}
