/** Jenkins through its notification plugin: a build when it starts and when all of it is over. */
import { z } from 'zod';
import { defineFormat, type ReadDelivery } from '../alerts/alert-format.ts';
import { hashOf } from '../alerts/reading/ids.ts';
import { linkOf } from '../alerts/reading/links.ts';
import {
  bodyObject,
  firstText,
  isLooseObject,
  type Loose,
  looseObject,
  numberOf,
  textOf,
} from '../alerts/reading/loose.ts';
import { timeOf } from '../alerts/reading/times.ts';
import type { ChangeEvent } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { makeChange } from './make-change.ts';

const FORMAT = 'jenkins';

const PHASES: Readonly<Record<string, ChangeEvent['phase']>> = {
  SUCCESS: 'succeeded',
  FAILURE: 'failed',
  UNSTABLE: 'failed',
  ABORTED: 'cancelled',
  NOT_BUILT: 'cancelled',
};

/** The format `jenkins`. Messages of one build that come twice have equal ids, since the plugin repeats itself. */
export const jenkins = defineFormat({
  format: FORMAT,
  title: 'Jenkins',
  options: z.strictObject({
    environmentParameters: z
      .array(z.string())
      .default(['ENVIRONMENT', 'ENV', 'DEPLOY_ENV', 'STAGE', 'TARGET'])
      .describe('Parameters of a build that name where it deploys to, the first that is there counts'),
    versionParameters: z
      .array(z.string())
      .default(['VERSION', 'RELEASE', 'TAG', 'IMAGE_TAG'])
      .describe('Parameters of a build that name what it deploys'),
    serviceParameters: z
      .array(z.string())
      .default(['SERVICE', 'APP', 'APPLICATION'])
      .describe("Parameters of a build that name the service; left out of a build: the job's name"),
  }),
  decode(delivery, options) {
    const body = bodyObject(delivery.content, "a message of Jenkins' notification plugin");
    if (!isLooseObject(body.build)) {
      throw new BotError(
        'ALERT_UNREADABLE',
        "The body has no `build`: use the JSON format of Jenkins' notification plugin.",
      );
    }
    const change = buildOf(body, body.build, delivery, options);
    return { alerts: [], changes: change ? [change] : [] };
  },
});

/** Queued is not begun; completed is followed by finalized, which says the same after the steps that come after a build. */
function buildOf(
  body: Loose,
  build: Loose,
  delivery: ReadDelivery,
  options: Readonly<Record<`${'environment' | 'version' | 'service'}Parameters`, readonly string[]>>,
): ChangeEvent | undefined {
  const step = textOf(build.phase)?.toUpperCase();
  if (step === 'QUEUED' || step === 'COMPLETED') return undefined;
  const status = textOf(build.status)?.toUpperCase();
  const phase = step === 'STARTED' ? 'started' : (PHASES[status ?? ''] ?? 'info');
  const scm = looseObject(build.scm);
  const parameter = parameterReader(build.parameters);
  const name = firstText(body.display_name, body.name) ?? 'build';
  const number = textOf(build.number);
  const url = textOf(build.full_url);
  const key = url ?? hashOf(firstText(build.url, body.url, name), number);
  const startsAt = timeOf(build.timestamp);
  const environment = parameter(options.environmentParameters);
  return makeChange(delivery, {
    source: FORMAT,
    key: `build:${key}`,
    deliveryId: hashOf(delivery.hook, key, step ?? '', status ?? ''),
    kind: /deploy|rollout|release/i.test(name) || environment !== undefined ? 'deployment' : 'pipeline',
    phase,
    titles: [`${name}${number === undefined ? '' : ` #${number}`}${status === 'UNSTABLE' ? ' is unstable' : ''}`],
    text: textOf(build.notes),
    startsAt,
    ...(phase !== 'started' && { endsAt: endOf(startsAt, build.duration) ?? delivery.receivedAt }),
    attributes: {
      'service.name': parameter(options.serviceParameters) ?? firstText(body.name),
      'service.version': parameter(options.versionParameters),
      'deployment.environment.name': environment,
      'vcs.repository.url.full': scm.url,
      'vcs.ref.head.revision': scm.commit,
      'vcs.ref.head.name': textOf(scm.branch)?.replace(/^origin\//, ''),
      'cicd.pipeline.name': body.name,
      'cicd.pipeline.run.id': number,
      'cicd.pipeline.run.url.full': url,
    },
    actor: Array.isArray(scm.culprits) ? scm.culprits[0] : undefined,
    links: linkOf('source', url, 'Build'),
  });
}

function parameterReader(parameters: unknown): (names: readonly string[]) => string | undefined {
  const all = looseObject(parameters);
  return (names) => firstText(...names.map((name) => (Object.hasOwn(all, name) ? all[name] : undefined)));
}

function endOf(startsAt: Date | undefined, duration: unknown): Date | undefined {
  const ms = numberOf(duration);
  return startsAt === undefined || ms === undefined || ms <= 0 ? undefined : timeOf(startsAt.getTime() + ms);
}
