/** Signing in and out of the console: `POST /session`, `POST /session/end`, plain forms that work without script. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { BotError } from '../domain/errors.ts';
import { SESSION_COOKIE, type Sessions } from './session.ts';

/** What the routes work with. */
export interface SessionRoutesDeps {
  readonly sessions: Sessions;
  /** Whether browsers come by https: then the cookie never goes over anything else. */
  readonly isSecure: boolean;
  /** Says that the token is none, and asks for it again. */
  refuse(reply: FastifyReply, next: string): FastifyReply;
}

/** A token and where to go. */
const FORM_MAX_BYTES = 8 * 1024;
const NO_FORM = 'Send a form with Content-Type: application/x-www-form-urlencoded.';

/** Registers the routes. */
export function sessionRoutes(app: FastifyInstance, { sessions, isSecure, refuse }: SessionRoutesDeps): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, new URLSearchParams(String(body))),
    );
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, _body, done) =>
      done(new BotError('HTTP_BAD_MEDIA_TYPE', NO_FORM)),
    );
    const cookie = (value: string, maxAgeSeconds: number) =>
      `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
    scope.post<{ Body: URLSearchParams | undefined }>(
      '/session',
      { bodyLimit: FORM_MAX_BYTES },
      async ({ body }, reply) => {
        const next = pathOf(body?.get('next') ?? '/');
        const session = sessions.open(body?.get('token')?.trim() ?? '');
        if (!session) return refuse(reply, next);
        return reply.header('set-cookie', cookie(session.value, session.maxAgeSeconds)).redirect(next, 303);
      },
    );
    scope.post('/session/end', async (_request, reply) => reply.header('set-cookie', cookie('', 0)).redirect('/', 303));
  });
}

/** A path of this server, whatever was asked for: an address elsewhere would send people away with their trust. */
function pathOf(next: string): string {
  const base = 'http://here.invalid';
  if (!next.startsWith('/') || !URL.canParse(next, base)) return '/';
  const { origin, pathname, search } = new URL(next, base);
  return origin === base && !pathname.startsWith('//') ? pathname + search : '/';
}
