/** The composition root: a configured bot, ready to listen. Never listens by itself, never reads the environment. */
import { type FastifyInstance, fastify } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { alertFormats } from './alerts/index.ts';
import { isInMaintenance } from './alerts/maintenance.ts';
import { makeReceivers } from './alerts/receivers.ts';
import type { Route } from './alerts/route.ts';
import { type TellDeps, tellGroup } from './alerts/tell-group.ts';
import { changeFormats } from './changes/index.ts';
import type { Chat, ChatMessage, ChatSettings } from './chat/chat.ts';
import { deliverAnswer } from './chat/deliver.ts';
import { chatKinds } from './chat/index.ts';
import type { ChatConfig, Config } from './config/config.ts';
import { isLoopback } from './config/listen.ts';
import { createChartPoster } from './context/chart-poster.ts';
import { type ContextDeps, giveContext } from './context/give-context.ts';
import { queueContext } from './context/queue-context.ts';
import { contextSteps, findCharts } from './context/steps.ts';
import { buildCore, type Core, type CoreDeps } from './core.ts';
import { BotError } from './domain/errors.ts';
import { askRoutes } from './http/ask-routes.ts';
import { demoRoutes } from './http/demo-routes.ts';
import { frontPage } from './http/front-page.ts';
import { installGuard } from './http/guard.ts';
import { healthRoutes, type ReadinessCheck } from './http/health-routes.ts';
import { hookRoutes } from './http/hook-routes.ts';
import { installProblems, refuseAddress, refuseConnection } from './http/problem.ts';
import { queryRoutes } from './http/query-routes.ts';
import { renderRoutes } from './http/render-routes.ts';
import type { Clock } from './lib/clock.ts';
import { createForgetful } from './lib/local-memory.ts';
import type { Log } from './lib/log.ts';
import { understandDeps } from './questions/ask.ts';
import { exampleQuestions } from './questions/help.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';

/** A built bot. */
export interface App {
  readonly http: FastifyInstance;
  readonly core: Core;
  readonly store: Store;
  readonly log: Log;
  /** Three questions that work here. */
  examples(signal: AbortSignal): Promise<readonly string[]>;
  /** Connects the chats and begins to answer; a chat that is down is retried, not fatal. */
  start(): Promise<void>;
  /** Takes no more questions, finishes what is being answered within `graceMs`, then closes everything. */
  close(graceMs?: number): Promise<void>;
}

/** A question is a line; the largest body is one with 4,000 characters in escapes. */
const BODY_MAX_BYTES = 64 * 1024;
/** Longest that a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 30_000;

interface RunningChat {
  readonly name: string;
  readonly chat: Chat;
  readonly settings: ChatSettings;
}

/**
 * Builds the bot.
 *
 * @throws BotError `CONFIG_…`, `STORE_…`
 */
export async function buildApp(config: Config, deps: CoreDeps): Promise<App> {
  const core = await buildCore(config, deps);
  let store: Store;
  try {
    const { databaseUrl, dataFolder } = config;
    store = await openStore({
      ...(databaseUrl && { databaseUrl }),
      dataDir: dataFolder,
      log: deps.log,
      clock: deps.clock,
    });
  } catch (error) {
    await core.close();
    throw error;
  }
  const zone = config.zone ?? deps.zone;
  const chats = config.chats.map((entry) => makeChat(entry, store, { ...deps, zone }));
  const stopping = new AbortController();
  const tell = tellDepsOf(config, store, chats, { ...deps, zone });
  const context = contextDepsOf(config, core, store, chats, { ...deps, zone });
  const http = buildHttp(config, core, store, chats, deps);
  return {
    http,
    core,
    store,
    log: deps.log,
    examples: (signal) => examplesOf(core, signal),
    async start() {
      await store.work((message, signal) => answerMessage(message, chats, core, store, deps, signal));
      await store.workContexts((job, signal) => giveContext(job, context, signal));
      await store.workGroups(async (key, signal) => {
        await tellGroup(key, tell, signal);
        // only now: words never wait for context
        await queueContext(key, context);
      });
      for (const chat of chats) void runChat(chat, store, deps, stopping.signal);
    },
    async close(graceMs = 10_000) {
      stopping.abort();
      await Promise.all([closeHttp(http, graceMs, deps.clock), store.close(graceMs)]);
      await core.close();
    },
  };
}

/** Takes no more connections, finishes the requests that are there, and cuts what is left after `graceMs`. */
async function closeHttp(http: FastifyInstance, graceMs: number, clock: Clock): Promise<void> {
  const closed = new AbortController();
  const cut = clock.sleep(graceMs, closed.signal).then(
    () => http.server.closeAllConnections(),
    () => undefined,
  );
  await http.close();
  closed.abort();
  await cut;
}

function makeChat({ name, kind, options }: ChatConfig, store: Store, { clock, log, zone }: CoreDeps): RunningChat {
  const definition = chatKinds.find((known) => known.kind === kind);
  if (!definition) throw new BotError('CONFIG_INVALID', `There is no kind of chat called ${kind}.`);
  const budget = store.budget;
  const chat = definition.create(options, { name, zone, clock, log: log.child({ chat: name }), budget });
  return { name, chat, settings: definition.settings(options) };
}

async function runChat(
  { name, chat }: RunningChat,
  store: Store,
  { clock, log }: CoreDeps,
  signal: AbortSignal,
): Promise<void> {
  const take = async (message: ChatMessage) => void (await store.submit(message));
  const keepCursor = (toMs: number) => store.moveCursor(name, Math.floor(toMs));
  while (!signal.aborted) {
    try {
      const sinceMs = await store.cursorOf(name);
      await chat.start(take, signal, sinceMs, keepCursor);
    } catch (error) {
      if (signal.aborted) return;
      log.error(
        { chat: name, err: error, code: error instanceof BotError ? error.code : 'INTERNAL' },
        'a chat cannot be used',
      );
      await clock.sleep(CHAT_RETRY_MS, signal).catch(() => undefined);
    }
  }
}

