/** The cheapest proof that a Loki can be read as this tenant, and which version it is. */
import { BotError } from '../../domain/errors.ts';
import { checkProblem, type OwnAdvice, otherShape } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { LokiAddress, LokiClient } from './client.ts';

const NO_PARAMETERS = new URLSearchParams();

interface Labels {
  readonly status?: unknown;
  readonly data?: unknown;
}

function adviceFor(thrown: unknown): OwnAdvice {
  const isTenant = thrown instanceof BotError && thrown.message.includes('tenant');
  return {
    auth: isTenant
      ? 'Set tenant to the one to read.'
      : 'Set token, or username and password, or the headers that its proxy wants.',
    forbidden: 'Allow it /loki/api/v1/query, /loki/api/v1/query_range, /loki/api/v1/series and /loki/api/v1/label.',
    notFound: 'It is where /loki/api/v1/labels answers, without that path.',
  };
}

/** Asks for labels with the configured credentials. Never throws for a failure there. */
export async function checkLoki(
  client: LokiClient,
  { tenant }: LokiAddress,
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const labels = (await client.json('labels', NO_PARAMETERS, signal)) as Labels | null;
    // an answer for nobody's logs has no list, but says that it is one
    if (!Array.isArray(labels?.data) && labels?.status !== 'success') {
      return { problems: [otherShape('Loki', 'a list of labels')] };
    }
    const [version, notReady] = await Promise.all([versionOf(client, signal), readiness(client, signal)]);
    const isEmpty = !Array.isArray(labels?.data) || labels.data.length === 0;
    const who = tenant === undefined ? '' : ` for the tenant ${tenant}`;
    const empty = isEmpty
      ? [`It has no logs of the last hours${who}; check the tenant, and that something sends logs to it.`]
      : [];
    return { version: `Loki${version === undefined ? '' : ` ${version}`}`, problems: [...empty, ...notReady] };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, adviceFor(thrown), signal)] };
  }
}

async function versionOf(client: LokiClient, signal: AbortSignal): Promise<string | undefined> {
  const { status, text } = await client.send('loki/api/v1/status/buildinfo', NO_PARAMETERS, signal);
  return status === 200 ? /"version"\s*:\s*"([\w.+-]{1,40})"/.exec(text)?.[1] : undefined;
}

/** Gateways do not pass this on, which is no fault. */
async function readiness(client: LokiClient, signal: AbortSignal): Promise<string[]> {
  const { status, text } = await client.send('ready', NO_PARAMETERS, signal);
  const isOwn = status === 503 && /not ready/i.test(text);
  return isOwn ? ['It says that it is not ready yet; answers may lack the newest lines.'] : [];
}
