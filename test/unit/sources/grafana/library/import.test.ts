import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { RESERVED_NAMES } from '../../../../../src/queries/check-definition.ts';
import { loadQueries } from '../../../../../src/queries/load-catalog.ts';
import { importDashboard } from '../../../../../src/sources/grafana/library/import.ts';
import { createNamer } from '../../../../../src/sources/grafana/library/import-names.ts';
import { normalizeV1 } from '../../../../../src/sources/grafana/normalize-v1.ts';
import { sourceKinds } from '../../../../../src/sources/index.ts';
import type { ImportedQuery } from '../../../../../src/sources/source.ts';
import { HOST_VARIABLE, SHAPES, WEB_OVERVIEW } from '../../../../doubles/grafana/shapes.ts';
import { dashboardIn, FIXTURES, signal, startGrafana, stored } from '../dashboards-harness.ts';

const SOURCES = ['grafana', 'prometheus', 'graphite', 'loki'].map((kind) => ({ name: kind, kind }));

/** What the catalog says of definitions, read from a file as a person would keep them. */
async function faultsOf(imported: readonly ImportedQuery[]): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'glimpse-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = Object.fromEntries(imported.map(({ name, definition }) => [name, definition]));
  await writeFile(join(folder, 'imported.yaml'), stringify(file));
  const loaded = await loadQueries([{ pack: 'ours', path: folder }], SOURCES, sourceKinds, { hostname: 'box7' });
  return loaded.faults.map(({ message, path }) => `${path} ${message}`);
}

const all = (name: string) => importDashboard(dashboardIn(name), dashboardIn(name).panels);
const one = (name: string, query: string) => all(name).find((imported) => imported.name === query) as ImportedQuery;

