/** PagerDuty, Opsgenie and CloudEvents in the contract of alert formats. */
import { cloudevents } from '../../../src/alerts/cloudevents.ts';
import { opsgenie } from '../../../src/alerts/opsgenie.ts';
import { pagerduty } from '../../../src/alerts/pagerduty.ts';
import { pagerdutyEventsV2 } from '../../../src/alerts/pagerduty-events-v2.ts';
import type { FormatHarness } from '../alert-format.contract.ts';

/** Their harnesses. */
export const incidentHarnesses: readonly FormatHarness[] = [
  {
    format: pagerduty,
    example: {
      event: {
        id: '5ac64822',
        event_type: 'incident.acknowledged',
        occurred_at: '2026-11-25T09:45:22.169Z',
        agent: { summary: 'Ana', type: 'user_reference' },
        data: {
          id: 'PGR0VU2',
          type: 'incident',
          html_url: 'https://acme.pagerduty.com/incidents/PGR0VU2',
          number: 2,
          status: 'acknowledged',
          created_at: '2026-11-25T09:16:27Z',
          title: 'Payments are refused',
          service: { summary: 'checkout', html_url: 'https://acme.pagerduty.com/services/PF9' },
          teams: [{ summary: 'Payments' }],
          priority: { summary: 'P1' },
          urgency: 'high',
        },
      },
    },
    wrong: [[], '"x"', {}, { messages: [] }, { event: 'x' }],
    required: ['event'],
  },
  {
    format: pagerdutyEventsV2,
    example: {
      routing_key: 'R0',
      dedup_key: 'disk/db01',
      event_action: 'trigger',
      payload: {
        summary: 'Disk of db01 is full',
        source: 'db01',
        severity: 'critical',
        timestamp: '2026-11-25T09:42:58.315+0000',
        component: 'postgres',
        custom_details: { used: 97.5, mount: '/var' },
      },
      links: [{ href: 'https://wiki.example/disk', text: 'Disk' }],
      images: [{ src: 'https://graphs.example/1.png', alt: 'disk' }],
      client: 'Monit',
      client_url: 'https://monit.example',
    },
    wrong: [[], '"x"', {}, { event_action: 'dance', payload: {} }, { payload: {} }],
    required: ['event_action', 'payload'],
  },
  {
    format: opsgenie,
    example: {
      action: 'Create',
      source: { name: 'web', type: 'API' },
      alert: {
        alertId: '052652ac',
        alias: 'disk-db01',
        message: 'Disk of db01 is full',
        tags: ['env:production', 'disk'],
        teams: ['dba'],
        entity: 'db01',
        createdAt: 1795600000000,
        updatedAt: '1795600000764002246',
        priority: 'P2',
        description: 'used 97 %',
        username: 'ana',
      },
    },
    wrong: [[], '"x"', {}, { action: 'Create' }, { alert: 1 }],
    required: ['alert'],
  },
  {
    format: cloudevents,
    example: {
      specversion: '1.0',
      type: 'org.example.alert.firing.v1',
      source: '/monitors/disk',
      id: 'a-1001',
      time: '2026-11-25T10:14:05.5+01:00',
      subject: 'host/db-03',
      datacontenttype: 'application/json',
      data: {
        status: 'firing',
        labels: { alertname: 'DiskFull', 'host.name': 'db-03', severity: 'critical' },
        annotations: { summary: 'Disk full' },
      },
    },
    wrong: [{}, '"x"', [1], { specversion: '1.0', id: '1', source: 'x' }],
    required: ['type', 'source', 'id'],
  },
];
