/** GitLab's webhooks: deployments, releases, pipelines, jobs that deploy, pushed tags. Events of other kinds tell nothing. */
import { z } from 'zod';
import { defineFormat, type ReadDelivery } from '../alerts/alert-format.ts';
import { bodyId, hashOf } from '../alerts/reading/ids.ts';
import { linkOf } from '../alerts/reading/links.ts';
import { bodyObject, firstText, type Loose, looseObject, looseObjects, textOf } from '../alerts/reading/loose.ts';
import { timeOf } from '../alerts/reading/times.ts';
import type { ChangeEvent } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { type ChangeDraft, makeChange } from './make-change.ts';

const FORMAT = 'gitlab';

const PHASES: Readonly<Record<string, ChangeEvent['phase']>> = {
  created: 'started',
  pending: 'started',
  preparing: 'started',
  waiting_for_resource: 'started',
  running: 'started',
  success: 'succeeded',
  failed: 'failed',
  canceled: 'cancelled',
};

/** What is read of an event, beside what every event has. */
type Part = Omit<ChangeDraft, 'source' | 'deliveryId' | 'key'> & { readonly id: string | undefined };

const READERS: Readonly<Record<string, (body: Loose, project: Loose) => Part | undefined>> = {
  deployment,
  release,
  pipeline,
  build: job,
  job,
  tag_push: tagPush,
};

/** The format `gitlab`; its `X-Gitlab-Token` is a token of the hook. */
export const gitlab = defineFormat({
  format: FORMAT,
  title: 'GitLab',
  options: z.strictObject({}),
  decode(delivery) {
    const body = bodyObject(delivery.content, 'an event of a webhook of GitLab');
    const kind = firstText(body.object_kind, body.event_name);
    if (kind === undefined) {
      throw new BotError('ALERT_UNREADABLE', 'The body has no `object_kind`, which every event of GitLab has.');
    }
    const project = looseObject(body.project);
    const part = Object.hasOwn(READERS, kind) ? READERS[kind]?.(body, project) : undefined;
    return { alerts: [], changes: part === undefined ? [] : [whole(part, kind, { body, project, delivery })] };
  },
});

function whole(
  { id, attributes, links = [], ...part }: Part,
  kind: string,
  { body, project, delivery }: { readonly body: Loose; readonly project: Loose; readonly delivery: ReadDelivery },
): ChangeEvent {
  const url = firstText(project.web_url, project.homepage);
  const place = firstText(project.path_with_namespace, project.id) ?? '';
  // the uuid of an event is shared by all hooks of it, so it is none
  const sent = firstText(delivery.headers['idempotency-key'], delivery.headers['x-gitlab-webhook-uuid']);
  const hasId = delivery.headers['idempotency-key'] !== undefined;
  const { user } = body;
  return makeChange(delivery, {
    source: FORMAT,
    deliveryId: sent === undefined ? bodyId(delivery) : hashOf(delivery.hook, sent, hasId ? '' : bodyId(delivery)),
    key: `${kind}:${id ?? hashOf(place, part.titles, part.startsAt)}`,
    actor: firstText(looseObject(user).username, looseObject(user).name, body.user_username, body.user_name),
    ...part,
    attributes: { 'service.name': project.name, 'vcs.repository.url.full': url, ...attributes },
    links: [...links, ...linkOf('source', url, place === '' ? undefined : place)],
  });
}

function deployment(body: Loose, project: Loose): Part {
  const phase = PHASES[textOf(body.status) ?? ''] ?? 'info';
  const environment = textOf(body.environment);
  const at = timeOf(body.status_changed_at);
  const target = environment === undefined ? '' : ` to ${environment}`;
  return {
    id: textOf(body.deployment_id),
    kind: 'deployment',
    phase,
    titles: [`${textOf(project.name) ?? 'deployment'} ${firstText(body.ref, body.short_sha) ?? ''}${target}`],
    text: textOf(body.commit_title),
    startsAt: at,
    ...(isOver(phase) && { endsAt: at }),
    attributes: {
      'deployment.id': body.deployment_id,
      'deployment.environment.name': environment,
      'vcs.ref.head.revision': body.short_sha,
      'vcs.ref.head.name': body.ref,
      'cicd.pipeline.run.url.full': body.deployable_url,
    },
    links: [
      ...linkOf('source', body.deployable_url, 'Job'),
      ...linkOf('source', body.environment_external_url, environment),
      ...linkOf('source', body.commit_url, textOf(body.short_sha)),
    ],
  };
}

