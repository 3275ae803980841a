/** The registry of alert formats: a line for each. */
import type { AlertFormat } from './alert-format.ts';
import { alertmanager } from './alertmanager.ts';
import { alertmanagerApiV2 } from './alertmanager-api-v2.ts';
import { cloudevents } from './cloudevents.ts';
import { elastalert2 } from './elastalert2.ts';
import { generic } from './generic.ts';
import { grafana } from './grafana.ts';
import { grafanaLegacy } from './grafana-legacy.ts';
import { icinga2 } from './icinga2.ts';
import { kibana } from './kibana.ts';
import { moira } from './moira.ts';
import { checkmk, nagios } from './nagios.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { pagerdutyEventsV2 } from './pagerduty-events-v2.ts';
import { sensuCore, sensuGo } from './sensu.ts';
import { zabbix } from './zabbix.ts';

/** Every format that `POST /hooks/<format>` takes. */
export const alertFormats: readonly AlertFormat[] = [
  alertmanager,
  alertmanagerApiV2,
  grafana,
  grafanaLegacy,
  nagios,
  icinga2,
  checkmk,
  zabbix,
  sensuGo,
  sensuCore,
  pagerduty,
  pagerdutyEventsV2,
  opsgenie,
  moira,
  kibana,
  elastalert2,
  cloudevents,
  generic,
] as readonly AlertFormat[];
