/** One client on the realtime API: frames in, frames out, by the rules of the monolith or of the streamer. */
import { randomUUID } from 'node:crypto';
import { createDdpLimits } from './ddp-limits.ts';
import { callMethod } from './ddp-methods.ts';
import { checkSubscription, eventFor, type Subscription } from './ddp-streams.ts';
import { fromEjson } from './ejson.ts';
import { matchError, toDdpError } from './failure.ts';
import type { Faults } from './faults.ts';
import { type Credentials, logIn } from './login.ts';
import { makeId, type User, type World, type WorldEvent } from './world.ts';

/** Which of the two servers is behind the socket: Meteor's own, or the micro-service of the enterprise edition. */
export type Flavour = 'monolith' | 'streamer';

/** Where a session writes. */
export interface Wire {
  send(frame: Record<string, unknown>): void;
  close(code: number, reason: string): void;
}

/** What a session works with. */
export interface SessionDeps {
  readonly world: World;
  readonly flavour: Flavour;
  readonly faults: Faults;
  readonly wire: Wire;
}

/** A client's session; lives as long as its socket. */
export interface Session {
  /** Takes one inbound text frame. Methods and subscriptions are done one after the other, pings at once. */
  receive(text: string): void;
  /** Sends what an event of the server means for this client. */
  notify(event: WorldEvent): void;
  readonly user: User | undefined;
  readonly subscriptions: readonly Subscription[];
}

type Frame = Record<string, unknown>;

interface State extends SessionDeps {
  readonly subscriptions: Map<string, Subscription>;
  readonly limit: (name: string) => void;
  isConnected: boolean;
  user: User | undefined;
  /** Ends when all that came so far is done. */
  queue: Promise<void>;
  /** An event kept back until the next. */
  held: Frame | undefined;
}

/** Starts a session; the streamer greets at once. */
export function createSession(deps: SessionDeps): Session {
  const state: State = {
    ...deps,
    subscriptions: new Map(),
    limit: createDdpLimits(deps.world.clock),
    isConnected: false,
    user: undefined,
    queue: Promise.resolve(),
    held: undefined,
  };
  if (deps.flavour === 'streamer') deps.wire.send({ msg: 'server_id', server_id: '0' });
  return {
    receive: (text) => receive(state, text),
    notify: (event) => notify(state, event),
    get user() {
      return state.user;
    },
    get subscriptions() {
      return [...state.subscriptions.values()];
    },
  };
}

function receive(state: State, text: string): void {
  const frame = parse(text);
  if (frame === undefined) fail(state, 1007, 'Parse error');
  else if (typeof frame.msg !== 'string') fail(state, 1002, 'Bad request', frame);
  else if (frame.msg === 'connect') connect(state, frame);
  else if (!state.isConnected) fail(state, 1002, 'Must connect first', frame);
  else handle(state, frame);
}

/** The monolith complains and goes on; the streamer closes with a code. */
function fail({ flavour, wire }: State, code: number, reason: string, offendingMessage?: Frame): void {
  if (flavour === 'streamer') wire.close(code, code === 1007 ? 'UNSUPPORTED_DATA' : 'CLOSE_PROTOCOL_ERROR');
  else wire.send({ msg: 'error', reason, ...(offendingMessage !== undefined && { offendingMessage }) });
}

/** Protocol versions that the server speaks, the best first. */
const SUPPORTED = ['1', 'pre2', 'pre1'];

function connect(state: State, frame: Frame): void {
  const { flavour, wire } = state;
  if (state.isConnected && flavour === 'monolith') {
    fail(state, 1002, 'Already connected', frame);
    return;
  }
  const { version, support } = frame;
  const best = SUPPORTED.find((each) => Array.isArray(support) && support.includes(each));
  if (flavour === 'monolith' && (best === undefined || version !== best)) {
    wire.send({ msg: 'failed', version: best ?? SUPPORTED[0] });
    wire.close(1000, 'Normal closure');
    return;
  }
  state.isConnected = true;
  wire.send({ msg: 'connected', session: flavour === 'monolith' ? makeId() : randomUUID() });
}

function handle(state: State, frame: Frame): void {
  const { msg, id } = frame;
  const fault = malformation(frame);
  if (fault !== undefined) fail(state, 1002, fault, frame);
  else if (msg === 'ping') state.wire.send({ msg: 'pong', ...(id !== undefined && { id }) });
  else if (msg === 'method') enqueue(state, () => runMethod(state, frame));
  else if (msg === 'sub') enqueue(state, () => subscribe(state, frame));
  else if (msg === 'unsub') enqueue(state, () => unsubscribe(state, frame));
}

