/** Alertmanager in the contract of alert formats. */
import { alertmanager } from '../../../src/alerts/alertmanager.ts';
import type { FormatHarness } from '../alert-format.contract.ts';

/** Its harness. */
export const alertmanagerHarness: FormatHarness = {
  format: alertmanager,
  example: {
    version: '4',
    groupKey: '{}/{team="shop"}:{alertname="HighErrorRate"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'shop',
    groupLabels: { alertname: 'HighErrorRate' },
    commonLabels: { alertname: 'HighErrorRate' },
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example:9093',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'HighErrorRate', instance: 'web02:9100', service: 'checkout', severity: 'critical' },
        annotations: { summary: '5xx above 5 % on web02', runbook_url: 'https://wiki.example/errors' },
        startsAt: '2026-11-25T09:44:12.123456789Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: 'http://prometheus.example:9090/graph?g0.expr=rate%28errors%5B5m%5D%29+%3E+0.05&g0.tab=1',
        fingerprint: '6c9a1d2f4b7e8035',
      },
    ],
  },
  wrong: [[], '"x"', {}, { status: 'firing' }, { alerts: 'all' }],
  required: ['alerts'],
};
