/** The first sight of `/?q=…`: with its answer where that is quick, else to be asked for again. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { IANAZone } from 'luxon';
import { MESSAGE_MAX_CHARS } from '../../chat/chat.ts';
import { toBotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { AskContext } from '../../questions/ask.ts';
import type { View } from '../../web/contract.ts';
import { type AnsweringDeps, answerFor } from '../answer-result.ts';
import { callerContext } from '../ask-routes.ts';
import { problemOf } from '../problem.ts';
import { signalOf } from '../request-signal.ts';

/** What asking works with. */
export interface AskPageDeps extends AnsweringDeps {
  readonly clock: Clock;
}

/** A page that is blank for longer looks broken; the browser then asks again and shows how far it is. */
const PATIENCE_MS = 800;

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
  const mayWait = query.wait !== undefined || !/\btext\/html\b/.test(request.headers.accept ?? '');
  const gone = signalOf(reply);
  const zone = zoneOf(request);
  if (mayWait) return answered(q, callerContext(request, zone), deps, gone);
  const enough = new AbortController();
  const working = answered(q, callerContext(request, zone), deps, AbortSignal.any([gone, enough.signal]));
  const late = deps.clock.sleep(PATIENCE_MS, enough.signal).then(
    () => undefined,
    () => undefined,
  );
  const sight = await Promise.race([working, late]);
  enough.abort();
  if (sight) return sight;
  return { view: { page: 'ask', q }, status: 200, retryAt: `/?${new URLSearchParams({ q, wait: '1' })}` };
}

/** Never rejects. */
async function answered(q: string, context: AskContext, deps: AskPageDeps, signal: AbortSignal): Promise<AskSight> {
  try {
    const { result } = await answerFor({ q }, context, deps, signal);
    const { frames: _, ...answer } = result;
    return { view: { page: 'ask', q, answer }, status: 200 };
  } catch (thrown) {
    const problem = problemOf(toBotError(thrown));
    return { view: { page: 'ask', q, problem }, status: problem.status };
  }
}

/** The zone of a browser that has been here before. */
function zoneOf({ headers }: FastifyRequest): string | undefined {
  const told = /(?:^|;\s*)glimpse_zone=([\w%+-]{1,100})(?:;|$)/.exec(headers.cookie ?? '')?.[1]?.replaceAll('%2F', '/');
  return told !== undefined && IANAZone.isValidZone(told) ? told : undefined;
}
