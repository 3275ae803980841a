/** Hot reload of definitions, all or nothing: a broken set is reported and the last good one stays in force. */
import type { Catalog } from '../domain/catalog.ts';
import { type BotError, toBotError } from '../domain/errors.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { SourceDefinition } from '../sources/source.ts';
import { listDefinitionFiles, type QueryFolder } from './folders.ts';
import { loadCatalog, type QueryEnvironment } from './load-catalog.ts';
import type { CatalogSource } from './site.ts';

/** What is watched, and who is told. */
export interface WatchOptions {
  readonly folders: readonly QueryFolder[];
  readonly sources: readonly CatalogSource[];
  readonly sourceKinds: readonly SourceDefinition[];
  readonly env: QueryEnvironment;
  readonly clock?: Clock;
  /** How often the folders are looked at. */
  readonly pollMs?: number;
  /** Told once for each change that could not be taken. */
  readonly onFault?: (error: BotError) => void;
  /** Told of each new set in force, not of the first. */
  readonly onLoad?: (catalog: Catalog) => void;
}

/** Definitions that follow their files. */
export interface CatalogWatch {
  /** The set in force. */
  readonly current: () => Catalog;
  /** Stops looking; the set stays as it is. */
  readonly close: () => Promise<void>;
}

/**
 * A look costs one `stat` per file. Change events of the system are not used: they are lost on network folders, mounted
 * configuration and some container file systems.
 */
const POLL_MS = 2_000;
/** Files must stay as they are for so long: an editor or a checkout may be half done. */
const SETTLE_MS = 300;

/**
 * Loads definitions and then follows their files until closed.
 *
 * @throws BotError `CONFIG_QUERY_INVALID` when there is no good set to begin with
 */
export async function watchCatalog(options: WatchOptions): Promise<CatalogWatch> {
  const { folders, sources, sourceKinds, env } = options;
  const load = () => loadCatalog(folders, sources, sourceKinds, env);
  const before = await stateOf(options);
  const state = { catalog: await load() };
  const stopped = new AbortController();
  const following = follow(options, before, stopped.signal, async () => {
    try {
      state.catalog = await load();
      options.onLoad?.(state.catalog);
    } catch (thrown) {
      options.onFault?.(toBotError(thrown));
    }
  });
  return {
    current: () => state.catalog,
    close: () => {
      stopped.abort();
      return following;
    },
  };
}

/** Calls `onChange` for each change that has come to rest, one after the other. */
async function follow(
  options: WatchOptions,
  initial: string,
  signal: AbortSignal,
  onChange: () => Promise<void>,
): Promise<void> {
  const { clock = systemClock, pollMs = POLL_MS } = options;
  let taken = initial;
  while (await slept(clock, pollMs, signal)) {
    const seen = await stateOf(options);
    if (seen === taken) continue;
    if (!(await slept(clock, SETTLE_MS, signal))) return;
    if ((await stateOf(options)) !== seen) continue;
    taken = seen;
    await onChange();
  }
}

/** Waits; false when it was stopped meanwhile. */
async function slept(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => !signal.aborted,
    () => false,
  );
}

/** Names, sizes and times of all files, as one text that changes when any of them does. */
async function stateOf({ folders, env }: WatchOptions): Promise<string> {
  const listed = await Promise.all(folders.map((folder) => listDefinitionFiles(folder, env.cwd)));
  return JSON.stringify(
    listed.map(({ files, faults }) => [
      files.map(({ path, sizeBytes, modifiedMs, inode }) => [path, sizeBytes, modifiedMs, inode]),
      // their words name what lies beside a folder that is gone, which may change all the time
      faults.length,
    ]),
  );
}
