/** The composition root: a configured bot, ready to listen. Never listens by itself, never reads the environment. */
import type { FastifyInstance } from 'fastify';
import { joinSighted } from './alerts/sighted/join-sighted.ts';
import { type TakeSightingDeps, takeSighting } from './alerts/sighted/take-sighting.ts';
import { type TellDeps, tellGroupOrLater } from './alerts/tell-group.ts';
import { type AnswerKeeper, createAnswerKeeper } from './answers/answer-keeper.ts';
import { contextDepsOf, sightingDepsOf, tellDepsOf } from './app-alerts.ts';
import { answerMessage, giveWay, isSameChat, makeChat, pagesOf, type RunningChat, runChat } from './app-chats.ts';
import { buildHttp, examplesOf } from './app-http.ts';
import { recordOf } from './app-record.ts';
import type { OnSighting } from './chat/chat.ts';
import type { Config } from './config/config.ts';
import { needsRestart, reloadable } from './config/reloadable.ts';
import { type ContextDeps, giveContext } from './context/give-context.ts';
import { queueContext } from './context/queue-context.ts';
import { buildCore, type Core, type CoreDeps, hasDemoData, isDemoOnly, publicBaseOf } from './core.ts';
import { type StoryDeps, tellStory } from './demo/tell-story.ts';
import { createFrontDoor } from './http/front-door.ts';
import type { Clock } from './lib/clock.ts';
import { createLeases, type Leases } from './lib/leases.ts';
import type { Log } from './lib/log.ts';
import { createTurns } from './lib/turns.ts';
import { glimpseVersion } from './lib/version.ts';
import { createCarbonWriter } from './metrics/carbon-writer.ts';
import { countAsked } from './metrics/count-asked.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import { observeRenderer } from './metrics/observe-renderer.ts';
import { observeSource } from './metrics/observe-source.ts';
import { timed } from './metrics/timed.ts';
import type { AlertRecord } from './questions/record.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { keepUsage, writeUsage } from './usage/keep-usage.ts';
import { createUsageTally, type UsageRecord, type UsageTally } from './usage/usage.ts';

/** A built bot. */
export interface App {
  /** The listener; what answers behind it changes with {@link App.reload}. */
  readonly http: FastifyInstance;
  /** Of the configuration in force. */
  readonly core: Core;
  readonly store: Store;
  readonly answers: AnswerKeeper;
  readonly clock: Clock;
  /** What questions read of alerts and changes, under the configuration in force. */
  readonly record: AlertRecord;
  readonly log: Log;
  /** Three questions that work here. */
  examples(signal: AbortSignal): Promise<readonly string[]>;
  /** Connects the chats and begins to answer; a chat that is down is retried, not fatal. */
  start(): Promise<void>;
  /**
   * Puts another configuration into force, all or nothing: what was begun is finished under the old one, no question and no alert is
   * lost. Where it listens and keeps its data stays as it was until a restart.
   *
   * @param load - reads the configuration
   * @returns keys of the file in which it differs and that a restart is needed for
   * @throws BotError `CONFIG_…`; the old configuration then stays in force
   */
  reload(load: () => Promise<Config>): Promise<readonly string[]>;
  /** Takes no more questions, finishes what is being answered within `graceMs`, then closes everything. */
  close(graceMs?: number): Promise<void>;
}

/** The slowest thing that may still run under an old configuration is a job of the queue. */
const RETIRE_TIMEOUT_MS = 120_000;
const DEFAULT_GRACE_MS = 10_000;

/** What outlives every configuration. */
interface Kept {
  readonly store: Store;
  readonly answers: AnswerKeeper;
}

/** Everything that follows from one configuration, and who still uses it. */
interface Generation {
  readonly config: Config;
  readonly core: Core;
  readonly chats: readonly RunningChat[];
  readonly tell: TellDeps;
  readonly context: ContextDeps;
  readonly sightings: TakeSightingDeps;
  readonly record: AlertRecord;
  readonly http: FastifyInstance;
  /** Reads the bot's state into its metrics. */
  collect(): Promise<void>;
  readonly leases: Leases;
}

/**
 * Builds the bot.
 *
 * @throws BotError `CONFIG_…`, `STORE_…`
 */
