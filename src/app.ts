/** The composition root: a configured bot, ready to listen. Never listens by itself, never reads the environment. */
import type { FastifyInstance } from 'fastify';
import { joinSighted } from './alerts/sighted/join-sighted.ts';
import { takeSighting } from './alerts/sighted/take-sighting.ts';
import { roomsIn } from './alerts/tell-deps.ts';
import { tellGroupOrLater } from './alerts/tell-group.ts';
import { type AnswerKeeper, createAnswerKeeper } from './answers/answer-keeper.ts';
import { answerMessage, giveWay, pagesOf, runChat, sayWhatLacks } from './app-chats.ts';
import {
  added,
  type Generation,
  makeGeneration,
  orClose,
  retire,
  succeed,
  type WatchedDeps,
} from './app-generation.ts';
import { examplesOf } from './app-http.ts';
import { askAfterSources, createSourceNotes } from './app-sources.ts';
import type { OnSighting } from './chat/chat.ts';
import type { Config } from './config/config.ts';
import { needsRestart, reloadable } from './config/reloadable.ts';
import { giveContext } from './context/give-context.ts';
import { queueContext } from './context/queue-context.ts';
import { buildCore, type Core, type CoreDeps, hasDemoData, isDemoOnly, publicBaseOf } from './core.ts';
import { type StoryDeps, tellStory } from './demo/tell-story.ts';
import { createFrontDoor } from './http/front-door.ts';
import type { Clock } from './lib/clock.ts';
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

const DEFAULT_GRACE_MS = 10_000;

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
  const lookAt = (generation: Generation) => {
    for (const one of generation.chats) void sayWhatLacks(one, roomsIn(one.name, generation.config), deps);
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
            const count = (outcome: string) => metrics.alertGroupsTold.inc({ outcome });
            const { isTold, againMs } = await timed(
              () => tellGroupOrLater(key, tell, signal),
              (_seconds, code) => code !== undefined && count('failed'),
            );
            if (againMs !== undefined) return againMs;
            count(isTold ? 'told' : 'failed');
            // context only now: words never wait for it, and no room waits for another that is away
            await queueContext(key, context);
            return undefined;
          }),
        );
        for (const one of current.chats) void runChat(one, onSighting, store, deps);
        lookAt(current);
        carbon.follow(current.config.carbon);
        void tellStory(story, stopping.signal);
        void askAfterSources(() => current.health, deps.clock, stopping.signal);
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
        if (isStarted) lookAt(next);
        if (isStarted) void next.health();
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

function watched(deps: CoreDeps, metrics: Metrics, usage: UsageRecord & { readonly tally: UsageTally }): WatchedDeps {
  const count = countAsked(metrics);
  return {
    ...deps,
    metrics,
    noteHealth: createSourceNotes(deps),
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
