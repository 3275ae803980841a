/** `GET /metrics`, and what every request adds to them. */
import type { FastifyInstance } from 'fastify';
import { toBotError } from '../domain/errors.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Methods that are told apart; anything else a client invents is one. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS']);

/**
 * Registers the route and times all requests.
 *
 * @param collect - reads what is a state at this moment into the metrics
 */
export function metricsRoutes(
  app: FastifyInstance,
  { registry, httpSeconds, failures }: Metrics,
  collect: () => Promise<void>,
): void {
  app.addHook('onResponse', async (request, reply) => {
    const { is404, method, routeOptions } = request;
    const labels = {
      method: METHODS.has(method) ? method : 'other',
      route: is404 ? 'none' : (routeOptions.url ?? 'none'),
      status: `${Math.floor(reply.statusCode / 100)}xx`,
    };
    httpSeconds.observe(labels, reply.elapsedTime / 1000);
  });
  app.addHook('onError', async (_request, _reply, error) => {
    const { code } = toBotError(error);
    // the rest is counted where it happens
    if (code.startsWith('HTTP_')) failures.inc({ code, kind: 'http' });
  });
  app.get('/metrics', async (_request, reply) => {
    await collect();
    return reply
      .type(registry.contentType)
      .header('cache-control', 'no-store')
      .send(await registry.metrics());
  });
}
