/** The Zabbix source against a real one: history, trends, states, texts, problems, through to the words. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { SeriesFrame, TableFrame } from '../../src/domain/frame.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { createHttpClient, type HttpClient } from '../../src/lib/http-client.ts';
import type { FetchWindow, Source } from '../../src/sources/source.ts';
import { zabbix } from '../../src/sources/zabbix.ts';
import { type Conversation, openConversation } from '../acceptance/conversation.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { type Rig, startRig } from './rig.ts';
import { whyWords } from './why-words.ts';
import { openRigApi, type Trapped, trap } from './zabbix-rig.ts';

const PORT = 18_960;
const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const rig = await startRig('zabbix', PORT);
const isMissing = typeof rig === 'string';
if (isMissing) process.stderr.write(`skipped: ${rig}\n`);
const url = isMissing ? 'http://127.0.0.1:9' : rig.url;
const signal = AbortSignal.timeout(280_000);
const seed = isMissing ? { start: 0, end: 0 } : JSON.parse(await rig.command('seed'));
/** Seeded data end here. */
const endMs: number = seed.end * SECOND;
/** Of items of our own: the first second of the hour that lies six hours back. */
const firstHour = Math.floor(endMs / HOUR - 6) * 3_600;
const cpu = (ms: number) => 10 + (Math.floor(ms / MINUTE) % 10);
const net = (second: number) => 1_000 + (Math.floor(second / 60) % 60);
const token = isMissing ? '' : await addMore();
const nowMs = endMs + 30_000;

/** An item with trends and little history, one with a value map, one with texts; gives a token. */
async function addMore(): Promise<string> {
  const { call } = await openRigApi(url);
  const [{ hostid }] = await call('host.get', { filter: { host: ['web01'] } });
  const maps = {
    hostid,
    name: 'service',
    mappings: [
      ['0', 'Down'],
      ['1', 'Up'],
    ].map(([value, newvalue]) => ({ value, newvalue })),
  };
  const [valuemapid] = (await call('valuemap.create', maps)).valuemapids;
  const item = { hostid, type: 2, history: '7d', trends: '0' };
  await call('item.create', [
    {
      ...item,
      name: 'Incoming traffic',
      key_: 'net.if.in["eth0"]',
      value_type: 3,
      units: 'Bps',
      history: '2h',
      trends: '365d',
    },
    { ...item, name: 'Shop', key_: 'shop.state', value_type: 3, valuemapid },
    { ...item, name: 'Release', key_: 'shop.release', value_type: 4 },
    { ...item, name: 'Space of /', key_: 'vfs.fs.size[/,pused]', value_type: 0, units: '%' },
  ]);
  const at = (key: string, value: number | string, clock: number): Trapped => ({ host: 'web01', key, value, clock });
  const minutes = Array.from(
    { length: Math.floor(endMs / SECOND / 60) - firstHour / 60 + 1 },
    (_, index) => firstHour + index * 60,
  );
  const end = endMs / SECOND;
  await trap(PORT + 1, [
    ...minutes.map((second) => at('net.if.in["eth0"]', net(second), second)),
    ...[1, 1, 0, 1].map((value, index) => at('shop.state', value, end - 2_400 + index * 600)),
    at('shop.release', 'release 1.4.2\nof žižkov', end - 1_200),
    at('vfs.fs.size[/,pused]', 41.5, end - 60),
  ]);
  const [tokenid] = (await call('token.create', { name: 'glimpse' })).tokenids;
  const [made] = await call('token.generate', [tokenid]);
  const [{ itemid }] = await call('item.get', { filter: { key_: ['vfs.fs.size[/,pused]'] }, output: ['itemid'] });
  const count = () => call('history.get', { history: 0, itemids: [itemid], countOutput: true });
  await vi.waitUntil(async () => (await count()) === '1', { timeout: 60_000, interval: 500 });
  return made.token;
}

const talk: Conversation | undefined = isMissing
  ? undefined
  : await openConversation({
      nowMs,
      yaml: `
zone: UTC
queries: [{ path: ./ours, source: zabbix }, { pack: zabbix, source: zabbix }]
sources:
  zabbix: { kind: zabbix, url: ${url}, username: Admin, password: zabbix, raw: true, timeout: 20s }
`,
      definitions: {
        ours: `
user:
  title: CPU of \${host}
  parameters: { host: { values: hosts, example: web01 } }
  zabbix: { host: "\${host}", item: cpu.user }
  thresholds: [{ at: 17, severity: warning }]
`,
      },
    });
