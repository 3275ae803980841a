/** The Icinga 2 source against a real one: states, values and who handles them, through to the words. */
import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { icinga2 } from '../../src/sources/icinga2.ts';
import type { Source } from '../../src/sources/source.ts';
import { type Conversation, openConversation } from '../acceptance/conversation.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { type Rig, startRig } from './rig.ts';

const rig = await startRig('icinga2', 18_940);
const isMissing = typeof rig === 'string';
if (isMissing) process.stderr.write(`skipped: ${rig}\n`);
const url = isMissing ? 'https://127.0.0.1:9' : rig.url;
const signal = AbortSignal.timeout(240_000);
if (!isMissing) await rig.command('seed');
const ca = isMissing ? '' : await readFile(`${rig.dir}/data/certs/ca.crt`, 'utf8');
const nowMs = Date.now();
const talk: Conversation | undefined = isMissing
  ? undefined
  : await openConversation({
      nowMs,
      yaml: `
zone: UTC
queries: [{ pack: icinga2, source: icinga }]
sources:
  icinga:
    kind: icinga2
    url: ${url}
    publicUrl: https://monitoring.example.net/icingaweb2
    username: reader
    password: rig
    timeout: 20s
    ca: |
${ca.trim().replace(/^/gm, '      ')}
`,
      definitions: {},
    });

afterAll(async () => {
  await talk?.close();
  if (!isMissing) await (rig as Rig).stop();
});

const createSource = (options: Readonly<Record<string, unknown>>): Source =>
  icinga2.create(icinga2.options.parse({ kind: 'icinga2', url, ...options }), {
    name: 'icinga',
    http: createHttpClient({ timeoutMs: 20_000 }),
    clock: createFakeClock(nowMs),
  });

describe.skipIf(isMissing)('a real Icinga 2', () => {
  const say = (question: string) => (talk as Conversation).ask(question);

  it('passes its check over TLS with its own authority, and says what to do without it', async () => {
    const login = { username: 'reader', password: 'rig' };
    expect(await createSource({ ...login, ca }).check(signal)).toEqual({
      version: expect.stringMatching(/^Icinga 2\.\d+/),
      problems: [],
    });
    const { problems } = await createSource(login).check(signal);
    expect(problems).toEqual([expect.stringMatching(/not trusted\. Set ca_file/)]);
    const refused = await createSource({ ...login, password: 'wrong', ca }).check(signal);
    expect(refused.problems).toEqual([expect.stringMatching(/^Icinga does not accept my login \(401\)/)]);
  });

  it('tells the problems of a host and of all', async () => {
    const one = await say('problems web01');
    expect(one.lines[0]).toBe('Problems of web01 1 problem, 1 warning: http');
    expect(one.text).toContain('HTTP WARNING - 200 in 2.5 s');
    expect(one.text).toContain('/icingadb/services?host.name=web01&service.state.is%5Fproblem=y');
    const all = await say('problems');
    expect(all.lines[0]).toBe('Problems of all hosts 1 problem, 1 warning: http');
  });

  it('answers that there is none', async () => {
    const none = await say('problems db01');
    expect(none.code).toBeUndefined();
    expect(none.lines[0]).toBe('Problems of db01 no problems: 2 checks fine.');
    expect((await say('problems web99')).code).toBe('ASK_UNKNOWN_VALUE');
  });

  it('tells every check with what it measured, and every value with its limits', async () => {
    const checks = await say('services web01');
    expect(checks.lines[0]).toMatch(
      /^Checks of web01 4 checks, 1 warning: http, 1 pending: active, 1 up, 1 ok$|^Checks of web01 4 checks, 1 warning: http, 1 up, 2 ok$/,
    );
    expect(checks.text).toContain('/srv 41 %');
    expect(checks.text).toContain('time 2.5 s');
    const [values] = (await say('perfdata web01')).answer.frames;
    expect(values).toMatchObject({
      rows: [
        ['web01', 'disk', '/srv', '41 %', '80 %', '90 %', null, null],
        ['web01', 'http', 'time', '2.5 s', '2 s', '5 s', null, null],
      ].map((row) => row.map((cell) => (typeof cell === 'string' ? plain(cell) : cell))),
    });
    const [one] = (await say('perfdata web01 disk')).answer.frames;
    expect(one).toMatchObject({
      rows: [['web01', 'disk', '/srv', 41, expect.anything(), expect.anything(), null, null]],
    });
  });

  it('follows a problem: critical, handled, fine again', async () => {
    const { command } = rig as Rig;
    await command('fire');
    expect((await say('problems web01')).lines[0]).toBe(
      'Problems of web01 2 problems, 1 critical: disk, 1 warning: http',
    );
    const acknowledged = '{"type":"Service","filter":"service.name==\\"disk\\"","author":"ana","comment":"on it"}';
    await command('api', '/v1/actions/acknowledge-problem', '-X', 'POST', '-d', acknowledged);
    const [end] = [Math.floor(nowMs / 1000) + 7_200];
    const downtime = `{"type":"Service","filter":"service.name==\\"http\\"","author":"bob","comment":"moving","start_time":${end - 8_000},"end_time":${end}}`;
    await command('api', '/v1/actions/schedule-downtime', '-X', 'POST', '-d', downtime);
    await expect.poll(async () => (await say('problems web01')).lines[0]).toContain('2 handled');
    const { answer } = await say('problems web01');
    const [frame] = answer.frames;
    expect(frame?.kind === 'table' && frame.rows.map((row) => [row[1], row[2], row[4]])).toEqual([
      ['disk', 'CRITICAL', 'acknowledged by ana: on it'],
      ['http', 'WARNING', expect.stringMatching(/^in downtime until .*\d\d:\d\d by bob: moving$/)],
    ]);
    await command('resolve');
    expect((await say('problems web01')).lines[0]).toBe('Problems of web01 1 problem, 1 warning: http, 1 handled');
  });

  it('binds hostile names as data: nothing is found, and nothing else', async () => {
    const source = createSource({ username: 'reader', password: 'rig', ca });
    const window = { fromMs: nowMs - 3_600_000, toMs: nowMs, zone: 'UTC', maxPoints: 800 };
    const hostile = [
      'web01" || true || "',
      'web*',
      '{{ "web01" }}',
      '$host.name$',
      '__proto__',
      'web01!http',
      '\\"',
      "') }",
    ];
    for (const host of hostile) {
      const request = source.request({ services: { host: '${host}' } }, { ...BINDING, arguments: { host: [host] } });
      const [frame] = await source.fetch(request, window, signal);
      expect(frame).toMatchObject({ kind: 'table', rows: [] });
    }
  });
});

const BINDING = {
  unit: { id: 'none', scale: 'si', symbol: '', factor: 1, isWhole: false },
  consolidate: 'average',
} as const;

/** Numbers and their units stand apart by a narrow blank that does not break. */
function plain(text: string): unknown {
  return expect.stringMatching(new RegExp(`^${text.replace(/[./]/g, '\\$&').replace(' ', '\\s')}$`));
}
