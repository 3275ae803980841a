/** The HTTP side of a simulated server: reads requests, records them, breaks them where a test asks. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Faults } from './faults.ts';
import { createHooks } from './hooks.ts';
import { parseMultipart } from './multipart.ts';
import { authenticate, type Rest, type RestRequest, type RestResponse } from './rest.ts';
import { isExpired } from './rest-uploads.ts';
import type { World } from './world.ts';

/** One HTTP call as a client made it; tokens are left out. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** JSON parsed; of a form its parts, files as `{filename, type, size}`; else the text. */
  readonly body: unknown;
  readonly userId: string | undefined;
  /** ms by the server's clock. */
  readonly atMs: number;
  /** Of the answer; absent while there is none. */
  status?: number;
}

/** Bounds for what a long test leaves behind. */
const MAX_RECORDS = 50_000;

/** Bodies beyond are cut off with 413; far above what any test sends. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** What the HTTP side works with. */
export interface HttpDeps {
  readonly world: World;
  readonly rest: Rest;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
}

/** Makes the server, not yet listening. */
export function createHttpServer(given: HttpDeps): Server {
  const deps = { ...given, hooks: createHooks(given.world) };
  const server = createServer((request, response) => {
    answer(deps, request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    if (deps.faults.isRefusing) socket.resetAndDestroy();
  });
  return server;
}

interface State extends HttpDeps {
  readonly hooks: (request: RestRequest) => RestResponse;
}

async function answer(deps: State, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const { world, faults, requests } = deps;
  if (faults.isRefusing) return void incoming.socket.resetAndDestroy();
  const url = new URL(incoming.url ?? '/', 'http://localhost');
  const slow = /rooms\.(media|upload)\//.test(url.pathname) && faults.take('slow-upload', url.pathname);
  // Not reading is what slow means: the sender's socket fills up and waits.
  if (slow) await world.clock.sleep(slow.ms);
  const raw = await readBody(incoming);
  const request: RestRequest = {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers as Record<string, string | undefined>,
    address: incoming.socket.remoteAddress ?? '',
    raw,
  };
  const record = recordOf(world, request);
  if (requests.length >= MAX_RECORDS) requests.shift();
  requests.push(record);
  await faults.wait(request.path, world.clock);
  const response = brokenResponse(deps, request) ?? respond(deps, request);
  record.status = response.status;
  outgoing.setHeader('Date', new Date(world.clock.now()).toUTCString()); // clients read the server's clock off it
  send(faults.take('truncate', request.path)?.how, response, outgoing);
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function recordOf(world: World, request: RestRequest): RecordedRequest {
  const { 'x-auth-token': _, cookie: __, authorization: ___, ...headers } = request.headers;
  const { rc_token: ____, ...query } = request.query;
  return {
    method: request.method,
    path: request.path,
    query,
    headers,
    body: readableBody(request),
    userId: authenticate(world, request)?._id,
    atMs: world.clock.now(),
  };
}

function readableBody({ raw, headers }: RestRequest): unknown {
  const type = headers['content-type'] ?? '';
  if (raw.length === 0) return undefined;
  try {
    if (!type.startsWith('multipart/')) return JSON.parse(raw.toString('utf8'));
    return parseMultipart(type, raw).map(({ name, filename, type: partType, data }) =>
      filename === undefined
        ? { name, value: data.toString('utf8') }
        : { name, filename, type: partType, size: data.length },
    );
  } catch {
    return raw.toString('utf8');
  }
}

function brokenResponse({ rest, faults }: HttpDeps, request: RestRequest): RestResponse | undefined {
  const limited = faults.take('rate-limit', request.path);
  if (limited) return rest.refuseByRate(limited.resetMs);
  const failing = faults.take('fail', request.path)?.failing;
  if (failing === undefined) return undefined;
  const type = failing.html ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8';
  const page = '<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';
  const body = failing.html ? String(failing.body ?? page) : (failing.body ?? { success: false });
  return { status: failing.status, headers: { 'Content-Type': type }, body };
}

function respond({ world, rest, hooks }: State, request: RestRequest): RestResponse {
  if (request.path.startsWith('/file-upload/')) return serveFile(world, request);
  if (request.path.startsWith('/hooks/')) return hooks(request);
  if (request.path.startsWith('/api/')) return rest.handle(request);
  return { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<!DOCTYPE html><html></html>' };
}

/** Files go out to those who are logged in, by headers, query or cookies. */
function serveFile(world: World, { path, headers, query }: RestRequest): RestResponse {
  const file = world.uploads.get(path.split('/')[2] ?? '');
  if (file === undefined || isExpired(world, file)) return { status: 404, headers: {}, body: '' };
  const cookies = new Map((headers.cookie ?? '').split(/;\s*/).map((pair) => pair.split('=') as [string, string]));
  const user = authenticate(world, {
    headers: {
      'x-user-id': headers['x-user-id'] ?? query.rc_uid ?? cookies.get('rc_uid'),
      'x-auth-token': headers['x-auth-token'] ?? query.rc_token ?? cookies.get('rc_token'),
    },
  });
  if (user === undefined && world.settings.get('FileUpload_ProtectFiles'))
    return { status: 403, headers: {}, body: '' };
  return { status: 200, headers: { 'Content-Type': file.type }, body: file.data };
}

function send(cut: 'json' | 'reset' | undefined, { status, headers, body }: RestResponse, out: ServerResponse): void {
  const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
  const bytes = Buffer.from(isRaw ? body : JSON.stringify(body));
  const kept = cut === undefined ? bytes : bytes.subarray(0, Math.floor(bytes.length / 2));
  out.writeHead(status, {
    ...(!isRaw && { 'Content-Type': 'application/json; charset=utf-8' }),
    'Cache-Control': 'no-store',
    ...headers,
    'Content-Length': String(cut === 'reset' ? bytes.length : kept.length),
  });
  if (cut === 'reset') out.write(kept, () => out.socket?.resetAndDestroy());
  else out.end(kept);
}
