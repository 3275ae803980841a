/**
 * ElastAlert 2's HTTP POST: the fields of a matched document. Neither the rule's name nor a severity is in it unless the rule puts
 * them there (`http_post_static_payload: { rule_name: …, severity: … }`); an end never comes.
 */
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { hashOf } from './reading/ids.ts';
import { linkOf } from './reading/links.ts';
import { bodyObject, firstText, isLooseObject, type Loose, numberOf, oneLine, textOf } from './reading/loose.ts';
import { luceneOf } from './reading/lucene.ts';
import { makeAlert } from './reading/make-alert.ts';
import { severityIn } from './reading/severity.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'elastalert2';
/** Fields of a document that become labels; text and numbers of any kind are the document's own. */
const LABEL_FIELDS = [
  'host',
  'hostname',
  'service',
  'env',
  'environment',
  'severity',
  'priority',
  'team',
  'namespace',
  'pod',
  'query_key',
];
const NESTED_FIELDS: readonly (readonly [string, string])[] = [
  ['host', 'host.name'],
  ['service', 'service.name'],
  ['env', 'service.environment'],
  ['namespace', 'kubernetes.namespace'],
  ['pod', 'kubernetes.pod.name'],
];
const COUNTS = ['num_hits', 'num_matches', 'spike_count', 'reference_count'];

/** The format `elastalert2`. */
export const elastalert2 = defineFormat({
  format: FORMAT,
  title: 'ElastAlert 2',
  options: z.strictObject({}),
  decode(delivery) {
    const body = bodyObject(delivery.content, 'a match of ElastAlert');
    if (Object.keys(body).length === 0) throw new BotError('ALERT_UNREADABLE', 'The body is an empty object.');
    return { alerts: [alertOf(body, delivery)], changes: [] };
  },
});

function alertOf(body: Loose, delivery: ReadDelivery): Alert {
  const name = firstText(body.rule_name, body.name, body.posted_name, body.alertname) ?? 'ElastAlert match';
  const labels: Labels = { alertname: oneLine(name), ...labelsFrom(body) };
  const at = timeOf(body['@timestamp']) ?? timeOf(body.timestamp);
  const match = firstText(body.match_id, body._id);
  const { host, service, query_key: key } = labels;
  return makeAlert(delivery, {
    source: FORMAT,
    key: JSON.stringify([name, key ?? [host ?? '', service ?? '']]),
    deliveryId: match === undefined ? undefined : hashOf(delivery.hook, name, match, at?.toISOString() ?? ''),
    episode: match,
    status: 'firing',
    ...severityIn(labels),
    titles: [name],
    description: firstText(body.alert_text, body.message),
    labels,
    startsAt: at,
    metric: metricOf(body),
    values: COUNTS.flatMap((count) => {
      const value = numberOf(body[count]);
      return value === undefined ? [] : [{ name: count, value }];
    }),
    links: [
      ...linkOf('logs', firstText(body.kibana_discover_url, body.opensearch_discover_url, body.kibana_link)),
      ...linkOf('runbook', firstText(body.runbook_url, body.runbook)),
    ],
  });
}

/** The rule's search and index, where its static payload has them; else the index of the document. */
function metricOf(body: Loose): NonNullable<Alert['metric']> {
  const query = firstText(body.query) ?? luceneOf(body.filter);
  const index = firstText(body.index, body._index);
  return {
    language: 'lucene',
    ...(query !== undefined && { query }),
    ...(index !== undefined && { name: index }),
  };
}

function labelsFrom(body: Loose): Labels {
  const plain = LABEL_FIELDS.flatMap((name) => {
    const value = isLooseObject(body[name]) ? undefined : textOf(body[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const nested = NESTED_FIELDS.flatMap(([label, path]) => {
    const value =
      textOf(body[path]) ??
      textOf(path.split('.').reduce<unknown>((one, part) => (isLooseObject(one) ? one[part] : undefined), body));
    return value === undefined ? [] : [[label, value] as const];
  });
  return Object.fromEntries([...nested, ...plain]);
}
