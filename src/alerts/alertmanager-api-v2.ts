/** Prometheus and vmalert themselves, which take the hook for an Alertmanager: `POST /api/v2/alerts`. */
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { labelsHash } from './reading/ids.ts';
import { labelledAlert } from './reading/labelled-alert.ts';
import { linkOf } from './reading/links.ts';
import { isLooseObject, type Loose, labelsOf } from './reading/loose.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'alertmanager-api-v2';

/** The format `alertmanager-api-v2`. */
export const alertmanagerApiV2 = defineFormat({
  format: FORMAT,
  title: 'Prometheus',
  options: z.strictObject({
    replicaLabel: z
      .string()
      .optional()
      .describe(
        'Label that tells the two of a highly available pair apart; it is left out of what identifies an alert',
      ),
  }),
  decode(delivery, { replicaLabel }) {
    const { content } = delivery;
    const isAlert = (one: unknown): one is Loose => isLooseObject(one) && isLooseObject(one.labels);
    if (!Array.isArray(content) || !content.every(isAlert)) {
      throw new BotError(
        'ALERT_UNREADABLE',
        'The body should be a list of alerts with `labels`, as Prometheus sends it.',
      );
    }
    return { alerts: content.map((one) => alertOf(one, delivery, replicaLabel)), changes: [] };
  },
});

/** There is no status: an end that has passed is one, an end ahead is when the sender's word expires. */
function alertOf(one: Loose, delivery: ReadDelivery, replicaLabel: string | undefined): Alert {
  const endsAt = timeOf(one.endsAt);
  const isResolved = endsAt !== undefined && endsAt.getTime() <= delivery.receivedAt.getTime();
  const labels = identity(labelsOf(one.labels), replicaLabel);
  const fingerprint = labelsHash(withoutHidden(labels));
  const links = linkOf('query', one.generatorURL, 'Prometheus');
  return labelledAlert({ ...one, fingerprint }, delivery, {
    format: FORMAT,
    isResolved,
    canExpire: true,
    labels,
    links,
  });
}

/** An empty label is an absent one, to Prometheus. */
function identity(labels: Labels, replicaLabel: string | undefined): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name, value]) => value !== '' && name !== replicaLabel));
}

function withoutHidden(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('__')));
}
