/** The command as a script and a person use it: a real process, exit codes, files. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AskResult } from '../../src/http/ask-result.ts';
import { newDataDir } from './bot.ts';

const BIN = resolve(import.meta.dirname, '../../bin/glimpse.js');

/** The first line on stdout. */
const READY = /^Glimpse is ready at http:\S+\n/m;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glimpse-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** No bot listens on the discard port, so that questions are answered in the command's own process. */
function glimpse(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const options = { cwd: folder, env: { ...process.env, GLIMPSE_LISTEN: '127.0.0.1:9', ...env }, timeout: 60_000 };
  return new Promise((done) => {
    execFile(process.execPath, [BIN, ...args], options, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
    });
  });
}

/** A process that does not outlive its test, whatever became of that. */
function ended<Process extends ChildProcess>(process: Process): Process {
  onTestFinished(() => void process.kill('SIGTERM'));
  return process;
}

describe('glimpse ask', () => {
  it('prints the words and writes the picture where it was told to', async () => {
    const { code, stdout, stderr } = await glimpse(['ask', 'cpu web01 last 1h', '--out', 'chart.png']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^CPU of web01/);
    expect(stdout).toContain('chart.png');
    const { format, width } = await sharp(await readFile(join(folder, 'chart.png'))).metadata();
    expect([format, width]).toEqual(['png', 1800]);
  });

  it('gives everything as JSON', async () => {
    const { code, stdout } = await glimpse(['ask', 'load db01 30m', '--json']);
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as AskResult;
    expect(result).toMatchObject({ explanation: { query: 'load' }, notes: [] });
    expect(result.alt).toContain('db01');
    expect((await readFile(result.image ?? '')).subarray(1, 4).toString()).toBe('PNG');
  });

  it('writes a CSV file where it was told to', async () => {
    const { code, stdout } = await glimpse(['ask', 'cpu web01 web02 1h as csv', '--out', 'cpu.csv']);
    expect(code).toBe(0);
    expect(stdout).toContain('File: cpu.csv');
    const lines = (await readFile(join(folder, 'cpu.csv'), 'utf8')).trim().split('\r\n');
    expect(lines[0]).toMatch(/^time,web01.*,web02/);
    expect(lines.length).toBeGreaterThan(300);
  });

  it('prints a table', async () => {
    const { stdout } = await glimpse(['ask', 'top 3 cpu 1h', '--table']);
    expect(stdout).toMatch(/host +now +mean +peak/);
  });

  it.each([
    [['ask', 'xyzzy web01'], 1, /xyzzy/],
    [['ask', 'cpu web'], 1, /cpu web\*/],
    [['ask'], 2, /ask needs a question/],
    [['ask', 'cpu', '--frobnicate'], 2, /frobnicate/],
    [['cpu', 'web01'], 2, /glimpse ask "cpu web01"/],
    [['explain', 'cpu', '--now', 'yesterday'], 2, /ISO 8601/],
  ])('refuses %j with exit code %i and says why', async (args, code, words) => {
    const run = await glimpse(args);
    expect(run.code).toBe(code);
    expect(run.stderr).toMatch(words);
    expect(run.stdout).toBe('');
  });

  it('reports a refusal as a problem object on stdout with --json', async () => {
    const { code, stdout, stderr } = await glimpse(['ask', 'xyzzy web01', '--json']);
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'ASK_UNKNOWN_QUERY', status: 400 });
  });

  it('ends with 3 when a source fails, and says which', async () => {
    const yaml =
      'queries: [{ pack: collectd, source: gone }]\nsources: { gone: { kind: graphite, url: "http://127.0.0.1:9", timeout: 1s } }\n';
    await writeFile(join(folder, 'gone.yaml'), yaml);
    const { code, stderr } = await glimpse(['ask', 'cpu web01', '--config', 'gone.yaml']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/Graphite/);
  });

  it('ends with 78 and every fault of a broken config', async () => {
    await writeFile(join(folder, 'broken.yaml'), 'zone: Mars\nsourcez: {}\nlisten: nowhere\n');
    const { code, stderr } = await glimpse(['ask', 'cpu', '--config', 'broken.yaml']);
    expect(code).toBe(78);
    expect(stderr).toMatch(/broken\.yaml:1:7/);
    expect(stderr).toMatch(/broken\.yaml:2:1.*sources/);
  });
});

describe('glimpse explain', () => {
  it('prints the stable account of a question, without data', async () => {
    const { code, stdout, stderr } = await glimpse([
      'explain',
      'cpu web01 yesterday 14:00-16:00',
      '--json',
      '--now',
      '2026-11-25T10:02:00Z',
      '--zone',
      'Europe/Berlin',
    ]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      query: 'cpu',
      source: 'demo',
      arguments: { host: ['web01'] },
      range: {
        from: '2026-11-24T13:00:00Z',
        to: '2026-11-24T15:00:00Z',
        zone: 'Europe/Berlin',
        text: 'yesterday 14:00-16:00',
      },
      output: 'chart',
    });
  });

  it('takes a time with a minus as a word of the question', async () => {
    const { stdout } = await glimpse(['explain', 'cpu', 'web01', '-2h', '--json', '--now', '2026-11-25T10:00:00Z']);
    expect(JSON.parse(stdout)).toMatchObject({ range: { from: '2026-11-25T08:00:00Z', to: '2026-11-25T10:00:00Z' } });
  });
});

