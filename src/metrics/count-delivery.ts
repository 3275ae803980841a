/** Counts deliveries of alerts and changes. */
import type { OnDelivery } from '../http/hook-routes.ts';
import type { Metrics } from './metrics.ts';

/** What counts each delivery; formats that there are not are one. */
export function countDelivery(metrics: Metrics): OnDelivery {
  return ({ format = 'unknown', outcome, told: { alerts, changes }, code }) => {
    metrics.alertDeliveries.inc({ format, outcome });
    if (alerts > 0) metrics.alertsReceived.inc({ format }, alerts);
    if (outcome === 'stored') {
      if (alerts > 0) metrics.alertsStored.inc({ format }, alerts);
      if (changes > 0) metrics.changesStored.inc({ format }, changes);
    }
    if (code !== undefined) metrics.failures.inc({ code, kind: 'alerts' });
  };
}
