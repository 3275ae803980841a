import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { SeriesFrame, TableFrame } from '../../../src/domain/frame.ts';
import type { Consolidation } from '../../../src/domain/saved-query.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { zabbix } from '../../../src/sources/zabbix.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { startHttpBackend } from '../../doubles/http-backend.ts';
import { createZabbixDouble, type ZabbixItem, type ZabbixStore } from '../../doubles/zabbix.ts';

/** A whole hour. */
const NOW = 1_795_003_200;
const HOUR = 3_600;
const signal = AbortSignal.timeout(60_000);
const back = (seconds: number, until = 0, maxPoints = 1_600) => ({
  fromMs: (NOW - seconds) * 1000,
  toMs: (NOW - until) * 1000,
  zone: 'Europe/Berlin',
  maxPoints,
});

const item = (host: string, key: string, more: Partial<ZabbixItem> = {}): ZabbixItem => ({
  host,
  key,
  value: (second) => Math.floor(second / 60) % 60,
  ...more,
});
const ITEMS: readonly ZabbixItem[] = [
  item('web01', 'cpu', { name: 'CPU', units: '%' }),
  item('web02', 'cpu', { name: 'CPU', units: '%' }),
  item('web01', 'vfs.fs.size[/,pused]', { name: 'Space of /', units: '%' }),
  item('web01', 'a*b', { name: 'odd' }),
  item('web01', 'axb', { name: 'other' }),
  item('web01', 'old', { history: '1d', trends: '365d' }),
  item('web01', 'short', { history: '1d', trends: '0' }),
  item('web01', 'gappy', { value: (second) => (second % HOUR < 1_200 ? 1 : second % HOUR >= 2_400 ? 2 : undefined) }),
  item('web01', 'fast', { delay: '1s', history: '30d', trends: '0' }),
  item('web01', 'state', {
    valueType: 3,
    mappings: [
      ['0', 'Down'],
      ['1', 'Up'],
      ['5-9', 'Odd', '3'],
      ['', 'Else', '5'],
    ],
    value: (second) => (Math.floor(second / 600) % 3 === 0 ? 0 : 1),
  }),
  item('web01', 'text', { valueType: 4, delay: '10m', value: (second) => `line\n${second}` }),
  item('web01', 'off', { isDisabled: true, value: () => undefined }),
  item('web01', 'broken', { error: 'Cannot open /dev/null: @all', value: () => undefined }),
  item('web01', 'stopped', { value: (second) => (second < NOW - 7_200 ? 7 : undefined) }),
  item('web01', 'late', { value: (second) => (second > NOW - 1_800 ? 7 : undefined) }),
  item('web01', 'ping', { units: '!ms', value: () => 1_500 }),
  item('web01', 'traffic', { units: 'Bps' }),
];

async function start(more: Partial<ZabbixStore> = {}, options: Readonly<Record<string, unknown>> = {}) {
  const store: ZabbixStore = {
    hosts: ['web01', 'web02'],
    disabledHosts: ['web03'],
    groups: { 'Linux servers': ['web01'], Empty: [] },
    items: ITEMS,
    nowSeconds: () => NOW,
    username: 'glimpse',
    password: 'secret',
    ...more,
  };
  const double = createZabbixDouble(store);
  const backend = await startHttpBackend(double.answer);
  const clock = createFakeClock(NOW * 1000);
  const parsed = zabbix.options.parse({
    kind: 'zabbix',
    url: `${backend.url}/zabbix`,
    publicUrl: 'https://z.example/zabbix',
    username: 'glimpse',
    password: 'secret',
    ...options,
  });
  const source = zabbix.create(parsed, { name: 'test', http: createHttpClient({ timeoutMs: 10_000, clock }), clock });
  const request = (
    block: unknown,
    args: Readonly<Record<string, readonly string[]>> = {},
    how: Consolidation = 'average',
    unit = 'none',
  ) => source.request(zabbix.block.parse(block), { unit: makeUnit(unit), consolidate: how, arguments: args });
  const ask = async (block: unknown, window = back(HOUR), how?: Consolidation, unit?: string) =>
    source.fetch(request(block, {}, how, unit), window, signal);
  const series = async (...asked: Parameters<typeof ask>) => (await ask(...asked))[0] as SeriesFrame;
  return { ...backend, double, source, request, ask, series };
}

const methodsOf = (requests: readonly { readonly body: string }[]) =>
  requests.map(({ body }) => JSON.parse(body).method);

