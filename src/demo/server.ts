/** The in-process HTTP server of the embedded data: a Graphite for the demo fleet and one for this machine. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COMPOSER_CSP } from './composer-page.ts';
import type { GraphiteHandler } from './graphite-handler.ts';

/** A form body longer than this is refused; the longest target is under it many times over. */
const BODY_MAX_BYTES = 1024 * 1024;
/** How long one request may take to arrive. */
const REQUEST_TIMEOUT_MS = 10_000;

/** A running server. */
export interface GraphiteServer {
  /** `http://127.0.0.1:<port>`, without a final slash; the sources are at `/demo` and `/machine`. */
  readonly url: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** Starts the server on a free port of the loopback address; `/demo/…` and `/machine/…` are a Graphite each. */
export async function startGraphiteServer(handlers: {
  readonly demo: GraphiteHandler;
  readonly machine: GraphiteHandler;
}): Promise<GraphiteServer> {
  const server = createServer((request, response) => {
    answer(handlers, request, response).catch(() => fail(response));
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  handlers: Readonly<Record<'demo' | 'machine', GraphiteHandler>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLoopbackName(request.headers.host))
    return send(response, 403, 'text/plain', 'This server is for this machine only.');
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const place = /^\/(demo|machine)(?:\/(.*))?$/.exec(url.pathname);
  if (place === null)
    return send(response, 404, 'text/plain', 'Nothing here; the data are under /demo/ and /machine/.');
  const params = new URLSearchParams(url.searchParams);
  if (request.method === 'POST') {
    const body = await readBody(request);
    if (body === undefined) return send(response, 413, 'text/plain', 'The request is too large.');
    for (const [name, value] of new URLSearchParams(body)) params.append(name, value);
  }
  const handler = handlers[place[1] as 'demo' | 'machine'];
  const reply = handler.handle({ method: request.method ?? 'GET', path: `/${place[2] ?? ''}`, params });
  send(response, reply.status, reply.contentType, request.method === 'HEAD' ? '' : reply.body);
}

/** No page of another site may read it by giving its own name this address (DNS rebinding). */
function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i.test(host);
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > BODY_MAX_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-security-policy': COMPOSER_CSP,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(body);
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else send(response, 500, 'text/plain', 'Something went wrong.');
}
