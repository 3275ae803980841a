/** An alert of Alertmanager's kind: labels, annotations, two times. Its relatives (Grafana, Prometheus, vmalert) add to it. Pure. */
import type { Alert, AlertLink } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Delivery } from '../alert-format.ts';
import { attributesOf } from './attributes.ts';
import { fingerprintOf, hashOf, labelsHash } from './ids.ts';
import { annotationLinks, distinctLinks, hrefOf, linkOf } from './links.ts';
import { firstLine, firstText, type Loose, labelsOf, oneLine, textOf } from './loose.ts';
import { severityIn } from './severity.ts';
import { aheadOf, timeOf } from './times.ts';

/** What the formats differ in. */
export interface LabelledOptions {
  readonly format: string;
  readonly isResolved: boolean;
  /** Whether an end ahead of one that fires is when the sender's word expires; a sender that keeps states itself means nothing by it. */
  readonly canExpire?: boolean;
  /** Labels that are identity, where not all are. */
  readonly labels?: Labels;
  /** The sender's word that alerts belong together, its receiver included. */
  readonly groupKey?: string;
  readonly links?: readonly AlertLink[];
}

/** Reads one alert. */
export function labelledAlert(one: Loose, { hook, receivedAt }: Delivery, options: LabelledOptions): Alert {
  const { format, isResolved, groupKey, labels = labelsOf(one.labels), links = [] } = options;
  const annotations = labelsOf(one.annotations);
  const startsAt = timeOf(one.startsAt);
  const endsAt = isResolved ? (timeOf(one.endsAt) ?? receivedAt) : null;
  const expiresAt = options.canExpire && !isResolved ? aheadOf(receivedAt, timeOf(one.endsAt)) : undefined;
  const key = textOf(one.fingerprint) ?? labelsHash(labels);
  const fingerprint = fingerprintOf(format, hook, key);
  const description = firstText(annotations.description, annotations.message);
  const query = queryOf(one.generatorURL);
  return {
    source: format,
    sourceInstance: hook,
    // a retry may hold one alert more, so the identity of a repeat is each alert's own
    deliveryId: hashOf(fingerprint, startsAt?.toISOString() ?? '', isResolved, endsAt?.toISOString() ?? ''),
    fingerprint,
    episode: `${key}@${startsAt?.toISOString() ?? ''}`,
    ...(groupKey !== undefined && { groupKey }),
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
    ...(expiresAt && { expiresAt }),
    receivedAt,
    timeSource: startsAt === undefined ? 'received' : 'event',
    ...(query !== undefined && { metric: { query, language: 'promql' as const } }),
    values: [],
    links: distinctLinks([...annotationLinks(annotations), ...links]),
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

/** The expression that Prometheus and its relatives put into the address of their graph page. */
function queryOf(generatorUrl: unknown): string | undefined {
  const href = hrefOf(generatorUrl);
  return href === undefined ? undefined : textOf(new URL(href).searchParams.get('g0.expr'));
}

/** Pages of an Alertmanager for an alert: its own list, and a form for a silence of just this. */
export function alertmanagerLinks(labels: Labels, externalUrl: unknown, receiver: unknown): readonly AlertLink[] {
  const base = hrefOf(externalUrl)?.replace(/\/+$/, '');
  if (base === undefined) return [];
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const silence = `${base}/#/silences/new?filter=${encodeURIComponent(`{${matchers.join(',')}}`)}`;
  const list = `${base}/#/alerts?receiver=${encodeURIComponent(textOf(receiver) ?? '')}`;
  return [...linkOf('source', list, 'Alertmanager'), ...linkOf('silence', silence)];
}

/** The identity of a group: equal for sibling routes, so the receiver belongs to it. */
export function groupKeyOf(hook: string, body: Loose): string | undefined {
  const key = textOf(body.groupKey);
  return key === undefined ? undefined : hashOf(hook, textOf(body.receiver) ?? '', key);
}
