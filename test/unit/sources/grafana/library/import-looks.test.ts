/** Looks of a panel come into a definition in the unit that it says. */
import { expect, it } from 'vitest';
import { looksAsDefined } from '../../../../../src/sources/grafana/library/import-looks.ts';
import type { Panel } from '../../../../../src/sources/grafana/panel.ts';

it('writes limits and ends of the axis in the unit of the panel', () => {
  const steps = [
    { color: 'green', value: null },
    { color: 'red', value: 0.85 },
  ];
  const defaults = {
    unit: 'percentunit',
    min: 0,
    max: 1,
    thresholds: { mode: 'absolute', steps },
    custom: { thresholdsStyle: { mode: 'line' } },
  };
  const panel: Panel = {
    id: 1,
    type: 'timeseries',
    title: 'Memory',
    datasource: {},
    targets: [],
    fieldConfig: { defaults, overrides: [] },
    options: {},
    transformations: [],
  };
  expect(looksAsDefined(panel)).toMatchObject({
    unit: 'ratio',
    chart: { min: 0, max: 1 },
    thresholds: [{ at: 0.85, severity: 'critical' }],
  });
});
