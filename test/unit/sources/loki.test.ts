import { describe, expect, it } from 'vitest';
import type { TableFrame } from '../../../src/domain/frame.ts';
import { loki } from '../../../src/sources/loki.ts';
import type { Received } from '../../doubles/http-backend.ts';
import { lokiDouble } from '../../doubles/loki.ts';
import { line, NOW_SECONDS, pointsOf, signal, startLoki, stream, windowOf } from './loki-harness.ts';

const formOf = ({ form }: Received) => Object.fromEntries(form);
const EMPTY = JSON.stringify({ status: 'success', data: { resultType: 'streams', result: [] } });

const shop = [
  stream({ app: 'checkout', pod: 'checkout-1', namespace: 'shop' }, [
    line(500, 'level=info msg="paid 12 EUR"'),
    line(300, 'level=error msg="Payment refused by acme"', { detected_level: 'error', trace_id: 'a1' }),
    line(30, 'level=error msg="payment refused by zenit"\n  at pay.js:7', { detected_level: 'error', trace_id: 'a2' }),
  ]),
  stream({ app: 'checkout', pod: 'checkout-2', namespace: 'shop' }, [
    line(299.5, 'level=warn msg="slow: payment refused twice, payment refused thrice"', { detected_level: 'warn' }),
    line(10, 'WARN retrying'),
  ]),
  stream({ app: 'search', pod: 'search-1', namespace: 'shop' }, [line(100, 'level=info msg=found')]),
];

