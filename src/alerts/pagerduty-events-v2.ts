/** The Events API v2 of PagerDuty, which many tools can speak: `POST …/v2/enqueue`, and changes of `…/v2/change/enqueue`. */
import { z } from 'zod';
import type { Alert, ChangeEvent } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { bodyId, hashOf } from './reading/ids.ts';
import { linkOf } from './reading/links.ts';
import {
  bodyObject,
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
import { makeAlert } from './reading/make-alert.ts';
import { severityOf } from './reading/severity.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'pagerduty-events-v2';
const VALUES_MAX = 20;

/** The format `pagerduty-events-v2`. */
export const pagerdutyEventsV2 = defineFormat({
  format: FORMAT,
  title: 'PagerDuty Events',
  options: z.strictObject({}),
  decode(delivery) {
    const body = bodyObject(delivery.content, 'an event of the Events API v2');
    const action = textOf(body.event_action);
    if (action === undefined) {
      if (!isLooseObject(body.payload))
        throw new BotError('ALERT_UNREADABLE', 'The body has neither `event_action` nor `payload`.');
      return { alerts: [], changes: [changeOf(body, delivery)] };
    }
    if (!['trigger', 'acknowledge', 'resolve'].includes(action)) {
      throw new BotError('ALERT_UNREADABLE', 'The `event_action` should be trigger, acknowledge or resolve.');
    }
    return { alerts: [alertOf(body, action, delivery)], changes: [] };
  },
});

function alertOf(body: Loose, action: string, delivery: ReadDelivery): Alert {
  const payload = looseObject(body.payload);
  const details = labelsOf(payload.custom_details);
  const routing = hashOf(textOf(body.routing_key) ?? '').slice(0, 12);
  const dedup = textOf(body.dedup_key) ?? hashOf(textOf(payload.summary) ?? '', textOf(payload.source) ?? '');
  const at = timeOf(payload.timestamp);
  const status = action === 'resolve' ? 'resolved' : 'firing';
  const word = textOf(payload.severity);
  return makeAlert(delivery, {
    source: FORMAT,
    key: `${routing}/${dedup}`,
    deliveryId: `${bodyId(delivery)}-${action}`,
    status,
    ...(action === 'acknowledge' && { transition: 'acknowledged' as const }),
    flags: action === 'acknowledge' ? { acknowledged: true } : {},
    severity: severityOf(word),
    severityText: word,
    titles: [payload.summary, dedup],
    labels: labelsFrom(payload),
    annotations: details,
    ...(status === 'resolved' ? { endsAt: at } : { startsAt: at }),
    values: valuesOf(payload.custom_details),
    links: [
      ...looseObjects(body.links).flatMap(({ href, text }) => linkOf('source', href, textOf(text))),
      ...linkOf('source', body.client_url, textOf(body.client)),
    ],
    images: looseObjects(body.images).flatMap(({ src, alt }) => {
      const [image] = linkOf('source', src);
      const words = textOf(alt);
      return image ? [{ url: image.href, ...(words !== undefined && { alt: words }) }] : [];
    }),
  });
}

/** `source` is a host to most senders, and anything to others: it is a host only when it looks like one. */
function labelsFrom(payload: Loose): Labels {
  const host = textOf(payload.source);
  const isHost = host !== undefined && /^[\w-]+(?:\.[\w-]+)*$/.test(host);
  const named = {
    service: textOf(payload.component),
    group: textOf(payload.group),
    class: textOf(payload.class),
    severity: textOf(payload.severity),
  };
  const present = Object.entries(named).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(present), ...(host !== undefined && { [isHost ? 'host' : 'source']: host }) };
}

function valuesOf(details: unknown): Alert['values'] {
  return Object.entries(looseObject(details))
    .flatMap(([name, value]) => (typeof value === 'number' ? [{ name, value: numberOf(value) ?? null }] : []))
    .slice(0, VALUES_MAX);
}

function changeOf(body: Loose, delivery: ReadDelivery): ChangeEvent {
  const payload = looseObject(body.payload);
  const { hook, receivedAt } = delivery;
  const title = firstLine(payload.summary);
  if (title === undefined) throw new BotError('ALERT_UNREADABLE', 'The payload has no `summary`.');
  const details = Object.entries(labelsOf(payload.custom_details)).map(([name, value]) => `${name}: ${value}`);
  const id = bodyId(delivery);
  const source = firstText(payload.source);
  return {
    source: FORMAT,
    sourceInstance: hook,
    deliveryId: id,
    id: `${FORMAT}:${hook}:${id}`,
    kind: 'deployment',
    phase: 'info',
    title,
    ...(details.length > 0 && { text: details.join(', ') }),
    tags: source === undefined ? [] : [source],
    startsAt: timeOf(payload.timestamp) ?? receivedAt,
    endsAt: null,
    receivedAt,
    attributes: {},
    links: looseObjects(body.links).flatMap(({ href, text }) => linkOf('source', href, textOf(text))),
  };
}
