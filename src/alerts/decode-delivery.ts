/** From the bytes of a delivery to what they say: the one way in for HTTP, the command line and tests. */
import type { Told } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { AlertFormat, Delivery } from './alert-format.ts';
import { readBody } from './reading/body.ts';
import { type ReadNote, timeNotes } from './reading/notes.ts';
import { sensibleAlert } from './reading/sensible-alert.ts';
import { noting } from './reading/times.ts';

/** What one request may tell; the largest senders batch hundreds. */
const TOLD_MAX = 5_000;

/** What a delivery tells, with what of it was passed over for its sender or the operator to mend. */
export interface Decoded extends Told {
  readonly notes: readonly ReadNote[];
}

/**
 * Reads a delivery in a format.
 *
 * @throws BotError `ALERT_UNREADABLE`, `ALERT_UNSUPPORTED_TYPE`, `ALERT_TOO_LARGE`
 */
export function decodeDelivery(
  format: AlertFormat,
  delivery: Delivery,
  options: Readonly<Record<string, unknown>> = {},
): Decoded {
  const read = readBody(delivery);
  const { result, unreadable } = noting(() => format.decode(read, options));
  const notes = timeNotes(unreadable, read.content);
  const told: Decoded = { ...result, alerts: result.alerts.map(sensibleAlert), notes };
  const count = told.alerts.length + told.changes.length;
  if (count <= TOLD_MAX) return told;
  throw new BotError('ALERT_TOO_LARGE', `That is ${count} alerts in one request; ${TOLD_MAX} are taken.`);
}

/** What was told as stable JSON: dates in ISO 8601, bytes in base64, `endsAt` null while open. */
export function toldJson({ alerts, changes }: Told): { readonly alerts: unknown[]; readonly changes: unknown[] } {
  const plain = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_, one: unknown) =>
        one instanceof Uint8Array ? Buffer.from(one).toString('base64') : one,
      ),
    );
  return { alerts: alerts.map(plain), changes: changes.map(plain) };
}
