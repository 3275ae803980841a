/** Whole bots, as processes, between a real Graphite, a real PostgreSQL and a simulated Rocket.Chat; one of them is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clockIn, eveningZone, factsOf, plainBlanks, seeded, spellsAbove } from '../acceptance/conversation.ts';
import { type Message, type RocketChatSimulator, startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { type Installation, OURS, startInstallation, workload } from './graphite-installation.ts';
import { type Rig, startRig } from './rig.ts';

const started = await startInstallation(18_620);
const database = typeof started === 'string' ? started : await startRig('postgres', 15_632);
if (typeof database === 'string' && typeof started !== 'string') {
  process.stderr.write(`skipped: ${database}\n`);
  await started.stop();
}
const skip = typeof database === 'string';
const place = started as Installation;
const nowMs = skip ? 0 : place.nowMs;
const zone = eveningZone(nowMs);
const clock = clockIn(zone);

const MINUTE = 60_000;
const BIN = resolve(import.meta.dirname, '../../bin/glimpse.js');
/** Bots that were started and not killed. */
const bots = new Set<ChildProcess>();
let folder: string;
let chat: RocketChatSimulator;
let botId: string;

beforeAll(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'glimpse-chat-'));
  chat = await startRocketChat({ limits: { callsPerMinute: 100_000 } });
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  botId = account.id;
  chat.users.addUser({ username: 'ana', name: 'Ana' });
  chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse', 'ana'] });
  await mkdir(join(folder, 'ours'));
  await writeFile(join(folder, 'ours', 'ours.yaml'), OURS);
  await writeFile(
    join(folder, 'glimpse.yaml'),
    `
zone: ${zone}
logLevel: warn
queries: [{ path: ./ours, source: rig }]
sources: { rig: { kind: graphite, url: ${place.rig.url}, timeout: 20s } }
chats: { team: { kind: rocketchat, url: ${chat.url}, userId: ${account.id}, token: ${account.token} } }
`,
  );
});
afterAll(async () => {
  if (skip) return;
  for (const bot of bots) bot.kill('SIGKILL');
  await chat?.close();
  await rm(folder, { recursive: true, force: true });
  await (database as Rig).stop();
  await place.stop();
});

