/** What tells rooms of alerts, and gives their context, under one configuration. */
import { isInMaintenance } from './alerts/maintenance.ts';
import type { Route } from './alerts/route.ts';
import { createSightingReader } from './alerts/sighted/index.ts';
import type { TakeSightingDeps } from './alerts/sighted/take-sighting.ts';
import type { TellDeps } from './alerts/tell-group.ts';
import type { RunningChat } from './app-chats.ts';
import type { Config } from './config/config.ts';
import { createChartPoster } from './context/chart-poster.ts';
import { completeSighted } from './context/complete-sighted.ts';
import type { ContextStep } from './context/gather-context.ts';
import { createGatherer, type Gather } from './context/gather-on-demand.ts';
import type { ContextDeps } from './context/give-context.ts';
import { queueContext } from './context/queue-context.ts';
import { contextSteps, findCharts } from './context/steps.ts';
import type { Subject } from './context/subject.ts';
import type { Core, CoreDeps } from './core.ts';
import type { Metrics } from './metrics/metrics.ts';
import { timed } from './metrics/timed.ts';
import type { Store } from './store/store.ts';

/** What tells rooms; without routes and operators alerts are only kept. */
export function tellDepsOf(
  config: Config,
  store: Store,
  chats: readonly RunningChat[],
  { clock, log, zone }: CoreDeps,
): TellDeps {
  const { routes, operators, hooks } = config;
  const hasReceivers = Object.keys(hooks).length > 0;
  if (hasReceivers && routes.length === 0 && !operators) {
    log.warn('alerts are taken and kept, but no room hears of them: the config has neither routes nor operators');
  }
  return {
    alerts: store.alerts,
    routes: routesOf(config),
    ...(operators && { operators }),
    chatNamed: (name) => chats.find((one) => one.name === name)?.chat,
    zone,
    clock,
    log,
  };
}

/** The tree of routes; without one, alerts go to the operators' room. */
export function routesOf({ routes, operators }: Pick<Config, 'routes' | 'operators'>): readonly Route[] {
  if (routes.length > 0) return routes.map((route) => routeOf(route, {}));
  return operators ? [{ place: operators, isContinued: false, routes: [] }] : [];
}

/** Where context comes from, and where it goes. */
export function contextDepsOf(
  { maintenance }: Config,
  { sources, catalog, renderer, onCall }: Core,
  store: Store,
  chats: readonly RunningChat[],
  { clock, log, zone, metrics }: CoreDeps & { readonly metrics: Metrics },
): ContextDeps {
  const { alerts, contexts } = store;
  const found = { alerts, catalog, sources, onCall, now: () => clock.now() };
  return {
    alerts,
    contexts,
    submit: (job, delayMs) => store.submitContext(job, delayMs),
    chatNamed: (name) => chats.find((one) => one.name === name)?.chat,
    steps: contextSteps(found).map((step) => timedStep(step, metrics)),
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

function timedStep(step: ContextStep, { contextSeconds, failures }: Metrics): ContextStep {
  const find: ContextStep['find'] = (subject, signal) =>
    timed(
      () => step.find(subject, signal),
      (seconds, code) => {
        contextSeconds.observe({ step: step.what }, seconds);
        if (code !== undefined) failures.inc({ code, kind: 'context' });
      },
    );
  return { ...step, find };
}

/** How posts of other integrations are read, and where their alerts go. */
export function sightingDepsOf(
  { alertPatterns }: Config,
  { sources }: Core,
  store: Store,
  context: ContextDeps,
  { log }: CoreDeps,
): TakeSightingDeps {
  return {
    read: createSightingReader(alertPatterns),
    sightings: store.sightings,
    takeTold: (told) => store.takeTold(told),
    queueContext: (key) => queueContext(key, context),
    complete: (sighted) => completeSighted(sighted, { sources, log }),
    log,
  };
}

/** Context for who looks at an alert, not in a room. */
export function gathererOf(
  { sources, catalog, onCall }: Core,
  { alerts }: Pick<Store, 'alerts'>,
  { clock }: Pick<CoreDeps, 'clock'>,
): Gather {
  const found = { alerts, catalog, sources, onCall };
  const charts = (subject: Subject, signal: AbortSignal) => findCharts(subject, found, signal);
  return createGatherer({ steps: contextSteps(found), charts, clock });
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
