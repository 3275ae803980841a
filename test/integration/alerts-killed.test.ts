/**
 * Two bots on one PostgreSQL take alerts while one after the other is killed at random moments, while the database restarts, and while
 * the chat fails in every way it can: what was acknowledged is in the room, once, as it is in the end; who is called is called once, and
 * what fires again is said once. `KILLS=200` kills more often.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RocketChatSimulator, startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { eventually, type Replica, startReplica } from './replica.ts';
import { type Rig, startRig } from './rig.ts';

const KILLS = Number(process.env.KILLS ?? 20);
const RESTARTS = Math.ceil(KILLS / 10);
const DATABASE_PORT = 15_832;
const SENDERS = 4;
const SEND_EVERY_MS = 150;
const NO_ANSWER = 0;
/** Longer than anybody waits. */
const NEVER_MS = 3_600_000;
/** Between two kills, beside the time that a start takes. */
const KILL_EVERY_MS = 1_200;
/** Members that a post names are five. */
const MEMBERS = 3;
/** A dead process' job is taken over within 20 s, a group without a job is found within 10 s. */
const CALM_TIMEOUT_MS = 120_000;
const TEST_TIMEOUT_MS = 180_000 + KILLS * 15_000;

const started = await startRig('postgres', DATABASE_PORT);
if (typeof started === 'string') process.stderr.write(`skipped: ${started}\n`);
const database = typeof started === 'string' ? '' : started.url;

let folder: string;
let chat: RocketChatSimulator;
/** Writes the config of bots that are started from then on. */
let configure: (rest: string) => Promise<void>;
const replicas: Replica[] = [];

beforeAll(async () => {
  if (database === '') return;
  folder = await mkdtemp(join(tmpdir(), 'glimpse-killed-'));
  chat = await startRocketChat({ limits: { callsPerMinute: 1_000_000 } });
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'admin', 'user'] });
  chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse'] });
  configure = (rest) =>
    writeFile(
      join(folder, 'glimpse.yaml'),
      `
logLevel: fatal
queries: []
chats: { team: { kind: rocketchat, url: "${chat.url}", userId: ${account.id}, token: ${account.token} } }
routes: [{ chat: team, room: ops }]
owners: { severities: [warning], people: [{ match: { alertname: Broken* }, mention: ana }] }
${rest}
`,
    );
  await configure('alerts: { postsPerMinute: off }');
  replicas.push(await start());
  replicas.push(await start());
});
afterAll(async () => {
  for (const { process: bot } of replicas) bot.kill('SIGKILL');
  await chat?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
  if (typeof started !== 'string') await started.stop();
});

const start = () => startReplica(folder, { DATABASE_URL: database, GLIMPSE_DATA: join(folder, 'unused') });
const sleep = (ms: number) => new Promise((wake) => setTimeout(wake, ms));

/** What the room reads of alerts; context is in threads. */
const texts = () => chat.messages('ops').flatMap(({ msg, tmid }) => (tmid === undefined && msg ? [String(msg)] : []));

/** A word that is in no other alert. */
const hostOf = (group: string, member: number) => `host-${group}-${member}.`;
const groupOf = (host: string) => host.replace(/^host-|-\d+\.$/g, '');

/** What the room reads, by group, and how many posts name a host: each message is looked through once. */
function roomNow() {
  const named = new Map<string, { readonly text: string; readonly isPost: boolean }[]>();
  const hosts = new Map<string, number>();
  let missed = 0;
  for (const { msg, tmid } of chat.messages('ops')) {
    const text = String(msg ?? '');
    // what was over before a chat took it is counted there, and some of it named
    const count = /\*(\d+) alerts? came and went/.exec(text)?.[1];
    if (count !== undefined) {
      missed += Number(count);
      continue;
    }
    const said = (pattern: RegExp) => new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
    const one = { text, isPost: tmid === undefined };
    for (const group of said(/Broken-([\w-]+)\./g)) named.set(group, [...(named.get(group) ?? []), one]);
    if (one.isPost) for (const host of said(/(host-[\w-]+\.)/g)) hosts.set(host, (hosts.get(host) ?? 0) + 1);
  }
  const ofGroup = (group: string, word: string) => (named.get(group) ?? []).filter(({ text }) => text.includes(word));
  return {
    /** How many came and went before they could be told, and have no posts of their own. */
    missed,
    posts: (host: string) => hosts.get(host) ?? 0,
    post: (group: string) => named.get(group)?.find(({ isPost }) => isPost)?.text ?? '',
    /** Lines that say that it fires again, in threads. */
    again: (group: string) => ofGroup(group, 'fires again').length,
    calls: (group: string) => ofGroup(group, '@ana').length,
  };
}

