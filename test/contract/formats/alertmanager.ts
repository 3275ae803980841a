/** Alertmanager in the contract of alert formats. */
import { alertmanager } from '../../../src/alerts/alertmanager.ts';
import { alertmanagerApiV2 } from '../../../src/alerts/alertmanager-api-v2.ts';
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

/** Prometheus itself. */
export const prometheusHarness: FormatHarness = {
  format: alertmanagerApiV2,
  example: [
    {
      labels: { alertname: 'HighLoad', instance: 'web01:9100', severity: 'warning', empty: '' },
      annotations: { summary: 'Load is high' },
      startsAt: '2026-11-25T09:44:12.123456789Z',
      endsAt: '2026-11-25T10:04:00Z',
      generatorURL: 'http://prometheus.example:9090/graph?g0.expr=node_load1+%3E+8&g0.tab=1',
    },
  ],
  wrong: [{}, '"x"', [1], [{}], [{ labels: 'x' }]],
  required: ['0.labels'],
};
