import { describe, expect, it } from 'vitest';
import type { HeatmapFrame, SeriesFrame } from '../../../src/domain/frame.ts';
import { prometheus } from '../../../src/sources/prometheus.ts';
import type { Received } from '../../doubles/http-backend.ts';
import { bodyOf, NOW_SECONDS, type Row, signal, startPrometheus, windowOf } from './prometheus-harness.ts';

const NOTHING = bodyOf([]);
const formOf = ({ form }: Received) => Object.fromEntries(form);

describe('what is asked', () => {
  it('evaluates at multiples of the step, all inside the window, in one POST', async () => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    await ask('up', { window: { ...windowOf(3_601, 1), maxPoints: 30 } });
    expect(requests.map(({ method, pathname }) => [method, pathname])).toEqual([['POST', '/api/v1/query_range']]);
    expect(formOf(requests[0] as Received)).toMatchObject({
      start: String(NOW_SECONDS - 3_600),
      end: String(NOW_SECONDS - 120),
      step: '120',
      nocache: '1',
    });
  });

  it.each([
    [600, 60, '60', '4m', '1m'],
    [86_400, 100, '900', '16m', '15m'],
    [30 * 86_400, 100, '43200', '721m', '12h'],
    [400 * 86_400, 100, String(4 * 86_400), '5761m', '4d'],
  ])('fills in the variables for %i s in %i points', async (seconds, maxPoints, step, rate, interval) => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    await ask('rate(a[$__rate_interval]) + max_over_time(b[${__interval}]) + c{x="$__interval"}', {
      window: windowOf(seconds, 0, maxPoints),
    });
    const { query = '', step: sent } = formOf(requests[0] as Received);
    expect([query, sent]).toEqual([`rate(a[${rate}]) + max_over_time(b[${interval}]) + c{x="$__interval"}`, step]);
  });

  it('begins days where they begin for the asker', async () => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    await ask('up', { window: windowOf(300 * 86_400, 0, 300) });
    const { start, step } = formOf(requests[0] as Received);
    expect(step).toBe('86400');
    const local = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', timeStyle: 'short' });
    expect(local.format(Number(start) * 1000)).toBe('00:00');
  });

  it('asks for a moment at least, however short the window', async () => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    await ask('up', { window: windowOf(30, 10) });
    const { start, end } = formOf(requests[0] as Received);
    expect([start, end]).toEqual([String(NOW_SECONDS - 30), String(NOW_SECONDS - 30)]);
  });

  it('evaluates at the very end where the newest value matters most', async () => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    const { fromMs, toMs, ...window } = windowOf(3_600, 7, 20);
    await ask('up', { window: { ...window, fromMs, toMs, isToEnd: true } });
    const { start, end, step } = formOf(requests[0] as Received);
    const endMs = toMs - 1;
    expect([step, end, start]).toEqual(['300', String(endMs / 1000), String((endMs - 11 * 300_000) / 1000)]);
  });

  it('keeps to the step of the definition', async () => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    await ask({ expr: 'up', step: '5m' });
    expect(formOf(requests[0] as Received).step).toBe('300');
  });

  it('asks for many hosts in queries of a length that every server takes', async () => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    const hosts = Array.from({ length: 500 }, (_, index) => `machine-${index}.example.net`);
    await ask('up{host=~"${host}"}', { arguments: { host: hosts } });
    expect(requests.length).toBeGreaterThan(2);
    for (const { form } of requests) expect((form.get('query') ?? '').length).toBeLessThan(8_000);
    expect(requests.map(({ form }) => form.get('query')).join()).toContain('machine-499\\\\.example\\\\.net');
  });

  it('looks at many coarsely by what they are ranked by', async () => {
    const { ask, requests } = await startPrometheus({ body: NOTHING });
    await ask('up + 1', { consolidate: 'max', seriesMax: 5_000, window: windowOf(86_400, 0, 60) });
    expect(formOf(requests[0] as Received).query).toBe('max_over_time((up + 1)[30m:1m])');
  });

  it('refuses more queries than a server can bear at once', async () => {
    const { request } = await startPrometheus({ body: NOTHING });
    const host = Array.from({ length: 101 }, (_, index) => `h${index}`);
    expect(() => request('up{host="${host}"}', { arguments: { host } })).toThrow(
      expect.objectContaining({ code: 'SOURCE_TOO_MUCH', message: expect.stringContaining('101 queries') }),
    );
  });
});

