/** Builds a change from what a format knows; what the model wants beside it is filled in alike for every format. Pure. */
import type { Delivery } from '../alerts/alert-format.ts';
import { bodyId } from '../alerts/reading/ids.ts';
import { distinctLinks } from '../alerts/reading/links.ts';
import { firstLine, textOf } from '../alerts/reading/loose.ts';
import type { ChangeAttribute, ChangeEvent } from '../domain/alert.ts';

const TAGS_MAX = 20;

/** What a format says of one change. */
export interface ChangeDraft {
  readonly source: string;
  /** Equal for all phases of it, at this sender: `deployment:15`. */
  readonly key: string;
  /** The sender's id of the message; left out: the body's hash. */
  readonly deliveryId?: string | undefined;
  readonly kind: ChangeEvent['kind'];
  readonly phase: ChangeEvent['phase'];
  /** The first that is a line counts; the key when none is. */
  readonly titles: readonly unknown[];
  readonly text?: string | undefined;
  readonly tags?: readonly unknown[];
  readonly startsAt?: Date | undefined;
  readonly endsAt?: Date | undefined;
  /** What is no text is left out. */
  readonly attributes?: Readonly<Partial<Record<ChangeAttribute, unknown>>>;
  readonly actor?: unknown;
  readonly links?: ChangeEvent['links'];
}

/** Builds it. */
export function makeChange(delivery: Delivery, draft: ChangeDraft): ChangeEvent {
  const { hook, receivedAt } = delivery;
  const { source, key, text } = draft;
  const actor = firstLine(draft.actor);
  return {
    source,
    sourceInstance: hook,
    deliveryId: draft.deliveryId ?? bodyId(delivery),
    id: `${source}:${hook}:${key}`,
    kind: draft.kind,
    phase: draft.phase,
    title: firstLine(...draft.titles) ?? firstLine(key) ?? source,
    ...(text !== undefined && { text }),
    tags: (draft.tags ?? []).flatMap((tag) => firstLine(tag) ?? []).slice(0, TAGS_MAX),
    startsAt: draft.startsAt ?? receivedAt,
    endsAt: draft.endsAt ?? null,
    receivedAt,
    attributes: filled(draft.attributes ?? {}),
    ...(actor !== undefined && { actor: { name: actor } }),
    links: distinctLinks(draft.links ?? []),
  };
}

function filled(attributes: NonNullable<ChangeDraft['attributes']>): ChangeEvent['attributes'] {
  const found = Object.entries(attributes).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(found);
}
