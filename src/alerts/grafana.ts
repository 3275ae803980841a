/** Grafana Alerting (unified, 8 to 13): Alertmanager's notification with Grafana's own members, signed where it is configured. */
import { z } from 'zod';
import type { Alert, AlertFlags, AlertLink, AlertValue } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { groupKeyOf, labelledAlert } from './reading/labelled-alert.ts';
import { hrefOf, linkOf } from './reading/links.ts';
import {
  bodyObject,
  firstLine,
  isLooseObject,
  type Loose,
  labelsOf,
  looseObjects,
  numberOf,
  textOf,
} from './reading/loose.ts';
import { type HmacScheme, signHmac, verifyHmac } from './reading/signatures.ts';

const FORMAT = 'grafana';
/** A signed time older than this is a replay; Grafana defines none. */
const SIGNED_MAX_AGE_MS = 5 * 60_000;
const VALUES_MAX = 50;

/** The format `grafana`. */
export const grafana = defineFormat({
  format: FORMAT,
  title: 'Grafana',
  options: z.strictObject({
    signatureHeader: z
      .string()
      .default('X-Grafana-Alerting-Signature')
      .describe('Header of the signature, as the contact point has it'),
    timestampHeader: z.string().optional().describe('Header of the signed time, where the contact point has one'),
  }),
  signed: {
    verify(delivery, secrets, options) {
      verifyHmac(delivery, secrets, schemeOf(options));
    },
    sign: (delivery, secret, options) => signHmac(delivery, secret, schemeOf(options)),
  },
  decode(delivery) {
    const body = bodyObject(delivery.content, 'a notification of Grafana');
    if (!Array.isArray(body.alerts) && !isLooseObject(body.alerts)) {
      throw new BotError('ALERT_UNREADABLE', 'The body has no `alerts`; a custom payload of Grafana must keep them.');
    }
    return { alerts: looseObjects(body.alerts).map((one) => alertOf(one, body, delivery)), changes: [] };
  },
});

function schemeOf(options: Readonly<Record<string, unknown>>): HmacScheme {
  const { signatureHeader, timestampHeader } = grafana.options.parse(options);
  return {
    header: signatureHeader,
    ...(timestampHeader !== undefined && { timestampHeader, maxAgeMs: SIGNED_MAX_AGE_MS }),
  };
}

function alertOf(one: Loose, body: Loose, delivery: ReadDelivery): Alert {
  const groupKey = groupKeyOf(delivery.hook, body);
  const isResolved = (textOf(one.status) ?? textOf(body.status)) === 'resolved';
  const alert = labelledAlert(one, delivery, {
    format: FORMAT,
    isResolved,
    ...(groupKey !== undefined && { groupKey }),
    links: linksOf(one, body),
  });
  const { labels, annotations } = alert;
  const image = hrefOf(one.imageURL);
  const rule = ruleOf(one);
  const ruleName = firstLine(labels.rulename);
  const isOdd = labels.alertname === 'DatasourceNoData' || labels.alertname === 'DatasourceError';
  const hasSummary = firstLine(annotations.summary, annotations.title) !== undefined;
  const name = { ...(rule !== undefined && { name: rule }) };
  return {
    ...alert,
    ...(isOdd && ruleName !== undefined && !hasSummary && { title: `${ruleName}: ${oddWords(labels)}` }),
    ...noteOf(annotations, isResolved),
    flags: flagsOf(labels, annotations),
    ...metricOf(labels, name),
    values: valuesOf(one),
    images: image === undefined ? [] : [{ url: image }],
  };
}

function metricOf({ datasource_uid: uid }: Labels, name: { readonly name?: string }): Pick<Alert, 'metric'> {
  if (name.name === undefined && uid === undefined) return {};
  return { metric: { ...name, ...(uid !== undefined && { datasourceUid: uid }) } };
}

function oddWords({ alertname }: Labels): string {
  return alertname === 'DatasourceNoData' ? 'no data' : 'the rule failed';
}

/** The rule's id, also where it stands in the address of its page only. */
function ruleOf(one: Loose): string | undefined {
  const href = hrefOf(one.generatorURL);
  const inAddress = href === undefined ? undefined : /\/alerting\/grafana\/([\w-]{1,64})\//.exec(href)?.[1];
  return textOf(one.ruleUID) ?? inAddress;
}

function flagsOf(labels: Labels, { grafana_state_reason: reason = '' }: Labels): AlertFlags {
  const noData = labels.alertname === 'DatasourceNoData' || /NoData/.test(reason);
  const evaluationError = labels.alertname === 'DatasourceError' || /Error/.test(reason);
  return { ...(noData && { noData }), ...(evaluationError && { evaluationError }) };
}

/** A resolve because the series is gone, or the rule was paused, is no recovery. */
function noteOf({ grafana_state_reason: reason }: Labels, isResolved: boolean): Pick<Alert, 'note'> {
  const words: Readonly<Record<string, string>> = {
    MissingSeries: 'the series disappeared',
    Paused: 'the rule was paused',
    RuleDeleted: 'the rule was deleted',
    Updated: 'the rule was changed',
  };
  const said = isResolved && reason !== undefined && Object.hasOwn(words, reason) ? words[reason] : undefined;
  return said === undefined ? {} : { note: said };
}

/** Numbers by refID; in versions 8 and 9 they stand in a text only. */
function valuesOf({ values, valueString }: Loose): readonly AlertValue[] {
  if (isLooseObject(values)) {
    return Object.entries(values)
      .slice(0, VALUES_MAX)
      .map(([name, value]) => ({ name, value: numberOf(value) ?? null }));
  }
  const text = textOf(valueString) ?? '';
  return [...text.matchAll(/\[ var='([^']{1,60})' [^\]]*?value=([^\s\]]{1,40}) \]/g)]
    .slice(0, VALUES_MAX)
    .map(([, name = '', value]) => ({ name, value: numberOf(value) ?? null }));
}

function linksOf(one: Loose, body: Loose): readonly AlertLink[] {
  const labels = labelsOf(one.labels);
  return [
    ...linkOf('panel', one.panelURL),
    ...linkOf('dashboard', one.dashboardURL),
    ...linkOf('source', one.generatorURL, labels.alertname),
    ...linkOf('silence', one.silenceURL),
    ...(hrefOf(one.generatorURL) === undefined ? linkOf('source', body.externalURL, 'Grafana') : []),
  ];
}