describe('what comes back', () => {
  it('keeps every digit, whatever the tenant is called, and names no secret in an error with status 200', async () => {
    const options = { headers: { 'X-Scope-OrgID': '1' }, token: 'hunter2' };
    const { ask } = await startPrometheus({ body: bodyOf([{ values: [[60, '111']] }]) }, options);
    expect(((await ask('up')) as SeriesFrame).series[0]?.values.at(-1)).toBe(111);
    const broken = await startPrometheus({ body: '{"status":"error","errorType":"x","error":"no hunter2"}' }, options);
    await expect(broken.ask('up')).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') });
  });

  it('makes gaps of moments without an entry, of NaN and of infinities', async () => {
    const row = {
      metric: { host: 'a' },
      values: [
        [600, '1'],
        [480, 'NaN'],
        [420, '+Inf'],
        [360, '-Inf'],
        [60, '-1.5e3'],
      ],
    } as const;
    const { ask } = await startPrometheus({ body: bodyOf([row]) });
    const frame = (await ask('up')) as SeriesFrame;
    const [series] = frame.series;
    const nan = Number.NaN;
    expect([...(series?.values ?? [])]).toEqual([1, nan, nan, nan, nan, nan, nan, nan, nan, -1500]);
    expect(series?.times[0]).toBe((NOW_SECONDS - 600) * 1000);
    expect(series?.badCount).toBe(2);
    expect([frame.stepMs, series?.stepMs]).toEqual([60_000, 60_000]);
  });

  it('scales by the unit', async () => {
    const { ask } = await startPrometheus({ body: bodyOf([{ values: [[60, '0.5']] }]) });
    expect(((await ask('up', { unit: 'ratio' })) as SeriesFrame).series[0]?.values.at(-1)).toBe(50);
  });

  it('says what the server says', async () => {
    const info =
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "x" (1:6)';
    const { ask } = await startPrometheus({
      body: bodyOf([{ values: [[60, '1']] }], { warnings: ['store @all 10.0.0.1:9090 is missing'], infos: [info] }),
    });
    const { warnings } = await ask('up');
    expect(warnings[0]).toBe('Prometheus says: store all … is missing.');
    expect(warnings[1]).toMatch(/^Prometheus says: metric might not be a counter, name does not end in _total/);
  });

  it('refuses more series than a picture can show', async () => {
    const rows = Array.from(
      { length: 501 },
      (_, index): Row => ({ metric: { host: `h${index}` }, values: [[60, '1']] }),
    );
    const { ask } = await startPrometheus({ body: bodyOf(rows) });
    await expect(ask('up')).rejects.toMatchObject({ code: 'SOURCE_TOO_MUCH', details: { series: 501, limit: 500 } });
    expect(((await ask('up', { seriesMax: 501 })) as SeriesFrame).series).toHaveLength(501);
  });

  it('tells hosts by the label they were matched by, the longest name first', async () => {
    const rows = ['web1:9100', 'web10:9100', 'web2.example:9100'].map((instance) => ({
      metric: { __name__: 'up', instance, job: 'node' },
      values: [[60, '1']] as const,
    }));
    const { ask } = await startPrometheus({ body: bodyOf(rows) });
    const frame = (await ask('up{instance=~"${host}.*"}', {
      arguments: { host: ['web2', 'web1', 'web10', 'web3'] },
    })) as SeriesFrame;
    expect(frame.series.map(({ name, labels }) => [name, labels.host, labels.instance])).toEqual([
      ['web2', 'web2', 'web2.example:9100'],
      ['web1', 'web1', 'web1:9100'],
      ['web10', 'web10', 'web10:9100'],
    ]);
    expect(frame.warnings).toEqual(['Prometheus has nothing for web3.']);
  });

  it.each<[string, Record<string, string>[], string[]]>([
    [
      'one label that tells all',
      [
        { instance: 'a:1', job: 'x', pod: 'p' },
        { instance: 'b:1', job: 'y', pod: 'q' },
      ],
      ['a:1', 'b:1'],
    ],
    [
      'two where one is not enough',
      [
        { device: 'a', mode: 'r' },
        { device: 'a', mode: 'w' },
        { device: 'b', mode: 'r' },
      ],
      ['a r', 'a w', 'b r'],
    ],
    ['the metric, where nothing differs', [{ __name__: 'up', job: 'x' }], ['up']],
    ['several metrics', [{ __name__: 'a' }, { __name__: 'b' }], ['a', 'b']],
    ['the label too, where its value is a number', [{ cpu: '0' }, { cpu: '1' }], ['cpu 0', 'cpu 1']],
    ['a number, where names are the same', [{}, {}], ['sum(x)', 'sum(x) (2)']],
  ])('names series by %s', async (_, metrics, names) => {
    const { ask } = await startPrometheus({ body: bodyOf(metrics.map((metric) => ({ metric, values: [[60, '1']] }))) });
    expect(((await ask('sum(x)')) as SeriesFrame).series.map(({ name }) => name)).toEqual(names);
  });

  it('reads a million points', async () => {
    const points = Array.from(
      { length: 10_000 },
      (_, index) => `[${NOW_SECONDS - (10_000 - index) * 60},"${index}.25"]`,
    ).join();
    const rows = Array.from(
      { length: 100 },
      (_, index) => `{"metric":{"host":"h${index}"},"values":[${points}]}`,
    ).join();
    const { ask } = await startPrometheus({
      body: `{"status":"success","data":{"resultType":"matrix","result":[${rows}]}}`,
    });
    const frame = (await ask('up', { window: windowOf(600_000, 0, 11_000) })) as SeriesFrame;
    expect(frame.series.map(({ times }) => times.length)).toEqual(Array.from({ length: 100 }, () => 10_000));
    expect(frame.series[99]?.values.at(-1)).toBe(9999.25);
  });
});

