/** The contract over every registered format of alerts and changes, our fixtures of it, and the samples that PAYLOAD_SAMPLES names. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { alertFormats } from '../../src/alerts/index.ts';
import { changeFormats } from '../../src/changes/index.ts';
import { describeAlertFormat, describeSamples, type FormatHarness } from './alert-format.contract.ts';
import { alertmanagerHarness, prometheusHarness } from './formats/alertmanager.ts';
import { changeHarnesses } from './formats/changes.ts';
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
const all: readonly FormatHarness[] = [...harnesses, ...changeHarnesses];
const samples = process.env.PAYLOAD_SAMPLES;

it('covers every registered format', () => {
  const covered = new Set(all.map(({ format }) => format));
  expect([...alertFormats, ...changeFormats].filter((format) => !covered.has(format))).toEqual([]);
});

for (const harness of all) {
  describeAlertFormat(harness);
  describeSamples(join(import.meta.dirname, '../fixtures/alerts'), harness.format);
  if (samples !== undefined) describeSamples(samples, harness.format);
}