describe('items of Zabbix', () => {
  it('are found by key and by name in any case, a star in a definition for anything', async () => {
    const { series } = await start();
    const names = async (of: unknown) =>
      (await series({ host: 'web01', item: of })).series.map(({ labels }) => labels.item);
    expect(await names('vfs.fs.size[/,pused]')).toEqual(['vfs.fs.size[/,pused]']);
    expect(await names('SPACE of /')).toEqual(['vfs.fs.size[/,pused]']);
    expect(await names('vfs.*')).toEqual(['vfs.fs.size[/,pused]']);
    expect(await names('a*b')).toEqual(['a*b', 'axb']);
    expect(await names(['traffic', 'cpu'])).toEqual(['traffic', 'cpu']);
  });

  it('take a star in a value for itself', async () => {
    const { source, request } = await start();
    const bound = request({ host: 'web01', item: '${item}' }, { item: ['a*b'] });
    const [frame] = (await source.fetch(bound, back(HOUR), signal)) as SeriesFrame[];
    expect(frame?.series.map(({ labels }) => labels.item)).toEqual(['a*b']);
  });

  it('are named by what differs: the host, the item, or both', async () => {
    const { series } = await start();
    const names = async (block: unknown) => (await series(block)).series.map(({ name }) => name);
    expect(await names({ host: 'web*', item: 'cpu' })).toEqual(['web01', 'web02']);
    expect(await names({ host: 'web01', item: ['cpu', 'traffic'] })).toEqual(['CPU', 'traffic']);
    expect(await names({ host: 'web*', item: ['cpu', 'traffic'] })).toEqual([
      'web01 CPU',
      'web01 traffic',
      'web02 CPU',
    ]);
  });

  it('have their own units unless the definition has one', async () => {
    const { series } = await start();
    const [ping] = (await series({ host: 'web01', item: 'ping' })).series;
    expect([ping?.unit.id, ping?.values[0]]).toEqual(['milliseconds', 1.5]);
    expect((await series({ host: 'web01', item: 'traffic' })).series[0]?.unit.id).toBe('bytes/s');
    expect((await series({ host: 'web01', item: 'traffic' }, back(HOUR), 'average', 'req/s')).series[0]?.unit.id).toBe(
      'req/s',
    );
  });

  it('have gaps where values are missing', async () => {
    const { series } = await start();
    const [gappy] = (await series({ host: 'web01', item: 'gappy' })).series;
    expect([...(gappy?.values ?? [])].filter(Number.isNaN)).toHaveLength(1);
    expect(gappy?.stepMs).toBe(60_000);
  });

  it('are put together where there are more values than points, by what the definition wants', async () => {
    const { series } = await start();
    const frame = await series({ host: 'web01', item: 'fast' }, back(HOUR, 0, 100), 'max');
    expect(frame).toMatchObject({ stepMs: 60_000, rawStepMs: 1_000, consolidated: 'max' });
    expect(frame.series[0]?.values).toEqual(Float64Array.from({ length: 60 }, (_, minute) => minute));
  });

  it.each<[Consolidation, number]>([
    ['average', 29.5],
    ['max', 59],
    ['min', 0],
    ['sum', 1_770],
    ['last', 29.5],
  ])('are read from trends where the history is gone (%s)', async (how, value) => {
    const { series, requests } = await start();
    const frame = await series({ host: 'web01', item: 'old' }, back(48 * HOUR), how);
    expect(frame).toMatchObject({ stepMs: HOUR * 1000, consolidated: how === 'last' ? 'average' : how });
    expect(frame.series[0]?.values).toEqual(Float64Array.from({ length: 48 }, () => value));
    expect(methodsOf(requests)).toContain('trend.get');
  });

  it('have the hour that still runs too, from the history', async () => {
    const { series } = await start({ nowSeconds: () => NOW });
    const frame = await series({ host: 'web01', item: 'old' }, { ...back(48 * HOUR), toMs: (NOW + 1_800) * 1000 });
    expect(frame.series[0]?.times.at(-1)).toBe(NOW * 1000);
  });

  it('without trends are read as far as their history goes', async () => {
    const { series, requests } = await start();
    const frame = await series({ host: 'web01', item: 'short' }, back(48 * HOUR, 0, 13_000));
    expect(frame.series[0]?.times[0]).toBe((NOW - 24 * HOUR) * 1000);
    expect(methodsOf(requests)).not.toContain('trend.get');
  });

  it('that are too many are refused in words', async () => {
    const many = Array.from({ length: 600 }, (_, index) => item('web01', `port[${index}]`));
    const { ask } = await start({ items: many });
    await expect(ask({ host: 'web01', item: 'port*' })).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      message: expect.stringContaining('more than 500 items'),
    });
    const { ask: fast } = await start();
    await expect(fast({ host: 'web01', item: 'fast' }, back(72 * HOUR))).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
    });
  });

  it.each(['5.0.42', '6.0.30', '7.0.5'])('with a value map are told as changes, by %s', async (version) => {
    const { ask } = await start({ version });
    const [frame] = (await ask({ host: 'web01', item: 'state' })) as TableFrame[];
    expect(frame?.rows.map((row) => row[3])).toEqual(['Up (1)', 'Down (0)', 'Up (1)', 'Down (0)']);
    expect(frame?.rows[0]?.[0]).toBe((NOW - 1_200) * 1000);
    const [drawn] = (await ask({ host: 'web01', item: 'state', as: 'series' })) as SeriesFrame[];
    expect(drawn?.series[0]?.times.length).toBe(60);
  });

  it('that are texts are a table, the newest first, beside numbers in a frame of their own', async () => {
    const { ask } = await start();
    const [numbers, texts] = await ask({ host: 'web01', item: ['cpu', 'text'] });
    expect([numbers?.kind, texts?.kind]).toEqual(['series', 'table']);
    expect((texts as TableFrame).rows[0]).toEqual([(NOW - 600) * 1000, 'web01', 'text', `line ${NOW - 600}`]);
  });

  it('are listed with their latest values, those that fail with why', async () => {
    const { ask } = await start();
    const [frame] = (await ask({ latest: { host: 'web01' } })) as TableFrame[];
    const latestOf = (key: string) =>
      String(frame?.rows.find((row) => row[4] === key)?.[2]).replace(/\u202f|\u00a0/g, ' ');
    expect([latestOf('ping'), latestOf('state'), latestOf('broken'), latestOf('late')]).toEqual([
      '1.5 s',
      'Down (0)',
      'not supported: Cannot open …: all',
      '7',
    ]);
    expect(frame?.rows.some((row) => row[4] === 'off')).toBe(false);
  });
});

