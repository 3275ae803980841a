/** Fields that configs of all kinds share, as zod schemas. */
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { parseDuration, unitlessWords } from '../domain/duration.ts';
import { nearest } from '../lib/nearest.ts';
import { Secret } from '../lib/secret.ts';

/** Names of sources, chats, hooks: they stand in URLs, metrics and questions. */
export const entryName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'is no name: up to 64 letters, digits, `-`, `_` and `.`, with a letter or digit first',
});

/** An http or https address; comes out with a final slash, so that `new URL('path', base)` keeps its whole path. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http or https address, such as https://graphite.example.net' })
  .transform((url) => (url.endsWith('/') ? url : `${url}/`));

/** Text for a duration; a number is answered with how it is written. */
export const durationText = z.string({ error: ({ input }) => unitlessWords(input) });

/** A duration such as `5s`, `10m`, `1h30m`; comes out in ms. */
export const durationMs = durationText.transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === undefined) {
    context.addIssue({ code: 'custom', message: `"${text}" is not a duration; write it like 5s, 10m or 1h30m` });
    return z.NEVER;
  }
  return ms;
});

/** Whether a text has no line break or other control character: no header can carry those, and they are typed into no form. */
export const isOneLine = (text: string): boolean => !/\p{Cc}/u.test(text);

/** A text without the line breaks at its end, which `echo` and block scalars leave behind a secret. */
export const withoutFinalBreaks = (text: string): string => text.replace(/(?<![\r\n])[\r\n]+$/, '');

/** A secret, in one line. The loader also accepts `<key>_file` with the path of a file that holds it alone. */
export const secret = z
  .string()
  .overwrite(withoutFinalBreaks)
  .min(1)
  .refine(isOneLine, { error: 'holds a line break or another control character, which cannot be sent' })
  .meta({ secret: 'line' })
  .transform((value) => new Secret(value));

/** One shorter than this can be guessed. */
const TOKEN_MIN_CHARS = 16;

/** Whether a secret that others show is too short to be safe where anybody may try. */
export const isGuessable = (token: string): boolean => token.length < TOKEN_MIN_CHARS;
/** What is said of one. */
export const GUESSABLE = `is shorter than ${TOKEN_MIN_CHARS} characters and could be guessed; make one with: openssl rand -hex 24`;

/** The IANA name of a time zone: `Europe/Berlin`. */
export const timeZone = z.string().superRefine((name, context) => {
  if (IANAZone.isValidZone(name)) return;
  const near = nearest(name, Intl.supportedValuesOf('timeZone'), 1)[0];
  const hint = near === undefined ? 'write it like Europe/Berlin' : `did you mean ${near}?`;
  context.addIssue({ code: 'custom', message: `is no time zone; ${hint}` });
});

/** An address in which no login may stand: that has keys of its own, which are kept secret. */
export const plainUrl = httpUrl.refine((url) => !/^https?:\/\/[^/]*@/i.test(url), {
  error: 'must not hold a login; use `username` and `password`',
});

/** The authority of a server's own certificate. It is no secret, but like one it is best kept in a file: `ca_file`. */
export const certificateAuthority = z
  .string()
  .regex(/-----BEGIN CERTIFICATE-----/, { error: 'is no certificate in PEM form (-----BEGIN CERTIFICATE-----)' })
  .meta({ secret: 'text' })
  .transform((value) => new Secret(value));

/** Who we are to an HTTP API: basic authentication, a bearer token, headers of a proxy. */
export const credentialFields = {
  username: z.string().min(1).optional().describe('for basic authentication, with `password`'),
  password: secret.optional().describe('for basic authentication'),
  token: secret.optional().describe('sent as `Authorization: Bearer`'),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/, 'is not the name of a header'), secret)
    .optional()
    .describe('sent with every request, e.g. `X-Scope-OrgID`; values are secrets'),
};

/** A value as other systems write expressions (`=~crit.*`, `/crit|page/`, `(crit|page)`); we would look for those very characters. */
const EXPRESSION = /^(?:=~|!~|!=|\^)|^\/.*[\\^$|()[\]+?*].*\/$|^\(.*\|.*\)$/;

const labelValue = z.string().refine((text) => !EXPRESSION.test(text), {
  error:
    'is written as an expression, but values are taken word for word; `*` stands for any characters, a list such as [a, b] for one of several',
});

/** Labels by name, each with its value or a list of values; `*` in a value stands for any characters. */
export const labelMatch = z.record(
  z.string(),
  z.union([labelValue, z.array(labelValue).min(1).max(100)]).transform((value) => [value].flat()),
);
