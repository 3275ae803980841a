/** Sensu Go and Sensu Core: the event that a handler is given, unchanged. */
import { z } from 'zod';
import type { Alert, AlertSeverity, Transition } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { hashOf } from './reading/ids.ts';
import { annotationLinks, linkOf } from './reading/links.ts';
import {
  firstText,
  isLooseObject,
  type Loose,
  labelsOf,
  looseObject,
  looseObjects,
  numberOf,
  textOf,
} from './reading/loose.ts';
import { makeAlert } from './reading/make-alert.ts';
import { timeOf } from './reading/times.ts';

const SEVERITIES: readonly AlertSeverity[] = ['info', 'warning', 'critical'];
const VALUES_MAX = 50;

const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the web interface for people, for links'),
});

/** The format `sensu-go`. */
export const sensuGo = defineFormat({
  format: 'sensu-go',
  title: 'Sensu Go',
  options,
  decode(delivery, { url }) {
    const events = eventsOf(delivery, (event) => isLooseObject(event.entity), 'an event of Sensu Go, with an `entity`');
    return { alerts: events.flatMap((event) => goAlert(event, delivery, url)), changes: [] };
  },
});

/** The format `sensu-core`, of Sensu 1. */
export const sensuCore = defineFormat({
  format: 'sensu-core',
  title: 'Sensu Core',
  options,
  decode(delivery, { url }) {
    const isEvent = (event: Loose) => isLooseObject(event.client) && isLooseObject(event.check);
    const events = eventsOf(delivery, isEvent, 'an event of Sensu, with a `client` and a `check`');
    return { alerts: events.map((event) => coreAlert(event, delivery, url)), changes: [] };
  },
});

/** One event, a list of them, or one in the wrapping of `sensuctl dump`. */
function eventsOf({ content }: ReadDelivery, isEvent: (event: Loose) => boolean, what: string): readonly Loose[] {
  const unwrapped = looseObjects(content).map((one) =>
    one.type === 'Event' && isLooseObject(one.spec) ? one.spec : one,
  );
  if (unwrapped.length > 0 && unwrapped.every(isEvent)) return unwrapped;
  throw new BotError('ALERT_UNREADABLE', `The body should be ${what}.`);
}

/** An event without a check has metrics only. */
function goAlert(event: Loose, delivery: ReadDelivery, url: string | undefined): Alert[] {
  if (!isLooseObject(event.check)) return [];
  const { check } = event;
  const entity = looseObject(event.entity);
  const [about, checkAbout] = [looseObject(entity.metadata), looseObject(check.metadata)];
  const host = firstText(about.name, entity.name, looseObject(entity.system).hostname) ?? 'entity';
  const name = firstText(checkAbout.name, check.name) ?? 'check';
  const namespace = firstText(about.namespace, checkAbout.namespace) ?? 'default';
  const status = numberOf(check.status) ?? 0;
  const executed = timeOf(check.executed) ?? timeOf(event.timestamp);
  const annotations = { ...labelsOf(about.annotations), ...labelsOf(checkAbout.annotations) };
  const isFlapping = textOf(check.state) === 'flapping';
  const page =
    url === undefined
      ? []
      : linkOf(
          'source',
          `${url.replace(/\/+$/, '')}/c/~/n/${encodeURIComponent(namespace)}/events/${encodeURIComponent(host)}/${encodeURIComponent(name)}`,
          'Sensu',
        );
  return [
    makeAlert(delivery, {
      source: 'sensu-go',
      key: `${namespace}/${host}/${name}`,
      deliveryId:
        textOf(event.id) === undefined
          ? hashOf(delivery.hook, namespace, host, name, textOf(check.executed) ?? '', status)
          : hashOf(delivery.hook, textOf(event.id)),
      status: status === 0 ? 'resolved' : 'firing',
      ...transitionOf(status, numberOf(check.occurrences), isFlapping),
      flags: { ...(check.is_silenced === true && { suppressed: true }), ...(isFlapping && { flapping: true }) },
      severity: SEVERITIES[status] ?? 'unknown',
      severityText: String(status),
      titles: [`${name} on ${host}`],
      description: textOf(check.output),
      labels: labelsFrom(host, name, { ...labelsOf(about.labels), ...labelsOf(checkAbout.labels), namespace }),
      annotations,
      attributes: { 'host.name': host },
      startsAt: status === 0 ? undefined : (timeOf(check.last_ok) ?? executed),
      endsAt: executed,
      values: pointsOf(event.metrics),
      links: [...annotationLinks(annotations), ...page],
    }),
  ];
}

function coreAlert(event: Loose, delivery: ReadDelivery, url: string | undefined): Alert {
  const [client, check] = [looseObject(event.client), looseObject(event.check)];
  const host = firstText(client.name, client.address) ?? 'client';
  const name = textOf(check.name) ?? 'check';
  const status = numberOf(check.status) ?? 0;
  const action = textOf(event.action);
  const isResolved = action === 'resolve' || (action === undefined && status === 0);
  const executed = timeOf(check.executed) ?? timeOf(event.timestamp);
  const page =
    url === undefined
      ? []
      : linkOf(
          'source',
          `${url.replace(/\/+$/, '')}/#/client/${encodeURIComponent(host)}?check=${encodeURIComponent(name)}`,
          'Sensu',
        );
  const environment = textOf(client.environment);
  return makeAlert(delivery, {
    source: 'sensu-core',
    key: `${host}/${name}`,
    deliveryId: hashOf(
      delivery.hook,
      firstText(event.id) ?? `${host}/${name}`,
      action ?? '',
      firstText(event.timestamp, check.executed) ?? '',
    ),
    episode: textOf(event.id),
    status: isResolved ? 'resolved' : 'firing',
    ...(action === 'flapping'
      ? { transition: 'flapping_start' as const }
      : transitionOf(isResolved ? 0 : Math.max(1, status), numberOf(event.occurrences), false)),
    flags: { ...(event.silenced === true && { suppressed: true }), ...(action === 'flapping' && { flapping: true }) },
    severity: SEVERITIES[status] ?? 'unknown',
    severityText: String(status),
    titles: [`${name} on ${host}`],
    description: textOf(check.output),
    labels: labelsFrom(host, name, { ...(environment !== undefined && { environment }) }),
    attributes: { 'host.name': host },
    startsAt: isResolved ? undefined : (timeOf(event.last_ok) ?? timeOf(event.last_state_change) ?? executed),
    endsAt: executed,
    links: [...linkOf('runbook', firstText(check.runbook, check.playbook)), ...page],
  });
}

function transitionOf(
  status: number,
  occurrences: number | undefined,
  isFlapping: boolean,
): { readonly transition?: Transition } {
  if (status === 0) return {};
  if (isFlapping) return { transition: 'flapping_start' };
  return occurrences !== undefined && occurrences > 1 ? { transition: 'repeated' } : {};
}

function labelsFrom(host: string, name: string, more: Labels): Labels {
  return { ...more, host, check: name, alertname: name };
}

function pointsOf(metrics: unknown): Alert['values'] {
  return looseObjects(looseObject(metrics).points)
    .slice(0, VALUES_MAX)
    .flatMap(({ name, value }) => {
      const text = textOf(name);
      return text === undefined ? [] : [{ name: text, value: numberOf(value) ?? null }];
    });
}
