/** Ids of deliveries and problems. Pure. */
import { createHash } from 'node:crypto';
import type { Labels } from '../../domain/labels.ts';
import type { Delivery } from '../alert-format.ts';

const KEY_MAX_CHARS = 200;

/** A short hash of anything that has a stable JSON; 128 bits. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** The same for the same bytes at the same hook: for senders that have no id of their own. */
export function bodyId({ hook, body }: Delivery): string {
  return createHash('sha256').update(hook).update('\0').update(body).digest('hex').slice(0, 32);
}

/** A label set by what is in it, in any order. */
export function labelsHash(labels: Labels): string {
  return hashOf(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `source:hook:key`; a key that is too long is its hash. */
export function fingerprintOf(source: string, hook: string, key: string): string {
  return `${source}:${hook}:${key.length > KEY_MAX_CHARS ? hashOf(key) : key}`;
}
