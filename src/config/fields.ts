/** Fields that configs of all kinds share, as zod schemas. */
import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import { Secret } from '../lib/secret.ts';

/** An http or https address; comes out with a final slash, so that `new URL('path', base)` keeps its whole path. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'is not an http or https address, such as https://graphite.example.net' })
  .transform((url) => (url.endsWith('/') ? url : `${url}/`));

/** A duration such as `5s`, `10m`, `1h30m`; comes out in ms. */
export const durationMs = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms === undefined) {
    context.addIssue({ code: 'custom', message: `"${text}" is not a duration; write it like 5s, 10m or 1h30m` });
    return z.NEVER;
  }
  return ms;
});

/** A secret. The loader also accepts `<key>_file` with the path of a file that holds it. */
export const secret = z
  .string()
  .min(1)
  .meta({ secret: true })
  .transform((value) => new Secret(value));
