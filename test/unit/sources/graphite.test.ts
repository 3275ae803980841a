import { expect, it } from 'vitest';
import type { SeriesFrame } from '../../../src/domain/frame.ts';
import { graphite } from '../../../src/sources/graphite.ts';
import { carbonapi } from '../../doubles/carbonapi.ts';
import { ARCHIVES } from '../../doubles/graphite-metrics.ts';
import { graphiteWeb } from '../../doubles/graphite-web.ts';
import { victoriametrics } from '../../doubles/victoriametrics.ts';
import { bodyOf, MINUTE, NOW_SECONDS, points, signal, startGraphite, windowOf } from './graphite-harness.ts';

const EMPTY = { body: '[]' };

it.each([
  ['a bearer token', { token: 's3cret' }, { authorization: 'Bearer s3cret' }],
  ['a login', { username: 'me', password: 'päss:w' }, { authorization: `Basic ${btoa('me:p\u00c3\u00a4ss:w')}` }],
  ['headers of its own', { headers: { 'X-Scope-OrgID': '7' } }, { 'x-scope-orgid': '7' }],
])('sends %s with every request', async (_, options, headers) => {
  const { ask, source, requests } = await startGraphite(EMPTY, options);
  await ask('a.b');
  await source.values?.('a.*', signal);
  await source.annotations?.(windowOf(0), { tags: [] }, signal);
  expect(requests.map(({ pathname }) => pathname)).toEqual(['/render', '/metrics/find', '/events/get_data']);
  for (const request of requests) expect(request.headers).toMatchObject(headers);
});

it('asks below the path of its url, with a form, in exact seconds', async () => {
  const { url, requests } = await startGraphite(EMPTY);
  const { ask } = await startGraphite(EMPTY, { url: `${url}/graphite` });
  await ask('a.b');
  expect(requests[0]).toMatchObject({ method: 'POST', pathname: '/graphite/render' });
  expect(Object.fromEntries(requests[0]?.form ?? [])).toEqual({
    target: "aliasSub(consolidateBy(a.b,'average'),'^','g0:')",
    format: 'json',
    from: String(NOW_SECONDS - 3600 - 1),
    until: String(NOW_SECONDS - 1),
    now: String(NOW_SECONDS - 1),
    noCache: '1',
    maxDataPoints: '900',
    tz: 'Europe/Berlin',
  });
});

it('lets the cache work for windows that are over', async () => {
  const { ask, requests } = await startGraphite(EMPTY);
  await ask('a.b', { window: windowOf(MINUTE - 7200, MINUTE - 3600) });
  expect(requests[0]?.form.has('noCache')).toBe(false);
  expect(requests[0]?.form.has('now')).toBe(false);
});

it('sees the newest point although the server answers from its cache for a minute', async () => {
  let now = NOW_SECONDS;
  const metrics = { 'a.b': (second: number) => second };
  const store = { metrics, archives: ARCHIVES, lateSteps: 0, nowSeconds: () => now };
  const { ask, clock } = await startGraphite(graphiteWeb(store));
  const last = async () => (await ask('a.b', { window: windowOf(now - 600, now) })).series[0]?.values.at(-1);
  expect(await last()).toBe(NOW_SECONDS - 3);
  now += 20;
  await clock.advance(20_000);
  expect(await last()).toBe(NOW_SECONDS + 17);
});

it('leaves a consolidation that the definition has to the definition', async () => {
  const { ask, requests } = await startGraphite(EMPTY);
  await ask("consolidateBy(a.b,'max')");
  expect(requests[0]?.form.get('target')).toBe("aliasSub(consolidateBy(a.b,'max'),'^','g0:')");
});

it('asks once per value, all in one form, and tells the rows apart whatever their order', async () => {
  const at = MINUTE - 60;
  const body = bodyOf({
    'g2:c': [[3, at]],
    'g0:consolidateBy(a,"average")': [[1, at]],
    "g1:consolidateBy(b,'average')": [[2, at]],
  });
  const { ask, requests } = await startGraphite({ body });
  const { series } = await ask('alias(s.${host}.cpu, "${host}")', { arguments: { host: ['a', 'b', 'c'] } });
  expect(requests.length).toBe(1);
  expect(requests[0]?.form.getAll('target').length).toBe(3);
  expect(series.map(({ name, labels, values }) => [name, labels.host, values[0]])).toEqual([
    ['a', 'a', 1],
    ['b', 'b', 2],
    ['c', 'c', 3],
  ]);
});

