/** The registry of alert formats: a line for each. */
import type { AlertFormat } from './alert-format.ts';
import { alertmanager } from './alertmanager.ts';
import { alertmanagerApiV2 } from './alertmanager-api-v2.ts';
import { cloudevents } from './cloudevents.ts';
import { elastalert2 } from './elastalert2.ts';
import { generic } from './generic.ts';
import { grafana } from './grafana.ts';
import { grafanaLegacy } from './grafana-legacy.ts';
import { kibana } from './kibana.ts';
import { moira } from './moira.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { pagerdutyEventsV2 } from './pagerduty-events-v2.ts';

/** Every format that `POST /hooks/<format>` takes. */
export const alertFormats: readonly AlertFormat[] = [
  alertmanager,
  alertmanagerApiV2,
  grafana,
  grafanaLegacy,
  pagerduty,
  pagerdutyEventsV2,
  opsgenie,
  moira,
  kibana,
  elastalert2,
  cloudevents,
  generic,
] as readonly AlertFormat[];