/** Sends an alert as monitoring systems do: again, until somebody says that it has it. Gives what was answered before that. */
async function deliver(group: string, member: number, times: Times): Promise<number[]> {
  const host = hostOf(group, member);
  const labels = { alertname: `Broken-${group}.`, host, severity: 'warning' };
  const alert = { title: `${host} is broken`, groupKey: group, fingerprint: host, labels };
  const body = JSON.stringify({ ...alert, ...times, status: times.endsAt === undefined ? 'firing' : 'resolved' });
  const refusals: number[] = [];
  for (let attempt = Math.floor(Math.random() * 2); ; attempt += 1) {
    const { url } = replicas[attempt % replicas.length] as Replica;
    const headers = { 'content-type': 'application/json' };
    const status = await fetch(`${url}/hooks/generic`, { method: 'POST', headers, body })
      .then(async (answer) => {
        await answer.arrayBuffer();
        return answer.status;
      })
      .catch(() => NO_ANSWER);
    if (status >= 200 && status < 300) return refusals;
    refusals.push(status);
    await sleep(100);
  }
}

/** How many alerts posts of storms say that they tell of. */
const sumOf = (posts: readonly string[]) =>
  posts.reduce((sum, text) => sum + Number(/\*(\d+) more alert/.exec(text)?.[1] ?? Number.NaN), 0);

interface Times {
  readonly startsAt: Date;
  readonly endsAt?: Date;
}

/** What is to be in the room. */
interface Sent {
  readonly acknowledged: string[];
  /** Groups that are over, and groups that fire again after that. */
  readonly over: string[];
  readonly again: string[];
  /** What earlier runs left in the room: how many came and went. */
  readonly missedBefore: number;
}

/** Sends groups of alerts until it is stopped: all members fire, two of three groups end, and of these every other fires again; or all only fire. */
function startSending(run: string, isWhole = true) {
  const sent: Sent = { acknowledged: [], over: [], again: [], missedBefore: roomNow().missed };
  const refusals: number[] = [];
  let isOver = false;
  const send = async (group: string, member: number, times: Times) => {
    refusals.push(...(await deliver(group, member, times)));
    await sleep(SEND_EVERY_MS * Math.random() * 2);
  };
  const senders = Array.from({ length: SENDERS }, async (_, sender) => {
    for (let index = 0; !isOver; index += 1) {
      const group = `${run}-${sender}-${index}`;
      const startsAt = new Date();
      const members = Array.from({ length: MEMBERS }, (_, member) => member);
      for (const member of members) {
        await send(group, member, { startsAt });
        sent.acknowledged.push(hostOf(group, member));
      }
      if (!isWhole || index % 3 === 0) continue;
      for (const member of members) await send(group, member, { startsAt, endsAt: new Date() });
      if (index % 3 === 2) for (const member of members) await send(group, member, { startsAt: new Date() });
      sent[index % 3 === 2 ? 'again' : 'over'].push(group);
    }
  });
  return {
    async stop() {
      isOver = true;
      await Promise.all(senders);
      return { ...sent, refusals };
    },
  };
}

