/** Another configuration while the bot runs: all of it or nothing, and nothing that was begun is lost. */
import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startHttpBackend } from '../doubles/http-backend.ts';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { type Bot, newDataDir, startBot } from './bot.ts';

const started: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of started.splice(0).reverse()) await stop();
});

async function start(yaml: string): Promise<Bot> {
  const dataDir = await newDataDir();
  started.push(() => rm(dataDir, { recursive: true, force: true }));
  const bot = await startBot({ yaml, dataDir });
  started.push(() => bot.stop());
  return bot;
}

const hook = (token: string) => `hooks: { eu: { kind: generic, token: ${token} } }\n`;

function sendAlert({ url }: Bot, token: string, title = 'Disk full'): Promise<Response> {
  return fetch(`${url}/hooks/generic/eu`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ title, status: 'firing' }),
  });
}

function ask({ url }: Bot, q: string): Promise<Response> {
  return fetch(`${url}/api/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ q }),
  });
}

const FIRST = 'first-token-of-the-hook';
const SECOND = 'second-token-of-the-hook';

describe('another configuration', () => {
  it('brings new secrets, sources and routes into force, and takes the old ones out of it', async () => {
    const bot = await start(hook(FIRST));
    expect((await sendAlert(bot, FIRST)).status).toBe(202);
    expect((await (await ask(bot, 'status')).json()) as unknown).not.toMatchObject({
      text: expect.stringContaining('spare'),
    });
    const needsRestart = await bot.reload(
      `${hook(SECOND)}sources: { spare: { kind: graphite, url: http://127.0.0.1:9 } }\n`,
    );
    expect(needsRestart).toEqual([]);
    expect((await sendAlert(bot, FIRST)).status).toBe(403);
    expect((await sendAlert(bot, SECOND)).status).toBe(202);
    expect((await (await ask(bot, 'status')).json()) as unknown).toMatchObject({
      text: expect.stringContaining('spare'),
    });
  });

  it('changes nothing when any part of it has a fault', async () => {
    const bot = await start(hook(FIRST));
    await expect(bot.reload(`${hook(SECOND)}sources: { spare: { kind: graphit } }\n`)).rejects.toThrow(
      /sources\.spare\.kind/,
    );
    await expect(bot.reload(`${hook(SECOND)}queries: [./nowhere]\n`)).rejects.toThrow(/nowhere/);
    expect((await sendAlert(bot, SECOND)).status).toBe(403);
    expect((await sendAlert(bot, FIRST)).status).toBe(202);
  });

  it('says what needs a restart, and leaves that as it is', async () => {
    const bot = await start('listen: 127.0.0.1:8484\n');
    expect(await bot.reload('listen: 127.0.0.1:9999\ndatabaseUrl: postgres://nobody@127.0.0.1:9/none\n')).toEqual([
      'listen',
      'databaseUrl',
    ]);
    expect((await ask(bot, 'cpu web01')).status).toBe(200);
  });

  it('finishes under the old configuration what was begun under it', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const slow = await startHttpBackend(async ({ pathname }) => {
      if (pathname === '/render') {
        asked.resolve();
        await answer.promise;
        return { body: JSON.stringify([{ target: 'slow', datapoints: [[42, Math.floor(Date.now() / 1000) - 60]] }]) };
      }
      return { body: '[]' };
    });
    const bot = await start(`
queries: []
sources: { slow: { kind: graphite, url: ${slow.url}, raw: true, timeout: 30s, flavour: graphite-web } }
`);
    const early = ask(bot, 'graphite: slow last 1h');
    await asked.promise;
    await bot.reload('queries: []\n');
    expect((await ask(bot, 'graphite: slow last 1h')).status).toBe(403);
    answer.resolve();
    const response = await early;
    expect(response.status).toBe(200);
    expect(((await response.json()) as { text: string }).text).toContain('42');
  });

  it('answers every question that is asked in chat meanwhile, each once, with the same connection or a new one', async () => {
    const chat = await startRocketChat({});
    started.push(() => chat.close());
    const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
    chat.users.addUser({ username: 'ana' });
    chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse', 'ana'] });
    const yamlWith = (settings: string) => `
chats: { team: { kind: rocketchat, url: ${chat.url}, userId: ${account.id}, token: ${account.token}${settings} } }
`;
    const bot = await start(yamlWith(''));
    const isConnected = async () =>
      ((await (await fetch(`${bot.url}/readyz`)).json()) as { checks: Record<string, string> }).checks['chat team'];
    await expect.poll(isConnected, { timeout: 20_000 }).toBe('ok');
    const questions = Array.from({ length: 12 }, (_, index) => `@glimpse zone Etc/GMT+${index}`);
    const [first] = chat.connections;
    for (const [index, settings] of ['', ', answers: inline', ', answers: inline', ''].entries()) {
      const [before = '', meanwhile = '', after = ''] = questions.slice(index * 3);
      chat.say('ana', 'ops', before);
      await bot.reload(yamlWith(settings));
      // one whose settings are other is not connected yet: the old one hears this
      chat.say('ana', 'ops', meanwhile);
      await expect.poll(isConnected, { timeout: 20_000 }).toBe('ok');
      chat.say('ana', 'ops', after);
      if (index === 0) expect(first?.isOpen).toBe(true);
    }
    await expect
      .poll(() => chat.connections.map(({ isOpen }) => isOpen), { timeout: 20_000 })
      .toEqual([false, false, true]);
    const answers = () =>
      chat.messages('ops').flatMap(({ msg }) => /Times are in \*(Etc\/GMT\S+)\*/.exec(msg ?? '')?.[1] ?? []);
    await expect.poll(() => answers().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(12);
    expect(answers().sort()).toEqual(questions.map((question) => question.split(' ')[2]).sort());
  });
});
