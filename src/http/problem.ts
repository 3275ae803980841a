/** Failures over HTTP: `application/problem+json` (RFC 9457) with our code. */
import type { FastifyError, FastifyInstance } from 'fastify';
import { BotError, type ErrorCode, toBotError } from '../domain/errors.ts';
import type { Log } from '../lib/log.ts';

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
  413: 'Too large',
  415: 'Unsupported media type',
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

/** Answers every failure of the app as a problem. */
export function installProblems(app: FastifyInstance, log: Log): void {
  app.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    const error = translate(thrown);
    if (error.actor !== 'asker')
      log.warn({ code: error.code, err: thrown, url: request.routeOptions.url }, 'a request failed');
    return reply.code(error.status).type('application/problem+json').send(problemOf(error));
  });
  app.setNotFoundHandler(async (request, reply) => {
    const place = request.url.split('?')[0] ?? '';
    const error = new BotError('HTTP_NOT_FOUND', `There is nothing at ${place.slice(0, 200)}.`);
    return reply.code(404).type('application/problem+json').send(problemOf(error));
  });
}

/** Fastify's own refusals get codes too. */
function translate(thrown: FastifyError): BotError {
  if (thrown instanceof BotError) return thrown;
  if (thrown.validation) return new BotError('HTTP_BAD_REQUEST', thrown.message, {}, { cause: thrown });
  switch (thrown.statusCode) {
    case 400:
      return new BotError('HTTP_BAD_REQUEST', thrown.message, {}, { cause: thrown });
    case 413:
      return new BotError('HTTP_TOO_LARGE', 'The body is too large.', {}, { cause: thrown });
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
