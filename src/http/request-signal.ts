/** When to stop working for a request: its caller went away, or it took too long. */
import type { FastifyReply } from 'fastify';
import { withDeadline } from '../lib/clock.ts';

/** The whole of an answer, its picture included. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * A signal for the work behind a reply. Fastify's own `request.signal` also aborts once a body has been read whole, so
 * this one watches the connection's other direction.
 */
export function signalOf({ raw }: FastifyReply, timeoutMs = ANSWER_TIMEOUT_MS): AbortSignal {
  const gone = new AbortController();
  const leave = () => {
    if (!raw.writableFinished) gone.abort();
  };
  if (raw.destroyed) leave();
  else raw.once('close', leave);
  return withDeadline(timeoutMs, gone.signal);
}
