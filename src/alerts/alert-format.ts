/** The port of alert formats: how what a monitoring system sends is proved and read. */
import type { z } from 'zod';
import type { Told } from '../domain/alert.ts';
import type { Secret } from '../lib/secret.ts';

/** What arrived, before anything is believed of it. */
export interface Delivery {
  /** Name of the hook in the config; `default` where none was given. */
  readonly hook: string;
  /** Names in lower case; of several equal ones joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly receivedAt: Date;
}

/** A delivery whose body was read. */
export interface ReadDelivery extends Delivery {
  /** JSON, or the fields of a form as an object of texts. Numbers beyond 2^53 are texts. */
  readonly content: unknown;
}

/** How a sender proves who it is beyond a token, which every hook may have. */
export interface SignedFormat {
  /**
   * Checks the signature over the raw body. Any of the secrets may have made it, for rotation.
   *
   * @throws BotError `ALERT_UNAUTHORIZED` without a signature, `ALERT_UNREADABLE` for one that cannot be read,
   *   `ALERT_FORBIDDEN` for a wrong or an old one
   */
  verify(delivery: Delivery, secrets: readonly Secret[], options: Readonly<Record<string, unknown>>): void;
  /** The headers that prove a body, for who sends one in the sender's place. */
  sign(
    delivery: Delivery,
    secret: Secret,
    options: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, string>>;
}

/** One format of what senders say: alerts, changes, or both. */
export interface AlertFormat<Options extends z.ZodObject = z.ZodObject> {
  /** Word in the path and in the config: `alertmanager`. */
  readonly format: string;
  /** What people call the sender: `Alertmanager`. */
  readonly title: string;
  /** Keys of its entry under `hooks:` or `changes:`, beside the common ones. */
  readonly options: Options;
  readonly signed?: SignedFormat;
  /**
   * Reads what a delivery says. Missing optional fields, unknown ones and odd types of harmless fields are no faults; a body
   * that is valid and tells nothing gives nothing.
   *
   * @throws BotError `ALERT_UNREADABLE`; the sentence says what is missing or wrong
   */
  decode(delivery: ReadDelivery, options: z.output<Options>): Told;
}

/** Declares a format; only gives types. */
export function defineFormat<Options extends z.ZodObject>(format: AlertFormat<Options>): AlertFormat<Options> {
  return format;
}
