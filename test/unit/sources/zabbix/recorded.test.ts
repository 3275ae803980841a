/** What the adapter makes of recorded answers of Zabbix; see `test/fixtures/README.md`. */
import { describe, expect, it } from 'vitest';
import { recordingsOf, replay } from '../../../doubles/recorded.ts';

/** By the name of the recording; times are from its "now" on. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  annotations: [
    { timeMs: '47 s', kind: 'incident', title: 'web01 Disk almost full on Web server 1', tags: ['web01', 'high'] },
  ],
  'barred-range': 'SOURCE_FORBIDDEN: Zabbix does not let my login read this: No permissions to call "item.get".',
  'blind-range': [{ kind: 'series', series: [], warnings: [] }],
  'by-name': [
    { kind: 'series', series: ['web01 {host=web01 item=vfs.fs.size[/,pused]} percent: -90 41.5'], warnings: [] },
  ],
  'check-blind': {
    version: 'Zabbix 6.0.14, 0 hosts to be seen',
    problems: [
      'My login sees no hosts; give its user group the permission to read their host groups (and a role with API access).',
    ],
  },
  'check-no-api': {
    version: 'Zabbix 6.0.14',
    problems: [
      'Zabbix does not let my login read this: No permissions to call "host.get". Give the role of its user API access with the methods *.get.',
    ],
  },
  'check-password': {
    version: 'Zabbix 6.0.14',
    problems: [
      'Zabbix does not accept my login: Incorrect user name or password or account is temporarily blocked. Set username and password, or a token, to those of a user with API access.',
    ],
  },
  'check-token-wrong': {
    version: 'Zabbix 6.0.14',
    problems: [
      'Zabbix does not accept my token or session: Not authorized. Set username and password, or a token, to those of a user with API access.',
    ],
  },
  'check-token': { version: 'Zabbix 6.0.14, 2 hosts to be seen', problems: [] },
  check: { version: 'Zabbix 6.0.14, 2 hosts to be seen', problems: [] },
  'host-unknown': [
    {
      kind: 'series',
      series: ['web01 {host=web01 item=cpu.user} percent: -270 17, -210 18, -150 19, -90 10, -30 11'],
      stepMs: 60000,
      warnings: ['Zabbix has nothing for web99.'],
    },
  ],
  'hosts-of-group': ['web01'],
  'hosts-of-nothing': [],
  hosts: ['web01', 'Zabbix server'],
  'item-unknown': [{ kind: 'series', series: [], warnings: [] }],
  items: ['cpu.user', 'disk.used', 'shop.release', 'shop.state', 'vfs.fs.size[/,pused]'],
  latest: [
    {
      kind: 'table',
      asOfMs: '0 s',
      columns: 'host, item, value, at (time), key',
      rows: [
        ['web01', 'cpu.user', '11 %', '-30 s', 'cpu.user'],
        ['web01', 'disk.used', '41 %', '-30 s', 'disk.used'],
        ['web01', 'Release', 'release 1.4.2 of žižkov', '-1230 s', 'shop.release'],
        ['web01', 'Shop', 'Up (1)', '-630 s', 'shop.state'],
        ['web01', 'Space of /', '41.5 %', '-90 s', 'vfs.fs.size[/,pused]'],
      ],
      warnings: [],
    },
  ],
  'problems-handled': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [
        ['web01', 'Disk almost full on Web server 1', 'HIGH', '47 s', 'acknowledged by Admin: on it', 'disk.used 97 %'],
      ],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'problems-none': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'problems-of-nobody': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [],
      warnings: ['Zabbix has no host called web99.'],
      asOfMs: '0 s',
    },
  ],
  problems: [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['web01', 'Disk almost full on Web server 1', 'HIGH', '47 s', null, 'disk.used 97 %']],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'range-peaks': [
    {
      kind: 'series',
      series: ['web01 {host=web01 item=cpu.user} percent: -2490 19, -1890 19, -1290 19, -690 19, -90 11'],
      stepMs: 600000,
      consolidated: 'max',
      warnings: [],
    },
  ],
  'range-several': [
    {
      kind: 'series',
      series: [
        'cpu.user {host=web01 item=cpu.user} percent: -150 19, -90 10, -30 11',
        'disk.used {host=web01 item=disk.used} percent: -150 41, -90 41, -30 41',
      ],
      stepMs: 60000,
      warnings: [],
    },
  ],
  range: [
    {
      kind: 'series',
      series: ['web01 {host=web01 item=cpu.user} percent: -270 17, -210 18, -150 19, -90 10, -30 11'],
      stepMs: 60000,
      warnings: [],
    },
  ],
  states: [
    {
      kind: 'table',
      columns: 'since (time), host, item, value',
      rows: [
        ['-630 s', 'web01', 'Shop', 'Up (1)'],
        ['-1230 s', 'web01', 'Shop', 'Down (0)'],
        ['-2430 s', 'web01', 'Shop', 'Up (1)'],
      ],
      warnings: [],
    },
  ],
  texts: [
    {
      kind: 'table',
      columns: 'since (time), host, item, value',
      rows: [['-1230 s', 'web01', 'Release', 'release 1.4.2 of žižkov']],
      warnings: [],
    },
  ],
  'why-before': { kind: 'not_yet', what: 'web01 cpu.user', firstMs: '-3630 s' },
  'why-fine': { kind: 'none', said: 'no problems: 1 trigger fine' },
  'why-group': { kind: 'never_existed', what: 'Linux server', near: ['Linux servers'] },
  'why-host': { kind: 'never_existed', what: 'web02', near: ['web01'] },
  'why-item': { kind: 'never_existed', what: 'cpu.uzer', near: ['cpu.user'] },
  'why-stopped': { kind: 'stopped', what: 'web01 vfs.fs.size[/,pused]', lastMs: '-90 s', lastValue: 41.5 },
};

describe.each([['Zabbix 6.0.14', 'zabbix/zabbix-6.0.14', OUTCOMES]] as const)(
  '%s',
  (_product, folder, outcomes: Readonly<Record<string, unknown>>) => {
    const recordings = recordingsOf(folder);

    it('has an outcome for each recording', () => {
      expect(recordings.map(({ name }) => name)).toEqual(Object.keys(outcomes).sort());
    });

    it.each(recordings)('$about ($name)', async (recording) => {
      expect(await replay(recording)).toEqual(outcomes[recording.name]);
    });
  },
);
