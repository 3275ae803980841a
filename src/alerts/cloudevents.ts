/** CloudEvents 1.0, structured, batched or binary; the data are our own format, or name an alert by the event's type. */
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { genericAlert } from './generic.ts';
import { parseJson } from './reading/body.ts';
import { hashOf } from './reading/ids.ts';
import { linkOf } from './reading/links.ts';
import { firstText, isLooseObject, type Loose, labelsOf, looseObject, textOf } from './reading/loose.ts';

const FORMAT = 'cloudevents';
const REQUIRED = ['id', 'source', 'type'] as const;

/** The format `cloudevents`. */
export const cloudevents = defineFormat({
  format: FORMAT,
  title: 'CloudEvents',
  options: z.strictObject({}),
  decode(delivery) {
    const alerts = eventsOf(delivery).flatMap((event, index) => alertOf(event, delivery, index));
    return { alerts, changes: [] };
  },
});

function eventsOf(delivery: ReadDelivery): readonly Loose[] {
  const binary = binaryEvent(delivery);
  const events = binary ? [binary] : [delivery.content].flat();
  return events.map((event, index) => {
    const missing = REQUIRED.filter((name) => !isLooseObject(event) || textOf(event[name]) === undefined);
    if (!isLooseObject(event) || missing.length > 0) {
      throw new BotError('ALERT_UNREADABLE', `Event ${index + 1} is no CloudEvent: it lacks ${missing.join(', ')}.`);
    }
    return event;
  });
}

/** In binary mode the attributes are headers, percent-encoded, and the body is the data. */
function binaryEvent({ headers, content }: ReadDelivery): Loose | undefined {
  if (headers['ce-id'] === undefined || headers['ce-type'] === undefined) return undefined;
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('ce-') ? [[name.slice(3), decoded(value)] as const] : [],
  );
  return { ...Object.fromEntries(attributes), data: content };
}

function decoded(value: string): string {
  const plain = /^"(.*)"$/.exec(value)?.[1] ?? value;
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

/** An event that neither names an alert nor carries one tells nothing. */
function alertOf(event: Loose, delivery: ReadDelivery, index: number): Alert[] {
  const data = dataOf(event);
  const type = textOf(event.type) ?? '';
  const source = textOf(event.source) ?? '';
  const subject = textOf(event.subject);
  const isAlert =
    /\balert/i.test(type) || ['title', 'status', 'labels', 'severity'].some((name) => data[name] !== undefined);
  if (!isAlert) return [];
  const labels = labelsOf(data.labels);
  const annotations = labelsOf(data.annotations);
  const title = firstText(data.title, annotations.summary, labels.alertname, data.message, subject, type);
  const status = firstText(
    data.status,
    /\b(?:resolved|recovered|closed|cleared)\b/i.test(type) ? 'resolved' : undefined,
  );
  const key =
    firstText(data.fingerprint, data.key) ??
    hashOf(source, subject ?? type.replace(/\.?(?:firing|resolved|triggered|recovered).*$/i, ''));
  const draft = { startsAt: event.time, ...data, title, fingerprint: key, ...(status !== undefined && { status }) };
  const alert = genericAlert(draft, delivery, { source: FORMAT, index, id: hashOf(source, textOf(event.id) ?? '') });
  return [{ ...alert, links: [...alert.links, ...linkOf('source', event.dataschema)] }];
}

function dataOf(event: Loose): Loose {
  if (isLooseObject(event.data)) return event.data;
  const encoded = textOf(event.data_base64);
  const text = encoded === undefined ? textOf(event.data) : Buffer.from(encoded, 'base64').toString('utf8');
  if (text === undefined || !/^\s*\{/.test(text)) return text === undefined ? {} : { message: text };
  try {
    return looseObject(parseJson(text));
  } catch {
    return {};
  }
}
