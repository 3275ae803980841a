/** Answers that are not the whole truth, and those that are too much for anybody. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogsFrame, SeriesFrame } from '../../../../src/domain/frame.ts';
import { errorReply, MINUTE_MS, NOW_MS, reply, searchReply, start, window } from './harness.ts';

describe('an answer that lacks something', () => {
  const failing = (...failures: object[]) => searchReply({ _shards: { total: 20, failed: 3, failures } });
  const failure = (type: string, index?: string) => ({ shard: 0, index, reason: { type, reason: 'why' } });

  it.each<[string, ReturnType<typeof searchReply>, string]>([
    [
      'shards that are broken',
      failing(failure('i_o_exception'), failure('i_o_exception'), failure('corrupt_index_exception')),
      'Partial: 3 of 20 shards of Elasticsearch failed (i_o_exception, corrupt_index_exception); the numbers are too low.',
    ],
    ['shards without a reason', failing(), 'Partial: 3 of 20 shards of Elasticsearch failed; the numbers are too low.'],
    [
      'shards that refused work',
      failing(failure('es_rejected_execution_exception')),
      'Partial: 3 of 20 shards of Elasticsearch failed (es_rejected_execution_exception), as it has too much to do; the numbers are too low.',
    ],
    [
      'indices without a right',
      failing(failure('security_exception', 'logs-secret')),
      'Partial: Elasticsearch does not let my login read a part of logs-secret; what is there is missing.',
    ],
    [
      'time',
      searchReply({ timed_out: true }),
      'Elasticsearch ran out of time, so the numbers are what it had counted until then.',
    ],
    ['an end', searchReply({ terminated_early: true }), 'Elasticsearch stopped early, so the numbers are too low.'],
    [
      'clusters',
      searchReply({ _clusters: { total: 3, successful: 1, skipped: 1, failed: 1 } }),
      'Partial: 2 of 3 clusters did not answer; what they have is missing.',
    ],
    [
      'a part of a cluster',
      searchReply({ _clusters: { total: 3, successful: 2, skipped: 0, partial: 1 } }),
      'Partial: 1 of 3 clusters did not answer in full.',
    ],
  ])('says that it lacks %s', async (_, answer, sentence) => {
    const { ask } = await start(answer);
    const [frame] = await ask({});
    expect(frame?.warnings).toEqual([sentence]);
  });

  it.each<[ReturnType<typeof errorReply>, RegExp]>([
    [
      errorReply(400, 'too_many_buckets_exception', 'Trying to create too many buckets'),
      /many buckets.*longer step may work/,
    ],
    [
      errorReply(400, 'illegal_argument_exception', 'Result window is too large, from + size'),
      /many lines at once.*Fewer lines/,
    ],
    [errorReply(400, 'too_many_nested_clauses', 'maxClauseCount is set to 1024'), /query too long.*Fewer names/],
    [errorReply(400, 'parsing_exception', 'unknown query [kql]'), /^This server \(Elasticsearch\) has no query kql\.$/],
    [
      errorReply(400, 'parsing_exception', 'Unknown aggregation type [derivative]'),
      /cannot tell the rate of a counter/,
    ],
    [
      errorReply(400, 'parsing_exception', 'Unknown aggregation type [top_metrics]'),
      /has no aggregation top_metrics\.$/,
    ],
    [
      errorReply(
        400,
        'illegal_argument_exception',
        'Fielddata is disabled on [message] in [logs]. Text fields are not optimised',
      ),
      /^The field message is text, which Elasticsearch can neither group nor measure/,
    ],
  ])('%#: says which limit or lack it is', async (answer, message) => {
    const { ask } = await start(answer);
    await expect(ask({})).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('reads lines without marks where a text is too long to be marked', async () => {
    const long =
      'The length [2000000] of field [message] exceeds the [1000000] allowed to be analyzed for highlighting';
    const hits = { total: { value: 1 }, hits: [{ sort: [NOW_MS - 1], fields: { message: ['a refused b'] } }] };
    const block = { kql: 'refused', lines: {} };
    const isMarked = ({ body }: { body: string }) => 'highlight' in JSON.parse(body);
    const failures = [{ shard: 0, reason: { type: 'illegal_argument_exception', reason: long } }];
    const broken = [
      errorReply(400, 'illegal_argument_exception', long),
      searchReply({ _shards: { total: 2, failed: 1, failures } }),
    ];
    for (const answer of broken) {
      const { ask, requests } = await start((request) => (isMarked(request) ? answer : searchReply({ hits })));
      const [logs] = (await ask(block)) as [LogsFrame];
      expect(logs.lines[0]).toMatchObject({ message: 'a refused b', matches: [[2, 9]] });
      expect(logs.warnings).toEqual([]);
      expect(requests.length).toBe(2);
    }
  });
});

describe('what the server marks', () => {
  const marked = async (message: string, highlight: string) => {
    const hit = { sort: [NOW_MS - 1], fields: { message: [message] }, highlight: { message: [highlight] } };
    const { ask } = await start(searchReply({ hits: { total: { value: 1 }, hits: [hit] } }));
    const [logs] = (await ask({ kql: 'message: slow', lines: {} })) as [LogsFrame];
    return logs.lines[0]?.matches;
  };

  it('is where it says, words of a phrase together', async () => {
    expect(await marked('a slow query', 'a \ue0f1slow\ue0f2 query')).toEqual([[2, 6]]);
    expect(await marked('so slow query', '\ue0f1so\ue0f2 \ue0f1slow\ue0f2 query')).toEqual([[0, 7]]);
  });

  it('is found by ourselves where its text is another, as of a message that has such marks', async () => {
    expect(await marked('a slow \ue0f1 query', 'a \ue0f1slow\ue0f2 \ue0f1 query')).toEqual([[2, 6]]);
    expect(await marked('Slowly SLOW', 'gone')).toEqual([[7, 11]]);
  });
});

describe('a counter', () => {
  it('is told by what it gained each second, a gap where it was set back', async () => {
    const values = [undefined, 5, -40, 2].map((rate) =>
      rate === undefined ? undefined : { value: rate * 60, normalized_value: rate },
    );
    const buckets = values.map((value, at) => ({ key: window.fromMs + at * MINUTE_MS, doc_count: 1, value }));
    const aggregations = { groups: { buckets: { g0: { doc_count: 4, time: { buckets } } } } };
    const { ask, bodies } = await start(searchReply({ aggregations }));
    const [frame] = (await ask({ metric: { rate: 'system.network.in.bytes' }, step: '1m' })) as [SeriesFrame];
    expect([...(frame.series[0]?.values ?? [])]).toEqual([Number.NaN, 5, Number.NaN, 2]);
    expect(frame.series[0]?.name).toBe('rate of system.network.in.bytes');
    expect(frame.warnings).toEqual(['A counter was set back; what it gained just then is left out.']);
    expect(bodies()[0].aggs.groups.aggs.time.aggs).toEqual({
      counter: { max: { field: 'system.network.in.bytes' } },
      value: { derivative: { buckets_path: 'counter', unit: '1s', gap_policy: 'skip' } },
    });
  });
});

describe('a server that sends too much', () => {
  const PRODUCT = { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' };

  /** A server that answers with a stream of its own; gives its address and how many bytes it got rid of. */
  async function startStream(pour: (response: ServerResponse) => void) {
    const sockets = new Set<ServerResponse>();
    const server = createServer((request, response) => {
      request.resume();
      sockets.add(response);
      response.writeHead(200, PRODUCT);
      pour(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const bytes = () => [...sockets].reduce((sum, { socket }) => sum + (socket?.bytesWritten ?? 0), 0);
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bytes };
  }

  const source = async (url: string, timeoutMs = 5_000) => {
    const { ask } = await start({}, { url }, timeoutMs);
    return ask;
  };

  it('is not read to its end: an endless answer costs what one answer may have', async () => {
    const chunk = Buffer.alloc(256 * 1024, ' ');
    const { url, bytes } = await startStream((response) => {
      response.write('{"hits":');
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    const ask = await source(url, 20_000);
    await expect(ask({})).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      message: "Elasticsearch's answer is too large to read. A shorter window or fewer series may work.",
    });
    expect(bytes()).toBeLessThan(48 * 1024 * 1024);
  });

  it('is given up when it only trickles', async () => {
    const { url } = await startStream((response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const ask = await source(url, 300);
    await expect(ask({})).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
      message: expect.stringMatching(/^Elasticsearch did not answer within 0\.3 s\.$/),
    });
  });

  it.each<[string, string]>([
    ['lists within lists', `{"hits":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['objects within objects', `{"hits":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`],
    ['lists that never end', '['.repeat(1_000_000)],
  ])('is no danger with %s', async (_, body) => {
    const { ask } = await start({ headers: PRODUCT, body });
    await expect(ask({})).rejects.toMatchObject({ code: 'SOURCE_UNEXPECTED' });
  });

  it('may have documents with names that mean something to JavaScript', async () => {
    const hit = `{"sort":[${NOW_MS - 1}],"_source":{"message":"x","__proto__":{"a":1},"constructor":{"prototype":{"b":2}}}}`;
    const body = (searchReply({}).body as string).replace('"hits":[]', `"hits":[${hit}]`);
    const { ask } = await start({ headers: PRODUCT, body });
    const [logs] = (await ask({ lines: { columns: ['__proto__.a'] } })) as [LogsFrame];
    expect(logs.lines).toMatchObject([{ message: 'x' }]);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it('may send ten thousand buckets, and no series has more points than were asked', async () => {
    const time = {
      buckets: Array.from({ length: 500 }, (_, at) => ({ key: window.fromMs + at * 7_000, doc_count: at })),
    };
    const parts = Array.from({ length: 20 }, (_, at) => ({ key: `part${at}`, time }));
    const group = { doc_count: 10_000, time, split: { sum_other_doc_count: 0, buckets: parts } };
    const { ask } = await start(
      reply(JSON.parse(searchReply({ aggregations: { groups: { buckets: { g0: group } } } }).body as string)),
    );
    const [frame] = (await ask({ split: { field: 'service.name', size: 20 } })) as [SeriesFrame];
    expect(frame.series.map(({ times }) => times.length)).toEqual(Array.from({ length: 20 }, () => 500));
  });
});
