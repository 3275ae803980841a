/** The Prometheus source against a real Prometheus and a real VictoriaMetrics; every value of the rigs is a function of its timestamp. */
import { afterAll, describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../src/domain/frame.ts';
import type { Series } from '../../src/domain/series.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { failureOf } from '../../src/sources/prometheus/failures.ts';
import { prometheus } from '../../src/sources/prometheus.ts';
import type { FetchWindow, Source } from '../../src/sources/source.ts';
import { type Conversation, openConversation } from '../acceptance/conversation.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { type Rig, startRig } from './rig.ts';
import { whyWords } from './why-words.ts';

const SYSTEMS = [
  { name: 'prometheus', port: 18_860, flavour: 'prometheus', title: 'Prometheus', version: /^Prometheus 2\.\d+/ },
  {
    name: 'victoria-metrics',
    port: 18_880,
    flavour: 'victoriametrics',
    title: 'VictoriaMetrics',
    version: /^VictoriaMetrics/,
  },
] as const;

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
const HOSTS = ['web01', 'web02', 'db01'];
const signal = AbortSignal.timeout(280_000);

/** What the rigs have for the host with that index. */
const cpu = (host: number, ms: number) => 10 * (host + 1) + (Math.floor(ms / MINUTE) % 10);
const load = (host: number, ms: number) => host + 0.25 * (Math.floor(ms / MINUTE) % 8);
const perSecond = (host: number) => 2 * (host + 1);

const OURS = `
cpu:
  title: CPU of \${host}
  parameters: { host: { values: "label_values(rig_cpu_user_percent, host)", example: web01 } }
  prometheus: rig_cpu_user_percent{host="\${host}"}
  unit: percent
  thresholds: [{ at: 17, severity: warning }]
requests:
  title: Requests of \${host}
  parameters: { host: { values: "label_values(rig_http_requests_total{code='200'}, host)", example: web01 } }
  prometheus:
    expr: rate(rig_http_requests_total{code="200", host=~"\${host}"}[$__rate_interval])
  unit: req/s
total:
  title: Total of \${host}
  parameters: { host: { values: "label_values(rig_http_requests_total, host)", example: web01 } }
  prometheus: sum(rate(rig_http_requests_total{host=~"\${host}"}[$__rate_interval]))
  unit: req/s
`;

for (const system of SYSTEMS) {
  const rig = await startRig(system.name, system.port);
  const isMissing = typeof rig === 'string';
  if (isMissing) process.stderr.write(`skipped: ${rig}\n`);
  const url = isMissing ? 'http://127.0.0.1:9' : rig.url;
  /** Data end here, so this is the tests' "now". */
  const endMs = isMissing ? 0 : JSON.parse(await rig.command('seed')).end * SECOND;
  const nowMs = endMs + 3_500;
  const talk: Conversation | undefined = isMissing
    ? undefined
    : await openConversation({
        nowMs,
        yaml: `
zone: UTC
queries: [{ path: ./ours, source: rig }, { pack: node_exporter, source: live }]
sources:
  rig: { kind: prometheus, url: ${url}, flavour: ${system.flavour}, scrapeInterval: 1m, raw: true, timeout: 20s, env: rig }
  live: { kind: prometheus, url: ${url}, scrapeInterval: 1s, timeout: 20s, env: live }
`,
        definitions: { ours: OURS },
      });
  afterAll(async () => {
    await talk?.close();
    if (!isMissing) await (rig as Rig).stop();
  });

  const createSource = (options: Readonly<Record<string, unknown>> = {}, atMs = nowMs): Source =>
    prometheus.create(prometheus.options.parse({ kind: 'prometheus', url, scrapeInterval: '1m', ...options }), {
      name: 'rig',
      http: createHttpClient({ timeoutMs: 20_000 }),
      clock: createFakeClock(atMs),
    });
  const source = createSource({ flavour: system.flavour });

  const requestOf = (
    block: unknown,
    hosts: readonly string[] = ['web01'],
    consolidate: 'average' | 'max' = 'average',
  ) => source.request(prometheus.block.parse(block), { arguments: { host: hosts }, unit: makeUnit(), consolidate });
  const windowOf = (fromMs: number, toMs: number, maxPoints = 1_600): FetchWindow => ({
    fromMs,
    toMs,
    zone: 'UTC',
    maxPoints,
  });
  const lastHours = (hours: number, maxPoints?: number) => windowOf(nowMs - hours * HOUR, nowMs, maxPoints);
  async function ask(block: unknown, window: FetchWindow, hosts?: readonly string[], how?: 'average' | 'max') {
    const [frame] = await source.fetch(requestOf(block, hosts, how), window, signal);
    return frame as SeriesFrame;
  }
  function expectExact(series: Series | undefined, valueAt: (ms: number) => number): void {
    const times = [...(series?.times ?? [])];
    expect(times.length).toBeGreaterThan(0);
    for (const [index, value] of (series?.values ?? []).entries()) {
      expect([times[index], value]).toEqual([times[index], expect.closeTo(valueAt(times[index] as number), 6)]);
    }
  }

  describe.skipIf(isMissing)(`a real ${system.title}`, () => {
    it('gives the last hour in steps of a minute, to the digit, several hosts in their order', async () => {
      const frame = await ask('rig_cpu_user_percent{host=~"${host}"}', lastHours(1), ['web02', 'db01', 'web01']);
      expect(frame.stepMs).toBe(MINUTE);
      expect(frame.series.map(({ name }) => name)).toEqual(['web02', 'db01', 'web01']);
      expect(frame.series.map(({ labels }) => labels.host)).toEqual(['web02', 'db01', 'web01']);
      expect(frame.series[0]?.times.length).toBe(60);
      expect(frame.series[0]?.times.at(-1)).toBe(endMs);
      expectExact(frame.series[0], (ms) => cpu(1, ms));
      expectExact(frame.series[1], (ms) => cpu(2, ms));
      expectExact(frame.series[2], (ms) => cpu(0, ms));
      expect(frame.warnings).toEqual([]);
    });

    it('asks once per value where the matcher is an equality', async () => {
      const frame = await ask('rig_load1{host="${host}"}', lastHours(2), HOSTS);
      expect(frame.series.map(({ name }) => name)).toEqual(HOSTS);
      for (const [host, series] of frame.series.entries()) expectExact(series, (ms) => load(host, ms));
    });

    it('gives rates by the rule for their window', async () => {
      const frame = await ask(
        'rate(rig_http_requests_total{code="200",host=~"${host}"}[$__rate_interval])',
        lastHours(3),
        HOSTS,
      );
      for (const [host, series] of frame.series.entries()) expectExact(series, () => perSecond(host));
    });

    it('asks each host alone where the expression loses what tells them apart', async () => {
      const frame = await ask('sum(rate(rig_http_requests_total{host=~"${host}"}[5m]))', lastHours(2), [
        'db01',
        'web01',
      ]);
      expect(frame.series.map(({ name }) => name)).toEqual(['db01', 'web01']);
      expectExact(frame.series[0], () => perSecond(2) + 0.1);
      expectExact(frame.series[1], () => perSecond(0) + 0.1);
    });

    it('names series of one expression by the labels that differ, of several by their names', async () => {
      const codes = await ask('rate(rig_http_requests_total{host="${host}"}[5m])', lastHours(1));
      expect(codes.series.map(({ name }) => name).sort()).toEqual(['code 200', 'code 500']);
      const block = { expr: [{ cpu: 'rig_cpu_user_percent{host="${host}"}' }, { load: 'rig_load1{host="${host}"}' }] };
      const named = await ask(block, lastHours(1), ['web01', 'db01']);
      expect(named.series.map(({ name }) => name)).toEqual(['web01 cpu', 'web01 load', 'db01 cpu', 'db01 load']);
      const legend = { expr: 'rig_http_requests_total{host="${host}"}', legend: '{{host}} answered {{code}}' };
      expect((await ask(legend, lastHours(1))).series.map(({ name }) => name).sort()).toEqual([
        'web01 answered 200',
        'web01 answered 500',
      ]);
    });

    it('leaves gaps where there are no samples, and draws what begins within the window', async () => {
      const { series } = await ask('rig_cpu_user_percent{host="${host}"}', lastHours(30, 11_000));
      const [only] = series;
      const first = only?.values.findIndex((value) => !Number.isNaN(value)) ?? 0;
      expect(only?.times[first]).toBeGreaterThanOrEqual(endMs - DAY);
      expect(only?.times[first]).toBeLessThanOrEqual(endMs - DAY + MINUTE);
      expect([...(only?.values.subarray(0, first) ?? [])].every(Number.isNaN)).toBe(true);
      expect(only?.times.length).toBe(30 * 60);
    });

    it('says what a point stands for when points are further apart than samples', async () => {
      const average = await ask('rig_cpu_user_percent{host="${host}"}', lastHours(20, 120));
      expect([average.stepMs, average.consolidated]).toEqual([10 * MINUTE, 'average']);
      const max = await ask('rig_cpu_user_percent{host="${host}"}', lastHours(20, 120), ['web01'], 'max');
      expect(max.consolidated).toBe('max');
      expectExact(max.series[0], () => 19);
      const last = await ask('rig_cpu_user_percent{host="${host}"} + 0', lastHours(20, 120));
      expect(last.consolidated).toBe('last');
      expectExact(last.series[0], (ms) => cpu(0, ms));
      const fixed = await ask('rate(rig_http_requests_total{host="${host}"}[2m])', lastHours(20, 120));
      expect(fixed.warnings.join()).toMatch(/Each point covers 2\u202fmin and they are 10\u202fmin apart/);
    });

    it('never asks for more points than the server gives', async () => {
      const frame = await ask('rig_cpu_user_percent{host="${host}"}', windowOf(nowMs - 30 * DAY, nowMs, 60_000));
      expect(frame.series[0]?.times.length).toBeLessThanOrEqual(11_000);
    });

    it('binds hostile values as data: nothing is found, and nothing else', async () => {
      for (const host of [
        'web01"} or rig_load1{host="db01',
        'web.*',
        'web01\\',
        "web01'",
        '.*|.+',
        'a\nb',
        '$__interval',
      ]) {
        expect((await ask('rig_load1{host="${host}"}', lastHours(1), [host])).series).toEqual([]);
        expect((await ask('rig_load1{host=~"${host}"}', lastHours(1), [host])).series).toEqual([]);
      }
    });

    it('lists values of labels, also of a selector', async () => {
      expect(await source.values?.('label_values(rig_cpu_user_percent, host)', signal)).toEqual([
        'db01',
        'web01',
        'web02',
      ]);
      expect(
        await source.values?.('label_values(rig_http_requests_total{host="db01",code=~"5.."}, code)', signal),
      ).toEqual(['500']);
      expect(await source.values?.('label_values(node_load1, instance) | fqdn', signal)).toEqual(['127.0.0.1']);
      expect(await source.values?.('label_values(code)', signal)).toEqual(expect.arrayContaining(['200', '500']));
      expect(await source.values?.('label_values(nothing_of_the_kind, host)', signal)).toEqual([]);
    });

    it('says in one sentence what is wrong with an expression', async () => {
      // what our own reading lets pass
      const failure = await ask('label_replace(rig_load1)', lastHours(1)).catch((thrown: unknown) => thrown as Error);
      expect(failure).toMatchObject({
        code: 'SOURCE_BAD_QUERY',
        message: expect.stringMatching(/^Prometheus does not understand the query: .*\.$/),
      });
      expect((failure as Error).message).not.toMatch(/\n|error when executing query|invalid parameter/);
    });

    it('refuses too many points in words', async () => {
      const client = await fetch(`${url}/api/v1/query_range?query=up&start=0&end=${Math.floor(nowMs / SECOND)}&step=1`);
      expect([400, 422]).toContain(client.status);
      const reply = {
        status: client.status,
        headers: client.headers,
        contentType: 'application/json',
        text: await client.text(),
      };
      expect(failureOf(reply, nowMs)).toMatchObject({ code: 'SOURCE_TOO_MUCH' });
    });

    it('passes its check and says what answers', async () => {
      const report = await source.check(signal);
      expect(report.problems).toEqual([]);
      expect(report.version).toMatch(system.version);
      const wrong = await createSource({ flavour: 'mimir' }).check(signal);
      expect(wrong.problems.join()).toContain(`but ${system.title} answers`);
    });

    it('finds out why there is nothing', async () => {
      const empty = (block: unknown, window: FetchWindow, hosts?: readonly string[]) =>
        createSource().whyEmpty?.(requestOf(block, hosts), window, signal);
      expect(await empty('rig_cpu_uzer_percent{host="${host}"}', lastHours(1))).toEqual({
        kind: 'never_existed',
        what: 'rig_cpu_uzer_percent',
        near: expect.arrayContaining(['rig_cpu_user_percent']),
      });
      expect(await empty('rig_load1{host="${host}"}', lastHours(1), ['web03'])).toEqual({
        kind: 'never_existed',
        what: 'rig_load1{host="web03"}',
        near: ['web01', 'web02'],
      });
      const before = windowOf(nowMs - 3 * DAY, nowMs - 2 * DAY);
      expect(await empty('rig_load1{host="${host}"}', before)).toMatchObject({ kind: 'not_yet', what: 'web01' });
      // an hour that has not been, seen from an hour ahead
      const later = createSource({}, nowMs + 2 * HOUR);
      const request = requestOf('rig_load1{host="${host}"}');
      const after = windowOf(nowMs + HOUR, nowMs + 2 * HOUR);
      expect(await later.whyEmpty?.(request, after, signal)).toEqual({
        kind: 'stopped',
        what: 'web01',
        lastMs: endMs,
        lastValue: load(0, endMs),
      });
      if (system.flavour === 'prometheus') {
        const old = windowOf(nowMs - 80 * DAY, nowMs - 70 * DAY);
        expect(await empty('rig_load1{host="${host}"}', old)).toEqual({ kind: 'too_old', keptMs: 60 * DAY });
      }
    });

    it('says why there is nothing in words that a person can go on with', async () => {
      const say = async (block: unknown, window: FetchWindow, host = 'web01', agoMs = 0) => {
        const from = createSource({}, nowMs - agoMs);
        const reason = await from.whyEmpty?.(requestOf(block, [host]), window, signal);
        const asked = { text: `load ${host} last 1h`, product: 'Prometheus', window, nowMs: nowMs - agoMs };
        return whyWords(reason, asked).split('\n');
      };
      const load = 'rig_load1{host="${host}"}';
      expect(await say(load, lastHours(1), 'web03')).toEqual([
        'rig_load1{host="web03"} has never sent anything. Near: web01, web02.',
      ]);
      const after = windowOf(nowMs + HOUR, nowMs + 2 * HOUR);
      const [stopped = '', next = ''] = await say(load, after, 'web01', -2 * HOUR);
      expect(stopped).toMatch(/^web01 sent its last value .*\(2\sh ago\): [\d.]+/);
      expect(next).toMatch(/^`?load web01 .* shows it\.$/);
      if (system.flavour !== 'prometheus') return;
      expect(await say(load, windowOf(nowMs - 80 * DAY, nowMs - 70 * DAY))).toEqual([
        'Prometheus keeps this metric for 60 days; the window ends 70 days ago.',
        '`load web01 last 60d` is all that it still has.',
      ]);
    });

    it('links to a page of the server whose own query has the same window', async () => {
      const window = lastHours(2);
      const link = source.link(requestOf('rig_cpu_user_percent{host=~"${host}"}', HOSTS), window) ?? '';
      const state = new URLSearchParams(link.slice(link.lastIndexOf('?') + 1));
      expect(state.get('g0.expr')).toBe('rig_cpu_user_percent{host=~"(?:web01|web02|db01)"}');
      expect(state.get('g0.range_input')).toBe('2h');
      expect(new Date(`${state.get('g0.end_input')?.replace(' ', 'T')}Z`).getTime()).toBe(endMs + 4 * SECOND);
      const asked = new URLSearchParams({
        query: state.get('g0.expr') ?? '',
        start: String(endMs / SECOND - 7_200),
        end: String(endMs / SECOND),
        step: '60',
      });
      const { data } = (await (await fetch(`${url}/api/v1/query_range?${asked}`)).json()) as {
        data: { result: unknown[] };
      };
      expect(data.result).toHaveLength(3);
      if (system.flavour === 'prometheus') expect((await fetch(link)).status).toBe(200);
      else expect(link.startsWith(`${url}/vmui/?#/?g0.expr=`)).toBe(true); // the package has no vmui to follow it to
    });

    it('says the numbers of a question in words, and ranks', async () => {
      const { ask: say } = talk as Conversation;
      const minutes = Array.from({ length: 60 }, (_, index) => endMs - index * MINUTE);
      const mean = minutes.reduce((sum, ms) => sum + cpu(0, ms), 0) / 60;
      const asked = await say('cpu web01 last 1h in rig');
      expect(asked.text).toContain(`${cpu(0, endMs)} % now · mean ${Number(mean.toPrecision(3))} %, peak 19 %`);
      expect(asked.text).toContain(`${url}/`);
      expectExact(asked.frame.series[0], (ms) => cpu(0, ms));
      const top = await say('top 2 requests 2h');
      expect(top.frame.series.map(({ name, labels }) => [name, labels.host])).toEqual([
        ['db01', 'db01'],
        ['web02', 'web02'],
      ]);
      expect(top.text).toMatch(/db01 6 .*web02 4/s);
      const raw = await say('promql: sum by (host) (rig_load1) 1h on rig');
      expect(raw.frame.series.map(({ name }) => name).sort()).toEqual([...HOSTS].sort());
      const wrong = await say('promql: rate(rig_load1[$__nope]) 1h on rig');
      expect(wrong.text).toContain('has an unknown variable "$__nope"');
      const unknown = await say('promql: nothing_like_it 1h on rig');
      expect(unknown.text).toMatch(/`?nothing_like_it`? has never sent anything/);
      expect((await say('requests web99 1h')).code).toBe('ASK_UNKNOWN_VALUE');
    });

    it.each(['cpu', 'cpu-modes', 'load', 'memory', 'memory-use', 'disk'])(
      'reads %s of the pack node_exporter from a real one',
      async (id) => {
        const query = (talk as Conversation).core
          .catalog()
          .queries.find((one) => one.id === id && one.pack === 'node_exporter');
        const { block, unit, consolidate } = query ?? {
          block: undefined,
          unit: makeUnit(),
          consolidate: 'average' as const,
        };
        const live = createSource({ scrapeInterval: '1s' }, Date.now());
        const request = live.request(block, { arguments: { host: ['127.0.0.1'] }, unit, consolidate });
        const window = windowOf(Date.now() - MINUTE, Date.now());
        const [frame] = (await live.fetch(request, window, signal)) as SeriesFrame[];
        const values = frame?.series.flatMap((series) => [...series.values].filter(Number.isFinite)) ?? [];
        expect(values.length).toBeGreaterThan(0);
        expect(values.every((value) => value >= -0.5 && (unit.id !== 'percent' || value <= 101))).toBe(true);
        for (const { name, labels } of frame?.series ?? []) {
          expect(name).not.toContain('9100');
          expect(labels.host).toBe('127.0.0.1');
        }
      },
    );
  });
}
