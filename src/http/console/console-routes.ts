/** The console's pages: each is drawn here with its data, and goes on in the browser. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toBotError } from '../../domain/errors.ts';
import type { Log } from '../../lib/log.ts';
import type { Page, Site, Theme, View } from '../../web/contract.ts';
import { problemOf } from '../problem.ts';
import { signalOf } from '../request-signal.ts';
import type { Sessions } from '../session.ts';
import { sessionRoutes } from '../session-routes.ts';
import { type AskPageDeps, askView } from './ask-view.ts';
import { type BuiltConsole, NOT_BUILT, openConsole } from './built.ts';
import { CONSOLE_HEADERS, pageHtml } from './page-html.ts';

/** What the pages work with. */
export interface ConsoleDeps extends AskPageDeps {
  readonly sessions: Sessions;
  readonly isDemo: boolean;
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
  readonly log: Log;
  /** Questions that work here, best first. */
  examples(signal: AbortSignal): Promise<readonly string[]>;
}

/** Registers `/`, `/queries`, `/answers/<id>`, `/session` and the files under `/assets/`; without a build, what to do. */
export function consoleRoutes(app: FastifyInstance, given: ConsoleDeps): void {
  void app.register(async (scope) => {
    const built = await openConsole(given.log);
    if (!built) {
      scope.get('/', async (_request, reply) => reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT));
      return;
    }
    await scope.register(fastifyStatic, {
      root: built.assetsFolder,
      prefix: '/assets/',
      index: false,
      wildcard: false,
      decorateReply: false,
      preCompressed: true,
      immutable: true,
      maxAge: '1y',
    });
    pages(scope, { ...given, built });
  });
}

type PageDeps = ConsoleDeps & { readonly built: BuiltConsole };

function pages(scope: FastifyInstance, deps: PageDeps): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const error = toBotError(thrown);
    if (!wantsHtml(request)) throw error;
    if (error.code === 'HTTP_UNAUTHORIZED') return askForToken(reply.code(401), request.url, false, deps);
    return send(reply.code(error.status), { page: 'problem', problem: problemOf(error) }, request, deps);
  });
  scope.get('/', async (request, reply) => {
    const { view, status, retryAt } = await askView(request, reply, deps);
    return send(reply.code(status), view, request, deps, retryAt);
  });
  scope.get('/queries', async (request, reply) => {
    const { queries } = (await apiJson(scope, request, '/api/queries')) as Extract<View, { page: 'queries' }>;
    return send(reply, { page: 'queries', queries }, request, deps);
  });
  sessionRoutes(scope, {
    sessions: deps.sessions,
    isSecure: deps.isSecure,
    refuse: (reply, next) => askForToken(reply.code(401), next, true, deps),
  });
}

/** The same JSON that the browser gets when it comes to the page later, in the name of who asks for the page. */
async function apiJson(app: FastifyInstance, { headers, socket }: FastifyRequest, url: string): Promise<unknown> {
  const { statusCode, body } = await app.inject({
    method: 'GET',
    url,
    ...(socket.remoteAddress !== undefined && { remoteAddress: socket.remoteAddress }),
    headers: { ...headers, accept: 'application/json' },
  });
  const json: unknown = JSON.parse(body);
  if (statusCode >= 400) throw json;
  return json;
}

function askForToken(reply: FastifyReply, next: string, isRefused: boolean, deps: PageDeps): FastifyReply {
  const site: Site = { examples: [], isDemo: false, isSignedIn: false };
  const page: Page = { site, theme: themeOf(reply.request), view: { page: 'sign-in', next, isRefused } };
  return sendPage(reply, page, deps);
}

async function send(
  reply: FastifyReply,
  view: View,
  request: FastifyRequest,
  deps: PageDeps,
  retryAt?: string,
): Promise<FastifyReply> {
  const site: Site = {
    examples: await deps.examples(signalOf(reply)),
    isDemo: deps.isDemo,
    isSignedIn: deps.sessions.tokenOf(request.headers.cookie) !== undefined,
  };
  return sendPage(reply, { site, theme: themeOf(request), view }, deps, retryAt);
}

function sendPage(reply: FastifyReply, page: Page, { built }: PageDeps, retryAt?: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers(CONSOLE_HEADERS)
    .send(pageHtml(built, page, retryAt));
}

/** Programs that call a page get problems as JSON. */
function wantsHtml({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/.test(headers.accept ?? '');
}

function themeOf({ headers }: FastifyRequest): Theme {
  const chosen = /(?:^|;\s*)glimpse_theme=(light|dark)(?:;|$)/.exec(headers.cookie ?? '')?.[1];
  return (chosen as Theme | undefined) ?? 'auto';
}