describe('lines', () => {
  it('asks for the newest in nanoseconds, the end of the window left out', async () => {
    const { askLines, requests } = await startLoki({ body: EMPTY }, { tenant: 'team-a' });
    await askLines('{app="checkout"}');
    expect(requests[0]).toMatchObject({ method: 'POST', pathname: '/loki/api/v1/query_range' });
    expect(requests[0]?.headers).toMatchObject({
      'x-scope-orgid': 'team-a',
      'x-loki-response-encoding-flags': 'categorize-labels',
    });
    expect(formOf(requests[0] as Received)).toEqual({
      query: '{app="checkout"}',
      start: `${NOW_SECONDS - 600}000000000`,
      end: `${NOW_SECONDS}000000000`,
      limit: '1000',
      direction: 'backward',
    });
  });

  it('puts the lines of all streams in one order, each with its level, its pod and what was looked for', async () => {
    const { askLines } = await startLoki(lokiDouble({ streams: shop }));
    const [logs] = await askLines('{app="checkout"} |~ "(?i)${phrase}"', {
      arguments: { phrase: ['payment', 'refused'] },
    });
    expect(logs.lines.map(({ timeMs, level, fields }) => [NOW_SECONDS - timeMs / 1000, level, fields])).toEqual([
      [300, 'error', { pod: 'checkout-1' }],
      [299.5, 'warn', { pod: 'checkout-2' }],
      [30, 'error', { pod: 'checkout-1' }],
    ]);
    const marked = logs.lines.map(({ message, matches }) => matches?.map(([from, to]) => message.slice(from, to)));
    expect(marked).toEqual([['Payment refused'], ['payment refused', 'payment refused'], ['payment refused']]);
    expect(logs.lines[2]?.message).toBe('level=error msg="payment refused by zenit"\n  at pay.js:7');
    expect(logs.total).toBe(3);
  });

  it('does the same with an old server, which mixes all labels', async () => {
    const { askLines } = await startLoki(lokiDouble({ streams: shop, isOld: true }));
    const [logs] = await askLines({ expr: '{app="checkout"}', columns: ['pod', 'trace_id'] });
    expect(logs.lines.map(({ fields }) => fields)).toEqual([
      { pod: 'checkout-1' },
      { pod: 'checkout-1', trace_id: 'a1' },
      { pod: 'checkout-2' },
      { pod: 'checkout-1', trace_id: 'a2' },
      { pod: 'checkout-2' },
    ]);
    expect(logs.lines.map(({ level }) => level)).toEqual(['info', 'error', 'warn', 'error', 'warn']);
  });

  it('looks for nothing where no phrase was said', async () => {
    const { askLines, requests } = await startLoki(lokiDouble({ streams: shop }));
    const [logs] = await askLines('{app="checkout"} |= "${phrase}"', { arguments: { phrase: [''] } });
    expect(logs.lines).toHaveLength(5);
    expect(logs.lines.every(({ matches }) => matches === undefined)).toBe(true);
    expect(formOf(requests[0] as Received).query).toBe('{app="checkout"} |= ""');
  });

  it('counts over time what it has in hand, without asking again', async () => {
    const { askLines, requests } = await startLoki(lokiDouble({ streams: shop }));
    const [, series] = await askLines('{app="checkout"}');
    expect(requests).toHaveLength(1);
    expect(series.stepMs).toBe(5_000);
    expect(pointsOf(series).filter(([, count]) => count > 0)).toEqual([
      [500, 1],
      [300, 2],
      [30, 1],
      [10, 1],
    ]);
    expect(series.series[0]?.unit.id).toBe('count');
  });

  it('lets the server count where there are more lines than it reads', async () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => line(599.9 - at * 0.2, `line ${at}`));
    const { askLines, requests } = await startLoki(lokiDouble({ streams: [stream({ app: 'a' }, lines)] }));
    const [logs, series] = await askLines('{app="a"} # all of them');
    expect([logs.lines.length, logs.total]).toEqual([1_000, 3_000]);
    expect(logs.lines.at(-1)?.message).toBe('line 2999');
    expect(requests.map(({ form }) => form.get('query')).sort()).toEqual([
      'sum(count_over_time({app="a"} [5s] offset 1ns))',
      'sum(count_over_time({app="a"} [600000ms] offset 1ns))',
      '{app="a"} # all of them',
    ]);
    expect(new Set(series.series[0]?.values)).toEqual(new Set([25]));
    expect(series.series[0]?.times.length).toBe(120);
    expect(series.series[0]?.times[0]).toBe((NOW_SECONDS - 600) * 1000);
  });

  it('counts a line at the very beginning of a bucket in that bucket, and one at the end of the window not at all', async () => {
    const lines = [600, 595, 590, 5, 0].map((before) => line(before, 'x'));
    const { askLines } = await startLoki(lokiDouble({ streams: [stream({ app: 'a' }, lines)] }));
    for (const limit of [2, 100]) {
      const [logs, series] = await askLines({ expr: '{app="a"}', limit });
      expect(logs.total).toBe(4);
      expect(pointsOf(series).filter(([, count]) => count > 0)).toEqual([
        [600, 1],
        [595, 1],
        [590, 1],
        [5, 1],
      ]);
    }
  });

  it('keeps the lines and says so where the server will not count them', async () => {
    const lines = Array.from({ length: 9 }, (_, at) => line(10 + at, `line ${at}`));
    const double = lokiDouble({ streams: [stream({ app: 'a' }, lines)] });
    const { askLines } = await startLoki((request) =>
      request.form.get('query')?.includes('count_over_time')
        ? {
            status: 400,
            contentType: 'text/plain',
            body: 'the query would read too many bytes (query: 3TB, limit: 1TB)',
          }
        : double(request),
    );
    const [logs] = await askLines({ expr: '{app="a"}', limit: 5 });
    expect([logs.lines.length, logs.total]).toEqual([5, 5]);
    expect(logs.warnings.join()).toMatch(/more lines than these 5, which Loki could not count: .*too many bytes/);
  });

  it('counts lines that a parser cannot read too', async () => {
    const lines = Array.from({ length: 9 }, (_, at) => line(10 + at, at % 2 === 0 ? '{"status":500}' : 'no JSON'));
    const { askLines } = await startLoki(lokiDouble({ streams: [stream({ app: 'a' }, lines)] }));
    const [logs] = await askLines({ expr: '{app="a"} | json', limit: 3 });
    expect(logs.total).toBe(9);
  });

  it('tells the lines of several applications apart, and says 0 of one that logs other things', async () => {
    const { askLines, requests } = await startLoki(lokiDouble({ streams: shop }));
    const [logs, series] = await askLines('{app=~"${app}"} | detected_level="error"', {
      arguments: { app: ['search', 'checkout', 'ghost'] },
    });
    expect(logs.total).toBe(2);
    expect(series.series.map(({ name, labels }) => [name, labels.app])).toEqual([
      ['search', 'search'],
      ['checkout', 'checkout'],
    ]);
    expect(series.series.map(({ values }) => values.reduce((sum, value) => sum + value, 0))).toEqual([0, 2]);
    expect(logs.warnings).toEqual(['Loki has nothing for ghost.']);
    expect(requests.map(({ pathname }) => pathname)).toEqual(['/loki/api/v1/query_range', '/loki/api/v1/series']);
    expect(requests[1]?.form.get('match[]')).toBe('{app=~"(?:search|checkout|ghost)"}');
  });

  it('shows the message of lines of JSON, and levels of any spelling', async () => {
    const texts = [
      '{"msg":"one","level":"ERROR"}',
      'ts=1 lvl=warn msg=two',
      '2026-11-25 10:00:00 [CRITICAL] three',
      'E1125 four',
      '{"severity": "notice", "msg": 5}',
    ];
    const { askLines } = await startLoki(
      lokiDouble({
        streams: [
          stream(
            { app: 'a' },
            texts.map((text, at) => line(50 - at, text)),
          ),
        ],
      }),
    );
    const [logs] = await askLines({ expr: '{app="a"}', message: 'msg' });
    expect(logs.lines.map(({ level, message }) => [level, message])).toEqual([
      ['error', 'one'],
      ['warn', texts[1]],
      ['critical', texts[2]],
      [undefined, texts[3]],
      ['notice', texts[4]],
    ]);
  });

  it('keeps an expression that could take for ever away from the text of lines', async () => {
    const { askLines } = await startLoki({
      body: JSON.stringify({
        data: { resultType: 'streams', result: [{ stream: {}, values: [['1795000100000000000', 'a'.repeat(5_000)]] }] },
      }),
    });
    const [logs] = await askLines('{app="a"} |~ "(a+)+$" |~ "aaa|b\\\\.c"');
    expect(logs.lines[0]?.matches?.length).toBe(1);
  });
});