function isOver(phase: ChangeEvent['phase']): boolean {
  return phase !== 'started' && phase !== 'info';
}

/** That one is edited or deleted is no change of what runs. */
function release(body: Loose, project: Loose): Part | undefined {
  if ((textOf(body.action) ?? 'create') !== 'create') return undefined;
  const tag = textOf(body.tag);
  return {
    id: textOf(body.id),
    kind: 'release',
    phase: 'info',
    titles: [`${textOf(project.name) ?? ''} ${firstText(body.name, tag) ?? 'release'}`],
    text: textOf(body.description),
    startsAt: timeOf(body.released_at) ?? timeOf(body.created_at),
    attributes: { 'service.version': tag, 'vcs.ref.head.revision': looseObject(body.commit).id },
    links: linkOf('source', body.url, tag),
  };
}

function pipeline(body: Loose, project: Loose): Part | undefined {
  const one = looseObject(body.object_attributes);
  const phase = PHASES[textOf(one.status) ?? ''];
  if (phase === undefined) return undefined;
  const name = textOf(one.name);
  const [stages, url] = [Array.isArray(one.stages) ? one.stages : [], pipelineUrl(one, project)];
  return {
    id: textOf(one.id),
    kind: 'pipeline',
    phase,
    titles: [`${textOf(project.name) ?? ''} ${name ?? 'pipeline'} ${textOf(one.ref) ?? ''}`],
    text: textOf(looseObject(body.commit).title) ?? textOf(looseObject(body.commit).message),
    tags: stages,
    startsAt: timeOf(one.created_at),
    ...(isOver(phase) && { endsAt: timeOf(one.finished_at) }),
    attributes: {
      'deployment.environment.name': environmentOf(body),
      'vcs.ref.head.revision': one.sha,
      'vcs.ref.head.name': one.ref,
      'cicd.pipeline.name': name,
      'cicd.pipeline.run.id': one.id,
      'cicd.pipeline.run.url.full': url,
    },
    links: linkOf('source', url, 'Pipeline'),
  };
}

/** Older versions leave the address out. */
function pipelineUrl(one: Loose, project: Loose): string | undefined {
  const [url, base, id] = [textOf(one.url), textOf(project.web_url), textOf(one.id)];
  return url ?? (base === undefined || id === undefined ? undefined : `${base}/-/pipelines/${encodeURIComponent(id)}`);
}

function environmentOf(body: Loose): string | undefined {
  return looseObjects(body.builds)
    .map(({ environment }) => textOf(looseObject(environment).name))
    .find((name) => name !== undefined);
}

/** Only jobs that deploy have an environment; of others their pipeline tells. */
function job(body: Loose, project: Loose): Part | undefined {
  const environment = firstText(looseObject(body.environment).name, body.environment);
  const phase = PHASES[firstText(body.build_status, body.status) ?? ''];
  if (environment === undefined || phase === undefined) return undefined;
  const base = textOf(project.web_url);
  const id = textOf(body.build_id);
  return {
    id,
    kind: 'deployment',
    phase,
    titles: [
      `${firstText(project.name, body.project_name) ?? ''} ${textOf(body.build_name) ?? 'job'} to ${environment}`,
    ],
    tags: [body.build_stage],
    startsAt: timeOf(body.build_started_at) ?? timeOf(body.build_created_at),
    ...(isOver(phase) && { endsAt: timeOf(body.build_finished_at) }),
    attributes: {
      'deployment.environment.name': environment,
      'vcs.ref.head.revision': body.sha,
      'vcs.ref.head.name': body.ref,
      'cicd.pipeline.name': body.build_name,
      'cicd.pipeline.run.id': body.pipeline_id,
    },
    links:
      base === undefined || id === undefined ? [] : linkOf('source', `${base}/-/jobs/${encodeURIComponent(id)}`, 'Job'),
  };
}

/** A tag that is deleted has no revision after it. */
function tagPush(body: Loose, project: Loose): Part | undefined {
  const tag = textOf(body.ref)?.replace(/^refs\/tags\//, '');
  const revision = firstText(body.checkout_sha, body.after);
  if (tag === undefined || revision === undefined || /^0+$/.test(revision)) return undefined;
  return {
    id: hashOf(firstText(project.path_with_namespace, project.id, body.project_id), tag, revision),
    kind: 'release',
    phase: 'info',
    titles: [`${textOf(project.name) ?? ''} ${tag}`],
    text: textOf(body.message),
    attributes: { 'service.version': tag, 'vcs.ref.head.revision': revision, 'vcs.ref.head.name': tag },
  };
}
