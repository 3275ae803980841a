import { describe, expect, it } from 'vitest';
import type { Opened } from '../../../../src/sources/source.ts';
import { type Json, NOW_MS, signal, startKibana, stateOf } from '../kibana-harness.ts';

const HOUR_MS = 3_600_000;
const url = (path: string) => new URL(path, 'https://kibana.example.net/');
const blockOf = ({ block }: Opened) => block as Json;

describe('what Kibana keeps', () => {
  it('is found by words, searches first, each with how to ask for it', async () => {
    const { library } = await startKibana('8.19');
    const found = await library.search('web', signal);
    expect(found.map(({ title, ask, folder }) => [title, ask, folder])).toEqual([
      ['Web errors', 'web-errors', undefined],
      ['Web servers', 'web-servers', 'data views'],
      ['Web overview', 'web-overview', 'dashboards'],
    ]);
    expect(found.map((entry) => entry.url)).toEqual([
      'https://kibana.example.net/app/discover#/view/web-errors-id',
      expect.stringContaining('https://kibana.example.net/app/discover#/?'),
      'https://kibana.example.net/app/dashboards#/view/dash-web',
    ]);
    expect(await library.search('from the proxies', signal)).toMatchObject([{ title: 'Web errors' }]);
    expect(await library.search('nothing like it', signal)).toEqual([]);
  });

  it.each(['errors-of-checkout', 'Errors of checkout', '4d9e2b10-7f60-11ee-9c2d-0242ac120002', 'of checkout'])(
    'is opened by %s',
    async (words) => {
      const { open } = await startKibana('8.19');
      expect(await open({ words: words.split(' ') })).toEqual({
        ask: 'errors-of-checkout',
        title: 'Errors of checkout',
        block: { search: '4d9e2b10-7f60-11ee-9c2d-0242ac120002' },
        parameters: [],
        arguments: {},
        output: 'lines',
        window: { fromMs: NOW_MS - 6 * HOUR_MS, toMs: NOW_MS },
        rangeText: '6h',
        notes: [],
      });
    },
  );

  it('is filtered by what the question names, by the fields that there are', async () => {
    const { open, source } = await startKibana('8.19');
    const opened = await open({ words: ['errors-of-checkout'], named: ['host', 'log.level', 'service'] });
    expect(opened.title).toBe('Errors of checkout, ${host}, ${log_level}, ${service}');
    expect(blockOf(opened).filters).toEqual({
      'host.name': '${host}',
      'log.level': '${log_level}',
      'service.name': '${service}',
    });
    expect(opened.parameters[0]).toEqual({
      name: 'host',
      type: 'host',
      values: 'terms:host.name on logs-test-view',
      isMulti: true,
    });
    expect(await source.values?.('terms:host.name on logs-test-view', signal)).toEqual([
      'terms:host.name on logs-test',
    ]);
  });

  it('may be a data view, or ES|QL, which is a table', async () => {
    const { open } = await startKibana('8.19');
    expect(await open({ words: ['Test', 'logs'] })).toMatchObject({
      block: { dataView: 'logs-test-view' },
      output: 'lines',
    });
    expect(await open({ words: ['slowest-hosts'] })).toMatchObject({ block: { search: 'esql-id' } });
  });

  it('of 9 says that it has more tabs, and keeps its saved window', async () => {
    const { open } = await startKibana('9.2');
    const opened = await open({ words: ['errors-of-checkout'] });
    expect(opened.notes).toEqual(['It has 2 tabs; this is Errors. Another is `kibana errors-of-checkout by-host`.']);
    expect(opened.window).toEqual({
      fromMs: Date.parse('2026-11-18T10:00:00.000Z'),
      toMs: Date.parse('2026-11-18T11:00:00.000Z'),
    });
    expect(opened).not.toHaveProperty('rangeText');
  });

  it('has tabs that are asked for behind its name', async () => {
    const { open } = await startKibana('9.2');
    expect(await open({ words: ['errors-of-checkout', 'by-host'] })).toMatchObject({
      ask: 'errors-of-checkout by-host',
      title: 'Errors of checkout: By host',
      block: { search: '7c1d5a52-8f1e-4a63-bb1e-9f0c1a2b3c4d', tab: 'By host' },
      notes: [],
    });
    expect(await open({ words: 'errors of checkout by host'.split(' ') })).toMatchObject({ block: { tab: 'By host' } });
    await expect(open({ words: ['errors-of-checkout', 'by-hots'] })).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
      details: { suggestions: expect.arrayContaining(['kibana errors-of-checkout by-host']) },
    });
  });

  it('cannot be narrowed by what is no field', async () => {
    const { open } = await startKibana('8.19');
    await expect(open({ words: ['errors-of-checkout'], named: ['hsot.name'] })).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_VALUE',
      message: '`hsot.name` is no field of Test logs. Near: host.name.',
    });
  });

  it('is refused with what is near, with a choice, or with a link', async () => {
    const { open } = await startKibana('8.19');
    await expect(open({ words: ['web-erors'] })).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
      details: { suggestions: expect.arrayContaining(['kibana web-errors']) },
    });
    await expect(open({ words: ['web'] })).rejects.toMatchObject({
      code: 'ASK_AMBIGUOUS',
      details: { suggestions: ['kibana web-errors', 'kibana web-servers'] },
    });
    await expect(open({ words: ['web-overview'] })).rejects.toMatchObject({
      code: 'ASK_UNKNOWN_QUERY',
      details: { link: 'https://kibana.example.net/app/dashboards#/view/dash-web' },
    });
    await expect(open({})).rejects.toMatchObject({ code: 'ASK_EMPTY' });
  });
});

