/** Argo CD's notifications through the template of the docs: syncs are changes, degraded health is an alert. */
import { z } from 'zod';
import { defineFormat, type ReadDelivery } from '../alerts/alert-format.ts';
import { hashOf } from '../alerts/reading/ids.ts';
import { linkOf } from '../alerts/reading/links.ts';
import {
  bodyObject,
  firstText,
  type Loose,
  labelsOf,
  looseObject,
  looseObjects,
  textOf,
} from '../alerts/reading/loose.ts';
import { makeAlert } from '../alerts/reading/make-alert.ts';
import { timeOf } from '../alerts/reading/times.ts';
import type { Alert, ChangeEvent, Told } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { wordTable } from '../lib/word-table.ts';
import { makeChange } from './make-change.ts';

const FORMAT = 'argocd';

/** By the trigger; the operation's own word where that has another name. */
export const ARGOCD_PHASES = wordTable<ChangeEvent['phase']>({
  'on-deployed': 'succeeded',
  'on-sync-succeeded': 'succeeded',
  'on-sync-failed': 'failed',
  'on-sync-running': 'started',
  'on-created': 'info',
  'on-deleted': 'info',
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
  Running: 'started',
  Terminating: 'cancelled',
});
/** Health that is a problem. */
const DEGRADED = /^degraded$/i;
const HEALTHY = /^healthy$/i;
/** Within it the same words are the same message; Argo CD tries three times, seconds apart. */
const RETRIES_MS = 600_000;

/** The format `argocd`. */
export const argocd = defineFormat({
  format: FORMAT,
  title: 'Argo CD',
  options: z.strictObject({}),
  decode(delivery) {
    const bodies = Array.isArray(delivery.content)
      ? looseObjects(delivery.content).map(fromAttachment)
      : [bodyObject(delivery.content, 'a notification of Argo CD')];
    if (bodies.length === 0) throw new BotError('ALERT_UNREADABLE', 'The list is empty.');
    const told = bodies.map((body) => toldBy(body, delivery));
    return { alerts: told.flatMap(({ alerts }) => alerts), changes: told.flatMap(({ changes }) => changes) };
  },
});

function toldBy(body: Loose, delivery: ReadDelivery): Told {
  const app = looseObject(body.app);
  const name = textOf(app.name);
  if (name === undefined) {
    // what a template of Argo CD's own docs sends does not say which application it is about
    if (Array.isArray(body.resources) && textOf(body.revision) !== undefined) return { alerts: [], changes: [] };
    throw new BotError('ALERT_UNREADABLE', 'The body names no `app`: use the template of the docs.');
  }
  const isHealth = textOf(body.trigger)?.includes('health') === true;
  return {
    alerts: isHealth ? [healthAlert(body, app, name, delivery)] : healedBy(body, app, name, delivery),
    changes: isHealth ? [] : [syncChange(body, app, name, delivery)],
  };
}

/** An attachment for Slack of Argo CD's catalog of templates, in the terms of ours. */
function fromAttachment({ title, title_link: url, fields }: Loose): Loose {
  const isOfApp = /\/applications\/[^/]/.test(textOf(url) ?? '');
  const field = (name: string) => textOf(looseObjects(fields).find((one) => one.title === name)?.value);
  const sync = field('Sync Status');
  return {
    ...(isOfApp && { app: { name: title } }),
    operation: { phase: sync === 'Synced' ? 'Succeeded' : sync },
    revision: field('Revision'),
    repoURL: field('Repository')?.replace(/^:[\w-]+:\s*/, ''),
    url,
  };
}

/** An application that is deployed and healthy has no problem any more; Argo CD has no trigger for just that. */
function healedBy(body: Loose, app: Loose, name: string, delivery: ReadDelivery): Alert[] {
  return HEALTHY.test(textOf(body.health) ?? '') ? [healthAlert(body, app, name, delivery)] : [];
}

