/** GitHub's webhooks: deployments and their states, releases, runs of workflows. Events of other kinds tell nothing. */
import { z } from 'zod';
import { defineFormat, type ReadDelivery } from '../alerts/alert-format.ts';
import { bodyId, hashOf } from '../alerts/reading/ids.ts';
import { linkOf } from '../alerts/reading/links.ts';
import { bodyObject, firstText, isLooseObject, type Loose, looseObject, textOf } from '../alerts/reading/loose.ts';
import { signHmac, verifyHmac } from '../alerts/reading/signatures.ts';
import { timeOf } from '../alerts/reading/times.ts';
import type { ChangeEvent } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { makeChange } from './make-change.ts';

const FORMAT = 'github';

const PHASES: Readonly<Record<string, ChangeEvent['phase']>> = {
  pending: 'started',
  queued: 'started',
  in_progress: 'started',
  waiting: 'started',
  requested: 'started',
  success: 'succeeded',
  failure: 'failed',
  error: 'failed',
  timed_out: 'failed',
  startup_failure: 'failed',
  action_required: 'failed',
  cancelled: 'cancelled',
};

const SCHEME = { header: 'X-Hub-Signature-256', prefix: 'sha256=' } as const;

/** The format `github`. */
export const github = defineFormat({
  format: FORMAT,
  title: 'GitHub',
  options: z.strictObject({}),
  signed: {
    verify: (delivery, secrets) => verifyHmac(delivery, secrets, SCHEME),
    sign: (delivery, secret) => signHmac(delivery, secret, SCHEME),
  },
  decode(delivery) {
    const body = bodyObject(delivery.content, 'an event of a webhook of GitHub');
    if (!isLooseObject(body.repository) && !isLooseObject(body.organization) && textOf(body.zen) === undefined) {
      throw new BotError('ALERT_UNREADABLE', 'The body names no `repository`, which every event of GitHub does.');
    }
    const change = changeOf(body, delivery);
    return { alerts: [], changes: change ? [change] : [] };
  },
});

/** By what is in it: the header with the event's name is missing in files and behind some relays. */
function changeOf(body: Loose, delivery: ReadDelivery): ChangeEvent | undefined {
  if (isLooseObject(body.deployment)) return deployment(body, body.deployment, delivery);
  if (isLooseObject(body.release)) return release(body, body.release, delivery);
  const isOther = isLooseObject(body.workflow_job) || isLooseObject(body.check_run) || isLooseObject(body.check_suite);
  return isLooseObject(body.workflow_run) && !isOther ? workflowRun(body, body.workflow_run, delivery) : undefined;
}

/** The same for a delivery that is sent again by hand; absent in files. */
function common(body: Loose, delivery: ReadDelivery, event: string) {
  const repository = looseObject(body.repository);
  const id = textOf(delivery.headers['x-github-delivery']);
  return {
    source: FORMAT,
    deliveryId: id === undefined ? bodyId(delivery) : hashOf(delivery.hook, id, event),
    repository: { name: textOf(repository.name), fullName: textOf(repository.full_name), url: repository.html_url },
  };
}

function deployment(body: Loose, one: Loose, delivery: ReadDelivery): ChangeEvent {
  const { repository, ...base } = common(body, delivery, 'deployment');
  const status = looseObject(body.deployment_status);
  const state = textOf(status.state);
  const phase = state === undefined ? 'started' : (PHASES[state] ?? 'info');
  const environment = firstText(status.environment, one.environment);
  const target = environment === undefined ? '' : ` to ${environment}`;
  const id = firstText(one.id) ?? hashOf(repository.fullName, one.sha, environment);
  return makeChange(delivery, {
    ...base,
    key: `deployment:${id}`,
    kind: 'deployment',
    phase,
    titles: [`${repository.name ?? 'deployment'} ${firstText(one.ref, one.sha) ?? ''}${target}`],
    text: firstText(status.description, one.description),
    tags: [one.task],
    startsAt: timeOf(one.created_at) ?? timeOf(status.created_at),
    ...(phase !== 'started' && phase !== 'info' && { endsAt: timeOf(status.created_at) ?? delivery.receivedAt }),
    attributes: {
      'service.name': repository.name,
      'deployment.environment.name': environment,
      'deployment.id': one.id,
      'vcs.repository.url.full': repository.url,
      'vcs.ref.head.revision': one.sha,
      'vcs.ref.head.name': one.ref,
    },
    actor: firstText(looseObject(status.creator).login, looseObject(one.creator).login, looseObject(body.sender).login),
    links: [
      ...linkOf('source', firstText(status.log_url, status.target_url), 'Log'),
      ...linkOf('source', status.environment_url, environment),
      ...linkOf('source', repository.url, repository.fullName),
    ],
  });
}

/** One release gives up to three events; that it is published is the one that counts. */
function release(body: Loose, one: Loose, delivery: ReadDelivery): ChangeEvent | undefined {
  if (textOf(body.action) !== 'published') return undefined;
  const { repository, ...base } = common(body, delivery, 'release');
  const tag = textOf(one.tag_name);
  return makeChange(delivery, {
    ...base,
    key: `release:${firstText(one.id) ?? hashOf(repository.fullName, tag)}`,
    kind: 'release',
    phase: 'info',
    titles: [`${repository.name ?? ''} ${firstText(one.name, tag) ?? 'release'}`],
    text: textOf(one.body),
    tags: one.prerelease === true ? ['prerelease'] : [],
    startsAt: timeOf(one.published_at) ?? timeOf(one.created_at),
    attributes: {
      'service.name': repository.name,
      'service.version': tag,
      'vcs.repository.url.full': repository.url,
      'vcs.ref.head.name': one.target_commitish,
    },
    actor: firstText(looseObject(one.author).login, looseObject(body.sender).login),
    links: linkOf('source', one.html_url, tag),
  });
}

function workflowRun(body: Loose, one: Loose, delivery: ReadDelivery): ChangeEvent {
  const { repository, ...base } = common(body, delivery, 'workflow_run');
  const conclusion = textOf(one.conclusion);
  const isOver = textOf(body.action) === 'completed' || conclusion !== undefined;
  const phase = isOver ? (PHASES[conclusion ?? ''] ?? 'info') : 'started';
  const run = firstText(one.id) ?? hashOf(repository.fullName, one.name, one.head_sha);
  return makeChange(delivery, {
    ...base,
    key: `run:${run}:${firstText(one.run_attempt) ?? '1'}`,
    kind: 'pipeline',
    phase,
    titles: [`${repository.name ?? ''} ${firstText(one.name, one.display_title) ?? 'workflow'}`],
    text: textOf(one.display_title),
    startsAt: timeOf(one.run_started_at) ?? timeOf(one.created_at),
    ...(isOver && { endsAt: timeOf(one.updated_at) ?? delivery.receivedAt }),
    attributes: {
      'service.name': repository.name,
      'vcs.repository.url.full': repository.url,
      'vcs.ref.head.revision': one.head_sha,
      'vcs.ref.head.name': one.head_branch,
      'cicd.pipeline.name': one.name,
      'cicd.pipeline.run.id': one.id,
      'cicd.pipeline.run.url.full': one.html_url,
    },
    actor: firstText(looseObject(one.triggering_actor).login, looseObject(one.actor).login),
    links: linkOf('source', one.html_url, 'Run'),
  });
}
