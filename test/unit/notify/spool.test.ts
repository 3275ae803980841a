/** `glimpse-notify` while the bot is down, slow, in doubt: nothing is lost, the order is kept, nothing is sent by two at once. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  findShells,
  makeHost,
  NOTIFY,
  type Receiver,
  startReceiver,
  understood,
  watchedCurl,
  which,
} from './notifier.ts';

const { shells, missing, remove } = findShells();
if (missing.length > 0) process.stderr.write(`skipped: no ${missing.join(', ')} here\n`);
afterAll(remove);

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function setScene(shell: (typeof shells)[number], latencyMs = 0) {
  const bot = await startReceiver(latencyMs);
  const host = makeHost(shell, bot.url);
  ends.push(() => bot.down(), host.remove);
  /** Tells one thing; one attempt only, unless given. */
  const tell = (title: string, ...more: readonly string[]) =>
    host.run(['generic', '--attempts', '1', ...more, '--title', title]);
  return { bot, host, tell };
}

const titlesOf = (bot: Receiver) => bot.arrived.flatMap((one) => understood(one).alerts.map(({ title }) => title));

describe.each(shells)('$name', (shell) => {
  it('keeps what cannot be delivered and delivers it in order when the bot is back, each with its key', async () => {
    const { bot, host, tell } = await setScene(shell);
    await bot.down();
    const runs = [await tell('one'), await tell('two'), await tell('three')];
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(runs[0]?.stderr).toMatch(/cannot be reached: 000 .*it waits in the spool/);
    expect(host.files('queue').length).toBe(3);
    const waiting = await host.run(['flush', '--attempts', '1']);
    expect(waiting.code).toBe(1);
    const keys = host.files('queue').map((name) => /^key=(\w{32})$/m.exec(host.read('queue', name))?.[1]);
    await bot.up();
    expect(await tell('four')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(titlesOf(bot)).toEqual(['one', 'two', 'three', 'four']);
    expect(bot.arrived.slice(0, 3).map(({ key }) => key)).toEqual(keys);
    expect([host.files('queue'), host.files('tmp')]).toEqual([[], []]);
  });

  it('is flushed without anything new to tell', async () => {
    const { bot, host, tell } = await setScene(shell);
    await bot.down();
    await tell('one');
    await bot.up();
    expect((await host.run(['flush'])).code).toBe(0);
    expect(titlesOf(bot)).toEqual(['one']);
  });

  it('tries again at once after a failure that passes, with the same key', async () => {
    const { bot, tell } = await setScene(shell);
    bot.answer(503);
    expect((await tell('one', '--attempts', '3')).code).toBe(0);
    expect(bot.arrived.length).toBe(2);
    expect(new Set(bot.arrived.map(({ key }) => key)).size).toBe(1);
  });

  it.each([400, 413, 415, 422])('puts aside what is refused with %i, with the reason, and goes on', async (status) => {
    const { bot, host, tell } = await setScene(shell);
    bot.answer(status);
    const refused = await tell('bad');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(`refuses the message: ${status}`)]);
    expect(host.files('queue')).toEqual([]);
    const [name = ''] = host.files('rejected');
    expect(host.read('rejected', name)).toMatch(/^reason=\d{3} \{"code":"SAID_BY_THE_TEST"\}\nurl=[\s\S]*"bad"/);
    expect((await tell('good')).code).toBe(0);
    expect(titlesOf(bot)).toEqual(['bad', 'good']);
  });

  it.each([301, 401, 403, 404])(
    'waits where %i may be mended, and holds up nothing for other hooks',
    async (status) => {
      const { bot, host, tell } = await setScene(shell);
      bot.answer(status, status);
      const first = await tell('one', '--name', 'eu');
      expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(`does not take it yet: ${status}`)]);
      expect((await tell('elsewhere')).code).toBe(0);
      expect(titlesOf(bot)).toEqual(['one', 'one', 'elsewhere']);
      expect(bot.arrived.at(-1)?.path).toBe('/hooks/generic');
      expect((await host.run(['flush'])).code).toBe(0);
      expect(titlesOf(bot)).toEqual(['one', 'one', 'elsewhere', 'one']);
    },
  );

  it('loses nothing when it is killed while it delivers', async () => {
    const { bot, host, tell } = await setScene(shell);
    bot.answer('hang');
    const { child, done } = host.start(['generic', '--title', 'one']);
    await expect.poll(() => bot.arrived.length).toBe(1);
    child.kill('SIGKILL');
    await done;
    expect(host.files('queue').length).toBe(1);
    bot.letGo(); // whether it was stored is not known here: it is sent again, with its key
    expect((await tell('two')).code).toBe(0);
    expect(titlesOf(bot)).toEqual(['one', 'one', 'two']);
    expect(bot.arrived[1]?.key).toBe(bot.arrived[0]?.key);
  });

  it('gives up in time on a bot that never answers, and ends cleanly when it is told to', async () => {
    const { bot, host, tell } = await setScene(shell);
    bot.answer('hang', 'hang');
    expect((await tell('one', '--budget', '3')).code).toBe(0);
    const { child, done } = host.start(['flush']);
    await expect.poll(() => bot.arrived.length).toBe(2);
    child.kill('SIGTERM');
    bot.letGo();
    await done;
    expect(host.files('queue').length).toBeLessThanOrEqual(1);
    expect(host.files('tmp').length).toBe(0);
  });

  it('sends each message once when many run at once, one after the other', async () => {
    const { bot, host } = await setScene(shell, 20);
    const titles = Array.from({ length: 8 }, (_, index) => `at once ${index}`);
    const runs = await Promise.all(titles.map((title) => host.run(['generic', '--title', title])));
    expect(runs).toEqual(titles.map(() => ({ code: 0, stdout: '', stderr: '' })));
    expect([...titlesOf(bot)].sort()).toEqual(titles);
    expect(bot.most()).toBe(1);
    expect(host.files('queue')).toEqual([]);
  });

  it('drops the oldest when the spool is full, says so and counts it', async () => {
    const { bot, host, tell } = await setScene(shell);
    await bot.down();
    const told = [];
    for (const title of ['one', 'two', 'three', 'four', 'five']) told.push(await tell(title, '--spool-max', '3'));
    expect(told.at(-1)?.stderr).toContain('the spool is full; its oldest message was dropped');
    const { stdout } = await host.run(['status']);
    expect(stdout).toBe(`spool ${host.spool}\nwaiting 3\nrejected 0\ndropped 2\n`);
    await tell('x'.repeat(15_000), '--spool-max-kb', '24');
    expect(host.files('queue').length).toBeLessThan(4);
    await bot.up();
    await host.run(['flush']);
    expect(titlesOf(bot).filter((title) => title.length < 10)).toEqual(expect.not.arrayContaining(['one', 'two']));
    expect(titlesOf(bot).at(-1)).toHaveLength(15_000);
  });

  it('shows its token to the bot only', async () => {
    const { bot, host } = await setScene(shell);
    const token = 'a "token" \\ with $igns';
    const file = join(host.folder, 'token');
    writeFileSync(file, `${token}\nsecond line\n`);
    const { path, seen } = watchedCurl(host, shell.path);
    const runs = [
      await host.run(['generic', '--token-file', file, '--title', 'x'], { path }),
      await host.run(['generic', '--title', 'x'], { path, env: { GLIMPSE_TOKEN: token } }),
    ];
    expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(bot.arrived.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${token}`, `Bearer ${token}`]);
    expect(readFileSync(seen, 'utf8')).toContain('--data-binary');
    expect(readFileSync(seen, 'utf8')).not.toContain('igns');
  });

  it('waits in the spool without the token', async () => {
    const { bot, host, tell } = await setScene(shell);
    await bot.down();
    const file = join(host.folder, 'token');
    writeFileSync(file, 'a-secret-token');
    await tell('one', '--token-file', file);
    expect(host.read('queue', host.files('queue')[0] ?? '')).not.toContain('a-secret-token');
    await bot.up();
    await host.run(['flush']); // knows where the token is by the message itself
    expect(bot.arrived[0]?.headers.authorization).toBe('Bearer a-secret-token');
  });

  it('reads its config file; the environment goes before it, and options before both', async () => {
    const { bot, host } = await setScene(shell);
    const config = join(host.folder, 'conf');
    writeFileSync(config, `# where Glimpse is\nurl = "${bot.url}/"\n name=from-file  \n\nspool_max = 5\n`);
    const env = { GLIMPSE_URL: '', GLIMPSE_NOTIFY_CONFIG: config };
    const words = ['generic', '--title', 'x'];
    await host.run(words, { env });
    await host.run(words, { env: { ...env, GLIMPSE_HOOK: 'from-env' } });
    await host.run([...words, '--name', 'from-option'], { env: { ...env, GLIMPSE_HOOK: 'from-env' } });
    const names = ['from-file', 'from-env', 'from-option'];
    expect(bot.arrived.map(({ path }) => path)).toEqual(names.map((name) => `/hooks/generic/${name}`));
  });

  it('works without a spool as long as the bot does, and says when it does not', async () => {
    const { bot, host } = await setScene(shell);
    const words = ['generic', '--attempts', '1', '--title', 'x', '--spool', `${NOTIFY}/no-folder`];
    const delivered = await host.run(words);
    expect([delivered.code, delivered.stderr]).toEqual([0, expect.stringContaining('nothing outlives this run')]);
    await bot.down();
    expect((await host.run(words)).code).toBe(1);
  });

  it.each([
    [[], /what is to be told/],
    [['nosuch'], /there is no system "nosuch"/],
    [['generic'], /generic wants --title/],
    [['generic', '--title'], /--title wants a value/],
    [['generic', '--nosuch', 'x'], /there is no option --nosuch/],
    [['generic', '--title', 'x', '--label', 'novalue'], /"novalue" should be NAME=VALUE/],
    [['generic', '--title', 'x', '--value', 'a=b'], /"a=b" should be NAME=NUMBER/],
    [['generic', '--title', 'x', 'y'], /"y" is one word too many/],
    [['generic', '--title', 'x', '--name', '../etc'], /--name is the name of a hook/],
    [['generic', '--title', 'x', '--budget', 'long'], /"long" should be a number above 0/],
    [['generic', '--title', 'x', '--config', '/nosuch'], /\/nosuch cannot be read/],
    [['deploy'], /deploy wants --service/],
    [['deploy', '--service', 'x', '--phase', 'done'], /there is no phase "done"/],
    [['cron', '--title', 'x'], /cron wants a command/],
    [['sensu-go'], /there is nothing to send/],
  ] as const)('tells wrong usage: %j', async (words, message) => {
    const { host } = await setScene(shell);
    const { code, stderr } = await host.run(words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('explains itself', async () => {
    const { host } = await setScene(shell);
    const help = await host.run(['--help']);
    expect([help.code, help.stdout.split('\n')[0]]).toEqual([0, expect.stringContaining('glimpse-notify SYSTEM')]);
    expect((await host.run(['nagios', '--version'])).stdout).toMatch(/^glimpse-notify \d+\n$/);
  });
});

const linter = which('shellcheck');

it.skipIf(linter === undefined)('has no fault that ShellCheck knows', () => {
  expect(execFileSync(linter ?? '', ['--shell=sh', NOTIFY], { encoding: 'utf8' })).toBe('');
});
