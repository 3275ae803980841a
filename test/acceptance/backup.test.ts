/** The embedded store as one file: from a running bot and from its folder, and back; files of another PostgreSQL are left alone. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/run-command.ts';
import { BotError } from '../../src/domain/errors.ts';
import { installProblems } from '../../src/http/problem.ts';
import { createLog } from '../../src/lib/log.ts';
import { openBackup, packBackup } from '../../src/store/backup-file.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { POSTGRES_MAJOR } from '../../src/store/embedded-version.ts';
import { type Bot, newDataDir, startBot } from './bot.ts';

let folder: string;
let dataDir: string;
let bot: Bot | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glimpse-backup-'));
  await writeFile(join(folder, 'glimpse.yaml'), '{}');
  dataDir = await newDataDir();
  bot = await startBot({ dataDir });
  await sendAlert(bot, 'Disk of db01 is full');
}, 120_000);

afterAll(async () => {
  await bot?.stop();
  for (const path of [folder, dataDir]) await rm(path, { recursive: true, force: true });
});

async function sendAlert({ url }: Bot, title: string): Promise<void> {
  const response = await fetch(`${url}/hooks/generic`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ title, status: 'firing' }),
  });
  expect(response.status).toBe(202);
}

async function alertsOf({ url }: Bot): Promise<string> {
  const response = await fetch(`${url}/api/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ q: 'alerts' }),
  });
  return ((await response.json()) as { text: string }).text;
}

async function glimpse(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const said = { stdout: '', stderr: '' };
  const into = (name: keyof typeof said) =>
    new Writable({
      write(chunk, _encoding, done) {
        said[name] += chunk;
        done();
      },
    });
  const code = await runCommand({
    argv,
    env: { GLIMPSE_DATA: dataDir, GLIMPSE_LISTEN: '127.0.0.1:9', ...env },
    cwd: folder,
    hostname: 'rig',
    stdin: Readable.from([]),
    stdout: into('stdout'),
    stderr: into('stderr'),
  });
  return { code, ...said };
}

describe('glimpse backup and restore', () => {
  it('asks the running bot, and overwrites nothing', async () => {
    const env = { GLIMPSE_LISTEN: new URL(bot?.url ?? '').host };
    expect(await glimpse(['backup', 'running.tar.gz'], env)).toMatchObject({ code: 0, stderr: '' });
    const again = await glimpse(['backup', 'running.tar.gz'], env);
    expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining('it is there already') });
    const names = execFileSync('tar', ['tzf', join(folder, 'running.tar.gz')], { encoding: 'utf8' });
    expect(names).toMatch(/^glimpse-backup\.json\n/);
    expect(names).toMatch(/PG_VERSION\n/);
  });

  it('says what is wrong with the file', async () => {
    const nowhere = await glimpse(['backup', 'none/x.tar.gz']);
    expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining(`there is no folder ${folder}/none`) });
    expect((await glimpse(['backup', '.'])).stderr).toContain('is a folder; name a file in it');
    const empty = { GLIMPSE_DATA: join(folder, 'empty') };
    expect((await glimpse(['restore', 'none'], empty)).stderr).toBe(
      `${folder}/none cannot be read: there is no such file.\n`,
    );
    expect((await glimpse(['restore', '.'], empty)).stderr).toContain('it is a folder; name the file of a backup');
  });

  it('says what to do where no token of the config may ask the running bot', async () => {
    const refusing = fastify();
    installProblems(refusing, createLog('silent'));
    refusing.get('/healthz', async () => ({ service: 'glimpse' }));
    refusing.get('/api/backup', () => {
      throw new BotError('HTTP_FORBIDDEN', 'The token grafana has no scope `admin`, which this address asks for.');
    });
    const env = { GLIMPSE_LISTEN: new URL(await refusing.listen({ host: '127.0.0.1', port: 0 })).host };
    const { code, stderr } = await glimpse(['backup', 'forbidden.tar.gz'], env);
    await refusing.close();
    expect(code).toBe(1);
    expect(stderr).toContain('Add a token with the scope `admin` to `tokens`, or stop the bot and run this again.');
  });

  it('says where to look when the store is open, but nobody answers', async () => {
    const { code, stderr } = await glimpse(['backup', 'nobody.tar.gz']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/does not answer at 127\.0\.0\.1:9; GLIMPSE_LISTEN says/);
    expect(await readdir(folder)).not.toContain('nobody.tar.gz');
  });

  it('brings back what was there, from a bot that ran and from one that is stopped', async () => {
    const running = bot as Bot;
    await sendAlert(running, 'Told after the first backup');
    await running.stop(5_000);
    bot = undefined;
    expect(await glimpse(['backup', 'stopped.tar.gz'])).toMatchObject({ code: 0, stderr: '' });
    for (const [file, isLater] of [
      ['running.tar.gz', false],
      ['stopped.tar.gz', true],
    ] as const) {
      const target = await mkdtemp(join(folder, 'restored-'));
      const restored = await glimpse(['restore', file], { GLIMPSE_DATA: target });
      expect(restored).toMatchObject({ code: 0, stderr: '' });
      expect(restored.stdout).toMatch(/restored, as Glimpse \S+ had it on \d{4}-/);
      const again = await startBot({ dataDir: target });
      const text = await alertsOf(again);
      await again.stop();
      expect(text).toContain('Disk of db01 is full');
      expect(text.includes('Told after the first backup')).toBe(isLater);
    }
  }, 180_000);

  it('restores over no store, from no file that is none, and none of a newer Glimpse', async () => {
    expect((await glimpse(['restore', 'stopped.tar.gz'])).stderr).toMatch(/holds a store already/);
    await writeFile(join(folder, 'junk'), 'junk');
    const empty = { GLIMPSE_DATA: join(folder, 'empty') };
    expect((await glimpse(['restore', 'junk'], empty)).stderr).toMatch(/is no backup of Glimpse/);
    const { manifest, tar } = await openBackup(await readFile(join(folder, 'stopped.tar.gz')));
    const dump = execFileSync('gzip', ['-c'], { input: tar, maxBuffer: 2 ** 30 });
    const newer = { ...manifest, migratedTo: manifest.migratedTo + 1, glimpse: '99.0.0' };
    await writeFile(join(folder, 'newer'), packBackup(newer, dump));
    expect((await glimpse(['restore', 'newer'], empty)).stderr).toMatch(/made by Glimpse 99\.0\.0, which is newer/);
    await writeFile(join(folder, 'other'), packBackup({ ...manifest, postgres: '16' }, dump));
    expect((await glimpse(['restore', 'other'], empty)).stderr).toMatch(/files of PostgreSQL 16/);
    expect(await readdir(join(folder, 'empty')).catch(() => [])).not.toContain('pglite');
  });

  it('says how far its files are migrated, which may be further than this Glimpse knows', async () => {
    const laterMs = Date.parse('2200-01-01');
    const database = await openEmbedded(dataDir);
    await database.query("INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('of a newer one', $1)", [
      laterMs,
    ]);
    await database.close();
    expect(await glimpse(['backup', 'later.tar.gz'])).toMatchObject({ code: 0, stderr: '' });
    expect((await openBackup(await readFile(join(folder, 'later.tar.gz')))).manifest.migratedTo).toBe(laterMs);
    const restored = await glimpse(['restore', 'later.tar.gz'], { GLIMPSE_DATA: join(folder, 'empty') });
    expect(restored.stderr).toMatch(/which is newer/);
  });

  it('refers to the tools of PostgreSQL where that is the store', async () => {
    const { code, stderr } = await glimpse(['backup', 'x'], { DATABASE_URL: 'postgres://u:hidden@db/x' });
    expect(code).toBe(78);
    expect(stderr).toMatch(/pg_dump/);
    expect(stderr).not.toContain('hidden');
  });

  it('never opens files of another major version of PostgreSQL', async () => {
    const version = join(dataDir, 'pglite/PG_VERSION');
    expect((await readFile(version, 'utf8')).trim()).toBe(POSTGRES_MAJOR);
    await writeFile(version, '17\n');
    const before = await readdir(join(dataDir, 'pglite'));
    await expect(startBot({ dataDir })).rejects.toMatchObject({
      code: 'STORE_OTHER_VERSION',
      message: expect.stringMatching(
        /has files of PostgreSQL 17, this Glimpse has PostgreSQL 18; nothing in it was touched/,
      ),
    });
    expect(await glimpse(['backup', 'old.tar.gz'])).toMatchObject({ code: 3 });
    expect(await readdir(join(dataDir, 'pglite'))).toEqual(before);
    await writeFile(version, `${POSTGRES_MAJOR}\n`);
  });
});
