/** The cheapest proof that a Graphite can be read, and which one it is. */
import type { HttpReply } from '../../lib/http-client.ts';
import { checkProblem, type OwnAdvice, otherShape } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import type { GraphiteClient } from './client.ts';
import { isWithoutEvents } from './events.ts';
import { TreeJson } from './find.ts';

const ADVICE: OwnAdvice = {
  auth: 'Set token, or username and password, or the headers that its proxy wants.',
  forbidden: 'Allow it /render, /metrics/find and /events/get_data.',
};

/** The implementations of Graphite's protocol that are known to differ. */
export type Flavour = 'graphite-web' | 'carbonapi' | 'victoriametrics';

const NO_PARAMETERS = new URLSearchParams();

/** Tries the tree, the render API and the events with the configured credentials. Never throws for a failure there. */
export async function checkGraphite(
  client: GraphiteClient,
  flavour: Flavour | 'auto',
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const tree = await client.json('metrics/find', new URLSearchParams({ query: '*', format: 'treejson' }), signal);
    if (!TreeJson.safeParse(tree).success) {
      return { problems: [otherShape('Graphite', 'its tree')] };
    }
    const form = new URLSearchParams({
      format: 'json',
      target: "alias(glimpse.check,'x')",
      from: '-60s',
      until: 'now',
    });
    await client.text('render', form, signal, 'POST');
    const [own, events] = await Promise.all([identify(client, flavour, signal), askForEvents(client, signal)]);
    const other = own === undefined && flavour !== 'auto' ? await identify(client, 'auto', signal) : undefined;
    const version = own ?? other ?? (flavour === 'auto' ? 'Graphite' : flavour);
    return events.has === false
      ? {
          version: `${version} (keeps no events, so charts get no marks from it)`,
          problems: wrongFlavour(flavour, other),
        }
      : { version, problems: [...wrongFlavour(flavour, other), ...events.problems] };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, ADVICE, signal)] };
  }
}

/** A flavour that is wrong goes about events and links in a wrong way, quietly. */
function wrongFlavour(flavour: Flavour | 'auto', other: string | undefined): string[] {
  if (other === undefined) return [];
  const name = other.split(' ')[0]?.toLowerCase();
  return [`It is set to flavour: ${flavour}, but ${other} answers; set flavour: ${name}.`];
}

/** Lacking events is no fault, only something to know. */
async function askForEvents(
  client: GraphiteClient,
  signal: AbortSignal,
): Promise<{ readonly has: boolean; readonly problems: readonly string[] }> {
  const parameters = new URLSearchParams({ from: '-60s', until: 'now' });
  const reply = await client.send('events/get_data', parameters, signal);
  if (reply.status === 200 && reply.text.trimStart().startsWith('[')) return { has: true, problems: [] };
  if (isWithoutEvents(reply.status, reply.text)) return { has: false, problems: [] };
  const why = client.failure(reply).message;
  return { has: true, problems: [`Its events cannot be read, so charts get no marks from it: ${why}`] };
}

async function identify(
  client: GraphiteClient,
  flavour: Flavour | 'auto',
  signal: AbortSignal,
): Promise<string | undefined> {
  if (flavour === 'auto' || flavour === 'graphite-web') {
    const version = versionOf(await client.send('version/', NO_PARAMETERS, signal));
    if (version !== undefined) return `graphite-web ${version}`;
  }
  if (flavour === 'auto' || flavour === 'victoriametrics') {
    const reply = await client.send('api/v1/status/buildinfo', NO_PARAMETERS, signal);
    const version = /"version"\s*:\s*"([\w.-]{1,40})"/.exec(reply.status === 200 ? reply.text : '')?.[1];
    if (version !== undefined) return `VictoriaMetrics ${version}`;
  }
  if (flavour === 'auto' || flavour === 'carbonapi') {
    const reply = await client.send('_internal/capabilities/', NO_PARAMETERS, signal);
    if (reply.status < 400 || reply.headers.has('x-ctx-carbonapi-uuid')) return 'carbonapi';
  }
  return undefined;
}

/** graphite-web prints its version bare; anything longer is a page. */
function versionOf({ status, text }: HttpReply): string | undefined {
  return status === 200 ? /^\s*"?(\d+\.\d+[\w.-]{0,20})"?\s*$/.exec(text)?.[1] : undefined;
}