/** Waits until all is told, or for long enough, and then for what would be told twice. */
async function judge({ acknowledged, over, again, missedBefore }: Sent, what: string) {
  const wrongIn = ({ post }: ReturnType<typeof roomNow>) => [
    ...over.filter((group) => post(group) !== '' && !post(group).includes('RESOLVED')),
    ...again.filter((group) => post(group).includes('RESOLVED')),
  ];
  const overNow = new Set(over);
  const lostIn = ({ posts, missed }: ReturnType<typeof roomNow>) => {
    const apart = acknowledged.filter((host) => posts(host) === 0);
    const mayBeMissed = apart.every((host) => overNow.has(groupOf(host)));
    return mayBeMissed && apart.length === missed - missedBefore ? [] : apart;
  };
  const isTold = () => {
    const room = roomNow();
    return lostIn(room).length === 0 && wrongIn(room).length === 0;
  };
  await eventually(isTold, 'all is told', CALM_TIMEOUT_MS).catch(() => undefined);
  await sleep(3_000);
  const room = roomNow();
  const lost = lostIn(room);
  const doubled = acknowledged.filter((host) => room.posts(host) > 1);
  const groups = [...new Set(acknowledged.map(groupOf))];
  const againNow = new Set(again);
  doubled.push(...groups.filter((group) => room.again(group) > (againNow.has(group) ? 1 : 0)));
  // once in the post, unless it was over before it could be posted, and once in the line that it fires again
  const miscalled = groups.filter((group) => {
    const count = room.calls(group);
    return count > 1 + room.again(group) || (count === 0 && !overNow.has(group));
  });
  const wrong = wrongIn(room);
  const odd = [...lost, ...wrong.map((group) => hostOf(group, 0))];
  if (odd.length > 0) process.stderr.write(`${JSON.stringify(await tracesOf(odd), null, 1)}\n`);
  process.stderr.write(
    `alerts acknowledged: ${acknowledged.length}, ${what}, lost: ${lost.length}, doubled: ${doubled.length}, over before they could be told: ${room.missed - missedBefore}; groups over: ${over.length}, again: ${again.length} (${again.filter((group) => room.again(group) > 0).length} lines)\n`,
  );
  return { lost, doubled, wrong, miscalled };
}

const NOTHING = { lost: [], doubled: [], wrong: [], miscalled: [] };

/** What the store knows of the groups of these hosts, so that a loss can be understood. */
async function tracesOf(hosts: readonly string[]) {
  const client = new Client({ connectionString: database });
  await client.connect();
  try {
    const keys = [...new Set(hosts.map((host) => `%${groupOf(host)}`))];
    const groups = await client.query('SELECT * FROM glimpse.alert_groups WHERE key LIKE ANY ($1)', [keys]);
    const problems = await client.query(
      'SELECT fingerprint, group_key, status, opened_ms, closed_ms, event_ms FROM glimpse.problems WHERE group_key LIKE ANY ($1)',
      [keys],
    );
    const jobs = await client.query('SELECT * FROM glimpse_queue.job WHERE singleton_key LIKE ANY ($1)', [keys]);
    const said = texts().filter((text) => hosts.some((host) => text.includes(host.replace(/-\d+\.$/, '-'))));
    return { groups: groups.rows, problems: problems.rows, jobs: jobs.rows, said };
  } finally {
    await client.end();
  }
}

/** What a chat can do to those who post; each lasts long enough to hit posts and edits. */
const chatFaults: Readonly<Record<string, () => Promise<void>>> = {
  async 'refused connections'() {
    chat.refuseConnections(3_000);
    await sleep(3_000);
  },
  async 'took connections and answered late'() {
    chat.delay(2_000, 'chat.');
    await sleep(5_000);
    chat.delay(0, 'chat.');
  },
  async 'took connections and said nothing'() {
    chat.cut('half-open');
    chat.delay(NEVER_MS, 'chat.');
    await sleep(3_000);
    chat.delay(0, 'chat.');
  },
  async 'limited calls'() {
    chat.rateLimitNext('chat.sendMessage', 4, 2_000);
    chat.rateLimitNext('chat.update', 4, 2_000);
    await sleep(4_000);
  },
  async 'failed with 500 and 502'() {
    for (const path of ['chat.sendMessage', 'chat.update', 'chat.getMessage']) {
      chat.failNext({ path, status: 500, times: 3 });
      chat.failNext({ path, status: 502, html: true, body: '<h1>Bad gateway</h1>', times: 3 });
    }
    await sleep(4_000);
  },
  async 'cut its answers'() {
    for (let times = 0; times < 6; times += 1) {
      for (const path of ['chat.sendMessage', 'chat.update']) {
        chat.truncateNext(path, times % 2 === 0 ? 'json' : 'reset');
      }
    }
    await sleep(4_000);
  },
};