describe('problems of Zabbix', () => {
  const problems: ZabbixStore['problems'] = [
    { host: 'web01', name: 'Disk full', severity: 4, since: NOW - 600, opdata: 'used 97 %', tags: { service: 'shop' } },
    { host: 'web02', name: 'Slow', severity: 2, since: NOW - 60, acknowledgedBy: ['ana', 'on it'] },
    { host: 'web02', name: 'Down', severity: 5, since: NOW - 90, suppressedUntil: NOW + 7_200 },
    { host: 'web01', name: 'Not watched', severity: 5, since: NOW - 30, isUnwatched: true },
    { host: 'web01', name: 'Over', severity: 3, since: NOW - 10 * HOUR, end: NOW - 9 * HOUR },
  ];
  const rowsOf = (frames: unknown[]) =>
    (frames[0] as TableFrame).rows.map(([host, name, state, , handled, says]) => [host, name, state, handled, says]);

  it.each(['5.0.42', '6.0.30', '7.2.0'])('are told worst first, handled ones last, by %s', async (version) => {
    const { ask } = await start({ problems, version });
    expect(rowsOf(await ask({ problems: {} }))).toEqual([
      ['web01', 'Disk full', 'HIGH', null, 'used 97 %'],
      ['web02', 'Down', 'DISASTER', 'suppressed until 15:00', expect.stringMatching(/^Used space 97\.5\s%$/)],
      ['web02', 'Slow', 'WARNING', 'acknowledged by ana: on it', expect.anything()],
    ]);
  });

  it('take a least severity, a host, a group', async () => {
    const { ask } = await start({ problems });
    expect(rowsOf(await ask({ problems: { severity: 'high' } })).length).toBe(2);
    expect(rowsOf(await ask({ problems: { host: 'web01' } })).length).toBe(1);
    expect(rowsOf(await ask({ problems: { group: 'Linux servers' } })).length).toBe(1);
    expect(rowsOf(await ask({ problems: { group: 'Empty' } })).length).toBe(0);
    await expect(ask({ problems: { severity: 'awful' } })).rejects.toMatchObject({ code: 'ASK_UNKNOWN_VALUE' });
  });

  it('of a window in the past are those that there were, with how long they lasted', async () => {
    const { ask } = await start({ problems });
    const frames = await ask({ problems: { host: 'web01' } }, back(9.5 * HOUR, 9.2 * HOUR));
    expect(rowsOf(frames)).toEqual([['web01', 'Over', 'AVERAGE', expect.stringMatching(/^over after 1\sh$/), '']]);
    expect(frames[0]?.warnings).toEqual(['These are the problems that there were in the window.']);
  });

  it('are marks on the charts of others', async () => {
    const { source } = await start({ problems });
    const marks = (tags: readonly string[]) => source.annotations?.(back(12 * HOUR), { tags }, signal);
    expect((await marks([]))?.map(({ title }) => title)).toEqual([
      'web01 Over',
      'web01 Disk full',
      'web02 Down',
      'web02 Slow',
      'web01 Not watched',
    ]);
    expect(await marks(['service:shop'])).toMatchObject([{ kind: 'incident', timeMs: (NOW - 600) * 1000 }]);
    expect(await marks(['web01', 'average'])).toMatchObject([{ endMs: (NOW - 9 * HOUR) * 1000 }]);
  });
});

