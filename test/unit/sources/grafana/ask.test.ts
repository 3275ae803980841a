import { describe, expect, it } from 'vitest';
import { PROM } from '../../../doubles/grafana/fleet.ts';
import { CPU_PANEL, HOST_VARIABLE, LIBRARY_PANELS, SHAPES, WEB_OVERVIEW } from '../../../doubles/grafana/shapes.ts';
import type { GrafanaQuery, GrafanaStore, Json, StoredDashboard } from '../../../doubles/grafana/store.ts';
import { frameOf } from '../../../doubles/grafana/store.ts';
import { NOW_SECONDS, signal, startGrafana, windowOf } from '../grafana-harness.ts';

const prom = { uid: PROM.uid, type: 'prometheus' };
const HOSTS = { variables: { host: '${host}' } };

function dashboardOf(panel: Json, variables: readonly Json[] = [HOST_VARIABLE]): StoredDashboard {
  return {
    uid: 'own',
    v1: {
      title: 'Own',
      schemaVersion: 39,
      templating: { list: variables },
      panels: [{ ...CPU_PANEL, id: 1, ...panel }],
    },
  };
}

async function startWith(panel: Json, more: Partial<GrafanaStore> = {}, variables?: readonly Json[]) {
  return startGrafana({ dashboards: [dashboardOf(panel, variables)], libraryPanels: LIBRARY_PANELS, ...more });
}

const OWN = { dashboard: 'own', panel: 1 };

