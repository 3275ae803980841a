/** The Nagios source against a real one: states, values, history and links, through to the words. */
import { afterAll, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { nagios } from '../../src/sources/nagios.ts';
import type { FetchWindow, Source } from '../../src/sources/source.ts';
import { type Conversation, openConversation } from '../acceptance/conversation.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { type Rig, startRig } from './rig.ts';

const rig = await startRig('nagios', 18_950);
const isMissing = typeof rig === 'string';
if (isMissing) process.stderr.write(`skipped: ${rig}\n`);
const url = isMissing ? 'http://127.0.0.1:9' : rig.url;
const signal = AbortSignal.timeout(240_000);
if (!isMissing) await rig.command('seed');
/** What happens while the tests run shall lie in their windows too. */
const nowMs = Date.now() + 60_000;
const talk: Conversation | undefined = isMissing
  ? undefined
  : await openConversation({
      nowMs,
      yaml: `
zone: UTC
queries: [{ pack: nagios, source: nagios }]
sources:
  nagios: { kind: nagios, url: ${url}, username: nagiosadmin, password: rig, timeout: 20s }
`,
      definitions: {},
    });
afterAll(async () => {
  await talk?.close();
  if (!isMissing) await (rig as Rig).stop();
});

const createSource = (options: Readonly<Record<string, unknown>> = {}): Source =>
  nagios.create(nagios.options.parse({ kind: 'nagios', url, username: 'nagiosadmin', password: 'rig', ...options }), {
    name: 'nagios',
    http: createHttpClient({ timeoutMs: 20_000 }),
    clock: createFakeClock(nowMs),
  });
const window: FetchWindow = { fromMs: nowMs - 3_600_000, toMs: nowMs, zone: 'UTC', maxPoints: 800 };
const BINDING = {
  unit: { id: 'none', scale: 'si', symbol: '', factor: 1, isWhole: false },
  consolidate: 'average',
} as const;
const page = (link: string) =>
  fetch(link, { headers: { authorization: `Basic ${Buffer.from('nagiosadmin:rig').toString('base64')}` } });

describe.skipIf(isMissing)('a real Nagios', () => {
  const say = (question: string) => (talk as Conversation).ask(question);

  it('passes its check, finds CGIs that are elsewhere, and tells a refused login', async () => {
    const whole = { version: expect.stringMatching(/^Nagios 4\.\d/), problems: [] };
    expect(await createSource().check(signal)).toEqual(whole);
    const { problems } = await createSource({ cgiPath: 'nowhere' }).check(signal);
    expect(problems).toEqual([
      expect.stringMatching(/no JSON CGIs at this address \(404\).* set cgiPath: \/nagios4\/cgi-bin\.$/),
    ]);
    expect(await createSource({ cgiPath: '/nagios4/cgi-bin' }).check(signal)).toEqual(whole);
    const refused = await createSource({ password: 'wrong' }).check(signal);
    expect(refused.problems).toEqual([
      expect.stringMatching(/^Nagios does not accept my login \(401\)\. Set username/),
    ]);
  });

  it('tells the problems of a host and of all, and that there is none', async () => {
    const one = await say('problems web01');
    expect(one.lines[0]).toBe('Problems of web01 1 problem, 1 warning: http');
    expect(one.text).toContain('HTTP WARNING - 200 in 2.5 s');
    expect((await say('problems')).lines[0]).toBe('Problems of all hosts 1 problem, 1 warning: http');
    const none = await say('problems db01');
    expect([none.code, none.lines[0]]).toEqual([undefined, 'Problems of db01 no problems: 2 checks fine.']);
    expect((await say('problems web99')).code).toBe('ASK_UNKNOWN_VALUE');
  });

  it('tells every check with what it measured, and every value with its limits', async () => {
    const checks = await say('services web01');
    expect(checks.lines[0]).toMatch(/^Checks of web01 4 checks, 1 warning: http/);
    expect(checks.text).toContain('/srv 41 %');
    expect(checks.text).toContain('time 2.5 s');
    const { answer } = await say('perfdata db01 replication');
    expect(answer.frames[0]).toMatchObject({
      rows: [['db01', 'replication', 'lag', 0, '30\u202fs', '60\u202fs', null, null].map(blank)],
    });
  });

  it('follows a problem: critical, acknowledged, in downtime, fine again, and in its history', async () => {
    const { command } = rig as Rig;
    await command('fire');
    const { lines, answer } = await say('problems web01');
    expect(lines[0]).toBe('Problems of web01 2 problems, 1 critical: disk, 1 warning: http');
    const since = answer.frames[0]?.kind === 'table' ? answer.frames[0].rows[0]?.[3] : undefined;
    expect(Math.abs(Number(since) - (nowMs - 60_000))).toBeLessThan(120_000);
    await command('cmd', 'ACKNOWLEDGE_SVC_PROBLEM;web01;disk;1;1;1;ana;on it');
    const [start, end] = [nowMs / 1000 - 120, nowMs / 1000 + 7_200].map(Math.floor);
    await command('cmd', `SCHEDULE_SVC_DOWNTIME;web01;http;${start};${end};1;0;7200;bob;moving`);
    await expect.poll(async () => (await say('problems web01')).lines[0], { timeout: 30_000 }).toContain('2 handled');
    const [frame] = (await say('problems web01')).answer.frames;
    expect(frame?.kind === 'table' && frame.rows.map((row) => [row[1], row[2], row[4]])).toEqual([
      ['disk', 'CRITICAL', 'acknowledged by ana: on it'],
      ['http', 'WARNING', expect.stringMatching(/^in downtime until .*\d\d:\d\d by bob: moving$/)],
    ]);
    await command('resolve');
    expect((await say('problems web01')).lines[0]).toBe('Problems of web01 1 problem, 1 warning: http, 1 handled');
    await expect
      .poll(async () => (await say('history web01 1h')).lines[0], { timeout: 30_000 })
      .toBe('Changes of web01 3 changes, 1 critical: disk, 1 warning: http, 1 ok');
    const marks = await createSource().annotations?.(window, { tags: ['disk'] }, signal);
    expect(marks?.map(({ title, text }) => [title, text])).toEqual(
      expect.arrayContaining([['web01 disk CRITICAL', 'DISK CRITICAL - /srv 97% used']]),
    );
  });

  it.each([
    [{ problems: { host: 'web01' } }, 'http'],
    [{ services: { host: 'web01', service: 'http' } }, 'HTTP WARNING - 200 in 2.5 s'],
    [{ history: { host: 'web01' } }, 'HTTP WARNING - 200 in 2.5 s'],
  ])('links %j to a page that shows it', async (block, text) => {
    const source = createSource();
    const reply = await page(source.link(source.request(block, { ...BINDING, arguments: {} }), window) ?? '');
    expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining(text)]);
  });

  it('binds hostile names as data: nothing is found, and nothing else', async () => {
    const source = createSource();
    const hostile = [
      'web01&hostname=db01',
      'web*',
      'web01%00',
      '../../etc',
      '__proto__',
      'web01;id',
      '"',
      '<b>web01',
      'ẃeb01',
    ];
    for (const host of hostile) {
      const request = source.request({ services: { host: '${host}' } }, { ...BINDING, arguments: { host: [host] } });
      expect((await source.fetch(request, window, signal))[0]).toMatchObject({ kind: 'table', rows: [] });
    }
  });
});

/** Numbers and their units stand apart by a narrow blank. */
function blank(cell: unknown): unknown {
  return typeof cell === 'string' ? expect.stringMatching(new RegExp(`^${cell.replace(/\s/, '\\s')}$`)) : cell;
}
