/** Changes of state over a window, from the log that Nagios keeps: as a table, and as marks on charts of other sources. */
import { z } from 'zod';
import type { Annotation } from '../../domain/annotation.ts';
import type { StateChange } from '../../lib/check-tables.ts';
import type { FetchWindow } from '../source.ts';
import type { NagiosRequest } from './block.ts';
import type { ReadContext } from './objects.ts';

const Alerts = z.object({
  alertlist: z.array(
    z.object({
      timestamp: z.number(),
      host_name: z.string(),
      description: z.string().optional(),
      state_type: z.string().default('hard'),
      state: z.string(),
      plugin_output: z.string().default(''),
    }),
  ),
});

/** Marks beyond this many would hide a chart anyway. */
const MARKS_MAX = 500;

/** Reads the changes of a request's hosts inside the window. @throws BotError `SOURCE_…` */
export async function readHistory(
  { hosts, services }: Pick<NagiosRequest, 'hosts' | 'services'>,
  { fromMs, toMs }: FetchWindow,
  { client, signal }: Pick<ReadContext, 'client' | 'signal'>,
): Promise<StateChange[]> {
  const [host, otherHost] = hosts;
  const query = {
    query: 'alertlist',
    starttime: String(Math.floor(fromMs / 1000)),
    endtime: String(Math.ceil(toMs / 1000)),
    ...(host !== undefined && otherHost === undefined && { hostname: host }),
  };
  const found = (await client.ask('archivejson', query, Alerts, signal))?.alertlist ?? [];
  return found
    .filter(({ timestamp }) => timestamp >= fromMs && timestamp < toMs)
    .filter(({ host_name }) => hosts.length === 0 || hosts.includes(host_name))
    .filter(({ description }) => services.length === 0 || services.includes(description ?? ''))
    .map(({ timestamp, host_name, description, state, state_type, plugin_output }) => ({
      timeMs: timestamp,
      host: host_name,
      ...(description !== undefined && description !== '' && { check: description }),
      state: state.toUpperCase(),
      isSoft: state_type === 'soft',
      output: plugin_output,
    }));
}

/**
 * Hard changes to a problem as marks; their tags are host, service and state, so that a definition can choose.
 *
 * @throws BotError `SOURCE_…`
 */
export async function readMarks(
  window: FetchWindow,
  tags: readonly string[],
  context: Pick<ReadContext, 'client' | 'signal'>,
): Promise<Annotation[]> {
  const changes = await readHistory({ hosts: [], services: [] }, window, context);
  return changes
    .filter(({ isSoft }) => !isSoft)
    .map(({ timeMs, host, check, state, output }): Annotation => {
      const own = [host, ...(check === undefined ? [] : [check]), state.toLowerCase()];
      const title = [host, check, state].filter((word) => word !== undefined).join(' ');
      return { timeMs, kind: 'alert', title, ...(output !== '' && { text: output }), tags: own };
    })
    .filter((mark) => tags.every((tag) => mark.tags.includes(tag)))
    .slice(0, MARKS_MAX);
}
