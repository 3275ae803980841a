/** The description of the whole interface for programs: `GET /openapi.json`. */
import type { FastifyInstance } from 'fastify';
import { type DocumentInfo, openApiDocument, type Registered } from './openapi/document.ts';

/** Takes note of every route that is registered later, and serves the document; it is made when it is first asked for. */
export function openApiRoutes(app: FastifyInstance, info: DocumentInfo): void {
  const routes: Registered[] = [];
  let document: ReturnType<typeof openApiDocument> | undefined;
  app.addHook('onRoute', ({ method, url, schema }) => {
    routes.push({ method, url, ...(schema && { schema }) });
  });
  app.get('/openapi.json', async () => {
    document ??= openApiDocument(routes, info);
    return document;
  });
}
