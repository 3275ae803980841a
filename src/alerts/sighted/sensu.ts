/** Posts of Sensu Go's handler for Slack: entity, check and state as fields. */
import { makeAlert } from '../reading/make-alert.ts';
import { severityOf } from '../reading/severity.ts';
import type { SightingReader } from './reader.ts';
import { fieldOf } from './texts.ts';

/** Reads them. */
export const sightedSensu: SightingReader = {
  title: 'Sensu Go',
  read({ attachments }, delivery) {
    const card = attachments.find((one) => fieldOf(one, 'entity') !== undefined && fieldOf(one, 'check') !== undefined);
    const [entity, check, state] = card
      ? [fieldOf(card, 'entity'), fieldOf(card, 'check'), fieldOf(card, 'status')]
      : [];
    if (!card || entity === undefined || check === undefined || state === undefined) return undefined;
    const isResolved = /^(?:resolved|ok)$/i.test(state) || /^RESOLVED\b/.test(card.fallback ?? '');
    const alert = makeAlert(delivery, {
      source: 'sensu-go',
      key: `${entity}/${check}`,
      status: isResolved ? 'resolved' : 'firing',
      severity: severityOf(state),
      severityText: state,
      titles: [`${check} on ${entity}`],
      description: card.text,
      labels: { alertname: check, check, host: entity },
    });
    return { alerts: [alert], changes: [] };
  },
};
