import { describe, expect, it } from 'vitest';
import type { Wanted } from '../../../../../src/sources/source.ts';
import { SHAPES, WEB_OVERVIEW } from '../../../../doubles/grafana/shapes.ts';
import { NOW_MS, signal, startGrafana, stored } from '../dashboards-harness.ts';

const ALL = [
  WEB_OVERVIEW,
  SHAPES,
  stored('node-exporter', 'Linux'),
  stored('cadvisor'),
  stored('kubernetes'),
  stored('nginx'),
  stored('checkout-v2'),
];
const wanted = (words: string, more: Partial<Wanted> = {}): Wanted => ({
  words: words.split(' ').filter((word) => word !== ''),
  named: [],
  nowMs: NOW_MS,
  zone: 'Europe/Berlin',
  ...more,
});
const page = (path: string): Wanted => wanted('', { url: new URL(path, 'https://grafana.example/') });

async function library(dashboards = ALL, store = {}, options = {}) {
  const { library: one } = await startGrafana(dashboards, store, options);
  return {
    ...one,
    openWords: (words: string, more: Partial<Wanted> = {}) => one.open(wanted(words, more), signal),
    openPage: (path: string) => one.open(page(path), signal),
  };
}

describe('opening by words', () => {
  it.each<[string, string, object]>([
    ['web-overview cpu', 'web-overview cpu-of', { dashboard: 'web-overview', panel: 4 }],
    ['Web overview CPU', 'web-overview cpu-of', { dashboard: 'web-overview', panel: 4 }],
    ['web-overview 4', 'web-overview cpu-of', { dashboard: 'web-overview', panel: 4 }],
    ['web overview', 'web-overview', { dashboard: 'web-overview' }],
    ['node cpu basic', 'node-exporter-full cpu-basic', { dashboard: 'rYdddlPWk', panel: 77 }],
    ['rYdddlPWk memory', 'node-exporter-full memory-basic', { dashboard: 'rYdddlPWk', panel: 78 }],
    [
      'linux node exporter full pending',
      'node-exporter-full pending-operations',
      { dashboard: 'rYdddlPWk', panel: 33 },
    ],
    ['node exporter storage disk iops', 'node-exporter-full disk-iops', { dashboard: 'rYdddlPWk', panel: 9 }],
    [
      'kubernetes memory usage',
      'kubernetes-views-namespaces memory-usage-by-pod',
      { dashboard: 'k8s_views_ns', panel: 30 },
    ],
    ['checkout latency', 'checkout-service latency', { dashboard: 'checkout-v2', panel: 1 }],
    ['shapes closed cpu', 'all-shapes closed-cpu', { dashboard: 'shapes', panel: 5 }],
  ])('finds %s', async (words, ask, block) => {
    const opened = await (await library()).openWords(words);
    expect([opened.ask, opened.block]).toEqual([ask, expect.objectContaining(block)]);
  });

  it('asks for the same again by the words it gives', async () => {
    const { openWords } = await library();
    const first = await openWords('node network');
    expect((await openWords(first.ask)).block).toEqual(first.block);
  });

  it('brings the variables that the panel needs, with what they may be and are', async () => {
    const { openWords } = await library();
    const opened = await openWords('web-overview cpu');
    expect(opened.parameters).toEqual([
      {
        name: 'host',
        type: 'host',
        values: ['db01', 'web01', 'web02', 'web10', 'all'],
        description: 'Host',
        isMulti: true,
      },
    ]);
    expect(opened).toMatchObject({
      block: { variables: { host: '${host}' } },
      arguments: { host: ['web01'] },
      title: 'Web overview / CPU of ${host}',
      unit: 'percent',
      rangeText: '6h',
      notes: [],
    });
    const node = await openWords('node memory-basic');
    expect(node.parameters.map(({ name }) => name)).toEqual(['ds_prom', 'job', 'nodename', 'node']);
    expect(node.arguments).toEqual({ ds_prom: ['prom-uid'], job: ['node'], nodename: ['web01'], node: ['web01:9100'] });
    expect(node.description).toBe('RAM and swap usage overview');
  });

  it('has the word all for all values', async () => {
    const opened = await (await library()).openWords('cadvisor cpu');
    expect([opened.arguments, opened.rangeText]).toEqual([{ host: ['all'], container: ['all'] }, '15m']);
  });

  it('answers lines of logs as lines, tables as tables', async () => {
    const { openWords } = await library();
    expect((await openWords('checkout log lines')).output).toBe('lines');
    expect((await openWords('cadvisor info')).output).toBe('table');
  });

  it('takes the nearest name, and says so', async () => {
    const { openWords } = await library();
    const opened = await openWords('web-overvew cpu');
    expect(opened.notes[0]).toContain('No dashboard is called web-overvew');
    const panel = await openWords('node-exporter-full presure');
    expect(panel.notes).toEqual([
      'No panel is called presure; this is Quick CPU / Mem / Disk / Pressure, the nearest.',
    ]);
  });

  it.each<[string, string, string, string]>([
    ['nowhere', 'ASK_UNKNOWN_QUERY', 'no dashboard called nowhere', 'grafana search nowhere'],
    [
      'web-overview zzzz',
      'ASK_UNKNOWN_QUERY',
      'has no panel called zzzz. It has CPU of …',
      'grafana web-overview cpu-of',
    ],
    ['shapes cpu', 'ASK_AMBIGUOUS', 'could be', 'grafana all-shapes closed-cpu'],
    ['kubernetes 80', 'ASK_EMPTY', 'is text, not data', ''],
    ['', 'ASK_EMPTY', 'Name a dashboard', 'grafana search'],
  ])('refuses %j with %s', async (words, code, message, suggestion) => {
    const { openWords } = await library();
    const refused = await openWords(words).catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(String(refused)).not.toContain('….');
    const { suggestions = [''] } = (refused as { details: { suggestions?: string[] } }).details;
    expect(suggestions).toContain(suggestion);
  });

  it('asks which of two dashboards of a name is meant, and every choice works', async () => {
    const twin = { ...WEB_OVERVIEW, uid: 'twin', folder: { uid: 'eu', title: 'Europe' } };
    const { openWords } = await library([WEB_OVERVIEW, twin]);
    const refused = await openWords('web overview cpu').catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({ code: 'ASK_AMBIGUOUS', message: expect.stringContaining('in Europe') });
    const { suggestions } = (refused as { details: { suggestions: string[] } }).details;
    expect(suggestions).toEqual(['grafana web-overview cpu', 'grafana twin cpu']);
    expect((await openWords('web-overview cpu')).block).toMatchObject({ dashboard: 'web-overview' });
    expect((await openWords('twin cpu')).block).toMatchObject({ dashboard: 'twin' });
    expect((await openWords('europe web overview cpu')).block).toMatchObject({ dashboard: 'twin' });
  });

  it('leaves open what the variables of a title stand for', async () => {
    const { search } = await library([WEB_OVERVIEW]);
    expect((await search('cpu', signal)).map(({ title }) => title)).toEqual(['Web overview / CPU of …']);
  });

  it('never asks again by a word that means something else', async () => {
    const [panel] = WEB_OVERVIEW.v1.panels as object[];
    const panels = [
      { ...panel, title: 'Top' },
      { ...panel, id: 5, title: '5m' },
    ];
    const { openWords } = await library([
      { ...WEB_OVERVIEW, uid: 'st', v1: { ...WEB_OVERVIEW.v1, title: 'Status', panels } },
    ]);
    expect([(await openWords('status top')).ask, (await openWords('st 5')).ask]).toEqual(['st 4', 'st 5']);
  });

  it('takes the one that has the variables which the question names', async () => {
    const twin = {
      ...WEB_OVERVIEW,
      uid: 'twin',
      v1: { ...WEB_OVERVIEW.v1, title: 'Web other', templating: { list: [] } },
    };
    const { openWords } = await library([WEB_OVERVIEW, twin]);
    expect((await openWords('web', { named: ['host'] })).block).toMatchObject({ dashboard: 'web-overview' });
    await expect(openWords('web')).rejects.toMatchObject({ code: 'ASK_AMBIGUOUS' });
  });
});

