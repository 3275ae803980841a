/** Prometheus Alertmanager's webhook, version 4 and its copies (Mimir, VictoriaMetrics' Alertmanager, Thanos). */
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { alertmanagerLinks, groupKeyOf, labelledAlert } from './reading/labelled-alert.ts';
import { linkOf } from './reading/links.ts';
import { bodyObject, isLooseObject, type Loose, labelsOf, looseObjects, textOf } from './reading/loose.ts';

const FORMAT = 'alertmanager';

/** The format `alertmanager`. */
export const alertmanager = defineFormat({
  format: FORMAT,
  title: 'Alertmanager',
  options: z.strictObject({}),
  decode(delivery) {
    const body = bodyObject(delivery.content, 'a notification of Alertmanager');
    if (!Array.isArray(body.alerts) && !isLooseObject(body.alerts)) {
      throw new BotError('ALERT_UNREADABLE', 'The body has no `alerts`, as a notification of Alertmanager has.');
    }
    return { alerts: looseObjects(body.alerts).map((one) => alertOf(one, body, delivery)), changes: [] };
  },
});

function alertOf(one: Loose, body: Loose, delivery: ReadDelivery): Alert {
  const groupKey = groupKeyOf(delivery.hook, body);
  return labelledAlert(one, delivery, {
    format: FORMAT,
    isResolved: (textOf(one.status) ?? textOf(body.status)) === 'resolved',
    ...(groupKey !== undefined && { groupKey }),
    links: [
      ...linkOf('query', one.generatorURL, 'Prometheus'),
      ...alertmanagerLinks(labelsOf(one.labels), body.externalURL, body.receiver),
    ],
  });
}