const G = '_g=(filters:!(),refreshInterval:(pause:!t,value:0),time:(from:now-2h,to:now-1h))';
const PILL =
  "('$state':(store:appState),meta:(alias:!n,disabled:!f,index:logs-test-view,key:host.name,negate:!t,params:(query:web01),type:phrase),query:(match_phrase:(host.name:web01)))";

describe('a pasted page of Discover', () => {
  it.each<[string, '7.17' | '8.19' | '9.2', string]>([
    [
      'of 7.17',
      '7.17',
      `app/discover#/?${G}&_a=(columns:!(message),filters:!(${PILL}),index:logs-test-view,interval:auto,query:(language:kuery,query:'log.level:error'),sort:!(!('@timestamp',desc)))`,
    ],
    [
      'of 8.19',
      '8.19',
      `app/discover#/?${G}&_a=(columns:!(message),dataSource:(dataViewId:logs-test-view,type:dataView),filters:!(${PILL}),interval:auto,query:(language:kuery,query:'log.level:error'),sort:!(!('@timestamp',desc)))`,
    ],
    [
      'of 9.2, with a tab',
      '9.2',
      `app/discover#/?_tab=(tabId:x)&${G}&_a=(columns:!(message),dataSource:(dataViewId:logs-test-view,type:dataView),filters:!(${PILL}),query:(language:kuery,query:'log.level:error'),sort:!(!('@timestamp',desc)))`,
    ],
    [
      'from before 7.11',
      '7.17',
      `app/kibana#/discover?${G}&_a=(columns:!(message),filters:!(${PILL}),index:logs-test-view,query:(language:kuery,query:'log.level:error'),sort:!('@timestamp',desc))`,
    ],
    [
      'of Dashboards',
      '7.17',
      `app/data-explorer/discover#?_a=(discover:(columns:!(message),sort:!(!('@timestamp',desc))),metadata:(indexPattern:logs-test-view,view:discover))&_q=(filters:!(${PILL}),query:(language:kuery,query:'log.level:error'))&${G}`,
    ],
    [
      'that is percent-encoded',
      '8.19',
      `app/discover#/?${G.replaceAll(':', '%3A').replace('_g', '%5Fg')}&_a=${encodeURIComponent(`(columns:!(message),index:logs-test-view,filters:!(${PILL}),query:(language:kuery,query:'log.level:error'),sort:!(!('@timestamp',desc)))`)}`,
    ],
  ])('%s asks the same', async (_, version, path) => {
    const { open, library, run } = await startKibana(version);
    expect(library.owns(url(path))).toBe(true);
    const opened = await open({ url: url(path) });
    expect(opened.ask).toBe(url(path).href);
    expect(opened.window).toEqual({ fromMs: NOW_MS - 2 * HOUR_MS, toMs: NOW_MS - HOUR_MS });
    expect(opened.output).toBe('lines');
    const { block, link } = await run(opened.block);
    expect(block).toMatchObject({
      index: 'logs-test',
      kql: 'log.level:error',
      query: { bool: { must_not: [{ match_phrase: { 'host.name': 'web01' } }] } },
      lines: { columns: [], message: 'message' },
    });
    expect(stateOf(link).a).toMatchObject({
      filters: [{ meta: { negate: true } }],
      query: { query: 'log.level:error' },
    });
  });

  it('can be narrowed by what is named beside it', async () => {
    const { open } = await startKibana('8.19');
    const opened = await open({ url: url('app/discover#/?_a=(index:logs-test-view)'), named: ['host'] });
    expect(opened).toMatchObject({
      block: { dataView: 'logs-test-view', filters: { 'host.name': '${host}' } },
      parameters: [{ name: 'host', values: 'terms:host.name on logs-test-view' }],
    });
  });

  it('of a saved search is that search, with what is pinned', async () => {
    const { open } = await startKibana('8.19');
    const pinned = PILL.replace('appState', 'globalState');
    const opened = await open({
      url: url(
        `app/discover#/view/4d9e2b10-7f60-11ee-9c2d-0242ac120002?_g=(filters:!(${pinned}),time:(from:'2026-11-18T08:00:00.000Z',to:'2026-11-18T09:00:00.000Z'))`,
      ),
    });
    expect(opened).toMatchObject({
      title: 'Errors of checkout',
      block: { search: '4d9e2b10-7f60-11ee-9c2d-0242ac120002', pills: [{ meta: { negate: true } }] },
      window: { fromMs: Date.parse('2026-11-18T08:00:00.000Z'), toMs: Date.parse('2026-11-18T09:00:00.000Z') },
    });
  });

  it('of a saved search that was changed is what it shows now', async () => {
    const { open } = await startKibana('8.19');
    const path = `app/discover#/view/4d9e2b10-7f60-11ee-9c2d-0242ac120002?${G}&_a=(query:(language:lucene,query:'a:b'))`;
    expect(blockOf(await open({ url: url(path) }))).toMatchObject({
      dataView: 'logs-test-view',
      lucene: 'a:b',
      pills: [{ meta: { type: 'combined' } }, { meta: { alias: 'not slow' } }],
    });
  });

  it('takes the tab of a saved search', async () => {
    const { open } = await startKibana('9.2');
    const path =
      "app/discover#/view/7c1d5a52-8f1e-4a63-bb1e-9f0c1a2b3c4d?_tab=(tabId:'1b8d1e0a-5e0f-4c43-a9a4-0d5f3c1f2a02')";
    const { block } = await open({ url: url(path) });
    expect(block).toEqual({
      search: '7c1d5a52-8f1e-4a63-bb1e-9f0c1a2b3c4d',
      tab: '1b8d1e0a-5e0f-4c43-a9a4-0d5f3c1f2a02',
    });
  });

  it('reads ES|QL of indices that have a data view, and of no others', async () => {
    const { open } = await startKibana('8.19');
    const page = (esql: string) => url(`app/discover#/?_a=(dataSource:(type:esql),query:(esql:'${esql}'))`);
    expect(await open({ url: page('FROM logs-test | LIMIT 5') })).toMatchObject({
      block: { esql: 'FROM logs-test | LIMIT 5' },
    });
    for (const esql of ['FROM secrets', 'FROM logs-test,secrets', 'FROM logs-test | LOOKUP JOIN secrets ON a']) {
      await expect(open({ url: page(esql) })).rejects.toMatchObject({ code: 'ASK_FORBIDDEN' });
    }
  });

  it('runs no filter that could do more than look', async () => {
    const { open } = await startKibana('8.19');
    const page = (query: string) =>
      url(`app/discover#/?_a=(index:logs-test-view,filters:!((meta:(type:custom),query:${query})))`);
    for (const query of ["(script:(script:'true'))", '(terms:(a:(index:secrets,id:x,path:y)))']) {
      await expect(open({ url: page(query) })).rejects.toMatchObject({ code: 'ASK_FORBIDDEN' });
    }
  });

  it('with more than anybody clicks together is refused, or cut where that does no harm', async () => {
    const { open } = await startKibana('8.19');
    const page = (state: string) => url(`app/discover#/?_a=(index:logs-test-view,${state})`);
    const pills = Array(101).fill('(meta:(),query:(match_all:()))').join(',');
    await expect(open({ url: page(`filters:!(${pills})`) })).rejects.toMatchObject({ code: 'ASK_TOO_MUCH' });
    await expect(open({ url: page(`query:(language:kuery,query:'${'x'.repeat(10_001)}')`) })).rejects.toMatchObject({
      code: 'ASK_TOO_MUCH',
    });
    const columns = Array.from({ length: 80 }, (_, index) => `c${index}`);
    const { block } = await open({ url: page(`columns:!(${columns.join(',')},${'y'.repeat(300)})`) });
    expect((block as Json).columns).toEqual(columns.slice(0, 50));
  });

  it('that cannot be read says why', async () => {
    const { open } = await startKibana('8.19');
    const why = (path: string) =>
      open({ url: url(path) }).then(
        () => '',
        (thrown: Error) => thrown.message,
      );
    expect(await why('app/discover#/?_g=(time:(from:now-1h')).toContain('cut off or broken');
    expect(await why('app/discover#/?_a=(index:unsaved-view)')).toContain('was never saved');
    expect(await why('app/discover#/')).toContain('which data view');
    expect(await why('app/discover#/doc/v/i?id=1')).toContain('one document');
    expect(await why('app/r?l=DISCOVER_APP_LOCATOR&lz=N4I')).toContain('compressed');
    expect(await why('app/dashboards#/view/dash-web')).toContain('dashboard');
  });

  it('of a locator is read like any other', async () => {
    const { open } = await startKibana('8.19');
    const params = {
      dataViewId: 'logs-test-view',
      query: { language: 'kuery', query: 'a: b' },
      timeRange: { from: 'now-1h', to: 'now' },
      columns: ['message'],
    };
    const page = url(`app/r?l=DISCOVER_APP_LOCATOR&v=8.19.2&p=${encodeURIComponent(JSON.stringify(params))}`);
    expect(await open({ url: page })).toMatchObject({
      block: { dataView: 'logs-test-view', kql: 'a: b', columns: ['message'] },
      rangeText: '1h',
    });
  });

  it.each([
    ['https://kibana.example.net/app/discover#/', true],
    ['https://kibana.example.net/s/ops/app/discover#/', true],
    ['https://kibana.example.net/app/r/s/abc', true],
    ['https://kibana.example.net/goto/abc', true],
    ['https://kibana.example.net/app/dashboards#/view/x', true],
    ['https://kibana.example.net/app/lens#/', false],
    ['https://kibana.example.net/', false],
    ['https://kibana.example.net.evil.example/app/discover#/', false],
    ['http://kibana.example.net/app/discover#/', false],
    ['https://other.example.net/app/discover#/', false],
  ])('%s is one of ours: %s', async (address, expected) => {
    const { library } = await startKibana('8.19');
    expect(library.owns(new URL(address))).toBe(expected);
  });

  it('of another space is read there, unless the source is bound to one', async () => {
    const page = url('s/ops/app/discover#/?_a=(index:ops-view)');
    const view = {
      id: 'ops-view',
      type: 'index-pattern',
      attributes: { title: 'ops-*', timeFieldName: '@timestamp' },
      references: [],
    };
    const free = await startKibana('8.19', { double: { spaces: { ops: { objects: [view], rules: [] } } } });
    expect(blockOf(await free.open({ url: page }))).toEqual({ dataView: 'ops-view', space: 'ops' });
    const [host] = (await free.open({ url: page, named: ['host'] })).parameters;
    expect(host?.values).toBe('terms:host.name on ops-view in space ops');
    expect(await free.source.values?.(String(host?.values), signal)).toEqual(['terms:host.name on ops-*']);
    const bound = await startKibana('8.19', { options: { space: 'dev' } });
    expect(bound.library.owns(page)).toBe(false);
    expect(bound.library.owns(url('s/dev/app/discover#/'))).toBe(true);
  });
});

