/** What tells rooms of alerts, and gives their context, under one configuration. */
import { isInMaintenance } from './alerts/maintenance.ts';
import { createSightingReader } from './alerts/sighted/index.ts';
import type { TakeSightingDeps } from './alerts/sighted/take-sighting.ts';
import { alertsPageOf, makeTellDeps } from './alerts/tell-deps.ts';
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
  listeningSinceMs: number,
): TellDeps {
  const chatNamed = (name: string) => chats.find((one) => one.name === name)?.chat;
  return makeTellDeps(config, {
    alerts: store.alerts,
    turns: store.turns,
    tellSoon: store.tellSoon,
    chatNamed,
    listeningSinceMs,
    zone,
    clock,
    log,
  });
}

/** Where context comes from, and where it goes. */
export function contextDepsOf(
  { maintenance, publicUrl }: Config,
  { sources, catalog, renderer, onCall }: Core,
  store: Store,
  chats: readonly RunningChat[],
  { clock, log, zone, metrics }: CoreDeps & { readonly metrics: Metrics },
): ContextDeps {
  const { alerts, contexts } = store;
  const found = { alerts, catalog, sources, onCall, collected: store.origins, now: () => clock.now() };
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
    alertsPage: alertsPageOf(publicUrl),
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
  { alerts, origins }: Pick<Store, 'alerts' | 'origins'>,
  { clock }: Pick<CoreDeps, 'clock'>,
): Gather {
  const found = { alerts, catalog, sources, onCall, collected: origins };
  const charts = (subject: Subject, signal: AbortSignal) => findCharts(subject, found, signal);
  return createGatherer({ steps: contextSteps(found), charts, clock });
}