describe('histograms', () => {
  const classic: Row[] = [
    {
      metric: { le: '0.1' },
      values: [
        [120, '1'],
        [60, '2'],
      ],
    },
    {
      metric: { le: '+Inf' },
      values: [
        [120, '6'],
        [60, '9'],
      ],
    },
    {
      metric: { le: '0.5' },
      values: [
        [120, '4'],
        [60, '9'],
      ],
    },
  ];
  const heatmap = { expr: 'sum by (le) (increase(x_bucket[$__interval]))', heatmap: true };

  it('makes counts of cells from what classic buckets hold together', async () => {
    const { ask } = await startPrometheus({ body: bodyOf(classic) });
    const frame = (await ask(heatmap, { unit: 'ms', window: windowOf(120) })) as HeatmapFrame;
    expect(frame.kind).toBe('heatmap');
    expect([...frame.yEdges]).toEqual([0, 0.0001, 0.0005, expect.closeTo(0.0009)]);
    expect([...frame.xEdges]).toEqual([180, 120, 60].map((before) => (NOW_SECONDS - before) * 1000));
    expect([...frame.counts]).toEqual([1, 2, 3, 7, 2, 0]);
    expect(frame.warnings.join()).toContain('no upper end');
  });

  const native: Row[] = [
    {
      metric: { job: 'x' },
      histograms: [
        [
          NOW_SECONDS - 120,
          {
            count: '6',
            sum: '9',
            buckets: [
              [0, '0.5', '1', '2'],
              [0, '1', '2', '4'],
            ],
          },
        ],
        [NOW_SECONDS - 60, { count: '3', sum: '3', buckets: [[0, '0.5', '2', '3']] }],
      ],
    },
  ];

  it('makes counts of cells from native histograms, also of different fineness', async () => {
    const { ask } = await startPrometheus({ body: bodyOf(native) });
    const frame = (await ask(heatmap, { window: windowOf(120) })) as HeatmapFrame;
    expect([...frame.yEdges]).toEqual([0.5, 1, 2]);
    expect([...frame.counts]).toEqual([2, 1, 4, 2]);
  });

  it('says what to do about native histograms that are to be lines', async () => {
    const { ask } = await startPrometheus({ body: bodyOf(native) });
    await expect(ask('sum(rate(x[5m]))')).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: expect.stringMatching(/histogram_quantile.*heatmap: true/),
    });
  });

  it('is lines where there is nothing to make a heatmap of', async () => {
    const { ask } = await startPrometheus({ body: bodyOf([{ values: [[60, '1']] }]) });
    expect((await ask(heatmap)).kind).toBe('series');
  });
});

