/** Every request has an id: its caller's `traceparent`, else a new one; it is in all lines of the log and in the answer. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { newTrace, traceOf, traceparentOf, withTrace } from '../lib/trace.ts';

/** Installs the hooks; before all others, so that refusals have ids too. */
export function traceRequests(app: FastifyInstance): void {
  const ids = new WeakMap<FastifyRequest, string>();
  app.addHook('onRequest', (request, reply, done) => {
    const id = traceOf([request.headers.traceparent].flat()[0]) ?? newTrace();
    ids.set(request, id);
    // the name that the draft of W3C Trace Context Level 2 has for it
    void reply.header('traceresponse', traceparentOf(id));
    withTrace(id, done);
  });
  // reading a body leaves the context of the hook above
  app.addHook('preValidation', (request, _reply, done) => withTrace(ids.get(request) ?? newTrace(), done));
}
