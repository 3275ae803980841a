import { describe, expect, it } from 'vitest';
import { type Json, startKibana, stateOf, window } from '../kibana-harness.ts';

const TIME = { from: '2026-11-18T11:00:00.000Z', to: '2026-11-18T12:00:00.000Z' };
const shown = (filters: unknown) => (filters as Json[]).map(({ query }) => query);

describe('a link to Discover', () => {
  it('has the window frozen, and the filters of the search with the values of the question', async () => {
    const { run } = await startKibana('7.17');
    const { link } = await run(
      { search: 'Errors of checkout', filters: { 'host.name': '${host}' } },
      { host: ['web01'] },
    );
    expect(link.startsWith('https://kibana.example.net/app/discover#/view/b2d0ed20-3f2b-11ec-a5d2-79e7c2cf2a6e?')).toBe(
      true,
    );
    const { g, a } = stateOf(link);
    expect(g.time).toEqual(TIME);
    expect(a).toMatchObject({
      columns: ['host.name', 'message'],
      index: 'logs-test-view',
      query: { language: 'kuery', query: 'log.level: error' },
      sort: [['@timestamp', 'desc']],
    });
    expect(a).not.toHaveProperty('dataSource');
    const filters = a.filters as Json[];
    expect(filters).toHaveLength(4);
    expect(filters[3]).toEqual({
      $state: { store: 'appState' },
      meta: {
        alias: null,
        disabled: false,
        index: 'logs-test-view',
        key: 'host.name',
        negate: false,
        params: { query: 'web01' },
        type: 'phrase',
      },
      query: { match_phrase: { 'host.name': 'web01' } },
    });
  });

  it.each([
    ['8.14.3', { index: 'logs-test-view' }],
    ['8.15.0', { dataSource: { dataViewId: 'logs-test-view', type: 'dataView' } }],
    ['9.2.1', { dataSource: { dataViewId: 'logs-test-view', type: 'dataView' } }],
  ])('names the data view as %s does', async (version, expected) => {
    const { run } = await startKibana('8.19', { double: { version } });
    const { a } = stateOf((await run({ dataView: 'logs-test-view' })).link);
    expect(a).toMatchObject(expected);
  });

  it('opens a tab of its own where there are tabs', async () => {
    const tabs = await Promise.all(
      (['8.19', '9.2'] as const).map(async (version) => {
        const { run } = await startKibana(version);
        const { link } = await run({ dataView: 'logs-test-view' });
        return new URLSearchParams(new URL(link).hash.split('?')[1]).get('_tab');
      }),
    );
    expect(tabs).toEqual([null, '(tabId:new)']);
  });

  it('is there before anything was looked up, as well as it can be', async () => {
    const { source, request } = await startKibana('8.19', { options: { version: '8.19' } });
    const view = source.link(request({ dataView: 'logs-test-view', kql: 'a: b' }), window) ?? '';
    expect(stateOf(view)).toMatchObject({
      path: '/',
      g: { time: TIME },
      a: { dataSource: { dataViewId: 'logs-test-view' }, query: { query: 'a: b' } },
    });
    const search = source.link(request({ search: '4d9e2b10-7f60-11ee-9c2d-0242ac120002' }), window) ?? '';
    expect(stateOf(search)).toMatchObject({ path: '/view/4d9e2b10-7f60-11ee-9c2d-0242ac120002', g: { time: TIME } });
  });

  it('goes to the space, wherever that is said', async () => {
    const own = await startKibana('8.19', { options: { space: 'ops' } });
    expect((await own.run({ dataView: 'logs-test-view' })).link).toMatch(
      /^https:\/\/kibana\.example\.net\/s\/ops\/app\/discover#/,
    );
    const inUrl = await startKibana('8.19', {
      options: { space: 'ops', publicUrl: 'https://kibana.example.net/k/s/ops/' },
    });
    expect((await inUrl.run({ dataView: 'logs-test-view' })).link).toMatch(
      /^https:\/\/kibana\.example\.net\/k\/s\/ops\/app\/discover#/,
    );
  });

  it('says several values as one filter', async () => {
    const { run } = await startKibana('8.19');
    const { link } = await run(
      { dataView: 'logs-test-view', filters: { 'host.name': '${host}' } },
      { host: ['web01', 'web02'] },
    );
    const [filter] = stateOf(link).a.filters as Json[];
    expect(filter).toMatchObject({ meta: { type: 'phrases', params: ['web01', 'web02'] } });
    expect(shown([filter])).toEqual([
      {
        bool: {
          minimum_should_match: 1,
          should: [{ match_phrase: { 'host.name': 'web01' } }, { match_phrase: { 'host.name': 'web02' } }],
        },
      },
    ]);
  });

  it('holds a phrase that was looked for', async () => {
    const { run } = await startKibana('8.19');
    const { link } = await run({ dataView: 'logs-test-view', text: 'phrase' }, { phrase: ['payment', 'refused'] });
    const [filter] = stateOf(link).a.filters as Json[];
    expect(filter).toMatchObject({ meta: { alias: '"payment refused"', type: 'custom' } });
  });

  it('of ES|QL has the values behind where the rows come from, as strings of the language', async () => {
    const { run } = await startKibana('8.19');
    const { link } = await run({ search: 'esql-id', filters: { 'host.name': '${host}' } }, { host: ['we"b\\01 | x'] });
    expect(stateOf(link).a).toMatchObject({
      dataSource: { type: 'esql' },
      query: {
        esql: 'FROM logs-test | WHERE host.name == "we\\"b\\\\01 | x" | STATS avg = AVG(cpu) BY host.name | SORT avg DESC',
      },
    });
  });

  it('of another tab than the first shows what it holds, without the saved search', async () => {
    const { run } = await startKibana('9.2');
    const first = stateOf((await run({ search: 'Errors of checkout' })).link);
    const second = stateOf((await run({ search: 'Errors of checkout', tab: 'By host' })).link);
    expect([first.path, second.path]).toEqual(['/view/7c1d5a52-8f1e-4a63-bb1e-9f0c1a2b3c4d', '/']);
    expect(second.a).toMatchObject({ query: { esql: 'FROM logs-test | STATS n = COUNT() BY host.name' } });
  });

  it('leaves a data view that the search carries to the search', async () => {
    const { run } = await startKibana('8.19');
    const { path, a } = stateOf((await run({ search: 'adhoc-id' })).link);
    expect(path).toBe('/view/adhoc-id');
    expect(Object.keys(a)).not.toEqual(expect.arrayContaining(['dataSource']));
  });

  it('that is too long for chats leaves its filters to the saved search and pins the values', async () => {
    const { run } = await startKibana('7.17');
    const pills = Array.from({ length: 40 }, (_, index) => ({
      meta: { key: 'message', type: 'phrase', params: { query: `message ${index} ${'x'.repeat(60)}` } },
      query: { match_phrase: { message: `message ${index} ${'x'.repeat(60)}` } },
    }));
    const { link } = await run(
      { search: 'Errors of checkout', pills, filters: { 'host.name': '${host}' } },
      { host: ['web01'] },
    );
    expect(link.length).toBeLessThan(4_000);
    const { path, g } = stateOf(link);
    expect(path).toContain('/view/');
    expect(g).toMatchObject({
      time: TIME,
      filters: [{ $state: { store: 'globalState' }, query: { match_phrase: { 'host.name': 'web01' } } }],
    });
  });

  it('is never without its window, however long the values are', async () => {
    const { run } = await startKibana('8.19');
    const host = Array.from({ length: 100 }, (_, index) => `web${index}.${'x'.repeat(80)}`);
    const { link } = await run({ dataView: 'logs-test-view', filters: { 'host.name': '${host}' } }, { host });
    expect(link.length).toBeLessThan(4_000);
    expect(stateOf(link).g.time).toEqual(TIME);
  });

  it('is made short where the operator allows it', async () => {
    const short = new Map<string, Json>();
    const { run, requests } = await startKibana('8.19', { options: { shortLinks: true }, double: { short } });
    const { link } = await run({ dataView: 'logs-test-view' });
    expect(link).toBe('https://kibana.example.net/app/r/s/k1');
    const kept = short.get('k1') as { locator: { id: string; state: { url: string } } };
    expect(kept.locator.id).toBe('LEGACY_SHORT_URL_LOCATOR');
    expect(stateOf(`https://kibana.example.net${kept.locator.state.url}`).g.time).toEqual(TIME);
    await run({ dataView: 'logs-test-view' });
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
    const old = await startKibana('7.17', { options: { shortLinks: true } });
    expect((await old.run({ dataView: 'logs-test-view' })).link).toBe('https://kibana.example.net/goto/k1');
  });

  it('stays long where it cannot be made short', async () => {
    const { run } = await startKibana('8.19', {
      options: { shortLinks: true },
      double: {
        short: {
          size: 0,
          set: () => {
            throw new Error('x');
          },
          get: () => undefined,
        } as never,
      },
    });
    await expect(run({ dataView: 'logs-test-view' })).resolves.toMatchObject({
      link: expect.stringContaining('/app/discover#/'),
    });
  });
});

describe('a link to a dashboard', () => {
  it('is found by id or title, with the window and filters', async () => {
    const { source } = await startKibana('8.19');
    const wanted = { title: 'x', kind: 'kibana' as const, variables: { 'host.name': ['web01'] } };
    const aborter = AbortSignal.timeout(5_000);
    const links = await Promise.all(
      ['dash-web', 'web OVERVIEW', 'nothing'].map((dashboard) =>
        source.dashboardLink?.({ ...wanted, dashboard }, window, aborter),
      ),
    );
    expect(links[2]).toBeUndefined();
    expect(links[0]).toBe(links[1]);
    const { path, g } = stateOf(links[0] ?? '');
    expect(path).toBe('/view/dash-web');
    expect(g).toMatchObject({ time: TIME, filters: [{ query: { match_phrase: { 'host.name': 'web01' } } }] });
  });
});
