/**
 * The SDK's DDP driver, made safe: one object per connection, never reconnecting by itself.
 *
 * `@rocket.chat/sdk` 1.0.0-alpha.42 goes deaf or doubles its subscriptions when left to itself: it takes a close with
 * 1000 for intended, forgets subscriptions after a silent link, never settles calls in flight, leaks a listener per
 * frame and lets one bad frame kill the process. Each override below names what it mends.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DDPDriver } from '@rocket.chat/sdk/lib/drivers/ddp.js';

/** A frame of the protocol. */
export interface Frame {
  readonly msg?: string;
  readonly id?: string;
  readonly [key: string]: unknown;
}

/** What is told about a connection. */
export interface SocketEvents {
  /** Any frame that arrived whole; a throw is reported to `onFault`. */
  onFrame(frame: Frame): void;
  onClose(why: string): void;
  /** A frame that could not be read, or a handler that threw. */
  onFault(thrown: unknown): void;
}

/** A raw connection: frames in, frames out. */
export interface DdpSocket {
  /** Resolves when the server has greeted; a refusal shows as `onClose`. Called once. */
  open(): Promise<void>;
  /** Sends a frame; false when the link is not open (the library would drop it in silence). */
  send(frame: Frame): boolean;
  /**
   * Sends a method call or a subscription and waits for its answer. Never settles when the link breaks first: race it.
   * Rejects with the server's error object.
   */
  request(frame: Frame & { readonly id: string }): Promise<Frame>;
  /** How many listeners the driver holds: constant between calls, or it leaks. */
  listeners(): number;
  /** Frees every timer, handler and socket at once; harmless when repeated. */
  dispose(): void;
}

type Listener = (payload: never) => void;

/** What is used of the SDK's socket; its own types build on an untyped package. */
interface SdkSocket {
  connection?: WebSocketLike | undefined;
  _listeners: Record<string, Listener[]>;
  reopenInterval?: NodeJS.Timeout;
  openTimeout?: NodeJS.Timeout;
  pingTimeout?: NodeJS.Timeout;
  open(): Promise<unknown>;
  send(frame: Frame): Promise<Frame>;
  onOpen(callback: (connection: unknown) => void): Promise<unknown>;
  onMessage(event: { data?: unknown }): void;
  reopen(): Promise<void>;
  ping(): Promise<void>;
  on(event: string, listener: (payload: Frame & { code?: number; reason?: string }) => void): unknown;
  once(event: string, listener: Listener): unknown;
  emit(event: string, payload: unknown): unknown;
  removeAllListeners(event?: string): unknown;
}

interface WebSocketLike {
  readyState: number;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
  send(data: string): void;
  terminate(): void;
}

const OPEN = 1;
/** The driver reconnects after this many ms; the largest a timer can hold, cleared when the connection is disposed. */
const NEVER_MS = 2_147_483_647;
const silence = { debug() {}, info() {}, warn() {}, warning() {}, error() {} };

/** Prepares a connection to `<base>websocket`; nothing is sent before `open`. */
export function createDdpSocket(base: URL, events: SocketEvents): DdpSocket {
  const useSsl = base.protocol === 'https:';
  // The scheme alone does not switch TLS on; the path of the base stays, for servers below a sub-path.
  const host = `${base.host}${base.pathname.replace(/\/$/, '')}`;
  const driver = new DDPDriver({ host, useSsl, logger: silence, reopen: NEVER_MS });
  const socket = driver.ddp as unknown as SdkSocket;
  let isDisposed = false;
  quiet(socket, events, () => isDisposed);
  return {
    async open() {
      const opening = socket.open();
      opening.catch((thrown) => events.onClose(describe(thrown)));
      await nextTurn(); // the WebSocket exists only after some microtasks; a dispose before that would miss it
      if (isDisposed) return void release(socket);
      await opening;
    },
    send: (frame) => sendRaw(socket, frame),
    async request(frame) {
      if (socket.connection?.readyState !== OPEN) throw new Error('the connection is closed');
      try {
        return await socket.send(frame);
      } finally {
        delete socket._listeners[frame.id]; // an empty list would stay behind for each call
      }
    },
    listeners: () => Object.keys(socket._listeners).length + Object.values(socket._listeners).flat().length,
    dispose() {
      isDisposed = true;
      release(socket);
    },
  };
}

/** Puts our rules over the SDK's, before anything is connected. */
function quiet(socket: SdkSocket, events: SocketEvents, isDisposed: () => boolean): void {
  const readFrame = socket.onMessage;
  const greet = socket.onOpen;
  const once = socket.once.bind(socket);
  socket.reopen = async () => {}; // it would lose or double the subscriptions
  socket.ping = async () => {}; // its timer is fixed at 20 s and each ping leaks a listener; the supervisor pings
  // `disconnected` is listened to once per frame and never emitted: a leak.
  socket.once = (event, listener) => (event === 'disconnected' ? socket : once(event, listener));
  socket.onOpen = (callback) => greet(callback).catch((thrown: unknown) => events.onFault(thrown));
  socket.onMessage = (event) => {
    if (isDisposed()) return;
    try {
      events.onFrame(JSON.parse(String(event.data)) as Frame);
      readFrame(event);
    } catch (thrown) {
      events.onFault(thrown);
    }
  };
  socket.removeAllListeners('ready'); // ours reads every id of `subs`, theirs the first
  socket.on('ready', ({ subs }) => (subs as string[]).forEach((id) => void socket.emit(id, { id })));
  // A refused subscription and a malformed frame are answered by these; without them the call hangs.
  socket.on('nosub', ({ id, error }) => void socket.emit(String(id), { id, error }));
  socket.on('error', ({ reason, offendingMessage }) => {
    const id = (offendingMessage as { id?: string } | undefined)?.id;
    if (id !== undefined) socket.emit(id, { id, error: { error: 'bad-request', reason } });
  });
  socket.removeAllListeners('ping'); // ours answers with the id of the ping
  socket.on('ping', ({ id }) => void sendRaw(socket, { msg: 'pong', ...(id !== undefined && { id }) }));
  socket.on('close', ({ code, reason }) => events.onClose(`code ${code ?? 'unknown'}${reason ? `, ${reason}` : ''}`));
}

function sendRaw(socket: SdkSocket, frame: Frame): boolean {
  const connection = socket.connection;
  if (connection?.readyState !== OPEN) return false;
  connection.send(JSON.stringify(frame));
  return true;
}

function release(socket: SdkSocket): void {
  clearInterval(socket.reopenInterval);
  clearTimeout(socket.openTimeout);
  clearTimeout(socket.pingTimeout);
  socket._listeners = {};
  const connection = socket.connection;
  if (!connection) return;
  connection.onopen = null;
  connection.onmessage = null;
  connection.onclose = null;
  // Terminating while it connects emits an error; without a listener that would end the process.
  connection.onerror = () => {};
  connection.terminate();
  socket.connection = undefined;
}

/** What a WebSocket's error event says, without the address. */
function describe(thrown: unknown): string {
  const { message, error } = thrown as { message?: unknown; error?: { code?: unknown } };
  return String(error?.code ?? message ?? 'the connection failed');
}
