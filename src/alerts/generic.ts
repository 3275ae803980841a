/**
 * Our own format, for everything that has none: the model as plain JSON, only `title` required. One object, a list of them, or
 * `{ "alerts": […] }`.
 */
import { z } from 'zod';
import type { Alert, AlertLink, AlertSeverity, AlertStatus, AlertValue, Transition } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { attributesOf } from './reading/attributes.ts';
import { bodyId, fingerprintOf, hashOf } from './reading/ids.ts';
import { annotationLinks, distinctLinks, linkOf } from './reading/links.ts';
import {
  firstLine,
  firstText,
  isLooseObject,
  type Loose,
  labelsOf,
  looseObject,
  looseObjects,
  numberOf,
  textOf,
} from './reading/loose.ts';
import { severityIn, severityOf } from './reading/severity.ts';
import { aheadOf, timeOf } from './reading/times.ts';

const FORMAT = 'generic';
const TRANSITIONS: ReadonlySet<string> = new Set<Transition>([
  ...(['triggered', 'repeated', 'changed', 'resolved', 'acknowledged', 'unacknowledged', 'suppressed'] as const),
  ...(['unsuppressed', 'flapping_start', 'flapping_end', 'comment', 'escalated', 'test'] as const),
]);
const RELS: ReadonlySet<string> = new Set<AlertLink['rel']>([
  ...(['source', 'dashboard', 'panel', 'query', 'silence', 'runbook', 'incident', 'ticket', 'logs'] as const),
]);
const RESOLVED_WORDS = /^(?:resolved|ok|recovered|recovery|closed|up|normal|cleared)$/i;
const LINKS_MAX = 20;
const VALUES_MAX = 50;

/** The format `generic`. */
export const generic = defineFormat({
  format: FORMAT,
  title: 'Generic',
  options: z.strictObject({}),
  decode(delivery) {
    const all = messagesOf(delivery.content);
    return { alerts: all.map((one, index) => genericAlert(one, delivery, { source: FORMAT, index })), changes: [] };
  },
});

function messagesOf(content: unknown): readonly Loose[] {
  if (isLooseObject(content) && Array.isArray(content.alerts)) return looseObjects(content.alerts);
  if (Array.isArray(content) || isLooseObject(content)) return looseObjects(content);
  throw new BotError('ALERT_UNREADABLE', 'The body should be a JSON object with a `title`, or a list of them.');
}

/**
 * Reads one alert in the terms of the model; shared with formats that carry it, such as CloudEvents.
 *
 * @throws BotError `ALERT_UNREADABLE` without a `title`
 */
export function genericAlert(
  one: Loose,
  delivery: ReadDelivery,
  { source, index, id }: { readonly source: string; readonly index: number; readonly id?: string },
): Alert {
  const { hook, receivedAt } = delivery;
  const title = firstLine(one.title, one.summary, one.message);
  if (title === undefined) {
    throw new BotError(
      'ALERT_UNREADABLE',
      `Alert ${index + 1} has no \`title\`; it is the one thing that must be there.`,
    );
  }
  const labels = labelsOf(one.labels);
  const annotations = labelsOf(one.annotations);
  const attributes = { ...attributesOf(labels), ...attributesOf(labelsOf(one.attributes)) };
  const status = statusOf(one);
  const startsAt = timeOf(one.startsAt) ?? timeOf(one.time) ?? timeOf(one.timestamp);
  const told = timeOf(one.endsAt);
  const endsAt = status === 'resolved' ? (told ?? receivedAt) : null;
  const expiresAt = status === 'firing' ? aheadOf(receivedAt, told) : undefined;
  const key = firstText(one.fingerprint, one.key, one.id) ?? hashOf(title, Object.entries(labels).sort());
  const optional = optionalFields(one);
  return {
    source,
    sourceInstance: hook,
    deliveryId: firstText(one.deliveryId, id) ?? `${bodyId(delivery)}-${index}`,
    fingerprint: fingerprintOf(source, hook, key),
    ...optional,
    status,
    transition: transitionOf(one, status),
    flags: flagsOf(looseObject(one.flags)),
    ...severityFields(one, labels),
    title,
    labels,
    annotations,
    attributes,
    startsAt: startsAt ?? receivedAt,
    endsAt,
    ...(expiresAt && { expiresAt }),
    receivedAt,
    timeSource: startsAt === undefined ? 'received' : 'event',
    values: valuesOf(one.values),
    links: distinctLinks([...linksOf(one.links), ...linkOf('source', one.url), ...annotationLinks(annotations)]),
    images: looseObjects(one.images).flatMap(({ url, alt }) => {
      const [link] = linkOf('source', url);
      const text = textOf(alt);
      return link ? [{ url: link.href, ...(text !== undefined && { alt: text }) }] : [];
    }),
  };
}

