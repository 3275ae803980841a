import { describe, expect, it } from 'vitest';
import { startKibana } from '../kibana-harness.ts';

const term = (field: string, value: string) => ({ match_phrase: { [field]: value } });

describe('a saved search', () => {
  it('of 7.17 runs with its KQL, its filters, and the flat order', async () => {
    const { run } = await startKibana('7.17');
    const { block } = await run({ search: 'b2d0ed20-3f2b-11ec-a5d2-79e7c2cf2a6e' });
    expect(block).toEqual({
      index: 'logs-test',
      filter: [],
      query: { bool: { filter: [term('service.name', 'checkout')], must_not: [term('host.name', 'web09')] } },
      kql: 'log.level: error',
      timeField: '@timestamp',
      lines: { columns: ['host.name'], message: 'message' },
      dataView: 'logs-test-view',
    });
  });

  it('from before 7 has its data view inline, and old filters', async () => {
    const { run } = await startKibana('7.17');
    const { block } = await run({ search: 'Old one' });
    expect(block).toMatchObject({
      index: 'logs-test',
      lucene: '*',
      query: {
        bool: { filter: [{ match_phrase: { 'host.name': { query: 'web01' } } }, { exists: { field: 'message' } }] },
      },
      lines: {},
    });
  });

  it('of 8 is found by its title, whatever its case, with combined filters', async () => {
    const { run } = await startKibana('8.19');
    const { block } = await run({ search: 'errors OF checkout' });
    const payments = { bool: { filter: [term('service.name', 'payments')], must_not: [term('log.level', 'debug')] } };
    const either = [{ bool: { filter: [term('service.name', 'checkout')] } }, { bool: { filter: [payments] } }];
    expect(block.query).toEqual({
      bool: { filter: [{ bool: { should: either, minimum_should_match: 1 } }, { range: { cpu: { lt: 1000 } } }] },
    });
    expect(block).not.toHaveProperty('kql');
    expect(block.lines).toEqual({ columns: ['host.name'], message: 'message', level: 'log.level' });
  });

  it('takes Lucene, runtime fields, an index with blanks, and an order that is not of time', async () => {
    const { run } = await startKibana('8.19');
    const { block } = await run({ search: 'web-errors-id' });
    expect(block).toMatchObject({
      index: 'logs-nginx-*,logs-apache-*',
      lucene: 'http.response.status_code:[500 TO 599]',
      runtimeMappings: { 'http.status_class': { type: 'keyword', script: { source: "emit('5xx')" } } },
      sort: [{ 'http.response.status_code': 'asc' }],
      lines: { columns: ['source.ip', 'url.path', 'http.response.status_code'] },
      dataView: 'nginx-view',
    });
  });

  it('in ES|QL is run as such', async () => {
    const { run } = await startKibana('8.19');
    const { block } = await run({ search: 'esql-id' });
    expect(block).toEqual({
      esql: 'FROM logs-test | STATS avg = AVG(cpu) BY host.name | SORT avg DESC',
      filter: [],
      timeField: '@timestamp',
    });
  });

  it('in ES|QL has the window where Discover would fill it in, and nowhere else', async () => {
    const { run } = await startKibana('8.19');
    const esql =
      'FROM logs-* | WHERE t >= ?_tstart AND t < ?_tend AND m != "?_tstart" /* ?_tend */ | STATS BY ?_tstartx';
    const { block, link } = await run({ esql });
    expect(block.esql).toBe(
      'FROM logs-* | WHERE t >= TO_DATETIME("2026-11-18T11:00:00.000Z") AND t < TO_DATETIME("2026-11-18T12:00:00.000Z") AND m != "?_tstart" /* ?_tend */ | STATS BY ?_tstartx',
    );
    expect(decodeURIComponent(link)).toContain('t >= ?_tstart AND t < ?_tend');
  });

  it('in ES|QL takes KQL and values beside it', async () => {
    const { run } = await startKibana('8.19');
    const { block } = await run(
      { search: 'esql-id', kql: 'a: b', filters: { 'host.name': '${host}' } },
      { host: ['web01'] },
    );
    expect(block).toMatchObject({ kql: 'a: b', filter: [{ term: { 'host.name': '${host}' } }] });
  });

  it('may carry a data view of its own', async () => {
    const { run } = await startKibana('8.19');
    const { block } = await run({ search: 'adhoc-id' });
    expect(block).toMatchObject({ index: 'logs-test', timeField: '@timestamp' });
  });

  it('with a filter of another data view applies it, and says so', async () => {
    const { run } = await startKibana('8.19');
    const { block, frames } = await run({ search: 'other-view-id' });
    expect(block.query).toEqual({ bool: { filter: [term('service.name', 'checkout')] } });
    expect(frames[0]?.warnings.join()).toContain('service.name: checkout');
  });

  it('of 9 is its first tab, or the one that is named', async () => {
    const { run } = await startKibana('9.2');
    const first = await run({ search: 'Errors of checkout' });
    expect(first.block).toMatchObject({
      index: 'logs-test',
      kql: 'log.level: error',
      query: { bool: { filter: [term('service.name', 'checkout')] } },
    });
    const second = await run({ search: 'Errors of checkout', tab: 'by host' });
    expect(second.block).toMatchObject({ esql: 'FROM logs-test | STATS n = COUNT() BY host.name' });
    await expect(run({ search: 'Errors of checkout', tab: 'gone' })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'The saved search Errors of checkout has no tab gone. It has Errors, By host.',
    });
  });

  it('that keeps its first tab at the top as well is read once', async () => {
    const { run } = await startKibana('9.2');
    expect((await run({ search: 'both-forms' })).block).toMatchObject({ kql: 'host.name: web01', index: 'logs-test' });
  });

  it('that is nested without end, or is no JSON, is refused', async () => {
    const deep = `{"filter":[${'{"query":{"bool":{"filter":['.repeat(20_000)}`;
    const objects = [deep, '{"query":'].map((searchSourceJSON, index) => ({
      id: `broken-${index}`,
      type: 'search',
      attributes: { title: 'broken', kibanaSavedObjectMeta: { searchSourceJSON } },
      references: [],
    }));
    const { run } = await startKibana('8.19', { double: { spaces: { default: { objects, rules: [] } } } });
    await expect(run({ search: 'broken-0' })).rejects.toMatchObject({
      code: 'SOURCE_UNEXPECTED',
      message: 'A saved search is nested deeper than 100.',
    });
    await expect(run({ search: 'broken-1' })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('has no data view'),
    });
  });

  it('that is not there is refused with the names near it', async () => {
    const { run } = await startKibana('8.19');
    await expect(run({ search: 'Errors of chekout' })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'Kibana has no saved search called Errors of chekout. Near: Errors of checkout.',
    });
  });

  it('is read through the export where its own routes are refused', async () => {
    const { run, requests } = await startKibana('9.2', { double: { hasNoSavedObjectRoutes: true } });
    expect((await run({ search: 'Errors of checkout' })).block).toMatchObject({ kql: 'log.level: error' });
    expect(requests.filter(({ pathname }) => pathname.endsWith('/_export')).length).toBe(2);
  });
});

