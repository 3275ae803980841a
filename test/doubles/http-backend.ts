/** A real HTTP server on a free port that answers as told, and can misbehave in every way a back end does. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

/** One answer. Left out: 200, JSON, at once, whole. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: string | Uint8Array;
  /** Waits before it answers. */
  readonly delayMs?: number;
  /** Sends the headers and half of the body, then does this. */
  readonly midway?: 'reset' | 'hang';
  /** Never answers at all. */
  readonly isSilent?: boolean;
  readonly isGzip?: boolean;
  /** The body never ends: behind it comes this again and again, as fast as it is read or so often. */
  readonly endless?: { readonly chunk: string | Uint8Array; readonly everyMs?: number };
}

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  readonly pathname: string;
  readonly searchParams: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Query and form together, as Graphite reads them. */
  readonly form: URLSearchParams;
}

/** What answers: always the same, or a function of the request. */
export type Answering = Reply | ((request: Received) => Reply | Promise<Reply>);

/** A running backend. */
export interface HttpBackend {
  /** Without a final slash. */
  readonly url: string;
  readonly requests: readonly Received[];
  /** Requests that are being answered right now, and the most there ever were. */
  readonly open: { readonly now: number; readonly most: number };
  /** Bytes of bodies without an end that were taken from it. */
  readonly endless: { readonly sentBytes: number };
  close(): Promise<void>;
}

/** Starts a backend; it closes when the test ends. */
export async function startHttpBackend(answering: Answering): Promise<HttpBackend> {
  const backend = await openHttpBackend(answering);
  onTestFinished(() => backend.close());
  return backend;
}

/** Without a test of its own; whoever calls it closes it. */
export async function openHttpBackend(answering: Answering): Promise<HttpBackend> {
  const requests: Received[] = [];
  const open = { now: 0, most: 0 };
  const endless = { sentBytes: 0 };
  const server = createServer(async (request, response) => {
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.once('close', () => {
      open.now -= 1;
    });
    try {
      const received = await receive(request);
      requests.push(received);
      await answer(response, typeof answering === 'function' ? await answering(received) : answering, endless);
    } catch (thrown) {
      response.destroy(thrown as Error);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    open,
    endless,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString('utf8');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://backend');
  const form = new URLSearchParams(searchParams);
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(body)) form.append(name, value);
  }
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method: request.method ?? 'GET', pathname, searchParams, headers, body, form };
}

async function answer(response: ServerResponse, reply: Reply, endless: { sentBytes: number }): Promise<void> {
  const { status = 200, headers = {}, contentType = 'application/json', delayMs = 0, isGzip = false } = reply;
  if (reply.isSilent) return;
  if (delayMs > 0) await sleep(delayMs);
  const plain = Buffer.from(reply.body ?? '');
  const body = isGzip ? gzipSync(plain) : plain;
  const encoding: Record<string, string> = isGzip ? { 'content-encoding': 'gzip' } : {};
  if (reply.endless) {
    response.writeHead(status, { 'content-type': contentType, ...encoding, ...headers });
    response.write(body);
    await sendEndlessly(response, reply.endless, endless);
    return;
  }
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length, ...encoding, ...headers });
  if (reply.midway === undefined) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.ceil(body.length / 2)));
  if (reply.midway === 'hang') return;
  await sleep(20);
  response.socket?.resetAndDestroy();
}

/** Until the other side goes away; never more than it takes. */
async function sendEndlessly(
  response: ServerResponse,
  { chunk, everyMs }: NonNullable<Reply['endless']>,
  count: { sentBytes: number },
): Promise<void> {
  const gone = new Promise<void>((resolve) => response.once('close', resolve));
  while (!response.destroyed) {
    const hasRoom = response.write(chunk);
    count.sentBytes += chunk.length;
    if (everyMs !== undefined) await Promise.race([sleep(everyMs), gone]);
    else if (!hasRoom) await Promise.race([new Promise((resolve) => response.once('drain', resolve)), gone]);
  }
}