export async function buildApp(config: Config, given: CoreDeps): Promise<App> {
  const metrics = createMetrics({ version: glimpseVersion(), node: process.versions.node });
  const tally = createUsageTally(given.clock);
  const deps = watched(given, metrics, { tally, since: (day) => store.usage.since(day) });
  const { databaseUrl, dataFolder } = config;
  let alertsKeptMs = config.alerts.keep;
  const core = await buildCore(config, deps);
  const store = await orClose(
    openStore({
      ...(databaseUrl && { databaseUrl }),
      dataDir: dataFolder,
      answers: config.answers,
      log: deps.log,
      clock: deps.clock,
      onBegin: (queue, waitedMs) => metrics.queueWaitSeconds.observe({ queue }, waitedMs / 1000),
      onQuery(seconds, isGood) {
        metrics.storeSeconds.observe(seconds);
        if (!isGood) metrics.failures.inc({ code: 'STORE_UNAVAILABLE', kind: 'store' });
      },
      alertsKeptMs: () => alertsKeptMs,
    }),
    () => core.close(),
  );
  const answers = createAnswerKeeper(store.answers, deps.log);
  const kept = { store, answers };
  let current = await orClose(makeGeneration(config, core, kept, deps), async () => {
    await store.close(0);
    await core.close();
  });
  const counting = new AbortController();
  const keeping = { tally, store: store.usage, clock: deps.clock, log: deps.log };
  void keepUsage(keeping, counting.signal);
  noteConfig(metrics, true, deps.clock.now());
  let isStarted = false;
  const carbon = createCarbonWriter(() => current.collect(), metrics.registry, deps);
  const door = createFrontDoor(() => ({ app: current.http, leave: current.leases.take() }), deps.clock);
  const inTurn = createTurns();
  const retiring = new Set<Promise<void>>();
  /** Does something with the configuration that is in force at its beginning, to its end. */
  async function withCurrent<Result>(work: (generation: Generation) => Promise<Result>): Promise<Result> {
    const leave = current.leases.take();
    try {
      return await work(current);
    } finally {
      leave();
    }
  }
  async function prepare(load: () => Promise<Config>) {
    const wanted = await load();
    return { wanted, next: await succeed(current, reloadable(wanted, current.config), kept, deps) };
  }
  const stopping = new AbortController();
  const overdue = new AbortController();
  const story: StoryDeps = {
    takeTold: (told) => store.takeTold(told),
    open: () => store.alerts.open(),
    isThere: () => hasDemoData(current.config),
    hasStory: () => isDemoOnly(current.config),
    baseUrl: () => publicBaseOf(current.config),
    clock: deps.clock,
    log: deps.log,
  };
  const onSighting: OnSighting = {
    wants: (sighting) => current.sightings.read(sighting) !== undefined,
    take: (sighting) => withCurrent(({ sightings }) => takeSighting(sighting, sightings)),
  };
  return {
    http: door.server,
    get core() {
      return current.core;
    },
    store,
    answers,
    clock: deps.clock,
    get record() {
      return current.record;
    },
    log: deps.log,
    examples: (signal) => examplesOf(current.core, signal),
    start: () =>
      inTurn(async () => {
        isStarted = true;
        await store.work((message, signal) =>
          timed(
            () =>
              withCurrent(({ chats, core, record, config }) =>
                answerMessage(message, chats, core, { store, record, pages: pagesOf(answers, config) }, deps, signal),
              ),
            (seconds) => metrics.answerSeconds.observe({ chat: message.chat }, seconds),
          ),
        );
        await store.workContexts((job, signal) => withCurrent(({ context }) => giveContext(job, context, signal)));
        await store.workGroups((key, signal) =>
          withCurrent(async ({ tell, context }) => {
            if (current.chats.length > 0) await joinSighted(key, { ...store, clock: deps.clock });
            const { isTold, againMs } = await timed(
              () => tellGroupOrLater(key, tell, signal),
              (_seconds, code) => metrics.alertGroupsTold.inc({ outcome: code === undefined ? 'told' : 'failed' }),
            );
            // context only then: words never wait for it
            if (isTold) await queueContext(key, context);
            return againMs;
          }),
        );
        for (const one of current.chats) void runChat(one, onSighting, store, deps);
        carbon.follow(current.config.carbon);
        void tellStory(story, stopping.signal);
      }),
    reload: (load) =>
      inTurn(async () => {
        const { wanted, next } = await prepare(load).catch((error: unknown) => {
          noteConfig(metrics, false, deps.clock.now());
          throw error;
        });
        const old = current;
        current = next;
        noteConfig(metrics, true, deps.clock.now());
        alertsKeptMs = next.config.alerts.keep;
        if (isStarted) for (const one of added(next, old)) void runChat(one, onSighting, store, deps);
        for (const one of added(old, next)) void giveWay(one, next.chats, deps.clock, stopping.signal);
        if (isStarted) carbon.follow(next.config.carbon);
        const retired = retire(old, next, deps, overdue.signal).finally(() => retiring.delete(retired));
        retiring.add(retired);
        return needsRestart(wanted, config);
      }),
    close: (graceMs = DEFAULT_GRACE_MS) =>
      inTurn(async () => {
        carbon.follow(undefined);
        stopping.abort();
        for (const { stop } of current.chats) stop.abort();
        const served = door.close(graceMs);
        // what is answered to the last is kept, too
        await store.close(graceMs, async () => {
          await served;
          await answers.close();
          counting.abort();
          await writeUsage(keeping);
        });
        // whoever still works under an old configuration has had as long as the others
        overdue.abort();
        await Promise.all([current.http.close(), ...retiring]);
        await current.core.close();
      }),
  };
}

