/** The cheapest proof that a Grafana can be asked, and what its login lacks. */
import { BotError } from '../../domain/errors.ts';
import { checkProblem, type OwnAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { GrafanaClient } from './client.ts';
import type { Datasources } from './datasources.ts';
import { TITLE } from './failures.ts';
import { listOf, mapOf, numberOf, textOf } from './present/json.ts';

const ADVICE: OwnAdvice = {
  auth: 'Set token to that of a service account with the role Viewer, or username and password.',
  forbidden: 'Give its service account the role Viewer.',
  notFound: 'A Grafana below a path, such as /grafana, needs that path in its url.',
};

/** What is looked at. */
export interface CheckDeps {
  readonly client: GrafanaClient;
  readonly datasources: Datasources;
  readonly orgId?: number | undefined;
  /** Whether marks may be written. */
  readonly mayAnnotate: boolean;
}

/** The first version whose tokens and queries are understood. */
const MAJOR_MIN = 9;

/** Tries a login, a list of dashboards, data sources and rights. Never throws for a failure there. */
export async function checkGrafana(deps: CheckDeps, signal: AbortSignal): Promise<CheckReport> {
  try {
    const version = await versionOf(deps.client, signal);
    const org = mapOf(await deps.client.get('api/org', undefined, signal));
    const [dashboards, sources, rights] = await Promise.all([
      dashboardProblems(deps.client, signal),
      datasourceProblems(deps.datasources, signal),
      rightProblems(deps, signal),
    ]);
    return {
      version: version === undefined ? TITLE : `${TITLE} ${version}`,
      problems: [...versionProblems(version), ...orgProblems(deps.orgId, org), ...dashboards, ...sources, ...rights],
    };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, ADVICE, signal)] };
  }
}

/** Health is told to everybody, but some hide the version, and some the page. */
async function versionOf(client: GrafanaClient, signal: AbortSignal): Promise<string | undefined> {
  const reply = await client.send('api/health', {}, signal);
  if ([401, 403, 404].includes(reply.status)) return undefined;
  if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw client.failure(reply);
  // a server that hides its version still tells of its database
  if (!/"(?:database|version)"\s*:/.test(reply.text)) {
    throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON of another shape than its health has.`);
  }
  return /"version"\s*:\s*"([\w.+-]{1,40})"/.exec(reply.text)?.[1];
}

function versionProblems(version: string | undefined): readonly string[] {
  const major = Number(version?.split('.', 1)[0] ?? Number.NaN);
  if (!(major < MAJOR_MIN)) return [];
  return [`It is ${TITLE} ${version}; dashboards and queries are understood from version ${MAJOR_MIN} on.`];
}

function orgProblems(wanted: number | undefined, { id, name }: Readonly<Record<string, unknown>>): readonly string[] {
  const own = numberOf(id);
  if (wanted === undefined || own === undefined || own === wanted) return [];
  return [
    `Its login belongs to organisation ${own} (${textOf(name) ?? '?'}), not to ${wanted}; set orgId to ${own}, or use a token of that organisation.`,
  ];
}

async function dashboardProblems(client: GrafanaClient, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const found = listOf(await client.get('api/search', new URLSearchParams({ type: 'dash-db', limit: '1' }), signal));
    if (found.length > 0) return [];
    return ['Its login sees no dashboard; give it dashboards:read on the folders that people ask for.'];
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    return [`Its dashboards cannot be listed, so that none is found by name: ${thrown.message}`];
  }
}

async function datasourceProblems(datasources: Datasources, signal: AbortSignal): Promise<readonly string[]> {
  try {
    if ((await datasources.list(signal)).length > 0) return [];
    return [
      'Its login may not see data sources (datasources:read): panels that name theirs by name, or through a variable, cannot be asked.',
    ];
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    return [`Its data sources cannot be listed: ${thrown.message}`];
  }
}

/** Rights as the server lists them for a login; a server that does not list them is not asked further. */
async function rightProblems({ client, mayAnnotate }: CheckDeps, signal: AbortSignal): Promise<readonly string[]> {
  const reply = await client.send('api/access-control/user/permissions', {}, signal);
  if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) return [];
  const has = (right: string) => reply.text.includes(`"${right}"`);
  return [
    ...(has('dashboards:read') ? [] : ['Its login lacks dashboards:read: no dashboard can be opened.']),
    ...(has('datasources:query') ? [] : ['Its login lacks datasources:query: no panel can be drawn.']),
    ...(has('annotations:read') ? [] : ['Its login lacks annotations:read: deploys and other marks are not shown.']),
    ...(mayAnnotate && !has('annotations:create')
      ? ['It is set to annotate: true, but its login lacks annotations:create.']
      : []),
  ];
}
