/** The cheapest proof that Icinga can be read, and what its ApiUser lacks. */
import { BotError } from '../../domain/errors.ts';
import { checkProblem, type OwnAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { Icinga2Client } from './client.ts';
import { namesOf } from './why-empty.ts';

const ADVICE: OwnAdvice = {
  auth: 'Set username and password to those of an ApiUser (or token, for a proxy before it).',
  forbidden: 'Give its ApiUser the permissions objects/query/Host, Service, Comment and Downtime.',
  reach: 'Check the url (https and port 5665), and that this machine may reach it.',
  ca: '/var/lib/icinga2/certs/ca.crt',
};

/** Asks who we are, and for hosts and services. Never throws for a failure there. */
export async function checkIcinga2(client: Icinga2Client, signal: AbortSignal): Promise<CheckReport> {
  try {
    const about = JSON.stringify(await client.read('v1', signal));
    const version = /"version":"r?([\w.+-]{1,40})"/.exec(about)?.[1];
    const problems = [...(await askFor('hosts', client, signal)), ...(await askFor('services', client, signal))];
    return { version: `Icinga ${version ?? '2'}`, problems };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, ADVICE, signal)] };
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
