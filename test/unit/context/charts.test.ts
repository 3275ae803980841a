/** The charts under an alert: which are fetched, from where, and what they show as firing. */
import { expect, it } from 'vitest';
import type { AlertChartDeps } from '../../../src/context/charts.ts';
import { alertCharts } from '../../../src/context/charts.ts';
import type { Alert } from '../../../src/domain/alert.ts';
import { BotError } from '../../../src/domain/errors.ts';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import type { Library, Opened, Wanted } from '../../../src/sources/source.ts';
import { type ConfiguredSource, createSourceSet } from '../../../src/sources/source-set.ts';
import { makeCatalog, makeParameter, makeQuery } from '../questions/world.ts';
import { type Asked, fakeSource, MINUTE, NOW_MS, sampleAlert, steady, ZONE } from './sample-alerts.ts';

const HOSTS = ['web01', 'web02', 'web03', 'web05'];
const fleet = ({ window }: Required<Asked>) =>
  HOSTS.map((host, index) => steady(host, { instance: `${host}:9100`, job: 'node' }, index * 4, window));
const firing = (host: string, overrides: Parameters<typeof sampleAlert>[1] = {}) =>
  sampleAlert({ alertname: 'HighErrorRate', instance: `${host}:9100`, job: 'node', severity: 'page' }, overrides);

const charts = (
  alerts: readonly Alert[],
  sources: readonly ConfiguredSource[],
  { queries = [], ...deps }: Partial<AlertChartDeps> & { readonly queries?: readonly SavedQuery[] } = {},
  signal = new AbortController().signal,
) =>
  alertCharts(
    alerts,
    { sources: createSourceSet(sources), catalog: makeCatalog(queries), nowMs: NOW_MS, zone: ZONE, ...deps },
    signal,
  );

it('asks the source of an alert for its expression without the limit, over a window that is half before it', async () => {
  const { configured, asked } = fakeSource(fleet);
  const { answers, notes } = await charts([firing('web02')], [configured]);
  expect(asked.map(({ block }) => block)).toEqual([{ expr: 'rate(errors_total[5m])' }]);
  expect(asked[0]?.window).toMatchObject({ fromMs: NOW_MS - 60 * MINUTE, toMs: NOW_MS, zone: ZONE, isToEnd: true });
  expect(notes).toEqual([]);
  expect(answers.map(({ title, alert, origin }) => ({ title, alert, origin }))).toEqual([
    {
      title: 'HighErrorRate on web02',
      origin: 'Prometheus · fake',
      alert: {
        name: 'HighErrorRate',
        fromMs: NOW_MS - 12 * MINUTE,
        members: [{ name: 'web02', fromMs: NOW_MS - 12 * MINUTE }],
        count: 1,
        noun: 'instances',
        severity: 'critical',
        limit: { op: '>', value: 5 },
      },
    },
  ]);
});

it('makes one chart of a group, with the members that fire and when each began', async () => {
  const { configured, asked } = fakeSource(fleet);
  const over = { status: 'resolved', endsAt: new Date(NOW_MS - MINUTE), minutes: 50 } as const;
  const group = [firing('web02', { minutes: 9 }), firing('web05', { severity: 'warning' }), firing('web01', over)];
  const { answers } = await charts(group, [configured]);
  expect(asked).toHaveLength(1);
  expect(answers[0]?.title).toBe('HighErrorRate on web02, web05');
  expect(answers[0]?.alert).toMatchObject({
    fromMs: NOW_MS - 12 * MINUTE,
    count: 2,
    members: [
      { name: 'web02', fromMs: NOW_MS - 9 * MINUTE },
      { name: 'web05', fromMs: NOW_MS - 12 * MINUTE },
    ],
  });
  expect(answers[0]?.alert).not.toHaveProperty('toMs');
});

it('shows of what is over the whole time of it', async () => {
  const { configured, asked } = fakeSource(fleet);
  const endsAt = new Date(NOW_MS - 20 * MINUTE);
  const { answers } = await charts([firing('web02', { status: 'resolved', endsAt, minutes: 35 })], [configured]);
  expect(answers[0]?.alert).toMatchObject({ fromMs: NOW_MS - 35 * MINUTE, toMs: +endsAt });
  expect(asked[0]?.window?.toMs).toBe(+endsAt + 10 * MINUTE);
  expect(asked[0]?.window).not.toHaveProperty('isToEnd');
});