describe('talking to Zabbix', () => {
  it('logs in once for all who ask at the same time', async () => {
    const { source, request, double } = await start();
    const one = request({ host: 'web01', item: 'cpu' });
    await Promise.all(Array.from({ length: 5 }, () => source.fetch(one, back(HOUR), signal)));
    expect(double.logins).toBe(1);
  });

  it('logs in again when its session is over, and gives up when that does not help', async () => {
    const { source, request, double, requests } = await start();
    const one = request({ host: 'web01', item: 'cpu' });
    await source.fetch(one, back(HOUR), signal);
    double.endSessions();
    expect(await source.fetch(one, back(HOUR), signal)).toHaveLength(1);
    expect(double.logins).toBe(2);
    expect(methodsOf(requests)).toEqual([
      ...['apiinfo.version', 'user.login', 'item.get', 'history.get'],
      ...['item.get', 'user.login', 'item.get', 'history.get'],
    ]);
    const token = await start({ token: 'right' }, { username: undefined, password: undefined, token: 'wrong' });
    await expect(token.ask({ host: 'web01', item: 'cpu' })).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
  });

  it('says what is wrong in its own words', async () => {
    const wrong = await start({}, { password: 'wrong' });
    expect((await wrong.source.check(signal)).problems.join()).toMatch(
      /^Zabbix does not accept my login: Incorrect user name/,
    );
    const blind = await start({ hosts: [], disabledHosts: [] });
    expect((await blind.source.check(signal)).problems.join()).toContain('sees no hosts');
    const old = await start({ version: '4.0.50' });
    expect((await old.source.check(signal)).problems.join()).toContain('older than 5.0');
  });

  it.each([
    [
      { host: 'web0', item: 'cpu' },
      back(HOUR),
      { kind: 'never_existed', what: 'web0', near: expect.arrayContaining(['web01']) },
    ],
    [{ host: 'web01', item: 'cpx' }, back(HOUR), { kind: 'never_existed', what: 'cpx', near: ['cpu'] }],
    [
      { host: 'web03', item: 'cpu' },
      back(HOUR),
      { kind: 'none', said: 'web03 is not monitored: it is disabled in Zabbix' },
    ],
    [{ host: 'web01', item: 'off' }, back(HOUR), { kind: 'none', said: 'the item web01 off is disabled in Zabbix' }],
    [
      { host: 'web01', item: 'broken' },
      back(HOUR),
      { kind: 'none', said: 'the item web01 broken is not supported: Cannot open …: all' },
    ],
    [
      { host: 'web01', item: 'stopped' },
      back(HOUR),
      { kind: 'stopped', what: 'web01 stopped', lastMs: (NOW - 7_260) * 1000, lastValue: 7 },
    ],
    [
      { host: 'web01', item: 'late' },
      back(3 * HOUR, 2 * HOUR),
      { kind: 'not_yet', what: 'web01 late', firstMs: (NOW - 1_740) * 1000 },
    ],
    [{ host: 'web01', item: 'short' }, back(72 * HOUR, 48 * HOUR), { kind: 'too_old', keptMs: 86_400_000 }],
    [{ problems: { host: 'web01' } }, back(HOUR), { kind: 'none', said: 'no problems: 2 triggers fine' }],
    [{ problems: { group: 'Linux' } }, back(HOUR), { kind: 'never_existed', what: 'Linux', near: ['Linux servers'] }],
  ])('says why %j is empty', async (block, window, reason) => {
    const { source, request } = await start();
    expect(await source.whyEmpty?.(request(block), window, signal)).toEqual(reason);
  });

  it.each([
    [
      '6.0.30',
      { host: 'web01', item: 'cpu' },
      'history.php?action=showgraph&itemids%5B%5D=1&from=2026-11-18%2011%3A00%3A00&to=2026-11-18%2012%3A00%3A00',
    ],
    [
      '7.0.5',
      { host: 'web*', item: 'cpu' },
      'history.php?action=batchgraph&itemids%5B%5D=1&itemids%5B%5D=2&from=2026-11-18%2011%3A00%3A00&to=2026-11-18%2012%3A00%3A00',
    ],
    [
      '6.0.30',
      { host: 'web01', item: 'text' },
      'history.php?action=showvalues&itemids%5B%5D=11&from=2026-11-18%2011%3A00%3A00&to=2026-11-18%2012%3A00%3A00',
    ],
    [
      '5.0.42',
      { problems: { host: 'web01', severity: 'high' } },
      'zabbix.php?action=problem.view&filter%5Fshow=3&filter%5Fhostids%5B%5D=10000&filter%5Fseverities%5B%5D=4&filter%5Fseverities%5B%5D=5&filter%5Fset=1',
    ],
    ['7.0.5', { latest: { host: 'web01' } }, 'zabbix.php?action=latest.view&hostids%5B%5D=10000&filter%5Fset=1'],
  ])('links in the form of %s', async (version, block, path) => {
    const { source, request } = await start({ version }, { zone: 'UTC' });
    const one = request(block);
    await source.fetch(one, back(HOUR), signal);
    expect(decodeURIComponent(source.link(one, back(HOUR)) ?? '')).toBe(
      decodeURIComponent(`https://z.example/zabbix/${path}`),
    );
  });

  it('reads raw questions: hosts with blanks, keys with brackets, no templates', () => {
    const raw = (text: string) => zabbix.raw?.(text, 'zabbix');
    expect(raw('web01 cpu.user')).toEqual({ host: 'web01', item: 'cpu.user' });
    expect(raw('"Zabbix server" vfs.fs.size[/, pused]')).toEqual({
      host: 'Zabbix server',
      item: 'vfs.fs.size[/, pused]',
    });
    expect(raw("web01 'CPU user time'")).toEqual({ host: 'web01', item: 'CPU user time' });
    expect(raw('web01')).toEqual({ latest: { host: 'web01' } });
    expect(raw('web01 web.page["http://x/${y}"]')).toEqual({ host: 'web01', item: 'web.page["http://x/$${y}"]' });
  });

  it('lists hosts, those of a group, groups and items, and refuses other patterns', async () => {
    const { source } = await start();
    const list = (pattern: string) => source.values?.(pattern, signal);
    expect(await list('hosts:group/Linux servers')).toEqual(['web01']);
    expect(await list('hosts:group/None')).toEqual([]);
    expect(await list('groups')).toEqual(['Empty', 'Linux servers']);
    expect(await list('items:web02')).toEqual(['cpu']);
    await expect(list('servers.*')).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  });

  test.prop([fc.array(fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }), { minLength: 1, maxLength: 20 })], {
    numRuns: 100,
  })('sends names of any kind as values, or refuses them, and never answers with another host', async (names) => {
    const sent: { method: string; params: { filter?: { host?: string[] } } }[] = [];
    const double = createZabbixDouble({
      hosts: ['web01'],
      items: ITEMS,
      nowSeconds: () => NOW,
      username: 'u',
      password: 'p',
    });
    const http = {
      async send(
        { searchParams, pathname }: URL,
        { body, headers = {} }: { body?: unknown; headers?: Readonly<Record<string, string>> },
      ) {
        sent.push(JSON.parse(String(body)));
        const received = { method: 'POST', pathname, searchParams, form: searchParams, body: String(body), headers };
        const reply = double.answer(received);
        return {
          status: reply.status ?? 200,
          headers: new Headers(),
          contentType: 'application/json',
          text: String(reply.body),
        };
      },
    };
    const clock = createFakeClock(NOW * 1000);
    const options = zabbix.options.parse({ kind: 'zabbix', url: 'http://z', username: 'u', password: 'p' });
    const source = zabbix.create(options, { name: 'test', http, clock });
    const odd = names.map((name) => `${name}"*`);
    const bound = source.request(
      { host: '${host}', item: 'cpu' },
      { unit: makeUnit(), consolidate: 'average', arguments: { host: odd } },
    );
    const [frame] = (await source.fetch(bound, back(HOUR), signal)) as SeriesFrame[];
    expect(frame?.series).toEqual([]);
    const asked = sent.find(({ method }) => method === 'item.get')?.params.filter?.host;
    expect(asked).toEqual([...new Set(odd.map((name) => name.trim()))]);
  });
});
