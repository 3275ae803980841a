/** What follows from one configuration, and how the next one takes its place. */
import type { FastifyInstance } from 'fastify';
import type { TakeSightingDeps } from './alerts/sighted/take-sighting.ts';
import type { TellDeps } from './alerts/tell-group.ts';
import type { AnswerKeeper } from './answers/answer-keeper.ts';
import { contextDepsOf, sightingDepsOf, tellDepsOf } from './app-alerts.ts';
import { isSameChat, makeChat, type RunningChat } from './app-chats.ts';
import { buildHttp } from './app-http.ts';
import { recordOf } from './app-record.ts';
import type { Config } from './config/config.ts';
import type { ContextDeps } from './context/give-context.ts';
import { buildCore, type Core, type CoreDeps } from './core.ts';
import type { Health, HealthReport } from './http/health-routes.ts';
import { createLeases, type Leases } from './lib/leases.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { AlertRecord } from './questions/record.ts';
import type { Store } from './store/store.ts';

/** The slowest thing that may still run under an old configuration is a job of the queue. */
const RETIRE_TIMEOUT_MS = 120_000;

/** What everything works with; each deed is counted. */
export type WatchedDeps = CoreDeps & {
  readonly metrics: Metrics;
  /** Told how everything is, whenever it was asked. */
  noteHealth(all: readonly Health[]): void;
};

/** What outlives every configuration. */
export interface Kept {
  readonly store: Store;
  readonly answers: AnswerKeeper;
}

/** Everything that follows from one configuration, and who still uses it. */
export interface Generation {
  readonly config: Config;
  readonly core: Core;
  readonly chats: readonly RunningChat[];
  readonly tell: TellDeps;
  readonly context: ContextDeps;
  readonly sightings: TakeSightingDeps;
  readonly record: AlertRecord;
  readonly http: FastifyInstance;
  readonly health: HealthReport;
  /** Reads the bot's state into its metrics. */
  collect(): Promise<void>;
  readonly leases: Leases;
}

/** Builds what follows from a configuration, on a core that was built for it; of an older one it takes over the chats that stay the same. */
export async function makeGeneration(
  config: Config,
  core: Core,
  kept: Kept,
  deps: WatchedDeps,
  old?: Generation,
): Promise<Generation> {
  const { store } = kept;
  const zone = config.zone ?? deps.zone;
  const chats = config.chats.map(
    (entry) => old?.chats.find((one) => isSameChat(one, entry, zone)) ?? makeChat(entry, store, { ...deps, zone }),
  );
  const listeningSinceMs = old?.tell.rule.listeningSinceMs ?? deps.clock.now();
  const { http, health, collect } = await buildHttp(config, core, kept, chats, { ...deps, listeningSinceMs });
  await http.ready();
  const context = contextDepsOf(config, core, store, chats, { ...deps, zone });
  return {
    config,
    core,
    chats,
    record: recordOf(config, store, { ...deps, listeningSinceMs }),
    tell: tellDepsOf(config, store, chats, { ...deps, zone }, listeningSinceMs),
    context,
    sightings: sightingDepsOf(config, core, store, context, deps),
    http,
    health,
    collect,
    leases: createLeases(deps.clock),
  };
}

/** The generation after another one; of that it takes over what stays the same. */
export async function succeed(old: Generation, config: Config, kept: Kept, deps: WatchedDeps): Promise<Generation> {
  const core = await buildCore(config, deps, old.core);
  return orClose(makeGeneration(config, core, kept, deps, old), () => core.close(old.core));
}

/** What is made; where that fails, what was opened for it is closed. */
export async function orClose<Made>(making: Promise<Made>, close: () => Promise<void>): Promise<Made> {
  try {
    return await making;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Chats of one that the other does not have. */
export function added(one: Generation, other: Generation): readonly RunningChat[] {
  return one.chats.filter((chat) => !other.chats.includes(chat));
}

/** Closes what nobody uses any more, when what was begun with it is finished. */
export async function retire(
  old: Generation,
  next: Generation,
  { log }: CoreDeps,
  overdue: AbortSignal,
): Promise<void> {
  await old.leases.settled(RETIRE_TIMEOUT_MS, overdue);
  try {
    await old.http.close();
    await old.core.close(next.core);
  } catch (error) {
    log.warn({ err: error }, 'what the old configuration held could not be closed');
  }
}
