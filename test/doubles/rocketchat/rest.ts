/** The REST API: authentication, checks and limits in the order of the version, then the endpoint. */
import { Failure, TEXTS } from './failure.ts';
import { faultsOf } from './json-schema.ts';
import { logIn } from './login.ts';
import { createRateLimiter, type RateLimiter } from './rate-limiter.ts';
import { ADMIN_ROUTES } from './rest-admin.ts';
import { CHAT_ROUTES } from './rest-chat.ts';
import { ROOM_ROUTES } from './rest-rooms.ts';
import { type Call, type Fields, isReply, type Reply, type Route, reply } from './rest-route.ts';
import { UPLOAD_ROUTES } from './rest-uploads.ts';
import { describeServer, USER_ROUTES } from './rest-users.ts';
import { SCHEMAS } from './schemas.ts';
import { isAtLeast } from './version.ts';
import { can, type User, type World } from './world.ts';

/** A request, read whole. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly address: string;
  readonly raw: Buffer;
}

/** An answer; a body that is a string goes out as it is. */
export interface RestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Answers requests below `/api`. */
export interface Rest {
  handle(request: RestRequest): RestResponse;
  /** The answer that a limited route gives when its window is full, whatever the counts. */
  refuseByRate(resetMs: number): RestResponse;
}

const ROUTES: readonly Route[] = [...ADMIN_ROUTES, ...CHAT_ROUTES, ...ROOM_ROUTES, ...UPLOAD_ROUTES, ...USER_ROUTES];

/** `API_Enable_Rate_Limiter_Limit_Calls_Default` and `..._Limit_Time_Default`. */
const DEFAULT_LIMIT = { calls: 10, windowMs: 60_000 };

/** Makes the REST API of a server. */
export function createRest(world: World, callsPerMinute = DEFAULT_LIMIT.calls): Rest {
  const limiters = new Map<Route, RateLimiter>();
  const defaultRule = { ...DEFAULT_LIMIT, calls: callsPerMinute };
  for (const route of ROUTES) limiters.set(route, createRateLimiter(route.limit ?? defaultRule, world.clock));

  /** Counts the call; headers for one who is limited, nothing for others. */
  function countCall(route: Route, { address }: RestRequest, user: User | undefined) {
    const limiter = limiters.get(route);
    const bypass = route.limit?.bypass ?? 'api-bypass-rate-limit';
    if (limiter === undefined || (user !== undefined && can(world, user, bypass))) return { headers: {} };
    const { isAllowed, left, resetMs } = limiter.count(address);
    const headers = rateHeaders(limiter.rule.calls, left, world.clock.now() + resetMs);
    return isAllowed ? { headers } : { headers, refusal: tooMany(resetMs, headers) };
  }

  function handleRoute(route: Route, params: Call['params'], request: RestRequest): RestResponse {
    const user = authenticate(world, request);
    if (user === undefined && !route.isOpen) return notLoggedIn(world);
    const body = parseBody(request);
    const isSchemaFirst = isAtLeast(world.version, '8.0');
    const fault = checkSchema(world, route, request, body);
    if (isSchemaFirst && fault !== undefined) return { ...fault, headers: {} };
    const { headers, refusal } = countCall(route, request, user);
    if (refusal !== undefined) return refusal;
    if (fault !== undefined) return { ...fault, headers };
    const { query, raw } = request;
    const contentType = request.headers['content-type'];
    const token = request.headers['x-auth-token'];
    // Open routes do not look at the user: they get none, whatever the headers.
    const call = { world, user: user as User, body, query, params, contentType, raw, token };
    return { ...runAction(route, call), headers };
  }

  return {
    handle(request) {
      if (request.path === '/api/info') return success(describeServer(world));
      const found = findRoute(world, request);
      return found === undefined ? unknownEndpoint(world, request) : handleRoute(found.route, found.params, request);
    },
    refuseByRate(resetMs) {
      return tooMany(resetMs, rateHeaders(callsPerMinute, 0, world.clock.now() + resetMs));
    },
  };
}