/** What everything works with; each deed is counted. */
type WatchedDeps = CoreDeps & { readonly metrics: Metrics };

function watched(deps: CoreDeps, metrics: Metrics, usage: UsageRecord & { readonly tally: UsageTally }): WatchedDeps {
  const count = countAsked(metrics);
  return {
    ...deps,
    metrics,
    usage,
    wrapSource: (source, name, kind) => observeSource(source, name, kind, metrics),
    wrapRenderer: (pool) => observeRenderer(pool, metrics),
    onAsked(asked) {
      count(asked);
      usage.tally.note(asked);
      deps.log.info(asked, 'a question was asked');
    },
    onDefinitions: (catalog) => metrics.definitionsGood.set(catalog ? 1 : 0),
  };
}

function noteConfig({ configGood, configSeconds }: Metrics, isGood: boolean, nowMs: number): void {
  configGood.set(isGood ? 1 : 0);
  if (isGood) configSeconds.set(nowMs / 1000);
}

async function makeGeneration(
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
  const { http, collect } = await buildHttp(config, core, kept, chats, deps);
  await http.ready();
  const context = contextDepsOf(config, core, store, chats, { ...deps, zone });
  return {
    config,
    core,
    chats,
    record: recordOf(config, store, deps),
    tell: tellDepsOf(config, store, chats, { ...deps, zone }, old?.tell.rule.listeningSinceMs ?? deps.clock.now()),
    context,
    sightings: sightingDepsOf(config, core, store, context, deps),
    http,
    collect,
    leases: createLeases(deps.clock),
  };
}

/** The generation after another one; of that it takes over what stays the same. */
async function succeed(old: Generation, config: Config, kept: Kept, deps: WatchedDeps): Promise<Generation> {
  const core = await buildCore(config, deps, old.core);
  return orClose(makeGeneration(config, core, kept, deps, old), () => core.close(old.core));
}

/** What is made; where that fails, what was opened for it is closed. */
async function orClose<Made>(making: Promise<Made>, close: () => Promise<void>): Promise<Made> {
  try {
    return await making;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Chats of one that the other does not have. */
function added(one: Generation, other: Generation): readonly RunningChat[] {
  return one.chats.filter((chat) => !other.chats.includes(chat));
}

/** Closes what nobody uses any more, when what was begun with it is finished. */
async function retire(old: Generation, next: Generation, { log }: CoreDeps, overdue: AbortSignal): Promise<void> {
  await old.leases.settled(RETIRE_TIMEOUT_MS, overdue);
  try {
    await old.http.close();
    await old.core.close(next.core);
  } catch (error) {
    log.warn({ err: error }, 'what the old configuration held could not be closed');
  }
}
