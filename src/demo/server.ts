/** The in-process HTTP server of the embedded data: each source answers below its own name. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COMPOSER_CSP } from './composer-page.ts';
import type { EmbeddedHandler, EmbeddedReply } from './embedded-handler.ts';

/** A body longer than this is refused; the longest target is under it many times over. */
const BODY_MAX_BYTES = 1024 * 1024;
/** How long one request may take to arrive. */
const REQUEST_TIMEOUT_MS = 10_000;

/** A running server. */
export interface EmbeddedServer {
  /** `http://127.0.0.1:<port>`, without a final slash; the sources are at `/demo`, `/machine` … */
  readonly url: string;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}

/** Starts the server on a free port of the loopback address; each handler answers below its name: `/demo/…`. */
export async function startEmbeddedServer(
  handlers: Readonly<Record<string, EmbeddedHandler>>,
): Promise<EmbeddedServer> {
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
  handlers: Readonly<Record<string, EmbeddedHandler>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isLoopbackName(request.headers.host))
    return send(response, 403, 'text/plain', 'This server is for this machine only.');
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const [, name = '', path = ''] = /^\/([\w-]+)(?:\/(.*))?$/.exec(url.pathname) ?? [];
  const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
  if (handler === undefined) {
    const places = Object.keys(handlers).map((known) => `/${known}/`);
    return send(response, 404, 'text/plain', `Nothing here; the data are under ${places.join(', ')}.`);
  }
  const params = new URLSearchParams(url.searchParams);
  const body = await readBody(request);
  if (body === undefined) return send(response, 413, 'text/plain', 'The request is too large.');
  const isJson = /\bjson\b/.test(request.headers['content-type'] ?? '');
  if (!isJson) for (const [field, value] of new URLSearchParams(body)) params.append(field, value);
  const method = request.method ?? 'GET';
  const reply = handler.handle({ method, path: `/${path}`, params, body: isJson ? body : '' });
  send(response, reply.status, reply.contentType, method === 'HEAD' ? '' : reply.body, reply.headers);
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

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: EmbeddedReply['headers'] = {},
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-security-policy': COMPOSER_CSP,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}

function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else send(response, 500, 'text/plain', 'Something went wrong.');
}
