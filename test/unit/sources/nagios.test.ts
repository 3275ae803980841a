import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { TableFrame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { nagios } from '../../../src/sources/nagios.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { type Answering, startHttpBackend } from '../../doubles/http-backend.ts';
import { type NagiosStore, nagiosDouble } from '../../doubles/nagios.ts';

const NOW = 1_795_000_200;
const signal = AbortSignal.timeout(60_000);
const window = { fromMs: (NOW - 3_600) * 1000, toMs: NOW * 1000, zone: 'UTC', maxPoints: 800 };
const binding = { unit: makeUnit(), consolidate: 'average' } as const;

const STORE: NagiosStore = {
  nowSeconds: () => NOW,
  things: [
    { host: 'web01', groups: ['web'] },
    {
      host: 'web01',
      service: 'disk',
      status: 'critical',
      output: 'DISK CRITICAL',
      perfdata: '/srv=97%;80;90',
      since: NOW - 60,
    },
    { host: 'web01', service: 'http', status: 'warning', acknowledgedBy: ['ana', 'on it'] },
    { host: 'web01', service: 'new', status: 'pending', output: 'Service check scheduled for Wed Nov 25' },
    { host: 'web02', status: 'down', groups: ['web'], downtime: ['bob', 'moving', NOW + 7_200] },
    { host: 'db01' },
    { host: 'db01', service: 'replication', perfdata: 'lag=0s;30;60' },
    ...Array.from({ length: 9 }, (_, index) => ({ host: `app0${index + 1}` })),
  ],
  alerts: [
    { time: NOW - 4_000, host: 'web01', service: 'disk', state: 'critical' },
    { time: NOW - 1_200, host: 'web01', service: 'disk', state: 'critical', isSoft: true, output: 'DISK 96%' },
    { time: NOW - 600, host: 'web01', service: 'disk', state: 'critical', output: 'DISK 97%' },
    { time: NOW - 300, host: 'web02', state: 'down' },
  ],
};

async function start(answering: Answering = nagiosDouble(STORE), options: Readonly<Record<string, unknown>> = {}) {
  const backend = await startHttpBackend(answering);
  const clock = createFakeClock(NOW * 1000);
  const parsed = nagios.options.parse({
    kind: 'nagios',
    url: `${backend.url}/nagios`,
    publicUrl: 'https://m.example/nagios',
    ...options,
  });
  const source = nagios.create(parsed, { name: 'test', http: createHttpClient({ timeoutMs: 10_000, clock }), clock });
  const request = (block: unknown, args: Readonly<Record<string, readonly string[]>> = {}) =>
    source.request(block, { ...binding, arguments: args });
  const ask = async (block: unknown, args?: Readonly<Record<string, readonly string[]>>, at = window) =>
    (await source.fetch(request(block, args), at, signal))[0] as TableFrame;
  return { ...backend, source, request, ask };
}

describe('Nagios', () => {
  it('tells all problems, of hosts and services, with who handles them last', async () => {
    const { ask, requests } = await start();
    const { rows } = await ask({ problems: {} });
    expect(rows.map(([host, problem, state, since, handled]) => [host, problem, state, since, handled])).toEqual([
      ['web01', 'disk', 'CRITICAL', (NOW - 60) * 1000, null],
      ['web02', 'the host itself', 'DOWN', (NOW - 600) * 1000, 'in downtime until 13:10 by bob: moving'],
      ['web01', 'http', 'WARNING', (NOW - 600) * 1000, 'acknowledged by ana: on it'],
    ]);
    const asked = requests.map(
      ({ searchParams }) => searchParams.get('hoststatus') ?? searchParams.get('servicestatus'),
    );
    expect(asked.slice(0, 2)).toEqual(['down unreachable', 'warning critical unknown']);
  });

  it('asks for few hosts one by one, for many at once, and shows those that were asked for', async () => {
    const { ask, requests } = await start();
    await ask({ services: { host: '${host}' } }, { host: ['web01', 'db01'] });
    expect(requests.map(({ searchParams }) => searchParams.get('hostname'))).toEqual([
      'web01',
      'db01',
      'web01',
      'db01',
    ]);
    const many = Array.from({ length: 9 }, (_, index) => `app0${index + 1}`);
    const { rows } = await ask({ services: { host: '${host}' } }, { host: many });
    expect(rows.map((row) => row[0])).toEqual(many);
    expect(requests.slice(4).map(({ searchParams }) => searchParams.get('query'))).toEqual(['hostlist', 'servicelist']);
  });

  it('keeps the schedule of a check that has not run to itself', async () => {
    const { ask } = await start();
    const { rows } = await ask({ services: { host: 'web01' } });
    expect(rows.find((row) => row[1] === 'new')).toEqual(['web01', 'new', 'PENDING', expect.any(Number), null, '']);
  });

  it('tells the changes inside the window, and hard ones to other sources as marks', async () => {
    const { ask, source } = await start();
    const { rows } = await ask({ history: { host: 'web01' } });
    expect(rows.map((row) => [row[0], row[3], row[4]])).toEqual([
      [(NOW - 600) * 1000, 'CRITICAL', 'DISK 97%'],
      [(NOW - 1_200) * 1000, 'SOFT CRITICAL', 'DISK 96%'],
    ]);
    const marks = (tags: readonly string[]) => source.annotations?.(window, { tags }, signal);
    expect((await marks([]))?.map(({ title }) => title)).toEqual(['web01 disk CRITICAL', 'web02 DOWN']);
    expect((await marks(['web02', 'down']))?.length).toBe(1);
    expect(await marks(['deploy'])).toEqual([]);
  });

  it.each([
    [{ problems: { host: 'db01' } }, { kind: 'none', said: 'no problems: 2 checks fine' }],
    [{ problems: { host: 'web1' } }, { kind: 'never_existed', what: 'web1', near: expect.arrayContaining(['web01']) }],
    [
      { services: { host: 'db01', service: 'replicatin' } },
      { kind: 'never_existed', what: 'replicatin', near: ['replication'] },
    ],
    [{ problems: { group: 'webs' } }, { kind: 'never_existed', what: 'webs', near: ['web'] }],
    [{ history: { host: 'db01' } }, { kind: 'none', said: 'no change of state in this window, of 2 checks' }],
    [{ values: { host: 'app01' } }, { kind: 'none', said: 'no values: 1 check measures nothing' }],
  ])('says why %j is empty', async (block, reason) => {
    const { source, request } = await start();
    expect(await source.whyEmpty?.(request(block), window, signal)).toEqual(reason);
  });

  it('finds its CGIs elsewhere, and says that its login sees nothing', async () => {
    const moved = await start(nagiosDouble({ ...STORE, folder: '/cgi-bin/nagios4/' }));
    expect((await moved.source.check(signal)).problems.join()).toMatch(/set cgiPath: \/cgi-bin\/nagios4\.$/);
    const blind = await start(nagiosDouble({ ...STORE, things: [] }));
    expect((await blind.source.check(signal)).problems.join()).toContain('authorized_for_all_hosts');
    const none = await start({ status: 404, body: '' });
    expect((await none.source.check(signal)).problems.join()).toContain('none of the usual places');
  });

  it('tells that the CGIs cannot read the status', async () => {
    const result = { type_code: 3, type_text: 'Unable to open file', message: 'Unable to read status file' };
    const { ask } = await start({ body: JSON.stringify({ result, data: {} }) });
    await expect(ask({ problems: {} })).rejects.toMatchObject({ code: 'SOURCE_BACKEND_DOWN' });
  });

  it.each([
    [{ problems: {} }, 'cgi-bin', 'nagios/cgi-bin/status.cgi?host=all&servicestatustypes=28'],
    [
      { services: { host: 'web01', service: 'a b' } },
      'cgi-bin',
      'nagios/cgi-bin/extinfo.cgi?type=2&host=web01&service=a%20b',
    ],
    [{ services: { host: 'web01' } }, '/cgi-bin/nagios4', 'cgi-bin/nagios4/status.cgi?host=web01'],
    [
      { history: { host: 'web01' } },
      'cgi-bin',
      `nagios/cgi-bin/summary.cgi?report=1&displaytype=1&t1=${NOW - 3_600}&t2=${NOW}&alerttypes=3&hoststates=7&servicestates=120&statetypes=3&limit=500&host=web01`,
    ],
  ])('links %j below %s', async (block, cgiPath, path) => {
    const { source, request } = await start(nagiosDouble(STORE), { cgiPath });
    expect(source.link(request(block), window)).toBe(`https://m.example/${path}`);
  });

  test.prop([fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), { minLength: 1, maxLength: 20 })], {
    numRuns: 100,
  })('sends names of any kind as one parameter each, or refuses them', async (hosts) => {
    const asked: URLSearchParams[] = [];
    const http = {
      async send({ searchParams, pathname }: URL) {
        asked.push(searchParams);
        const received = { method: 'GET', pathname, searchParams, form: searchParams, body: '', headers: {} };
        const { status = 200, body } = nagiosDouble(STORE)(received);
        return { status, headers: new Headers(), contentType: 'application/json', text: String(body) };
      },
    };
    const clock = createFakeClock(NOW * 1000);
    const source = nagios.create(nagios.options.parse({ kind: 'nagios', url: 'http://n/nagios' }), {
      name: 'test',
      http,
      clock,
    });
    const odd = hosts.map((host) => `${host}&hostname=web01`);
    const bound = source.request({ services: { host: '${host}' } }, { ...binding, arguments: { host: odd } });
    const [frame] = (await source.fetch(bound, window, signal)) as TableFrame[];
    expect(frame?.rows).toEqual([]);
    expect(asked.every((query) => query.getAll('hostname').length <= 1 && query.get('hostname') !== 'web01')).toBe(
      true,
    );
  });
});