describe.skipIf(database === '')('acknowledged alerts', () => {
  it('are in the room once each, whenever a bot is killed', { timeout: TEST_TIMEOUT_MS }, async () => {
    const sending = startSending('kill');
    for (let kills = 0; kills < KILLS; kills += 1) {
      await sleep(Math.random() * KILL_EVERY_MS);
      const victim = Math.floor(Math.random() * replicas.length);
      replicas[victim]?.process.kill('SIGKILL');
      replicas[victim] = await start();
    }
    const sent = await sending.stop();
    expect(await judge(sent, `kills: ${KILLS}`)).toEqual(NOTHING);
    expect(sent.acknowledged.length).toBeGreaterThan(KILLS);
  });

  it('are in posts of their own or counted in that of a storm, each once, whenever a bot is killed', {
    timeout: TEST_TIMEOUT_MS,
  }, async () => {
    await configure('alerts: { postsPerMinute: 5 }');
    for (const victim of replicas.keys()) {
      replicas[victim]?.process.kill('SIGKILL');
      replicas[victim] = await start();
    }
    const sending = startSending('storm', false);
    for (let kills = 0; kills < KILLS; kills += 1) {
      await sleep(Math.random() * KILL_EVERY_MS);
      const victim = Math.floor(Math.random() * replicas.length);
      replicas[victim]?.process.kill('SIGKILL');
      replicas[victim] = await start();
    }
    const { acknowledged } = await sending.stop();
    const told = () => {
      const posts = texts().filter((text) => text.includes('held together'));
      const others = texts().filter((text) => !posts.includes(text));
      const alone = acknowledged.filter((host) => others.some((text) => text.includes(host)));
      return { alone: alone.length, posts: posts.length, together: sumOf(posts) };
    };
    await eventually(() => told().alone + told().together >= acknowledged.length, 'all is told', CALM_TIMEOUT_MS).catch(
      () => undefined,
    );
    await sleep(3_000);
    const { alone, posts, together } = told();
    process.stderr.write(
      `alerts acknowledged: ${acknowledged.length}, kills: ${KILLS}, alone: ${alone}, in ${posts} posts of storms: ${together}\n`,
    );
    expect(alone + together).toBe(acknowledged.length);
    await configure('alerts: { postsPerMinute: off }');
    for (const victim of replicas.keys()) {
      replicas[victim]?.process.kill('SIGKILL');
      replicas[victim] = await start();
    }
  });

  it('are in the room once each when the database restarts, and senders hear 503', {
    timeout: TEST_TIMEOUT_MS,
  }, async () => {
    const rig = started as Rig;
    const sending = startSending('restart');
    for (let restarts = 0; restarts < RESTARTS; restarts += 1) {
      await sleep(Math.random() * 2 * KILL_EVERY_MS);
      await rig.command('down');
      await sleep(Math.random() * KILL_EVERY_MS);
      await rig.command('up', String(DATABASE_PORT));
    }
    const { refusals, ...sent } = await sending.stop();
    const what = `restarts of the database: ${RESTARTS}`;
    expect(await judge(sent, what)).toEqual(NOTHING);
    expect([...new Set(refusals)]).toEqual([503]);
    expect(replicas.map(({ process: bot }) => bot.exitCode ?? bot.signalCode)).toEqual([null, null]);
  });

  it('are in the room once each although the chat refuses, hangs, limits, fails and cuts its answers', {
    timeout: TEST_TIMEOUT_MS,
  }, async () => {
    const sending = startSending('chat');
    for (const [what, hurt] of Object.entries(chatFaults)) {
      const [calls, posts] = [chat.requests.length, texts().length];
      await hurt();
      await eventually(() => texts().length > posts, `alerts are posted again by a chat that ${what}`);
      process.stderr.write(`the chat ${what}: ${chat.requests.length - calls} requests\n`);
    }
    const { refusals, ...sent } = await sending.stop();
    const what = `faults of the chat: ${Object.keys(chatFaults).length}`;
    expect(await judge(sent, what)).toEqual(NOTHING);
    // senders never hear of it
    expect(refusals).toEqual([]);
  });
});