it('draws rules of one group that differ one by one, and bounds how many', async () => {
  const { configured } = fakeSource(fleet);
  const rules = ['a > 1', 'b > 1', 'c > 1', 'd > 1', 'e > 1', 'f > 1'];
  const alerts = rules.map((query) => firing('web02', { metric: { query, language: 'promql' } }));
  const { answers, notes } = await charts(alerts, [configured]);
  expect([answers.length, notes]).toEqual([3, ['3 more charts are left out']]);
});

it('chooses the source whose address the page of the alert is under', async () => {
  const [near, far] = [fakeSource(fleet), fakeSource(fleet)];
  await charts(
    [firing('web02')],
    [
      { ...far.configured, name: 'far', addresses: ['https://other.example.net/', 'http://prometheus:9090/'] },
      { ...near.configured, name: 'near', addresses: ['https://prom.example.net/'] },
    ],
  );
  expect([near.asked.length, far.asked.length]).toEqual([1, 0]);
});

it('takes the longest path of one host, and never made-up data where real ones could be meant', async () => {
  const [a, b, demo] = [fakeSource(fleet), fakeSource(fleet), fakeSource(fleet)];
  const links = [{ rel: 'query', href: 'https://tools.example.net/prom-b/graph?g0.expr=x' }] as const;
  const sources = [
    { ...a.configured, name: 'a', addresses: ['https://tools.example.net/prom/'] },
    { ...b.configured, name: 'b', addresses: ['https://tools.example.net/prom-b/'] },
    { ...demo.configured, name: 'demo', isDemo: true },
  ];
  await charts([firing('web02', { links })], sources);
  await charts([firing('web02', { links: [] })], [sources[2] as ConfiguredSource, sources[0] as ConfiguredSource]);
  expect([a.asked.length, b.asked.length, demo.asked.length]).toEqual([1, 1, 0]);
});

it('says so where nothing tells which source it is, or none is there', async () => {
  const { configured } = fakeSource(fleet);
  const two = [
    { ...configured, name: 'eu' },
    { ...configured, name: 'us' },
  ];
  expect((await charts([firing('web02')], two)).notes).toEqual([
    "the chart of the alert's own expression: it could be of eu, us; none has the address prom.example.net as its `publicUrl`",
  ]);
  expect((await charts([firing('web02')], [])).notes).toEqual([
    "the chart of the alert's own expression: no source of kind prometheus is configured",
  ]);
});

it('takes what an expression holds for text, never for a placeholder', async () => {
  const { configured, asked } = fakeSource(fleet);
  const query = `x{a="\${labels.host}"} > 1`;
  const { answers } = await charts([firing('web02', { metric: { query, language: 'promql' } })], [configured]);
  expect([asked[0]?.block, answers.length]).toEqual([{ expr: 'x{a="$${labels.host}"}' }, 1]);
});

it('scales the limit as its unit scales the values', async () => {
  const { configured, asked } = fakeSource(fleet);
  const query = 'rate(errors_total[5m]) / rate(requests_total[5m]) > 0.05';
  const { answers } = await charts([firing('web02', { metric: { query, language: 'promql' } })], [configured]);
  expect([asked[0]?.binding.unit.id, answers[0]?.alert?.limit]).toEqual(['ratio', { op: '>', value: 5 }]);
});

it('draws the metrics of Moira, whose names a legend shortens', async () => {
  const names = { 'a.web01.load': 'web01', 'a.web02.load': 'web02' };
  const graphite = fakeSource(({ window }) => Object.values(names).map((name) => steady(name, {}, 3, window)), {
    name: 'graphite',
    kind: 'graphite',
    rawBlock: (target) => ({ target }),
  });
  const alerts = Object.keys(names).map((query, index) =>
    sampleAlert(
      { alertname: 'Load', metric: query },
      { groupKey: 'g', minutes: 5 + index, metric: { query, language: 'graphite' } },
    ),
  );
  const { answers } = await charts(alerts, [graphite.configured]);
  expect(graphite.asked.map(({ block }) => block)).toEqual([{ target: 'group(a.web01.load,a.web02.load)' }]);
  expect(answers[0]?.alert?.members.map(({ name }) => name)).toEqual(['web01', 'web02']);
});

