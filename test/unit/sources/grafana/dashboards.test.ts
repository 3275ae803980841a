import { describe, expect, it } from 'vitest';
import type { Frame } from '../../../../src/domain/frame.ts';
import type { DataFrame } from '../../../../src/sources/grafana/data-frame.ts';
import type { Panel } from '../../../../src/sources/grafana/panel.ts';
import { makeFrames } from '../../../../src/sources/grafana/present/make-frames.ts';
import { refusalOf } from '../../../../src/sources/grafana/present/panel-kinds.ts';
import { dashboardIn } from './dashboards-harness.ts';
import { field, frame, minutes, time, WINDOW } from './present/harness.ts';

/** What each query of a panel would give: two series, a table of SQL, or lines. */
function dataFor(panel: Panel): readonly DataFrame[] {
  return panel.targets
    .filter(({ isHidden }) => !isHidden)
    .flatMap(({ refId, model, datasource }): DataFrame[] => {
      if (datasource.type === 'loki') {
        return [frame([time(minutes(2), 'timestamp'), field('body', ['a', 'b'])], { refId, type: 'log-lines' })];
      }
      if (String(model.rawSql).includes('statements')) {
        return [frame([field('query', ['q1', 'q2']), field('calls', [2, 3]), field('mean_ms', [10, 20])], { refId })];
      }
      if (String(model.rawSql).includes('sizes')) {
        return [frame([field('relname', ['a', 'b']), field('size', [1024, 3072])], { refId })];
      }
      const count = model.instant === true ? 1 : 3;
      const isHeatmap = model.format === 'heatmap';
      return ['1', '2'].map((name, index) =>
        frame(
          [
            time(minutes(count)),
            field(
              'Value',
              Array.from({ length: count }, (_, at) => (at + 1) * (index + 1)),
              {
                labels: isHeatmap ? { le: name } : { name: `s${name}`, instance: 'web01' },
                ...(isHeatmap ? {} : { config: { displayNameFromDS: legend(model.legendFormat, name) } }),
              },
            ),
          ],
          { refId },
        ),
      );
    });
}

function legend(format: unknown, name: string): string {
  return typeof format === 'string' && format !== '' ? format.replace(/\{\{[^}]*\}\}/g, name) : `s${name}`;
}

function told(panel: Panel): string {
  if (refusalOf(panel) !== undefined) return `${panel.title || panel.type}: refused`;
  const frames = makeFrames(panel, dataFor(panel), { window: WINDOW, interpolate: (text) => text });
  return `${panel.title}: ${frames.map(one).join(' + ')}`;
}

function one(shown: Frame): string {
  const warned = shown.warnings.length > 0 ? ` (${shown.warnings.length} said)` : '';
  switch (shown.kind) {
    case 'series': {
      const looks = Object.entries(shown.looks ?? {}).map(([name, value]) => ` ${name}=${value}`);
      const limits = (shown.thresholds ?? []).map(({ op, value }) => ` ${op}${value}`);
      return `${shown.series.length} series of ${shown.series[0]?.unit.id}${looks.join('')}${limits.join('')}${warned}`;
    }
    case 'table':
      return `table of ${shown.columns.map(({ name, unit }) => (unit ? `${name} [${unit.id}]` : name)).join(', ')}; ${shown.rows.length} rows${warned}`;
    case 'logs':
      return `${shown.lines.length} lines`;
    default:
      return `heatmap of ${shown.yEdges.length - 1} rows in ${shown.unit.id}`;
  }
}

describe('panels of dashboards of all ages', () => {
  it('of node exporter full', () => {
    expect(dashboardIn('node-exporter').panels.map(told)).toMatchInlineSnapshot(`
      [
        "Pressure: table of name, value [ratio]; 4 rows",
        "CPU Busy: table of name, value [percent]; 2 rows",
        "CPU Cores: table of name, value [none]; 2 rows",
        "Uptime: table of name, value [seconds]; 2 rows",
        "CPU Basic: 6 series of percent stacked=true min=0 max=100",
        "Memory Basic: 6 series of bytes stacked=true (2 said)",
        "Network Traffic Basic: 4 series of bits/s",
        "Disk Space Used Basic: 2 series of percent",
        "Disk IOps: 4 series of IO operations/s",
        "Pending Operations: 2 series of none log=true",
      ]
    `);
  });
  it('of cAdvisor', () => {
    expect(dashboardIn('cadvisor').panels.map(told)).toMatchInlineSnapshot(`
      [
        "CPU Usage: 2 series of percent stacked=true",
        "Memory Usage: 2 series of bytes",
        "Containers Info: table of Name, Instance, Running [days]; 2 rows",
      ]
    `);
  });
  it('of Kubernetes', () => {
    expect(dashboardIn('kubernetes').panels.map(told)).toMatchInlineSnapshot(`
      [
        "Namespace(s) usage on total cluster CPU in %: 2 series of ratio max=100",
        "Kubernetes Resource Count: 4 series of none",
        "CPU usage by Pod: 2 series of none",
        "Memory usage by Pod: 2 series of bytes",
        "Replicas ready: table of name, state, since, before, changes; 2 rows",
        "text: refused",
      ]
    `);
  });
  it('of nginx', () => {
    expect(dashboardIn('nginx').panels.map(told)).toMatchInlineSnapshot(`
      [
        "NGINX Status for $instance: 2 series of none <1",
        "Processed connections: 4 series of none",
        "Active Connections: 2 series of none stacked=true min=0 >=500 + 2 series of percent stacked=true min=0",
      ]
    `);
  });
  it('of PostgreSQL', () => {
    expect(dashboardIn('postgres').panels.map(told)).toMatchInlineSnapshot(`
      [
        "Transactions of \${db}: 2 series of ops/s bars=true",
        "Slowest statements: table of query, calls [none], mean [milliseconds], total [none]; 2 rows",
        "Size by table: table of name, value [bytes], share [percent]; 2 rows",
      ]
    `);
  });
  it('of old Graphite', () => {
    expect(dashboardIn('graphite-rows').panels.map(told)).toMatchInlineSnapshot(`
      [
        "CPU user: 2 series of percent min=0 max=100",
        "Requests: 2 series of req/s stacked=true bars=true",
        "Notes: refused",
        "Load: 2 series of none",
      ]
    `);
  });
  it('of schema v2', () => {
    expect(dashboardIn('checkout-v2').panels.map(told)).toMatchInlineSnapshot(`
      [
        "Latency: 2 series of seconds",
        "Errors: 2 series of req/s bars=true >=5 >=20",
        "Latency spread: heatmap of 2 rows in seconds",
        "Log lines: 2 lines",
      ]
    `);
  });
});