describe('a short address', () => {
  const path =
    "/app/discover#/?_g=(time:(from:now-2h,to:now))&_a=(columns:!(message),dataSource:(dataViewId:logs-test-view,type:dataView),query:(language:kuery,query:'log.level:error'))";

  it.each(['app/r/s/errors', 'r/s/errors', 'goto/errors'])('%s is followed through the API', async (short) => {
    const kept = {
      id: 'errors',
      slug: 'errors',
      locator: { id: 'LEGACY_SHORT_URL_LOCATOR', version: '8.19.2', state: { url: path } },
    };
    const { open } = await startKibana('8.19', { double: { short: new Map([['errors', kept]]) } });
    expect(await open({ url: url(short) })).toMatchObject({
      ask: url(short).href,
      block: { dataView: 'logs-test-view', kql: 'log.level:error' },
      rangeText: '2h',
    });
  });

  it('may stand for a locator', async () => {
    const state = { savedSearchId: 'web-errors-id', timeRange: { from: 'now-1h', to: 'now' } };
    const kept = { id: 'x', slug: 'x', locator: { id: 'DISCOVER_APP_LOCATOR', version: '8.19.2', state } };
    const { open } = await startKibana('8.19', { double: { short: new Map([['x', kept]]) } });
    expect(await open({ url: url('app/r/s/x') })).toMatchObject({
      block: { search: 'web-errors-id' },
      title: 'Web errors',
    });
  });

  it('of 7.17 is a saved object', async () => {
    const { open } = await startKibana('7.17');
    expect(await open({ url: url('goto/0f3a9c1d2b4e5f60718293a4b5c6d7e8') })).toMatchObject({
      block: { dataView: 'logs-test-view', kql: 'log.level:error', columns: ['message'] },
      rangeText: '2h',
    });
  });

  it('that is gone, or leads elsewhere, is refused', async () => {
    const loop = {
      id: 'loop',
      slug: 'loop',
      locator: { id: 'LEGACY_SHORT_URL_LOCATOR', state: { url: '/goto/loop' } },
    };
    const { open } = await startKibana('8.19', { double: { short: new Map([['loop', loop]]) } });
    await expect(open({ url: url('app/r/s/gone') })).rejects.toMatchObject({ code: 'ASK_UNKNOWN_QUERY' });
    await expect(open({ url: url('app/r/s/loop') })).rejects.toMatchObject({ code: 'ASK_UNKNOWN_QUERY' });
  });
});