it('draws what a picture of Graphite shows that somebody put into an annotation', async () => {
  const graphite = fakeSource(({ window }) => [steady('load', {}, 3, window)], {
    name: 'graphite',
    kind: 'graphite',
    rawBlock: (target) => ({ target }),
    addresses: ['https://graphite.example.net/'],
  });
  const other = { ...graphite.configured, name: 'other', addresses: ['https://other.example.net/'] };
  const picture = 'https://graphite.example.net/render?target=alias(a.b%2C%22load%22)&target=c.d&from=-1h';
  const annotations = { description: `Look at ${picture} and https://graphite.example.net/dashboard?target=x.` };
  const alerts = ['web01', 'web02'].map((host) => firing(host, { ...quiet, annotations, links: [] }));
  const { answers, notes } = await charts(alerts, [other, graphite.configured]);
  expect(graphite.asked.map(({ block }) => block)).toEqual([{ target: 'group(alias(a.b,"load"),c.d)' }]);
  expect([answers[0]?.alert?.count, answers[0]?.alert?.members.length, notes]).toEqual([2, 1, []]);
});

it('draws the item of Zabbix that an alert names, of its host', async () => {
  const { configured, asked } = fakeSource(({ window }) => [steady('CPU', {}, 3, window)], {
    name: 'zabbix',
    kind: 'zabbix',
    rawBlock: blockOfItem,
  });
  const about = (host: string) =>
    sampleAlert({ alertname: 'High CPU', host }, { source: 'zabbix', metric: { name: 'system.cpu.util[,user]' } });
  const { answers } = await charts([about('Web server 1'), about('a"b')], [configured]);
  expect(asked.map(({ block }) => block)).toEqual([{ typed: '"Web server 1" system.cpu.util[,user]' }]);
  expect(answers[0]?.alert?.members).toHaveLength(1);
});

const blockOfItem = (typed: string) => ({ typed });

it('counts what the search of ElastAlert finds instead of listing it', async () => {
  const { configured, asked } = fakeSource(({ window }) => [steady('count', {}, 3, window)], {
    name: 'logs',
    kind: 'elasticsearch',
    rawBlock: (lucene) => ({ lucene, lines: {} }),
  });
  const metric = { query: 'level:error AND host:${x}', language: 'lucene' } as const;
  const { answers } = await charts([firing('web02', { metric })], [configured]);
  expect(asked.map(({ block, binding }) => [block, binding.consolidate])).toEqual([[{ lucene: metric.query }, 'sum']]);
  expect(answers[0]?.question.looks).toEqual({ bars: true });
});

const saved = (fields: Partial<SavedQuery> = {}) =>
  makeQuery('cpu', 'prom', {
    kind: 'prometheus',
    parameters: [makeParameter('host', { type: 'host' })],
    alerts: [{ match: { alertname: ['HighErrorRate'] }, parameters: { host: '${labels.instance | host}' } }],
    ...fields,
  });
const quiet = { metric: {} } as const;
const perHost = ({ binding, window }: Required<Asked>) =>
  (binding.arguments.host ?? []).map((host) => steady(host, { host }, 50, window));

it('draws the saved queries that name the alerts, of all hosts that fire', async () => {
  const { configured, asked } = fakeSource(perHost);
  const group = [firing('web02', { ...quiet, minutes: 9 }), firing('web05', quiet)];
  const { answers } = await charts(group, [configured], { queries: [saved(), saved({ id: 'logs', output: 'lines' })] });
  expect(asked.map(({ binding }) => binding.arguments)).toEqual([{ host: ['web02', 'web05'] }]);
  expect(answers[0]).toMatchObject({ title: 'cpu of web02, web05', alert: { count: 2 } });
  expect(answers[0]?.alert?.members).toEqual([
    { name: 'web02', fromMs: NOW_MS - 9 * MINUTE },
    { name: 'web05', fromMs: NOW_MS - 12 * MINUTE },
  ]);
});

it('takes the parts of one host for no members', async () => {
  const { configured } = fakeSource(({ window }) =>
    ['user', 'system'].map((name) => steady(name, { host: 'web02' }, 5, window)),
  );
  const { answers } = await charts([firing('web02', quiet)], [configured], { queries: [saved()] });
  expect(answers[0]?.alert).toMatchObject({ members: [], count: 1 });
});

