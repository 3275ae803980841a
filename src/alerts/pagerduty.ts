/** PagerDuty's webhooks, version 3: what happens to incidents. Signed. */
import { z } from 'zod';
import type { Alert, Transition } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { wordTable } from '../lib/word-table.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { linkOf } from './reading/links.ts';
import {
  bodyObject,
  firstText,
  isLooseObject,
  type Loose,
  looseObject,
  looseObjects,
  oneLine,
  textOf,
} from './reading/loose.ts';
import { makeAlert } from './reading/make-alert.ts';
import { severityOf } from './reading/severity.ts';
import { signHmac, verifyHmac } from './reading/signatures.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'pagerduty';

const SCHEME = { header: 'X-PagerDuty-Signature', prefix: 'v1=' } as const;

/** The format `pagerduty`. */
export const pagerduty = defineFormat({
  format: FORMAT,
  title: 'PagerDuty',
  options: z.strictObject({}),
  signed: {
    verify: (delivery, secrets) => verifyHmac(delivery, secrets, SCHEME),
    sign: (delivery, secret) => signHmac(delivery, secret, SCHEME),
  },
  decode(delivery) {
    const body = bodyObject(delivery.content, 'an event of a PagerDuty webhook');
    if (!isLooseObject(body.event))
      throw new BotError('ALERT_UNREADABLE', 'The body has no `event`, as version 3 of the webhooks has.');
    const alert = alertOf(body.event, delivery);
    return { alerts: alert ? [alert] : [], changes: [] };
  },
});

const TRANSITIONS = wordTable<Transition>({
  triggered: 'triggered',
  reopened: 'triggered',
  resolved: 'resolved',
  acknowledged: 'acknowledged',
  unacknowledged: 'unacknowledged',
  escalated: 'escalated',
  delegated: 'changed',
  reassigned: 'changed',
  priority_updated: 'changed',
  service_updated: 'changed',
  annotated: 'comment',
  status_update_published: 'comment',
});

/** Events of incidents that say something new; others, and types that are yet to come, tell nothing. */
function alertOf(event: Loose, delivery: ReadDelivery): Alert | undefined {
  const type = textOf(event.event_type) ?? '';
  const transition = TRANSITIONS[/^incident\.(.+)$/.exec(type)?.[1] ?? ''];
  const data = looseObject(event.data);
  const incident = data.type === 'incident' ? data : looseObject(data.incident);
  const id = textOf(incident.id);
  if (transition === undefined || id === undefined) return undefined;
  const { status, isAcknowledged } = statusOf(incident, transition);
  const service = looseObject(incident.service);
  const priority = firstText(looseObject(incident.priority).summary, incident.priority);
  const urgency = textOf(incident.urgency);
  const teams = looseObjects(incident.teams).flatMap(({ summary }) => textOf(summary) ?? []);
  const serviceName = textOf(service.summary);
  const occurredAt = timeOf(event.occurred_at);
  return makeAlert(delivery, {
    source: FORMAT,
    key: id,
    deliveryId: firstText(delivery.headers['x-webhook-id'], event.id),
    episode: id,
    status,
    transition: status === 'resolved' ? 'resolved' : transition,
    flags: isAcknowledged ? { acknowledged: true } : {},
    ...severityFrom(priority, urgency),
    titles: [
      incident.title,
      incident.summary,
      textOf(incident.number) === undefined ? undefined : `Incident ${textOf(incident.number)}`,
    ],
    labels: {
      ...(serviceName !== undefined && { service: oneLine(serviceName) }),
      ...(teams.length > 0 && { team: teams.join(', ') }),
      ...(urgency !== undefined && { urgency }),
      ...(priority !== undefined && { priority }),
    },
    startsAt: timeOf(incident.reopened_at) ?? timeOf(incident.created_at) ?? occurredAt,
    endsAt: occurredAt,
    links: [...linkOf('incident', incident.html_url, 'PagerDuty'), ...linkOf('source', service.html_url, serviceName)],
    actor: textOf(looseObject(event.agent).summary),
    note: firstText(data.content, data.message),
  });
}

function statusOf(
  { status }: Loose,
  transition: Transition,
): { readonly status: Alert['status']; readonly isAcknowledged: boolean } {
  const word =
    textOf(status) ??
    (transition === 'resolved' ? 'resolved' : transition === 'acknowledged' ? 'acknowledged' : 'triggered');
  return { status: word === 'resolved' ? 'resolved' : 'firing', isAcknowledged: word === 'acknowledged' };
}

function severityFrom(
  priority: string | undefined,
  urgency: string | undefined,
): Pick<Alert, 'severity' | 'severityText'> {
  if (priority !== undefined) return { severity: severityOf(priority), severityText: priority };
  if (urgency === undefined) return { severity: 'unknown' };
  return { severity: urgency === 'high' ? 'error' : 'warning', severityText: urgency };
}
