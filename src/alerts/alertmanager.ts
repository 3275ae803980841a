/** Prometheus Alertmanager's webhook, version 4 and its copies (Mimir, VictoriaMetrics' Alertmanager, Thanos). */
import { z } from 'zod';
import type { Alert, AlertLink } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { attributesOf } from './reading/attributes.ts';
import { fingerprintOf, hashOf, labelsHash } from './reading/ids.ts';
import { annotationLinks, distinctLinks, hrefOf, linkOf } from './reading/links.ts';
import {
  bodyObject,
  firstLine,
  firstText,
  isLooseObject,
  type Loose,
  labelsOf,
  looseObjects,
  oneLine,
  textOf,
} from './reading/loose.ts';
import { severityIn } from './reading/severity.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'alertmanager';

/** The format `alertmanager`. */
export const alertmanager = defineFormat({
  format: FORMAT,
  title: 'Alertmanager',
  options: z.strictObject({}),
  decode(delivery) {
    const body = bodyObject(delivery.content, 'a notification of Alertmanager');
    if (!Array.isArray(body.alerts) && !isLooseObject(body.alerts)) {
      throw new BotError('ALERT_UNREADABLE', 'The body has no `alerts`, as a notification of Alertmanager has.');
    }
    return { alerts: looseObjects(body.alerts).map((one) => alertOf(one, body, delivery)), changes: [] };
  },
});

function alertOf(one: Loose, body: Loose, { hook, receivedAt }: ReadDelivery): Alert {
  const labels = labelsOf(one.labels);
  const annotations = labelsOf(one.annotations);
  const isResolved = (textOf(one.status) ?? textOf(body.status)) === 'resolved';
  const startsAt = timeOf(one.startsAt);
  const endsAt = isResolved ? (timeOf(one.endsAt) ?? receivedAt) : null;
  const key = textOf(one.fingerprint) ?? labelsHash(labels);
  const fingerprint = fingerprintOf(FORMAT, hook, key);
  const startText = (startsAt ?? receivedAt).toISOString();
  const groupKey = textOf(body.groupKey);
  const description = firstText(annotations.description, annotations.message);
  const generatorUrl = textOf(one.generatorURL);
  const query = generatorUrl === undefined ? undefined : queryOf(generatorUrl);
  return {
    source: FORMAT,
    sourceInstance: hook,
    // a retry may hold one alert more, so the identity of a repeat is each alert's own
    deliveryId: hashOf(fingerprint, startsAt?.toISOString() ?? '', isResolved, endsAt?.toISOString() ?? ''),
    fingerprint,
    episode: `${key}@${startsAt === undefined ? '' : startText}`,
    // equal for sibling routes, so the receiver belongs to it
    ...(groupKey !== undefined && { groupKey: hashOf(hook, textOf(body.receiver) ?? '', groupKey) }),
    status: isResolved ? 'resolved' : 'firing',
    transition: isResolved ? 'resolved' : 'triggered',
    flags: {},
    ...severityIn(labels),
    title: titleOf(labels, annotations, fingerprint),
    ...(description !== undefined && { description }),
    labels,
    annotations,
    attributes: attributesOf(labels),
    startsAt: startsAt ?? receivedAt,
    endsAt,
    receivedAt,
    timeSource: startsAt === undefined ? 'received' : 'event',
    ...(query !== undefined && { metric: { query, language: 'promql' as const } }),
    values: [],
    links: linksOf(labels, annotations, generatorUrl, body),
    images: [],
  };
}

/** `summary`, else the name of the alert with where it is. */
function titleOf(labels: Labels, annotations: Labels, fingerprint: string): string {
  const summary = firstLine(annotations.summary, annotations.title);
  if (summary !== undefined) return summary;
  const host = attributesOf(labels)['host.name'];
  const name = firstLine(labels.alertname);
  if (name === undefined) return oneLine(fingerprint);
  return host === undefined ? name : oneLine(`${name} on ${host}`);
}

/** The expression that Prometheus puts into the address of its graph page. */
function queryOf(generatorUrl: string): string | undefined {
  const href = hrefOf(generatorUrl);
  return href === undefined ? undefined : textOf(new URL(href).searchParams.get('g0.expr'));
}

function linksOf(
  labels: Labels,
  annotations: Labels,
  generatorUrl: string | undefined,
  body: Loose,
): readonly AlertLink[] {
  const external = hrefOf(body.externalURL);
  const base = external?.replace(/\/+$/, '');
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const silence = `${base}/#/silences/new?filter=${encodeURIComponent(`{${matchers.join(',')}}`)}`;
  return distinctLinks([
    ...annotationLinks(annotations),
    ...linkOf('query', generatorUrl, 'Prometheus'),
    ...(base === undefined
      ? []
      : linkOf('source', `${base}/#/alerts?receiver=${encodeURIComponent(textOf(body.receiver) ?? '')}`)),
    ...(base === undefined ? [] : linkOf('silence', silence)),
  ]);
}
