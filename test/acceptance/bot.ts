/** A whole bot for acceptance tests: real config, embedded data, embedded store, real HTTP; only time is shifted. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, buildApp } from '../../src/app.ts';
import { chatKinds } from '../../src/chat/index.ts';
import { loadConfig } from '../../src/config/load.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { sourceKinds } from '../../src/sources/index.ts';
import { openStore } from '../../src/store/open-store.ts';

/** A running bot and the ways to it. */
export interface Bot {
  readonly app: App;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Lines of its log, as JSON. */
  readonly log: readonly string[];
  /** Writes another `glimpse.yaml` and has it read; gives the keys that need a restart. */
  reload(yaml: string): Promise<readonly string[]>;
  /** Stops it; what is being answered has `graceMs`, none unless given. */
  stop(graceMs?: number): Promise<void>;
}

/** A clock that runs from `startIso` on at the real pace. */
function clockFrom(startIso: string): Clock {
  const shift = Date.parse(startIso) - systemClock.now();
  return { now: () => systemClock.now() + shift, sleep: systemClock.sleep };
}

/** A new folder with an empty store: making one takes seconds, copying one does not. */
export async function newDataDir(): Promise<string> {
  emptyStore ??= makeEmptyStore();
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-data-'));
  await cp(await emptyStore, folder, { recursive: true });
  return folder;
}

let emptyStore: Promise<string> | undefined;

async function makeEmptyStore(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-empty-'));
  const store = await openStore({ dataDir: folder, log: createLog('silent'), clock: systemClock });
  await store.close(0);
  return folder;
}

/** Starts a bot with this `glimpse.yaml`; port 0 is not used, so that links know theirs. */
export async function startBot({
  yaml = '',
  startIso,
  dataDir,
  env = {},
}: {
  readonly yaml?: string;
  readonly startIso?: string;
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
} = {}): Promise<Bot> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-bot-'));
  const data = dataDir ?? (await newDataDir());
  const configFrom = async (text: string) => {
    await writeFile(join(folder, 'glimpse.yaml'), text || '{}');
    return loadConfig({ env: { GLIMPSE_DATA: data, ...env }, cwd: folder, sourceKinds, chatKinds });
  };
  const config = await configFrom(yaml);
  const log: string[] = [];
  const app = await buildApp(config, {
    clock: startIso ? clockFrom(startIso) : systemClock,
    log: createLog('debug', { write: (line) => void log.push(line) }),
    hostname: 'rig-1.example.net',
    zone: 'Europe/Berlin',
    cwd: folder,
    isPatient: true,
  });
  const url = await app.http.listen({ host: config.listen.host, port: 0 });
  await app.start();
  return {
    app,
    url,
    log,
    reload: (text) => app.reload(() => configFrom(text)),
    async stop(graceMs = 0) {
      await app.close(graceMs);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
