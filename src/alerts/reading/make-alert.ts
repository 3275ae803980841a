/** Builds an alert from what a format knows; all that the model wants beside it is filled in alike for every format. Pure. */
import type { Alert, AlertFlags, AlertSeverity, AlertStatus, Transition } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Delivery } from '../alert-format.ts';
import { attributesOf } from './attributes.ts';
import { bodyId, fingerprintOf } from './ids.ts';
import { distinctLinks } from './links.ts';
import { firstLine, textOf } from './loose.ts';

/** What a format says of one alert. Members of {@link Alert} that are not here are filled in. */
export interface AlertDraft {
  readonly source: string;
  /** Identity of the problem at its sender. */
  readonly key: string;
  /** The sender's id of the message; left out: that of the body, the same for the same bytes for a while. */
  readonly deliveryId?: string | undefined;
  readonly episode?: string | undefined;
  readonly groupKey?: string | undefined;
  readonly status: AlertStatus;
  /** Left out: `triggered` or `resolved`, as the status says. */
  readonly transition?: Transition;
  readonly flags?: AlertFlags;
  readonly severity: AlertSeverity;
  readonly severityText?: string | undefined;
  /** The first that is a line counts; the key when none is. */
  readonly titles: readonly unknown[];
  readonly description?: string | undefined;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  /** Beside those that labels give. */
  readonly attributes?: Alert['attributes'];
  readonly startsAt?: Date | undefined;
  /** Only for what is resolved. */
  readonly endsAt?: Date | undefined;
  readonly metric?: Alert['metric'];
  readonly values?: Alert['values'];
  readonly links?: Alert['links'];
  readonly images?: Alert['images'];
  readonly actor?: string | undefined;
  readonly note?: string | undefined;
}

/** Builds it. */
export function makeAlert(delivery: Delivery, draft: AlertDraft): Alert {
  const { hook, receivedAt } = delivery;
  const { source, key, status, startsAt, severity, labels = {}, annotations = {} } = draft;
  const { episode, groupKey, severityText, description, metric, note } = draft;
  const actor = textOf(draft.actor);
  return {
    source,
    sourceInstance: hook,
    deliveryId: draft.deliveryId ?? bodyId(delivery),
    fingerprint: fingerprintOf(source, hook, key),
    ...(episode !== undefined && { episode }),
    ...(groupKey !== undefined && { groupKey }),
    status,
    transition: draft.transition ?? (status === 'resolved' ? 'resolved' : 'triggered'),
    flags: draft.flags ?? {},
    severity,
    ...(severityText !== undefined && { severityText }),
    title: firstLine(...draft.titles) ?? firstLine(key) ?? source,
    ...(description !== undefined && { description }),
    labels,
    annotations,
    attributes: { ...attributesOf(labels), ...draft.attributes },
    startsAt: startsAt ?? receivedAt,
    endsAt: status === 'resolved' ? (draft.endsAt ?? receivedAt) : null,
    receivedAt,
    timeSource: startsAt === undefined ? 'received' : 'event',
    ...(metric !== undefined && { metric }),
    values: draft.values ?? [],
    links: distinctLinks(draft.links ?? []),
    images: draft.images ?? [],
    ...(actor !== undefined && { actor: { name: actor } }),
    ...(note !== undefined && { note }),
  };
}
