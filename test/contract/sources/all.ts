/** Every harness of every kind. */
import type { SourceHarness } from '../source-setting.ts';
import { elasticsearchHarnesses } from './elasticsearch.ts';
import { grafanaHarnesses } from './grafana.ts';
import { graphiteHarnesses } from './graphite.ts';
import { icinga2Harnesses } from './icinga2.ts';
import { influxdbHarnesses } from './influxdb.ts';
import { kibanaHarnesses } from './kibana.ts';
import { lokiHarnesses } from './loki.ts';
import { nagiosHarnesses } from './nagios.ts';
import { prometheusHarnesses } from './prometheus.ts';
import { zabbixHarnesses } from './zabbix.ts';

/** All of them. */
export const allHarnesses: readonly SourceHarness[] = [
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
