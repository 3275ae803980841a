/** Questions over HTTP: `POST /api/ask`, `GET /api/queries`, `GET /render`. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { MESSAGE_MAX_CHARS } from '../chat/chat.ts';
import type { Answer } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import { type Message, plainText } from '../domain/message.ts';
import type { Explanation } from '../domain/question.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { type AskContext, type AskDeps, ask, explainText, type Reply } from '../questions/ask.ts';
import { type PresentDeps, wantsPicture, wordsOf } from '../render/answer-parts.ts';
import { plainMessage } from '../render/markup.ts';
import { linksOf } from '../render/words/links.ts';
import { emptyText, questionWith } from '../render/words.ts';
import { frameJson } from './frame-json.ts';
import { signalOf } from './request-signal.ts';

/** What the routes work with. */
export interface AskRoutesDeps {
  readonly ask: AskDeps;
  readonly present: PresentDeps;
}

const Q = z.string().min(1).max(MESSAGE_MAX_CHARS).describe('the question, as in chat');
const Zone = z.string().max(100).optional().describe('IANA time zone for words and wall-clock times');
const AskBody = z.strictObject({ q: Q, zone: Zone });
const RenderQuery = z.object({ q: Q, zone: Zone, theme: z.enum(['light', 'dark']).optional() });

/** One answer over HTTP; also what `glimpse ask --json` prints. */
export interface AskResult {
  readonly explanation: Explanation;
  /** The message as plain text. */
  readonly text: string;
  /** One line that says the same without the picture. */
  readonly alt: string;
  readonly frames: readonly unknown[];
  readonly links: Answer['links'];
  readonly notes: readonly string[];
  /** Where the PNG is: a path of this server with a frozen window; null when there is no picture. */
  readonly image: string | null;
}

/** Registers the routes. */
export function askRoutes(app: FastifyInstance, deps: AskRoutesDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.post('/api/ask', { schema: { body: AskBody } }, async (request, response) => {
    const { q, zone } = request.body;
    const reply = await ask(q, { ...callerContext(zone), mayWrite: true }, deps.ask, signalOf(response));
    return askResult(reply);
  });
  routes.post('/api/explain', { schema: { body: AskBody } }, (request, response) =>
    explainText(request.body.q, callerContext(request.body.zone), deps.ask, signalOf(response)),
  );
  routes.get('/api/queries', async () => ({ queries: deps.ask.catalog().queries.map(queryJson) }));
  routes.get('/render', { schema: { querystring: RenderQuery } }, async (request, response) => {
    const { q, zone, theme } = request.query;
    const signal = signalOf(response);
    const reply = await ask(q, callerContext(zone), deps.ask, signal);
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

/** Makes the result of a reply; draws nothing, the picture is made when it is fetched. */
export function askResult(reply: Reply): AskResult {
  if (reply.kind === 'none') throw new BotError('ASK_EMPTY', 'That is no question.', { suggestions: ['help'] });
  const { explanation } = reply;
  if (reply.kind === 'message') {
    const text = plainMessage(reply.message);
    return { explanation, text, alt: firstLine(reply.message), frames: [], links: [], notes: [], image: null };
  }
  const { answer } = reply;
  const { message, alt } = wordsOf(answer);
  return {
    explanation,
    text: plainMessage(message),
    alt,
    frames: [...answer.frames, ...(answer.under ?? [])].map(frameJson),
    links: linksOf(answer),
    notes: answer.notes,
    image: wantsPicture(answer) ? imagePath(answer) : null,
  };
}

/** The same picture again, whenever it is asked for: the question with its window frozen. */
function imagePath({ question }: Answer): string {
  const { fromMs, toMs, zone } = question.range;
  const frozen = questionWith(question, `${isoOf(fromMs)} to ${isoOf(toMs)}`);
  return `/render?${new URLSearchParams({ q: frozen, zone })}`;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function firstLine({ blocks }: Message): string {
  const text = blocks.find((block) => block.kind === 'text');
  return plainText(text?.lines[0] ?? []);
}

/** Over HTTP nobody is known yet and nothing is kept between calls. */
export function callerContext(zone: string | undefined): AskContext {
  const asker = { platform: 'http', userId: 'anonymous', userName: 'anonymous' };
  return { asker, conversations: [], isAddressed: true, ...(zone !== undefined && { zone }) };
}

function queryJson(query: SavedQuery) {
  const { id, title, description, aliases, examples, tags, owner, pack, sourceName, kind, env, isDemo } = query;
  const parameters = query.parameters.map(
    ({ name, type, example, description: meaning, isMulti, default: fallback }) => ({
      name,
      type,
      multi: isMulti,
      ...(fallback !== undefined && { default: fallback }),
      ...(example !== undefined && { example }),
      ...(meaning !== undefined && { description: meaning }),
    }),
  );
  return {
    id,
    title,
    ...(description !== undefined && { description }),
    aliases,
    examples,
    tags,
    ...(owner !== undefined && { owner }),
    pack,
    source: sourceName,
    kind,
    ...(env !== undefined && { env }),
    demo: isDemo,
    unit: query.unit.id,
    range: query.rangeText,
    parameters,
  };
}
