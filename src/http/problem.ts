/** Failures over HTTP: `application/problem+json` (RFC 9457) with our code. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BotError, type ErrorCode, toBotError } from '../domain/errors.ts';
import { isDeadline } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { MethodsAt } from './known-routes.ts';

/** The body of a failed request. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** Code of the catalogue, e.g. `ASK_UNKNOWN_QUERY`. */
  readonly code: ErrorCode;
  readonly detail: string;
  /** Questions that would work. */
  readonly suggestions?: readonly string[];
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not authorised',
  403: 'Refused',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Too large',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Source failed',
  503: 'Not available',
  504: 'Source timed out',
};

/** Describes a failure; what is not for outside stays in the log. */
export function problemOf(error: BotError): Problem {
  const { code, status, message, details } = error;
  const suggestions = details.suggestions?.length ? { suggestions: details.suggestions } : {};
  return { type: 'about:blank', title: TITLES[status] ?? 'Failed', status, code, detail: message, ...suggestions };
}

/**
 * The problem of whatever was thrown while a request was answered. What its asker cannot mend is logged, unless that work was
 * called off: then nobody waits for it.
 */
export function problemFor(thrown: unknown, request: FastifyRequest, log: Log, signal?: AbortSignal): Problem {
  const error = translate(thrown as FastifyError, request.routeOptions.bodyLimit ?? 0);
  const isCalledOff = signal
    ? signal.aborted && !isDeadline(signal.reason)
    : request.socket.destroyed && (thrown as Error | undefined)?.name === 'AbortError';
  if (error.actor !== 'asker' && !isCalledOff)
    log.warn({ code: error.code, err: thrown, url: request.routeOptions.url }, 'a request failed');
  return problemOf(error);
}

/** Answers every failure of the app as a problem. */
export function installProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (thrown, request, reply) => sendProblem(reply, problemFor(thrown, request, log)));
}

/** Refuses what there is no route for, in the way of this part of the app. */
export function installNotFound(app: FastifyInstance, methodsAt: MethodsAt): void {
  app.setNotFoundHandler(async ({ url: address, method }, reply) => {
    const url = address.split('?')[0] ?? '';
    const place = url.length > PLACE_MAX_CHARS ? `${url.slice(0, PLACE_MAX_CHARS)}…` : url;
    const allowed = methodsAt(url);
    if (allowed.length === 0) throw new BotError('HTTP_NOT_FOUND', `There is nothing at ${place}.`);
    void reply.header('allow', allowed.join(', '));
    throw new BotError('HTTP_METHOD_NOT_ALLOWED', `${place} takes ${allowed.join(', ')}, not ${method}.`);
  });
}

/** What is dear takes a few seconds. */
const BUSY_SECONDS = '3';
/** As much of an address as a refusal repeats. */
const PLACE_MAX_CHARS = 200;

/** Answers with a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.code === 'HTTP_UNAUTHORIZED') void reply.header('www-authenticate', 'Bearer realm="glimpse"');
  if (problem.code === 'HTTP_BUSY') void reply.header('retry-after', BUSY_SECONDS);
  return reply.code(problem.status).type('application/problem+json').send(problem);
}

/** For requests whose address is none (`/%`): they reach neither hooks nor the handlers above. */
export function refuseAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const isTooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const why = isTooLong ? 'A part of the address is longer than 100 characters.' : 'The address cannot be read.';
  const problem = problemOf(new BotError('HTTP_BAD_REQUEST', why));
  if (wantsHtml(request)) void reply.code(problem.status).type('text/html; charset=utf-8').send(plainPage(problem));
  else void sendProblem(reply, problem);
}

/** Whether a page is wanted; programs get problems as JSON. */
export function wantsHtml({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '');
}

/** For where the console cannot draw one. */
function plainPage({ title, detail, code }: Problem): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Glimpse</title>
<h1>${title}</h1>
<p>${detail}</p>
<p><code>${code}</code></p>
<p><a href="/">Ask something</a></p>
</html>
`;
}

/** For what is no HTTP at all, has too long a head, or does not arrive in time. */
export function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, detail] = UNREADABLE[error.code ?? ''] ?? [400, 'This is not a request that can be read.'];
  const title = STATUS_CODES[status] ?? 'Bad request';
  const body = JSON.stringify({ type: 'about:blank', title, status, code: 'HTTP_BAD_REQUEST', detail });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** What Node says of requests that it could not read, by its code. */
const UNREADABLE: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
};

/** Fastify's own refusals get codes too. */
function translate(thrown: FastifyError, bodyLimit: number): BotError {
  if (thrown instanceof BotError) return thrown;
  switch (thrown.statusCode) {
    case 400:
      return new BotError('HTTP_BAD_REQUEST', thrown.message, {}, { cause: thrown });
    case 413:
      return new BotError('HTTP_TOO_LARGE', `The body is larger than ${sizeOf(bodyLimit)}.`, {}, { cause: thrown });
    case 415:
      return new BotError(
        'HTTP_BAD_MEDIA_TYPE',
        'Send a JSON body with Content-Type: application/json.',
        {},
        { cause: thrown },
      );
    default:
      return toBotError(thrown);
  }
}

function sizeOf(bytes: number): string {
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
}
