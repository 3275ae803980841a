/** The port of readers: how the posts of one integration are recognised and understood. */
import type { Told } from '../../domain/alert.ts';
import type { Sighting } from '../../domain/sighting.ts';
import type { ReadDelivery } from '../alert-format.ts';

/** Reads the posts of one integration. Pure; whatever a post holds, it throws nothing. */
export interface SightingReader {
  /** What people call the sender. */
  readonly title: string;
  /** What a post tells; nothing where it is none of this sender. */
  read(sighting: Sighting, delivery: ReadDelivery): Told | undefined;
}
