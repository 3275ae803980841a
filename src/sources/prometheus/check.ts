/** The cheapest proof that a server of Prometheus' API can be read, and which one it is. */
import { BotError } from '../../domain/errors.ts';
import type { HttpReply } from '../../lib/http-client.ts';
import { checkProblem, type OwnAdvice, otherShape } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { PrometheusClient } from './client.ts';
import type { Flavour } from './link.ts';

const NO_PARAMETERS = new URLSearchParams();

function adviceFor(thrown: unknown): OwnAdvice {
  const isTenant = thrown instanceof BotError && thrown.message.includes('tenant');
  return {
    auth: isTenant
      ? 'Set headers: { X-Scope-OrgID: … } to the tenant to read.'
      : 'Set token, or username and password, or the headers that its proxy wants.',
    forbidden: 'Allow it /api/v1/query, /api/v1/query_range, /api/v1/series and /api/v1/label.',
    notFound:
      'The API of Mimir and Cortex lies below /prometheus, that of a VictoriaMetrics cluster below /select/0/prometheus.',
  };
}

/** What people call each of them. */
const NAMES: Readonly<Record<Flavour, string>> = {
  prometheus: 'Prometheus',
  thanos: 'Thanos',
  mimir: 'Mimir',
  victoriametrics: 'VictoriaMetrics',
};

/** Tries a query and a list of names with the configured credentials. Never throws for a failure there. */
export async function checkPrometheus(
  client: PrometheusClient,
  flavour: Flavour | 'auto',
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const one = await client.data('query', new URLSearchParams({ query: 'vector(1)' }), signal, 'POST');
    if (!isVector(one)) return { problems: [otherShape('Prometheus', "a query's answer")] };
    const [seen, problems] = await Promise.all([identify(client, signal), askForNames(client, signal)]);
    const other =
      flavour !== 'auto' && seen.flavour !== undefined && seen.flavour !== flavour
        ? [`It is set to flavour: ${flavour}, but ${NAMES[seen.flavour]} answers; set flavour: ${seen.flavour}.`]
        : [];
    const hint =
      flavour === 'auto' && (seen.flavour === 'victoriametrics' || seen.flavour === 'mimir')
        ? ` (set flavour: ${seen.flavour}, so that links suit it)`
        : '';
    const name = NAMES[seen.flavour ?? (flavour === 'auto' ? 'prometheus' : flavour)];
    return { version: `${name}${seen.version ? ` ${seen.version}` : ''}${hint}`, problems: [...other, ...problems] };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, adviceFor(thrown), signal)] };
  }
}

function isVector(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'resultType' in data && data.resultType === 'vector';
}

/** Without lists of names there is no completion and no "did you mean". */
async function askForNames(client: PrometheusClient, signal: AbortSignal): Promise<readonly string[]> {
  try {
    await client.data('labels', new URLSearchParams({ limit: '1' }), signal);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    return [`Its names cannot be listed, so hosts are neither checked nor completed: ${thrown.message}`];
  }
}

interface Seen {
  readonly flavour?: Flavour;
  readonly version?: string;
}

async function identify(client: PrometheusClient, signal: AbortSignal): Promise<Seen> {
  const [build, stores] = await Promise.all([
    client.send('status/buildinfo', NO_PARAMETERS, signal),
    client.send('stores', NO_PARAMETERS, signal),
  ]);
  const isJson = (reply: HttpReply) => reply.status === 200 && reply.text.trimStart().startsWith('{');
  const text = isJson(build) ? build.text : '';
  const version = /"version"\s*:\s*"([\w.+-]{1,40})"/.exec(text)?.[1];
  const found = { ...(version !== undefined && { version }) };
  // it calls itself a Prometheus 2.24, and names its machine in every answer
  if (build.headers.has('x-server-hostname')) return { flavour: 'victoriametrics' };
  if (/"application"\s*:\s*"[^"]*Mimir/i.test(text)) return { flavour: 'mimir', ...found };
  if (isJson(stores)) return { flavour: 'thanos', ...found };
  return version === undefined ? {} : { flavour: 'prometheus', version };
}
