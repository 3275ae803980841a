/** A rule of Kibana by its page, as something to draw: what it counts or measures, and its limit. */
import { describe, expect, it } from 'vitest';
import { kibanaFixture } from '../../../doubles/kibana.ts';
import { startKibana } from '../kibana-harness.ts';

const ID = 'c1a6f7d0-0d3b-11ef-8a52-1f2e3d4c5b6a';
const PAGE = `https://kibana.example.net/app/management/insightsAndAlerting/triggersActions/rule/${ID}`;
const WINDOW = { threshold: [100], thresholdComparator: '>', timeWindowSize: 5, timeWindowUnit: 'm' };

async function opened(type: string, params: object, page = PAGE) {
  const { objects } = kibanaFixture('8.19');
  const rules = [{ id: ID, name: 'Checkout errors', rule_type_id: type, params: { ...WINDOW, ...params } }];
  const { open, run, library } = await startKibana('8.19', { double: { spaces: { default: { objects, rules } } } });
  return { result: () => open({ url: new URL(page) }), run, owns: library.owns };
}

const DSL = JSON.stringify({ query: { bool: { filter: [{ term: { 'log.level': 'error' } }] } } });

const SCRIPT = { script: { script: 'while(true){}' } };

function searchOf(...filter: readonly object[]) {
  return { searchType: 'searchSource', searchConfiguration: { index: 'logs', filter } };
}

describe('the page of a rule', () => {
  it('counts the documents of its query, a point for each time that it looks over', async () => {
    const { result, run } = await opened('.es-query', {
      searchType: 'esQuery',
      index: ['logs-nginx-*', 'logs-apache-*'],
      esQuery: DSL,
    });
    const rule = await result();
    expect(rule).toMatchObject({
      title: 'Checkout errors',
      output: 'chart',
      unit: 'count',
      thresholds: [{ op: '>', value: 100 }],
      block: { dataView: 'logs-nginx-*,logs-apache-*', metric: 'count', view: 'count', step: '5m' },
    });
    const { block } = await run(rule.block);
    expect(JSON.stringify(block)).toContain('"log.level":"error"');
    expect(block).toMatchObject({ metric: 'count', step: '5m' });
  });

  it('measures a field, split as the rule is', async () => {
    const { result, run } = await opened('.index-threshold', {
      index: 'logs-nginx-*, logs-apache-*',
      aggType: 'avg',
      aggField: 'event.duration',
      groupBy: 'top',
      termField: 'host.name',
      filterKuery: 'service.name: checkout',
    });
    const rule = await result();
    expect(rule.block).toEqual({
      dataView: 'logs-nginx-*,logs-apache-*',
      kql: 'service.name: checkout',
      metric: { avg: 'event.duration' },
      split: { field: 'host.name', size: 10 },
      step: '5m',
    });
    expect((await run(rule.block)).block).toMatchObject({ metric: { avg: 'event.duration' } });
  });

  it.each([
    ['a kind that is about something else', 'metrics.alert.inventory.threshold', {}, 'ASK_UNKNOWN_QUERY'],
    [
      'ES|QL, whose rows are no course',
      '.es-query',
      { searchType: 'esqlQuery', esqlQuery: { esql: 'FROM x' } },
      'ASK_UNKNOWN_QUERY',
    ],
    ['no index', '.es-query', { searchType: 'esQuery' }, 'ASK_UNKNOWN_QUERY'],
    [
      'a script',
      '.es-query',
      { index: ['logs-*'], esQuery: '{"query":{"script":{"script":"while(true){}"}}}' },
      'ASK_FORBIDDEN',
    ],
    ['a query that is no JSON', '.es-query', { index: ['logs-*'], esQuery: 'level:error' }, 'ASK_UNKNOWN_QUERY'],
    ['a search without a query', '.es-query', { index: ['logs-*'], esQuery: '{"size":0}' }, 'ASK_UNKNOWN_QUERY'],
    ['a script in a filter', '.es-query', searchOf({ meta: {}, query: SCRIPT }), 'ASK_FORBIDDEN'],
    ['a script in a filter of before version 7', '.es-query', searchOf({ meta: {}, ...SCRIPT }), 'ASK_FORBIDDEN'],
    [
      'a script in a combined filter',
      '.es-query',
      searchOf({ meta: { type: 'combined', relation: 'OR', params: [{ meta: {}, query: SCRIPT }] } }),
      'ASK_FORBIDDEN',
    ],
    ['params of another shape', '.es-query', { index: 7, threshold: 'x' }, 'ASK_UNKNOWN_QUERY'],
  ])('is refused for %s', async (_, type, params, code) => {
    const { result } = await opened(type, params);
    await expect(result()).rejects.toMatchObject({ code });
  });

  it('says that the rule is gone', async () => {
    const { result } = await opened('.es-query', {}, PAGE.replace(ID, 'gone'));
    await expect(result()).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it('is known by its address, in whichever space', async () => {
    const { owns } = await opened('.es-query', {});
    const at = (path: string) => owns(new URL(path, 'https://kibana.example.net/'));
    expect([
      at(`app/management/insightsAndAlerting/triggersActions/rule/${ID}`),
      at(`s/team/app/observability/alerts/rules/${ID}`),
      at('app/management/insightsAndAlerting/triggersActions/rules'),
    ]).toEqual([true, true, false]);
  });
});
