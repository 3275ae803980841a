/** The Model Context Protocol over streamable HTTP: `POST /mcp`, without sessions, so that any replica answers. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ApiCall } from '../mcp/api-call.ts';

/** Of a caller's headers those that say who it is; the tools call in its name. */
const IDENTITY = ['authorization', 'cookie', 'host', 'origin'] as const;

/** Registers the route; what speaks the protocol is loaded when it is first spoken, which takes 0.1 s. */
export function mcpRoutes(app: FastifyInstance, version: string, userHeader: string | undefined): void {
  app.post('/mcp', async (request, reply) => {
    const [{ makeToolServer }, { StreamableHTTPServerTransport }] = await Promise.all([
      import('../mcp/tools.ts'),
      import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
    ]);
    const server = makeToolServer({ call: callAs(app, request, userHeader), hasRecord: true, version });
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    // each call of the interface has its own deadline, which is answered
    reply.raw.once('close', () => void server.close().catch(() => undefined));
    // its callbacks may be undefined, which exactOptionalPropertyTypes takes exception to
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    reply.hijack();
    await transport.handleRequest(request.raw, reply.raw, request.body);
  });
}

function callAs(app: FastifyInstance, { headers, socket }: FastifyRequest, userHeader: string | undefined): ApiCall {
  const names = [...IDENTITY, ...(userHeader ? [userHeader.toLowerCase()] : [])];
  const identity = Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  return async ({ method, url, body }, signal) => {
    const { statusCode, rawPayload } = await app.inject({
      method,
      url,
      headers: identity,
      signal,
      ...(socket.remoteAddress !== undefined && { remoteAddress: socket.remoteAddress }),
      ...(body !== undefined && { payload: body as object }),
    });
    return { status: statusCode, bytes: new Uint8Array(rawPayload) };
  };
}
