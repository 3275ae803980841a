/** What answers a question, without store, chats and HTTP: the part that the bot and the command line share. */
import type { Config, SourceConfig } from './config/config.ts';
import { withCommonFields } from './config/schema.ts';
import { EMBEDDED_SOURCES, type EmbeddedData, type EmbeddedSource, startEmbeddedData } from './demo/embedded-data.ts';
import { machineHostName } from './demo/machine.ts';
import type { Catalog } from './domain/catalog.ts';
import { BotError } from './domain/errors.ts';
import type { Clock } from './lib/clock.ts';
import { createHttpClient } from './lib/http-client.ts';
import type { Log } from './lib/log.ts';
import { rosterKinds } from './oncall/index.ts';
import { createOnCall, type OnCall } from './oncall/on-call.ts';
import { type QueryFolder, queryFolders } from './queries/folders.ts';
import type { CatalogSource } from './queries/site.ts';
import { watchCatalog } from './queries/watch.ts';
import type { AskDeps, Memory } from './questions/ask.ts';
import type { OnAsked } from './questions/asked.ts';
import type { AlertRecord } from './questions/record.ts';
import { createRenderPool, type RenderPool } from './render/pool.ts';
import { sourceKinds } from './sources/index.ts';
import { withResilience } from './sources/resilience.ts';
import type { Source, SourceDefinition, SourceDeps } from './sources/source.ts';
import { type ConfiguredSource, createSourceSet, type SourceSet } from './sources/source-set.ts';
import type { UsageRecord } from './usage/usage.ts';

/** What the machine is and how time passes. */
export interface CoreDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly hostname: string;
  /** The machine's own zone, when the config names none. */
  readonly zone: string;
  /** Faults name files relative to it. */
  readonly cwd: string;
  /** Whether to wait until this machine has been measured once: a command asks at once, a server is asked later. */
  readonly isPatient: boolean;
  /** Puts something between questions and a source: what records its answers, or gives recorded ones. */
  wrapSource?(source: Source, name: string, kind: string): Source;
  /** Longest for one chart, ms; left out: as long as somebody in a room waits for it. */
  readonly renderDeadlineMs?: number;
  /** Puts something between answers and the threads that draw. */
  wrapRenderer?(pool: RenderPool): RenderPool;
  /** Told how each question went. */
  readonly onAsked?: OnAsked;
  /** How definitions are used; only the running bot knows. */
  readonly usage?: UsageRecord;
  /** Told of each set of definitions in force; of nothing where a change of them could not be taken. */
  onDefinitions?(catalog: Catalog | undefined): void;
}

/** Everything that answers. */
export interface Core {
  readonly sources: SourceSet;
  catalog(): Catalog;
  readonly renderer: RenderPool;
  /** Present when the packs `machine` or `demo` are switched on. */
  readonly embedded?: EmbeddedData;
  /** Present where the config has rosters. */
  readonly onCall?: OnCall;
  /** With the record of alerts where there is a store. */
  askDeps(memory: Memory, record?: AlertRecord): AskDeps;
  /** Lets go of everything but what the successor took over. */
  close(successor?: Core): Promise<void>;
}

/** Charts at once: one for each core but the one that serves, at least one. */
const RENDER_THREADS_MAX = 2;
/** Charts that wait; a chart takes 30 ms, so the last of them waits about a second. */
const RENDER_QUEUE_MAX = 64;
const RENDER_DEADLINE_MS = 5_000;

/**
 * Builds the core.
 *
 * @param old - of an earlier configuration: its threads are warm, and what it measured of this machine is kept
 * @throws BotError `CONFIG_QUERY_INVALID` when there is no good set of definitions to begin with
 */
export async function buildCore(config: Config, deps: CoreDeps, old?: Core): Promise<Core> {
  const needsEmbedded = wantedEmbedded(config).length > 0;
  const embedded = needsEmbedded ? (old?.embedded ?? (await startEmbeddedData(deps))) : undefined;
  try {
    return await buildOn(embedded, config, deps, old);
  } catch (error) {
    if (embedded !== old?.embedded) await embedded?.close();
    throw error;
  }
}

