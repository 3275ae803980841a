import { describe, expect, it } from 'vitest';
import { readDashboardLink } from '../../../doubles/grafana/read-link.ts';
import { NOW_SECONDS, signal, startGrafana, windowOf } from '../grafana-harness.ts';

const PUBLIC = { publicUrl: 'https://graphs.example.net/grafana' };
const WINDOW = windowOf(3_600);
const TIMES = {
  fromMs: (NOW_SECONDS - 3_600) * 1000,
  toMs: NOW_SECONDS * 1000,
  orgId: null,
  timezone: 'Europe/Berlin',
};

describe('a link to Grafana', () => {
  it('opens the panel with the values of the question over the frozen window', async () => {
    const { source, request, ask } = await startGrafana({}, PUBLIC);
    const asked = { arguments: { host: ['web01', 'db01'] } };
    const block = { dashboard: 'Web overview', panel: 'CPU of $host', variables: { host: '${host}' } };
    await ask(block, asked);
    const link = source.link(request(block, asked), WINDOW) ?? '';
    expect(link.startsWith('https://graphs.example.net/grafana/d/web-overview?')).toBe(true);
    expect(readDashboardLink(link)).toEqual({
      path: '/grafana/d/web-overview',
      ...TIMES,
      panelId: 4,
      variables: { host: ['web01', 'db01'] },
    });
  });

  it('keeps what the dashboard has saved today', async () => {
    const { source, request, ask } = await startGrafana({}, PUBLIC);
    await ask({ dashboard: 'shapes', panel: 2 });
    const link = source.link(request({ dashboard: 'shapes', panel: 2 }), WINDOW) ?? '';
    expect(readDashboardLink(link)).toMatchObject({
      path: '/grafana/d/shapes/all-shapes',
      panelId: 2,
      variables: { host: ['web01'], ds: ['prom-uid'] },
    });
  });

  it('opens the whole dashboard where no panel was asked', async () => {
    const { source, request } = await startGrafana({}, PUBLIC);
    expect(readDashboardLink(source.link(request({ dashboard: 'shapes' }), WINDOW) ?? '')).toEqual({
      path: '/grafana/d/shapes',
      ...TIMES,
      variables: {},
    });
  });

  it('is right before anything was read, as far as the definition goes', async () => {
    const { source, request } = await startGrafana({}, { ...PUBLIC, orgId: 3 });
    const asked = request({ dashboard: 'shapes', panel: 2, variables: { host: 'a' } });
    expect(readDashboardLink(source.link(asked, WINDOW) ?? '')).toMatchObject({
      orgId: '3',
      panelId: 2,
      variables: { host: ['a'] },
    });
  });

  it('names the organisation that the server said the login is of', async () => {
    const { source, request, ask } = await startGrafana({ orgId: 7, apiVersions: ['v1beta1'] }, PUBLIC);
    await ask({ dashboard: 'web-overview', panel: 4 });
    const link = source.link(request({ dashboard: 'web-overview', panel: 4 }), WINDOW) ?? '';
    expect(readDashboardLink(link).orgId).toBe('7');
  });

  it('looks for a dashboard whose uid is not known', async () => {
    const { source, request } = await startGrafana({}, PUBLIC);
    expect(source.link(request({ dashboard: 'Web overview (new)' }), WINDOW)).toBe(
      'https://graphs.example.net/grafana/dashboards?query=Web%20overview%20%28new%29',
    );
  });

  it('holds nothing that ends it in a chat, and no more values than fit', async () => {
    const { source, request } = await startGrafana({}, PUBLIC);
    const values = Array.from({ length: 50 }, (_, index) => `a(b)*_'"<${index}>|${'x'.repeat(80)}`);
    const link = source.link(request({ dashboard: 'shapes', variables: { host: values } }), WINDOW) ?? '';
    expect(link).not.toMatch(/[\s()<>[\]*_'"|\\`]/);
    expect(link.length).toBeLessThan(4_000);
    expect(readDashboardLink(link).variables.host?.[0]).toBe(values[0]);
  });

  it('of a definition leads to a dashboard by name, with the variables that it has', async () => {
    const { source } = await startGrafana({}, PUBLIC);
    const wanted = {
      title: 'Hosts',
      kind: 'grafana',
      dashboard: 'Web overview',
      panel: 4,
      variables: { host: ['web01'], nope: ['x'] },
    } as const;
    const link = await source.dashboardLink?.(wanted, WINDOW, signal);
    expect(readDashboardLink(link ?? '')).toEqual({
      path: '/grafana/d/web-overview',
      ...TIMES,
      panelId: 4,
      variables: { host: ['web01'] },
    });
    expect(await source.dashboardLink?.({ ...wanted, dashboard: 'Nobody' }, WINDOW, signal)).toBeUndefined();
  });
});
