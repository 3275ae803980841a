/** The cheapest proof that Nagios' CGIs can be read, where they are, and what the login lacks. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { checkProblem, type OwnAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { NagiosClient } from './client.ts';

const ADVICE: OwnAdvice = {
  auth: 'Set username and password as for its web interface (or token, for a proxy before it).',
  forbidden: 'Let the web server give this login the CGIs statusjson, objectjson and archivejson.',
};

/** Where packages put the CGIs, from the root of the server. */
const USUAL_PATHS = ['/nagios/cgi-bin', '/nagios4/cgi-bin', '/cgi-bin/nagios4', '/cgi-bin/nagios', '/naemon/cgi-bin'];

const Program = z.object({ programstatus: z.object({ version: z.string().default('') }) });
const Counts = z.object({ count: z.record(z.string(), z.number()) });

/**
 * Asks for the program and for how many hosts there are. Never throws for a failure there.
 *
 * @param clientAt - a client whose CGIs are elsewhere
 */
export async function checkNagios(
  client: NagiosClient,
  clientAt: (cgiPath: string) => NagiosClient,
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const program = await client.ask('statusjson', { query: 'programstatus' }, Program, signal);
    const hosts = await client.ask('statusjson', { query: 'hostcount' }, Counts, signal);
    const count = Object.values(hosts?.count ?? {}).reduce((sum, one) => sum + one, 0);
    const unseen =
      'My login sees no hosts; name it at authorized_for_all_hosts and authorized_for_all_services in cgi.cfg.';
    return { version: `Nagios ${program?.programstatus.version ?? ''}`.trim(), problems: count > 0 ? [] : [unseen] };
  } catch (thrown) {
    const isElsewhere = thrown instanceof BotError && thrown.code === 'SOURCE_NOT_FOUND';
    const advice = isElsewhere ? { ...ADVICE, notFound: await elsewhere(clientAt, signal) } : ADVICE;
    return { problems: [checkProblem(thrown, advice, signal)] };
  }
}

async function elsewhere(clientAt: (cgiPath: string) => NagiosClient, signal: AbortSignal): Promise<string> {
  for (const path of USUAL_PATHS) {
    try {
      await clientAt(path).ask('statusjson', { query: 'programstatus' }, Program, signal);
      return `They are at ${path}: set cgiPath: ${path}.`;
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof BotError)) throw thrown;
    }
  }
  return `They are at none of the usual places either (${USUAL_PATHS.join(', ')}); Nagios has them from version 4.0.7 on.`;
}