describe('a block', () => {
  it('adds values as whole terms beside what is saved', async () => {
    const { run } = await startKibana('7.17');
    const filters = { 'host.name': '${host}', 'log.level': ['error', 'fatal'], cpu: 7 };
    const { block } = await run({ search: 'b2d0ed20-3f2b-11ec-a5d2-79e7c2cf2a6e', filters }, { host: ['web01'] });
    expect(block.filter).toEqual([
      { term: { 'host.name': '${host}' } },
      { terms: { 'log.level': ['error', 'fatal'] } },
      { term: { cpu: 7 } },
    ]);
    expect(block.kql).toBe('log.level: error');
  });

  it('joins its own KQL to that of the search', async () => {
    const { run } = await startKibana('7.17');
    const { block } = await run({ search: 'b2d0ed20-3f2b-11ec-a5d2-79e7c2cf2a6e', kql: 'cpu > 5 or cpu < 1' });
    expect(block.kql).toBe('(log.level: error) and (cpu > 5 or cpu < 1)');
  });

  it('asks a data view by id, name or index', async () => {
    const { run } = await startKibana('8.19');
    const indices = [];
    for (const dataView of ['nginx-view', 'web servers', 'logs-nginx-*, logs-apache-*']) {
      indices.push((await run({ dataView })).block.index);
    }
    expect(indices).toEqual(Array(3).fill('logs-nginx-*,logs-apache-*'));
  });

  it('measures instead of listing when it is told to', async () => {
    const { run } = await startKibana('8.19');
    const { block } = await run({
      dataView: 'logs-test-view',
      metric: { avg: 'cpu' },
      split: 'host.name',
      step: '30s',
    });
    expect(block).toEqual({
      index: 'logs-test',
      filter: [],
      timeField: '@timestamp',
      metric: { avg: 'cpu' },
      split: 'host.name',
      step: '30s',
      dataView: 'logs-test-view',
    });
  });

  it('says that a data view has no time field', async () => {
    const { run } = await startKibana('8.19');
    const { frames } = await run({ dataView: 'timeless-view' });
    expect(frames[0]?.warnings.join()).toContain('no time field');
  });

  it('takes what is stored as it is, however it looks', async () => {
    const { run } = await startKibana('8.19');
    const pills = [{ meta: { type: 'phrase' }, query: { match_phrase: { message: '${host} $${x}' } } }];
    const { block } = await run({ dataView: 'logs-test-view', kql: 'message: "${host}"', pills });
    expect(block.kql).toBe('message: "$${host}"');
    expect(block.query).toEqual({ bool: { filter: [{ match_phrase: { message: '$${host} $$${x}' } }] } });
  });

  it('says that what is stored cannot be run, in the name of the search', async () => {
    const { run } = await startKibana('8.19');
    await expect(run({ dataView: 'logs-test-view', kql: 'a: (b' })).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: expect.stringContaining('What Test logs holds cannot be run'),
    });
  });

  it('asks for one thing at a time', async () => {
    const { request } = await startKibana('8.19');
    const wrong = [
      {},
      { search: 'a', dataView: 'b' },
      { rules: true, kql: 'a' },
      { dataView: 'a', tab: 'b' },
      { dataView: 'a', kql: 'x', lucene: 'y' },
    ];
    const thrown = wrong.map((block) => {
      try {
        request(block);
        return undefined;
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(thrown).toEqual(wrong.map(() => 'ZodError'));
  });

  it('remembers for a while what it has looked up, and looks again', async () => {
    const { run, requests, clock } = await startKibana('8.19');
    await run({ search: 'adhoc-id' });
    const before = requests.length;
    await run({ search: 'adhoc-id' });
    expect(requests.length).toBe(before);
    await clock.advance(31_000);
    await run({ search: 'adhoc-id' });
    expect(requests.length).toBeGreaterThan(before);
  });

  it('needs to know where the data are', async () => {
    const { request } = await startKibana('8.19', { options: { elasticsearch: undefined } });
    expect(() => request({ search: 'x' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('set elasticsearch:') }),
    );
  });
});