describe('numbers', () => {
  it('says 0 where there were no lines, and nothing where there was no number', async () => {
    const { askSeries } = await startLoki(lokiDouble({ streams: shop }));
    const counted = await askSeries({
      expr: 'sum by (pod) (count_over_time({app="checkout"}[$__interval]))',
      step: '2m',
    });
    expect(counted.series.map(({ name }) => name)).toEqual(['checkout-1', 'checkout-2']);
    // each bar stands where its two minutes begin
    const bars = (...counts: number[]) => counts.map((count, index) => [600 - 120 * index, count]);
    expect(pointsOf(counted, 'checkout-1')).toEqual(bars(1, 0, 1, 0, 1));
    expect(pointsOf(counted, 'checkout-2')).toEqual(bars(0, 0, 1, 0, 1));
    expect(counted.consolidated).toBe('sum');
    const read = await askSeries('max by (pod) (max_over_time({app="x"} | logfmt | unwrap ms [$__auto]))');
    expect(read.series).toEqual([]);
    expect(read.consolidated).toBe('max');
  });

  it('fills in the variables, and asks at multiples of the step inside the window', async () => {
    const { ask, requests } = await startLoki({ body: '{"data":{"resultType":"matrix","result":[]}}' });
    await ask('rate({app="a"} |= "$__interval" [$__interval]) / rate({app="a"}[${__range}])', {
      window: windowOf(3_601, 1),
    });
    expect(formOf(requests[0] as Received)).toEqual({
      query: 'rate({app="a"} |= "$__interval" [10s]) / rate({app="a"}[1h])',
      start: `${NOW_SECONDS - 3_600}000000000`,
      end: `${NOW_SECONDS - 10}000000000`,
      step: '10',
    });
  });

  it('names series by legends, expressions and values of the question', async () => {
    const { askSeries } = await startLoki(lokiDouble({ streams: shop }));
    const expr = [
      { all: 'sum(count_over_time({app="${app}"}[10m]))' },
      { bad: 'sum(count_over_time({app="${app}"} |= "error" [10m]))' },
    ];
    const named = await askSeries({ expr }, { arguments: { app: ['checkout', 'search'] } });
    expect(named.series.map(({ name }) => name)).toEqual(['checkout all', 'checkout bad', 'search all']);
    const legend = await askSeries({
      expr: 'sum by (app, pod) (count_over_time({namespace="shop"}[10m]))',
      legend: '{{app}}/{{pod}}',
    });
    expect(legend.series.map(({ name }) => name).sort()).toEqual([
      'checkout/checkout-1',
      'checkout/checkout-2',
      'search/search-1',
    ]);
    expect(legend.warnings).toEqual([]);
  });

  it('says that points leave out what lies between them', async () => {
    const { askSeries } = await startLoki(lokiDouble({ streams: shop }));
    const frame = await askSeries({ expr: 'sum(count_over_time({app="checkout"}[1m]))', step: '5m' });
    expect(frame.warnings.join()).toMatch(/Each point covers 1\u202fmin and they are 5\u202fmin apart/);
  });

  it('leaves out what could not be read as numbers, and says so', async () => {
    const rows = [
      { metric: { app: 'a', __error__: 'SampleExtractionErr' }, values: [[NOW_SECONDS - 60, '1']] },
      {
        metric: { app: 'b' },
        values: [
          [NOW_SECONDS - 60, '+Inf'],
          [NOW_SECONDS - 58, '2.5'],
        ],
      },
    ];
    const { askSeries } = await startLoki({
      body: JSON.stringify({ data: { resultType: 'matrix', result: rows }, warnings: ['one @ingester is away'] }),
    });
    const frame = await askSeries('sum_over_time({app=~".+"} | unwrap ms [1m])');
    expect(frame.series.map(({ name, badCount }) => [name, badCount])).toEqual([['b', 1]]);
    expect(frame.warnings).toEqual([
      'Loki says: one ingester is away.',
      'Loki could not read some lines (SampleExtractionErr); they do not count.',
    ]);
  });

  it('makes a table of numbers at the end of the window, the largest first', async () => {
    const { ask } = await startLoki(lokiDouble({ streams: shop }));
    const block = { expr: 'topk(5, sum by (pod, app) (count_over_time({namespace="shop"}[$__range])))', instant: true };
    const [table] = (await ask(block, { unit: 'count', window: windowOf(600) })) as TableFrame[];
    expect(table?.columns.map(({ name, type }) => [name, type])).toEqual([
      ['pod', 'string'],
      ['app', 'string'],
      ['lines', 'number'],
    ]);
    expect(table?.rows).toEqual([
      ['checkout-1', 'checkout', 3],
      ['checkout-2', 'checkout', 2],
      ['search-1', 'search', 1],
    ]);
    expect(loki.outputOf?.(loki.block.parse(block))).toBe('table');
  });

  it('asks each value alone where the expression loses what tells them apart', async () => {
    const { askSeries, requests } = await startLoki(lokiDouble({ streams: shop }));
    const frame = await askSeries('sum(count_over_time({app=~"${app}"}[10m]))', {
      arguments: { app: ['search', 'checkout'] },
    });
    expect(frame.series.map(({ name }) => name)).toEqual(['search', 'checkout']);
    expect(requests).toHaveLength(3);
  });

  it('refuses more series than a picture can show', async () => {
    const rows = Array.from({ length: 501 }, (_, at) => ({
      metric: { app: `a${at}` },
      values: [[NOW_SECONDS - 60, '1']],
    }));
    const { ask } = await startLoki({ body: JSON.stringify({ data: { resultType: 'matrix', result: rows } }) });
    await expect(ask('rate({app=~".+"}[1m])')).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      details: { series: 501, limit: 500 },
    });
  });
});

