/** The InfluxDB source against a real InfluxDB 1.6; every value of the rig is a function of its timestamp. */
import { afterAll, describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../src/domain/frame.ts';
import type { Series } from '../../src/domain/series.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { influxdb } from '../../src/sources/influxdb.ts';
import type { FetchWindow, Source } from '../../src/sources/source.ts';
import { type Conversation, clockIn, openConversation } from '../acceptance/conversation.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { type Rig, startRig } from './rig.ts';
import { whyWords } from './why-words.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const HOSTS = ['web01', 'web02', 'db01'];
const GIB = 2 ** 30;
const signal = AbortSignal.timeout(280_000);

/** What the rig has for the host with that index. */
const minuteOf = (ms: number) => Math.floor(ms / MINUTE);
const user = (host: number, ms: number) => 10 * (host + 1) + (minuteOf(ms) % 10);
const busy = (host: number, ms: number) => user(host, ms) + 5 + host;
const load = (host: number, ms: number) => host + 0.25 * (minuteOf(ms) % 8);
const memory = (host: number, ms: number) => (host + 1) * GIB + (minuteOf(ms) % 60) * 2 ** 20;
const response = (host: number, ms: number) => 0.1 * (host + 1) + 0.01 * (minuteOf(ms) % 10);

const rig = await startRig('influxdb', 18_940, { INFLUX_PASSWORD: 'rig-secret' });
const isMissing = typeof rig === 'string';
if (isMissing) process.stderr.write(`skipped: ${rig}\n`);
const url = isMissing ? 'http://127.0.0.1:9' : rig.url;
const seed = isMissing ? { start: 0, end: 0, events: [] } : JSON.parse(await rig.command('seed'));
/** Data end here: the tests' "now" lies a little behind, in the middle of a step. */
const endMs = seed.end * SECOND;
const nowMs = endMs + 3_500;
const login = { username: 'rig', password: 'rig-secret' };

const OURS = `
user:
  title: User CPU of \${host}
  parameters: { host: { values: "tag_values(cpu, host)", example: web01 } }
  influxdb: { measurement: cpu, field: usage_user, where: { host: "\${host}", cpu: cpu-total } }
  unit: percent
  thresholds: [{ at: 17, severity: warning }]
  overlays: [{ annotations: "\${source}", tags: [deploy] }]
`;
const talk: Conversation | undefined = isMissing
  ? undefined
  : await openConversation({
      nowMs,
      yaml: `
zone: UTC
queries: [{ path: ./ours, source: rig }, { pack: telegraf-influx, source: rig }]
sources:
  rig:
    kind: influxdb
    url: ${url}
    database: telegraf
    username: rig
    password: rig-secret
    publicUrl: https://grafana.example
    grafana: { datasource: influx-rig }
    events: { measurement: events, title: title, text: text, tags: tags }
    raw: true
    timeout: 20s
`,
      definitions: { ours: OURS },
    });
afterAll(async () => {
  await talk?.close();
  if (!isMissing) await (rig as Rig).stop();
});

function createSource(options: Readonly<Record<string, unknown>> = {}, atMs = nowMs): Source {
  const all = { kind: 'influxdb', url, database: 'telegraf', ...login, ...options };
  const http = createHttpClient({ timeoutMs: 20_000 });
  return influxdb.create(influxdb.options.parse(all), { name: 'rig', http, clock: createFakeClock(atMs) });
}
const source = createSource();

interface Asking {
  readonly hosts?: readonly string[];
  readonly how?: 'average' | 'max' | 'sum';
  readonly seriesMax?: number;
}
const requestOf = (block: unknown, { hosts = ['web01'], how = 'average', seriesMax }: Asking = {}) =>
  source.request(influxdb.block.parse(block), {
    arguments: { host: hosts },
    unit: makeUnit(),
    consolidate: how,
    ...(seriesMax !== undefined && { seriesMax }),
  });
const windowOf = (fromMs: number, toMs: number, maxPoints = 1_600, zone = 'UTC'): FetchWindow => ({
  fromMs,
  toMs,
  zone,
  maxPoints,
});
const lastHours = (hours: number, maxPoints?: number) => windowOf(nowMs - hours * HOUR, nowMs, maxPoints);
async function ask(block: unknown, window: FetchWindow, asking?: Asking) {
  const [frame] = await source.fetch(requestOf(block, asking), window, signal);
  return frame as SeriesFrame;
}
function expectExact(series: Series | undefined, valueAt: (ms: number) => number, digits = 6): void {
  const times = [...(series?.times ?? [])];
  expect(times.length).toBeGreaterThan(0);
  const off = times.filter((ms, at) => !(Math.abs((series?.values[at] ?? Number.NaN) - valueAt(ms)) < 10 ** -digits));
  expect(off).toEqual([]);
}

const cpu = { measurement: 'cpu', field: 'usage_user', where: { host: '${host}', cpu: 'cpu-total' } };

describe.skipIf(isMissing)('a real InfluxDB', () => {
  it('gives the last hour in its own steps, to the digit, several hosts in their order', async () => {
    const frame = await ask(cpu, lastHours(1), { hosts: ['web02', 'db01', 'web01'] });
    expect(frame.stepMs).toBe(10 * SECOND);
    expect(frame.consolidated).toBeUndefined();
    expect(frame.series.map(({ name }) => name)).toEqual(['web02', 'db01', 'web01']);
    expect(frame.series.map(({ labels }) => labels.host)).toEqual(['web02', 'db01', 'web01']);
    expect(frame.series[0]?.times.length).toBe(360);
    expect(frame.series[0]?.times.at(-1)).toBe(endMs);
    for (const [at, host] of [1, 2, 0].entries()) expectExact(frame.series[at], (ms) => user(host, ms));
    expect(frame.warnings).toEqual([]);
  });

  it('asks each host alone where nothing tells their series apart, and names who has nothing', async () => {
    const query = "SELECT mean(load1) FROM system WHERE host = '${host}' AND $timeFilter GROUP BY time($__interval)";
    const frame = await ask({ query }, lastHours(2), { hosts: [...HOSTS, 'web99'] });
    expect(frame.series.map(({ name }) => name)).toEqual(HOSTS);
    for (const [host, series] of frame.series.entries()) expectExact(series, (ms) => load(host, ms));
    expect(frame.warnings).toEqual(['InfluxDB has nothing for web99.']);
  });

  it('makes rates of counters on the server, of whole steps only', async () => {
    const net = {
      measurement: 'net',
      field: [{ rx: 'bytes_recv' }, { tx: 'bytes_sent' }],
      where: { host: '${host}' },
      rate: true,
    };
    for (const points of [1_600, 200]) {
      const frame = await ask(net, lastHours(3, points), { hosts: ['db01', 'web01'] });
      expect(frame.series.map(({ name }) => name)).toEqual(['db01 rx', 'db01 tx', 'web01 rx', 'web01 tx']);
      expectExact(frame.series[0], () => 3000);
      expectExact(frame.series[3], () => 500);
      expect(frame.series[0]?.times[0]).toBeGreaterThanOrEqual(nowMs - 3 * HOUR);
      expect((frame.series[0]?.times.at(-1) ?? 0) + (frame.stepMs ?? 0)).toBeLessThanOrEqual(nowMs);
    }
  });

  it('says what a point stands for when points are further apart than values', async () => {
    const window = lastHours(20, 120);
    const average = await ask(cpu, window);
    expect([average.stepMs, average.consolidated]).toEqual([10 * MINUTE, 'average']);
    // ten minutes hold each last digit once
    expectExact({ ...average.series[0], times: average.series[0]?.times.slice(0, -1) } as Series, () => 14.5);
    const max = await ask(cpu, window, { how: 'max' });
    expect(max.consolidated).toBe('max');
    expectExact({ ...max.series[0], times: max.series[0]?.times.slice(0, -1) } as Series, () => 19);
    const count = await ask({ ...cpu, aggregate: 'count' }, window);
    expect(count.consolidated).toBe('sum');
    expectExact(count.series[0], () => 60);
    const p90 = await ask({ ...cpu, aggregate: 'p90' }, window);
    expectExact({ ...p90.series[0], times: p90.series[0]?.times.slice(0, -1) } as Series, () => 18);
  });

  it('leaves out buckets that the window has only a part of', async () => {
    const from = Math.floor((nowMs - 5 * HOUR) / HOUR) * HOUR + 7 * MINUTE;
    const frame = await ask({ ...cpu, aggregate: 'count', step: '10m' }, windowOf(from, from + HOUR));
    expect([...(frame.series[0]?.times ?? [])]).toEqual(
      [1, 2, 3, 4, 5].map((n) => from - 7 * MINUTE + n * 10 * MINUTE),
    );
    expectExact(frame.series[0], () => 60);
  });

  it('begins days where they begin for the asker', async () => {
    const query = 'SELECT count(load1) FROM system WHERE host = ${host} AND $timeFilter GROUP BY time(1d)';
    const frame = await ask({ query }, windowOf(nowMs - 3 * DAY, nowMs, 100, 'Asia/Tokyo'));
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', timeStyle: 'short' });
    expect([...(frame.series[0]?.times ?? [])].map((ms) => local.format(ms))).toEqual(['00:00', '00:00']);
  });

  it('splits by tags, names series by what differs and by legends', async () => {
    const block = {
      measurement: 'http_response',
      field: 'response_time',
      where: { host: '${host}' },
      aggregate: 'count',
      by: ['status_code'],
      step: '10m',
    };
    const frame = await ask(block, lastHours(6));
    expect(frame.series.map(({ name }) => name)).toEqual(['status_code 200', 'status_code 500']);
    expectExact(frame.series[0], () => 54);
    expectExact(frame.series[1], () => 6);
    const named = await ask({ ...block, legend: 'HTTP {{status_code}}' }, lastHours(6));
    expect(named.series.map(({ name }) => name)).toEqual(['HTTP 200', 'HTTP 500']);
  });

  it('gives values as they come where nothing is grouped by time', async () => {
    const frame = await ask({ query: 'SELECT load1 FROM system WHERE host = ${host} AND $timeFilter' }, lastHours(1));
    expect([frame.series[0]?.times.length, frame.stepMs]).toEqual([360, 10 * SECOND]);
    expectExact(frame.series[0], (ms) => load(0, ms));
  });

  it('binds hostile values as data: nothing is found, and nothing else', async () => {
    for (const host of [
      "web01' OR 'a'='a",
      'web.*',
      'web01\\',
      "'; DROP DATABASE telegraf; --",
      '$g0',
      '$timeFilter',
      'a\nb',
      '"host"',
    ]) {
      const frame = await ask(cpu, lastHours(1), { hosts: [host] });
      expect(frame.series).toEqual([]);
      const both = await ask(cpu, lastHours(1), { hosts: [host, 'web02'] });
      expect(both.series.map(({ name }) => name)).toEqual(['web02']);
    }
    expect(await source.values?.('tag_values(cpu, host)', signal)).toEqual(['db01', 'web01', 'web02']);
  });

  it('lists values of tags, also of some series only', async () => {
    expect(await source.values?.('tag_values(http_response, status_code, host=db01) ', signal)).toEqual(['200', '500']);
    expect(await source.values?.('tag_values(disk, path, host=db01)', signal)).toEqual(['/']);
    expect(await source.values?.('tag_values(cpu, host) | upper', signal)).toEqual(['DB01', 'WEB01', 'WEB02']);
    expect(await source.values?.('tag_values(nothing_like_it, host)', signal)).toEqual([]);
  });

  it('says in one sentence what is wrong with a query, a login or a database', async () => {
    const nope = 'SELECT nope(load1) FROM system WHERE host = ${host} AND $timeFilter';
    await expect(ask({ query: nope }, lastHours(1))).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: expect.stringMatching(/^InfluxDB does not understand the query: .*nope.*\.$/),
    });
    const stranger = createSource({ password: 'wrong' });
    await expect(stranger.fetch(requestOf(cpu), lastHours(1), signal)).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
    const lost = createSource({ database: 'telegarf' });
    await expect(lost.fetch(requestOf(cpu), lastHours(1), signal)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('database not found: telegarf'),
    });
  });

  it('passes its check, and says what to do about a wrong login, database, version or measurement of events', async () => {
    expect(await source.check(signal)).toEqual({ version: expect.stringMatching(/^InfluxDB 1\.6\.\d/), problems: [] });
    const problemsOf = async (options: object) => (await createSource({ ...options }).check(signal)).problems.join();
    expect(await problemsOf({ password: 'wrong' })).toMatch(/login \(401\)\. Set token/);
    expect(await problemsOf({ database: 'telegarf' })).toBe('There is no database telegarf. This login sees telegraf.');
    expect(await problemsOf({ version: '2' })).toMatch(/but InfluxDB 1\.6\.\S+ answers; set version: 1/);
    expect(await problemsOf({ events: { measurement: 'evnts' } })).toContain('no measurement evnts');
  });

  it('finds out why there is nothing', async () => {
    const empty = (block: unknown, window: FetchWindow, asking?: Asking, from = source) =>
      from.whyEmpty?.(requestOf(block, asking), window, signal);
    const where = { host: '${host}' };
    expect(await empty({ measurement: 'cpuu', field: 'usage_user', where }, lastHours(1))).toEqual({
      kind: 'never_existed',
      what: 'cpuu',
      near: ['cpu'],
    });
    expect(await empty(cpu, lastHours(1), { hosts: ['web03'] })).toEqual({
      kind: 'never_existed',
      what: 'web03',
      near: ['web01', 'web02'],
    });
    expect(await empty({ ...cpu, where: { host: '${host}', cpu: 'cpu-totl' } }, lastHours(1))).toMatchObject({
      what: 'cpu with cpu = cpu-totl',
      near: ['cpu-total'],
    });
    expect(await empty({ ...cpu, field: 'usage_uzer' }, lastHours(1))).toEqual({
      kind: 'never_existed',
      what: 'cpu.usage_uzer',
      near: ['cpu.usage_user'],
    });
    const before = windowOf(nowMs - 3 * DAY, nowMs - 2 * DAY);
    expect(await empty(cpu, before)).toMatchObject({ kind: 'not_yet', what: 'web01', firstMs: seed.start * SECOND });
    const after = windowOf(nowMs + HOUR, nowMs + 2 * HOUR);
    const later = createSource({}, nowMs + 2 * HOUR);
    const stopped = { kind: 'stopped', what: 'web01', lastMs: endMs };
    expect(await empty(cpu, after, {}, later)).toEqual({ ...stopped, lastValue: user(0, endMs) });
    const net = { measurement: 'net', field: 'bytes_recv', where, rate: true };
    expect(await empty(net, after, {}, later)).toEqual({ ...stopped, lastValue: 1000 });
  });

  it('says why there is nothing in words that a person can go on with', async () => {
    const say = async (block: unknown, window: FetchWindow, host = 'web01', agoMs = 0) => {
      const from = createSource({}, nowMs - agoMs);
      const reason = await from.whyEmpty?.(requestOf(block, { hosts: [host] }), window, signal);
      const asked = { text: `cpu ${host} last 1h`, product: 'InfluxDB', window, nowMs: nowMs - agoMs };
      return whyWords(reason, asked).split('\n');
    };
    expect(await say(cpu, lastHours(1), 'web03')).toEqual([
      'web03 has never sent anything. Near: web01, web02.',
      'Try `cpu web01 last 1h`.',
    ]);
    const narrow = { ...cpu, where: { host: '${host}', cpu: 'cpu-totl' } };
    expect((await say(narrow, lastHours(1)))[0]).toBe(
      'cpu with cpu = cpu-totl has never sent anything. Near: cpu-total.',
    );
    const after = windowOf(nowMs + HOUR, nowMs + 2 * HOUR);
    const [stopped = '', next = ''] = await say(cpu, after, 'web01', -2 * HOUR);
    expect(stopped).toMatch(/^web01 sent its last value .*\(2\sh ago\): [\d.]+/);
    expect(next).toMatch(/^`?cpu web01 .* shows it\.$/);
  });

  it('reads events as marks', async () => {
    const own = createSource({ events: { measurement: 'events', text: 'text', tags: 'tags' } });
    const all = await own.annotations?.(lastHours(3), { tags: [] }, signal);
    expect(all).toEqual([
      {
        timeMs: seed.events[1].time * SECOND,
        kind: 'incident',
        title: 'db01 failover',
        text: 'primary moved to db01',
        tags: ['incident', 'db'],
      },
      {
        timeMs: seed.events[0].time * SECOND,
        kind: 'deploy',
        title: 'deploy web 1.4.2',
        text: 'rolled out by alice',
        tags: ['deploy', 'web'],
      },
    ]);
    expect(await own.annotations?.(lastHours(3), { tags: ['deploy'] }, signal)).toHaveLength(1);
    expect(await own.annotations?.(lastHours(1), { tags: ['incident'] }, signal)).toEqual([]);
  });

  it('links to a query that the server answers with the same data', async () => {
    const linked = createSource({ publicUrl: 'https://grafana.example/g', grafana: { datasource: 'ds1', orgId: 2 } });
    const window = lastHours(2);
    const link = new URL(linked.link(requestOf(cpu, { hosts: HOSTS }), window) ?? '');
    expect([link.origin + link.pathname, link.searchParams.get('orgId')]).toEqual([
      'https://grafana.example/g/explore',
      '2',
    ]);
    const { gl1: pane } = JSON.parse(link.searchParams.get('panes') ?? '');
    expect(pane.range).toEqual({ from: String(Math.floor(window.fromMs)), to: String(window.toMs) });
    expect(pane.queries[0].datasource).toEqual({ uid: 'ds1', type: 'influxdb' });
    // as Grafana fills in its variables
    const text = pane.queries[0].query
      .replace('$timeFilter', `time >= ${pane.range.from}ms and time <= ${pane.range.to}ms`)
      .replace('$__interval', '10s');
    const { results } = JSON.parse(await (rig as Rig).command('query', text));
    expect(results[0].series.map(({ tags }: { tags: { host: string } }) => tags.host)).toEqual([
      'db01',
      'web01',
      'web02',
    ]);
  });

  it('says the numbers of a question in words, with the deploy, ranks, and refuses what it does not know', async () => {
    const { ask: say } = talk as Conversation;
    const samples = Array.from({ length: 360 }, (_, index) => endMs - (359 - index) * 10 * SECOND);
    const mean = samples.reduce((sum, ms) => sum + user(0, ms), 0) / 360;
    const peakMs = samples.find((ms) => user(0, ms) === 19) ?? 0;
    const asked = await say('user web01 last 1h');
    // behind midnight the peak may be yesterday's, which is said with its date
    const said = `${user(0, endMs)} % now · mean ${Number(mean.toPrecision(3))} %, peak 19 % `;
    expect(asked.text).toContain(said);
    expect(asked.text.split(said)[1]).toMatch(new RegExp(`^(?:at|\\w{3} \\d+ \\w{3}) ${clockIn('UTC')(peakMs)}`));
    expect(asked.text).toContain('https://grafana.example/explore?');
    expect(asked.answer.annotations.map(({ title }) => title)).toEqual(['deploy web 1.4.2']);
    expectExact(asked.frame.series[0], (ms) => user(0, ms));
    const top = await say('top 2 cpu 2h');
    expect(top.frame.series.map(({ labels }) => labels.host)).toEqual(['db01', 'web02']);
    const raw = await say(
      'influxql: SELECT mean(load1) FROM system WHERE $timeFilter GROUP BY time($__interval), host 1h on rig',
    );
    expect(raw.frame.series.map(({ name }) => name)).toEqual(['db01', 'web01', 'web02']);
    expect((await say('influxql: DROP DATABASE telegraf 1h on rig')).text).toContain('should begin with SELECT');
    expect((await say('user web99 1h')).code).toBe('ASK_UNKNOWN_VALUE');
  });

  it.each<[string, string, (ms: number) => number]>([
    ['cpu', 'web01', (ms) => busy(0, ms)],
    ['cpu-modes', 'user', (ms) => user(0, ms)],
    ['load', 'web01', (ms) => load(0, ms)],
    ['memory', 'web01', (ms) => (100 * memory(0, ms)) / (8 * GIB)],
    ['memory-use', 'used', (ms) => memory(0, ms)],
    ['disk', '/', () => 40],
    ['net', 'tx', () => 500],
    ['http-response', 'http://web01/', (ms) => response(0, ms)],
    ['http-status', 'status_code 500', (ms) => (minuteOf(ms) % 10 === 0 ? 6 : 0)],
  ])('reads %s of the pack telegraf-influx', async (id, name, valueAt) => {
    const asked = await (talk as Conversation).ask(`${id} web01 1h`);
    const series = asked.frame.series.find((one) => one.name === name);
    expectExact(series, valueAt);
    expect(asked.text).not.toContain('nothing');
  });
});
