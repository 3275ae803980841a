/** What a block may say beside its filters: where, when, in which order, and what the link keeps of it. */
import { describe, expect, it } from 'vitest';
import type { LogsFrame } from '../../../../src/domain/frame.ts';
import { readRison } from '../../../doubles/rison.ts';
import { NOW_MS, searchReply, start, window } from './harness.ts';

const PUBLIC = { publicUrl: 'https://kibana.example.net' };

describe('a block', () => {
  it('reads the index and the time field of the source where it names none', async () => {
    const { ask, requests, bodies } = await start(searchReply({}), { index: 'app-*', timeField: 'when' });
    await ask({ index: undefined, kql: 'a: b' });
    await ask({ timeField: 'then' });
    expect(requests.map(({ pathname }) => pathname)).toEqual(['/app-*/_search', '/logs-test/_search']);
    const fields = bodies().map(({ query, aggs }) => [
      Object.keys(query.bool.filter[0].range)[0],
      aggs.groups.aggs.time.date_histogram.field,
    ]);
    expect(fields).toEqual([
      ['when', 'when'],
      ['then', 'then'],
    ]);
  });

  it('sends stored queries as they are, beside everything else that must match', async () => {
    const query = { function_score: { query: { script: { script: { source: 'true' } } } } };
    const runtimeMappings = { page: { type: 'keyword' } };
    const { ask, bodies } = await start(searchReply({}));
    await ask({
      query,
      lucene: 'a:[1 TO 2]',
      kql: 'b: c and d: e',
      filter: { term: { f: 'g' } },
      runtimeMappings,
      lines: {},
    });
    const [body] = bodies();
    expect(body.query.bool.filter.slice(1)).toEqual([
      { term: { f: 'g' } },
      query,
      { match: { b: 'c' } },
      { match: { d: 'e' } },
      { query_string: { query: 'a:[1 TO 2]', analyze_wildcard: true } },
    ]);
    expect(body.runtime_mappings).toEqual(runtimeMappings);
    expect(body.highlight).toEqual({
      pre_tags: ['\ue0f1'],
      post_tags: ['\ue0f2'],
      number_of_fragments: 0,
      fields: { message: {}, 'body.text': {}, 'event.original': {}, log: {} },
    });
  });

  it('takes `*` and nothing in the syntax of Lucene for everything, and a `$${` for the two characters', async () => {
    const { ask, bodies } = await start(searchReply({}));
    await ask({ lucene: ' * ' });
    await ask({ kql: '', filter: { term: { a: '$${b}' } } });
    expect(bodies().map(({ query }) => query.bool.filter.slice(1))).toEqual([[], [{ term: { a: '${b}' } }]]);
  });

  it('asks for no marks where nothing was looked for, or none are wanted', async () => {
    const { ask, bodies } = await start(searchReply({}));
    await ask({ lines: {}, filter: { term: { a: 'b' } } });
    await ask({ lines: {}, kql: 'a: b', highlight: false });
    expect(bodies().map(({ highlight }) => highlight)).toEqual([undefined, undefined]);
  });

  it('reads the lines that it sorts first, and puts those last; the oldest first where it sorts by time', async () => {
    const hit = (name: string, ...sort: number[]) => ({ sort, fields: { message: [name] } });
    const hits = [hit('slowest', 90, NOW_MS - 5), hit('slow', 80, NOW_MS - 9)];
    const { ask, bodies } = await start(searchReply({ hits: { total: { value: 2 }, hits } }));
    const [logs] = (await ask({ lines: {}, sort: [{ took: 'desc' }] })) as [LogsFrame];
    expect(logs.lines.map(({ message, timeMs }) => [message, timeMs])).toEqual([
      ['slow', NOW_MS - 9],
      ['slowest', NOW_MS - 5],
    ]);
    expect(bodies()[0].sort).toEqual([
      { took: { order: 'desc', unmapped_type: 'long' } },
      { '@timestamp': { order: 'desc', unmapped_type: 'date', numeric_type: 'date' } },
      { _doc: 'desc' },
    ]);
    const early = [hit('first', NOW_MS - 9), hit('second', NOW_MS - 5)];
    const oldest = await start(searchReply({ hits: { total: { value: 2 }, hits: early } }));
    const [old] = (await oldest.ask({ lines: {}, sort: [{ '@timestamp': 'asc' }] })) as [LogsFrame];
    expect(old.lines.map(({ message }) => message)).toEqual(['first', 'second']);
  });
});

describe('the link of a block', () => {
  const stateOf = async (block: object, args: Readonly<Record<string, readonly string[]>> = {}) => {
    const { source, requestOf } = await start({}, PUBLIC);
    const link = source.link(requestOf(block, args), window);
    return readRison(new URLSearchParams(link?.split('?')[1]).get('_a') ?? '') as {
      query: object;
      sort: object;
      filters: { meta: { alias: string } }[];
    };
  };

  it('has KQL and Lucene without placeholders where people write it, and the rest as filters', async () => {
    const kql = await stateOf({ kql: 'a: "b c" and d > 5', lucene: 'e:f', filter: { term: { g: 'h' } } });
    expect(kql.query).toEqual({ language: 'kuery', query: 'a: "b c" and d > 5' });
    expect(kql.filters.map(({ meta }) => meta.alias)).toEqual(['g: h', '"e:f"']);
    const lucene = await stateOf({ lucene: 'e:[1 TO 2]' });
    expect(lucene.query).toEqual({ language: 'lucene', query: 'e:[1 TO 2]' });
    expect(lucene.filters).toEqual([]);
  });

  it('has KQL with placeholders as filters, so that no value meets a language', async () => {
    const state = await stateOf({ kql: 'host.name: ${host} and not a: (b or "c") and e: *' }, { host: ['x" or *'] });
    expect(state.query).toEqual({ language: 'kuery', query: '' });
    expect(state.filters.map(({ meta }) => meta.alias)).toEqual(['not a: b or a: c', 'has e', 'host.name: x" or *']);
  });

  it('keeps the order of the lines', async () => {
    expect((await stateOf({ sort: [{ took: 'desc' }] })).sort).toEqual([['took', 'desc']]);
  });
});