async function buildOn(
  embedded: EmbeddedData | undefined,
  config: Config,
  deps: CoreDeps,
  old: Core | undefined,
): Promise<Core> {
  const own = embedded ? wantedEmbedded(config).map((source) => embeddedSource(source, embedded, config)) : [];
  const entries = [...own, ...config.sources];
  const sources: SourceSet = createSourceSet(
    entries.map((entry) =>
      makeSource(entry, deps, {
        peer: (name, kind) => peerIn(sources, name, kind),
        isEmbedded: own.includes(entry),
      }),
    ),
  );
  const onCall = config.oncall.length > 0 ? makeOnCall(config, deps) : undefined;
  // last, since nothing after it fails: it watches files until it is closed
  const watch = await watchCatalog({
    folders: foldersOf(config),
    sources: entries,
    sourceKinds,
    env: { hostname: machineHostName(deps.hostname), cwd: deps.cwd },
    clock: deps.clock,
    onFault: (error) => {
      deps.log.warn(
        { code: error.code, faults: error.message },
        'definitions are broken; the last good ones stay in force',
      );
      deps.onDefinitions?.(undefined);
    },
    onLoad: (catalog) => {
      deps.log.info({ queries: catalog.queries.length }, 'definitions loaded');
      deps.onDefinitions?.(catalog);
    },
  });
  deps.onDefinitions?.(watch.current());
  const renderer = old?.renderer ?? startRenderer(deps);
  return {
    sources,
    catalog: watch.current,
    renderer,
    ...(embedded && { embedded }),
    ...(onCall && { onCall }),
    askDeps: (memory, record) => ({
      catalog: watch.current,
      sources,
      memory,
      clock: deps.clock,
      zone: config.zone ?? deps.zone,
      ...(record && { record }),
      ...(onCall && { onCall }),
      ...(deps.onAsked && { onAsked: deps.onAsked }),
      ...(deps.usage && { usage: deps.usage }),
    }),
    async close(successor) {
      await Promise.all([
        watch.close(),
        successor?.renderer === renderer ? undefined : renderer.close(),
        successor?.embedded === embedded ? undefined : embedded?.close(),
      ]);
    },
  };
}

function startRenderer({
  log,
  renderDeadlineMs: deadlineMs = RENDER_DEADLINE_MS,
  wrapRenderer = (pool) => pool,
}: CoreDeps): RenderPool {
  const settings = { threads: RENDER_THREADS_MAX, maxQueue: RENDER_QUEUE_MAX, deadlineMs };
  return wrapRenderer(createRenderPool({ ...settings, log }));
}

/** The folders of definitions; embedded packs are bound to the source of their name, where a definition names no other. */
export function foldersOf(config: Config): readonly QueryFolder[] {
  const entries = config.queries.map((entry) =>
    EMBEDDED_SOURCES.some(({ name }) => name === entry.pack) && entry.source === undefined
      ? { ...entry, source: entry.pack as string }
      : entry,
  );
  return queryFolders(entries);
}

/** The sources that definitions may name, the embedded ones included; nothing is started. */
export function catalogSourcesOf(config: Config): readonly CatalogSource[] {
  const embedded = wantedEmbedded(config).map(({ name, kind, isDemo }) => ({ name, kind, isDemo }));
  return [...embedded, ...config.sources];
}

