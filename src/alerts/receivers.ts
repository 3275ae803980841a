/** The receivers that the config names: whose format, whose secret. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { BotError } from '../domain/errors.ts';
import { harmless } from '../domain/message.ts';
import { nearest } from '../lib/nearest.ts';
import type { Secret } from '../lib/secret.ts';
import type { AlertFormat, Delivery } from './alert-format.ts';

/** A receiver as the config has it; keys of its format are beside these. */
export interface ReceiverConfig {
  /** The format. */
  readonly kind: string;
  readonly token?: Secret | undefined;
  readonly secret?: Secret | undefined;
  readonly password?: Secret | undefined;
  readonly [option: string]: unknown;
}

/** A receiver that is ready. */
export interface Receiver {
  readonly hook: string;
  readonly format: AlertFormat;
  readonly options: Readonly<Record<string, unknown>>;
  /** What senders must show; none: only loopback may send. */
  readonly tokens: readonly Secret[];
  /** What senders sign with. */
  readonly secrets: readonly Secret[];
}

/** The name of a hook that is not named in the path. */
export const DEFAULT_HOOK = 'default';

/** Makes the receivers of a section of the config, which was checked against the same formats. */
export function makeReceivers(
  configs: Readonly<Record<string, ReceiverConfig>>,
  formats: readonly AlertFormat[],
): readonly Receiver[] {
  return Object.entries(configs).flatMap(([hook, { kind, token, secret, password, ...options }]) => {
    const format = formats.find((one) => one.format === kind);
    if (!format) return [];
    const tokens = [token, password].filter((one) => one !== undefined);
    return [{ hook, format, options, tokens, secrets: secret === undefined ? [] : [secret] }];
  });
}

/**
 * The receiver for a path. On loopback the default one of each format is there without being configured.
 *
 * @throws BotError `ALERT_UNKNOWN_HOOK`
 */
export function receiverFor(
  { format: word, hook }: { readonly format: string; readonly hook: string },
  {
    receivers,
    formats,
    isLoopback,
  }: {
    readonly receivers: readonly Receiver[];
    readonly formats: readonly AlertFormat[];
    readonly isLoopback: boolean;
  },
): Receiver {
  const format = formats.find((one) => one.format === word);
  if (!format) throw unknownFormat(word, formats);
  const found = receivers.find((one) => one.format === format && one.hook === hook);
  if (found) return found;
  if (isLoopback && hook === DEFAULT_HOOK) {
    return { hook, format, options: format.options.parse({}), tokens: [], secrets: [] };
  }
  throw new BotError('ALERT_UNKNOWN_HOOK', `The config has no ${word} hook called ${asCode(hook)}.`);
}

/** The refusal of a format that there is none of, with those that there are. */
export function unknownFormat(word: string, formats: readonly AlertFormat[]): BotError {
  const names = [...new Set(formats.map(({ format }) => format))];
  const near = nearest(word, names, 3);
  const hint = near.length > 0 ? `Near: ${near.join(', ')}.` : `There are ${names.join(', ')}.`;
  return new BotError('ALERT_UNKNOWN_HOOK', `No format is called ${asCode(word)}. ${hint}`);
}

/** What stood in an address, short and harmless. */
function asCode(word: string): string {
  return `\`${harmless(word).replaceAll('`', "'").slice(0, 60)}\``;
}

/**
 * Checks that a sender may send: a signature where the receiver has a key for it, else a token as bearer, as the password of basic
 * authentication, or as `?token=`.
 *
 * @throws BotError `ALERT_UNAUTHORIZED`, `ALERT_FORBIDDEN`, `ALERT_UNREADABLE`
 */
export function admit(
  { tokens, secrets, format, options }: Receiver,
  delivery: Delivery,
  { queryToken, isLoopback }: { readonly queryToken?: string | undefined; readonly isLoopback: boolean },
): void {
  if (secrets.length > 0 && format.signed) {
    format.signed.verify(delivery, secrets, options);
    return;
  }
  const wanted = [...tokens, ...secrets];
  if (wanted.length === 0) {
    if (isLoopback) return;
    throw new BotError(
      'ALERT_UNAUTHORIZED',
      'This hook has no secret in the config, and only local programs may send without one.',
    );
  }
  const given = tokenIn(delivery.headers.authorization ?? '') ?? delivery.headers['x-gitlab-token'] ?? queryToken;
  if (given === undefined || given === '') throw new BotError('ALERT_UNAUTHORIZED', 'The hook wants its token.');
  if (!wanted.some((secret) => isEqual(secret.reveal(), given)))
    throw new BotError('ALERT_FORBIDDEN', 'The token is wrong.');
}

function tokenIn(authorization: string): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+)\s+(.+)$/.exec(authorization.trim()) ?? [];
  if (/^basic$/i.test(scheme))
    return Buffer.from(value, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '');
  return scheme === '' ? undefined : value;
}

function isEqual(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