describe('what is asked of the query API', () => {
  it('has the window as text, the step, the points and the data source', async () => {
    const { ask, queries } = await startGrafana();
    await ask(
      { dashboard: 'web-overview', panel: 4, ...HOSTS },
      { arguments: { host: ['web01'] }, window: windowOf(3_600, 0, 900) },
    );
    expect(queries()).toEqual([
      {
        from: String((NOW_SECONDS - 3_600) * 1000),
        to: String(NOW_SECONDS * 1000),
        queries: [
          {
            refId: 'A',
            datasource: prom,
            expr: 'rig_cpu_user_percent{host=~"web01"}',
            range: true,
            legendFormat: '{{host}}',
            intervalMs: 5_000,
            maxDataPoints: 900,
            utcOffsetSec: 0,
          },
        ],
      },
    ]);
  });

  it('tells the server which panel asks', async () => {
    const { ask, requests } = await startGrafana();
    await ask({ dashboard: 'web-overview', panel: 4 });
    const headers = requests.find(({ pathname }) => pathname === '/api/ds/query')?.headers;
    expect([headers?.['x-dashboard-uid'], headers?.['x-panel-id']]).toEqual(['web-overview', '4']);
  });

  it('takes what the dashboard has saved where nothing is asked', async () => {
    const { ask, queries } = await startGrafana();
    await ask({ dashboard: 'web-overview', panel: 4 });
    expect(queries()[0]?.queries[0]?.expr).toBe('rig_cpu_user_percent{host=~"web01"}');
  });

  it('takes the step that the panel wants at least, which may be a variable', async () => {
    const { ask, queries } = await startWith({ interval: '>$step' }, {}, [
      HOST_VARIABLE,
      { name: 'step', type: 'interval', query: '1m,5m', current: { value: '5m' } },
    ]);
    await ask(OWN);
    expect(queries()[0]?.queries[0]?.intervalMs).toBe(300_000);
  });

  it('takes the step that is set at a data source whose server does not', async () => {
    const graphite = { uid: 'graphite-uid', type: 'graphite' };
    const { ask, queries } = await startWith(
      { datasource: graphite, targets: [{ refId: 'A', target: 'servers.web01.cpu' }] },
      { datasources: [{ ...graphite, name: 'G', jsonData: { timeInterval: '1m' } }] },
    );
    await ask(OWN);
    expect(queries()[0]?.queries[0]?.intervalMs).toBe(60_000);
  });

  it('asks each data source of a mixed panel on its own', async () => {
    const { ask, queries } = await startGrafana();
    const frame = await ask(
      { dashboard: 'shapes', panel: 'Mixed', ...HOSTS },
      { arguments: { host: ['db01', 'web10'] } },
    );
    expect(queries().map((one) => one.queries.map(({ refId, target, expr }) => [refId, target ?? expr]))).toEqual([
      [['A', 'rig_cpu_user_percent{host=~"(db01|web10)"}']],
      [['B', 'servers.{db01,web10}.cpu']],
    ]);
    expect(frame.series).toHaveLength(4);
  });

  it('asks Graphite one query at a time, and takes answers of servers that call each of them A', async () => {
    const targets = ['A', 'B'].map((refId) => ({ refId, target: `servers.${refId === 'A' ? 'web01' : 'db01'}.cpu` }));
    const { ask, queries } = await startWith(
      { datasource: { uid: 'graphite-uid', type: 'graphite' }, targets },
      { isLastTargetOnly: true },
    );
    const frame = await ask(OWN);
    expect(queries().map((one) => one.queries.length)).toEqual([1, 1]);
    expect(frame.series.map(({ labels }) => labels.host)).toEqual(['web01', 'db01']);
  });

  it('names the data source that is not there', async () => {
    const gone = { uid: 'gone-uid', type: 'prometheus' };
    const { ask } = await startWith(
      { datasource: gone, targets: [{ refId: 'A', datasource: gone, expr: 'up' }] },
      {},
      [],
    );
    await expect(ask(OWN)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'Grafana has no data source gone-uid (prometheus), which this panel asks.',
    });
  });

  it('names a data source of which only the type is known as one of Grafana, and leaves groups of a pattern alone', async () => {
    const expr = 'label_replace(nope{, "status", "${1}xx", "code", "(.).."';
    const { ask, queries } = await startWith({ targets: [{ refId: 'A', datasource: prom, expr }] }, {}, []);
    await expect(ask(OWN)).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: expect.stringMatching(/^Query A failed in Grafana's prometheus data source: /),
    });
    expect(queries()[0]?.queries[0]?.expr).toBe(expr);
  });

  it('puts the target of another query into one of Graphite, and does not ask that one', async () => {
    const { ask, queries } = await startGrafana();
    await ask({ dashboard: 'shapes', panel: 'References', ...HOSTS }, { arguments: { host: ['web02'] } });
    expect(queries().map(({ queries: [query] }) => [query?.refId, query?.target, query?.targetFull])).toEqual([
      ['B', 'scale(#A, 2)', 'scale(servers.web02.cpu, 2)'],
    ]);
  });

  it('sends an expression with what it reads, though that is hidden, and shows only the expression', async () => {
    const expression = {
      refId: 'C',
      datasource: { type: '__expr__', uid: '__expr__' },
      type: 'math',
      expression: '$A + ${B}',
    };
    const targets = ['A', 'B', 'X'].map((refId) => ({
      refId,
      hide: true,
      datasource: prom,
      expr: `${refId.toLowerCase()}`,
    }));
    const answer = (query: GrafanaQuery) => ({
      frames: [
        frameOf(query.refId, [
          { name: 'Time', type: 'time', values: [(NOW_SECONDS - 60) * 1000] },
          { name: query.refId, type: 'number', values: [1] },
        ]),
      ],
    });
    const { ask, queries } = await startWith({ targets: [...targets, expression] }, { answer });
    const frame = await ask(OWN);
    expect(queries().map((one) => one.queries.map(({ refId }) => refId))).toEqual([['A', 'B', 'C']]);
    expect(queries()[0]?.queries[2]?.expression).toBe('$A + ${B}');
    expect(frame.series.map(({ name }) => name)).toEqual(['C']);
  });

  it('asks what another panel asks where a panel shows its result', async () => {
    const { ask, queries } = await startGrafana();
    await ask({ dashboard: 'shapes', panel: 'Again', ...HOSTS }, { arguments: { host: ['db01'] } });
    expect(queries()[0]?.queries[0]?.expr).toBe('rig_cpu_user_percent{host=~"db01"}');
  });

  it.each([
    ['by its name', 'By name'],
    ['by a variable', 'Open / CPU'],
    ['by nothing, for the default', 'Old graph'],
    ['through the library', 'CPU from the library'],
    ['in a collapsed row', 'Closed / CPU'],
  ])('finds a data source %s', async (_, panel) => {
    const { ask } = await startGrafana();
    const frame = await ask({ dashboard: 'shapes', panel, ...HOSTS }, { arguments: { host: ['db01'] } });
    expect(frame.series.map(({ labels }) => labels.host)).toEqual(['db01']);
  });

  it('finds data sources through the settings of the page, where their list is forbidden', async () => {
    const { ask } = await startGrafana({ mayListDatasources: false });
    const frame = await ask({ dashboard: 'shapes', panel: 'By name', ...HOSTS }, { arguments: { host: ['db01'] } });
    expect(frame.series).toHaveLength(1);
  });

  it('keeps the shift of a panel, and says so; its own window gives way to the question', async () => {
    const { ask, queries } = await startGrafana();
    const frame = await ask({ dashboard: 'shapes', panel: 'Shifted', ...HOSTS }, { arguments: { host: ['db01'] } });
    const dayMs = 86_400_000;
    expect([queries()[0]?.from, queries()[0]?.to].map(Number)).toEqual([
      (NOW_SECONDS - 600) * 1000 - dayMs,
      NOW_SECONDS * 1000 - dayMs,
    ]);
    expect(frame.warnings).toContain('This panel shows the time 1d earlier.');
  });

  it('asks a panel once for each value of a variable that takes one', async () => {
    const { ask, queries } = await startGrafana();
    const frame = await ask({ dashboard: 'old-rows', panel: 1, ...HOSTS }, { arguments: { host: ['web01', 'db01'] } });
    expect(queries().map(({ queries: [query] }) => query?.target)).toEqual(['servers.web01.cpu', 'servers.db01.cpu']);
    expect(frame.series.map(({ name, labels }) => [name, labels.host])).toEqual([
      ['web01', 'web01'],
      ['db01', 'db01'],
    ]);
  });

  it('lets two variables made from one argument go together', async () => {
    const variables = ['a', 'b'].map((name) => ({ name, type: 'textbox', query: '', current: { value: '' } }));
    const targets = [{ refId: 'A', datasource: prom, expr: 'rig_cpu_user_percent{host="$a",instance="$b"}' }];
    const { ask, queries } = await startWith({ targets }, {}, variables);
    await ask({ ...OWN, variables: { a: '${host}', b: '${host}:9100' } }, { arguments: { host: ['web01', 'db01'] } });
    expect(queries().map(({ queries: [query] }) => query?.expr)).toEqual([
      'rig_cpu_user_percent{host="web01",instance="web01:9100"}',
      'rig_cpu_user_percent{host="db01",instance="db01:9100"}',
    ]);
  });
});

