/** The main job, whole: a question in Rocket.Chat gets its chart, its words and its link; nothing is lost, nothing doubled. */
import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type Message, type RocketChatSimulator, startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { type Bot, newDataDir, startBot } from './bot.ts';

const started: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const { stop } of started.splice(0).reverse()) await stop();
});

interface Scene {
  readonly chat: RocketChatSimulator;
  readonly bot: Bot;
  /** `count` answers of the bot in the room, oldest first; the buttons that follow them left out. */
  posts(count: number, room?: string): Promise<Message[]>;
  /** One more bot on the same config, e.g. after a restart. */
  startAgain(): Promise<Bot>;
}

async function setScene({
  version = '8.8',
  settings = '',
  sources = '',
}: {
  version?: string;
  settings?: string;
  sources?: string;
} = {}): Promise<Scene> {
  const chat = await startRocketChat({ version });
  started.push({ stop: () => chat.close() });
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  chat.users.addUser({ username: 'ana', name: 'Ana' });
  chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse', 'ana'] });
  chat.rooms.addDirect('glimpse', 'ana');
  const dataDir = await newDataDir();
  started.push({ stop: () => rm(dataDir, { recursive: true, force: true }) });
  const yaml = `
zone: Europe/Berlin
${sources}
chats:
  team:
    kind: rocketchat
    url: ${chat.url}
    userId: ${account.id}
    token: ${account.token}
    ${settings}
`;
  const startAgain = async () => {
    const bot = await startBot({ yaml, dataDir });
    await expect.poll(() => isConnected(bot), { timeout: 20_000, interval: 50 }).toBe(true);
    return bot;
  };
  const bot = await startAgain();
  started.push({ stop: () => bot.stop() });
  return {
    chat,
    bot,
    startAgain,
    async posts(count, room = 'ops') {
      const own = () => chat.messages(room).filter((message) => message.u._id === account.id && !isButtons(message));
      await expect.poll(() => own().length, { timeout: 20_000, interval: 50 }).toBeGreaterThanOrEqual(count);
      return own();
    },
  };
}

async function isConnected({ url }: Bot): Promise<boolean> {
  const { checks } = (await (await fetch(`${url}/readyz`)).json()) as { checks: Record<string, string> };
  return checks['chat team'] === 'ok';
}

function isButtons({ msg, attachments }: Message): boolean {
  return !msg && JSON.stringify(attachments ?? []).includes('msg_in_chat_window');
}

const textOf = ({ msg }: Message) => String(msg ?? '');

