/** Kept answers under their own addresses: `/answers/<id>.png` and `.csv`, `/api/answers/<id>`; their pages are the console's. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AnswerKeeper } from '../answers/answer-keeper.ts';
import type { KeptAnswer } from '../answers/kept-answer.ts';
import type { Answer } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import { type ChartRenderer, wantsPicture } from '../render/answer-parts.ts';
import { answerCsv } from '../render/csv.ts';
import { keptAnswer } from './answer-result.ts';
import { askResult } from './ask-result.ts';
import { signalOf } from './request-signal.ts';
import { layoutSize, resized, SizeQuery } from './resize.ts';

/** What the routes work with. */
export interface AnswerRoutesDeps {
  readonly answers: AnswerKeeper;
  readonly renderer: ChartRenderer;
}

const AnswerId = z.object({ id: z.string().max(100).describe('id of an answer') });
const PictureQuery = SizeQuery.extend({ theme: z.enum(['light', 'dark']).optional() });
/** An answer never changes; who may see it is asked anew by every caller's own cache. */
const FOR_EVER = 'private, max-age=86400, immutable';

/** Registers the routes. */
export function answerRoutes(app: FastifyInstance, { answers, renderer }: AnswerRoutesDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const find = ({ id }: { readonly id: string }) => keptAnswer(id, answers);
  routes.get('/api/answers/:id', { schema: { params: AnswerId } }, async ({ params }) => {
    const kept = await find(params);
    return {
      ...askResult(kept, kept.id),
      q: kept.q,
      askedAt: new Date(kept.askedMs).toISOString(),
      askedBy: kept.askedBy,
    };
  });
  routes.get(
    '/answers/:id([^.]+).png',
    { schema: { params: AnswerId, querystring: PictureQuery } },
    async ({ params, query }, response) => {
      const kept = await find(params);
      const answer = withData(kept);
      if (!wantsPicture(answer)) throw new BotError('HTTP_NOT_FOUND', 'That answer has no picture.');
      const { theme: wanted, ...size } = query;
      const theme = wanted ?? answer.question.looks.theme ?? 'light';
      const options = { theme, ...(kept.slots && { slots: kept.slots }), ...layoutSize(size) };
      const picture = await renderer.render(answer, options, signalOf(response));
      return sendFile(response, 'image/png', await resized(picture, size));
    },
  );
  routes.get('/answers/:id([^.]+).csv', { schema: { params: AnswerId } }, async ({ params }, response) => {
    const kept = await find(params);
    const csv = answerCsv(withData(kept));
    void response.header('content-disposition', `attachment; filename="answer-${kept.id}.csv"`);
    return sendFile(response, 'text/csv; charset=utf-8', Buffer.from(csv));
  });
}

function withData({ answer }: KeptAnswer): Answer {
  if (!answer || answer.empty) throw new BotError('HTTP_NOT_FOUND', 'That answer has no data.');
  return answer;
}

function sendFile(response: FastifyReply, type: string, bytes: Buffer): FastifyReply {
  return response.type(type).headers({ 'cache-control': FOR_EVER, 'x-content-type-options': 'nosniff' }).send(bytes);
}
