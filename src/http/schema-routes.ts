/** JSON Schemas for editors: `GET /schema/query.json`, `/schema/config.json`, … */
import type { FastifyInstance } from 'fastify';

/** An editor asks once when it opens a file; a restart with another version changes them. */
const CACHE_CONTROL = 'private, max-age=300';

/** Registers one route for each name; a schema is made when it is first asked for. */
export function schemaRoutes<Name extends string>(
  app: FastifyInstance,
  names: readonly Name[],
  make: (name: Name) => unknown,
): void {
  const made = new Map<string, string>();
  for (const name of names) {
    app.get(`/schema/${name}.json`, async (_request, reply) => {
      const text = made.get(name) ?? JSON.stringify(make(name));
      made.set(name, text);
      return reply.type('application/schema+json; charset=utf-8').header('cache-control', CACHE_CONTROL).send(text);
    });
  }
}
