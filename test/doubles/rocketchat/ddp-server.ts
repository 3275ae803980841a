/** The websocket side of a simulated server: sockets, heartbeats, and the ways in which a link can break. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../../../src/lib/clock.ts';
import { createSession, type Flavour, type Session, type Wire } from './ddp-session.ts';
import { toEjson } from './ejson.ts';
import type { Faults } from './faults.ts';
import type { World, WorldEvent } from './world.ts';

/** How a link breaks. */
export type Cut = 'close1000' | 'close1002' | 'close4000' | 'reset' | 'half-open' | 'silent';

/** One frame on one connection. */
export interface RecordedFrame {
  /** Number of the connection, from 1. */
  readonly connection: number;
  readonly direction: 'in' | 'out';
  /** Parsed; the text where it is no JSON. */
  readonly frame: Record<string, unknown> | string;
  /** ms by the server's clock. */
  readonly atMs: number;
}

/** One client's socket. */
export interface Connection {
  readonly number: number;
  readonly isOpen: boolean;
  readonly userId: string | undefined;
  /** Stream and event of each live subscription. */
  readonly subscriptions: readonly { readonly id: string; readonly name: string; readonly event: string }[];
  cut(how: Cut): void;
  /** Sends a frame as it is: for what no real server would say. */
  sendRaw(text: string): void;
}

/** What the websocket side works with. */
export interface DdpDeps {
  readonly world: World;
  readonly flavour: Flavour;
  readonly faults: Faults;
  readonly server: Server;
  readonly connections: Connection[];
  readonly frames: RecordedFrame[];
}

/** Bounds for what a long test leaves behind. */
const MAX_FRAMES = 100_000;

/** Accepts sockets on `/websocket`; returns what ends them all. */
export function serveDdp(deps: DdpDeps): () => void {
  const sockets = new WebSocketServer({ noServer: true });
  deps.server.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy());
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (deps.faults.isRefusing) return void socket.resetAndDestroy();
    if (path !== '/websocket') return void socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    sockets.handleUpgrade(request, socket, head, (ws) => accept(deps, ws, socket));
  });
  return () => {
    for (const ws of sockets.clients) ws.terminate();
    sockets.close();
  };
}

function accept(deps: DdpDeps, ws: WebSocket, socket: Socket): void {
  const { world, flavour, faults, connections } = deps;
  const ended = new AbortController();
  const link: Link = { number: connections.length + 1, ws, socket, isDeaf: false };
  const wire = createWire(deps, link);
  const session = createSession({ world, flavour, faults, wire });
  const heard = { atMs: world.clock.now(), count: 0 };
  const listener = (event: WorldEvent) => {
    if (event.kind !== 'revoked') session.notify(event);
    else if (session.user?._id === event.userId) wire.close(1000, 'Normal closure');
  };
  world.listeners.add(listener);
  ws.on('message', (data) => {
    const text = data.toString();
    record(deps, link, 'in', readable(text));
    if (link.isDeaf) return;
    heard.atMs = world.clock.now();
    heard.count += 1;
    session.receive(text);
  });
  ws.on('error', () => undefined);
  ws.on('close', () => {
    world.listeners.delete(listener);
    ended.abort();
  });
  void watch({ clock: world.clock, flavour, heard, signal: ended.signal, wire });
  connections.push(shownConnection(link, session));
}

interface Link {
  readonly number: number;
  readonly ws: WebSocket;
  readonly socket: Socket;
  /** Whether the server neither acts on what comes nor says anything. */
  isDeaf: boolean;
}

function createWire(deps: DdpDeps, link: Link): Wire {
  const { ws } = link;
  return {
    send(frame) {
      if (link.isDeaf || ws.readyState !== ws.OPEN) return;
      // Encoded now: what is sent must not change with the message later.
      const text = JSON.stringify(toEjson(frame));
      record(deps, link, 'out', JSON.parse(text) as Record<string, unknown>);
      ws.send(text);
    },
    close(code, reason) {
      if (!link.isDeaf) ws.close(code, reason);
    },
  };
}

function record(deps: DdpDeps, link: Link, direction: 'in' | 'out', frame: RecordedFrame['frame']): void {
  const { frames, world } = deps;
  if (frames.length >= MAX_FRAMES) frames.shift();
  frames.push({ connection: link.number, direction, frame, atMs: world.clock.now() });
}

function shownConnection(link: Link, session: Session): Connection {
  const { number, ws } = link;
  return {
    number,
    get isOpen() {
      return ws.readyState === ws.OPEN;
    },
    get userId() {
      return session.user?._id;
    },
    get subscriptions() {
      return session.subscriptions;
    },
    cut: (how) => cut(link, how),
    sendRaw: (text) => ws.send(text),
  };
}

/** Half-open: the peer is gone, nothing is read or said, no TCP end. Silent: the socket lives, the server does not. */
function cut(link: Link, how: Cut): void {
  const { ws, socket } = link;
  if (how === 'half-open' || how === 'silent') link.isDeaf = true;
  if (how === 'close1000') ws.close(1000, 'Normal closure');
  if (how === 'close1002') ws.close(1002, 'CLOSE_PROTOCOL_ERROR');
  if (how === 'close4000') ws.close(4000, 'TIMEOUT');
  if (how === 'reset') socket.resetAndDestroy();
  if (how === 'half-open') ws.pause();
}

interface Watch {
  readonly clock: Clock;
  readonly flavour: Flavour;
  /** When the last frame came, and how many there were. */
  readonly heard: { readonly atMs: number; readonly count: number };
  readonly signal: AbortSignal;
  readonly wire: Wire;
}

/** ms without a frame until a ping, and from then until the end. */
const QUIET_MS = { monolith: 15_000, streamer: 30_000 };

/** The heartbeat: pings a quiet client, and ends its session when the ping brings nothing. */
async function watch({ clock, flavour, heard, signal, wire }: Watch): Promise<void> {
  const quietMs = QUIET_MS[flavour];
  try {
    for (;;) {
      const restMs = heard.atMs + quietMs - clock.now();
      if (restMs > 0) {
        await clock.sleep(restMs, signal);
        continue;
      }
      wire.send({ msg: 'ping' });
      const { count } = heard;
      await clock.sleep(quietMs, signal);
      if (heard.count > count) continue;
      if (flavour === 'monolith') return wire.close(1000, 'Normal closure');
      return wire.close(4000, 'TIMEOUT');
    }
  } catch {
    // The socket ended first.
  }
}

function readable(text: string): RecordedFrame['frame'] {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return text;
  }
}
