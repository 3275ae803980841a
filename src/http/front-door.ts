/** The listener: hands every request to the app in force, which may be exchanged while it listens. */
import { type FastifyInstance, fastify } from 'fastify';
import type { Clock } from '../lib/clock.ts';
import { refuseAddress, refuseConnection } from './problem.ts';

/** An HTTP app that answers requests; it does not listen itself. */
export type HttpApp = Pick<FastifyInstance, 'routing'>;

/** The listener and the way to stop it. */
export interface FrontDoor {
  /** Listens; without routes of its own. */
  readonly server: FastifyInstance;
  /** Takes no more connections, finishes the requests that are there, and cuts what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Longest that a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Makes the listener.
 *
 * @param enter - gives the app for one request, and takes note that the request is over when what it also gives is called
 */
export function createFrontDoor(
  enter: () => { readonly app: HttpApp; readonly leave: () => void },
  clock: Pick<Clock, 'sleep'>,
): FrontDoor {
  const server = fastify({
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // what is being answered at a stop is answered to the end; close() bounds how long that may take
    forceCloseConnections: 'idle',
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseConnection,
  });
  let isClosing = false;
  server.addHook('onRequest', (request, reply) => {
    reply.hijack();
    const { app, leave } = enter();
    reply.raw.once('close', () => {
      leave();
      // a connection that is kept alive would hold up the stop
      if (isClosing) setImmediate(() => server.server.closeIdleConnections());
    });
    app.routing(request.raw, reply.raw);
  });
  return {
    server,
    async close(graceMs) {
      isClosing = true;
      const closed = new AbortController();
      const cut = clock.sleep(graceMs, closed.signal).then(
        () => server.server.closeAllConnections(),
        () => undefined,
      );
      await server.close();
      closed.abort();
      await cut;
    },
  };
}
