import { describe, expect, it } from 'vitest';
import type { LogsFrame, SeriesFrame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { ElasticsearchBlock, placeholdersOfBlock } from '../../../src/sources/elasticsearch/block.ts';
import { elasticsearch } from '../../../src/sources/elasticsearch.ts';
import type { FetchWindow, Source } from '../../../src/sources/source.ts';
import { type Doc, elasticsearchDouble } from '../../doubles/elasticsearch.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { type Answering, type Received, type Reply, startHttpBackend } from '../../doubles/http-backend.ts';
import { readRison } from '../../doubles/rison.ts';

const NOW_MS = Date.UTC(2026, 10, 25, 12);
const HOUR_MS = 3_600_000;
const window: FetchWindow = { fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS, zone: 'UTC', maxPoints: 800 };
const signal = AbortSignal.timeout(20_000);
const PRODUCT = { 'x-elastic-product': 'Elasticsearch' };

const BLOCK = { index: 'logs-test', filter: { term: { 'host.name': '${host}' } } };

async function start(answering: Answering, options: object = {}) {
  const backend = await startHttpBackend(answering);
  const parsed = elasticsearch.options.parse({ kind: 'elasticsearch', url: backend.url, ...options });
  const deps = {
    name: 'test',
    http: createHttpClient({ timeoutMs: 5_000 }),
    clock: createFakeClock(NOW_MS),
    timeoutMs: 5_000,
  };
  const source = elasticsearch.create(parsed, deps);
  return { ...backend, source, ask: (block: object = {}, hosts = ['web01']) => ask(source, block, hosts) };
}

function ask(source: Source, block: object, hosts: readonly string[]) {
  return source.fetch(requestOf(source, block, hosts), window, signal);
}

function requestOf(source: Source, block: object, hosts: readonly string[] = ['web01'], more: object = {}) {
  const args = { host: hosts, ...more };
  const binding = { arguments: args, unit: makeUnit(), consolidate: 'average' } as const;
  return source.request(elasticsearch.block.parse({ ...BLOCK, ...block }), binding);
}

/** An answer of a search as a server sends it, with one group of no buckets. */
function searchReply(overrides: object): Reply {
  const groups = { buckets: { g0: { doc_count: 1, time: { buckets: [] } } } };
  const whole = {
    timed_out: false,
    _shards: { total: 20, successful: 20, skipped: 0, failed: 0 },
    hits: { total: { value: 0, relation: 'eq' }, hits: [] },
    aggregations: { groups },
  };
  return { headers: PRODUCT, body: JSON.stringify({ ...whole, ...overrides }) };
}

function errorReply(status: number, type: string, reason: string, more: object = {}): Reply {
  const root = { type, reason, ...more };
  return { status, headers: PRODUCT, body: JSON.stringify({ error: { root_cause: [root], ...root }, status }) };
}

describe('a block of Elasticsearch', () => {
  const faultOf = (block: object) =>
    ElasticsearchBlock.safeParse({ index: 'logs-*', ...block }).error?.issues[0]?.message;

  it.each<[string, object, RegExp]>([
    ['a placeholder within a text', { filter: { term: { host: 'x${host}' } } }, /must be the placeholder alone/],
    ['two placeholders in a text', { filter: { term: { host: '${a}${b}' } } }, /must be the placeholder alone/],
    [
      'a placeholder in a query string',
      { filter: { query_string: { query: '${q}' } } },
      /may not have a placeholder in `query_string`/,
    ],
    ['one in a regular expression', { filter: { regexp: { term: '${q}' } } }, /in `regexp`/],
    [
      'one in a wildcard deep inside',
      { filter: { bool: { must_not: [{ wildcard: { host: { value: '${q}' } } }] } } },
      /in `wildcard`/,
    ],
    ['one in the name of a field', { filter: { term: { '${field}': 'x' } } }, /not in a name/],
    ['a script', { filter: { script: { script: { source: 'true' } } } }, /may not use `script`/],
    [
      'a filter without end',
      { filter: JSON.parse(`${'{"bool":{"filter":'.repeat(30)}1${'}}'.repeat(30)}`) },
      /nested deeper/,
    ],
    ['a placeholder in the index', { index: 'logs-${env}' }, /nothing is filled in/],
    ['a path as the index', { index: '../_cluster' }, /nothing is filled in/],
    ['a metric without a field', { metric: 'avg' }, /should be count, or avg/],
    ['an unknown key', { queries: {} }, /queries/],
    ['a query of nothing', { query: {} }, /should be one query/],
    [
      'a placeholder in the text of a stored query',
      { query: { query_string: { query: '${q}' } } },
      /in `query_string`/,
    ],
    ['KQL that is none', { kql: 'host.name:' }, /at character 11: expected a value behind `:`/],
    ['a placeholder within a text of KQL', { kql: 'host.name: x${host}' }, /must be a whole value/],
    ['a placeholder as a field of KQL', { kql: '${field}: x' }, /not the name of a field/],
    ['a placeholder with an unknown filter in KQL', { kql: 'a: ${host:loud}' }, /unknown filter/],
    ['a placeholder within quotes of ES|QL', { esql: 'FROM a | WHERE b == "${host}"' }, /within quotes/],
    ['a placeholder in a name of ES|QL', { esql: 'FROM logs-${env}' }, /have its placeholders alone|alone/],
    ['text behind a placeholder of ES|QL', { esql: 'FROM a | WHERE b == ${host}x' }, /alone/],
    ['lines sorted by two fields at once', { sort: [{ a: 'asc', b: 'desc' }] }, /should name one field/],
  ])('may not have %s', (_, block, message) => {
    expect(faultOf(block)).toMatch(message);
  });

  it('names its placeholders, its phrase among them, each once', () => {
    const filter = [
      { term: { a: '${host}' } },
      { terms: { b: ['${host}', '${service}'] } },
      { range: { c: { gte: '${least}' } } },
    ];
    const block = ElasticsearchBlock.parse({ index: 'logs-*', filter, text: 'phrase' });
    expect(placeholdersOfBlock(block)).toEqual(['host', 'service', 'least', 'phrase']);
  });
});

describe('answers that are not whole', () => {
  it('says how many shards failed, and why', async () => {
    const failures = [{ shard: 0, reason: { type: 'circuit_breaking_exception', reason: 'x' } }];
    const { ask } = await start(searchReply({ _shards: { total: 20, failed: 3, failures } }));
    const [frame] = await ask();
    expect(frame?.warnings).toEqual([
      'Partial: 3 of 20 shards of Elasticsearch failed (circuit_breaking_exception), as it has too much to do; the numbers are too low.',
    ]);
  });

  it('says that the server ran out of time, and that clusters are missing', async () => {
    const { ask } = await start(searchReply({ timed_out: true, _clusters: { total: 3, skipped: 1 } }));
    const [frame] = await ask();
    expect(frame?.warnings.join(' ')).toMatch(/ran out of time.*1 of 3 clusters/);
  });

  it('asks the server to answer in time, with what it has', async () => {
    const { ask, requests } = await start(searchReply({}));
    await ask();
    expect(JSON.parse(requests[0]?.body ?? '').timeout).toBe('4000ms');
  });
});

describe('refusals of the server', () => {
  it.each<[Reply, string, RegExp]>([
    [
      errorReply(400, 'too_many_buckets_exception', 'Trying to create too many buckets'),
      'SOURCE_TOO_MUCH',
      /will not make so many buckets: .*shorter window/i,
    ],
    [
      errorReply(503, 'search_phase_execution_exception', 'all shards failed', {
        caused_by: { type: 'too_many_buckets_exception', reason: 'Trying to create too many buckets' },
      }),
      'SOURCE_TOO_MUCH',
      /too many buckets/,
    ],
    [
      errorReply(
        400,
        'illegal_argument_exception',
        'Result window is too large, from + size must be less than or equal to: [10000]',
      ),
      'SOURCE_TOO_MUCH',
      /Result window/,
    ],
    [
      errorReply(404, 'index_not_found_exception', 'no such index [logs-x]', { index: 'logs-x' }),
      'SOURCE_NOT_FOUND',
      /^Elasticsearch has no index logs-x\.$/,
    ],
    [
      errorReply(
        403,
        'security_exception',
        'action [indices:data/read/search] is unauthorized for API key id [x] of user [y] on indices [logs-*], this action is granted',
      ),
      'SOURCE_FORBIDDEN',
      /does not let my login read logs-… \(403\)/,
    ],
    [
      errorReply(401, 'security_exception', 'unable to authenticate with provided credentials'),
      'SOURCE_AUTH',
      /does not accept my login/,
    ],
    [
      errorReply(429, 'circuit_breaking_exception', 'Data too large'),
      'SOURCE_OVERLOADED',
      /overloaded: Data too large/,
    ],
    [errorReply(503, 'search_phase_execution_exception', 'all shards failed'), 'SOURCE_OVERLOADED', /overloaded/],
    [
      errorReply(500, 'search_phase_execution_exception', 'all shards failed', {
        caused_by: { type: 'es_rejected_execution_exception', reason: 'rejected' },
      }),
      'SOURCE_OVERLOADED',
      /rejected/,
    ],
    [
      errorReply(400, 'parsing_exception', 'unknown query [kql]'),
      'SOURCE_BAD_QUERY',
      /^This server \(Elasticsearch\) has no query kql\.$/,
    ],
    [errorReply(400, 'media_type_header_exception', 'Accept version must be 8'), 'SOURCE_UNEXPECTED', /flavour/],
    [{ status: 400, body: '{"error":"no handler found","status":400}' }, 'SOURCE_BAD_QUERY', /no handler found/],
    [{ headers: PRODUCT, body: '{"took":1}' }, 'SOURCE_UNEXPECTED', /another shape/],
  ])('%#: are told in words', async (reply, code, message) => {
    const { ask } = await start(reply);
    await expect(ask()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('says that no index matches a pattern, which is no error to the server', async () => {
    const { ask } = await start(searchReply({ _shards: { total: 0, failed: 0 } }));
    await expect(ask({ index: 'logs-foo-*' })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'No index of Elasticsearch matches logs-foo-*, or none that my login may read.',
    });
  });
});

describe('the two products', () => {
  const docs = (): Doc[] => [{ '@timestamp': NOW_MS - 60_000, 'host.name': 'web01', message: 'hello' }];

  it('finds out that it is OpenSearch, once, and speaks to it in its way', async () => {
    const { ask, requests } = await start(elasticsearchDouble({ flavour: 'opensearch', docs }));
    expect(((await ask())[0] as SeriesFrame).series.length).toBe(1);
    await ask();
    const types = requests.map(({ headers }) => headers['content-type']);
    expect(types).toEqual([
      'application/vnd.elasticsearch+json; compatible-with=8',
      'application/json',
      'application/json',
    ]);
  });

  it('says which option to change when it is configured as the other', async () => {
    const { ask } = await start(elasticsearchDouble({ flavour: 'opensearch', docs }), { flavour: 'elasticsearch' });
    await expect(ask()).rejects.toMatchObject({
      code: 'SOURCE_UNEXPECTED',
      message: expect.stringContaining('flavour'),
    });
  });

  it('is called what it is', () => {
    const options = (flavour: string) =>
      elasticsearch.options.parse({ kind: 'elasticsearch', url: 'http://x', flavour });
    expect([elasticsearch.titleOf?.(options('auto')), elasticsearch.linkTitleOf?.(options('auto'))]).toEqual([
      'Elasticsearch',
      'Kibana',
    ]);
    expect(elasticsearch.titleOf?.(options('opensearch'))).toBe('OpenSearch');
  });

  it('reads on when the body with many lines is too large, with fewer of them', async () => {
    const long = 'x'.repeat(100_000);
    const many = Array.from({ length: 400 }, (_, at) => ({
      '@timestamp': NOW_MS - 400 + at,
      'host.name': 'web01',
      message: long,
    }));
    const { ask } = await start(elasticsearchDouble({ flavour: 'opensearch', docs: () => many }), {
      flavour: 'opensearch',
    });
    const [logs] = (await ask({ lines: {} })) as [LogsFrame];
    expect(logs.lines.length).toBe(50);
    expect(logs.total).toBe(400);
    expect(logs.lines[0]?.message).toBe(long);
  });
});

describe('log lines', () => {
  const hitsReply = (...hits: object[]) => searchReply({ hits: { total: { value: 9 }, hits } });

  it('reads what has no mapping from the document, whichever way its path is written', async () => {
    const nested = {
      sort: [2],
      _source: { message: 'deep', log: { level: 'warn' }, host: { name: 'a' }, 'url.path': '/x' },
    };
    const fields = { message: ['first', 'second'], 'log.level': ['info'], 'host.name': ['b'] };
    const { ask } = await start(hitsReply(nested, { sort: [1], fields }));
    const [logs] = (await ask({ lines: { columns: ['host.name', 'url.path'] } })) as [LogsFrame];
    expect(logs.total).toBe(9);
    expect(logs.lines).toEqual([
      { timeMs: 1, level: 'info', message: 'first, second', fields: { 'host.name': 'b' } },
      { timeMs: 2, level: 'warn', message: 'deep', fields: { 'host.name': 'a', 'url.path': '/x' } },
    ]);
  });

  it('takes no object for a text, and joins lists', async () => {
    const { ask } = await start(hitsReply({ sort: [1], _source: { log: { level: 'info' }, tags: ['a', 'b'] } }));
    const [logs] = (await ask({ lines: { columns: ['tags'] } })) as [LogsFrame];
    expect(logs.lines[0]).toEqual({ timeMs: 1, level: 'info', message: '', fields: { tags: 'a, b' } });
  });

  it('takes the fields that the definition names', async () => {
    const { ask, requests } = await start(hitsReply({ sort: [1], fields: { text: ['t'], message: ['m'], sev: [3] } }));
    const [logs] = (await ask({ lines: { message: 'text', level: 'sev', columns: [] } })) as [LogsFrame];
    expect(logs.lines[0]).toEqual({ timeMs: 1, level: '3', message: 't', fields: {} });
    expect(JSON.parse(requests[0]?.body ?? '').fields).toEqual(['text', 'sev']);
  });
});

describe('series', () => {
  const point = (key: number, doc_count: number, value?: unknown) => ({
    key,
    doc_count,
    ...(value !== undefined && { value }),
  });
  const groupReply = (group: object) =>
    searchReply({ aggregations: { groups: { buckets: { g0: { doc_count: 5, time: { buckets: [] }, ...group } } } } });

  it('takes empty buckets as gaps of percentiles, whichever way a version writes them', async () => {
    const values = (value: unknown) => ({ values: [{ key: 50, value }] });
    const buckets = [
      point(window.fromMs, 2, values(7)),
      point(window.fromMs + 10_000, 0, values('NaN')),
      point(window.fromMs + 20_000, 0, values(null)),
    ];
    const { ask } = await start(groupReply({ time: { buckets } }));
    const [frame] = (await ask({ metric: { percentiles: { field: 'd', percents: [50] } } })) as [SeriesFrame];
    expect([...(frame.series[0]?.values ?? [])].slice(0, 2)).toEqual([7, Number.NaN]);
  });

  it('says that counts of terms are approximate, and how many are not shown', async () => {
    const split = { doc_count_error_upper_bound: 4, sum_other_doc_count: 1204, buckets: [] };
    const { ask } = await start(groupReply({ split }));
    const [frame] = await ask({ split: 'url.path', metric: { avg: 'd' } });
    expect(frame?.warnings).toEqual([
      'Counts by url.path are approximate: up to 4 may be missing from each.',
      '1,204 documents with other values of url.path are not shown.',
    ]);
  });

  it('asks no more buckets than a server gives', async () => {
    const { source, requests } = await start({ status: 500, body: '' });
    const hosts = Array.from({ length: 400 }, (_, index) => `web${index}`);
    await ask(source, {}, hosts).catch(() => undefined);
    const { aggs } = JSON.parse(requests[0]?.body ?? '');
    const { fixed_interval: step } = aggs.groups.aggs.time.date_histogram;
    expect(step).toBe('5m');
    expect(() =>
      requestOf(
        source,
        {},
        Array.from({ length: 501 }, (_, index) => `web${index}`),
      ),
    ).toThrow(expect.objectContaining({ code: 'SOURCE_TOO_MUCH' }));
  });
});

describe('links', () => {
  const linkOf = async (options: object, block: object = {}, more: object = {}) => {
    const { source } = await start({}, options);
    return source.link(requestOf(source, block, ['web01'], more), window);
  };
  const stateOf = (link: string | undefined) => {
    const query = new URLSearchParams(link?.split('?')[1]);
    return { global: readRison(query.get('_g') ?? ''), state: readRison(query.get('_a') ?? '') };
  };

  it('are there only where people have an address', async () => {
    expect(await linkOf({})).toBeUndefined();
  });

  it('open Discover in its space, with the window, the filters and the phrase', async () => {
    const publicUrl = 'https://kibana.example.net/s/ops';
    const block = {
      filter: [{ term: { 'host.name': '${host}' } }, { term: { 'log.level': 'error' } }],
      text: 'phrase',
      lines: {},
    };
    const link = await linkOf({ publicUrl }, block, { phrase: ["can't (pay)"] });
    expect(link?.startsWith('https://kibana.example.net/s/ops/app/discover#/?')).toBe(true);
    const { global, state } = stateOf(link);
    expect(global).toMatchObject({ time: { from: '2026-11-25T11:00:00.000Z', to: '2026-11-25T12:00:00.000Z' } });
    const { index, columns, filters } = state as {
      index: string;
      columns: string[];
      filters: { meta: { alias: string } }[];
    };
    expect(index).toBe('logs-test');
    expect(columns).toEqual(['host.name', 'log.level', 'message']);
    expect(filters.map(({ meta }) => meta.alias)).toEqual(['log.level: error', 'host.name: web01', `"can't (pay)"`]);
  });

  it('name the data view as the version of the server does', async () => {
    const publicUrl = 'https://kibana.example.net';
    const known = { publicUrl, dataView: 'view-1' };
    expect(stateOf(await linkOf({ ...known, version: '8.14.3' })).state).toMatchObject({ index: 'view-1' });
    for (const version of ['8.15', '9.0']) {
      const { state } = stateOf(await linkOf({ ...known, version }));
      expect(state).toMatchObject({ dataSource: { dataViewId: 'view-1', type: 'dataView' } });
    }
    expect(stateOf(await linkOf(known, { dataView: 'view-2' })).state).toMatchObject({ index: 'view-2' });
  });
});

describe('what the check finds', () => {
  const answering =
    (root: Reply, fields: Reply) =>
    ({ pathname }: Received) =>
      pathname === '/' ? root : fields;
  const fieldsReply = (body: object): Reply => ({ headers: PRODUCT, body: JSON.stringify(body) });

  it('is fine with a login that may read but not ask for the version', async () => {
    const fields = fieldsReply({ indices: ['a'], fields: { '@timestamp': { date_nanos: {} } } });
    const { source } = await start(answering(errorReply(403, 'security_exception', 'no'), fields));
    expect(await source.check(signal)).toEqual({ version: 'Elasticsearch', problems: [] });
  });

  it('looks at the index of the config, where there is one', async () => {
    const root = fieldsReply({ version: { number: '8.19.2' } });
    const options = { index: 'app-*,other' };
    const blind = await start(answering(root, fieldsReply({ indices: [], fields: {} })), options);
    expect((await blind.source.check(signal)).problems.join()).toContain(
      'shows nothing called app-*,other to my login',
    );
    expect(blind.requests.at(-1)?.pathname).toBe('/app-*,other/_field_caps');
    const timeless = await start(answering(root, fieldsReply({ indices: ['app-1'], fields: {} })), options);
    expect((await timeless.source.check(signal)).problems.join()).toContain('Nothing in app-*,other has a date field');
  });

  it('names the rights of a login that sees no index, and the field that has no time', async () => {
    const root = fieldsReply({ version: { number: '8.19.2' } });
    const blind = await start(answering(root, fieldsReply({ indices: [], fields: {} })));
    expect((await blind.source.check(signal)).problems.join()).toContain('view_index_metadata');
    const timeless = await start(
      answering(root, fieldsReply({ indices: ['a'], fields: { '@timestamp': { keyword: {} } } })),
    );
    expect((await timeless.source.check(signal)).problems.join()).toContain('timeField');
  });
});