/** Starts a replica and waits until it listens to the chat. The process is the bot itself, so that a kill hits it. */
async function startReplica(): Promise<ChildProcess> {
  const bot = spawn(nodePath(), [BIN], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: (database as Rig).url, GLIMPSE_LISTEN: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  bots.add(bot);
  bot.once('exit', () => bots.delete(bot));
  let said = '';
  bot.stdout?.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const url = await eventually(() => /ready at (http:\S+)/.exec(said)?.[1], 'a bot is ready');
  await eventually(async () => {
    const { checks } = (await (await fetch(new URL('readyz', url))).json()) as { checks: Record<string, string> };
    return checks['chat team'] === 'ok';
  }, 'a bot is connected');
  return bot;
}

/** `bin/glimpse.js` would hand over to a newer Node, and a kill would hit the one that handed over. */
function nodePath(): string {
  const isOld = Number(process.versions.node.split('.')[0]) < 24;
  return isOld ? resolve(import.meta.dirname, '../../node_modules/node/bin/node') : process.execPath;
}

async function eventually<Value>(
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  what: string,
): Promise<Value> {
  for (const endMs = performance.now() + 90_000; performance.now() < endMs; ) {
    const value = await look();
    if (value !== undefined && value !== false) return value;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`never happened: ${what}`);
}

/** What the bot posted, the buttons below answers left out. */
function posts(): Message[] {
  return chat.messages('ops').filter(({ u, msg, attachments }) => {
    return u._id === botId && (msg !== '' || !JSON.stringify(attachments ?? []).includes('msg_in_chat_window'));
  });
}

const textOf = ({ msg }: Message) => plainBlanks(String(msg ?? ''));
const answersTo = ({ _id }: Message) => posts().filter(({ tmid }) => tmid === _id);

/** What must be said of `web01` over such a window, to the letter. */
function wordsOver(fromMs: number, toMs: number): string {
  const samples = seeded({ fromMs, toMs, stepMs: 10_000 }, (minute) => workload(0, minute));
  const { last, mean, max, maxMs } = factsOf(samples);
  const lastMs = samples.at(-1)?.ms ?? 0;
  const spells = spellsAbove(samples, 22, 10_000);
  const aboveMs = spells.reduce((sum, spell) => sum + spell.toMs - spell.fromMs, 0);
  const latest = spells.at(-1) ?? { fromMs: 0, toMs: 0 };
  return (
    `*Workload of web01* ${last} % at the end (${clock(lastMs)}) · mean ${Number(mean.toPrecision(3))} %, peak ${max} % at ${clock(maxMs)} · ` +
    `above warning (22 %) ${spells.length} times, ${aboveMs / MINUTE} min in all, last ${clock(latest.fromMs)}–${clock(latest.toMs)}`
  );
}

/** 35 minutes from a full ten on, `back` tens before the newest: three times above the limit, two minutes each. */
function windowAt(back: number): { fromMs: number; toMs: number; asked: string } {
  const fromMs = (Math.floor(nowMs / (10 * MINUTE)) - 4 - back) * 10 * MINUTE;
  const toMs = fromMs + 35 * MINUTE;
  return { fromMs, toMs, asked: `from ${clock(fromMs)} to ${clock(toMs)}` };
}

describe.skipIf(skip)('a bot in a room', () => {
  it('answers with exact words, the picture and the link, follows up in the thread, and loses nothing when killed', async () => {
    const [first, second] = [await startReplica(), await startReplica()];
    expect([first.exitCode, second.exitCode]).toEqual([null, null]);

    const { fromMs, toMs, asked } = windowAt(1);
    const question = chat.say('ana', 'ops', `@glimpse workload web01 ${asked}`);
    const [answer] = await eventually(() => answersTo(question).length > 0 && answersTo(question), 'an answer');
    const [headline = '', where = ''] = textOf(answer as Message).split('\n');
    expect(headline).toContain(wordsOver(fromMs, toMs));
    expect(where).toContain(`${clock(fromMs)}–${clock(toMs)}`);
    const link = new URL(/\[Graphite\]\(([^)]+)\)/.exec(where)?.[1] ?? '');
    expect(link.origin).toBe(place.rig.url);
    expect(link.searchParams.getAll('target')).toEqual(['alias(sumSeries(servers.web01.cpu.{user,system}), "web01")']);
    const pictures = [...chat.files.values()].filter(
      ({ type, name }) => type === 'image/png' && !name.includes('thumb'),
    );
    expect(pictures.length).toBe(1);
    const { width, height } = await sharp(pictures[0]?.data).metadata();
    expect([width, height]).toEqual([1800, 800]);

    chat.say('ana', 'ops', 'also web02', { tmid: question._id });
    const more = await eventually(
      () => answersTo(question).find((post) => textOf(post).includes('Workload of web01, web02')),
      'a follow-up',
    );
    expect(textOf(more)).toMatch(/web02 \d\d % .* · web01 \d\d % /);
    expect(textOf(more)).toContain(`*web01, web02* · ${clock(fromMs)}–${clock(toMs)}`);
    expect(answersTo(question).length).toBe(2);

    // each of thirty once, though both hear all of them and one dies in the midst of it
    const windows = Array.from({ length: 30 }, (_, index) => windowAt(index % 15));
    const questions: Message[] = [];
    for (const [index, window] of windows.entries()) {
      questions.push(chat.say('ana', 'ops', `@glimpse workload web01 ${window.asked}`));
      if (index !== 14) continue;
      await eventually(() => questions.some((one) => answersTo(one).length > 0), 'the first of many');
      first.kill('SIGKILL');
    }
    await eventually(() => questions.every((one) => answersTo(one).length > 0), 'every question has its answer');
    expect([first.signalCode, second.exitCode]).toEqual(['SIGKILL', null]);
    await new Promise((wake) => setTimeout(wake, 2_000)); // a second answer would be on its way by now

    for (const [index, one] of questions.entries()) {
      const { fromMs: from, toMs: to } = windows[index] as (typeof windows)[number];
      for (const post of answersTo(one)) expect(textOf(post)).toContain(wordsOver(from, to));
    }
    const doubled = questions.filter((one) => answersTo(one).length > 1);
    process.stderr.write(`answered twice after one kill: ${doubled.length} of ${questions.length}\n`);
    expect(doubled.length).toBeLessThanOrEqual(1);
    expect(Math.max(...questions.map((one) => answersTo(one).length))).toBeLessThanOrEqual(2);
  });
});
