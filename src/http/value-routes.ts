/** What the parameters of a saved query may be: `GET /api/values`. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { BotError } from '../domain/errors.ts';
import { type AskDeps, understandDeps } from '../questions/ask.ts';
import { listValues } from '../questions/known-values.ts';
import { findNear } from '../questions/nearest.ts';
import { code } from '../questions/say.ts';
import { signalOf } from './request-signal.ts';

const ValuesQuery = z.strictObject({
  query: z.string().min(1).max(200).describe('name or alias of a saved query'),
  parameter: z.string().max(100).optional().describe('only this parameter'),
  filter: z.string().max(200).optional().describe('only values that hold this, in any case'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100).describe('how many values of each parameter'),
});

/** Registers the route. */
export function valueRoutes(app: FastifyInstance, deps: AskDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.get('/api/values', { schema: { querystring: ValuesQuery } }, async (request, response) => {
    const { query, parameter, filter, limit } = request.query;
    const { catalog, valuesOf } = understandDeps(deps);
    const variants = catalog.named(query);
    if (variants.length === 0) throw noSuchQuery(query, catalog.names);
    const all = variants.flatMap((variant) => variant.parameters.map((one) => ({ variant, one })));
    if (parameter !== undefined && !all.some(({ one }) => one.name === parameter))
      throw noSuchParameter(query, parameter, [...new Set(all.map(({ one }) => one.name))]);
    const known = await listValues(variants, valuesOf, signalOf(response));
    const parameters = all
      .filter(({ one }) => parameter === undefined || one.name === parameter)
      .map(({ variant, one }) => {
        const list = known(variant, one);
        const values = list.kind === 'list' ? list.values : [];
        const found = values.filter((value) => value.toLowerCase().includes(filter?.toLowerCase() ?? ''));
        return {
          name: one.name,
          source: variant.sourceName,
          known: list.kind === 'list',
          total: found.length,
          values: found.slice(0, limit),
        };
      });
    return { parameters };
  });
}

function noSuchQuery(query: string, names: readonly string[]): BotError {
  const suggestions = findNear(query, names)?.names.slice(0, 3) ?? [];
  return new BotError('ASK_UNKNOWN_QUERY', `No query is called ${code(query)}. \`/api/queries\` lists all.`, {
    suggestions,
  });
}

function noSuchParameter(query: string, parameter: string, names: readonly string[]): BotError {
  const taken = names.length > 0 ? `Its parameters are ${names.map(code).join(', ')}.` : 'It has none.';
  return new BotError('HTTP_BAD_REQUEST', `${code(query)} has no parameter ${code(parameter)}. ${taken}`);
}
