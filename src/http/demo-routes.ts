/** The pages that drill-down links of embedded data lead to, on the bot's own address so that links outlive a restart. */
import type { FastifyInstance } from 'fastify';
import { COMPOSER_CSP } from '../demo/composer-page.ts';
import type { EmbeddedHandler } from '../demo/embedded-handler.ts';

/** Serves each handler read-only under its name: `/demo/composer/?…`, `/demo-metrics/graph?…`. */
export function demoRoutes(app: FastifyInstance, handlers: Readonly<Record<string, EmbeddedHandler>>): void {
  for (const [name, handler] of Object.entries(handlers)) {
    for (const route of [`/${name}`, `/${name}/*`]) {
      app.get(route, async (request, reply) => {
        const { pathname, searchParams } = new URL(request.url, 'http://127.0.0.1');
        const path = pathname.slice(name.length + 1) || '/';
        const { status, contentType, body, headers } = handler.handle({ method: 'GET', path, params: searchParams });
        return reply
          .code(status)
          .type(contentType)
          .headers({
            'content-security-policy': COMPOSER_CSP,
            'x-content-type-options': 'nosniff',
            'referrer-policy': 'no-referrer',
            'cache-control': 'no-store',
            ...headers,
          })
          .send(body);
      });
    }
  }
}