function statusOf({ status, state }: Loose): AlertStatus {
  const word = firstText(status, state) ?? 'firing';
  if (RESOLVED_WORDS.test(word)) return 'resolved';
  return /^unknown$/i.test(word) ? 'unknown' : 'firing';
}

function transitionOf({ transition }: Loose, status: AlertStatus): Transition {
  const word = textOf(transition);
  if (word !== undefined && TRANSITIONS.has(word)) return word as Transition;
  return status === 'resolved' ? 'resolved' : 'triggered';
}

function severityFields(
  { severity, priority }: Loose,
  labels: Alert['labels'],
): Pick<Alert, 'severity' | 'severityText'> {
  const word = firstText(severity, priority);
  if (word === undefined) return severityIn(labels);
  const known: AlertSeverity = severityOf(word);
  return { severity: known, severityText: word };
}

function flagsOf(flags: Loose): Alert['flags'] {
  const names = ['acknowledged', 'suppressed', 'flapping', 'noData', 'evaluationError'] as const;
  return Object.fromEntries(names.flatMap((name) => (typeof flags[name] === 'boolean' ? [[name, flags[name]]] : [])));
}

function optionalFields(one: Loose): Partial<Alert> {
  const description = firstText(one.description, one.text, one.body);
  const episode = textOf(one.episode);
  const groupKey = textOf(one.groupKey);
  const note = textOf(one.note);
  const actor = firstText(looseObject(one.actor).name, one.actor);
  const metric = looseObject(one.metric);
  const query = textOf(metric.query);
  const name = textOf(metric.name);
  return {
    ...(episode !== undefined && { episode }),
    ...(groupKey !== undefined && { groupKey }),
    ...(description !== undefined && { description }),
    ...(actor !== undefined && { actor: { name: actor } }),
    ...(note !== undefined && { note }),
    ...((query !== undefined || name !== undefined) && {
      metric: { ...(name !== undefined && { name }), ...(query !== undefined && { query }), ...languageOf(metric) },
    }),
  };
}

function languageOf({ language }: Loose): Pick<NonNullable<Alert['metric']>, 'language'> {
  const known = ['promql', 'graphite', 'nagios-perfdata', 'datadog', 'lucene'] as const;
  const found = known.find((one) => one === language);
  return found === undefined ? {} : { language: found };
}

/** A list of the model's values, or an object of numbers by name. */
function valuesOf(values: unknown): readonly AlertValue[] {
  if (isLooseObject(values)) {
    return Object.entries(values)
      .slice(0, VALUES_MAX)
      .map(([name, value]) => ({ name, value: numberOf(value) ?? null }));
  }
  return looseObjects(values)
    .slice(0, VALUES_MAX)
    .flatMap((one) => {
      const name = textOf(one.name);
      if (name === undefined) return [];
      const [unit, warn, crit] = [textOf(one.unit), textOf(one.warn), textOf(one.crit)];
      const more = {
        ...(unit !== undefined && { unit }),
        ...(warn !== undefined && { warn }),
        ...(crit !== undefined && { crit }),
      };
      return [{ name, value: numberOf(one.value) ?? null, ...more }];
    });
}

function linksOf(links: unknown): readonly AlertLink[] {
  return looseObjects(links)
    .slice(0, LINKS_MAX)
    .flatMap(({ rel, href, url, title }) => {
      const known = RELS.has(String(rel)) ? (rel as AlertLink['rel']) : 'source';
      return linkOf(known, href ?? url, textOf(title));
    });
}
