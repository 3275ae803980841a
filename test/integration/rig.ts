/** Starts the real systems of `test/rigs` for integration tests. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RIGS = resolve(import.meta.dirname, '../rigs');
/** Installing Debian packages on a bare machine takes most of it. */
const UP_TIMEOUT_MS = 240_000;
/** A server on a loaded machine may take longer than the minute that its script waits. */
const UP_WAIT_SECONDS = '180';

/** A running system. */
export interface Rig {
  readonly url: string;
  /** Where its files are. */
  readonly dir: string;
  /** Runs a verb of the rig's script, e.g. `seed`, and gives its stdout. */
  command(verb: string, ...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a rig in a new folder; its packages are installed when missing, which needs root on Debian.
 *
 * @returns the reason, in words, when it cannot be started here, so that a test can skip and say so
 */
export async function startRig(name: string, port: number, env: Record<string, string> = {}): Promise<Rig | string> {
  const dir = await mkdtemp(join(tmpdir(), `rig-${name}-`));
  await run('chmod', ['0755', dir]); // its servers run as users of their own
  const script = join(RIGS, name, `${name}.sh`);
  const call = async (verb: string, args: string[]) => {
    const options = {
      env: { RIG_WAIT: UP_WAIT_SECONDS, ...process.env, ...env },
      timeout: UP_TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    };
    return (await run('bash', [script, verb, dir, ...args], options)).stdout.trim();
  };
  try {
    const url = await call('up', [String(port)]);
    return {
      url,
      dir,
      command: (verb, ...args) => call(verb, args),
      async stop() {
        await call('down', []);
        await rm(dir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    const { stderr = '', message } = error as { stderr?: string; message: string };
    return `${name} cannot be started here: ${stderr.trim().split('\n').at(-1) || message}`;
  }
}
