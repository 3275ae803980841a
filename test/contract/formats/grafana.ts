/** Grafana's two alertings in the contract of alert formats. */
import { grafana } from '../../../src/alerts/grafana.ts';
import { grafanaLegacy } from '../../../src/alerts/grafana-legacy.ts';
import type { FormatHarness } from '../alert-format.contract.ts';

/** Their harnesses. */
export const grafanaHarnesses: readonly FormatHarness[] = [
  {
    format: grafana,
    example: {
      receiver: 'bot',
      status: 'firing',
      orgId: 1,
      externalURL: 'https://grafana.example/',
      version: '1',
      groupKey: '{}:{alertname="Memory"}',
      title: '[FIRING:1] Memory',
      state: 'alerting',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'Memory', instance: 'web01:9100', severity: 'warning' },
          annotations: { summary: 'Memory above 90 %' },
          startsAt: '2026-11-25T09:44:00Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://grafana.example/alerting/grafana/abc-1/view?orgId=1',
          fingerprint: 'e6349a25f5ef0e9e',
          silenceURL: 'https://grafana.example/alerting/silence/new?alertmanager=grafana',
          dashboardURL: 'https://grafana.example/d/xyz?orgId=1',
          panelURL: 'https://grafana.example/d/xyz?orgId=1&viewPanel=2',
          values: { A: 93.5, B: null },
          valueString: "[ var='A' labels={} value=93.5 ]",
          imageURL: '',
        },
      ],
    },
    wrong: [[], '"x"', {}, { alerts: 1 }],
    required: ['alerts'],
  },
  {
    format: grafanaLegacy,
    example: {
      title: '[Alerting] CPU',
      ruleId: 7,
      ruleName: 'CPU',
      ruleUrl: 'https://grafana.example/d/abc?panelId=2',
      state: 'alerting',
      message: 'too high',
      orgId: 1,
      evalMatches: [{ metric: 'user', value: 97.1, tags: { instance: 'web01:9100' } }],
      tags: { severity: 'warning' },
    },
    wrong: [[], '"x"', {}, { state: 'alerting' }],
    required: [],
  },
];
