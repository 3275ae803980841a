/** Questions over HTTP: `POST /api/ask`, at once or with its progress as events, and `POST /api/explain`. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { MESSAGE_MAX_CHARS } from '../chat/chat.ts';
import type { Explanation } from '../domain/question.ts';
import { type AskContext, type AskDeps, explainText } from '../questions/ask.ts';
import { explanationMessage } from '../questions/explain.ts';
import type { PresentDeps } from '../render/answer-parts.ts';
import { plainMessage } from '../render/markup.ts';
import { type AnsweringDeps, type Asking, answerFor } from './answer-result.ts';
import { askDepsFor } from './ask-deps-for.ts';
import type { AskResult } from './ask-result.ts';
import { callerOf } from './callers.ts';
import { type SendEvent, streamEvents, wantsEvents } from './event-stream.ts';
import { type Problem, problemFor } from './problem.ts';
import { signalOf } from './request-signal.ts';

/** What the routes work with. */
export interface AskRoutesDeps extends AnsweringDeps {
  readonly present: PresentDeps;
}

/** The question, as in chat. */
export const Q = z.string().max(MESSAGE_MAX_CHARS).describe('the question, as in chat');
/** The zone of one call. */
export const Zone = z.string().max(100).optional().describe('IANA time zone for words and wall-clock times');
/** The same, refused before anything is done where it is none. */
export const KnownZone = Zone.refine((zone) => zone === undefined || IANAZone.isValidZone(zone), {
  error: 'should be a time zone such as Europe/Berlin',
});
const Follows = z
  .string()
  .max(100)
  .optional()
  .describe('id of the answer that a follow-up (`6h`, `also web02`) refers to');
const ExplainBody = z.strictObject({ q: Q, zone: Zone });
const Write = z.boolean().default(true).describe('false: what would write something (`annotate`) is refused');
const AskBody = ExplainBody.extend({ follows: Follows, write: Write });

/** Registers the routes. */
export function askRoutes(app: FastifyInstance, deps: AskRoutesDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  routes.post('/api/ask', { schema: { body: AskBody } }, async (request, response) => {
    const { zone, write: mayWrite, ...asking } = request.body;
    const context = { ...callerContext(request, zone), mayWrite };
    const signal = signalOf(response);
    const allowed = { ...deps, ask: askDepsFor(request, deps.ask) };
    const answer = (more: Partial<AskContext> = {}) => answerTo(asking, { ...context, ...more }, allowed, signal);
    if (!wantsEvents(request)) return answer();
    const problem = (thrown: unknown) => problemFor(thrown, request, deps.present.log, signal);
    return streamEvents(response, deps.ask.clock, (send) => tellProgress(answer, problem, deps.ask, send));
  });
  routes.post('/api/explain', { schema: { body: ExplainBody } }, (request, response) =>
    explainText(request.body.q, callerContext(request, request.body.zone), deps.ask, signalOf(response)),
  );
}

async function answerTo(
  asking: Asking,
  context: AskContext,
  deps: AskRoutesDeps,
  signal: AbortSignal,
): Promise<AskResult> {
  return (await answerFor(asking, context, deps, signal)).result;
}

/** Events of one question: how it was understood, whom it asks, the answer or the problem. */
async function tellProgress(
  answer: (more: Partial<AskContext>) => Promise<AskResult>,
  problem: (thrown: unknown) => Problem,
  deps: AskDeps,
  send: SendEvent,
): Promise<void> {
  const onUnderstood = (explanation: Explanation) => {
    const text = plainMessage(explanationMessage(explanation));
    send('progress', { stage: 'understood', explanation, text });
    const { source } = explanation;
    if (source !== undefined) send('progress', { stage: 'fetching', text: `Asking ${titleOf(source, deps)}` });
  };
  try {
    const result = await answer({ onUnderstood });
    if (result.image !== null) send('progress', { stage: 'drawing', text: result.alt });
    send('answer', result);
  } catch (thrown) {
    send('problem', problem(thrown));
  }
}

function titleOf(name: string, { sources }: AskDeps): string {
  const found = sources.all.find((source) => source.name === name);
  return found ? `${found.title} (${name})` : name;
}

/** Who asks, as far as that is known; over HTTP nothing is kept between calls. */
export function callerContext(request: FastifyRequest, zone: string | undefined): AskContext {
  const { kind, name } = callerOf(request);
  const asker = { platform: 'http', userId: `${kind}/${name}`, userName: name };
  return { asker, conversations: [], isAddressed: true, ...(zone !== undefined && { zone }) };
}
