/** The registry of sources: a line for each kind. */
import { elasticsearch } from './elasticsearch.ts';
import { grafana } from './grafana.ts';
import { graphite } from './graphite.ts';
import { icinga2 } from './icinga2.ts';
import { influxdb } from './influxdb.ts';
import { kibana } from './kibana.ts';
import { loki } from './loki.ts';
import { nagios } from './nagios.ts';
import { prometheus } from './prometheus.ts';
import type { SourceDefinition } from './source.ts';
import { zabbix } from './zabbix.ts';

/** Every kind of source that a config may name. */
export const sourceKinds: readonly SourceDefinition[] = [
  graphite,
  grafana,
  prometheus,
  elasticsearch,
  kibana,
  influxdb,
  loki,
  icinga2,
  nagios,
  zabbix,
];
