/** The console's pages: each is drawn here with its data, and goes on in the browser. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Page, Site, Theme, View } from '../../web/contract.ts';
import type { MethodsAt } from '../known-routes.ts';
import { installNotFound, type Problem, problemFor, sendProblem, wantsHtml } from '../problem.ts';
import { signalOf } from '../request-signal.ts';
import type { Sessions } from '../session.ts';
import { sessionRoutes } from '../session-routes.ts';
import { type AskPageDeps, askView, zoneOf } from './ask-view.ts';
import { type BuiltConsole, NOT_BUILT, openConsole } from './built.ts';
import { type Examples, keepExamples } from './examples.ts';
import { CONSOLE_HEADERS, pageHtml } from './page-html.ts';

/** What the pages work with. */
export interface ConsoleDeps extends AskPageDeps {
  readonly sessions: Sessions;
  readonly isDemo: boolean;
  readonly methodsAt: MethodsAt;
  /** Whether browsers come by https. */
  readonly isSecure: boolean;
  /** Questions that work here, best first. */
  examples(signal: AbortSignal): Promise<readonly string[]>;
}

/** Registers `/`, `/queries`, `/answers/<id>`, `/alerts`, `/session` and the files under `/assets/`; without a build, what to do. */
export function consoleRoutes(app: FastifyInstance, given: ConsoleDeps): void {
  void app.register(async (scope) => {
    installNotFound(scope, given.methodsAt);
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
    pages(scope, { ...given, built, examples: keepExamples(given.examples, given.clock) });
  });
}

/** As {@link ConsoleDeps}, with the build and examples that are at hand. */
type PageDeps = Omit<ConsoleDeps, 'examples'> & { readonly built: BuiltConsole; readonly examples: Examples };

function pages(scope: FastifyInstance, deps: PageDeps): void {
  scope.setErrorHandler((thrown, request, reply) => {
    const problem = problemFor(thrown, request, deps.log);
    if (!wantsHtml(request)) return sendProblem(reply, problem);
    if (problem.code === 'HTTP_UNAUTHORIZED') return askForToken(reply.code(401), request.url, false, deps);
    return send(reply.code(problem.status), { page: 'problem', problem }, request, deps);
  });
  scope.get('/', async (request, reply) => {
    const { view, status, retryAt } = await askView(request, reply, deps);
    return send(reply.code(status), view, request, deps, retryAt);
  });
  for (const path of ['/queries', '/answers/:id', '/alerts', '/alerts/:id']) {
    scope.get(path, (request, reply) => showView(scope, request, reply, deps));
  }
  sessionRoutes(scope, {
    sessions: deps.sessions,
    isSecure: deps.isSecure,
    refuse: (reply, next) => askForToken(reply.code(401), next, true, deps),
  });
}

/** A refusal of the API, in whose place a page is shown. */
interface Refused {
  readonly refused: Problem;
}

/** Shows what the browser shows too, of the same JSON, fetched in the name of who asks for the page. */
async function showView(
  scope: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  deps: PageDeps,
): Promise<FastifyReply> {
  const { remoteAddress } = request.socket;
  const asker = {
    headers: { ...request.headers, accept: 'application/json' },
    ...(remoteAddress !== undefined && { remoteAddress }),
    signal: signalOf(reply),
  };
  const get = async (url: string): Promise<unknown> => {
    const { statusCode, body } = await scope.inject({ method: 'GET', url, ...asker });
    const json: unknown = JSON.parse(body);
    if (statusCode < 400) return json;
    throw { refused: json as Problem } satisfies Refused;
  };
  try {
    return send(reply, await deps.built.viewAt(new URL(request.url, 'http://here.invalid'), get), request, deps);
  } catch (thrown) {
    const { refused } = thrown as Partial<Refused>;
    if (!refused) throw thrown;
    if (!wantsHtml(request)) return sendProblem(reply, refused);
    return send(reply.code(refused.status), { page: 'problem', problem: refused }, request, deps);
  }
}

function askForToken(reply: FastifyReply, next: string, isRefused: boolean, deps: PageDeps): FastifyReply {
  const nowMs = deps.clock.now();
  const site: Site = { examples: [], isDemo: false, isSignedIn: false, zone: deps.ask.zone, nowMs };
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
    examples: await deps.examples(),
    isDemo: deps.isDemo,
    isSignedIn: deps.sessions.tokenOf(request.headers.cookie) !== undefined,
    zone: zoneOf(request) ?? deps.ask.zone,
    nowMs: deps.clock.now(),
  };
  return sendPage(reply, { site, theme: themeOf(request), view }, deps, retryAt);
}

function sendPage(reply: FastifyReply, page: Page, { built }: PageDeps, retryAt?: string): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers(CONSOLE_HEADERS)
    .send(pageHtml(built, page, retryAt));
}

function themeOf({ headers }: FastifyRequest): Theme {
  const chosen = /(?:^|;\s*)glimpse_theme=(light|dark)(?:;|$)/.exec(headers.cookie ?? '')?.[1];
  return (chosen as Theme | undefined) ?? 'auto';
}
