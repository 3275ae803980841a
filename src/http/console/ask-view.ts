/** The first sight of `/?q=…`: with its answer where that is quick, else to be asked for again. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IANAZone } from 'luxon';
import { MESSAGE_MAX_CHARS } from '../../chat/chat.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { View } from '../../web/contract.ts';
import { type AnsweringDeps, type Asking, answerFor } from '../answer-result.ts';
import { askDepsFor } from '../ask-deps-for.ts';
import { callerContext } from '../ask-routes.ts';
import { problemFor, wantsHtml } from '../problem.ts';
import { signalOf } from '../request-signal.ts';

/** What asking works with. */
export interface AskPageDeps extends AnsweringDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/** A page that is blank for longer looks broken; the browser then asks again and shows how far it is. */
const PATIENCE_MS = 800;

/** An id is shorter. */
const ID_MAX_CHARS = 100;

/** What to show, with which status; `retryAt` where the answer was not waited for. */
export interface AskSight {
  readonly view: View;
  readonly status: number;
  readonly retryAt?: string;
}

/** Answers the question of an address; a link never makes the bot write. */
export async function askView(request: FastifyRequest, reply: FastifyReply, deps: AskPageDeps): Promise<AskSight> {
  const query = request.query as Readonly<Record<string, unknown>>;
  const q = typeof query.q === 'string' ? query.q.slice(0, MESSAGE_MAX_CHARS).trim() : '';
  if (q === '') return { view: { page: 'ask', q }, status: 200 };
  // who takes no HTML runs no script either
  const mayWait = query.wait !== undefined || !wantsHtml(request);
  const gone = signalOf(reply);
  const follows = typeof query.follows === 'string' ? query.follows.slice(0, ID_MAX_CHARS) : undefined;
  const asking = { q, ...(follows !== undefined && { follows }) };
  if (mayWait) return answered(asking, request, deps, gone);
  const enough = new AbortController();
  const working = answered(asking, request, deps, AbortSignal.any([gone, enough.signal]));
  const late = deps.clock.sleep(PATIENCE_MS, enough.signal).then(
    () => undefined,
    () => undefined,
  );
  const sight = await Promise.race([working, late]);
  enough.abort();
  if (sight) return sight;
  return {
    view: { page: 'ask', ...asking },
    status: 200,
    retryAt: `/?${new URLSearchParams({ ...asking, wait: '1' })}`,
  };
}

/** Never rejects. */
async function answered(
  asking: Asking,
  request: FastifyRequest,
  deps: AskPageDeps,
  signal: AbortSignal,
): Promise<AskSight> {
  try {
    const allowed = { ...deps, ask: askDepsFor(request, deps.ask) };
    const { result } = await answerFor(asking, callerContext(request, zoneOf(request)), allowed, signal);
    const { frames: _, ...answer } = result;
    const q = asking.follows === undefined ? asking.q : (answer.question ?? asking.q);
    return { view: { page: 'ask', q, answer }, status: 200 };
  } catch (thrown) {
    const problem = problemFor(thrown, request, deps.log, signal);
    return { view: { page: 'ask', q: asking.q, problem }, status: problem.status };
  }
}

/** The zone of a browser that has been here before. */
export function zoneOf({ headers }: FastifyRequest): string | undefined {
  const told = /(?:^|;\s*)glimpse_zone=([\w%+-]{1,100})(?:;|$)/.exec(headers.cookie ?? '')?.[1]?.replaceAll('%2F', '/');
  return told !== undefined && IANAZone.isValidZone(told) ? told : undefined;
}
