/** The source contract over every registered kind. */
import { expect, it } from 'vitest';
import { sourceKinds } from '../../src/sources/index.ts';
import { describeSourceContract, type SourceHarness } from './source.contract.ts';
import { elasticsearchHarnesses } from './sources/elasticsearch.ts';
import { grafanaHarnesses } from './sources/grafana.ts';
import { graphiteHarnesses } from './sources/graphite.ts';
import { icinga2Harnesses } from './sources/icinga2.ts';
import { influxdbHarnesses } from './sources/influxdb.ts';
import { kibanaHarnesses } from './sources/kibana.ts';
import { lokiHarnesses } from './sources/loki.ts';
import { nagiosHarnesses } from './sources/nagios.ts';
import { prometheusHarnesses } from './sources/prometheus.ts';
import { zabbixHarnesses } from './sources/zabbix.ts';

const harnesses: readonly SourceHarness[] = [
  ...graphiteHarnesses,
  ...grafanaHarnesses,
  ...prometheusHarnesses,
  ...elasticsearchHarnesses,
  ...icinga2Harnesses,
  ...influxdbHarnesses,
  ...lokiHarnesses,
  ...kibanaHarnesses,
  ...nagiosHarnesses,
  ...zabbixHarnesses,
];

it('covers every registered kind', () => {
  const covered = new Set(harnesses.map(({ definition }) => definition.kind));
  expect(sourceKinds.map(({ kind }) => kind).filter((kind) => !covered.has(kind))).toEqual([]);
});

for (const harness of harnesses) describeSourceContract(harness);