describe('opening a pasted page', () => {
  it.each<[string, object]>([
    ['d/web-overview/web-overview?orgId=1&viewPanel=4', { panel: 4 }],
    ['d/web-overview?viewPanel=panel-4', { panel: 4 }],
    ['d/web-overview?panelId=4&fullscreen', { panel: 4 }],
    ['d-solo/web-overview/x?panelId=panel-4-clone-1', { panel: 4 }],
    ['d/web-overview/x', { dashboard: 'web-overview' }],
  ])('reads %s', async (path, block) => {
    expect((await (await library()).openPage(path)).block).toMatchObject(block);
  });

  it('takes its values and window', async () => {
    const { openPage } = await library();
    const opened = await openPage(
      'd/web-overview?viewPanel=4&var-host=web01&var-host=db01&var-other=x&from=now-2h&to=now-1h',
    );
    expect([opened.arguments, opened.window]).toEqual([
      { host: ['web01', 'db01'] },
      { fromMs: NOW_MS - 7_200_000, toMs: NOW_MS - 3_600_000 },
    ]);
    expect((await openPage('d/web-overview?viewPanel=4&var-host=$__all')).arguments).toEqual({ host: ['all'] });
    const copy = await openPage('d/shapes?viewPanel=panel-7-clone-1&var-host=web01&var-host=web02');
    expect(copy.arguments).toMatchObject({ host: ['web02'] });
  });

  it('keeps to the saved window where the page has one that cannot be read, and says so', async () => {
    const opened = await (await library()).openPage('d/web-overview?from=gibberish&to=now');
    expect([opened.window, opened.notes]).toEqual([undefined, ['The window of the page could not be read.']]);
  });

  it('reads a short link without following it', async () => {
    const shortUrls = new Map([['abc', 'd/web-overview/web?viewPanel=4&from=1795000000000&to=1795000600000']]);
    const { openPage } = await library(ALL, { shortUrls });
    await expect(openPage('goto/abc?orgId=1')).resolves.toMatchObject({ block: { panel: 4 } });
    await expect(openPage('goto/nope')).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
      message: 'Grafana knows no short link nope; it may have expired.',
    });
  });

  it('refuses a panel that the dashboard does not have', async () => {
    await expect((await library()).openPage('d/web-overview?viewPanel=77')).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
      details: { suggestions: expect.arrayContaining(['grafana web-overview cpu-of']) },
    });
    await expect((await library()).openPage('d/unknown-uid')).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
      message: 'Grafana has no dashboard unknown-uid (any more), or my login may not see it.',
    });
  });

  it('knows its own pages from others', async () => {
    const { owns } = await library();
    const own = [
      'https://grafana.example/d/x',
      'http://grafana.example/goto/x',
      'https://grafana.example/explore?panes={"a":{"queries":[{"expr":"up"}]}}',
    ];
    const others = [
      'https://grafana.example/dashboards',
      'https://other.example/d/x',
      'https://grafana.example/explore',
      'https://grafana.example/alerting/list',
    ];
    expect([own, others].map((some) => some.map((text) => owns(new URL(text))))).toEqual([
      own.map(() => true),
      others.map(() => false),
    ]);
  });

  it('knows pages below a path', async () => {
    const { owns } = await library(ALL, {}, { publicUrl: 'https://ops.example/grafana' });
    expect(['grafana/d/x', 'd/x', 'other/d/x'].map((path) => owns(new URL(path, 'https://ops.example/')))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

it('links to all values in the words of the page', async () => {
  const { source, library: one } = await startGrafana(ALL);
  const { block } = await one.open(wanted('web-overview cpu'), signal);
  const unit = { id: 'none', scale: 'si', symbol: '', factor: 1, isWhole: false } as const;
  const request = source.request(block, { arguments: { host: ['all'] }, unit, consolidate: 'average' });
  const link = source.link(request, { fromMs: NOW_MS - 600_000, toMs: NOW_MS, zone: 'UTC', maxPoints: 100 }) ?? '';
  expect(new URL(link).searchParams.getAll('var-host')).toEqual(['$__all']);
});

describe('an exploration', () => {
  const panes = {
    abc: {
      datasource: 'prom-uid',
      queries: [
        { refId: 'A', expr: 'rig_cpu_user_percent{host="web01"}', datasource: { uid: 'prom-uid', type: 'prometheus' } },
      ],
      range: { from: 'now-1h', to: 'now' },
    },
  };
  const address = `explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
  const window = { fromMs: NOW_MS - 600_000, toMs: NOW_MS, zone: 'UTC', maxPoints: 100 };
  const binding = {
    arguments: {},
    unit: { id: 'none', scale: 'si', symbol: '', factor: 1, isWhole: false },
    consolidate: 'average',
  } as const;

  it('is asked, and linked again, where the operator allows it', async () => {
    const { source, library: one } = await startGrafana(ALL, {}, { explore: true });
    const opened = await one.open(page(address), signal);
    expect([opened.title, opened.window]).toEqual([
      'rig_cpu_user_percent{host="web01"}',
      { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS },
    ]);
    const request = source.request(opened.block, binding);
    const [frame] = await source.fetch(request, window, signal);
    expect(frame?.kind === 'series' && frame.series.map(({ labels }) => labels.host)).toEqual(['web01']);
    const link = new URL(source.link(request, window) ?? '');
    expect(JSON.parse(link.searchParams.get('panes') ?? '')).toMatchObject({
      gl1: {
        datasource: 'prom-uid',
        queries: [{ refId: 'A' }],
        range: { from: String(window.fromMs), to: String(NOW_MS) },
      },
    });
  });

  it('is refused where not', async () => {
    const { source, library: one } = await startGrafana(ALL);
    const { block } = await one.open(page(address), signal);
    expect(() => source.request(block, binding)).toThrow(expect.objectContaining({ code: 'ASK_FORBIDDEN' }));
  });

  it.each([
    ['{"datasource":"prom-uid","queries":[{"refId":"A","expr":"up"}],"range":{"from":"now-1h","to":"now"}}'],
    ['["now-1h","now","prom-uid",{"expr":"up"},{"mode":"Metrics"},{"ui":[true]}]'],
  ])('of old versions is read too: %s', async (left) => {
    const { openPage } = await library();
    const opened = await openPage(`explore?left=${encodeURIComponent(left)}`);
    expect([opened.block, opened.window]).toEqual([
      { queries: [expect.objectContaining({ expr: 'up', datasource: 'prom-uid' })] },
      { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS },
    ]);
  });
});

describe('searching', () => {
  it('finds dashboards by title and panels inside of them', async () => {
    const { search } = await library();
    const found = await search('node memory', signal);
    expect(found.map(({ title, ask }) => [title, ask])).toEqual([
      ['Node Exporter Full / Basic CPU / Mem / Net / Disk / Memory Basic', 'node-exporter-full memory-basic'],
    ]);
    const overview = await search('overview', signal);
    expect(overview.map(({ title, ask, url, folder }) => [title, ask, url, folder])).toEqual([
      ['Web overview', 'web-overview', 'https://grafana.example/d/web-overview', 'Web'],
    ]);
  });

  it('lists what there is, bounded', async () => {
    const { search } = await library();
    expect((await search('', signal)).map(({ ask }) => ask)).toContain('cadvisor-exporter');
    const many = Array.from({ length: 50 }, (_, index) => ({ ...WEB_OVERVIEW, uid: `w${index}` }));
    expect(await (await library(many)).search('web', signal)).toHaveLength(20);
  });

  it('finds panels of dashboards whose titles say nothing of it', async () => {
    const { search } = await library();
    expect((await search('pressure', signal)).map(({ title, ask, url }) => [title, ask, url])).toEqual([
      [
        'Node Exporter Full / Quick CPU / Mem / Disk / Pressure',
        'node-exporter-full pressure',
        'https://grafana.example/d/rYdddlPWk?viewPanel=323',
      ],
    ]);
  });

  it('finds by folder and tag', async () => {
    const { search } = await library();
    const titles = async (words: string) => (await search(words, signal)).map(({ title }) => title);
    expect([await titles('linux'), await titles('docker')]).toEqual([['Node Exporter Full'], ['Cadvisor exporter']]);
  });

  it('gives words that open each of what it finds', async () => {
    const { search, openWords } = await library();
    const found = await search('cpu', signal);
    const opened = await Promise.all(found.map(({ ask }) => openWords(ask)));
    expect(opened.map(({ ask }) => ask)).toEqual(found.map(({ ask }) => ask));
    expect(found.length).toBeGreaterThan(5);
  });
});