function malformation({ msg, id, name, method, params, randomSeed }: Frame): string | undefined {
  const hasParams = params === undefined || Array.isArray(params);
  if (msg === 'sub') {
    return typeof id === 'string' && typeof name === 'string' && hasParams ? undefined : 'Malformed subscription';
  }
  if (msg === 'method') {
    const isSeeded = randomSeed === undefined || typeof randomSeed === 'string';
    const isWhole = typeof id === 'string' && typeof method === 'string' && hasParams && isSeeded;
    return isWhole ? undefined : 'Malformed method invocation';
  }
  return ['unsub', 'ping', 'pong'].includes(String(msg)) ? undefined : 'Bad request';
}

function enqueue(state: State, work: () => Promise<void> | void): void {
  state.queue = state.queue.then(work).catch(() => undefined);
}

async function runMethod(state: State, { id, method, params }: Frame): Promise<void> {
  const { world, faults, limit } = state;
  const name = String(method);
  const args = (params ?? []) as unknown[];
  await faults.wait(name, world.clock);
  try {
    limit(name);
    finish(state, String(id), { result: call(state, name, args) });
  } catch (error) {
    finish(state, String(id), { error: toDdpError(error) });
  }
}

/** The monolith says `updated` before the result, the streamer after it. */
function finish({ flavour, wire }: State, id: string, answer: Frame): void {
  const frames = [
    { msg: 'updated', methods: [id] },
    { msg: 'result', id, ...answer },
  ];
  for (const frame of flavour === 'monolith' ? frames : frames.reverse()) wire.send(frame);
}

function call(state: State, name: string, args: unknown[]): unknown {
  const { world, wire, user } = state;
  if (name === 'login') return login(state, args);
  if (name !== 'logout') return callMethod(world, { user }, name, args);
  if (user !== undefined) wire.send({ msg: 'removed', collection: 'users', id: user._id });
  state.user = undefined;
  return undefined;
}

function login(state: State, [credentials]: unknown[]): Frame {
  const { world, flavour, wire } = state;
  const given = (credentials ?? {}) as Credentials;
  if (flavour === 'streamer' && given.resume === undefined) throw matchError('Unrecognized options for login request');
  const { user, token, expires, type } = logIn(world, given);
  state.user = user;
  wire.send({ msg: 'added', collection: 'users', id: user._id, fields: { username: user.username, emails: [] } });
  return { id: user._id, token, tokenExpires: expires, type };
}

async function subscribe(state: State, { id, name, params }: Frame): Promise<void> {
  const { world, faults, wire, user, subscriptions, limit } = state;
  const key = String(id);
  // Meteor says nothing at all to an id that is in use.
  if (subscriptions.has(key)) return;
  await faults.wait(String(name), world.clock);
  const [event] = (params ?? []) as unknown[];
  try {
    limit(String(name));
    checkSubscription(world, user, String(name), event);
    subscriptions.set(key, { id: key, name: String(name), event: String(event) });
    wire.send({ msg: 'ready', subs: [key] });
  } catch (error) {
    wire.send({ msg: 'nosub', id: key, error: toDdpError(error) });
  }
}

function unsubscribe({ flavour, subscriptions, wire }: State, { id }: Frame): void {
  const wasLive = subscriptions.delete(String(id));
  if (wasLive || flavour === 'monolith') wire.send({ msg: 'nosub', id });
}

/** One frame per matching subscription: a client that subscribed twice hears everything twice. */
function notify(state: State, happened: WorldEvent): void {
  for (const subscription of state.subscriptions.values()) {
    const event = eventFor(state.world, state.user, subscription, happened);
    if (event === undefined) continue;
    const { collection, ...fields } = event;
    deliver(state, { msg: 'changed', collection, id: 'id', fields });
  }
}

function deliver(state: State, frame: Frame): void {
  const { faults, wire, held } = state;
  if (faults.swapNextEvents && held === undefined) {
    // Encoded later, but as it was now.
    state.held = structuredClone(frame);
    return;
  }
  wire.send(frame);
  if (faults.duplicateNextEvent) wire.send(frame);
  faults.duplicateNextEvent = false;
  if (held === undefined) return;
  state.held = undefined;
  faults.swapNextEvents = false;
  wire.send(held);
}

function parse(text: string): Frame | undefined {
  try {
    const value = fromEjson(JSON.parse(text));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Frame) : undefined;
  } catch {
    return undefined;
  }
}
