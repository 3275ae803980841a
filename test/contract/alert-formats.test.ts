/** The contract over every registered alert format, our fixtures of it, and the samples that PAYLOAD_SAMPLES names. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { alertFormats } from '../../src/alerts/index.ts';
import { describeAlertFormat, describeSamples, type FormatHarness } from './alert-format.contract.ts';
import { alertmanagerHarness, prometheusHarness } from './formats/alertmanager.ts';
import { checkHarnesses } from './formats/checks.ts';
import { genericHarness } from './formats/generic.ts';
import { grafanaHarnesses } from './formats/grafana.ts';
import { incidentHarnesses } from './formats/incidents.ts';
import { ruleHarnesses } from './formats/rules.ts';

const harnesses: readonly FormatHarness[] = [
  alertmanagerHarness,
  prometheusHarness,
  ...grafanaHarnesses,
  ...checkHarnesses,
  ...incidentHarnesses,
  ...ruleHarnesses,
  genericHarness,
];
const samples = process.env.PAYLOAD_SAMPLES;

it('covers every registered format', () => {
  const covered = new Set(harnesses.map(({ format }) => format.format));
  expect(alertFormats.map(({ format }) => format).filter((format) => !covered.has(format))).toEqual([]);
});

for (const harness of harnesses) {
  describeAlertFormat(harness);
  describeSamples(join(import.meta.dirname, '../fixtures/alerts'), harness.format);
  if (samples !== undefined) describeSamples(samples, harness.format);
}
