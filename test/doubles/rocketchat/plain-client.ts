/** A client of Rocket.Chat's two APIs as plain as can be: to try the simulator with something that is not the bot. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** One frame of the realtime API. */
type Frame = Record<string, unknown>;

/** A socket on the realtime API. */
export interface RealtimeClient {
  /** All that came, in order. */
  readonly received: readonly Frame[];
  send(frame: Frame | string): void;
  /** The first frame that fits, be it here already or yet to come. */
  next(fits: (frame: Frame) => boolean): Promise<Frame>;
  /** Calls a method; its `result` frame. */
  call(method: string, ...params: unknown[]): Promise<Frame>;
  login(token: string): Promise<Frame>;
  /** Subscribes; the `ready` or `nosub` frame. */
  subscribe(id: string, name: string, ...params: unknown[]): Promise<Frame>;
  /** Events of a stream that came so far: their `args`. */
  events(collection: string): readonly (readonly unknown[])[];
  /** Waits until the server has done all that was sent before. */
  settle(): Promise<void>;
  /** How the socket ended. */
  readonly closed: Promise<{ readonly code: number }>;
  close(): void;
}

/** How long a frame may take to come. */
const DEADLINE_MS = 10_000;

/** Opens a socket; says `connect` unless told not to. */
export async function openRealtime(url: string, { says = true } = {}): Promise<RealtimeClient> {
  const ws = new WebSocket(`${url.replace(/^http/, 'ws')}/websocket`);
  const received: Frame[] = [];
  const waiting = new Set<() => void>();
  ws.on('message', (data) => {
    received.push(JSON.parse(data.toString()) as Frame);
    for (const wake of waiting) wake();
  });
  ws.on('error', () => undefined);
  const closed = new Promise<{ code: number }>((resolve) => ws.once('close', (code) => resolve({ code })));
  await once(ws, 'open');
  let count = 0;

  function send(frame: Frame | string): void {
    ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  function next(fits: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = received.find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`no such frame; came: ${JSON.stringify(received)}`));
      }, DEADLINE_MS);
      waiting.add(look);
      look();
    });
  }

  function call(method: string, ...params: unknown[]): Promise<Frame> {
    count += 1;
    const id = `call-${count}`;
    send({ msg: 'method', id, method, params });
    return next((frame) => frame.msg === 'result' && frame.id === id);
  }

  const client: RealtimeClient = {
    received,
    send,
    next,
    call,
    closed,
    login: (token) => call('login', { resume: token }),
    subscribe(id, name, ...params) {
      send({ msg: 'sub', id, name, params });
      return next(
        (frame) => (frame.msg === 'nosub' && frame.id === id) || (frame.msg === 'ready' && isAbout(frame, id)),
      );
    },
    events: (collection) =>
      received
        .filter((frame) => frame.msg === 'changed' && frame.collection === collection)
        .map((frame) => (frame.fields as { args: unknown[] }).args),
    async settle() {
      count += 1;
      const id = `ping-${count}`;
      // A method waits its turn, a ping does not: together they flush both ways.
      await call('UserPresence:online');
      send({ msg: 'ping', id });
      await next((frame) => frame.msg === 'pong' && frame.id === id);
    },
    close: () => ws.terminate(),
  };
  if (says) {
    send({ msg: 'connect', version: '1', support: ['1', 'pre2', 'pre1'] });
    await next(({ msg }) => msg === 'connected');
  }
  return client;
}

function isAbout({ subs }: Frame, id: string): boolean {
  return Array.isArray(subs) && subs.includes(id);
}

/** An answer over REST. */
interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, else the text. */
  readonly body: Frame & { readonly error?: string; readonly errorType?: string };
  readonly text: string;
}

/** Calls REST as one user. */
export interface RestClient {
  get(path: string, query?: Record<string, string>): Promise<RestAnswer>;
  post(path: string, body: unknown): Promise<RestAnswer>;
  /** Sends a form as it is. */
  form(path: string, form: FormData): Promise<RestAnswer>;
  raw(path: string, init: RequestInit): Promise<RestAnswer>;
}

/** Speaks REST for whoever the id and token are of; for nobody without. */
export function restAs(url: string, user?: { readonly id: string; readonly token: string }): RestClient {
  const headers: Record<string, string> =
    user === undefined ? {} : { 'X-User-Id': user.id, 'X-Auth-Token': user.token };
  async function raw(path: string, init: RequestInit): Promise<RestAnswer> {
    const address = path.startsWith('/') ? `${url}${path}` : `${url}/api/v1/${path}`;
    const response = await fetch(address, { ...init, headers: { ...headers, ...init.headers } });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parsed(text), text };
  }
  return {
    raw,
    get: (path, query = {}) => raw(`${path}?${new URLSearchParams(query)}`, {}),
    post: (path, body) =>
      raw(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    form: (path, form) => raw(path, { method: 'POST', body: form }),
  };
}

function parsed(text: string): RestAnswer['body'] {
  try {
    return JSON.parse(text) as RestAnswer['body'];
  } catch {
    return {};
  }
}
