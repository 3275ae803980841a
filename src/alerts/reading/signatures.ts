/** Signatures of deliveries: HMAC-SHA256 over the raw body, compared in constant time. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { BotError } from '../../domain/errors.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Delivery } from '../alert-format.ts';

/** How a sender signs. */
export interface HmacScheme {
  readonly header: string;
  /** What stands before each hexadecimal value: `v1=`, `sha256=`; several values are parted by commas. */
  readonly prefix?: string;
  /** Header with the time in seconds that is signed with the body, as `<time>:<body>`. */
  readonly timestampHeader?: string;
  /** An older signed time is a replay, ms. */
  readonly maxAgeMs?: number;
}

const HEX = /^[0-9a-f]{64}$/i;

/**
 * Checks a signature; any of the secrets may have made any of the values.
 *
 * @throws BotError `ALERT_UNAUTHORIZED` where it is missing, `ALERT_UNREADABLE` where it has another form, `ALERT_FORBIDDEN` where it
 *   is wrong or too old
 */
export function verifyHmac(delivery: Delivery, secrets: readonly Secret[], scheme: HmacScheme): void {
  const { header, prefix = '', timestampHeader, maxAgeMs } = scheme;
  const given = delivery.headers[header.toLowerCase()]?.trim() ?? '';
  if (given === '') throw new BotError('ALERT_UNAUTHORIZED', `The header ${header} with the signature is missing.`);
  const values = given
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part.startsWith(prefix))
    .map((part) => part.slice(prefix.length));
  if (values.length === 0 || !values.every((value) => HEX.test(value))) {
    throw new BotError('ALERT_UNREADABLE', `The header ${header} is no signature as this sender makes it.`);
  }
  const stamp = timestampHeader === undefined ? undefined : stampOf(delivery, timestampHeader, maxAgeMs);
  const isRight = secrets.some((secret) => {
    const hmac = createHmac('sha256', secret.reveal());
    if (stamp !== undefined) hmac.update(`${stamp}:`);
    const expected = hmac.update(delivery.body).digest();
    return values.some((value) => timingSafeEqual(Buffer.from(value, 'hex'), expected));
  });
  if (!isRight) throw new BotError('ALERT_FORBIDDEN', 'The signature is wrong.');
}

/** The headers that a sender would sign a body with. */
export function signHmac(
  { body, receivedAt }: Delivery,
  secret: Secret,
  scheme: HmacScheme,
): Readonly<Record<string, string>> {
  const { header, prefix = '', timestampHeader } = scheme;
  const stamp = String(Math.floor(receivedAt.getTime() / 1000));
  const hmac = createHmac('sha256', secret.reveal());
  if (timestampHeader !== undefined) hmac.update(`${stamp}:`);
  const value = `${prefix}${hmac.update(body).digest('hex')}`;
  return {
    [header.toLowerCase()]: value,
    ...(timestampHeader !== undefined && { [timestampHeader.toLowerCase()]: stamp }),
  };
}

function stampOf({ headers, receivedAt }: Delivery, name: string, maxAgeMs: number | undefined): string {
  const stamp = headers[name.toLowerCase()]?.trim() ?? '';
  if (stamp === '') throw new BotError('ALERT_UNAUTHORIZED', `The header ${name} with the signed time is missing.`);
  if (!/^\d{9,11}$/.test(stamp)) throw new BotError('ALERT_UNREADABLE', `The header ${name} is no time in seconds.`);
  const ageMs = Math.abs(receivedAt.getTime() - Number(stamp) * 1000);
  if (maxAgeMs !== undefined && ageMs > maxAgeMs) throw new BotError('ALERT_FORBIDDEN', 'The signed time is too old.');
  return stamp;
}