describe.each(['6.9', '6.13', '7.5', '8.3', '8.8'])('on Rocket.Chat %s', (version) => {
  it('answers a mention with one message that holds the picture and the words', async () => {
    const { chat, posts } = await setScene({ version });
    const question = chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
    const [answer] = await posts(1);
    expect(answer?.tmid).toBe(question._id);
    expect(textOf(answer as Message)).toContain('CPU of web01');
    expect(textOf(answer as Message)).toMatch(/\d\d:\d\d(?:–| – today )\d\d:\d\d CET/);
    expect(textOf(answer as Message)).toMatch(/\[Graphite\]\(http/);
    const picture = [...chat.files.values()].find(({ type, name }) => type === 'image/png' && !name.includes('thumb'));
    const { width, height } = await sharp(picture?.data).metadata();
    expect([width, height]).toEqual([1800, 800]);
  });
});

it('leads from an answer to its page where people have an address for it', async () => {
  const { chat, bot, posts } = await setScene({ sources: 'publicUrl: https://glimpse.example.net/bot' });
  chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
  const [answer] = await posts(1);
  const found = /\[Graphite\]\(\S+\) · \[Details\]\(https:\/\/glimpse\.example\.net\/bot(\/answers\/[\w-]{22})\)/;
  const [, path] = found.exec(textOf(answer as Message)) ?? [];
  expect(path, textOf(answer as Message)).toBeDefined();
  const page = await fetch(bot.url + path);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('by ana (team)');
});

describe('a conversation', () => {
  it('follows up in the thread without a mention', async () => {
    const { chat, posts } = await setScene();
    const question = chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
    await posts(1);
    chat.say('ana', 'ops', '6h', { tmid: question._id });
    await expect
      .poll(() => chat.messages('ops').some((message) => textOf(message).includes('last 6 hours')), { timeout: 20_000 })
      .toBe(true);
    const answer = chat.messages('ops').find((message) => textOf(message).includes('last 6 hours'));
    expect(answer?.tmid).toBe(question._id);
    expect(textOf(answer as Message)).toContain('CPU of web01');
  });

  it('stays out of what people say to each other below an answer', async () => {
    const { chat, posts } = await setScene();
    const question = chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
    await posts(1);
    const tmid = question._id;
    for (const text of ['thanks, looks fine', 'ok', 'yes, the deploy at 21:20', 'web02 too?!', '🙏', 'why is that'])
      chat.say('ana', 'ops', text, { tmid });
    chat.say('ana', 'ops', 'vs yesterday', { tmid });
    chat.say('ana', 'ops', 'why', { tmid });
    const said = (await posts(3)).map(textOf);
    expect(said.filter((text) => !/^(?:Query `cpu`|\*CPU of web01\*)/.test(text))).toEqual([]);
    expect(said).toHaveLength(3);
  });

  it('remembers the last question of a direct message', async () => {
    const { chat } = await setScene();
    const room = [...chat.world.rooms.values()].find(({ t }) => t === 'd')?._id ?? '';
    const own = () => chat.messages(room).filter(({ u }) => u.username === 'glimpse');
    chat.say('ana', room, 'cpu web01 last 1h');
    await expect.poll(() => own().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
    chat.say('ana', room, 'also web02');
    await expect.poll(() => own().some((message) => textOf(message).includes('web02')), { timeout: 20_000 }).toBe(true);
  });

  it('explains a refusal and stays out of talk that is not for it', async () => {
    const { chat, posts } = await setScene();
    chat.say('ana', 'ops', 'good morning, did anybody look at cpu web01 today?');
    chat.say('ana', 'ops', '@glimpse xyzzy web01');
    const answers = await posts(1);
    expect(answers).toHaveLength(1);
    expect(textOf(answers[0] as Message)).toContain('xyzzy');
    expect(chat.files.size).toBe(0);
  });

  it('sends a table as text and a CSV as a file', async () => {
    const { chat, posts } = await setScene();
    chat.say('ana', 'ops', '@glimpse top 3 cpu 1h as table');
    const [table] = await posts(1);
    expect(textOf(table as Message)).toMatch(/web\d\d/);
    chat.say('ana', 'ops', '@glimpse cpu web01 web02 1h as csv');
    await posts(2);
    const csv = [...chat.files.values()].find(({ type }) => type.startsWith('text/csv'));
    expect(csv?.data.toString().split('\n')[0]).toMatch(/^time,/);
  });

  it('answers bare lines only where they are switched on', async () => {
    const { chat, posts } = await setScene({ settings: 'rooms: { ops: { bareLines: true, theme: dark } }' });
    chat.rooms.addRoom({ name: 'lounge', type: 'c', members: ['glimpse', 'ana'] });
    chat.say('ana', 'lounge', 'cpu web01 last 1h');
    chat.say('ana', 'ops', 'lunch?');
    chat.say('ana', 'ops', 'cpu web01 last 1h');
    const answers = await posts(1);
    expect(answers).toHaveLength(1);
    expect(chat.messages('lounge').filter(({ u }) => u.username === 'glimpse')).toEqual([]);
    const { data } = await sharp([...chat.files.values()][0]?.data)
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([0x1a, 0x1d, 0x21]);
  });
});

describe('when things go wrong', () => {
  it('answers after a restart what was asked while it was away, and that once', async () => {
    const { chat, bot, posts, startAgain } = await setScene();
    chat.say('ana', 'ops', '@glimpse load db01 1h');
    await posts(1);
    await bot.app.close(0);
    started.pop();
    chat.say('ana', 'ops', '@glimpse load db02 1h');
    const again = await startAgain();
    started.push({ stop: () => again.stop() });
    const answers = await posts(2);
    const titles = answers.map(textOf).filter((text) => text.includes('db0'));
    expect(titles.filter((text) => text.includes('db01'))).toHaveLength(1);
    expect(titles.filter((text) => text.includes('db02'))).toHaveLength(1);
  });

  it('answers what was asked during a restart although it was never asked before', async () => {
    const { chat, bot, posts, startAgain } = await setScene();
    chat.say('ana', 'ops', 'good morning');
    await bot.app.close(0);
    started.pop();
    chat.say('ana', 'ops', '@glimpse load db02 1h');
    const again = await startAgain();
    started.push({ stop: () => again.stop() });
    expect((await posts(1)).map(textOf).filter((text) => text.includes('db02'))).toHaveLength(1);
  });

  it('keeps the words when the upload is refused', async () => {
    const { chat, posts } = await setScene({ version: '8.8' });
    chat.failNext({
      path: '/api/v1/rooms.media',
      status: 400,
      body: { success: false, error: 'error-file-too-large', errorType: 'error-file-too-large' },
    });
    chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
    const [answer] = await posts(1);
    expect(textOf(answer as Message)).toContain('CPU of web01');
    expect(textOf(answer as Message)).toMatch(/picture could not be sent/);
  });

  it('waits with the answer, picture and all, for a server that is away for some seconds', async () => {
    const { chat, bot, posts } = await setScene();
    chat.failNext({ path: '/api/v1/rooms.media', status: 503, body: {}, times: 2 });
    chat.failNext({ path: '/api/v1/chat.sendMessage', status: 503, body: {}, times: 1 });
    chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
    const [answer] = await posts(1);
    expect(textOf(answer as Message)).not.toMatch(/could not be sent/);
    expect(JSON.stringify(answer)).toContain('cpu-of-web01');
    expect(bot.log.filter((line) => line.includes('an answer waits for the chat'))).toHaveLength(1);
  });

  it('tells the log, once, of a room that takes no post, and asks no source again', async () => {
    const { chat, bot } = await setScene();
    const archived = { status: 400, body: { success: false, error: 'room_is_archived' }, times: 9 };
    chat.failNext({ path: '/api/v1/rooms.mediaConfirm', ...archived });
    chat.failNext({ path: '/api/v1/chat.sendMessage', ...archived });
    chat.say('ana', 'ops', '@glimpse cpu web01 last 1h');
    const told = () => bot.log.filter((line) => line.includes('an answer could not be posted'));
    await expect.poll(() => told().length, { timeout: 20_000 }).toBe(1);
    expect(JSON.parse(told()[0] ?? '')).toMatchObject({ code: 'CHAT_FORBIDDEN', roomName: 'ops', user: 'ana' });
    await bot.app.close(5_000);
    started.pop();
    expect(chat.requests.filter(({ path }) => path.includes('rooms.media/'))).toHaveLength(1);
  });

  it('says which source is down and keeps answering', async () => {
    const { chat, posts } = await setScene({
      sources: `queries: [demo, { pack: collectd, source: gone }]
sources: { gone: { kind: graphite, url: "http://127.0.0.1:9", timeout: 1s } }`,
    });
    chat.say('ana', 'ops', '@glimpse memory web01 1h on gone');
    const [answer] = await posts(1);
    expect(textOf(answer as Message)).toMatch(/Graphite/);
    chat.say('ana', 'ops', '@glimpse memory web01 1h on demo');
    await posts(2);
    expect(chat.messages('ops').some((message) => textOf(message).includes('Memory'))).toBe(true);
  });

  it('neither pings nor breaks out with names from outside', async () => {
    const { chat, posts } = await setScene();
    chat.say('ana', 'ops', '@glimpse cpu @all`]( http://evil.example) *x*');
    const [answer] = await posts(1);
    expect(textOf(answer as Message)).not.toMatch(/@all/);
    expect(textOf(answer as Message)).not.toContain('](http://evil');
  });
});

it('keeps the colour of a host through the follow-ups of a thread', async () => {
  const { chat, posts } = await setScene();
  const question = chat.say('ana', 'ops', '@glimpse load db01 db02 1h');
  await posts(1);
  chat.say('ana', 'ops', 'without db01', { tmid: question._id });
  await posts(2);
  const pictures = [...chat.files.values()].filter(({ type, name }) => type === 'image/png' && !name.includes('thumb'));
  const [blue, orange] = [[0x20, 0x4f, 0xc4] as const, [0xe8, 0x62, 0x0d] as const];
  const [both, alone] = await Promise.all(pictures.map(({ data }) => coloursOf(data, [blue, orange])));
  expect(both?.every((count) => count > 500)).toBe(true);
  expect(alone?.[0]).toBe(0);
  expect(alone?.[1]).toBeGreaterThan(500);
});

/** How many pixels have exactly each of the colours. */
async function coloursOf(png: Buffer, colours: readonly (readonly [number, number, number])[]): Promise<number[]> {
  const { data } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return colours.map(([red, green, blue]) => {
    let count = 0;
    for (let at = 0; at < data.length; at += 3) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue) count += 1;
    }
    return count;
  });
}
