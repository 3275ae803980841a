/** What answers HTTP under one configuration. */
import { type FastifyInstance, fastify } from 'fastify';
import { alertFormats } from './alerts/index.ts';
import { makeReceivers } from './alerts/receivers.ts';
import { templateOf } from './alerts/route.ts';
import { routesOf } from './alerts/tell-deps.ts';
import { withWatchdogsApart } from './alerts/watchdog.ts';
import type { AnswerKeeper } from './answers/answer-keeper.ts';
import { gathererOf } from './app-alerts.ts';
import type { RunningChat } from './app-chats.ts';
import { recordOf, timelineOf } from './app-record.ts';
import { changeFormats } from './changes/index.ts';
import type { Config } from './config/config.ts';
import { isLoopback } from './config/listen.ts';
import { type Core, type CoreDeps, hasDemoData, publicBaseOf } from './core.ts';
import type { Told } from './domain/alert.ts';
import { alertRoutes } from './http/alert-routes.ts';
import { answerRoutes } from './http/answer-routes.ts';
import { askRoutes } from './http/ask-routes.ts';
import { backupRoutes } from './http/backup-routes.ts';
import { installChecks } from './http/check-requests.ts';
import { consoleRoutes } from './http/console/console-routes.ts';
import { demoAlertRoutes } from './http/demo-alert-routes.ts';
import { demoRoutes } from './http/demo-routes.ts';
import { installGuard } from './http/guard.ts';
import {
  createHealthReport,
  type Health,
  type HealthReport,
  healthRoutes,
  type ReadinessCheck,
} from './http/health-routes.ts';
import { hookRoutes } from './http/hook-routes.ts';
import { rememberRoutes } from './http/known-routes.ts';
import { mcpRoutes } from './http/mcp-routes.ts';
import { metricsRoutes } from './http/metrics-routes.ts';
import { openApiRoutes } from './http/openapi-routes.ts';
import { installProblems, refuseAddress } from './http/problem.ts';
import { queryRoutes } from './http/query-routes.ts';
import { installRateLimit } from './http/rate-limit.ts';
import { renderRoutes } from './http/render-routes.ts';
import { schemaRoutes } from './http/schema-routes.ts';
import { createSessions } from './http/session.ts';
import { traceRequests } from './http/trace-requests.ts';
import { usageRoutes } from './http/usage-routes.ts';
import { valueRoutes } from './http/value-routes.ts';
import { makeJsonSchema, SCHEMA_NAMES } from './json-schemas.ts';
import { createForgetful } from './lib/local-memory.ts';
import { glimpseVersion } from './lib/version.ts';
import { collectState, type StateSources } from './metrics/collect-state.ts';
import { countDelivery } from './metrics/count-delivery.ts';
import type { Metrics } from './metrics/metrics.ts';
import { understandDeps } from './questions/ask.ts';
import { exampleQuestions } from './questions/help.ts';
import type { Store } from './store/store.ts';

/** A question is a line; the largest body is one with 4,000 characters in escapes. */
const BODY_MAX_BYTES = 64 * 1024;

/** The routes, and what reads the bot's state into its metrics. */
export interface HttpSide {
  readonly http: FastifyInstance;
  readonly health: HealthReport;
  collect(): Promise<void>;
}