function healthAlert(body: Loose, app: Loose, name: string, delivery: ReadDelivery): Alert {
  const health = textOf(body.health) ?? 'Degraded';
  const operation = looseObject(body.operation);
  const { namespace, project } = labelsOf({ namespace: app.namespace, project: app.project });
  const isFine = HEALTHY.test(health);
  const at = timeOf(body.at);
  return makeAlert(delivery, {
    source: FORMAT,
    key: `health:${namespace ?? ''}/${name}`,
    deliveryId: hashOf(delivery.hook, namespace ?? '', name, health, momentOf(body, operation, delivery)),
    status: isFine ? 'resolved' : 'firing',
    severity: isFine ? 'info' : DEGRADED.test(health) ? 'error' : 'warning',
    severityText: health,
    titles: [`${name} is ${health}`],
    description: textOf(operation.message),
    labels: {
      ...labelsOf(app.labels),
      alertname: 'ArgoCdHealth',
      service: name,
      ...(project !== undefined && { project }),
    },
    attributes: destinationOf(app),
    startsAt: at,
    ...(isFine && { endsAt: at ?? timeOf(operation.finishedAt) }),
    links: linkOf('source', body.url, 'Argo CD'),
  });
}

function destinationOf(app: Loose): Alert['attributes'] {
  const { namespace, name } = looseObject(app.destination);
  const [space, cluster] = [textOf(namespace), textOf(name)];
  return {
    ...(space !== undefined && { 'k8s.namespace.name': space }),
    ...(cluster !== undefined && { 'k8s.cluster.name': cluster }),
  };
}

/** Tells apart what an application says again later; equal for what is sent again at once, as Argo CD does after a failure. */
function momentOf(body: Loose, operation: Loose, { receivedAt }: ReadDelivery): string {
  const at = firstText(body.at);
  if (at !== undefined) return at;
  const last = firstText(operation.finishedAt, operation.startedAt, body.revision) ?? '';
  return `${last}@${Math.floor(receivedAt.getTime() / RETRIES_MS)}`;
}

/** A sync and its end are one change: they have the application, the revision and the start in common. */
function syncChange(body: Loose, app: Loose, name: string, delivery: ReadDelivery): ChangeEvent {
  const operation = looseObject(body.operation);
  const { trigger, phase: word } = { trigger: textOf(body.trigger), phase: textOf(operation.phase) };
  const phase = ARGOCD_PHASES[trigger ?? ''] ?? ARGOCD_PHASES[word ?? ''] ?? 'info';
  const [revision, startedAt] = [textOf(body.revision), textOf(operation.startedAt)];
  const images = Array.isArray(body.images) ? body.images.flatMap((image) => textOf(image) ?? []) : [];
  const place = textOf(app.namespace) ?? '';
  return makeChange(delivery, {
    source: FORMAT,
    key: `sync:${place}/${name}:${startedAt ?? revision ?? ''}`,
    deliveryId: hashOf(
      delivery.hook,
      place,
      name,
      trigger ?? '',
      word ?? '',
      revision ?? '',
      momentOf(body, operation, delivery),
    ),
    kind: 'deployment',
    phase,
    titles: [[name, versionOf(images, name) ?? revision?.slice(0, 8)].filter(Boolean).join(' ')],
    text: textOf(operation.message),
    tags: images,
    startsAt: timeOf(operation.startedAt),
    ...(phase !== 'started' && phase !== 'info' && { endsAt: timeOf(operation.finishedAt) ?? delivery.receivedAt }),
    attributes: {
      'service.name': name,
      'service.version': versionOf(images, name),
      'vcs.repository.url.full': body.repoURL,
      'vcs.ref.head.revision': revision,
    },
    links: linkOf('source', body.url, 'Argo CD'),
  });
}

/** The tag of the image that is called as the application is, or of the only one. */
function versionOf(images: readonly string[], name: string): string | undefined {
  const tagged = images.flatMap((image) => {
    const [, path, tag] = /([^/:@]+):([\w.-]{1,128})(?:@sha256:[0-9a-f]+)?$/.exec(image) ?? [];
    return path === undefined || tag === undefined ? [] : [{ path, tag }];
  });
  return (tagged.find(({ path }) => path === name) ?? (tagged.length === 1 ? tagged[0] : undefined))?.tag;
}
