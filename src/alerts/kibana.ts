/**
 * Rules of Kibana through the webhook connector, in the template of the docs; its summary of alerts; and documents of the index
 * connector. Recovery is an action of its own that has to be added to the rule.
 */
import { z } from 'zod';
import type { Alert, AlertSeverity } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { hashOf } from './reading/ids.ts';
import { linkOf } from './reading/links.ts';
import {
  bodyObject,
  firstLine,
  firstText,
  isLooseObject,
  type Loose,
  looseObject,
  looseObjects,
  numberOf,
  textOf,
} from './reading/loose.ts';
import { makeAlert } from './reading/make-alert.ts';
import { severityOf } from './reading/severity.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'kibana';
const ALERTS_MAX = 1_000;

/** The format `kibana`. */
export const kibana = defineFormat({
  format: FORMAT,
  title: 'Kibana',
  options: z.strictObject({
    severity: z
      .enum(['critical', 'error', 'warning', 'info', 'unknown'])
      .default('unknown')
      .describe('Severity of rules without a tag `severity:…`'),
  }),
  decode(delivery, { severity }) {
    const body = bodyObject(delivery.content, 'an action of a Kibana rule');
    if (isLooseObject(body.alerts)) return { alerts: summary(body, delivery, severity), changes: [] };
    const rule = looseObject(body.rule);
    if (firstText(rule.id, rule.name, body.rule_id, body.rule_name) === undefined) {
      throw new BotError(
        'ALERT_UNREADABLE',
        'The body names no rule: use the template of the docs, with `rule.id` and `rule.name`.',
      );
    }
    return { alerts: [alertOf(body, delivery, severity)], changes: [] };
  },
});

function alertOf(body: Loose, delivery: ReadDelivery, usual: AlertSeverity): Alert {
  const [rule, alert, context] = [looseObject(body.rule), looseObject(body.alert), looseObject(body.context)];
  const ruleId = firstText(rule.id, body.rule_id, rule.name, body.rule_name) ?? '';
  const name = firstText(rule.name, body.rule_name) ?? ruleId;
  const alertId = firstText(alert.id, body.alert_id) ?? '';
  const group = textOf(alert.actionGroup)?.toLowerCase();
  const isResolved = group === 'recovered' || textOf(alert.actionGroupName)?.toLowerCase() === 'recovered';
  const at = timeOf(body.date) ?? timeOf(body['@timestamp']);
  const labels = labelsFrom(name, alertId, rule.tags);
  return makeAlert(delivery, {
    source: FORMAT,
    key: JSON.stringify([ruleId, alertId]),
    // an action runs again at each interval: the same occurrence, once
    deliveryId: hashOf(
      delivery.hook,
      ruleId,
      alertId,
      firstText(alert.uuid) ?? at?.toISOString() ?? '',
      isResolved,
      at?.toISOString() ?? '',
    ),
    episode: textOf(alert.uuid),
    groupKey: hashOf(delivery.hook, ruleId),
    status: isResolved ? 'resolved' : 'firing',
    flags: textOf(alert.flapping) === 'true' ? { flapping: true } : {},
    ...severityFrom(labels, usual),
    titles: [context.title, alertId === '' ? name : `${name}: ${alertId}`],
    description: firstText(context.message, context.reason, body.context_message),
    labels,
    ...(isResolved ? { endsAt: at } : { startsAt: at }),
    values: contextValue(context),
    links: [...linkOf('source', rule.url, 'Kibana'), ...linkOf('logs', context.link)],
  });
}

function contextValue({ value }: Loose): Alert['values'] {
  const number = numberOf(value);
  return number === undefined ? [] : [{ name: 'value', value: number }];
}

/** `service:checkout,team:payments`, or a list of such; a tag without a colon is none. */
function labelsFrom(name: string, alertId: string, tags: unknown): Labels {
  const list = Array.isArray(tags) ? tags.flatMap((tag) => textOf(tag) ?? []) : (textOf(tags) ?? '').split(',');
  const pairs = list.flatMap((tag) => {
    const [, key, value] = /^\s*([\w.-]{1,60}):\s*(.{1,200}?)\s*$/.exec(tag) ?? [];
    return key !== undefined && value !== undefined ? [[key, value] as const] : [];
  });
  return {
    ...Object.fromEntries(pairs),
    alertname: firstLine(name) ?? name,
    ...(alertId !== '' && { alert_id: alertId }),
  };
}

function severityFrom({ severity: word }: Labels, usual: AlertSeverity): Pick<Alert, 'severity' | 'severityText'> {
  return word === undefined ? { severity: usual } : { severity: severityOf(word), severityText: word };
}

/** `alerts.new`, `.ongoing` and `.recovered`, each with its alerts as alerts-as-data. */
function summary(body: Loose, delivery: ReadDelivery, usual: AlertSeverity): Alert[] {
  const rule = looseObject(body.rule);
  const alerts = looseObject(body.alerts);
  const groups = ['new', 'ongoing', 'recovered'].map(
    (group) => [group, looseObjects(looseObject(alerts[group]).data)] as const,
  );
  return groups
    .flatMap(([group, all]) => all.map((one) => oneOf(one, group === 'recovered', rule, delivery, usual)))
    .slice(0, ALERTS_MAX);
}

function oneOf(one: Loose, isResolved: boolean, rule: Loose, delivery: ReadDelivery, usual: AlertSeverity): Alert {
  const ruleId = firstText(rule.id, rule.name) ?? 'rule';
  const name = firstText(rule.name, rule.id) ?? 'rule';
  const alertId = textOf(one['kibana.alert.instance.id']) ?? '';
  const [startsAt, endsAt] = [timeOf(one['kibana.alert.start']), timeOf(one['kibana.alert.end'])];
  const labels = labelsFrom(name, alertId, rule.tags);
  return makeAlert(delivery, {
    source: FORMAT,
    key: JSON.stringify([ruleId, alertId]),
    deliveryId: hashOf(
      delivery.hook,
      ruleId,
      alertId,
      isResolved,
      startsAt?.toISOString() ?? '',
      endsAt?.toISOString() ?? '',
    ),
    episode: textOf(one['kibana.alert.uuid']),
    groupKey: hashOf(delivery.hook, ruleId),
    status: isResolved ? 'resolved' : 'firing',
    flags: one['kibana.alert.flapping'] === true ? { flapping: true } : {},
    ...severityFrom(labels, usual),
    titles: [alertId === '' ? name : `${name}: ${alertId}`],
    description: textOf(one['kibana.alert.reason']),
    labels,
    startsAt,
    endsAt,
    links: linkOf('source', rule.url, 'Kibana'),
  });
}
