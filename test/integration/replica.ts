/** A whole bot as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

const BIN = resolve(import.meta.dirname, '../../bin/glimpse.js');
const START_TIMEOUT_MS = 90_000;
const LOOK_EVERY_MS = 20;

/** A running bot. */
export interface Replica {
  /** The bot itself, so that a kill hits it. */
  readonly process: ChildProcess;
  /** Without a final slash. */
  readonly url: string;
}

/**
 * Starts a bot as `npm start` does, on the `glimpse.yaml` of a folder, on a free port, and waits until it listens.
 *
 * @throws Error when it ends before it is ready
 */
export async function startReplica(folder: string, env: Readonly<Record<string, string>>): Promise<Replica> {
  const bot = spawn(nodePath(), ['--max-semi-space-size=16', BIN], {
    cwd: folder,
    env: {
      ...process.env,
      MALLOC_ARENA_MAX: '2',
      MALLOC_MMAP_THRESHOLD_: '131072',
      GLIMPSE_LISTEN: '127.0.0.1:0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  bot.stdout?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const url = await eventually(() => {
    if (bot.exitCode !== null || bot.signalCode !== null) throw new Error(`the bot ended: ${said}`);
    return /ready at (http:\S+)/.exec(said)?.[1];
  }, 'a bot is ready');
  return { process: bot, url: url.replace(/\/$/, '') };
}

/** `bin/glimpse.js` would hand over to a newer Node, and a kill would hit the one that handed over. */
function nodePath(): string {
  const isOld = Number(process.versions.node.split('.')[0]) < 24;
  return isOld ? resolve(import.meta.dirname, '../../node_modules/node/bin/node') : process.execPath;
}

/** Looks until there is a value. @throws Error after `timeoutMs` */
export async function eventually<Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  what: string,
  timeoutMs = START_TIMEOUT_MS,
): Promise<Value> {
  for (const endMs = performance.now() + timeoutMs; performance.now() < endMs; ) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS));
  }
  throw new Error(`never happened: ${what}`);
}
