/** A rule of Kibana by its page, as something to draw: what it counts or measures, and its limit. */
import { describe, expect, it } from 'vitest';
import { kibanaFixture } from '../../../doubles/kibana.ts';
import { startKibana } from '../kibana-harness.ts';

const ID = 'c1a6f7d0-0d3b-11ef-8a52-1f2e3d4c5b6a';
const PAGE = `https://kibana.example.net/app/management/insightsAndAlerting/triggersActions/rule/${ID}`;
const WINDOW = { threshold: [100], thresholdComparator: '>', timeWindowSize: 5, timeWindowUnit: 'm' };

async function opened(type: string, params: object, page = PAGE) {
  const { objects: stored } = kibanaFixture('8.19');
  const [view] = stored as [(typeof stored)[number]];
  const named = (title: string) => ({
    ...view,
    id: `${title.slice(0, -2)}-view`,
    attributes: { ...view.attributes, title },
  });
  const objects = [...stored, named('metricbeat-*'), named('logs-*')];
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

  it('draws a rule in ES|QL over time, with the limit that it compares with', async () => {
    const esql = 'FROM logs-* | STATS failed = COUNT(*) BY host.name | WHERE failed > 100 | SORT failed DESC';
    const { result, run } = await opened('.es-query', { searchType: 'esqlQuery', esqlQuery: { esql } });
    const rule = await result();
    expect(rule).toMatchObject({ output: 'chart', thresholds: [{ op: '>', value: 100, severity: 'critical' }] });
    const { block } = await run(rule.block);
    expect(block.esql).toContain('STATS failed = COUNT(*) BY host.name, moment = BUCKET(@timestamp, 5 minutes)');
    expect(block.esql).not.toContain('> 100');
  });

  it('measures what a metric threshold does, in the data view of Metricbeat where there is no other', async () => {
    const condition = { aggType: 'avg', metric: 'system.cpu.total.norm.pct', comparator: '>', threshold: [0.9] };
    const { result, run } = await opened('metrics.alert.threshold', {
      criteria: [
        { ...condition, timeSize: 5, timeUnit: 'm' },
        { ...condition, aggType: 'max' },
      ],
      groupBy: ['host.name', 'cloud.region'],
      filterQueryText: 'host.os.type: linux',
    });
    const rule = await result();
    expect(rule).toMatchObject({
      unit: 'ratio',
      thresholds: [{ op: '>', value: 90 }],
      notes: [
        'Of what the rule groups by only host.name is drawn apart.',
        'Another condition of the rule is not drawn.',
      ],
      block: {
        dataView: 'metricbeat-view',
        metric: { avg: 'system.cpu.total.norm.pct' },
        kql: 'host.os.type: linux',
        split: { field: 'host.name', size: 10 },
        step: '5m',
      },
    });
    expect((await run(rule.block)).block).toMatchObject({ index: 'metricbeat-*', kql: 'host.os.type: linux' });
  });

  it.each([
    [{ aggType: 'count' }, 'count', 'count'],
    [{ aggType: 'p95', metric: 'http.duration' }, { percentiles: { field: 'http.duration', percents: [95] } }, 'none'],
    [{ aggType: 'cardinality', metric: 'user.id' }, { unique: 'user.id' }, 'count'],
    [{ aggType: 'rate', metric: 'system.network.in.bytes' }, { rate: 'system.network.in.bytes' }, 'bytes/s'],
    [
      { aggType: 'custom', customMetrics: [{ name: 'A', aggType: 'sum', field: 'net.bytes' }], equation: 'A' },
      { sum: 'net.bytes' },
      'bytes',
    ],
  ])('measures %j', async (measure, metric, unit) => {
    const { result } = await opened('metrics.alert.threshold', {
      criteria: [{ ...measure, comparator: '<', threshold: [1], timeSize: 1, timeUnit: 'h' }],
    });
    expect(await result()).toMatchObject({ unit, block: { metric, step: '1h' } });
  });

  it('counts the lines of a log threshold by what it compares', async () => {
    const { result, run } = await opened('logs.alert.document.count', {
      count: { comparator: 'more than or equals', value: 75 },
      timeSize: 10,
      timeUnit: 'm',
      criteria: [
        { field: 'log.level', comparator: 'equals', value: 'error' },
        { field: 'host.name', comparator: 'does not equal', value: 'web09' },
        { field: 'http.response.status_code', comparator: 'more than', value: 499 },
        { field: 'message', comparator: 'matches phrase', value: 'payment refused' },
      ],
      logView: { type: 'log-view-reference', logViewId: 'default' },
    });
    const rule = await result();
    expect(rule).toMatchObject({
      unit: 'count',
      looks: { bars: true },
      thresholds: [{ op: '>=', value: 75 }],
      block: { dataView: 'logs-view', metric: 'count', view: 'count', step: '10m' },
    });
    const { query } = (await run(rule.block)).block;
    expect(JSON.stringify(query)).toContain('{"term":{"log.level":{"value":"error"}}}');
    expect(JSON.stringify(query)).toContain('"must_not":[{"term":{"host.name":{"value":"web09"}}}]');
    expect(JSON.stringify(query)).toContain('{"range":{"http.response.status_code":{"gt":499}}}');
  });

  it('joins the query of a custom threshold with that of its only measure', async () => {
    const { result, run } = await opened('observability.rules.custom_threshold', {
      criteria: [
        {
          metrics: [{ name: 'A', aggType: 'count', filter: 'log.level: error' }],
          comparator: '>',
          threshold: [5],
          timeSize: 1,
          timeUnit: 'm',
        },
      ],
      searchConfiguration: { index: 'nginx-view', query: { query: 'service.name: checkout', language: 'kuery' } },
    });
    const rule = await result();
    expect((await run(rule.block)).block).toMatchObject({
      index: 'logs-nginx-*,logs-apache-*',
      kql: '(service.name: checkout) and (log.level: error)',
      metric: 'count',
    });
    expect(rule.thresholds).toMatchObject([{ op: '>', value: 5 }]);
  });

  it.each([
    ['a kind that is about something else', 'metrics.alert.inventory.threshold', {}, 'ASK_UNKNOWN_QUERY'],
    [
      'ES|QL that has no rows of a time',
      '.es-query',
      { searchType: 'esqlQuery', esqlQuery: { esql: 'ROW a = 1' } },
      'ASK_UNKNOWN_QUERY',
    ],
    [
      'an equation',
      'metrics.alert.threshold',
      {
        criteria: [
          { aggType: 'custom', customMetrics: [{ aggType: 'count' }, { aggType: 'count' }], equation: 'A / B' },
        ],
      },
      'ASK_UNKNOWN_QUERY',
    ],
    [
      'a ratio of log lines',
      'logs.alert.document.count',
      { count: { comparator: 'more than', value: 1 }, criteria: [[], []] },
      'ASK_UNKNOWN_QUERY',
    ],
    [
      'a program in the filter of a metric threshold',
      'metrics.alert.threshold',
      { criteria: [{ aggType: 'count' }], filterQuery: '{"script":{"script":"while(true){}"}}' },
      'ASK_FORBIDDEN',
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
