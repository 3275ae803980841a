/** Grafana's old alerting (4 to 10): one alert a rule, without times. */
import { z } from 'zod';
import type { Alert, AlertSeverity, AlertStatus, Transition } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { attributesOf } from './reading/attributes.ts';
import { bodyId, fingerprintOf } from './reading/ids.ts';
import { hrefOf, linkOf } from './reading/links.ts';
import {
  bodyObject,
  firstLine,
  firstText,
  type Loose,
  labelsOf,
  looseObjects,
  numberOf,
  textOf,
} from './reading/loose.ts';
import { severityIn } from './reading/severity.ts';

const FORMAT = 'grafana-legacy';
const VALUES_MAX = 50;

/** The format `grafana-legacy`. */
export const grafanaLegacy = defineFormat({
  format: FORMAT,
  title: 'Grafana',
  options: z.strictObject({
    severity: z
      .enum(['critical', 'error', 'warning', 'info', 'unknown'])
      .default('unknown')
      .describe('Severity of rules without a tag `severity`'),
  }),
  decode(delivery, { severity }) {
    const body = bodyObject(delivery.content, 'a notification of Grafana');
    if (firstText(body.ruleName, body.title, body.ruleId) === undefined) {
      throw new BotError(
        'ALERT_UNREADABLE',
        'The body has neither `ruleName` nor `title`, as a notification of Grafana has.',
      );
    }
    return { alerts: [alertOf(body, delivery, severity)], changes: [] };
  },
});

function alertOf(body: Loose, delivery: ReadDelivery, usual: AlertSeverity): Alert {
  const { hook, receivedAt } = delivery;
  const matches = looseObjects(body.evalMatches);
  const labels = {
    ...labelsOf(matches.length === 1 ? matches[0]?.tags : {}),
    ...labelsOf(body.tags),
    ...ruleLabel(body),
  };
  const state = textOf(body.state) ?? 'alerting';
  const { status, transition, flags } = stateOf(state);
  const ruleUrl = hrefOf(body.ruleUrl ?? body.rule_url);
  const image = hrefOf(body.imageUrl ?? body.image_url);
  const description = textOf(body.message);
  const name = firstText(matches[0]?.metric);
  const key = [hostOfUrl(ruleUrl), textOf(body.orgId) ?? '1', firstText(body.ruleId, body.ruleName, body.title) ?? ''];
  return {
    source: FORMAT,
    sourceInstance: hook,
    deliveryId: bodyId(delivery),
    fingerprint: fingerprintOf(FORMAT, hook, key.join('/')),
    status,
    transition,
    flags,
    ...severityIn(labels, usual),
    title: firstLine(body.ruleName, body.title) ?? 'An alert of Grafana',
    ...(description !== undefined && { description }),
    labels,
    annotations: {},
    attributes: attributesOf(labels),
    startsAt: receivedAt,
    endsAt: status === 'resolved' ? receivedAt : null,
    receivedAt,
    timeSource: 'received',
    ...(name !== undefined && { metric: { name } }),
    values: matches.slice(0, VALUES_MAX).map((match) => ({
      name: firstLine(match.metric) ?? 'value',
      value: numberOf(match.value) ?? null,
    })),
    links: linkOf('panel', ruleUrl, 'Grafana'),
    images: image === undefined ? [] : [{ url: image }],
  };
}

function ruleLabel(body: Loose): Readonly<Record<string, string>> {
  const name = firstLine(body.ruleName);
  return name === undefined ? {} : { alertname: name };
}

function hostOfUrl(href: string | undefined): string {
  return href === undefined ? '' : new URL(href).host;
}

function stateOf(state: string): {
  readonly status: AlertStatus;
  readonly transition: Transition;
  readonly flags: Alert['flags'];
} {
  switch (state) {
    case 'ok':
      return { status: 'resolved', transition: 'resolved', flags: {} };
    case 'no_data':
      return { status: 'firing', transition: 'triggered', flags: { noData: true } };
    case 'pending':
      return { status: 'unknown', transition: 'changed', flags: {} };
    case 'paused':
      return { status: 'unknown', transition: 'suppressed', flags: { suppressed: true } };
    default:
      return { status: 'firing', transition: 'triggered', flags: {} };
  }
}
