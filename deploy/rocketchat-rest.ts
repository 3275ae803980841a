/** Calls to Rocket.Chat's REST API as an administrator makes them; see `rocketchat-setup.ts`. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A signed-in account's calls. */
export interface RestCall {
  /** @throws Error in words of the server, when it refuses */
  required<Answer = unknown>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer>;
  /** An empty answer where the server says 400 or 404: there is no such thing. */
  optional<Answer = unknown>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Partial<Answer>>;
}

const CALL_TIMEOUT_MS = 30_000;
const LOOK_EVERY_MS = 1_000;
/** A server that limits calls says when the next one may come; its window is a minute. */
const LIMIT_WAIT_MAX_MS = 65_000;

/**
 * Waits until the server answers, and signs in.
 *
 * @throws Error when it does not answer within `waitMs`, or refuses name and password
 */
export async function signIn(
  url: string,
  { username, password }: { readonly username: string; readonly password: string },
  waitMs: number,
  signal: AbortSignal,
): Promise<RestCall> {
  await untilUp(url, waitMs, signal);
  const digest = createHash('sha256').update(password).digest('hex');
  const login = { user: username, password: { digest, algorithm: 'sha-256' } };
  const { status, json } = await send(url, 'POST', 'login', login, {}, signal);
  const { userId, authToken } = (json as { data?: { userId?: string; authToken?: string } }).data ?? {};
  if (status !== 200 || !userId || !authToken) {
    throw new Error(
      `${url} does not let ${username} in (${wordsOf(status, json)}): Rocket.Chat takes the password it is given only at its first start; if it was changed since, write the new one into the file.`,
    );
  }
  // where a second factor is demanded, the password's digest is one
  const factor = { 'x-2fa-method': 'password', 'x-2fa-code': digest };
  const headers = { 'x-user-id': userId, 'x-auth-token': authToken, ...factor };
  return {
    async required(method, path, body) {
      const answer = await send(url, method, path, body, headers, signal);
      if (answer.status === 200) return answer.json as never;
      throw new Error(`${url} refused ${method} ${path}: ${wordsOf(answer.status, answer.json)}`);
    },
    async optional(method, path, body) {
      const answer = await send(url, method, path, body, headers, signal);
      if (answer.status === 200) return answer.json as never;
      if (answer.status === 400 || answer.status === 404) return {};
      throw new Error(`${url} refused ${method} ${path}: ${wordsOf(answer.status, answer.json)}`);
    },
  };
}

async function untilUp(url: string, waitMs: number, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + waitMs;
  for (;;) {
    try {
      const answer = await fetch(new URL('/api/info', url), { signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
      await answer.arrayBuffer();
      if (answer.ok) return;
      throw new Error(`HTTP ${answer.status}`);
    } catch (error) {
      if (performance.now() >= endMs) {
        const { cause, message } = error as Error;
        const why = cause instanceof Error ? cause.message : message;
        throw new Error(`${url} did not answer within ${Math.round(waitMs / 1000)} s: ${why}`);
      }
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** One call; a limit of calls is waited for. */
async function send(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Answer> {
  for (;;) {
    const answer = await fetch(new URL(`/api/v1/${path}`, url), {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]),
    });
    const text = await answer.text();
    if (answer.status !== 429) return { status: answer.status, json: parse(text) };
    const resetMs = Number(answer.headers.get('x-ratelimit-reset')) - Date.now();
    await sleep(Math.min(LIMIT_WAIT_MAX_MS, Math.max(LOOK_EVERY_MS, resetMs || 0)), undefined, { signal });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function wordsOf(status: number, json: unknown): string {
  const { error, message } = json as { readonly error?: unknown; readonly message?: unknown };
  const said = [message, error].find((words) => typeof words === 'string');
  return said === undefined ? `HTTP ${status}` : `HTTP ${status}, ${said}`;
}
