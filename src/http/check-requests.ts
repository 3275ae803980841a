/** What every request is held against before it is answered: bodies are JSON, and all of it fits the schemas of its route. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { BotError, toBotError } from '../domain/errors.ts';
import { jsonFault } from '../lib/json-fault.ts';
import { checked, type Place, withoutAdded } from './misfits.ts';

/** Of these a parameter that is not known is refused, whether they take any or none. */
const INTERFACE = /^\/api\//;
/** Pictures and values are embedded in pages, whose makers add parameters of their own to an address. */
const EMBEDDED = /^\/(?:render$|answers\/.*\.)/;
/** What the bytes of a body may be packed with; other words beside one say nothing of its bytes. */
const PACKED = /\b(?:gzip|deflate|br|zstd|compress)\b/i;

/** Has the routes that are registered later check what they are sent. */
export function installChecks(app: FastifyInstance): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart, url = '' }) => (data: unknown) => {
    const place = (httpPart ?? 'body') as Place;
    try {
      const given = place === 'querystring' ? withoutBuster(data) : data;
      return { value: checked(schema, EMBEDDED.test(url) ? withoutAdded(schema, given) : given, place) };
    } catch (thrown) {
      return { error: toBotError(thrown) };
    }
  });
  app.addHook('onRoute', (route) => {
    if (INTERFACE.test(route.url)) route.schema = { querystring: z.strictObject({}), ...route.schema };
  });
  readJson(app);
}

/** `_` is what pages and scripts put into an address so that no cache answers it. */
function withoutBuster(query: unknown): unknown {
  const { _, ...rest } = query as Readonly<Record<string, unknown>>;
  return rest;
}

/** Bodies are JSON, and what is none is refused everywhere for the same reason, with its place. */
function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['text/plain', 'application/json']);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (PACKED.test(request.headers['content-encoding'] ?? ''))
      return done(new BotError('HTTP_BAD_MEDIA_TYPE', 'Send the body as it is, without a Content-Encoding.'));
    // nothing is what a route that takes none wants
    if (text === '') return done(null, null);
    return parse(request, text, (error, value) =>
      error ? done(new BotError('HTTP_BAD_REQUEST', whyNone(text))) : done(null, value),
    );
  });
}

function whyNone(text: string): string {
  try {
    JSON.parse(text);
    return 'The body has a key that none may have: `__proto__`, or `constructor` with `prototype`.';
  } catch (thrown) {
    return `The body is no JSON: ${jsonFault(thrown)}.`;
  }
}
