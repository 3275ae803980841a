/** The port of readers: how the posts of one integration are recognised and understood. */
import type { Alert, Told } from '../../domain/alert.ts';
import type { Sighting } from '../../domain/sighting.ts';
import type { ReadDelivery } from '../alert-format.ts';

/** What a post tells of one problem. */
export interface SightedAlert {
  readonly alert: Alert;
  /** Values of labels whose names the post does not tell: they help to find the rest. */
  readonly hints?: readonly string[];
}

/** What a post tells. */
export interface SightedTold {
  readonly alerts: readonly SightedAlert[];
  readonly changes: Told['changes'];
}

/** Reads the posts of one integration. Pure; whatever a post holds, it throws nothing. */
export interface SightingReader {
  /** What people call the sender. */
  readonly title: string;
  /** What a post tells; nothing where it is none of this sender. */
  read(sighting: Sighting, delivery: ReadDelivery): SightedTold | undefined;
}