function success(fields: Fields): RestResponse {
  return { status: 200, headers: {}, body: { ...fields, success: true } };
}

function rateHeaders(limit: number, left: number, resetAtMs: number): Record<string, string> {
  return {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(left),
    'X-RateLimit-Reset': String(resetAtMs),
  };
}

function tooMany(resetMs: number, headers: Record<string, string>): RestResponse {
  const error = `${TEXTS.tooMany(Math.ceil(resetMs / 1000))} [error-too-many-requests]`;
  return { status: 429, headers, body: { success: false, error } };
}

function findRoute(world: World, { method, path }: RestRequest) {
  for (const route of ROUTES) {
    if (route.method !== method || !isThere(world, route)) continue;
    const params = matchPath(`/api/v1/${route.path}`, path);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function isThere({ version }: World, { since, until }: Route): boolean {
  if (since !== undefined && !isAtLeast(version, since)) return false;
  return until === undefined || !isAtLeast(version, until);
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] as string;
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}

/** 8.x answers plainly; older servers let a GET fall through to the web client's page, and refuse other methods. */
function unknownEndpoint({ version }: World, { method }: RestRequest): RestResponse {
  const html = { 'Content-Type': 'text/html; charset=utf-8' };
  if (isAtLeast(version, '8.0')) {
    return { status: 404, headers: { 'Content-Type': 'text/plain; charset=UTF-8' }, body: '404 Not Found' };
  }
  if (method !== 'GET') return { status: 405, headers: html, body: '' };
  return { status: 200, headers: html, body: '<!DOCTYPE html><html><head><title>Rocket.Chat</title></head></html>' };
}

/** Whom the headers name, if their token is still good. */
export function authenticate(world: World, { headers }: Pick<RestRequest, 'headers'>): User | undefined {
  const token = headers['x-auth-token'];
  const id = headers['x-user-id'];
  if (!token || !id) return undefined;
  try {
    const { user } = logIn(world, { resume: token });
    return user._id === id ? user : undefined;
  } catch {
    return undefined;
  }
}

function notLoggedIn({ version }: World): RestResponse {
  const said = { status: 'error', message: TEXTS.mustLogIn };
  const isOld = !isAtLeast(version, '7.0');
  return { status: 401, headers: {}, body: isOld ? said : { success: false, error: TEXTS.mustLogIn, ...said } };
}

/** A body that is no JSON counts as an empty one. */
function parseBody({ raw, headers }: RestRequest): Fields {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(raw.toString('utf8')));
  }
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Fields) : {};
  } catch {
    return {};
  }
}

function checkSchema(world: World, route: Route, { query }: RestRequest, body: Fields): Reply | undefined {
  const check = SCHEMAS[route.path];
  if (check === undefined || !isAtLeast(world.version, check.since)) return undefined;
  const faults = faultsOf(check.schema, route.method === 'GET' ? query : body).join('\n ');
  if (faults === '') return undefined;
  if (!isAtLeast(world.version, '8.0')) {
    return reply(400, { success: false, error: `${faults} [invalid-params]`, errorType: 'invalid-params' });
  }
  const errorType = route.method === 'GET' ? 'error-invalid-params' : 'invalid-params';
  return reply(400, { success: false, errorType, error: faults });
}

function runAction(route: Route, call: Call): Reply {
  try {
    const result = route.action(call);
    return isReply(result) ? result : reply(200, { ...result, success: true });
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): Reply {
  const { message, code, details } = error instanceof Failure ? error : new Failure((error as Error).message);
  if (code === 'unauthorized' || code === 'error-unauthorized') return reply(403, { success: false, error: message });
  return reply(400, {
    success: false,
    error: message,
    ...(code !== undefined && { errorType: code }),
    ...(details !== undefined && { details }),
  });
}
