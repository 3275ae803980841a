/** Moira, Kibana and ElastAlert 2 in the contract of alert formats. */
import { elastalert2 } from '../../../src/alerts/elastalert2.ts';
import { kibana } from '../../../src/alerts/kibana.ts';
import { moira } from '../../../src/alerts/moira.ts';
import type { FormatHarness } from '../alert-format.contract.ts';

/** Their harnesses. */
export const ruleHarnesses: readonly FormatHarness[] = [
  {
    format: moira,
    example: {
      trigger: { id: 't1', name: 'Not enough disk space', description: 'check /var/log', tags: ['disk'] },
      events: [
        {
          metric: 'db01.disk.free',
          values: { t1: 842.5 },
          timestamp: 1795600000,
          trigger_event: false,
          state: 'ERROR',
          old_state: 'OK',
        },
        {
          metric: 'db02.disk.free',
          value: 9,
          timestamp: 1795600000,
          trigger_event: false,
          state: 'OK',
          old_state: 'WARN',
        },
      ],
      contact: { type: 'webhook', value: 'ops' },
      plot: '',
      throttled: false,
    },
    wrong: [[], '"x"', {}, { events: [] }, { trigger: 'x' }],
    required: ['trigger', 'events'],
  },
  {
    format: kibana,
    example: {
      schema: 'chat-kibana/1',
      date: '2026-11-25T09:15:20.123Z',
      rule: {
        id: 'c1',
        name: 'Checkout errors',
        tags: 'service:checkout,severity:critical',
        url: 'https://kibana.example/rule/c1',
      },
      alert: { id: 'host-2', uuid: 'u1', actionGroup: 'query matched', flapping: 'false' },
      context: {
        title: 'rule matched',
        message: '128 in 5m',
        value: '128',
        link: 'https://kibana.example/app/discover#/',
      },
    },
    wrong: [[], '"x"', {}, { alert: {} }, { rule: {} }],
    required: ['rule'],
  },
  {
    format: elastalert2,
    example: {
      rule_name: 'Checkout 5xx',
      severity: 'critical',
      service: { name: 'checkout' },
      host: { name: 'web07' },
      '@timestamp': '2026-11-25T09:12:44.318Z',
      num_hits: 214,
      _id: 'pX2m1o0B5kS9',
      message: 'GET /cart 500',
    },
    wrong: [[], '"x"', {}],
    required: [],
  },
];
