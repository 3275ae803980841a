/** Opsgenie's webhook: what was done with an alert. */
import { z } from 'zod';
import type { Alert, Transition } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { hashOf } from './reading/ids.ts';
import { linkOf } from './reading/links.ts';
import { bodyObject, firstText, isLooseObject, type Loose, labelsOf, looseObject, textOf } from './reading/loose.ts';
import { makeAlert } from './reading/make-alert.ts';
import { severityOf } from './reading/severity.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'opsgenie';

/** What each action tells; those of one's own, and tags, teams and owners, change something. */
const TRANSITIONS: Readonly<Record<string, Transition>> = {
  Create: 'triggered',
  Acknowledge: 'acknowledged',
  UnAcknowledge: 'unacknowledged',
  AddNote: 'comment',
  Close: 'resolved',
  Delete: 'resolved',
  Escalate: 'escalated',
  EscalateNext: 'escalated',
};

/** The format `opsgenie`. */
export const opsgenie = defineFormat({
  format: FORMAT,
  title: 'Opsgenie',
  options: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of the account, https://NAME.app.opsgenie.com, for links'),
  }),
  decode(delivery, { url }) {
    const body = bodyObject(delivery.content, 'an action of Opsgenie');
    if (!isLooseObject(body.alert))
      throw new BotError('ALERT_UNREADABLE', 'The body has no `alert`, as an action of Opsgenie has.');
    return { alerts: [alertOf(body, body.alert, delivery, url)], changes: [] };
  },
});

function alertOf(body: Loose, alert: Loose, delivery: ReadDelivery, url: string | undefined): Alert {
  const action = textOf(body.action) ?? 'Create';
  const transition = Object.hasOwn(TRANSITIONS, action) ? (TRANSITIONS[action] as Transition) : 'changed';
  const id = firstText(alert.alertId, alert.alias) ?? 'alert';
  const alias = firstText(alert.alias, alert.alertId) ?? id;
  const status = transition === 'resolved' ? 'resolved' : 'firing';
  const priority = priorityOf(alert.priority);
  const updatedAt = timeOf(alert.updatedAt) ?? timeOf(alert.insertedAt);
  return makeAlert(delivery, {
    source: FORMAT,
    key: alias,
    deliveryId: hashOf(
      delivery.hook,
      id,
      action,
      firstText(alert.updatedAt, alert.insertedAt) ?? '',
      textOf(alert.note) ?? '',
    ),
    episode: id,
    status,
    transition,
    flags:
      transition === 'acknowledged'
        ? { acknowledged: true }
        : transition === 'unacknowledged'
          ? { acknowledged: false }
          : {},
    severity: severityOf(priority),
    severityText: priority,
    titles: [alert.message, alias],
    description: textOf(alert.description),
    labels: labelsFrom(alert),
    annotations: labelsOf(alert.details),
    startsAt: timeOf(alert.createdAt),
    endsAt: updatedAt,
    links:
      url === undefined
        ? []
        : linkOf('incident', `${url.replace(/\/+$/, '')}/alert/detail/${encodeURIComponent(id)}/details`, 'Opsgenie'),
    ...(transition !== 'triggered' && { actor: firstText(alert.username, looseObject(body.source).name) }),
    note: textOf(alert.note),
  });
}

/** `P1` to `P5`, or the number alone. */
function priorityOf(priority: unknown): string | undefined {
  const text = textOf(priority);
  return text !== undefined && /^[1-5]$/.test(text) ? `P${text}` : text;
}

/** Tags `key:value` are labels; others are kept together. */
function labelsFrom(alert: Loose): Labels {
  const tags = Array.isArray(alert.tags) ? alert.tags.flatMap((tag) => textOf(tag) ?? []) : [];
  const pairs = tags.flatMap((tag) => {
    const [, key, value] = /^([\w.-]{1,60})[:=](.{1,200})$/.exec(tag) ?? [];
    return key !== undefined && value !== undefined ? [[key, value] as const] : [];
  });
  const plain = tags.filter((tag) => !/^[\w.-]{1,60}[:=]/.test(tag));
  const entity = textOf(alert.entity);
  const teams = Array.isArray(alert.teams) ? alert.teams.flatMap((team) => textOf(team) ?? []) : [];
  return {
    ...Object.fromEntries(pairs),
    ...(plain.length > 0 && { tags: plain.join(',') }),
    ...(entity !== undefined && { host: entity }),
    ...(teams.length > 0 && { team: teams.join(', ') }),
  };
}
