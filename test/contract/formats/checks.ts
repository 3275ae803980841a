/** Nagios and its relatives, Zabbix and Sensu in the contract of alert formats. */
import { icinga2 } from '../../../src/alerts/icinga2.ts';
import { checkmk, nagios } from '../../../src/alerts/nagios.ts';
import { sensuCore, sensuGo } from '../../../src/alerts/sensu.ts';
import { zabbix } from '../../../src/alerts/zabbix.ts';
import type { FormatHarness } from '../alert-format.contract.ts';

const macros = {
  NOTIFICATIONTYPE: 'PROBLEM',
  NOTIFICATIONNUMBER: '1',
  HOSTNAME: 'web01',
  HOSTADDRESS: '192.0.2.1',
  HOSTSTATE: 'UP',
  SERVICEDESC: 'Disk /var',
  SERVICESTATE: 'CRITICAL',
  SERVICEOUTPUT: 'DISK CRITICAL <b>"x"</b> & $5',
  SERVICEPERFDATA: '/var=95%;80;90 more=1',
  SERVICEPROBLEMID: '7',
  LASTSERVICEPROBLEMID: '0',
  LASTSERVICESTATECHANGE: '1795600000',
  SERVICENOTESURL: 'https://wiki.example/disk',
  SERVICEINFOURL: 'website_url not set/cgi-bin/extinfo.cgi',
  TIMET: '1795600010',
  _SERVICETEAM: 'dba',
};

/** Their harnesses. */
export const checkHarnesses: readonly FormatHarness[] = [
  {
    format: nagios,
    example: { source: 'nagios', kind: 'service', macros },
    wrong: ['"x"', {}, { macros: {} }, { macros: { SERVICEDESC: 'x' } }],
    required: ['macros.HOSTNAME'],
  },
  {
    format: checkmk,
    example: {
      source: 'checkmk',
      kind: 'service',
      macros: {
        ...macros,
        WHAT: 'SERVICE',
        OMD_SITE: 'prod',
        SERVICEURL: '/check_mk/index.py',
        SERVICELABEL_team: 'dba',
      },
    },
    wrong: ['"x"', {}, { macros: [] }],
    required: ['macros.HOSTNAME'],
  },
  {
    format: icinga2,
    example: {
      source: 'icinga2',
      kind: 'service',
      macros: {
        'notification.type': 'PROBLEM',
        'notification.comment': '',
        'host.name': 'web01',
        'host.address': '192.0.2.10',
        'service.name': 'http',
        'service.state': 'CRITICAL',
        'service.output': 'HTTP CRITICAL',
        'service.perfdata': 'time=0.0011s;;;0;10 size=274B',
        'service.last_state_change': '1795600000.123456',
        'icinga.timet': '1795600040',
      },
    },
    wrong: [[], '"x"', {}, { macros: {} }],
    required: ['macros.host.name', 'macros'],
  },
  {
    format: zabbix,
    example: {
      schema: 'chat-zabbix/1',
      event_source: '0',
      event_value: '1',
      event_update_status: '0',
      event_id: '10528',
      event_name: 'Disk almost full on web01',
      event_nseverity: '4',
      event_severity: 'High',
      event_date: '2026.11.25',
      event_time: '10:14:05',
      event_tags_json: '[{"tag":"service","value":"checkout"}]',
      event_recovery_id: '{EVENT.RECOVERY.ID}',
      trigger_id: '14032',
      trigger_url: '',
      host_host: 'web01',
      host_ip: '192.0.2.80',
      item_id: '23287',
      item_name: 'Used space',
      item_key: 'vfs.fs.size[/,pused]',
      item_value: '93.4 %',
      zabbix_url: 'https://zabbix.example',
      utc_offset: '+01:00',
    },
    wrong: [[], '"x"', {}, { event_value: '1' }],
    required: [],
  },
  {
    format: sensuGo,
    example: {
      id: 'c3a1',
      timestamp: 1795600000,
      entity: {
        metadata: { name: 'web01', namespace: 'default', labels: { env: 'production' }, annotations: null },
        system: { hostname: 'web01' },
      },
      check: {
        metadata: { name: 'cpu', namespace: 'default' },
        status: 2,
        state: 'failing',
        output: 'CPU CRITICAL',
        executed: 1795600000,
        last_ok: 1795599940,
        occurrences: 1,
        is_silenced: false,
      },
    },
    wrong: ['"x"', {}, [], { check: {} }],
    required: ['entity', 'check'],
  },
  {
    format: sensuCore,
    example: {
      id: 'ef6b87d2',
      action: 'create',
      timestamp: 1795600000,
      occurrences: 2,
      client: { name: 'client-01', address: '127.0.0.1', environment: 'development' },
      check: { name: 'keepalive', status: 2, output: 'No keepalive', executed: 1795600000 },
    },
    wrong: ['"x"', {}, [], { client: {} }],
    required: ['client', 'check'],
  },
];