it('checks sources and definitions', async () => {
  const check = await glimpse(['check']);
  expect(check.code).toBe(0);
  expect(check.stdout).toMatch(/ok +source demo/);
  const queries = await glimpse(['queries', 'check']);
  expect(queries.stdout).toMatch(/[1-9]\d* queries in \d+ files, all good/);
  expect((await glimpse(['queries', 'list', 'latency'])).stdout).toMatch(/latency.*service.*demo/);
});

describe('an address that cannot be listened on', () => {
  it('ends with 3, since it may be there later, and says why', async () => {
    const yaml = join(folder, 'tokens.yaml');
    await writeFile(yaml, 'tokens: [{ name: ops, token: 0123456789abcdef0123456789abcdef }]\n');
    const env = { GLIMPSE_LISTEN: '192.0.2.1:0' };
    const { code, stderr } = await glimpse(['--config', yaml], env);
    expect(code).toBe(3);
    expect(stderr).toBe(
      '192.0.2.1 is not an address of this machine; `listen` or GLIMPSE_LISTEN says where to listen.\n',
    );
  });
});

describe('glimpse serve', () => {
  async function serve(env: Record<string, string> = {}, meanwhile?: (bot: ChildProcess) => Promise<void>) {
    const dataDir = env.GLIMPSE_DATA ?? (await newDataDir());
    const all = { ...process.env, GLIMPSE_LISTEN: '127.0.0.1:0', GLIMPSE_DATA: dataDir, ...env };
    const bot = ended(spawn(process.execPath, [BIN], { cwd: folder, env: all, stdio: ['ignore', 'pipe', 'pipe'] }));
    let text = '';
    bot.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    await meanwhile?.(bot);
    await expect.poll(() => text, { timeout: 30_000 }).toMatch(READY);
    return { bot, url: /http:\S+/.exec(text)?.[0] ?? '', exit: once(bot, 'exit') };
  }

  it('lives on when its terminal is closed: SIGHUP, and nobody reads what it prints', async () => {
    const { bot, url, exit } = await serve();
    bot.stdout.destroy();
    bot.stderr.destroy();
    bot.kill('SIGHUP');
    bot.kill('SIGHUP');
    const response = await fetch(`${url}api/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ q: 'cpu web01' }),
    });
    expect(response.status).toBe(200);
    expect((await fetch(`${url}healthz`)).status).toBe(200);
    bot.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('reads its configuration again on SIGHUP, also on one that comes while it starts', async () => {
    const dataDir = await newDataDir();
    const config = join(dataDir, 'glimpse.yaml');
    const hookWith = (token: string) => writeFile(config, `hooks: { eu: { kind: generic, token: ${token} } }\n`);
    await hookWith('before-the-start');
    await rm(join(dataDir, 'lock.sqlite'));
    const starting = serve({ GLIMPSE_CONFIG: config, GLIMPSE_DATA: dataDir }, async (bot) => {
      // the store is opened after the configuration was read
      await expect.poll(() => existsSync(join(dataDir, 'lock.sqlite')), { timeout: 30_000 }).toBe(true);
      await hookWith('while-it-starts-up');
      bot.kill('SIGHUP');
    });
    const { bot, url, exit } = await starting;
    const statusWith = async (token: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      return (await fetch(`${url}hooks/generic/eu`, { method: 'POST', headers, body: '{"title":"Disk full"}' })).status;
    };
    await expect.poll(() => statusWith('while-it-starts-up'), { timeout: 20_000 }).toBe(202);
    await hookWith('while-it-runs-on');
    bot.kill('SIGHUP');
    await expect.poll(() => statusWith('while-it-runs-on'), { timeout: 20_000 }).toBe(202);
    expect(await statusWith('before-the-start')).toBe(403);
    bot.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  it('stops quietly while it still looks for questions to show', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const dataDir = await newDataDir();
    const config = join(dataDir, 'glimpse.yaml');
    const source = `{ kind: graphite, url: "http://127.0.0.1:${port}", timeout: 60s }`;
    await writeFile(config, `queries: [{ pack: collectd, source: slow }]\nsources: { slow: ${source} }\n`);
    let log = '';
    const env = { GLIMPSE_CONFIG: config, GLIMPSE_DATA: dataDir };
    const { bot, exit } = await serve(env, async ({ stderr }) => {
      stderr?.on('data', (chunk: Buffer) => {
        log += chunk;
      });
    });
    bot.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    await expect.poll(() => log).toMatch(/"msg":"stopped"\}\n$/);
    expect(log).not.toContain('AbortError');
  });

  it('stops gently when a signal comes twice at once, from the terminal and from what started it', async () => {
    const { bot, url, exit } = await serve();
    // just started, it may take longer than below to take a request
    expect((await fetch(`${url}render?q=cpu+web01`)).status).toBe(200);
    const asked = fetch(`${url}render?q=${encodeURIComponent('cpu web* last 7d')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    bot.kill('SIGINT');
    bot.kill('SIGINT');
    expect((await asked).status).toBe(200);
    expect(await exit).toEqual([0, null]);
  });

  it('stops when npm, which started it, is told to', async () => {
    const env = { ...process.env, GLIMPSE_LISTEN: '127.0.0.1:0', GLIMPSE_DATA: await newDataDir() };
    const npm = ended(
      spawn('npm', ['start'], { cwd: resolve(BIN, '../..'), env, stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const exit = once(npm, 'exit');
    let text = '';
    npm.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    await expect.poll(() => text, { timeout: 30_000 }).toMatch(READY);
    const url = /http:\S+/.exec(text)?.[0] ?? '';
    expect((await fetch(`${url}healthz`)).status).toBe(200);
    npm.kill('SIGTERM');
    await exit;
    await expect
      .poll(
        () =>
          fetch(`${url}healthz`).then(
            () => 'up',
            () => 'down',
          ),
        { timeout: 30_000 },
      )
      .toBe('down');
  });

  it('prints its address and three questions, answers them to glimpse ask, logs its start and its end, and stops on SIGTERM', async () => {
    const env = { ...process.env, GLIMPSE_LISTEN: '127.0.0.1:0', GLIMPSE_DATA: await newDataDir() };
    const bot = ended(spawn(process.execPath, [BIN], { cwd: folder, env: { ...env, GLIMPSE_LISTN: '' } }));
    let text = '';
    let log = '';
    bot.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    bot.stderr.on('data', (chunk: Buffer) => {
      log += chunk;
    });
    await expect.poll(() => text.match(/glimpse ask/g)?.length, { timeout: 30_000 }).toBe(3);
    const listen = new URL(/http:\S+/.exec(text)?.[0] ?? '').host;
    const questions = [...text.matchAll(/glimpse ask "([^"]+)"/g)].map(([, question]) => question ?? '');
    for (const question of questions) {
      const { code, stdout } = await glimpse(['ask', question, '--json'], { GLIMPSE_LISTEN: listen });
      expect(code, question).toBe(0);
      expect((JSON.parse(stdout) as AskResult).image).toMatch(/^http:.+\/answers\/[\w-]{22}\.png$/);
      expect((JSON.parse(stdout) as AskResult).image).toContain(`http://${listen}/`);
    }
    const second = await glimpse(['serve'], { GLIMPSE_LISTEN: listen, GLIMPSE_DATA: env.GLIMPSE_DATA });
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(/Another Glimpse has/);
    const third = await glimpse(['serve'], { GLIMPSE_LISTEN: listen, GLIMPSE_DATA: await newDataDir() });
    expect(third.code).toBe(3);
    expect(third.stderr).toMatch(/^Port \d+ of 127\.0\.0\.1 is taken: another Glimpse may be running/m);
    bot.kill('SIGTERM');
    expect((await once(bot, 'close'))[0]).toBe(0);
    const lines = log.split('\n').map((line) => (line === '' ? {} : (JSON.parse(line) as Record<string, unknown>)));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 40, hint: 'no variable GLIMPSE_LISTN; did you mean GLIMPSE_LISTEN?' }),
    );
    const { version } = JSON.parse(await readFile(resolve(BIN, '../../package.json'), 'utf8')) as { version: string };
    expect(lines.filter(({ msg }) => ['ready', 'stopping', 'stopped'].includes(String(msg)))).toMatchObject([
      {
        level: 30,
        version,
        address: listen,
        queries: expect.toSatisfy((count) => count > 0),
        sources: expect.arrayContaining(['demo']),
        chats: [],
      },
      { why: 'SIGTERM' },
      {},
    ]);
  });
});

/** A Node of this machine that is too old for the sources, as newcomers have it; not the one that `npm ci` brought. */
function olderNode(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return folders
    .map((folder) => join(folder, 'node'))
    .find((path) => {
      const { status, stdout } = spawnSync(path, ['-p', 'process.versions.node.split(".")[0]']);
      return status === 0 && Number(stdout) < 24;
    });
}

const older = olderNode();
if (!older) process.stderr.write('skipped: there is no Node.js older than 24 on this machine to start under\n');

describe.skipIf(!older)('started under an older Node.js', () => {
  it('hands over to the newer one, and stops with the process that was started even when that is killed', async () => {
    const env = { ...process.env, GLIMPSE_LISTEN: '127.0.0.1:0', GLIMPSE_DATA: await newDataDir() };
    const bot = ended(spawn(older ?? '', [BIN], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] }));
    let text = '';
    bot.stdout.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    await expect.poll(() => text, { timeout: 30_000 }).toMatch(READY);
    const url = /http:\S+/.exec(text)?.[0] ?? '';
    const isUp = () =>
      fetch(url).then(
        () => true,
        () => false,
      );
    expect(await isUp()).toBe(true);
    bot.kill('SIGKILL');
    await expect.poll(isUp, { timeout: 30_000 }).toBe(false);
  });
});