/** After a refusal that no retry mends (a revoked token): somebody may have mended it meanwhile, its file is read again. */
const CHAT_RETRY_MS = 60_000;

async function answerMessage(
  message: ChatMessage,
  chats: readonly RunningChat[],
  core: Core,
  store: Store,
  { clock, log }: CoreDeps,
  signal: AbortSignal,
): Promise<void> {
  const target = chats.find(({ name }) => name === message.chat);
  if (!target) {
    log.warn({ chat: message.chat }, 'a question came from a chat that is no longer configured');
    return;
  }
  const present = { renderer: core.renderer, log };
  await deliverAnswer(
    message,
    target.chat,
    target.settings,
    { ask: core.askDeps(store, store.alerts), present, clock, log },
    signal,
  );
}

function buildHttp(
  config: Config,
  core: Core,
  store: Store,
  chats: readonly RunningChat[],
  deps: CoreDeps,
): FastifyInstance {
  const http = fastify({
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // what is being answered at a stop is answered to the end; close() bounds how long that may take
    forceCloseConnections: 'idle',
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseConnection,
  });
  http.setValidatorCompiler(validatorCompiler);
  http.setSerializerCompiler(serializerCompiler);
  installProblems(http, deps.log);
  installGuard(http, {
    isLoopback: isLoopback(config.listen),
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    tokens: config.tokens.map(({ token }) => token),
  });
  healthRoutes(http, readinessOf(core, store, chats), () => deps.clock.now());
  hookRoutes(http, {
    sections: {
      hooks: { formats: alertFormats, receivers: makeReceivers(config.hooks, alertFormats, 'hooks') },
      changes: { formats: changeFormats, receivers: makeReceivers(config.changes, changeFormats, 'changes') },
    },
    isLoopback: isLoopback(config.listen),
    takeTold: (told) => store.takeTold(told),
    clock: deps.clock,
    log: deps.log,
  });
  const asking = {
    ask: core.askDeps(createForgetful(), store.alerts),
    present: { renderer: core.renderer, log: deps.log },
  };
  askRoutes(http, asking);
  queryRoutes(http, asking.ask);
  renderRoutes(http, asking);
  frontPage(http, { ask: core.askDeps(createForgetful()), examples: (signal) => examplesOf(core, signal) });
  if (core.embedded) demoRoutes(http, core.embedded.handlers);
  return http;
}

/** Without routes alerts go to the operators' room; without that they are only kept. */
function tellDepsOf(
  { routes, operators, hooks }: Config,
  store: Store,
  chats: readonly RunningChat[],
  { clock, log, zone }: CoreDeps,
): TellDeps {
  const hasReceivers = Object.keys(hooks).length > 0;
  if (hasReceivers && routes.length === 0 && !operators) {
    log.warn('alerts are taken and kept, but no room hears of them: the config has neither routes nor operators');
  }
  const usual: Route[] = operators ? [{ place: operators, isContinued: false, routes: [] }] : [];
  return {
    alerts: store.alerts,
    routes: routes.length > 0 ? routes.map((route) => routeOf(route, {})) : usual,
    ...(operators && { operators }),
    chatNamed: (name) => chats.find((one) => one.name === name)?.chat,
    zone,
    clock,
    log,
  };
}

function contextDepsOf(
  { maintenance }: Config,
  { sources, catalog, renderer }: Core,
  store: Store,
  chats: readonly RunningChat[],
  { clock, log, zone }: CoreDeps,
): ContextDeps {
  const { alerts, contexts } = store;
  const found = { alerts, catalog, sources };
  return {
    alerts,
    contexts,
    submit: (job, delayMs) => store.submitContext(job, delayMs),
    chatNamed: (name) => chats.find((one) => one.name === name)?.chat,
    steps: contextSteps(found),
    isMuted: (alert, nowMs) => isInMaintenance(alert, maintenance, nowMs, zone),
    charts: createChartPoster({
      find: (subject, signal) => findCharts(subject, found, signal),
      present: { renderer, log },
      themeOf: ({ chat, room }) => chats.find(({ name }) => name === chat)?.settings.rooms[room]?.theme,
      clock,
      log,
    }),
    zone,
    clock,
    log,
  };
}

/** Chat and room that are left out are those of the route above. */
function routeOf(route: Config['routes'][number], above: { readonly chat?: string; readonly room?: string }): Route {
  const { match, fallback, routes, chat = above.chat, room = above.room } = route;
  const own = { ...(chat !== undefined && { chat }), ...(room !== undefined && { room }) };
  return {
    ...(match && { match }),
    ...(chat !== undefined && room !== undefined && { place: { chat, room } }),
    ...(fallback && { fallback }),
    isContinued: route.continue,
    routes: routes.map((one) => routeOf(one, own)),
  };
}

function examplesOf(core: Core, signal: AbortSignal): Promise<readonly string[]> {
  return exampleQuestions(understandDeps(core.askDeps(createForgetful())), signal);
}

function readinessOf(core: Core, store: Store, chats: readonly RunningChat[]): ReadinessCheck[] {
  return [
    {
      name: 'store',
      async run() {
        await store.check();
        return [];
      },
    },
    ...core.sources.all.map(({ name, source }) => ({
      name: `source ${name}`,
      run: async (signal: AbortSignal) => (await source.check(signal)).problems,
    })),
    ...chats.map(({ name, chat }) => ({
      name: `chat ${name}`,
      run: async () => (chat.isConnected ? [] : ['It is not connected.']),
    })),
  ];
}