it('asks for every combination of several parameters with several values', async () => {
  const { ask, requests } = await startGraphite(EMPTY);
  await ask('s.${host}.${disk}', { arguments: { host: ['a', 'b'], disk: ['x', 'y'] } });
  const targets = requests[0]?.form.getAll('target').map((target) => /s\.\w\.\w/.exec(target)?.[0]);
  expect(targets).toEqual(['s.a.x', 's.a.y', 's.b.x', 's.b.y']);
});

it('splits a large ranking into requests of fifty, four at once at most', async () => {
  const { ask, requests, open } = await startGraphite(({ form }) => ({
    delayMs: 30,
    body: bodyOf(
      Object.fromEntries(form.getAll('target').map((target, at) => [`g${at}:${target}`, [[at, MINUTE - 60]]])),
    ),
  }));
  const hosts = Array.from({ length: 480 }, (_, at) => `h${at}`);
  const { series } = await ask('alias(s.${host}.cpu, "${host}")', { arguments: { host: hosts } });
  expect(requests.length).toBe(10);
  expect(open.most).toBeLessThanOrEqual(4);
  expect(series.map(({ labels }) => labels.host)).toEqual(hosts);
});

it('stops the other requests of a question when one fails', async () => {
  let count = 0;
  const { ask, requests, open } = await startGraphite(() => (count++ === 1 ? { status: 500 } : { isSilent: true }));
  const hosts = Array.from({ length: 480 }, (_, at) => `h${at}`);
  await expect(ask('s.${host}', { arguments: { host: hosts } })).rejects.toMatchObject({ code: 'SOURCE_UNEXPECTED' });
  expect(requests.length).toBeLessThanOrEqual(5);
  await expect.poll(() => open.now).toBe(0);
});

it('refuses a question for more series than can be shown before it is asked', async () => {
  const { request, requests } = await startGraphite(EMPTY);
  const hosts = Array.from({ length: 4812 }, (_, at) => `h${at}`);
  expect(() => request('s.${host}', { arguments: { host: hosts } })).toThrow(
    expect.objectContaining({
      code: 'SOURCE_TOO_MUCH',
      message: expect.stringContaining('This would read 4,812 series; the limit is 500.'),
    }),
  );
  expect(requests).toEqual([]);
});

it('refuses an answer with more series than can be shown', async () => {
  const rows = Array.from({ length: 501 }, (_, at): [string, [number, number][]] => [`g0:s${at}`, [[at, MINUTE - 60]]]);
  const { ask } = await startGraphite({ body: bodyOf(Object.fromEntries(rows)) });
  await expect(ask('s.*')).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH', details: { series: 501, limit: 500 } });
});

it('takes the empty row of an old carbonapi for nothing', async () => {
  const { ask } = await startGraphite({ body: '[{"target":"","datapoints":[]}]' });
  expect((await ask('a.b')).series).toEqual([]);
});

it('takes an error inside a 200, as VictoriaMetrics sends it, for an error', async () => {
  const { ask } = await startGraphite({
    body: "{\"error\":\"cannot sum \\u0060a\\u0060 at aliasSub(consolidateBy(a.b,'max'),'^','g0:')\"}",
  });
  await expect(ask('a.b')).rejects.toMatchObject({
    code: 'SOURCE_BAD_QUERY',
    message: 'Graphite does not understand the target: cannot sum a at a.b.',
  });
});

it('refuses rows that it did not ask for', async () => {
  const { ask } = await startGraphite({ body: bodyOf({ 'g7:x': [[1, MINUTE]] }) });
  await expect(ask('a.b')).rejects.toMatchObject({ code: 'SOURCE_UNEXPECTED' });
});

it('reads a million points into typed arrays', async () => {
  const rows = Array.from({ length: 100 }, (_, at): [string, (readonly [number | null, number])[]] => [
    `g0:s${at}`,
    points(NOW_SECONDS - 10_000 + 1, NOW_SECONDS, 1, (second) => second % 97),
  ]);
  const { ask } = await startGraphite({ body: bodyOf(Object.fromEntries(rows)) });
  const { series } = await ask('s.*', { window: windowOf(NOW_SECONDS - 10_000, NOW_SECONDS + 1, 50_000) });
  expect(series.length).toBe(100);
  expect(series.every(({ values }) => values instanceof Float64Array && values.length === 10_000)).toBe(true);
});

