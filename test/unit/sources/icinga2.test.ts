import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { TableFrame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { icinga2 } from '../../../src/sources/icinga2.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import type { Reply } from '../../doubles/http-backend.ts';
import { startHttpBackend } from '../../doubles/http-backend.ts';
import { type IcingaStore, icinga2Double } from '../../doubles/icinga2.ts';

const NOW = 1_795_000_200;
const signal = AbortSignal.timeout(60_000);
const window = { fromMs: (NOW - 3_600) * 1000, toMs: NOW * 1000, zone: 'UTC', maxPoints: 800 };
const binding = { unit: makeUnit(), consolidate: 'average' } as const;

const THINGS: IcingaStore['things'] = [
  { host: 'web01', groups: ['web'] },
  { host: 'web01', service: 'disk', state: 2, output: 'DISK CRITICAL', perfdata: ['/srv=97%;80;90'] },
  { host: 'web01', service: 'http', state: 1, acknowledgedBy: ['ana', 'on it'] },
  { host: 'web01', service: 'new', isPending: true },
  { host: 'web02', state: 1, groups: ['web'], downtime: ['bob', 'moving', NOW + 7_200] },
  {
    host: 'web02',
    service: 'disk',
    state: 3,
    perfdata: [{ label: '/', value: 41, unit: 'percent', warn: 80, crit: null }],
  },
  { host: 'web03', state: 1, isUnreachable: true },
  { host: 'db01' },
  { host: 'db01', service: 'replication', perfdata: ['lag=0s;30;60'] },
];

async function start(store: Partial<IcingaStore> = {}, options: Readonly<Record<string, unknown>> = {}) {
  const backend = await startHttpBackend(icinga2Double({ things: THINGS, nowSeconds: () => NOW, ...store }));
  return { ...backend, ...sourceAt(backend.url, options) };
}

function sourceAt(url: string, options: Readonly<Record<string, unknown>> = {}) {
  const clock = createFakeClock(NOW * 1000);
  const parsed = icinga2.options.parse({ kind: 'icinga2', url, publicUrl: 'https://m.example/icingaweb2', ...options });
  const source = icinga2.create(parsed, { name: 'test', http: createHttpClient({ timeoutMs: 10_000, clock }), clock });
  const request = (block: unknown, args: Readonly<Record<string, readonly string[]>> = {}) =>
    source.request(block, { ...binding, arguments: args });
  const ask = async (block: unknown, args?: Readonly<Record<string, readonly string[]>>, at = window) =>
    (await source.fetch(request(block, args), at, signal))[0] as TableFrame;
  return { source, request, ask };
}

describe('Icinga', () => {
  it('tells all problems, of hosts and services, with who handles them last', async () => {
    const { ask } = await start();
    const { rows } = await ask({ problems: {} });
    expect(rows.map(([host, problem, state, , handled]) => [host, problem, state, handled])).toEqual([
      ['web01', 'disk', 'CRITICAL', null],
      ['web03', 'the host itself', 'UNREACHABLE', null],
      ['web02', 'disk', 'UNKNOWN', null],
      ['web02', 'the host itself', 'DOWN', 'in downtime until 13:10 by bob: moving'],
      ['web01', 'http', 'WARNING', 'acknowledged by ana: on it'],
    ]);
  });

  it('asks for problems only, and for nobody who handles where nothing is handled', async () => {
    const { ask, requests } = await start();
    await ask({ problems: { host: '${host}' } }, { host: ['db01'] });
    const bodies = requests.map(({ pathname, body }) => [pathname, JSON.parse(body)]);
    expect(bodies).toMatchObject([
      ['/v1/objects/hosts', { filter: 'host.name in hosts', filter_vars: { hosts: ['db01'] } }],
      [
        '/v1/objects/services',
        { filter: 'host.name in hosts && service.state != 0', filter_vars: { hosts: ['db01'] } },
      ],
    ]);
  });

  it('says that something is handled where its user may not see by whom', async () => {
    const { ask } = await start({ forbidden: ['comments', 'downtimes'] });
    const { rows } = await ask({ problems: {} });
    expect(rows.map((row) => row[4]).filter((cell) => cell !== null)).toEqual(['in downtime', 'acknowledged']);
  });

  it('takes a host group, several hosts, and reads values in both forms', async () => {
    const { ask } = await start();
    expect((await ask({ services: { group: 'web' } })).rows.map((row) => row[0])).not.toContain('db01');
    const { rows } = await ask({ values: { host: '${host}', service: 'disk' } }, { host: ['web01', 'web02'] });
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ['web01', 'disk', '/srv', 97],
      ['web02', 'disk', '/', 41],
    ]);
  });

  it('says that it knows of now only', async () => {
    const { ask } = await start();
    const past = { ...window, toMs: window.fromMs + 60_000 };
    expect((await ask({ problems: {} }, {}, past)).warnings).toEqual([
      'Icinga tells its state of now only, not that of an earlier time.',
    ]);
  });

  it.each([
    [{ problems: { host: 'db01' } }, { kind: 'none', said: 'no problems: 2 checks fine' }],
    [{ problems: { host: 'web0' } }, { kind: 'never_existed', what: 'web0', near: ['web01', 'web02', 'web03'] }],
    [
      { services: { host: 'db01', service: 'replicatin' } },
      { kind: 'never_existed', what: 'replicatin', near: ['replication'] },
    ],
    [{ problems: { group: 'webs' } }, { kind: 'never_existed', what: 'webs', near: ['web'] }],
    [{ values: { host: 'web03' } }, { kind: 'none', said: 'no values: 1 check measures nothing' }],
  ])('says why %j is empty', async (block, reason) => {
    const { source, request } = await start();
    expect(await source.whyEmpty?.(request(block), window, signal)).toEqual(reason);
  });

  it('says in its check which permission is missing', async () => {
    const { source } = await start({ forbidden: ['services'] });
    const { version, problems } = await source.check(signal);
    expect(version).toBe('Icinga 2.14.2-1');
    expect(problems).toEqual([
      'Icinga does not let my login read this: its ApiUser lacks the permission objects/query/service. Give its ApiUser the permission objects/query/Service.',
    ]);
    const { problems: none } = await (await start({ things: [] })).source.check(signal);
    expect(none.join()).toMatch(/sees no hosts.*sees no services/);
  });

  it.each<[Reply, string, RegExp]>([
    [
      { status: 404, body: '{"error":404,"status":"The requested path could not be found."}' },
      'SOURCE_NOT_FOUND',
      /port 5665/,
    ],
    [
      { status: 404, body: '{"error":404,"status":"Missing permission: objects/query/Host"}' },
      'SOURCE_FORBIDDEN',
      /objects\/query\/Host/,
    ],
    [{ status: 503, body: '{"error":503,"status":"Icinga is reloading."}' }, 'SOURCE_OVERLOADED', /starting/],
    [{ status: 400, body: '{"error":400,"status":"Invalid field specified: x"}' }, 'SOURCE_BAD_QUERY', /Invalid field/],
  ])('tells %j', async (reply, code, message) => {
    const { url } = await startHttpBackend(reply);
    await expect(sourceAt(url).ask({ problems: {} })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [{ services: { host: 'web01', service: 'disk' } }, 'icingadb', 'icingadb/service?name=disk&host.name=web01'],
    [{ services: { host: 'web01', service: 'a b' } }, 'monitoring', 'monitoring/service/show?service=a%20b&host=web01'],
    [{ problems: { host: 'web01' } }, 'icingadb', 'icingadb/services?host.name=web01&service.state.is%5Fproblem=y'],
    [{ problems: { group: 'web' } }, 'monitoring', 'monitoring/list/services?hostgroup%5Fname=web&service%5Fproblem=1'],
    [{ services: {} }, 'icingadb', 'icingadb/services'],
  ])('links %j in the module %s', (block, webModule, path) => {
    const { source, request } = sourceAt('https://127.0.0.1:1', { webModule });
    expect(source.link(request(block), window)).toBe(`https://m.example/icingaweb2/${path}`);
  });

  it('has no link without an address of the web interface, and refuses a pattern that it does not know', async () => {
    const { source, request } = sourceAt('https://127.0.0.1:1', { publicUrl: undefined });
    expect(source.link(request({ problems: {} }), window)).toBeUndefined();
    await expect(source.values?.('servers.*', signal)).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  });

  test.prop([fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), { minLength: 1, maxLength: 20 })], {
    numRuns: 100,
  })('sends names of any kind as data of the same filter, or refuses them', async (hosts) => {
    const sent: { filter?: string; filter_vars?: { hosts: string[] } }[] = [];
    const backend = icinga2Double({ things: THINGS, nowSeconds: () => NOW });
    const http = {
      async send(url: URL, request: { method?: string; headers?: Readonly<Record<string, string>>; body?: unknown }) {
        sent.push(JSON.parse(String(request.body)));
        const { searchParams, pathname } = url;
        const received = { method: 'POST', pathname, searchParams, form: searchParams, body: String(request.body) };
        const { status = 200, body } = backend({ ...received, headers: request.headers ?? {} });
        return { status, headers: new Headers(), contentType: 'application/json', text: String(body) };
      },
    };
    const clock = createFakeClock(NOW * 1000);
    const source = icinga2.create(icinga2.options.parse({ kind: 'icinga2', url: 'http://icinga' }), {
      name: 'test',
      http,
      clock,
    });
    const odd = hosts.map((host) => `"${host}" || true`);
    const bound = source.request({ services: { host: '${host}' } }, { ...binding, arguments: { host: odd } });
    const [frame] = (await source.fetch(bound, window, signal)) as TableFrame[];
    expect(frame?.rows).toEqual([]);
    expect(new Set(sent.map(({ filter }) => filter))).toEqual(new Set(['host.name in hosts']));
    expect(sent[0]?.filter_vars?.hosts).toEqual([...new Set(odd.map((host) => host.trim()))]);
  });
});
