/** Keeps the built console as new as its source: a clone that was pulled shows what it has. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CONSOLE_FOLDER } from '../http/console/built.ts';
import { withDeadline } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

const SOURCE_FOLDER = resolve(import.meta.dirname, '../web');
const BUILD_SCRIPT = join(SOURCE_FOLDER, 'build.js');
/** It takes a second; a machine that is busy has a minute. */
const BUILD_TIMEOUT_MS = 60_000;

/** Builds the console when it is missing or older than its source; where it cannot be built, what is there stays. */
export async function buildStaleConsole(log: Log): Promise<void> {
  if (!(await isStale())) return;
  const child = spawn(process.execPath, [BUILD_SCRIPT], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: withDeadline(BUILD_TIMEOUT_MS),
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  try {
    const [code] = await once(child, 'exit');
    if (code !== 0) log.warn({ code, said }, 'the web console could not be built');
  } catch (err) {
    log.warn({ err }, 'the web console could not be built');
  }
}

/** A source that is not there (an image brings only what is built) is no newer. */
async function isStale(): Promise<boolean> {
  const builtMs = await stat(join(CONSOLE_FOLDER, 'built')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  try {
    const entries = await readdir(SOURCE_FOLDER, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const times = await Promise.all(
      files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).mtimeMs),
    );
    return times.some((ms) => ms > builtMs);
  } catch {
    return false;
  }
}