describe('failures', () => {
  it.each<[string, number, string, string, RegExp]>([
    [
      'a query that does not parse',
      400,
      'parse error at line 1, col 5: syntax error: unexpected IDENTIFIER',
      'SOURCE_BAD_QUERY',
      /query: parse error at line 1, col 5/,
    ],
    [
      'too many lines',
      400,
      'max entries limit per query exceeded, limit > max_entries_limit_per_query (1000 > 500)',
      'SOURCE_TOO_MUCH',
      /at most 500 lines at once, and 1000 were asked; set limit: 500/,
    ],
    [
      'too long a window',
      400,
      'the query time range exceeds the limit (query length: 1440h0m0s, limit: 30d1h)',
      'SOURCE_TOO_MUCH',
      /no more than 30d1h at once, and this window is 1440h0m0s long/,
    ],
    [
      'too many series',
      400,
      'maximum number of series (500) reached for a single query; consider reducing query cardinality',
      'SOURCE_TOO_MUCH',
      /at most 500 series.*sum by \(app\)/,
    ],
    [
      'too many points',
      400,
      'exceeded maximum resolution of 11,000 points per time series',
      'SOURCE_TOO_MUCH',
      /too much: exceeded maximum resolution/,
    ],
    [
      'too many bytes',
      400,
      'the query would read too many bytes (query: 3.2TB, limit: 1TB); consider adding more specific stream selectors',
      'SOURCE_TOO_MUCH',
      /too many bytes/,
    ],
    ['a tenant that is missing', 401, 'no org id', 'SOURCE_AUTH', /several tenants.*X-Scope-OrgID/],
    ['a tenant that is missing, as text with 400', 400, 'no org id\n', 'SOURCE_AUTH', /several tenants/],
    [
      'a timeout of its own',
      504,
      'request timed out, decrease the duration of the request or add more label matchers',
      'SOURCE_TIMEOUT',
      /timed out there.*shorter window/,
    ],
    ['its queue', 429, 'too many outstanding requests', 'SOURCE_OVERLOADED', /overloaded \(429\)/],
    [
      'a cancelled query',
      499,
      'The request was cancelled by the client. context canceled',
      'SOURCE_TIMEOUT',
      /gave up/,
    ],
    ['a fault inside', 500, 'rpc error: code = Unknown desc = boom', 'SOURCE_UNEXPECTED', /failed inside \(500\)/],
    ['a gateway without the path', 404, '404 page not found', 'SOURCE_NOT_FOUND', /no query API/],
    [
      'an envelope of a proxy',
      400,
      '{"status":"error","error":"bad thing"}',
      'SOURCE_BAD_QUERY',
      /query: bad thing\.$/,
    ],
  ])('tells %s', async (_, status, body, code, words) => {
    const { ask } = await startLoki({ status, body, contentType: 'text/plain' });
    await expect(ask('{app="a"}')).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it('repeats limits of the double as the server words them', async () => {
    const { ask } = await startLoki(lokiDouble({ streams: shop, entriesMax: 100, length: [3_600_000, '1h'] }));
    await expect(ask('{app="checkout"}')).rejects.toMatchObject({ message: expect.stringContaining('set limit: 100') });
    const long = ask({ expr: '{app="checkout"}', limit: 10 }, { window: windowOf(7_200) });
    await expect(long).rejects.toMatchObject({ message: expect.stringContaining('no more than 1h at once') });
  });

  it('reads fewer lines where they are too large for one answer', async () => {
    const huge = 'x'.repeat(40_000);
    const lines = Array.from({ length: 1_000 }, (_, at) => line(500 - at * 0.1, `${at} ${huge}`));
    const { askLines } = await startLoki(lokiDouble({ streams: [stream({ app: 'a' }, lines)] }));
    const [logs] = await askLines('{app="a"}');
    expect([logs.lines.length, logs.total]).toEqual([50, 1_000]);
    expect(logs.lines.at(-1)?.message.startsWith('999 ')).toBe(true);
  });

  it.each([
    ['deep JSON', `{"data":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['numbers where lines are asked', '{"data":{"resultType":"matrix","result":[]}}'],
    ['lines without a time', '{"data":{"resultType":"streams","result":[{"stream":{},"values":[["soon","x"]]}]}}'],
  ])('says that %s cannot be read', async (_, body) => {
    const { ask } = await startLoki({ body });
    await expect(ask('{app="a"}')).rejects.toMatchObject({ code: 'SOURCE_UNEXPECTED' });
  });

  it('reads a million points', async () => {
    const points = Array.from({ length: 10_000 }, (_, at) => `[${NOW_SECONDS - (10_000 - at) * 30},"${at}.5"]`).join();
    const rows = Array.from({ length: 100 }, (_, at) => `{"metric":{"app":"a${at}"},"values":[${points}]}`).join();
    const { askSeries } = await startLoki({
      body: `{"status":"success","data":{"resultType":"matrix","result":[${rows}]}}`,
    });
    const frame = await askSeries(
      { expr: 'sum_over_time({app=~".+"} | unwrap x [1m])', step: '30s' },
      { window: windowOf(300_000) },
    );
    expect(frame.series).toHaveLength(100);
    expect(Math.max(...(frame.series[99]?.values ?? []).filter(Number.isFinite))).toBeGreaterThan(9_900);
  });
});

describe('links', () => {
  const grafana = { datasource: 'loki1' };

  it('open Explore with the same expressions and the frozen window', async () => {
    const { source, request } = await startLoki({}, { publicUrl: 'https://grafana.example/g', grafana });
    const link = new URL(
      source.link(request('{app=~"${app}"} |= "x)_*"', { arguments: { app: ['a', 'b'] } }), windowOf(600)) ?? '',
    );
    expect(link.origin + link.pathname).toBe('https://grafana.example/g/explore');
    expect([link.searchParams.get('schemaVersion'), link.searchParams.get('orgId')]).toEqual(['1', '1']);
    const panes = JSON.parse(link.searchParams.get('panes') ?? '');
    expect(Object.keys(panes).every((key) => /^(?=.*[a-z])\w{3}$/.test(key))).toBe(true);
    expect(Object.values(panes)).toEqual([
      {
        datasource: 'loki1',
        queries: [
          {
            refId: 'A',
            datasource: { uid: 'loki1', type: 'loki' },
            expr: '{app=~"(?:a|b)"} |= "x)_*"',
            queryType: 'range',
            editorMode: 'code',
          },
        ],
        range: { from: String((NOW_SECONDS - 600) * 1000), to: String(NOW_SECONDS * 1000) },
      },
    ]);
  });

  it('take the form of Grafana 9 where that is said, and are none without a data source', async () => {
    const old = await startLoki({}, { grafana: { ...grafana, url: 'https://old.example', version: 9, orgId: 3 } });
    const link = new URL(old.source.link(old.request('{app="a"}'), windowOf(60)) ?? '');
    expect(link.searchParams.get('orgId')).toBe('3');
    expect(JSON.parse(link.searchParams.get('left') ?? '')).toMatchObject({
      datasource: 'loki1',
      queries: [{ expr: '{app="a"}' }],
    });
    const none = await startLoki({}, { publicUrl: 'https://grafana.example' });
    expect(none.source.link(none.request('{app="a"}'), windowOf(60))).toBeUndefined();
  });
});

it('is asked raw behind logql:, lines as lines and numbers as a chart', () => {
  expect(loki.rawPrefixes).toEqual(['logql']);
  const kinds = ['{app="a"} |= "x"', 'rate({app="a"}[1m])'].map((expr) =>
    loki.outputOf?.(loki.block.parse(loki.raw?.(expr, 'logql'))),
  );
  expect(kinds).toEqual(['lines', 'chart']);
});

it('keeps a block that was read once as it is when it is read again', () => {
  const once = loki.block.parse({ expr: [{ a: 'rate({a="b"}[1m])' }], legend: '{{x}}', step: '5m' });
  expect(loki.block.parse(once)).toEqual(once);
  const short = loki.block.parse('{a="b"}');
  expect(loki.block.parse(short)).toEqual(short);
});

it.each([
  'values(app)',
  'label_values(1x)',
  'label_values(up, app)',
  'label_values(app) | nope',
  'label_values({a="b"}, ../x)',
])('refuses %s as a list of values', async (pattern) => {
  const { source, requests } = await startLoki({ body: '{}' });
  await expect(source.values?.(pattern, signal)).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  expect(requests).toEqual([]);
});