/** The address that people reach the bot under, with a final slash; without `publicUrl` one that works on this machine. */
export function publicBaseOf({ publicUrl, listen }: Pick<Config, 'publicUrl' | 'listen'>): string {
  const isEverywhere = ['0.0.0.0', '::'].includes(listen.host);
  const host = isEverywhere ? 'localhost' : listen.host;
  return publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${listen.port}/`;
}

/** Whether the made-up fleet is there. */
export function hasDemoData(config: Config): boolean {
  return wantedEmbedded(config).some(({ pack, isDemo }) => isDemo && pack === 'demo');
}

/** Whether there is nothing but it: nobody has configured anything that is real. */
export function isDemoOnly(config: Config): boolean {
  const { sources, chats, hooks, changes, routes } = config;
  const own = [sources, chats, routes, Object.keys(hooks), Object.keys(changes)];
  return hasDemoData(config) && own.every(({ length }) => length === 0);
}

/** Embedded data are there for their pack, unless the config has a source of that name. */
function wantedEmbedded({ queries, sources }: Config): readonly EmbeddedSource[] {
  return EMBEDDED_SOURCES.filter(
    ({ name, pack }) => queries.some((entry) => entry.pack === pack) && !sources.some((source) => source.name === name),
  );
}

function embeddedSource(
  { name, kind, isDemo, options: own, tracePath }: EmbeddedSource,
  { urlOf }: EmbeddedData,
  config: Config,
): SourceConfig {
  const publicUrl = new URL(`${name}/`, publicBaseOf(config)).href;
  const options = withCommonFields(definitionOf(kind)).parse({
    kind,
    url: urlOf(name),
    publicUrl,
    ...own,
    ...(tracePath !== undefined && { traceUrl: `${publicBaseOf(config)}${tracePath}` }),
  });
  return { name, kind, timeoutMs: 5_000, isDemo, allowsRaw: true, options };
}

function peerIn(sources: SourceSet, name: string, kind: string): Source {
  const found = sources.get(name);
  if (found.kind === kind) return found.source;
  throw new BotError('CONFIG_INVALID', `The source ${name} is of kind ${found.kind}; one of kind ${kind} is needed.`);
}

function makeSource(
  entry: SourceConfig,
  { clock, wrapSource = (source) => source }: CoreDeps,
  given: Pick<SourceDeps, 'peer' | 'isEmbedded'>,
): ConfiguredSource {
  const { name, kind, ca, env, timeoutMs, isDemo, options } = entry;
  const definition = definitionOf(kind);
  const { raw, rawPrefixes = [], outputOf } = definition;
  const title = definition.titleOf?.(options) ?? definition.title;
  const linkTitle = definition.linkTitleOf?.(options);
  const http = createHttpClient({ timeoutMs, clock, ca: ca?.reveal() });
  const bare = definition.create(options, { name, http, clock, timeoutMs, ...given });
  const source = wrapSource(withResilience(bare, name, { title, timeoutMs, clock }), name, kind);
  const optional = {
    ...(env !== undefined && { env }),
    ...(linkTitle !== undefined && { linkTitle }),
    ...(raw && { rawBlock: (expression: string, prefix: string) => raw.call(definition, expression, prefix) }),
    ...(outputOf && { rawOutput: (block: unknown) => outputOf.call(definition, block) }),
  };
  return {
    name,
    kind,
    title,
    ...optional,
    addresses: addressesOf(options),
    rawPrefixes: raw ? [...rawPrefixes, kind] : [],
    isDemo,
    allowsRaw: entry.allowsRaw && raw !== undefined,
    timeoutMs,
    source,
  };
}

function makeOnCall({ oncall, zone }: Config, deps: CoreDeps): OnCall {
  const { clock } = deps;
  const rosters = oncall.map(({ name, kind, timeoutMs, options }) => {
    const definition = rosterKinds.find((known) => known.kind === kind);
    if (!definition) throw new BotError('CONFIG_INVALID', `There is no kind of roster called ${kind}.`);
    const http = createHttpClient({ timeoutMs, clock });
    const roster = definition.create(options, { name, http, clock, zone: zone ?? deps.zone });
    return { name, title: definition.title, timeoutMs, roster };
  });
  return createOnCall(rosters, clock);
}

/** The addresses in a source's options, whatever its kind. */
function addressesOf(options: unknown): readonly string[] {
  if (typeof options !== 'object' || options === null) return [];
  const { url, publicUrl } = options as { readonly url?: unknown; readonly publicUrl?: unknown };
  return [publicUrl, url].filter((address) => typeof address === 'string');
}

function definitionOf(kind: string): SourceDefinition {
  const definition = sourceKinds.find((known) => known.kind === kind);
  if (!definition) throw new BotError('CONFIG_INVALID', `There is no kind of source called ${kind}.`);
  return definition;
}