describe('importing a dashboard', () => {
  it.each(FIXTURES)('writes definitions of %s that the catalog takes', async (name) => {
    const imported = all(name);
    expect([imported.length > 0, await faultsOf(imported)]).toEqual([true, []]);
  });

  it('gives no example that would be refused, and says what one needs', () => {
    const host = { ...HOST_VARIABLE, current: {}, includeAll: false };
    const dashboard = normalizeV1({ ...WEB_OVERVIEW.v1, templating: { list: [host] } }, { uid: 'w' }, new Map());
    const [imported] = importDashboard(dashboard, dashboard.panels);
    expect(imported?.definition).not.toHaveProperty('examples');
    expect(imported?.notes.at(-1)).toBe(
      'It has no example yet: write one with a value for host, of which the dashboard has none saved.',
    );
  });

  it('offers no values of a list that the dashboard cuts by a pattern', () => {
    const host = { ...HOST_VARIABLE, regex: '/^(\\w+?)\\d+$/' };
    const dashboard = normalizeV1({ ...WEB_OVERVIEW.v1, templating: { list: [host] } }, { uid: 'w' }, new Map());
    const [imported] = importDashboard(dashboard, dashboard.panels);
    expect(imported?.definition).toMatchObject({ parameters: { host: { default: 'web01' } } });
    expect(imported?.definition).not.toMatchObject({ parameters: { host: { values: expect.anything() } } });
    expect(imported?.notes).toContain(
      'The dashboard cuts the values of host out of a list by a pattern; here any value is taken.',
    );
  });

  it('asks Prometheus itself where variables stand in matchers', () => {
    const { definition, notes } = one('node-exporter', 'memory-basic');
    expect(definition).toMatchObject({
      title: 'Memory Basic',
      description: 'RAM and swap usage overview',
      parameters: {
        job: { values: 'label_values(node_uname_info, job)', default: 'node', multi: false },
        node: { values: 'label_values(node_uname_info, instance)', default: 'web01:9100' },
      },
      prometheus: {
        expr: [
          { Total: 'node_memory_MemTotal_bytes{instance="${node}",job="${job}"}' },
          expect.anything(),
          expect.anything(),
          { Free: 'node_memory_MemFree_bytes{instance="${node}",job="${job}"}' },
        ],
      },
      unit: 'bytes',
      chart: { stack: true },
      range: '24h',
      links: [{ title: 'Node Exporter Full', grafana: { dashboard: 'rYdddlPWk', panel: 78 } }],
    });
    expect(notes).toEqual([
      'Settings of single series (1 override) are not carried over.',
      'It asks prometheus itself; name the source (`source:`) where there are several.',
    ]);
  });

  it('keeps legends, limits and looks', () => {
    expect(one('checkout-v2', 'errors').definition).toMatchObject({
      prometheus: { expr: 'sum(rate(http_errors_total{pod=~"${pod}"}[$__rate_interval]))', legend: 'errors' },
      unit: 'req/s',
      chart: { bars: true },
      thresholds: [
        { at: 5, severity: 'warning' },
        { at: 20, severity: 'critical' },
      ],
      range: '2d',
    });
  });

  it('asks Graphite itself', () => {
    expect(one('graphite-rows', 'cpu-user').definition).toMatchObject({
      parameters: { server: { values: 'servers.*', default: 'web01' } },
      graphite: { target: 'aliasByNode(servers.${server}.cpu.user, 1)' },
      unit: 'percent',
      chart: { min: 0, max: 100 },
      range: '3h',
    });
  });

  it.each([
    ['checkout-v2', 'latency', 'variables stand in its queries outside of matchers'],
    ['checkout-v2', 'latency-spread', 'it is a panel of the kind heatmap'],
    ['cadvisor', 'containers-info', 'it is a panel of the kind table'],
    ['postgres', 'slowest-statements', 'of the kind grafana-postgresql-datasource'],
    ['graphite-rows', 'requests', 'its queries refer to each other'],
  ])('of %s leaves %s a panel of Grafana, and says why', (name, query, reason) => {
    const { definition, notes } = one(name, query);
    expect([Object.keys(definition).includes('grafana'), notes.some((note) => note.includes(reason))]).toEqual([
      true,
      true,
    ]);
  });

  it('gives panels of Grafana their variables as parameters', () => {
    expect(one('kubernetes', 'replicas-ready').definition).toEqual({
      title: 'Replicas ready',
      examples: ['replicas-ready'],
      parameters: {
        namespace: { values: 'variable:k8s_views_ns/namespace', default: 'all' },
      },
      grafana: {
        dashboard: 'k8s_views_ns',
        panel: 73,
        variables: { namespace: '${namespace}' },
      },
      range: '1h',
    });
  });

  it('asks Loki itself', () => {
    expect(one('checkout-v2', 'log-lines').definition).toMatchObject({
      loki: { expr: '{pod=~"${pod}"} |= "error"' },
      parameters: { pod: { values: 'label_values(pod)' } },
    });
  });

  it('takes the step of the window for an interval that the page lets people choose', () => {
    const { panels, ...rest } = dashboardIn('cadvisor');
    const interval = {
      name: 'rate',
      type: 'interval',
      isMulti: false,
      includesAll: false,
      current: ['5m'],
      model: {},
    } as const;
    const wanted = panels.slice(0, 1).map((panel) => ({
      ...panel,
      targets: panel.targets.map((target) => ({
        ...target,
        model: { expr: 'rate(up[$rate]) + rate(up[[[rate]]:1m])' },
      })),
    }));
    const [imported] = importDashboard({ ...rest, panels, variables: [interval] }, wanted);
    expect(imported?.definition.prometheus).toEqual({
      expr: 'rate(up[$__rate_interval]) + rate(up[$__rate_interval:1m])',
    });
    expect(imported?.notes.join()).toContain('became the step of the window');
  });

  it('writes in what the page hides', () => {
    const { definition } = one('node-exporter', 'disk-iops');
    expect(JSON.stringify(definition.prometheus)).toContain('device=~\\"[a-z]+|nvme[0-9]+n[0-9]+|mmcblk[0-9]+\\"');
    expect(Object.keys(definition.parameters ?? {})).toEqual(['job', 'node']);
  });

  it('leaves out panels that show no data', () => {
    expect(all('kubernetes').map(({ name }) => name)).not.toContain('text');
  });

  it('gives names that nothing else has', () => {
    const name = createNamer('Node Exporter');
    const names = [...RESERVED_NAMES, 'CPU', 'cpu', 'CPU $host', '5 minutes', '', '%', 'Ärger & Wut'].map((title, id) =>
      name(title, id),
    );
    expect(
      names.filter((given) => RESERVED_NAMES.includes(given) || !/^\p{L}[\p{L}\p{N}_.-]{0,63}$/u.test(given)),
    ).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.slice(-7)).toEqual([
      'cpu',
      'cpu-2',
      'cpu-3',
      'node-exporter-5-minutes',
      `node-exporter-panel-${RESERVED_NAMES.length + 4}`,
      `node-exporter-panel-${RESERVED_NAMES.length + 5}`,
      'arger-wut',
    ]);
  });

  it('takes a dashboard by title, uid or page, and one panel of it', async () => {
    const { library } = await startGrafana([WEB_OVERVIEW, SHAPES, stored('node-exporter')]);
    const names = async (what: string, panel?: string) =>
      (await library.import({ what, ...(panel !== undefined && { panel }) }, signal)).map(({ name }) => name);
    expect(await names('Web overview')).toEqual(['cpu-of']);
    expect(await names('rYdddlPWk', 'memory basic')).toEqual(['memory-basic']);
    expect(await names('https://grafana.example/d/rYdddlPWk/node?viewPanel=78')).toEqual(['memory-basic']);
    await expect(names('nothing')).rejects.toMatchObject({ code: 'ASK_UNKNOWN_QUERY' });
    await expect(names('rYdddlPWk', 'zzzz')).rejects.toMatchObject({ code: 'ASK_UNKNOWN_QUERY' });
  });
});
