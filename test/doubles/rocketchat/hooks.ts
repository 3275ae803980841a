/** Incoming webhooks: how other systems post alerts into rooms. */
import { Failure, TEXTS } from './failure.ts';
import { createRateLimiter } from './rate-limiter.ts';
import type { RestRequest, RestResponse } from './rest.ts';
import { postFromWebhook } from './rest-chat.ts';
import type { World } from './world.ts';

type Fields = Record<string, unknown>;

/** Per hook and address; no role lifts it. */
const LIMIT = { calls: 10, windowMs: 60_000 };

/** Answers `POST /hooks/:integrationId/:token`, JSON or a form with `payload`. */
export function createHooks(world: World): (request: RestRequest) => RestResponse {
  const limiter = createRateLimiter(LIMIT, world.clock);
  return (request) => {
    const { isAllowed, resetMs } = limiter.count(`${request.path} ${request.address}`);
    if (isAllowed) return runHook(world, request);
    return say(429, `${TEXTS.tooMany(Math.ceil(resetMs / 1000))} [error-too-many-requests]`);
  };
}

function runHook(world: World, request: RestRequest): RestResponse {
  const [, , id = '', token] = request.path.split('/');
  const integration = world.integrations.get(id);
  if (integration === undefined || integration.token !== token)
    return say(404, 'Invalid integration id or token provided.');
  if (!integration.enabled) return say(503, 'Service Unavailable');
  const owner = world.users.get(integration.userId);
  if (owner === undefined) return say(400, 'error-invalid-user');
  const body = payloadOf(request);
  if (body.channel !== undefined || body.roomId !== undefined) {
    return say(400, 'overriding destination channel is disabled for this integration');
  }
  try {
    postFromWebhook(world, owner, integration.rid, { alias: integration.alias, ...body }, { i: id });
    return { status: 200, headers: {}, body: { success: true } };
  } catch (error) {
    return say(400, error instanceof Failure ? error.message : String(error));
  }
}

function say(status: number, error: string): RestResponse {
  return { status, headers: {}, body: { success: false, error } };
}

function payloadOf({ raw, headers }: RestRequest): Fields {
  const text = raw.toString('utf8');
  const isForm = (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '{}') : text) as Fields;
  } catch {
    return {};
  }
}
