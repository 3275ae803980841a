/** The cheapest proof that Zabbix' API can be read, with which version, and how much the login may see. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { counted } from '../../lib/check-tables.ts';
import { OTHER_PRODUCT_ADVICE, pageAdvice, reachAdvice } from '../../lib/reach-advice.ts';
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
    signal.throwIfAborted();
    if (!(thrown instanceof BotError)) throw thrown;
    const problems = [`${thrown.message}${adviceFor(thrown, title !== undefined)}`];
    return title === undefined ? { problems } : { version: title, problems };
  }
}

function adviceFor(failure: BotError, isThere: boolean): string {
  switch (failure.code) {
    case 'SOURCE_AUTH':
      return isThere
        ? ' Set username and password, or a token, to those of a user with API access.'
        : ` Set username and password, or token; the url is that of the frontend, often with /zabbix at its end.${pageAdvice(failure)}`;
    case 'SOURCE_FORBIDDEN':
      return ' Give the role of its user API access with the methods *.get.';
    case 'SOURCE_NOT_FOUND':
      return ' The url is that of the frontend, below which api_jsonrpc.php lies: often it ends in /zabbix.';
    case 'SOURCE_BACKEND_DOWN':
    case 'SOURCE_TIMEOUT':
      return reachAdvice(failure);
    case 'SOURCE_BAD_QUERY':
    case 'SOURCE_UNEXPECTED':
      return isThere ? '' : OTHER_PRODUCT_ADVICE;
    default:
      return '';
  }
}
