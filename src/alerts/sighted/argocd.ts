/** Posts of Argo CD's own catalog of notifications: deploys, and applications that do not feel well. */
import { ARGOCD_PHASES } from '../../changes/argocd.ts';
import { makeChange } from '../../changes/make-change.ts';
import type { Alert, ChangeEvent, Told } from '../../domain/alert.ts';
import type { SightedAttachment, Sighting } from '../../domain/sighting.ts';
import type { ReadDelivery } from '../alert-format.ts';
import { hashOf } from '../reading/ids.ts';
import { linkOf } from '../reading/links.ts';
import { makeAlert } from '../reading/make-alert.ts';
import type { SightingReader } from './reader.ts';
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

function told(...alerts: Alert[]): Told {
  return { alerts, changes: [] };
}

/** What the catalog's templates say, by their triggers. */
const WORDS: readonly (readonly [trigger: string, said: RegExp])[] = [
  ['on-deployed', /now running new version/i],
  ['on-sync-succeeded', /successfully synced|has been synced/i],
  ['on-sync-failed', /sync operation .{0,200}(?:has )?failed|has failed/i],
  ['on-sync-running', /sync operation .{0,200}has started|started to sync|is running/i],
  ['on-created', /has been created/i],
  ['on-deleted', /has been deleted/i],
];

function phaseOf(text: string): ChangeEvent['phase'] | undefined {
  return ARGOCD_PHASES[WORDS.find(([, said]) => said.test(text))?.[0] ?? ''];
}

function healthOf(app: string, card: SightedAttachment, delivery: ReadDelivery, isFine: boolean) {
  return makeAlert(delivery, {
    source: 'argocd',
    key: `health:${app}`,
    status: isFine ? 'resolved' : 'firing',
    severity: isFine ? 'info' : 'error',
    severityText: isFine ? 'Healthy' : 'Degraded',
    titles: [`${app} is ${isFine ? 'Healthy' : 'Degraded'}`],
    labels: { alertname: 'ArgoCdHealth', service: app },
    links: linkOf('source', card.url, 'Argo CD'),
  });
}

function syncOf(
  app: string,
  card: SightedAttachment,
  phase: ChangeEvent['phase'],
  { chat, room, id }: Sighting,
  delivery: ReadDelivery,
): ChangeEvent {
  const [revision, repository] = [fieldOf(card, 'revision'), fieldOf(card, 'repository')];
  return makeChange(delivery, {
    source: 'argocd',
    key: `sync:${app}:${revision ?? id}`,
    deliveryId: hashOf(chat, room, id),
    kind: 'deployment',
    phase,
    titles: [[app, revision?.slice(0, 8)].filter(Boolean).join(' ')],
    ...(phase !== 'started' && phase !== 'info' && { endsAt: delivery.receivedAt }),
    attributes: {
      'service.name': app,
      'vcs.ref.head.revision': revision,
      'vcs.repository.url.full': repository,
    },
    links: linkOf('source', card.url, 'Argo CD'),
  });
}