afterAll(async () => {
  await talk?.close();
  if (!isMissing) await (rig as Rig).stop();
});

const createSource = (options: Readonly<Record<string, unknown>> = { username: 'Admin', password: 'zabbix' }): Source =>
  zabbix.create(zabbix.options.parse({ kind: 'zabbix', url, ...options }), {
    name: 'zabbix',
    http: createHttpClient({ timeoutMs: 20_000 }),
    clock: createFakeClock(nowMs),
  });
const source = createSource();
const BINDING = { unit: makeUnit(), consolidate: 'average' } as const;
const requestOf = (block: unknown, how: 'average' | 'max' | 'min' = 'average') =>
  source.request(zabbix.block.parse(block), { ...BINDING, consolidate: how, arguments: {} });
const lastHours = (hours: number): FetchWindow => ({
  fromMs: nowMs - hours * HOUR,
  toMs: nowMs,
  zone: 'UTC',
  maxPoints: 1_600,
});
const samples = ({ series }: SeriesFrame) =>
  series.map(({ times, values }) => [...times].map((timeMs, index) => [timeMs, values[index]]));

describe.skipIf(isMissing)('a real Zabbix', () => {
  const say = (question: string) => (talk as Conversation).ask(question);

  it('gives the last hour as it was stored, to the digit, and says it', async () => {
    const [frame] = (await source.fetch(
      requestOf({ host: 'web01', item: 'cpu.user' }),
      lastHours(1),
      signal,
    )) as SeriesFrame[];
    const minutes = Array.from({ length: 60 }, (_, index) => endMs - (59 - index) * MINUTE);
    expect(samples(frame as SeriesFrame)).toEqual([minutes.map((ms) => [ms, cpu(ms)])]);
    expect(frame).toMatchObject({ stepMs: MINUTE, warnings: [] });
    expect(frame?.series[0]?.unit).toEqual(makeUnit('percent'));
    const mean = minutes.reduce((sum, ms) => sum + cpu(ms), 0) / minutes.length;
    const { lines, text } = await say('user web01 last 1h');
    expect(lines[0]).toContain(`${cpu(endMs)} % now · mean ${Number(mean.toPrecision(3))} %, peak 19 %`);
    expect(text).toContain('/history.php?action=showgraph&itemids%5B%5D=');
  });

  it('gives averages, peaks and lows of hours from the trends where the history is gone', async () => {
    const block = { host: 'web01', item: 'net.if.in["eth0"]' };
    await expect
      .poll(
        async () => samples((await source.fetch(requestOf(block), lastHours(7), signal))[0] as SeriesFrame)[0]?.length,
      )
      .toBeGreaterThanOrEqual(6);
    const of = async (how: 'average' | 'max' | 'min') =>
      (await source.fetch(requestOf(block, how), lastHours(7), signal))[0] as SeriesFrame;
    const hours = [0, 1, 2, 3, 4, 5].map((hour) => (firstHour + hour * 3_600) * SECOND);
    // whole numbers: the trends of Zabbix cut the average
    expect(samples(await of('average'))[0]?.slice(0, 5)).toEqual(hours.slice(0, 5).map((ms) => [ms, 1_029]));
    expect(samples(await of('max'))[0]?.slice(0, 6)).toEqual(hours.map((ms) => [ms, 1_059]));
    expect(samples(await of('min'))[0]?.slice(0, 6)).toEqual(hours.map((ms) => [ms, 1_000]));
    const frame = await of('max');
    expect(frame).toMatchObject({ stepMs: HOUR, consolidated: 'max' });
    expect(frame.series[0]?.unit).toEqual(makeUnit('bytes/s'));
    const newest = (await source.fetch(requestOf(block), lastHours(1), signal))[0] as SeriesFrame;
    expect(newest.stepMs).toBe(MINUTE);
    expect(samples(newest)[0]?.at(-1)).toEqual([endMs, net(endMs / SECOND)]);
  });

  it('takes raw questions: keys with brackets and blanks, names, stars', async () => {
    expect(samples((await say('zabbix: web01 cpu.user 30m')).frame)[0]?.at(-1)).toEqual([endMs, cpu(endMs)]);
    expect(samples((await say('zabbix: web01 vfs.fs.size[/,pused] 1h')).frame)[0]).toEqual([[endMs - MINUTE, 41.5]]);
    expect(samples((await say('zabbix: web01 "space of /" 1h')).frame)[0]).toEqual([[endMs - MINUTE, 41.5]]);
    const both = await say('zabbix: web* *.us* 30m');
    expect(both.frame.series.map(({ name }) => name)).toEqual(['cpu.user', 'disk.used']);
    expect((await say('zabbix: web01 cpu.usr 1h')).text).toMatch(
      /cpu\.usr has never sent anything\. Near: (?:cpu\.)?user/,
    );
  });

  it('tells states by their words and texts as a table', async () => {
    const [states] = (await source.fetch(
      requestOf({ host: 'web01', item: 'Shop' }),
      lastHours(1),
      signal,
    )) as TableFrame[];
    const at = (minutes: number) => endMs - minutes * MINUTE;
    expect(states?.rows).toEqual([
      [at(10), 'web01', 'Shop', 'Up (1)'],
      [at(20), 'web01', 'Shop', 'Down (0)'],
      [at(40), 'web01', 'Shop', 'Up (1)'],
    ]);
    const drawn = await source.fetch(requestOf({ host: 'web01', item: 'Shop', as: 'series' }), lastHours(1), signal);
    expect(samples(drawn[0] as SeriesFrame)[0]?.map(([, value]) => value)).toEqual([1, 1, 0, 1]);
    const [texts] = (await source.fetch(
      requestOf({ host: 'web01', item: 'Release' }),
      lastHours(1),
      signal,
    )) as TableFrame[];
    expect(texts?.rows).toEqual([[at(20), 'web01', 'Release', 'release 1.4.2 of žižkov']]);
    const latest = await say('items web01');
    expect(latest.lines[0]).toMatch(/^Items of web01 6 items/);
    expect(latest.text).toMatch(/Shop\s.*Up \(1\)/);
    expect(latest.text).toMatch(/Space of \/\s.*41\.5 %/);
  });

  it('follows a problem from none through acknowledged to none, and what it was', async () => {
    const { command } = rig as Rig;
    // by the real clock, which Zabbix goes by in whole seconds
    const begunMs = Math.floor(Date.now() / SECOND) * SECOND;
    // the count of what is fine is left out where the server takes its time for it
    const none = /^Problems of web01 no problems(?:: 1 trigger fine)?\.?$/;
    expect((await say('problems web01')).lines[0]).toMatch(none);
    await command('fire');
    await expect.poll(async () => (await say('problems')).lines[0], { timeout: 30_000 }).toContain('1 high');
    const open = await say('problems web01');
    expect(open.lines[0]).toBe('Problems of web01 1 problem, 1 high: Disk almost full on Web server 1');
    expect(open.text).toContain('disk.used 97 %');
    expect(open.text).toMatch(/zabbix\.php\?action=problem\.view&show=3&hostids%5B%5D=\d+&filter%5Fset=1/);
    expect((await say('problems web01 disaster')).lines[0]).toMatch(/no problems of that severity/);
    const { call } = await openRigApi(url);
    const [{ eventid }] = await call('problem.get', {});
    await call('event.acknowledge', { eventids: [eventid], action: 6, message: 'on it' });
    const [frame] = (await say('problems web01')).answer.frames as TableFrame[];
    expect(frame?.rows[0]?.[4]).toBe('acknowledged by Admin: on it');
    await command('resolve');
    await expect.poll(async () => (await say('problems web01')).lines[0], { timeout: 30_000 }).toMatch(none);
    const later = { fromMs: begunMs, toMs: begunMs + HOUR, zone: 'UTC', maxPoints: 800 };
    const marks = await source.annotations?.(later, { tags: ['web01'] }, signal);
    expect(marks).toEqual([
      expect.objectContaining({
        kind: 'incident',
        title: 'web01 Disk almost full on Web server 1',
        endMs: expect.any(Number),
      }),
    ]);
  });

  it('says why there is nothing', async () => {
    const why = (block: unknown, window = lastHours(1)) => source.whyEmpty?.(requestOf(block), window, signal);
    expect(await why({ host: 'web02', item: 'cpu.user' })).toEqual({
      kind: 'never_existed',
      what: 'web02',
      near: ['web01'],
    });
    expect(await why({ host: 'web01', item: 'cpu.used' })).toMatchObject({
      kind: 'never_existed',
      near: expect.arrayContaining(['cpu.user']),
    });
    expect(await why({ host: 'Zabbix server', item: '*' })).toEqual({
      kind: 'none',
      said: 'Zabbix server is not monitored: it is disabled in Zabbix',
    });
    const before = { ...lastHours(1), fromMs: nowMs - 30 * DAY, toMs: nowMs - 29 * DAY };
    expect(await why({ host: 'web01', item: 'cpu.user' }, before)).toEqual({ kind: 'too_old', keptMs: 7 * DAY });
    const yesterday = { ...before, fromMs: nowMs - 2 * DAY, toMs: nowMs - DAY };
    expect(await why({ host: 'web01', item: 'cpu.user' }, yesterday)).toEqual({
      kind: 'not_yet',
      what: 'web01 cpu.user',
      firstMs: seed.start * SECOND,
    });
    const after = { ...before, fromMs: endMs + SECOND, toMs: nowMs };
    expect(await why({ host: 'web01', item: 'cpu.user' }, after)).toEqual({
      kind: 'stopped',
      what: 'web01 cpu.user',
      lastMs: endMs,
      lastValue: cpu(endMs),
    });
  });

  it('says why there is nothing in words that a person can go on with', async () => {
    const say = async (block: unknown, window = lastHours(1)) => {
      const reason = await source.whyEmpty?.(requestOf(block), window, signal);
      return whyWords(reason, { text: 'cpu web02 last 1h', product: 'Zabbix', window, nowMs }).split('\n');
    };
    expect(await say({ host: 'web02', item: 'cpu.user' })).toEqual([
      'web02 has never sent anything. Near: web01.',
      'Try `cpu web01 last 1h`.',
    ]);
    expect(await say({ host: 'Zabbix server', item: '*' })).toEqual([
      'Zabbix server is not monitored: it is disabled in Zabbix.',
    ]);
    const before = { ...lastHours(1), fromMs: nowMs - 30 * DAY, toMs: nowMs - 29 * DAY };
    expect(await say({ host: 'web01', item: 'cpu.user' }, before)).toEqual([
      'Zabbix keeps this metric for 7 days; the window ends 29 days ago.',
      '`cpu web02 last 7d` is all that it still has.',
    ]);
  });

  it('passes its check with a user and with a token, and says what is refused', async () => {
    const whole = { version: expect.stringMatching(/^Zabbix 6\.0\.\d+, 2 hosts to be seen$/), problems: [] };
    expect(await source.check(signal)).toEqual(whole);
    expect(await createSource({ token }).check(signal)).toEqual(whole);
    const wrong = await createSource({ username: 'Admin', password: 'wrong' }).check(signal);
    expect(wrong.problems).toEqual([expect.stringMatching(/^Zabbix does not accept my login: Incorrect user name/)]);
    const elsewhere = await createSource({ url: `${url}/nowhere`, token }).check(signal);
    expect(elsewhere.problems).toEqual([expect.stringMatching(/no API at this address \(404\)/)]);
  });

  it('logs in once more when its session is over', async () => {
    const sent: { method: string; auth?: string }[] = [];
    const inner = createHttpClient({ timeoutMs: 20_000 });
    const http: HttpClient = {
      send(to, request, given) {
        sent.push(JSON.parse(String(request.body)));
        return inner.send(to, request, given);
      },
    };
    const options = zabbix.options.parse({ kind: 'zabbix', url, username: 'Admin', password: 'zabbix' });
    const own = zabbix.create(options, { name: 'zabbix', http, clock: createFakeClock(nowMs) });
    await own.values?.('hosts', signal);
    const auth = sent.at(-1)?.auth;
    const body = JSON.stringify({ jsonrpc: '2.0', method: 'user.logout', params: [], auth, id: 1 });
    const headers = { 'content-type': 'application/json-rpc' };
    const left = await fetch(`${url}/api_jsonrpc.php`, { method: 'POST', headers, body });
    expect(await left.json()).toMatchObject({ result: true });
    expect(await own.values?.('items:web01', signal)).toContain('cpu.user');
    expect(sent.map(({ method }) => method)).toEqual([
      'apiinfo.version',
      'user.login',
      'host.get',
      'item.get',
      'user.login',
      'item.get',
    ]);
    expect(sent.at(-1)?.auth).not.toBe(auth);
  });

  it('binds hostile names as data: nothing is found, and nothing else', async () => {
    const hostile = [
      'web01" or "1"="1',
      "web01'; drop table items; --",
      '%',
      '_eb01',
      '{$MACRO}',
      '__proto__',
      'web01\\',
      'web0*',
      '${x}',
    ];
    for (const host of hostile) {
      const bound = source.request({ host: '${host}', item: '*' }, { ...BINDING, arguments: { host: [host] } });
      expect((await source.fetch(bound, lastHours(1), signal))[0]).toMatchObject({ kind: 'series', series: [] });
      const item = source.request({ host: 'web01', item: '${host}' }, { ...BINDING, arguments: { host: [host] } });
      expect((await source.fetch(item, lastHours(1), signal))[0]).toMatchObject({ kind: 'series', series: [] });
    }
  });
});
