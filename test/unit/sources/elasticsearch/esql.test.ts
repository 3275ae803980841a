/** ES|QL against the double of this project: the real servers that tests can start have none. */
import { describe, expect, it } from 'vitest';
import type { SeriesFrame, TableFrame } from '../../../../src/domain/frame.ts';
import { elasticsearch } from '../../../../src/sources/elasticsearch.ts';
import { type Doc, elasticsearchDouble } from '../../../doubles/elasticsearch.ts';
import { readRison } from '../../../doubles/rison.ts';
import { errorReply, MINUTE_MS, NOW_MS, reply, start, window } from './harness.ts';

/** Each minute of the last two hours: one document of each host, of checkout or db. */
const docs = (): Doc[] =>
  Array.from({ length: 120 }, (_, index) => NOW_MS - (index + 1) * MINUTE_MS).flatMap((timeMs) =>
    ['web01', 'web02', 'db01'].map((host, at) => ({
      '@timestamp': timeMs,
      'host.name': host,
      'service.name': host === 'db01' ? 'db' : 'checkout',
      took: at + 1,
    })),
  );
const server = () => elasticsearchDouble({ flavour: 'elasticsearch', docs });

describe('ES|QL (a double answers)', () => {
  it('gives a table, with the window and the block’s clauses as a filter', async () => {
    const { ask, bodies } = await start(server());
    const esql = 'FROM logs-* | STATS count = COUNT(), AVG(took) BY service.name | SORT service.name';
    const [frame] = (await ask({ esql, kql: 'not host.name: web02' })) as [TableFrame];
    expect(frame.columns).toEqual([
      { name: 'count', type: 'number' },
      { name: 'AVG(took)', type: 'number' },
      { name: 'service.name', type: 'string' },
    ]);
    expect(frame.rows).toEqual([
      [60, 1, 'checkout'],
      [60, 3, 'db'],
    ]);
    expect(frame.range).toMatchObject({ fromMs: window.fromMs, toMs: window.toMs });
    const [body] = bodies();
    expect(body).toMatchObject({ query: esql, columnar: true });
    expect(body.filter.bool.filter[0]).toEqual({
      range: { '@timestamp': { gte: window.fromMs, lt: window.toMs, format: 'epoch_millis' } },
    });
    expect(body.params).toBeUndefined();
  });

  it('gives series where there is one date and numbers, told apart by the texts beside them', async () => {
    const { ask } = await start(server());
    const esql = 'FROM logs-* | STATS n = COUNT(), SUM(took) BY t = BUCKET(@timestamp, 10 minutes), service.name';
    const [frame] = (await ask({ esql })) as [SeriesFrame];
    expect(frame.kind).toBe('series');
    expect(frame.stepMs).toBe(10 * MINUTE_MS);
    expect(frame.series.map(({ name, labels }) => [name, labels])).toEqual([
      ['checkout n', { 'service.name': 'checkout' }],
      ['checkout SUM(took)', { 'service.name': 'checkout' }],
      ['db n', { 'service.name': 'db' }],
      ['db SUM(took)', { 'service.name': 'db' }],
    ]);
    expect([...(frame.series[1]?.values ?? [])]).toEqual(Array.from({ length: 6 }, () => 30));
    expect(frame.series[0]?.times[0]).toBe(window.fromMs);
  });

  it('binds arguments as parameters, asks once for each, and names what came from which', async () => {
    const { ask, bodies } = await start(server());
    const esql = 'FROM logs-* | WHERE host.name == ${host} | STATS n = COUNT() BY service.name';
    const [frame] = (await ask({ esql }, { host: ['web01', 'db01'] })) as [TableFrame];
    expect(frame.columns.map(({ name }) => name)).toEqual(['host', 'n', 'service.name']);
    expect(frame.rows).toEqual([
      ['web01', 60, 'checkout'],
      ['db01', 60, 'db'],
    ]);
    expect(bodies().map(({ query, params }) => [query, params])).toEqual([
      [esql.replace('${host}', '?host'), [{ host: 'web01' }]],
      [esql.replace('${host}', '?host'), [{ host: 'db01' }]],
    ]);
    const line = 'FROM logs-* | WHERE host.name == ${host} | STATS COUNT() BY BUCKET(@timestamp, 30 minutes)';
    const [series] = (await ask({ esql: line }, { host: ['web01', 'db01'] })) as [SeriesFrame];
    expect(series.series.map(({ name, labels }) => [name, labels])).toEqual([
      ['web01', { host: 'web01' }],
      ['db01', { host: 'db01' }],
    ]);
    const many = Array.from({ length: 21 }, (_, at) => `web${at}`);
    expect(() => ask({ esql }, { host: many })).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_MUCH' }));
  });

  it('takes filters of placeholders, numbers by a cast, and what only looks like a placeholder', async () => {
    const { ask, bodies } = await start(server());
    const esql =
      'FROM logs-* | WHERE took >= ${least}::integer AND host.name != "$${x}" AND host.name == ${host:lower} | LIMIT 5';
    const [frame] = (await ask({ esql }, { least: ['1'], host: ['WEB01'] })) as [TableFrame];
    expect(frame.rows.length).toBe(5);
    expect(frame.columns[0]).toEqual({ name: '@timestamp', type: 'time' });
    expect(frame.rows[0]?.[0]).toBe(NOW_MS - MINUTE_MS);
    expect(bodies()[0].query).toContain('?least::integer AND host.name != "${x}" AND host.name == ?host_lower');
    expect(bodies()[0].params).toEqual([{ least: '1' }, { host_lower: 'web01' }]);
  });

  it('takes rows that are no function of the time for a table', async () => {
    const twice = {
      columns: [
        { name: 't', type: 'date' },
        { name: 'n', type: 'long' },
      ],
      values: [
        [NOW_MS, NOW_MS],
        [1, 2],
      ],
    };
    const { ask } = await start(reply(twice));
    expect(await ask({ esql: 'FROM a | KEEP t, n' })).toMatchObject([
      {
        kind: 'table',
        rows: [
          [NOW_MS, 1],
          [NOW_MS, 2],
        ],
      },
    ]);
    const once = await start(
      reply({
        ...twice,
        values: [
          [NOW_MS - 1, NOW_MS],
          [1, null],
        ],
      }),
    );
    expect(await once.ask({ esql: 'FROM a | KEEP t, n' })).toMatchObject([{ kind: 'series', stepMs: 1 }]);
  });

  it('says line and column of what the server does not understand', async () => {
    const { ask } = await start(server());
    await expect(ask({ esql: 'FROM logs-*\n| WHERE nothing == "x"' })).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: expect.stringContaining('line 2:9: Unknown column nothing'),
    });
    await expect(ask({ esql: 'FROM logs-* | WHERE' })).rejects.toMatchObject({
      message: expect.stringMatching(/does not understand the query: line 1:20/),
    });
    await expect(ask({ esql: 'FROM logs-* | WHERE took == ${n}' }, { n: ['5'] })).rejects.toMatchObject({
      message: expect.stringContaining('the second must be of it too'),
    });
  });

  it.each([
    ['OpenSearch', elasticsearchDouble({ flavour: 'opensearch', docs }), { flavour: 'opensearch' }],
    ['OpenSearch, found out', elasticsearchDouble({ flavour: 'opensearch', docs }), {}],
    ['an Elasticsearch without it', errorReply(405, 'x', 'Incorrect HTTP method for uri [/_query]'), {}],
    ['an old Elasticsearch', errorReply(400, 'illegal_argument_exception', 'no handler found for uri [/_query]'), {}],
  ])('refuses it for %s', async (_, answering, options) => {
    const { ask } = await start(answering, options);
    await expect(ask({ esql: 'FROM a' })).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: expect.stringMatching(/^This server \(\w+\) has no ES\|QL\. Ask it in KQL/),
    });
  });

  const answer = (more: object, rows = 1) =>
    reply({ columns: [{ name: 'n', type: 'long' }], values: [Array.from({ length: rows }, () => 1)], ...more });

  it.each<[string, object, number, readonly string[]]>([
    ['is whole', {}, 999, []],
    [
      'is not whole',
      { is_partial: true },
      1,
      ['Partial: Elasticsearch could not read all the data, so rows may be missing and numbers too low.'],
    ],
    [
      'lacks clusters',
      { is_partial: true, _clusters: { total: 3, skipped: 1, partial: 1 } },
      1,
      [
        'Partial: 1 of 3 clusters did not answer; what they have is missing.',
        'Partial: 1 of 3 clusters did not answer in full.',
      ],
    ],
    [
      'was cut',
      {},
      1_000,
      ['Elasticsearch gives 1,000 rows; there may be more. A LIMIT, or fewer groups, says which are wanted.'],
    ],
    [
      'was cut at the most',
      {},
      10_000,
      ['Elasticsearch gives 10,000 rows; there may be more. A LIMIT, or fewer groups, says which are wanted.'],
    ],
  ])('says when an answer %s', async (_, more, rows, warnings) => {
    const { ask } = await start(answer(more, rows));
    const [frame] = await ask({ esql: 'FROM a' });
    expect(frame?.warnings).toEqual(warnings);
  });

  it('makes cells of every type, and of several values one text', async () => {
    const columns = ['date', 'date', 'long', 'boolean', 'keyword', 'ip', 'geo_point', 'long'].map((type, at) => ({
      name: `${at}`,
      type,
    }));
    const values = [['2026-11-25T12:00:00Z'], ['never'], [5], [true], [['a', 'b']], [null], [{ x: 1 }], [[1, 2]]];
    const { ask } = await start(reply({ columns, values }));
    const [frame] = (await ask({ esql: 'ROW a = 1' })) as [TableFrame];
    expect(frame.rows).toEqual([[NOW_MS, null, 5, true, 'a, b', null, '{"x":1}', '1, 2']]);
  });

  it('does not take another shape for an answer', async () => {
    const { ask } = await start(reply({ took: 1 }));
    await expect(ask({ esql: 'FROM a' })).rejects.toMatchObject({ code: 'SOURCE_UNEXPECTED' });
  });

  it('links to Discover with the values written out as strings of the language', async () => {
    const { source, requestOf } = await start({}, { publicUrl: 'https://kibana.example.net' });
    const request = requestOf(
      { esql: 'FROM logs-* | WHERE host.name == ${host} AND a == "?host"' },
      { host: ['a"b\\c'] },
    );
    const state = readRison(new URLSearchParams(source.link(request, window)?.split('?')[1]).get('_a') ?? '');
    expect(state).toEqual({
      dataSource: { type: 'esql' },
      query: { esql: 'FROM logs-* | WHERE host.name == "a\\"b\\\\c" AND a == "?host"' },
    });
  });

  it('knows its raw prefixes', () => {
    expect(elasticsearch.rawPrefixes).toEqual(['kql', 'lucene', 'esql']);
    expect(elasticsearch.raw?.('FROM a | WHERE b == "${c}"', 'esql')).toEqual({ esql: 'FROM a | WHERE b == "$${c}"' });
    expect(elasticsearch.raw?.('a: "${b}"', 'kql')).toEqual({ kql: 'a: "$${b}"', lines: {} });
    expect(elasticsearch.raw?.('a:${b}', 'lucene')).toEqual({ lucene: 'a:${b}', lines: {} });
    expect(elasticsearch.raw?.('a: b', 'elasticsearch')).toEqual({ kql: 'a: b', lines: {} });
  });
});
