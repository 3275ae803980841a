import { describe, expect, it } from 'vitest';
import { influxdb } from '../../../src/sources/influxdb.ts';
import type { Received } from '../../doubles/http-backend.ts';
import { influxDouble } from '../../doubles/influxdb.ts';
import { bodyOf, cpuOf, NOW_SECONDS, signal, startInflux, windowOf } from './influxdb-harness.ts';

const NOTHING = '{"results":[{"statement_id":0}]}';
const formOf = ({ form }: Received) => Object.fromEntries(form);
const at = (before: number) => new Date((NOW_SECONDS - before) * 1000).toISOString();
const cpu = { measurement: 'cpu', field: 'usage_user', where: { host: '${host}', cpu: 'cpu-total' } };
const one = { arguments: { host: ['web01'] } };

describe('what is asked', () => {
  it('is one statement with its values beside it, over whole buckets of the window', async () => {
    const { ask, requests } = await startInflux({ body: NOTHING }, { retentionPolicy: 'month' });
    await ask(cpu, { arguments: { host: ['web01', "o'brien"] }, window: windowOf(3_605, 5) });
    expect(requests.map(({ method, pathname }) => [method, pathname])).toEqual([['POST', '/query']]);
    expect(formOf(requests[0] as Received)).toEqual({
      db: 'telegraf',
      rp: 'month',
      epoch: 'ms',
      params: '{"g0":"web01","g1":"o\'brien"}',
      q:
        `SELECT mean("usage_user") FROM "cpu" WHERE ("host" = $g0 OR "host" = $g1) AND "cpu" = 'cpu-total' AND ` +
        `time >= '${at(3_600)}' AND time < '${at(5)}' GROUP BY time(10s), "host" fill(null)`,
    });
  });

  it.each<[string, object, string]>([
    ['percentiles', { ...cpu, aggregate: 'p99.5' }, 'percentile("usage_user", 99.5)'],
    ['rates of counters', { ...cpu, rate: true }, 'non_negative_derivative(last("usage_user"), 1s)'],
    [
      'several fields by name',
      { ...cpu, field: [{ user: 'usage_user' }, { 'not idle': 'x' }] },
      'mean("usage_user") AS "user", mean("x") AS "not idle"',
    ],
    [
      'what else tags must be',
      { ...cpu, where: { a: ['x', "y'"], b: { not: 'z\\' } } },
      `("a" = 'x' OR "a" = 'y\\'') AND "b" != 'z\\\\'`,
    ],
    ['other tags', { ...cpu, where: {}, by: ['path', 'host'] }, 'GROUP BY time(10s), "path", "host" fill(null)'],
    ['0 for counts', { ...cpu, aggregate: 'count' }, 'fill(0)'],
    ['another filling', { ...cpu, fill: 'previous' }, 'fill(previous)'],
    ['a fixed beginning of a value', { ...cpu, where: { host: '${host | upper}.example' } }, '"host" = $g0'],
  ])('knows %s', async (_, block, words) => {
    const { ask, requests } = await startInflux({ body: NOTHING });
    await ask(block, one);
    expect(formOf(requests[0] as Received).q).toContain(words);
  });

  it('makes of a step what the definition wants where it names no aggregate', async () => {
    const { ask, requests } = await startInflux({ body: NOTHING });
    await ask(cpu, { ...one, consolidate: 'max', window: windowOf(86_400, 0, 100) });
    expect(formOf(requests[0] as Received).q).toMatch(/max\("usage_user"\).*time\(15m\)/);
  });

  it('reads a step more before a rate, and whole steps only', async () => {
    const { ask, requests } = await startInflux({ body: NOTHING });
    await ask({ ...cpu, rate: true, step: '1m' }, { ...one, window: windowOf(3_630, 30) });
    expect(formOf(requests[0] as Received).q).toContain(`time >= '${at(3_660)}' AND time < '${at(60)}'`);
  });

  it('lets days begin where they begin for the asker', async () => {
    const { ask, requests } = await startInflux({ body: NOTHING });
    await ask(cpu, { ...one, window: windowOf(200 * 86_400, 0, 100) });
    expect(formOf(requests[0] as Received).q).toMatch(
      /GROUP BY time\(2d\), "host" fill\(null\) tz\('Europe\/Berlin'\)$/,
    );
  });

  it('asks for many hosts a hundred at a time', async () => {
    const { ask, requests } = await startInflux({ body: NOTHING });
    await ask(cpu, { arguments: { host: Array.from({ length: 250 }, (_, index) => `h${index}`) } });
    expect(requests.map(({ form }) => Object.keys(JSON.parse(form.get('params') ?? '')).length).sort()).toEqual([
      100, 100, 50,
    ]);
  });

  it('writes values as quoted strings for InfluxDB 3, and fits the token to each version', async () => {
    const three = await startInflux({ body: NOTHING }, { version: '3', token: 'hunter2' });
    await three.ask(cpu, { arguments: { host: ["a' OR '1'='1\\"] } });
    expect(formOf(three.requests[0] as Received)).toMatchObject({
      q: expect.stringContaining(`"host" = 'a\\' OR \\'1\\'=\\'1\\\\'`),
    });
    expect(formOf(three.requests[0] as Received)).not.toHaveProperty('params');
    expect(three.requests[0]?.headers.authorization).toBe('Bearer hunter2');
    const two = await startInflux({ body: NOTHING }, { version: '2', token: 'hunter2' });
    await two.ask(cpu, one);
    expect(two.requests[0]?.headers.authorization).toBe('Token hunter2');
  });

  it('finds out by itself that a 3 wants another word before the token', async () => {
    const double = influxDouble({ series: [cpuOf('web01', 600, 0)], major: 3, authorization: 'Bearer hunter2' });
    const { ask, requests } = await startInflux(double, { token: 'hunter2' });
    expect((await ask(cpu, one)).series).toHaveLength(1);
    expect((await ask(cpu, one)).series).toHaveLength(1);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Token hunter2',
      'Bearer hunter2',
      'Bearer hunter2',
    ]);
  });
});

