/** Pictures by their question: `GET /render?q=…`. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { BotError } from '../domain/errors.ts';
import { ask } from '../questions/ask.ts';
import { wordsOf } from '../render/answer-parts.ts';
import { emptyText } from '../render/words.ts';
import { type AskRoutesDeps, callerContext, Q, Zone } from './ask-routes.ts';
import { signalOf } from './request-signal.ts';

const RenderQuery = z.object({ q: Q, zone: Zone, theme: z.enum(['light', 'dark']).optional() });

/** Registers the route. */
export function renderRoutes(app: FastifyInstance, deps: AskRoutesDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.get('/render', { schema: { querystring: RenderQuery } }, async (request, response) => {
    const { q, zone, theme } = request.query;
    const signal = signalOf(response);
    const reply = await ask(q, callerContext(request, zone), deps.ask, signal);
    if (reply.kind !== 'answer') throw new BotError('HTTP_BAD_REQUEST', 'That is no question with a picture.');
    const { answer } = reply;
    if (answer.empty) throw new BotError('SOURCE_NO_DATA', emptyText(answer));
    if (answer.question.output === 'csv') {
      const bytes = wordsOf(answer).file?.bytes ?? new Uint8Array();
      return response.type('text/csv; charset=utf-8').header('cache-control', 'no-store').send(Buffer.from(bytes));
    }
    const picture = await deps.present.renderer.render(
      answer,
      { theme: theme ?? answer.question.looks.theme ?? 'light' },
      signal,
    );
    return response.type('image/png').header('cache-control', 'no-store').send(Buffer.from(picture.png));
  });
}
