/** What questions read of alerts and changes, under one configuration. */

import { routesOf } from './alerts/tell-deps.ts';
import { whyAlert } from './alerts/why-alert.ts';
import type { Config } from './config/config.ts';
import type { CoreDeps } from './core.ts';
import type { AlertRecord } from './questions/record.ts';
import type { Store } from './store/store.ts';

/** Makes it of the store. */
export function recordOf(
  config: Pick<Config, 'routes' | 'operators' | 'maintenance' | 'alerts'>,
  { alerts, origins, contexts }: Pick<Store, 'alerts' | 'origins' | 'contexts'>,
  { clock }: Pick<CoreDeps, 'clock'>,
): AlertRecord {
  const deps = { origins, contexts, routes: routesOf(config), maintenance: config.maintenance, clock };
  return {
    open: () => alerts.open(),
    during: (window) => alerts.during(window),
    changes: (window) => alerts.changes(window),
    toldBy: async (chat, postId) => (await origins.groupAt(chat, postId))?.problems ?? [],
    async why(fingerprint, zone) {
      const group = await origins.groupOf(fingerprint);
      return group ? whyAlert(group, zone, deps) : [];
    },
  };
}