describe('what comes back', () => {
  const targets = ['A', 'B'].map((refId) => ({
    refId,
    datasource: prom,
    expr: refId === 'A' ? 'rig_cpu_user_percent' : 'rig_cpu{',
  }));

  it.each([false, true])('is drawn with a note where one of two queries failed (207: %s)', async (isMultiStatus) => {
    const { ask } = await startWith({ targets }, { isMultiStatus });
    const frame = await ask(OWN);
    expect(frame.series).toHaveLength(4);
    expect(frame.warnings.join()).toMatch(/Query B failed in .*parse error/);
  });

  it.each([
    [{ error: 'parse error: unexpected }', status: 400 }, 'SOURCE_BAD_QUERY'],
    [{ error: 'context deadline exceeded', status: 500 }, 'SOURCE_TIMEOUT'],
    [{ error: 'bad gateway', status: 504 }, 'SOURCE_TIMEOUT'],
    [{ error: 'dial tcp 10.0.0.1:9090: connect: connection refused', status: 502 }, 'SOURCE_BACKEND_DOWN'],
    [{ error: 'exceeded maximum resolution of 11,000 points per timeseries', status: 400 }, 'SOURCE_TOO_MUCH'],
    [{ error: 'too many outstanding requests', status: 429 }, 'SOURCE_OVERLOADED'],
    [{ error: '401 Unauthorized', status: 401 }, 'SOURCE_AUTH'],
    [{ error: 'Access denied', status: 403 }, 'SOURCE_FORBIDDEN'],
    [{ error: 'index_not_found_exception', status: 404 }, 'SOURCE_NOT_FOUND'],
  ])('is a failure in our words where all failed: %j', async (answer, code) => {
    const { ask } = await startWith({}, { answer: () => answer });
    const error = await ask(OWN).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).not.toContain('10.0.0.1');
  });

  it.each([
    [400, 'bad request data', 'SOURCE_BAD_QUERY'],
    [403, 'Access denied to data source', 'SOURCE_FORBIDDEN'],
    [404, 'Data source not found', 'SOURCE_NOT_FOUND'],
    [500, 'Query data error', 'SOURCE_UNEXPECTED'],
    [502, '', 'SOURCE_BACKEND_DOWN'],
    [504, '', 'SOURCE_TIMEOUT'],
  ])('is judged by status and body apart: %i %s', async (status, message, code) => {
    const { grafanaDouble } = await import('../../../doubles/grafana.ts');
    const { storeWith } = await import('../grafana-harness.ts');
    const double = grafanaDouble(storeWith());
    const { ask } = await startGrafana((request) =>
      request.pathname === '/api/ds/query' ? { status, body: JSON.stringify({ message }) } : double(request),
    );
    await expect(ask({ dashboard: 'web-overview', panel: 4 })).rejects.toMatchObject({ code });
  });

  it('is refused where it is more than a picture holds', async () => {
    const { ask } = await startWith({ targets: [{ refId: 'A', datasource: prom, expr: 'rig_cpu_user_percent' }] });
    await expect(ask(OWN, { seriesMax: 3 })).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      message: expect.stringContaining('4 series'),
    });
  });

  it('gets the unit of the definition where the panel has none', async () => {
    const { ask } = await startWith({ fieldConfig: { defaults: {}, overrides: [] } });
    const frame = await ask(OWN, { unit: 'ratio' });
    expect(frame.series[0]?.unit.id).toBe('ratio');
    expect(frame.series[0]?.values[0]).toBeGreaterThan(100);
  });

  it('says which variables nobody defines, and asks nothing', async () => {
    const { ask, queries } = await startWith({
      targets: [{ refId: 'A', datasource: prom, expr: 'up{a="$nope",b="${nada}"}' }],
    });
    await expect(ask(OWN)).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: 'The panel refers to $nope, $nada, which the dashboard “Own” does not define.',
    });
    expect(queries()).toEqual([]);
  });

  it('says which variables the dashboard has, where a definition sets another', async () => {
    const { ask } = await startGrafana();
    await expect(ask({ dashboard: 'web-overview', panel: 4, variables: { hots: 'a' } })).rejects.toMatchObject({
      code: 'SOURCE_BAD_QUERY',
      message: 'The dashboard “Web overview” has no variable hots; it has host.',
    });
  });

  it.each([
    ['Words', 'ASK_EMPTY', /text, not data/],
    ['Nothing', 'SOURCE_NOT_FOUND', /no panel “Nothing”/],
    ['CPU', 'ASK_AMBIGUOUS', /2 panels “CPU”: 2 \(in Open\), 5 \(in Closed\)/],
  ])('says why the panel %s cannot be shown', async (panel, code, message) => {
    const { ask } = await startGrafana();
    await expect(ask({ dashboard: 'shapes', panel })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('a dashboard', () => {
  it.each(['Web overview', 'web overview', 'Web/Web overview'])('is found by its name: %s', async (dashboard) => {
    const { ask } = await startGrafana();
    expect((await ask({ dashboard, panel: 4 })).series).toHaveLength(1);
  });

  it('is not guessed where two have the name', async () => {
    const other = { ...WEB_OVERVIEW, uid: 'other', folder: { uid: 'x', title: 'Archive' } };
    const { ask } = await startGrafana({ dashboards: [WEB_OVERVIEW, other] });
    await expect(ask({ dashboard: 'Web overview', panel: 4 })).rejects.toMatchObject({
      code: 'ASK_AMBIGUOUS',
      message: expect.stringContaining('in Web (web-overview), Archive (other)'),
    });
    expect((await ask({ dashboard: 'archive/Web overview', panel: 4 })).series).toHaveLength(1);
  });

  it('is offered by the names near one that does not exist', async () => {
    const { ask } = await startGrafana();
    await expect(ask({ dashboard: 'Web overveiw', panel: 4 })).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: 'Grafana has no dashboard "Web overveiw". Near: Web overview, web-overview.',
    });
  });

  it('is found by its name again after it was made anew', async () => {
    const dashboards = [WEB_OVERVIEW];
    const { ask, clock } = await startGrafana({ dashboards });
    await ask({ dashboard: 'Web overview', panel: 4 });
    dashboards[0] = { ...WEB_OVERVIEW, uid: 'anew' };
    await clock.advance(60_000);
    expect((await ask({ dashboard: 'Web overview', panel: 4 })).series).toHaveLength(1);
  });

  it('is read as it is stored, with its tabs, where the server converts it', async () => {
    const { ask, requests } = await startGrafana({ apiVersions: ['v1beta1', 'v2beta1'] });
    const frame = await ask({ dashboard: 'tabbed', panel: 'Rest / Deep / CPU of $host' });
    expect(frame.series).toHaveLength(1);
    const read = requests.map(({ pathname }) => pathname).filter((path) => path.endsWith('/dashboards/tabbed'));
    expect(read).toEqual([
      '/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/tabbed',
      '/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/tabbed',
    ]);
  });

  it('is read where the server says, if that refuses it at the old address', async () => {
    const { ask } = await startGrafana({ apiVersions: ['v2beta1'], refusesNewAtOldAddress: true });
    expect((await ask({ dashboard: 'tabbed', panel: 'Rest / Deep / CPU of $host' })).series).toHaveLength(1);
  });

  it('is read in the organisation of the login', async () => {
    const { ask, requests } = await startGrafana({ orgId: 7, apiVersions: ['v1beta1'] });
    expect((await ask({ dashboard: 'web-overview', panel: 4 })).series).toHaveLength(1);
    expect(requests.some(({ pathname }) => pathname.includes('/namespaces/org-7/'))).toBe(true);
  });

  it('is read the old way where the new one is forbidden', async () => {
    const { ask } = await startGrafana({ apiVersions: ['v1beta1'], orgId: 7 }, { orgId: 2 });
    expect((await ask({ dashboard: 'web-overview', panel: 4 })).series).toHaveLength(1);
  });

  it('is remembered for half a minute', async () => {
    const { ask, requests, clock } = await startGrafana();
    const count = () => requests.filter(({ pathname }) => pathname === '/api/dashboards/uid/web-overview').length;
    await ask({ dashboard: 'web-overview', panel: 4 });
    await ask({ dashboard: 'web-overview', panel: 4 });
    expect(count()).toBe(1);
    await clock.advance(31_000);
    await ask({ dashboard: 'web-overview', panel: 4 });
    expect(count()).toBe(2);
  });

  it('lies below a path', async () => {
    const { ask } = await startGrafana({ basePath: '/grafana' }, { basePath: '/grafana' });
    expect((await ask({ dashboard: 'web-overview', panel: 4 })).series).toHaveLength(1);
  });

  it('tells of a library panel that is gone, and shows the others', async () => {
    const { source, ask } = await startGrafana({ libraryPanels: {} });
    expect((await ask({ dashboard: 'shapes', panel: 2 })).series).toHaveLength(1);
    await expect(source.values?.('panels:shapes', signal)).resolves.not.toContain('CPU from the library');
    expect(SHAPES.uid).toBe('shapes');
  });
});