it('keeps the window within what the query allows', async () => {
  const { configured, asked } = fakeSource(perHost);
  const queries = [saved({ maxRangeMs: 30 * MINUTE })];
  await charts([firing('web02', quiet)], [configured], { queries });
  expect(asked[0]?.window).toMatchObject({ fromMs: NOW_MS - 30 * MINUTE, toMs: NOW_MS });
});

const page = 'https://grafana.example.net/d/web?viewPanel=4';

function fakeGrafana(opened: Partial<Opened> = {}) {
  const wanted: Wanted[] = [];
  const { configured, asked } = fakeSource(fleet, { name: 'grafana', kind: 'grafana', title: 'Grafana' });
  const library: Library = {
    noun: 'panel',
    search: async () => [],
    owns: (url) => url.host === 'grafana.example.net',
    async open(one) {
      wanted.push(one);
      const parameters = [makeParameter('instance'), makeParameter('job', { default: 'any' })];
      return { ask: 'web 4', block: { panel: 4 }, title: 'Errors', parameters, arguments: {}, notes: [], ...opened };
    },
    import: async () => [],
  };
  return { configured: { ...configured, source: { ...configured.source, library } }, asked, wanted };
}

it('draws the panel that an alert names, of what fires and not of what its page was saved with', async () => {
  const { configured, asked, wanted } = fakeGrafana({
    arguments: { instance: ['saved:9100'] },
    notes: ['As it is now.'],
  });
  const links = [{ rel: 'panel', href: page }] as const;
  const alerts = ['web02', 'web05'].map((host) => firing(host, { ...quiet, links }));
  const { answers, notes } = await charts(alerts, [configured]);
  expect(wanted.map(({ url }) => url?.href)).toEqual([page]);
  expect(asked.map(({ block, binding }) => [block, binding.arguments])).toEqual([
    [{ panel: 4 }, { instance: ['web02:9100', 'web05:9100'], job: ['node'] }],
  ]);
  expect(answers.map(({ title, alert }) => [title, alert?.members.map(({ name }) => name)])).toEqual([
    ['Errors', ['web02', 'web05']],
  ]);
  expect([answers[0]?.notes, notes]).toEqual([['As it is now.'], []]);
});

it('counts the lines that an alert links to, where it does not bring their search', async () => {
  const links = [{ rel: 'logs', href: page }] as const;
  const { configured, asked } = fakeGrafana({ output: 'lines', parameters: [] });
  const { answers, reports } = await charts([firing('web02', { ...quiet, links })], [configured]);
  expect(asked.map(({ binding }) => [binding.unit.id, binding.consolidate])).toEqual([['count', 'sum']]);
  expect(answers[0]?.question).toMatchObject({ output: 'chart', looks: { bars: true } });
  expect(reports[0]?.why).toBe('the lines that it links to, of the source grafana');
  const searched = firing('web02', { links, metric: { language: 'lucene', query: 'level:error' } });
  expect((await charts([searched], [configured])).answers).toEqual([]);
});

it('draws the rule itself where an alert names no panel, with its limit as that of the alert', async () => {
  const href = 'https://grafana.example.net/alerting/grafana/cpu-high/view?orgId=1';
  const { configured, wanted } = fakeGrafana({
    parameters: [],
    thresholds: [{ op: '>', value: 5, severity: 'critical' }],
  });
  const rule = firing('web02', { ...quiet, links: [{ rel: 'source', href }] });
  const { answers, reports } = await charts([rule], [configured]);
  expect(wanted.map(({ url }) => url?.href)).toEqual([href]);
  expect(
    answers.map(({ title, thresholds, alert }) => [title, thresholds, alert?.limit, alert?.members.length]),
  ).toEqual([['HighErrorRate on web02', [], { op: '>', value: 5 }, 1]]);
  expect(reports[0]?.why).toBe('its rule, of the source grafana');

  // a panel says more than the rule, and other pages of the sender are none of either
  const panel = firing('web02', {
    ...quiet,
    links: [
      { rel: 'source', href },
      { rel: 'panel', href: page },
    ],
  });
  await charts([panel], [configured]);
  const other = firing('web02', { ...quiet, links: [{ rel: 'source', href: 'https://grafana.example.net/d/home' }] });
  expect((await charts([other], [configured])).answers).toEqual([]);
  expect(wanted.map(({ url }) => url?.href)).toEqual([href, page]);
});

