/** Pictures by their question: `GET /render?q=…`. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { BotError } from '../domain/errors.ts';
import { ask } from '../questions/ask.ts';
import { answerCsv } from '../render/csv.ts';
import { emptyText } from '../render/words.ts';
import { askDepsFor } from './ask-deps-for.ts';
import { type AskRoutesDeps, callerContext, Q, Zone } from './ask-routes.ts';
import { signalOf } from './request-signal.ts';
import { layoutSize, resized, SizeQuery } from './resize.ts';

const RenderQuery = SizeQuery.extend({
  q: Q,
  zone: Zone,
  theme: z.enum(['light', 'dark']).optional(),
  format: z.enum(['png', 'csv']).optional().describe('left out: what the question asks for, else a picture'),
});

/** Registers the route. */
export function renderRoutes(app: FastifyInstance, deps: AskRoutesDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.get('/render', { schema: { querystring: RenderQuery } }, async (request, response) => {
    const { q, zone, theme, format, ...size } = request.query;
    const signal = signalOf(response);
    const reply = await ask(q, callerContext(request, zone), askDepsFor(request, deps.ask), signal);
    if (reply.kind !== 'answer') throw new BotError('HTTP_BAD_REQUEST', 'That is no question with a picture.');
    const { answer } = reply;
    if (answer.empty) throw new BotError('SOURCE_NO_DATA', emptyText(answer));
    if (format === 'csv' || (format === undefined && answer.question.output === 'csv')) {
      return response.type('text/csv; charset=utf-8').header('cache-control', 'no-store').send(answerCsv(answer));
    }
    const picture = await deps.present.renderer.render(
      answer,
      { theme: theme ?? answer.question.looks.theme ?? 'light', ...layoutSize(size) },
      signal,
    );
    return response
      .type('image/png')
      .header('cache-control', 'no-store')
      .send(await resized(picture, size));
  });
}