describe('what comes back', () => {
  it('keeps every digit, makes gaps of nulls and numbers of booleans, and scales by the unit', async () => {
    const values = [
      [60, 0.5],
      [50, null],
      [40, 12345678901234567n.toString()],
      [30, true],
      [20, -1.5e-3],
    ] as const;
    const { ask } = await startInflux({ body: bodyOf([{ values }]) });
    const frame = await ask(cpu, { ...one, unit: 'ratio' });
    const nan = Number.NaN;
    expect([...(frame.series[0]?.values ?? [])]).toEqual([50, nan, nan, 100, expect.closeTo(-0.15)]);
    expect([frame.stepMs, frame.series[0]?.stepMs]).toEqual([10_000, 10_000]);
  });

  it('names series by values of the question, tags and columns, as far as they differ', async () => {
    const rows = ['web02', 'web01'].flatMap((host) =>
      ['eth0', 'eth1'].map((device) => ({
        tags: { host, device, rack: 'r1' },
        columns: ['time', 'rx', 'tx'],
        values: [[60, 1, 2]] as [number, number, number][],
      })),
    );
    const { ask } = await startInflux({ body: bodyOf(rows) });
    const block = { ...cpu, by: ['device', 'rack'] };
    const two = await ask(block, { arguments: { host: ['web01', 'web02'] } });
    expect(two.series.map(({ name }) => name).slice(0, 5)).toEqual([
      'web01 eth0 rx',
      'web01 eth0 tx',
      'web01 eth1 rx',
      'web01 eth1 tx',
      'web02 eth0 rx',
    ]);
    const legend = await ask({ ...block, legend: '{{device}} {{field}}' }, { arguments: { host: ['web01', 'web02'] } });
    expect(legend.series.map(({ name }) => name).slice(3, 5)).toEqual(['web01 eth1 tx', 'web02 eth0 rx']);
  });

  it('says that the server cut the answer, and what else it says', async () => {
    const cut = await startInflux({
      body: bodyOf([{ values: [[60, 1]], more: { partial: true } }], {
        partial: true,
        messages: [{ level: 'warning', text: 'deprecated use of <b>x' }],
      }),
    });
    expect((await cut.ask(cpu, one)).warnings).toEqual([
      'InfluxDB cut this answer at its own limit of rows (max-row-limit): the rest is missing.',
      'InfluxDB says: deprecated use of bx.',
    ]);
    const double = await startInflux(influxDouble({ series: [cpuOf('web01', 600, 0)], maxRows: 10 }));
    const frame = await double.ask(cpu, one);
    expect([frame.series[0]?.times.length, frame.warnings.length]).toEqual([10, 1]);
  });

  it('keeps its series apart where a window is shorter than a bucket', async () => {
    const { ask } = await startInflux(influxDouble({ series: [cpuOf('web01', 600, 0)] }));
    const frame = await ask({ ...cpu, step: '10m' }, { ...one, window: windowOf(240, 120) });
    expect([...(frame.series[0]?.values ?? [])]).toEqual([7]);
  });

  it('refuses more series than a picture can show', async () => {
    const rows = Array.from({ length: 501 }, (_, index) => ({
      tags: { host: `h${index}` },
      values: [[60, 1]] as [number, number][],
    }));
    const { ask } = await startInflux({ body: bodyOf(rows) });
    await expect(ask(cpu, one)).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      details: { series: 501, limit: 500 },
    });
    const tenThousand = await startInflux({
      body: bodyOf(Array.from({ length: 10_000 }, () => rows[0] as (typeof rows)[0])),
    });
    await expect(tenThousand.ask(cpu, one)).rejects.toMatchObject({
      message: expect.stringContaining('10,000 series'),
    });
  });

  it('reads a million points', async () => {
    const values = Array.from(
      { length: 10_000 },
      (_, index) => `[${(NOW_SECONDS - (10_000 - index) * 10) * 1000},${index}.25]`,
    ).join();
    const series = Array.from(
      { length: 100 },
      (_, index) => `{"name":"cpu","tags":{"host":"h${index}"},"columns":["time","mean"],"values":[${values}]}`,
    ).join();
    const { ask } = await startInflux({ body: `{"results":[{"statement_id":0,"series":[${series}]}]}` });
    const frame = await ask({ ...cpu, where: {}, by: ['host'] }, { window: windowOf(100_000, 0, 11_000) });
    expect(frame.series.map(({ times }) => times.length)).toEqual(Array.from({ length: 100 }, () => 10_000));
    expect(frame.series[99]?.values.at(-1)).toBe(9_999.25);
  });

  it.each([
    ['deep JSON', `{"results":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    [
      'rows of different lengths',
      '{"results":[{"series":[{"name":"a","columns":["time","x"],"values":[[1,2],[1]]}]}]}',
    ],
    ['a table without a time', '{"results":[{"series":[{"name":"a","columns":["name"],"values":[["x"]]}]}]}'],
    ['objects for numbers', '{"results":[{"series":[{"name":"a","columns":["time","x"],"values":[[1,{"a":1}]]}]}]}'],
    ['a time that is none', '{"results":[{"series":[{"name":"a","columns":["time","x"],"values":[["soon",1]]}]}]}'],
  ])('says that %s cannot be read', async (_, body) => {
    const { ask } = await startInflux({ body });
    await expect(ask(cpu, one)).rejects.toMatchObject({
      code: expect.stringMatching(/SOURCE_UNEXPECTED|SERIES_BROKEN/),
    });
  });
});

describe('failures', () => {
  const inResult = (error: string) => JSON.stringify({ results: [{ statement_id: 0, error }] });

  it.each<[string, number, string, string, RegExp]>([
    [
      'a query that does not parse',
      400,
      '{"error":"error parsing query: found FORM, expected FROM at line 1, char 8"}',
      'SOURCE_BAD_QUERY',
      /query: found FORM, expected FROM at line 1, char 8\.$/,
    ],
    [
      'an error with status 200',
      200,
      inResult('undefined function nope()'),
      'SOURCE_BAD_QUERY',
      /undefined function nope/,
    ],
    ['an error of the whole answer with status 200', 200, '{"error":"engine: boom"}', 'SOURCE_BAD_QUERY', /boom/],
    [
      'a database that is not there',
      200,
      inResult('database not found: telegarf'),
      'SOURCE_NOT_FOUND',
      /does not have the database: database not found: telegarf\. Check database/,
    ],
    [
      'a bucket that is not mapped',
      404,
      '{"code":"not found","message":"no dbrp mapping found"}',
      'SOURCE_NOT_FOUND',
      /does not have the database/,
    ],
    [
      'too many points',
      200,
      inResult('max-select-point limit exceeded: (1000001/1000000)'),
      'SOURCE_TOO_MUCH',
      /too much: max-select-point/,
    ],
    [
      'too many buckets',
      200,
      inResult('max-select-buckets limit exceeded: (100001/100000)'),
      'SOURCE_TOO_MUCH',
      /max-select-buckets/,
    ],
    ['a timeout of its own', 200, inResult('query-timeout limit exceeded'), 'SOURCE_TOO_MUCH', /limit exceeded/],
    ['being killed', 200, inResult('query interrupted'), 'SOURCE_TIMEOUT', /timed out there/],
    ['its queue', 200, inResult('max-concurrent-queries limit exceeded(8, 8)'), 'SOURCE_OVERLOADED', /overloaded/],
    [
      'a missing right in 1',
      403,
      '{"error":"error authorizing query: ana not authorized to execute statement"}',
      'SOURCE_FORBIDDEN',
      /does not let my login read this \(403\)/,
    ],
    [
      'a missing right with status 200',
      200,
      inResult('not authorized to read telegraf'),
      'SOURCE_FORBIDDEN',
      /not authorized to read/,
    ],
    ['a wrong login in 1', 401, '{"error":"authorization failed"}', 'SOURCE_AUTH', /login \(401\)/],
    [
      'a wrong token in 2',
      401,
      '{"code":"unauthorized","message":"unauthorized access"}',
      'SOURCE_AUTH',
      /login \(401\)/,
    ],
    [
      'being rate limited',
      429,
      '{"code":"too many requests","message":"org 1 has exceeded limited_query plan limit"}',
      'SOURCE_OVERLOADED',
      /overloaded/,
    ],
    ['a fault inside', 500, '{"error":"shard 7 is broken"}', 'SOURCE_UNEXPECTED', /failed inside \(500\)/],
    ['a proxy without it', 404, '<h1>Not Found</h1>', 'SOURCE_NOT_FOUND', /no query API/],
  ])('tells %s', async (_, status, body, code, words) => {
    const { ask } = await startInflux({
      status,
      body,
      contentType: body.startsWith('{') ? 'application/json' : 'text/html',
    });
    await expect(ask(cpu, one)).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it('names no secret in an error with status 200', async () => {
    const { ask } = await startInflux({ body: inResult('no hunter2-0123 here') }, { token: 'hunter2-0123' });
    await expect(ask(cpu, one)).rejects.toMatchObject({ message: expect.not.stringContaining('hunter2') });
  });

  it('ends the other queries of a question with the first failure', async () => {
    let count = 0;
    const { ask, open } = await startInflux(() => (count++ === 0 ? { status: 403, body: 'no' } : { isSilent: true }));
    const block = { query: 'SELECT mean(x) FROM cpu WHERE host != ${host} AND $timeFilter GROUP BY time($__interval)' };
    await expect(ask(block, { arguments: { host: ['a', 'b', 'c'] } })).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
    });
    await expect.poll(() => open.now).toBe(0);
  });
});

describe('the definition', () => {
  it.each<[unknown, string]>([
    ['SELECT mean(x) FROM cpu', 'no $timeFilter'],
    ['SHOW MEASUREMENTS', 'should begin with SELECT'],
    ['SELECT mean(x) INTO y FROM cpu WHERE $timeFilter', 'changes data'],
    ['SELECT x FROM cpu WHERE $timeFilter; DROP DATABASE y', 'only one statement'],
    ['SELECT x FROM cpu WHERE $timeFilter AND host =~ /^${host}$/', 'regular expression'],
    ['SELECT x FROM "${host}" WHERE $timeFilter', 'no value can be bound'],
    ['SELECT ${field} FROM cpu WHERE $timeFilter', 'no value can be bound'],
    ["SELECT x FROM cpu WHERE $timeFilter AND 'a' = '${host}'", 'no value can be bound'],
    ['SELECT x FROM cpu WHERE $timeFilter AND host = $host', 'unknown variable'],
    ["SELECT x FROM cpu WHERE $timeFilter AND host = 'a", 'without its other end'],
    ['SELECT (x FROM cpu WHERE $timeFilter', 'without its other end'],
    ['SELECT x WHERE $timeFilter', 'no FROM'],
    ['SELECT x) FROM cpu WHERE $timeFilter', 'closes nothing'],
    ['SELECT x FROM cpu WHERE $timeFilter GROUP BY time(soon)', 'buckets of'],
    [{ measurement: 'cpu"; DROP', field: 'x' }, 'not a name'],
    [{ measurement: '${host}', field: 'x' }, 'not a name'],
    [{ measurement: 'cpu', field: 'x', aggregate: 'p101' }, 'should be one of'],
    [{ measurement: 'cpu', field: 'x', where: { a: 5 } }, 'should be a value'],
    [{ measurement: 'cpu', field: 'x', step: 'soon' }, 'not a duration'],
  ])('%j is refused when it is loaded', (block, words) => {
    const { success, error } = influxdb.block.safeParse(block);
    expect(success).toBe(false);
    expect(JSON.stringify(error?.issues)).toContain(words);
  });

  it('names its placeholders, and is the same when it is read again', () => {
    const block = influxdb.block.parse({
      ...cpu,
      where: { host: '${host}', path: ['/', '${path}'] },
      legend: '{{path}}',
    });
    expect(influxdb.placeholders(block)).toEqual(['host', 'path']);
    expect(influxdb.block.parse(block)).toEqual(block);
    const text = influxdb.block.parse('SELECT x FROM cpu WHERE host = ${host} AND $timeFilter');
    expect(influxdb.block.parse(text)).toEqual(text);
    expect(influxdb.block.parse(influxdb.raw?.('SELECT x FROM cpu WHERE $timeFilter', 'influxql'))).toEqual({
      query: 'SELECT x FROM cpu WHERE $timeFilter',
    });
  });
});

describe('why there is nothing', () => {
  const why = async (
    series: Parameters<typeof influxDouble>[0]['series'],
    more: object = {},
    window = windowOf(3_600),
  ) => {
    const { source, request } = await startInflux(influxDouble({ series, ...more }));
    return source.whyEmpty?.(request(cpu, one), window, signal);
  };

  it('finds that the window is older than what is kept', async () => {
    expect(await why([cpuOf('web01', 3_600, 0)], { retention: '24h0m0s' }, windowOf(90_000, 86_400))).toEqual({
      kind: 'too_old',
      keptMs: 86_400_000,
    });
  });

  it('finds when a series stopped, with its last value, and that others go on', async () => {
    const found = await why([cpuOf('web01', 90_000, 7_200), cpuOf('web02', 90_000, 0)]);
    expect(found).toEqual({ kind: 'stopped', what: 'web01', lastMs: (NOW_SECONDS - 7_200) * 1000, lastValue: 7 });
  });

  it('claims nothing where there are points on both sides', async () => {
    const gap = [cpuOf('web01', 90_000, 7_200), cpuOf('web01', 3_000, 0)];
    expect(await why(gap, {}, windowOf(7_000, 3_200))).toEqual({ kind: 'silent', what: 'web01' });
  });

  it('does the same with InfluxDB 3', async () => {
    const { source, request } = await startInflux(influxDouble({ series: [cpuOf('web01', 90_000, 7_200)], major: 3 }), {
      version: '3',
    });
    expect(await source.whyEmpty?.(request(cpu, one), windowOf(3_600), signal)).toMatchObject({
      kind: 'stopped',
      lastValue: 7,
    });
  });
});

it.each([
  'values(cpu, host)',
  'tag_values(cpu)',
  'tag_values(cpu, "ho"st")',
  'tag_values(cpu, host) | nope',
  'tag_values(cpu, host, =x)',
])('refuses %s as a list of values', async (pattern) => {
  const { source, requests } = await startInflux({ body: NOTHING });
  await expect(source.values?.(pattern, signal)).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  expect(requests).toEqual([]);
});

it('has no marks where no measurement for events is set', async () => {
  const { source } = await startInflux({ body: NOTHING });
  expect(source.annotations).toBeUndefined();
});
