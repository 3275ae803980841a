import { expect, it } from 'vitest';
import { importDashboard } from '../../../../../src/sources/grafana/library/import.ts';
import { dashboardIn } from '../dashboards-harness.ts';

const dashboard = dashboardIn('node-exporter');

it('keeps a panel at Grafana where the config has no source that could be asked itself', () => {
  const imported = importDashboard(dashboard, dashboard.panels, ['grafana', 'loki']);
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter(({ definition }) => !('grafana' in definition))).toEqual([]);
  expect(imported[0]?.notes).toContain(
    'It stays a panel of Grafana: there is no source of kind prometheus in the config that could be asked itself.',
  );
});

it('asks the source itself where there is one', () => {
  const imported = importDashboard(dashboard, dashboard.panels, ['grafana', 'prometheus']);
  expect(imported.filter(({ definition }) => 'prometheus' in definition).length).toBeGreaterThan(0);
});
