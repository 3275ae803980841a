/** When to stop working for a request: its caller went away, or it took too long. */
import type { FastifyReply } from 'fastify';
import { withDeadline } from '../lib/clock.ts';

/** The whole of an answer, its picture included. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * A signal for the work behind a reply. Fastify's own `request.signal` also aborts once a body has been read whole, so
 * this one watches the connection's other direction.
 */
export function signalOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return withDeadline(ANSWER_TIMEOUT_MS, gone.signal);
}
