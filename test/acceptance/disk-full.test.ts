/** The disk of the embedded store fills up: nothing more is acknowledged, nothing that was is lost, and it goes on when there is room. */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bot, newDataDir, startBot } from './bot.ts';

const DISK_BYTES = 448 * 1024 * 1024;
/** Less than the store wants to have free. */
const LEFT_BYTES = 64 * 1024 * 1024;

let disk: string | undefined;
let bot: Bot | undefined;

/** A disk of its own for the store, in memory; `undefined` where this user may not mount one. */
async function mountDisk(): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', folder], { stdio: 'pipe' });
    return folder;
  } catch (error) {
    process.stderr.write(`skipped: no disk can be mounted here: ${(error as Error).message.split('\n')[0]}\n`);
    await rm(folder, { recursive: true, force: true });
    return undefined;
  }
}

beforeAll(async () => {
  disk = await mountDisk();
  if (disk === undefined) return;
  const empty = await newDataDir();
  await cp(empty, join(disk, 'data'), { recursive: true });
  await rm(empty, { recursive: true, force: true });
  bot = await startBot({ dataDir: join(disk, 'data') });
}, 120_000);

afterAll(async () => {
  await bot?.stop();
  if (disk === undefined) return;
  execFileSync('umount', ['-l', disk]);
  await rm(disk, { recursive: true, force: true });
});

async function send(
  title: string,
): Promise<{ readonly status: number; readonly text: string; readonly retryAfter: string | null }> {
  const response = await fetch(`${bot?.url}/hooks/generic`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title, status: 'firing' }),
  });
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
}

async function known(): Promise<string> {
  const response = await fetch(`${bot?.url}/api/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ q: 'alerts' }),
  });
  return ((await response.json()) as { text: string }).text;
}

it('refuses with 503 before the disk is full, loses nothing, and goes on when there is room', async (context) => {
  if (disk === undefined) return context.skip();
  expect((await send('Before it was full')).status).toBe(202);
  const { bavail, bsize } = await statfs(disk);
  const ballast = join(disk, 'ballast');
  await writeFile(ballast, Buffer.alloc(bavail * bsize - LEFT_BYTES));
  for (let turn = 0; turn < 5; turn += 1) {
    const refused = await send(`While it was full ${turn}`);
    expect(refused).toMatchObject({ status: 503, text: expect.stringContaining('STORE_FULL'), retryAfter: '5' });
  }
  // what was acknowledged is still there, and can be asked for
  expect(await known()).toContain('Before it was full');
  await rm(ballast);
  expect((await send('With room again')).status).toBe(202);
  await bot?.stop();
  bot = await startBot({ dataDir: join(disk, 'data') });
  const text = await known();
  expect(text).toContain('Before it was full');
  expect(text).toContain('With room again');
  expect(text).not.toContain('While it was full');
}, 180_000);
