/** The cheapest proof that a Kibana can be read, and that what it keeps can be run. */
import { BotError } from '../../domain/errors.ts';
import { checkProblem, type OwnAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport, Source } from '../source.ts';
import type { KibanaClient } from './client.ts';
import { refusalIn } from './failures.ts';
import { listObjects } from './saved-objects.ts';
import { isTooOld, type KibanaVersion, TITLES } from './version.ts';

function adviceFor(thrown: unknown, space: string | undefined): OwnAdvice {
  const isNoRoute = thrown instanceof BotError && refusalIn(thrown) === 'no_route';
  const elsewhere = isNoRoute ? {} : { notFound: 'A server.basePath such as /kibana belongs to the url.' };
  return {
    auth: 'Set apiKey, token, or username and password, or the headers that its proxy wants.',
    forbidden: 'Its role needs read access to Discover and Saved Objects Management in this space.',
    ...(space === undefined ? elsewhere : { notFound: 'Check space, and that the role has a privilege in it.' }),
  };
}

/** What is checked beside the server itself. */
export interface CheckWanted {
  readonly space: string | undefined;
  /** As configured. */
  readonly version: string | undefined;
  /** The source that holds the data. @throws BotError `CONFIG_INVALID` */
  peer(): Source;
}

/** Tries the configured address, space and credentials. Never throws for a failure there. */
export async function checkKibana(
  client: KibanaClient,
  wanted: CheckWanted,
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const version = await client.reported(signal);
    const { left, objects } = await listObjects(client, ['index-pattern'], wanted.space, signal);
    const none = objects.length + left === 0 ? [noViews(client.title, wanted.space)] : [];
    const problems = [
      ...flavourProblems(version),
      ...versionProblems(version, wanted.version),
      ...none,
      ...peerProblems(wanted),
    ];
    return { version: `${client.title}${version.text === undefined ? '' : ` ${version.text}`}`, problems };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, adviceFor(thrown, wanted.space), signal)] };
  }
}

/** Dashboards counts from 1 again, so that the number tells which product it is. */
function flavourProblems({ flavour, major }: KibanaVersion): readonly string[] {
  if (major === undefined) return [];
  if (flavour === 'kibana' && major <= 3) {
    return [`${TITLES['opensearch-dashboards']} answers here; set flavour: opensearch-dashboards.`];
  }
  return flavour !== 'kibana' && major >= 5 ? ['Kibana answers here; set flavour: kibana.'] : [];
}

function versionProblems(version: KibanaVersion, configured: string | undefined): readonly string[] {
  const { text, major, minor } = version;
  if (text === undefined) {
    return configured === undefined
      ? ['It does not tell its version, so links are in the form that all read; set version, e.g. 8.19.']
      : [];
  }
  const old =
    isTooOld(version) && major !== undefined && major > 3
      ? [`Kibana ${text} is too old; 7.17 and later are supported.`]
      : [];
  const isOther =
    configured !== undefined && !`${major}.${minor}.`.startsWith(`${configured.split('.').slice(0, 2).join('.')}.`);
  return isOther
    ? [...old, `It is set to version: ${configured}, but ${text} answers; take it out of the configuration.`]
    : old;
}

function noViews(title: string, space: string | undefined): string {
  const where = space === undefined ? '' : ` in the space ${space}`;
  return `${title} shows my login no data view${where}; give it read access to Discover and to saved objects there.`;
}

function peerProblems({ peer }: CheckWanted): readonly string[] {
  try {
    peer();
    return [];
  } catch (thrown) {
    if (thrown instanceof BotError) return [thrown.message];
    throw thrown;
  }
}
