/** The cheapest proof that Zabbix' API can be read, with which version, and how much the login may see. */
import { z } from 'zod';
import { counted } from '../../lib/check-tables.ts';
import { checkProblem, type OwnAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { ZabbixClient } from './client.ts';

/** The oldest that is tried. */
const OLDEST = 500;

/** Asks for the version, logs in, counts hosts. Never throws for a failure there. */
export async function checkZabbix(client: ZabbixClient, signal: AbortSignal): Promise<CheckReport> {
  let title: string | undefined;
  try {
    const { text, number } = await client.version(signal);
    title = `Zabbix ${text}`;
    const old = number < OLDEST ? [`Zabbix ${text} is older than 5.0, with which this was made to work.`] : [];
    const Count = z.union([z.string(), z.number()]).transform(Number);
    const count = await client.call('host.get', { countOutput: true }, Count, signal);
    const unseen =
      'My login sees no hosts; give its user group the permission to read their host groups (and a role with API access).';
    return {
      version: `${title}, ${counted(count, 'host')} to be seen`,
      problems: [...old, ...(count > 0 ? [] : [unseen])],
    };
  } catch (thrown) {
    const problems = [checkProblem(thrown, adviceFor(title !== undefined), signal)];
    return title === undefined ? { problems } : { version: title, problems };
  }
}

function adviceFor(isThere: boolean): OwnAdvice {
  return {
    auth: isThere
      ? 'Set username and password, or a token, to those of a user with API access.'
      : 'Set username and password, or token; the url is that of the frontend, often with /zabbix at its end.',
    forbidden: 'Give the role of its user API access with the methods *.get.',
    notFound: 'The url is that of the frontend, below which api_jsonrpc.php lies: often it ends in /zabbix.',
    isThere,
  };
}