it('leaves a page that no source has, and says where one cannot be opened', async () => {
  const { configured } = fakeGrafana();
  const { library } = configured.source;
  const broken = {
    ...library,
    open: async () => {
      throw new BotError('ASK_UNKNOWN_QUERY', 'There is no such panel.');
    },
  };
  const at = (href: string) => [firing('web02', { ...quiet, links: [{ rel: 'panel', href }] })];
  expect(await charts(at('https://elsewhere.example.net/d/1'), [configured])).toEqual({
    answers: [],
    notes: [],
    reports: [],
  });
  const source = { ...configured, source: { ...configured.source, library: broken } };
  expect((await charts(at(page), [source])).notes).toEqual([
    'the panel of HighErrorRate in Grafana: There is no such panel',
  ]);
});

it('adds a day of what they were judged by, where that is wanted and longer', async () => {
  const { configured, asked } = fakeSource(fleet);
  const { answers } = await charts([firing('web02')], [configured], { hasCompanion: true });
  // else the thread says the same twice
  expect(answers.map(({ title }) => title?.endsWith(', 24 hours'))).toEqual([false, true]);
  await charts([firing('web02', { minutes: 900 })], [configured], { hasCompanion: true });
  const spans = asked.map(({ window }) => ((window?.toMs ?? 0) - (window?.fromMs ?? 0)) / 60 / MINUTE);
  expect(spans).toEqual([1, 24, 48]);
});

it('says once why neither the chart nor its day is there', async () => {
  const { configured } = fakeSource(async () => {
    throw new BotError('SOURCE_BACKEND_DOWN', 'Prometheus cannot be reached.');
  });
  const { notes } = await charts([firing('web02')], [configured], { hasCompanion: true });
  expect([...new Set(notes)].length).toBe(1);
});

it('marks what was changed in the window, none twice', async () => {
  const { configured } = fakeSource(fleet);
  const mark = { timeMs: NOW_MS - 15 * MINUTE, kind: 'deploy', title: 'checkout 4.12.0', tags: [] } as const;
  const marks = [mark, { ...mark }, { ...mark, timeMs: NOW_MS - 90 * MINUTE }];
  const { answers } = await charts([firing('web02')], [configured], { marks });
  expect(answers[0]?.annotations).toEqual([mark]);
});

it('says in one line each what failed or was late, and gives the others', async () => {
  const { configured } = fakeSource(async ({ block, window }, signal) => {
    const { expr } = block as { readonly expr: string };
    if (expr === 'down') throw new BotError('SOURCE_BACKEND_DOWN', 'Prometheus cannot be reached.');
    if (expr === 'late')
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return fleet({ block, window } as Required<Asked>);
  });
  const alerts = ['down', 'late', 'good'].map((expr) =>
    sampleAlert({ alertname: expr }, { metric: { query: `${expr} > 1`, language: 'promql' } }),
  );
  const { answers, notes } = await charts(alerts, [configured], { timeoutMs: 30 });
  expect(answers.map(({ title }) => title)).toEqual(['good']);
  expect(notes).toEqual([
    'the chart of down: Prometheus cannot be reached',
    'the chart of late did not answer within 0.03 s',
  ]);
});

it('says why there are no values instead of drawing none', async () => {
  const { configured } = fakeSource(() => []);
  const { answers, notes } = await charts([firing('web02')], [configured]);
  expect([answers, notes.length]).toEqual([[], 1]);
  expect(notes[0]).toMatch(/^the chart of HighErrorRate on web02: .*[^.]$/);
});

it('stops when the whole is given up', async () => {
  const { configured } = fakeSource(() => new Promise(() => {}));
  const controller = new AbortController();
  const pending = charts([firing('web02')], [configured], {}, controller.signal);
  controller.abort(new Error('enough'));
  await expect(pending).rejects.toThrow('enough');
});

it('has nothing to draw for tests, and for alerts that bring nothing', async () => {
  const { configured, asked } = fakeSource(fleet);
  const alerts = [firing('web02', { transition: 'test' }), firing('web02', quiet)];
  expect(await charts(alerts, [configured])).toEqual({ answers: [], notes: [], reports: [] });
  expect(asked).toEqual([]);
});
