/** Gives a run of tests a folder for temporary files of its own, and removes it with all that was left in it. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Sets `TMPDIR` for the processes that run tests, and gives the way back. */
export async function setup(): Promise<() => Promise<void>> {
  const before = process.env.TMPDIR;
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-tests-'));
  // real systems run as users of their own
  await chmod(folder, 0o755);
  process.env.TMPDIR = folder;
  return async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch((thrown: NodeJS.ErrnoException) => {
      // a real system may leave files of its own user, which is no fault of what was tested
      process.stderr.write(`${folder} could not be removed: ${thrown.message}\n`);
    });
  };
}
