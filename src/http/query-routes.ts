/** What can be asked: `GET /api/queries`, and completion while a question is typed: `GET /api/complete`. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MESSAGE_MAX_CHARS } from '../chat/chat.ts';
import { type AskDeps, understandDeps } from '../questions/ask.ts';
import { complete } from '../questions/complete.ts';
import { keepLists } from '../questions/known-lists.ts';
import { KnownZone } from './ask-routes.ts';
import { queriesJson } from './query-json.ts';
import { signalOf } from './request-signal.ts';

/** Who types does not wait: a list that is later than this comes with the next key stroke. */
const COMPLETE_PATIENCE_MS = 250;
/** The catalogue is looked at, not typed in. */
const CATALOGUE_PATIENCE_MS = 1_500;

const CompleteQuery = z.strictObject({
  q: z.string().max(MESSAGE_MAX_CHARS).describe('the question as far as it is typed'),
  at: z.coerce
    .number()
    .int()
    .min(0)
    .max(MESSAGE_MAX_CHARS)
    .optional()
    .describe('offset of the cursor in UTF-16 units; left out: the end'),
  zone: KnownZone,
});

/** Registers the routes. */
export function queryRoutes(app: FastifyInstance, deps: AskDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const valuesWithin = keepLists((...list) => understandDeps(deps).valuesOf(...list), deps.clock);
  const quickValues = valuesWithin(COMPLETE_PATIENCE_MS);
  const catalogueValues = valuesWithin(CATALOGUE_PATIENCE_MS);
  routes.get('/api/queries', async (_request, response) => {
    const queries = await queriesJson({ catalog: deps.catalog(), valuesOf: catalogueValues }, signalOf(response));
    return { queries };
  });
  routes.get('/api/complete', { schema: { querystring: CompleteQuery } }, (request, response) => {
    const { q, at = q.length, zone = deps.zone } = request.query;
    const { clock, record } = deps;
    const understanding = { ...understandDeps(deps), valuesOf: quickValues };
    const now = { nowMs: clock.now(), zone, hasRecord: record !== undefined };
    return complete(q, Math.min(at, q.length), { ...understanding, ...now }, signalOf(response));
  });
}