describe('failures', () => {
  const envelope = (errorType: string, error: string) => JSON.stringify({ status: 'error', errorType, error });

  it.each<[string, number, string, string, RegExp]>([
    [
      'a query that does not parse',
      400,
      envelope('bad_data', 'invalid parameter "query": 1:5: parse error: unclosed left parenthesis'),
      'SOURCE_BAD_QUERY',
      /query: 1:5: parse error: unclosed left parenthesis\.$/,
    ],
    [
      'too many points',
      400,
      envelope(
        'bad_data',
        'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      ),
      'SOURCE_TOO_MUCH',
      /too much: exceeded maximum resolution/,
    ],
    [
      'too many samples',
      422,
      envelope('execution', 'query processing would load too many samples into memory in query execution'),
      'SOURCE_TOO_MUCH',
      /too many samples/,
    ],
    [
      'many to many',
      422,
      envelope('execution', 'found duplicate series: many-to-many matching not allowed'),
      'SOURCE_BAD_QUERY',
      /many-to-many/,
    ],
    [
      'a timeout of its own',
      503,
      envelope('timeout', 'query timed out in expression evaluation'),
      'SOURCE_TIMEOUT',
      /timed out there/,
    ],
    ['being overloaded', 503, 'Service Unavailable', 'SOURCE_OVERLOADED', /overloaded \(503\)/],
    [
      "VictoriaMetrics' parser",
      422,
      envelope('422', 'error when executing query="foo(" for (time=1, step=2): singleExpr: unexpected token'),
      'SOURCE_BAD_QUERY',
      /query: singleExpr: unexpected token\.$/,
    ],
    [
      "VictoriaMetrics' limit",
      422,
      envelope(
        '422',
        'error when executing query="up" on the time range (start=0, end=1, step=1): too many points for the given step=1; cannot exceed -search.maxPointsPerTimeseries=30000',
      ),
      'SOURCE_TOO_MUCH',
      /too many points/,
    ],
    [
      "VictoriaMetrics' queue",
      503,
      envelope('503', "couldn't start executing the request in 10 seconds, since -search.maxConcurrentRequests=8"),
      'SOURCE_OVERLOADED',
      /overloaded/,
    ],
    ['Mimir without a tenant', 401, 'no org id', 'SOURCE_AUTH', /tenant/],
    [
      "Mimir's limit",
      422,
      envelope('execution', 'the query exceeded the maximum number of chunks (err-mimir-max-chunks-per-query)'),
      'SOURCE_TOO_MUCH',
      /maximum number of chunks/,
    ],
    [
      "Mimir's queue",
      429,
      envelope('too_many_requests', 'too many outstanding requests'),
      'SOURCE_OVERLOADED',
      /overloaded/,
    ],
    ['an error with status 200', 200, envelope('execution', 'it broke'), 'SOURCE_BAD_QUERY', /it broke/],
    [
      'a server that cancels',
      499,
      envelope('canceled', 'query was canceled in expression evaluation'),
      'SOURCE_BAD_QUERY',
      /canceled/,
    ],
  ])('tells %s', async (_, status, body, code, words) => {
    const { ask } = await startPrometheus({
      status,
      body,
      contentType: body.startsWith('{') ? 'application/json' : 'text/plain',
    });
    await expect(ask('up')).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it('ends the other queries of a question with the first failure', async () => {
    let count = 0;
    const { ask, open } = await startPrometheus(() =>
      count++ === 0 ? { status: 403, body: 'no' } : { isSilent: true },
    );
    await expect(ask('up{h="${h}"}', { arguments: { h: ['a', 'b', 'c'] } })).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
    });
    await expect.poll(() => open.now).toBe(0);
  });
});

describe('links', () => {
  it.each([
    ['prometheus', '/graph?g0.expr=', '2026-11-18 11:10:00', '60'],
    ['thanos', '/graph?g0.expr=', '2026-11-18 11:10:00', '60'],
    ['auto', '/graph?g0.expr=', '2026-11-18 11:10:00', '60'],
    ['victoriametrics', '/vmui/?#/?g0.expr=', '2026-11-18T11:10:00', '1m'],
  ])('of %s open its own page at the window', async (flavour, path, end, step) => {
    const { source, request } = await startPrometheus({}, { flavour, publicUrl: 'https://prom.example/x' });
    const link = source.link(request('rate(a{b=~"x|y"}[$__rate_interval])'), windowOf(5_400)) ?? '';
    expect(link.startsWith(`https://prom.example/x${path}`)).toBe(true);
    const state = Object.fromEntries(new URLSearchParams(link.slice(link.lastIndexOf('?') + 1)));
    expect(state).toMatchObject({
      'g0.expr': 'rate(a{b=~"x|y"}[4m])',
      'g0.range_input': '90m',
      'g0.end_input': end,
      'g0.step_input': step,
      'g0.tab': '0',
    });
  });

  it('are none for Mimir, which has no page', async () => {
    const { source, request } = await startPrometheus({}, { flavour: 'mimir' });
    expect(source.link(request('up'), windowOf(60))).toBeUndefined();
  });

  it('take as many expressions as a chat takes', async () => {
    const { source, request } = await startPrometheus({});
    const expr = Array.from({ length: 20 }, (_, index) => ({
      [`n${index}`]: `metric_${index}{job="${'j'.repeat(200)}"}`,
    }));
    const link = source.link(request({ expr }), windowOf(60)) ?? '';
    expect(link.length).toBeLessThan(3_900);
    expect(link).toContain('g5.expr=');
  });
});

it('is asked raw behind promql:', () => {
  expect(prometheus.rawPrefixes).toEqual(['promql']);
  expect(prometheus.block.parse(prometheus.raw?.('up', 'promql'))).toEqual({
    expr: 'up',
    heatmap: false,
    exemplars: false,
  });
});

it('keeps a block that was read once as it is when it is read again', () => {
  const block = { expr: [{ used: 'a' }, { free: 'b' }], legend: '{{x}}', step: '5m', heatmap: false };
  const once = prometheus.block.parse(block);
  expect(prometheus.block.parse(once)).toEqual(once);
});

it.each([
  'values(host)',
  'label_values(up, 1x)',
  'label_values(, host)',
  'label_values(up, host) | nope',
  'label_values(up, ../x)',
])('refuses %s as a list of values', async (pattern) => {
  const { source, requests } = await startPrometheus({ body: NOTHING });
  await expect(source.values?.(pattern, signal)).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  expect(requests).toEqual([]);
});
