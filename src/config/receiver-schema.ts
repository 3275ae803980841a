/** Receivers of alerts and of changes: the parts of the config's schema that are about them. */
import { z } from 'zod';
import type { AlertFormat } from '../alerts/alert-format.ts';
import { alertFormats } from '../alerts/index.ts';
import type { ReceiverConfig } from '../alerts/receivers.ts';
import { changeFormats } from '../changes/index.ts';
import { secret } from './fields.ts';
import { kindUnion } from './kind-union.ts';

/** Keys that every receiver has, beside those of its format. */
const commonFields = {
  token: secret
    .optional()
    .describe(
      'Bearer token, or password of basic authentication, that senders must give; off loopback at least 16 characters',
    ),
  secret: secret
    .optional()
    .describe('Key that senders sign with; one that they give without signing, where their system makes it'),
  password: secret
    .optional()
    .describe('Password of basic authentication that senders must give; off loopback at least 16 characters'),
};

/** An entry under `hooks`. */
export const AlertReceiver = receiverOf(alertFormats);

/** An entry under `changes`. */
export const ChangeReceiver = receiverOf(changeFormats);

function receiverOf(formats: readonly AlertFormat[]): z.ZodType<ReceiverConfig> {
  const schemas = formats.map(({ format, options }) => {
    const kind = z.literal(format).describe('Format of what is sent');
    return z.strictObject({ kind, ...commonFields, ...options.shape });
  });
  return kindUnion(schemas) as z.ZodType<ReceiverConfig>;
}
