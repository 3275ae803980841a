/** An alert rule by its uid, as something to draw: for alerts that come without a panel. */
import { describe, expect, it } from 'vitest';
import { makeUnit } from '../../../../src/domain/unit.ts';
import { WEB_OVERVIEW } from '../../../doubles/grafana/shapes.ts';
import { NOW_MS, signal, startGrafana } from './dashboards-harness.ts';

const QUERY = {
  refId: 'A',
  datasourceUid: 'prom-uid',
  relativeTimeRange: { from: 600, to: 0 },
  model: {
    refId: 'A',
    expr: 'rig_cpu_user_percent{host=~"web0[12]"}',
    instant: true,
    datasource: { type: 'prometheus', uid: 'prom-uid' },
  },
};
const step = (refId: string, model: object) => ({ refId, datasourceUid: '__expr__', model: { refId, ...model } });
const REDUCE = step('B', { type: 'reduce', expression: 'A', reducer: 'last' });
const above = (type: string, ...params: readonly number[]) =>
  step('C', { type: 'threshold', expression: 'B', conditions: [{ evaluator: { type, params } }] });
const rule = (...data: readonly object[]) => ({ uid: 'cpu-high', title: 'CPU high', condition: 'C', data, labels: {} });

const window = { fromMs: NOW_MS - 600_000, toMs: NOW_MS, zone: 'UTC', maxPoints: 100 };
const binding = { arguments: {}, unit: makeUnit(), consolidate: 'average' as const };
const wanted = (path: string) => ({
  words: [],
  named: [],
  nowMs: NOW_MS,
  zone: 'UTC',
  url: new URL(path, 'https://grafana.example/'),
});
const PAGE = 'alerting/grafana/cpu-high/view?orgId=1';

async function scene(data: readonly object[], more: object = {}) {
  const { source, library } = await startGrafana([WEB_OVERVIEW], {
    alertRules: { 'cpu-high': rule(...data) },
    ...more,
  });
  return { source, open: (path = PAGE) => library.open(wanted(path), signal), owns: library.owns };
}

describe('the page of a rule', () => {
  it.each([
    ['alerting/grafana/cpu-high/view?orgId=1', true],
    ['alerting/cpu-high/edit', true],
    ['alerting/list', false],
    ['alerting/silence/new?alertmanager=grafana', false],
  ])('%s: %s', async (path, isOwned) => {
    const { owns } = await scene([QUERY]);
    expect(owns(new URL(path, 'https://grafana.example/'))).toBe(isOwned);
  });

  it.each([[{}], [{ mayProvision: false }]])(
    'is opened as its queries over time, with its limit (%j)',
    async (more) => {
      const { source, open } = await scene([QUERY, REDUCE, above('gt', 90)], more);
      const opened = await open();
      expect(opened).toMatchObject({
        title: 'CPU high',
        block: { rule: 'cpu-high' },
        thresholds: [{ op: '>', value: 90, severity: 'critical' }],
      });
      const request = source.request(opened.block, binding);
      const [frame] = await source.fetch(request, window, signal);
      expect(
        frame?.kind === 'series' && frame.series.map(({ labels, values }) => [labels.host, values.length > 5]),
      ).toEqual([
        ['web01', true],
        ['web02', true],
      ]);
      expect(source.link(request, window)).toMatch(/\/alerting\/grafana\/cpu-high\/view\?orgId=1$/);
    },
  );

  it.each([
    ['lt', [5], { op: '<', value: 5 }],
    ['within_range', [1, 5], undefined],
    ['gt', [], undefined],
  ] as const)('has of %s %j the limit %j', async (type, params, limit) => {
    const { open } = await scene([QUERY, REDUCE, above(type, ...params)]);
    const [found] = (await open()).thresholds ?? [];
    expect(found && { op: found.op, value: found.value }).toEqual(limit);
  });

  it('says what is missing: the rule, or a query in it', async () => {
    const { open } = await scene([REDUCE]);
    await expect(open()).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'The rule CPU high has no query that could be drawn.',
    });
    await expect(open('alerting/grafana/gone/view')).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  });

  it.each([{}, { data: 7 }, { data: [null, 'x', { model: 3 }] }, { title: 7, data: [{}] }])(
    'survives %j',
    async (odd) => {
      const { library } = await startGrafana([WEB_OVERVIEW], {
        alertRules: { 'cpu-high': { uid: 'cpu-high', ...odd } },
      });
      const outcome = await library.open(wanted(PAGE), signal).then(
        ({ block }) => block,
        (thrown: { readonly code: string }) => thrown.code,
      );
      expect([{ rule: 'cpu-high' }, 'SOURCE_NOT_FOUND']).toContainEqual(outcome);
    },
  );
});
