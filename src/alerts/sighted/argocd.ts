/** Posts of Argo CD's own catalog of notifications: deploys, and applications that do not feel well. */
import type { ChangeEvent } from '../../domain/alert.ts';
import type { SightedAttachment, Sighting } from '../../domain/sighting.ts';
import type { ReadDelivery } from '../alert-format.ts';
import { hashOf } from '../reading/ids.ts';
import { linkOf } from '../reading/links.ts';
import { makeAlert } from '../reading/make-alert.ts';
import type { SightedTold, SightingReader } from './reader.ts';
import { fieldOf, wholeText } from './texts.ts';

const PAGE = /\/applications\/(?:[\w.-]{1,100}\/)?([\w.-]{1,100})(?:[?#]|$)/;

/** Reads them. */
export const sightedArgocd: SightingReader = {
  title: 'Argo CD',
  read(sighting, delivery) {
    const card = sighting.attachments.find(
      (one) => PAGE.test(one.url ?? '') && fieldOf(one, 'sync status', 'health status') !== undefined,
    );
    const app = PAGE.exec(card?.url ?? '')?.[1];
    if (!card || app === undefined) return undefined;
    const text = wholeText(sighting);
    if (/\bhas degraded\b/i.test(text)) return told(healthOf(app, card, delivery, false));
    const phase = phaseOf(text);
    const changes = phase === undefined ? [] : [syncOf(app, card, phase, sighting, delivery)];
    // what was deployed and is healthy is no problem any more
    const isFine = /now running new version|health(?:y)? status:? healthy/i.test(text);
    return { ...(isFine ? told(healthOf(app, card, delivery, true)) : told()), changes };
  },
};

function told(...alerts: readonly SightedTold['alerts'][number][]): SightedTold {
  return { alerts, changes: [] };
}

function phaseOf(text: string): ChangeEvent['phase'] | undefined {
  if (/now running new version|successfully synced|has been synced/i.test(text)) return 'succeeded';
  if (/sync operation .{0,200}(?:has )?failed|has failed/i.test(text)) return 'failed';
  return /started to sync|is running|has been created/i.test(text) ? 'started' : undefined;
}

function healthOf(app: string, card: SightedAttachment, delivery: ReadDelivery, isFine: boolean) {
  const alert = makeAlert(delivery, {
    source: 'argocd',
    key: `health:${app}`,
    status: isFine ? 'resolved' : 'firing',
    severity: isFine ? 'info' : 'error',
    titles: [isFine ? `${app} is healthy` : `${app} has degraded`],
    labels: { alertname: 'ArgoCdHealth', service: app },
    links: linkOf('source', card.url, 'Argo CD'),
  });
  return { alert };
}

function syncOf(
  app: string,
  card: SightedAttachment,
  phase: ChangeEvent['phase'],
  { chat, room, id }: Sighting,
  { hook, receivedAt }: ReadDelivery,
): ChangeEvent {
  const [revision, repository] = [fieldOf(card, 'revision'), fieldOf(card, 'repository')];
  return {
    source: 'argocd',
    sourceInstance: hook,
    deliveryId: hashOf(chat, room, id),
    id: `argocd:${hook}:sync:${app}:${revision ?? id}`,
    kind: 'deployment',
    phase,
    title: [app, revision?.slice(0, 8)].filter(Boolean).join(' '),
    tags: [],
    startsAt: receivedAt,
    endsAt: phase === 'started' ? null : receivedAt,
    receivedAt,
    attributes: {
      'service.name': app,
      ...(revision !== undefined && { 'vcs.ref.head.revision': revision }),
      ...(repository !== undefined && { 'vcs.repository.url.full': repository }),
    },
    links: linkOf('source', card.url, 'Argo CD'),
  };
}