/** Builds it, every route; it does not listen. */
export async function buildHttp(
  config: Config,
  core: Core,
  { store, answers }: { readonly store: Store; readonly answers: AnswerKeeper },
  chats: readonly RunningChat[],
  {
    metrics,
    noteHealth,
    ...deps
  }: CoreDeps & {
    readonly metrics: Metrics;
    readonly listeningSinceMs: number;
    noteHealth(all: readonly Health[]): void;
  },
): Promise<HttpSide> {
  const http = fastify({
    logger: false,
    bodyLimit: BODY_MAX_BYTES,
    frameworkErrors: refuseAddress,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const methodsAt = rememberRoutes(http);
  installChecks(http);
  traceRequests(http);
  installProblems(http, deps.log);
  const sessions = createSessions(
    config.tokens.map(({ token }) => token),
    () => deps.clock.now(),
  );
  installGuard(http, {
    isLoopback: isLoopback(config.listen),
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    tokens: config.tokens,
    proxy: config.proxy,
    sessions,
  });
  await installRateLimit(http, config.requestsPerMinute);
  openApiRoutes(http, { version: glimpseVersion(), publicUrl: config.publicUrl });
  const health = createHealthReport(readinessOf(core, store, chats), () => deps.clock.now(), noteHealth);
  healthRoutes(http, health);
  const collect = (): Promise<void> => collectState(metrics, stateOf(core, store, health));
  metricsRoutes(http, metrics, collect);
  hookRoutes(http, {
    sections: {
      hooks: { formats: alertFormats, receivers: makeReceivers(config.hooks, alertFormats) },
      changes: { formats: changeFormats, receivers: makeReceivers(config.changes, changeFormats) },
    },
    isLoopback: isLoopback(config.listen),
    takeTold: (told) => store.takeTold(withWatchdogsApart(told, config.alerts.watchdogs)),
    clock: deps.clock,
    log: deps.log,
    onDelivery: countDelivery(metrics),
  });
  const routes = routesOf(config);
  const asking = {
    ask: core.askDeps(createForgetful(), recordOf(config, store, deps)),
    present: { renderer: core.renderer, log: deps.log },
    answers,
  };
  askRoutes(http, asking);
  queryRoutes(http, asking.ask);
  valueRoutes(http, asking.ask);
  usageRoutes(http, asking.ask);
  mcpRoutes(http, glimpseVersion(), config.proxy?.userHeader);
  renderRoutes(http, asking);
  schemaRoutes(http, SCHEMA_NAMES, makeJsonSchema);
  answerRoutes(http, { answers, renderer: core.renderer });
  alertRoutes(http, {
    timeline: timelineOf(config, store, deps),
    record: store.alerts,
    sources: core.sources,
    gather: gathererOf(core, store, deps),
    answers,
    templateOf: (alerts) => templateOf(alerts, routes) ?? config.alerts.template,
    zone: config.zone ?? deps.zone,
    clock: deps.clock,
  });
  consoleRoutes(http, {
    sessions,
    methodsAt,
    isDemo: core.sources.all.some(({ isDemo }) => isDemo),
    isSecure: config.publicUrl?.startsWith('https:') === true,
    ...asking,
    clock: deps.clock,
    log: deps.log,
    examples: (signal) => examplesOf(core, signal),
  });
  backupRoutes(http, store);
  if (core.embedded) demoRoutes(http, core.embedded.handlers);
  if (hasDemoData(config)) {
    const takeTold = (told: Told) => store.takeTold(told);
    demoAlertRoutes(http, { takeTold, baseUrl: publicBaseOf(config), clock: deps.clock });
  }
  return { http, health, collect };
}

function stateOf({ renderer, catalog }: Core, store: Store, health: HealthReport): StateSources {
  return { health, store, renderPending: renderer.pending, definitions: catalog().queries.length };
}

/** Three questions that work here. */
export function examplesOf(core: Core, signal: AbortSignal): Promise<readonly string[]> {
  return exampleQuestions(understandDeps(core.askDeps(createForgetful())), signal);
}

function readinessOf(core: Core, store: Store, chats: readonly RunningChat[]): ReadinessCheck[] {
  return [
    {
      kind: 'store' as const,
      async run() {
        await store.check();
        return [];
      },
    },
    ...core.sources.all.map(({ name, source }) => ({
      kind: 'source' as const,
      name,
      run: async (signal: AbortSignal) => (await source.check(signal)).problems,
    })),
    ...chats.map(({ name, chat }) => ({
      kind: 'chat' as const,
      name,
      run: async () => (chat.isConnected ? [] : ['It is not connected.']),
    })),
  ];
}
