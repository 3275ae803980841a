/** The cheapest proof that Icinga can be read, and what its ApiUser lacks. */
import { BotError } from '../../domain/errors.ts';
import { OTHER_PRODUCT_ADVICE, pageAdvice, reachAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { Icinga2Client } from './client.ts';
import { namesOf } from './why-empty.ts';

/** Asks who we are, and for hosts and services. Never throws for a failure there. */
export async function checkIcinga2(client: Icinga2Client, signal: AbortSignal): Promise<CheckReport> {
  try {
    const about = JSON.stringify(await client.read('v1', signal));
    const version = /"version":"r?([\w.+-]{1,40})"/.exec(about)?.[1];
    const problems = [...(await askFor('hosts', client, signal)), ...(await askFor('services', client, signal))];
    return { version: `Icinga ${version ?? '2'}`, problems };
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof BotError)) throw thrown;
    return { problems: [`${thrown.message}${adviceFor(thrown)}`] };
  }
}

async function askFor(type: 'hosts' | 'services', client: Icinga2Client, signal: AbortSignal): Promise<string[]> {
  const permission = `objects/query/${type === 'hosts' ? 'Host' : 'Service'}`;
  try {
    const names = await namesOf(type, undefined, { client, signal });
    return names.length > 0
      ? []
      : [`My login sees no ${type}; its ApiUser needs the permission ${permission}, without a filter that hides them.`];
  } catch (thrown) {
    if (!(thrown instanceof BotError) || thrown.code !== 'SOURCE_FORBIDDEN') throw thrown;
    return [`${thrown.message} Give its ApiUser the permission ${permission}.`];
  }
}

const REACH_ADVICE = ' Check the url (https and port 5665), and that this machine may reach it.';

function adviceFor(failure: BotError): string {
  const { code, details } = failure;
  switch (code) {
    case 'SOURCE_AUTH':
      return ` Set username and password to those of an ApiUser (or token, for a proxy before it).${pageAdvice(failure)}`;
    case 'SOURCE_FORBIDDEN':
      return ' Give its ApiUser the permissions objects/query/Host, Service, Comment and Downtime.';
    case 'SOURCE_BACKEND_DOWN':
      return /SELF_SIGNED|UNABLE_TO_/.test(String(details.reason))
        ? ' Set ca_file to the certificate of its authority, such as /var/lib/icinga2/certs/ca.crt.'
        : reachAdvice(failure, REACH_ADVICE);
    case 'SOURCE_TIMEOUT':
      return reachAdvice(failure, REACH_ADVICE);
    case 'SOURCE_BAD_QUERY':
    case 'SOURCE_UNEXPECTED':
      return OTHER_PRODUCT_ADVICE;
    default:
      return '';
  }
}
