/** Our own format of changes: plain JSON or a form, only `title` required. */
import { z } from 'zod';
import { type AlertFormat, defineFormat, type ReadDelivery } from '../alerts/alert-format.ts';
import { bodyId, hashOf } from '../alerts/reading/ids.ts';
import { distinctLinks, linkOf } from '../alerts/reading/links.ts';
import {
  firstLine,
  firstText,
  isLooseObject,
  type Loose,
  labelsOf,
  looseObject,
  looseObjects,
  textOf,
} from '../alerts/reading/loose.ts';
import { timeOf } from '../alerts/reading/times.ts';
import type { ChangeAttribute, ChangeEvent } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';

const FORMAT = 'generic';
const KINDS: readonly ChangeEvent['kind'][] = [
  'deployment',
  'release',
  'pipeline',
  'config',
  'annotation',
  'maintenance',
];
const PHASES: readonly ChangeEvent['phase'][] = ['started', 'succeeded', 'failed', 'cancelled', 'info'];
const TAGS_MAX = 20;

/** Short names that a shell script writes, beside OpenTelemetry's. */
const ATTRIBUTES: readonly (readonly [ChangeAttribute, readonly string[]])[] = [
  ['service.name', ['service', 'service.name', 'app']],
  ['service.version', ['version', 'service.version']],
  ['deployment.environment.name', ['environment', 'env', 'deployment.environment.name']],
  ['deployment.id', ['deployment', 'deployment.id']],
  ['host.name', ['host', 'host.name']],
  ['vcs.repository.url.full', ['repository', 'vcs.repository.url.full']],
  ['vcs.ref.head.revision', ['revision', 'commit', 'vcs.ref.head.revision']],
  ['vcs.ref.head.name', ['branch', 'vcs.ref.head.name']],
  ['cicd.pipeline.name', ['pipeline', 'cicd.pipeline.name']],
  ['cicd.pipeline.run.id', ['run', 'cicd.pipeline.run.id']],
];

/** The format `generic` of changes. */
export const genericChange: AlertFormat = defineFormat({
  format: FORMAT,
  title: 'Generic',
  options: z.strictObject({}),
  decode(delivery) {
    const { content } = delivery;
    const all =
      isLooseObject(content) && Array.isArray(content.changes) ? looseObjects(content.changes) : looseObjects(content);
    if (all.length === 0)
      throw new BotError('ALERT_UNREADABLE', 'The body should be a JSON object with a `title`, or a list of them.');
    return { alerts: [], changes: all.map((one, index) => changeOf(one, delivery, index)) };
  },
});

function changeOf(one: Loose, delivery: ReadDelivery, index: number): ChangeEvent {
  const { hook, receivedAt } = delivery;
  const attributes = attributesOf(one);
  const { 'service.name': service, 'service.version': version } = attributes;
  const made = service === undefined ? undefined : [service, version].filter(Boolean).join(' ');
  const title = firstLine(one.title, one.what, one.message, made);
  if (title === undefined) {
    throw new BotError('ALERT_UNREADABLE', `Change ${index + 1} has neither a \`title\` nor a \`service\`.`);
  }
  const startsAt = firstTime(one.startsAt, one.time, one.when, one.at, one.timestamp) ?? receivedAt;
  const endsAt = timeOf(one.endsAt) ?? null;
  const [text, actor] = [
    firstText(one.text, one.description, one.data),
    firstText(looseObject(one.actor).name, one.actor, one.user, one.author),
  ];
  const id = firstText(one.id, attributes['deployment.id']) ?? hashOf(title, startsAt.toISOString(), attributes);
  return {
    source: FORMAT,
    sourceInstance: hook,
    deliveryId: firstText(one.deliveryId) ?? `${bodyId(delivery)}-${index}`,
    id: `${FORMAT}:${hook}:${id}`,
    kind: KINDS.find((kind) => kind === one.kind) ?? 'deployment',
    phase: PHASES.find((phase) => phase === one.phase) ?? 'info',
    title,
    ...(text !== undefined && { text }),
    tags: tagsOf(one.tags),
    startsAt,
    endsAt,
    receivedAt,
    attributes,
    ...(actor !== undefined && { actor: { name: actor } }),
    links: distinctLinks([
      ...linkOf('source', one.url),
      ...looseObjects(one.links).flatMap(({ href, title: name }) => linkOf('source', href, textOf(name))),
    ]),
  };
}

function firstTime(...values: readonly unknown[]): Date | undefined {
  return values.map((value) => timeOf(value)).find((time) => time !== undefined);
}

function attributesOf(one: Loose): ChangeEvent['attributes'] {
  const own = { ...labelsOf(one.labels), ...labelsOf(one.attributes) };
  const found = ATTRIBUTES.flatMap(([attribute, names]) => {
    const value = firstText(...names.flatMap((name) => [one[name], own[name]]));
    return value === undefined ? [] : [[attribute, value] as const];
  });
  return Object.fromEntries(found);
}

function tagsOf(tags: unknown): readonly string[] {
  const list = Array.isArray(tags) ? tags : (textOf(tags)?.split(/[\s,]+/) ?? []);
  return list.flatMap((tag) => firstLine(tag) ?? []).slice(0, TAGS_MAX);
}