it('turns a raw expression into a block', () => {
  const block = graphite.block.parse(graphite.raw?.('sumSeries(a.*)', 'graphite'));
  expect(graphite.placeholders(block)).toEqual([]);
});

it.each([
  [{ url: 'http://me:pw@graphite' }, 'url'],
  [{ url: 'ftp://graphite' }, 'url'],
  [{ url: 'http://graphite', publicUrl: 'https://me@graphs' }, 'publicUrl'],
  [{ url: 'http://graphite', headers: { 'bad header': 'x' } }, 'headers'],
  [{ url: 'http://graphite', flavour: 'other' }, 'flavour'],
  [{ url: 'http://graphite', nameCharacters: '*' }, 'nameCharacters'],
  [{ url: 'http://graphite', tokn: 'x' }, ''],
])('refuses the options %j', (options, path) => {
  const { error } = graphite.options.safeParse({ kind: 'graphite', ...options });
  expect(error?.issues[0]?.path[0] ?? '').toBe(path);
});

it('lets names hold what the operator widens them by', async () => {
  const { request } = await startGraphite(EMPTY, { nameCharacters: ':' });
  expect(request('s.${host}', { arguments: { host: ['web01:9100'] } }).label).toBe('s.web01:9100');
});

it('does not serve requests of another source', async () => {
  const { source } = await startGraphite(EMPTY);
  await expect(source.fetch({ label: 'other' }, windowOf(0), signal)).rejects.toMatchObject({ code: 'INTERNAL' });
});

it('gives a frame for the window that was asked', async () => {
  const { ask } = await startGraphite(EMPTY);
  const window = windowOf(MINUTE - 600);
  const frame: SeriesFrame = await ask('a.b', { window });
  expect(frame).toEqual({
    kind: 'series',
    series: [],
    range: { fromMs: window.fromMs, toMs: window.toMs, zone: 'Europe/Berlin', text: '' },
    warnings: [],
  });
});

it.each([
  [100, 60_000, 10_000],
  [2_000, 10_000, undefined],
])(
  'finds out with %i points that a step of %i ms stands for stored points of %s ms',
  async (maxPoints, stepMs, rawStepMs) => {
    const metrics = { 'a.b': (second: number) => second };
    const store = { metrics, archives: ARCHIVES, lateSteps: 0, nowSeconds: () => NOW_SECONDS };
    const { ask } = await startGraphite(graphiteWeb(store));
    const frame = await ask('a.b', {
      window: windowOf(NOW_SECONDS - 6_000, NOW_SECONDS, maxPoints),
      consolidate: 'max',
    });
    expect(frame.stepMs).toBe(stepMs);
    expect(frame.rawStepMs).toBe(rawStepMs);
    expect(frame.consolidated).toBe(rawStepMs === undefined ? undefined : 'max');
  },
);

it.each([
  ['graphite-web', graphiteWeb],
  ['carbonapi', carbonapi],
  ['VictoriaMetrics', victoriametrics],
] as const)('gives a point that stands for several the time of the first of them, from %s', async (_, double) => {
  const metrics = { 'a.fine': (second: number) => second, 'a.other': (second: number) => -second };
  const store = { metrics, archives: ARCHIVES, lateSteps: 0, nowSeconds: () => NOW_SECONDS };
  const { ask } = await startGraphite(double(store));
  for (const to of [NOW_SECONDS, NOW_SECONDS - 3_600]) {
    const frame = await ask('a.*', { window: windowOf(to - 6_000, to, 100), consolidate: 'max' });
    expect([frame.series.length, frame.rawStepMs]).toEqual([2, 10_000]);
    const stepMs = frame.stepMs ?? 0;
    const [fine, other] = frame.series;
    const times = [...(fine?.times ?? [])];
    expect(times.length).toBeGreaterThan(5_800_000 / stepMs);
    expect([...(fine?.values ?? [])]).toEqual(times.map((ms) => (ms + stepMs) / 1000 - 10));
    expect([...(other?.values ?? [])]).toEqual(times.map((ms) => -ms / 1000));
  }
});
