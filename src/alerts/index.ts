/** The registry of alert formats: a line for each. */
import type { AlertFormat } from './alert-format.ts';
import { alertmanager } from './alertmanager.ts';
import { alertmanagerApiV2 } from './alertmanager-api-v2.ts';
import { generic } from './generic.ts';
import { grafana } from './grafana.ts';
import { grafanaLegacy } from './grafana-legacy.ts';

/** Every format that `POST /hooks/<format>` takes. */
export const alertFormats: readonly AlertFormat[] = [
  alertmanager,
  alertmanagerApiV2,
  grafana,
  grafanaLegacy,
  generic,
] as readonly AlertFormat[];
