/** Ids of deliveries and problems. Pure. */
import { createHash } from 'node:crypto';
import { OF_BODY } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Delivery } from '../alert-format.ts';

const KEY_MAX_CHARS = 200;
/** Longer than senders try again. */
const SAME_WITHIN_MS = 10 * 60_000;

/** A short hash of anything that has a stable JSON; 128 bits. */
export function hashOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/**
 * The same for the same bytes at the same hook, within ten minutes: for senders that have no id of their own, and who say the same again
 * when it happens again. What is tried again over the border of two such windows is a repeat of what fires, or another end of what is
 * over: the store counts it, and rooms hear nothing. Once it has ended in between, the same bytes are a new beginning, which the store
 * tells by {@link OF_BODY}. A key that the sender's request has holds for as long as the sender keeps it.
 */
export function bodyId({ hook, headers, body, receivedAt }: Delivery): string {
  const key = headers['idempotency-key'];
  const when = key ?? String(Math.floor(+receivedAt / SAME_WITHIN_MS));
  const hash = createHash('sha256').update(hook).update('\0').update(when).update('\0').update(body);
  return `${key === undefined ? OF_BODY : ''}${hash.digest('hex').slice(0, 32)}`;
}

/** A label set by what is in it, in any order. */
export function labelsHash(labels: Labels): string {
  return hashOf(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `source:hook:key`; a key that is too long is its hash. */
export function fingerprintOf(source: string, hook: string, key: string): string {
  return `${source}:${hook}:${key.length > KEY_MAX_CHARS ? hashOf(key) : key}`;
}
