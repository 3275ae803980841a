/** What the adapter makes of recorded answers of Icinga 2; see `test/fixtures/README.md`. */
import { describe, expect, it } from 'vitest';
import { recordingsOf, replay } from '../../../doubles/recorded.ts';

/** By the name of the recording; times are from its "now" on. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  'check-password': {
    problems: [
      'Icinga does not accept my login (401). Set username and password to those of an ApiUser (or token, for a proxy before it).',
    ],
  },
  'check-right-all': {
    version: 'Icinga 2.13.6-1',
    problems: [
      'Icinga does not let my login read this: its ApiUser lacks the permission objects/query/host. Give its ApiUser the permission objects/query/Host.',
      'Icinga does not let my login read this: its ApiUser lacks the permission objects/query/service. Give its ApiUser the permission objects/query/Service.',
    ],
  },
  'check-right': {
    version: 'Icinga 2.13.6-1',
    problems: [
      'Icinga does not let my login read this: its ApiUser lacks the permission objects/query/service. Give its ApiUser the permission objects/query/Service.',
    ],
  },
  check: { version: 'Icinga 2.13.6-1', problems: [] },
  'group-unknown': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  groups: ['web'],
  'host-unknown': [
    {
      kind: 'table',
      columns: 'host, check, state, since (time), measured, says',
      rows: [
        ['db01', 'the host itself', 'UP', '-0.61 s', null, 'rig'],
        ['db01', 'replication', 'OK', '-0.28 s', 'lag 0 s', 'lag 0 s'],
      ],
      warnings: ['Icinga has no host called web99.'],
      asOfMs: '0 s',
    },
  ],
  hosts: ['db01', 'web01'],
  'password-wrong': 'SOURCE_AUTH: Icinga does not accept my login (401).',
  'problems-all': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['web01', 'http', 'WARNING', '-0.381 s', null, 'HTTP WARNING - 200 in 2.5 s']],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'problems-handled': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [
        ['web01', 'http', 'WARNING', '-0.381 s', null, 'HTTP WARNING - 200 in 2.5 s'],
        ['web01', 'disk', 'CRITICAL', '0.791 s', 'acknowledged by ana: on it', 'DISK CRITICAL - /srv 97% used'],
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
  'problems-past': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['web01', 'http', 'WARNING', '-0.381 s', null, 'HTTP WARNING - 200 in 2.5 s']],
      warnings: ['Icinga tells its state of now only, not that of an earlier time.'],
      asOfMs: '0 s',
    },
  ],
  problems: [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['web01', 'http', 'WARNING', '-0.381 s', null, 'HTTP WARNING - 200 in 2.5 s']],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'right-missing':
    'SOURCE_FORBIDDEN: Icinga does not let my login read this: its ApiUser lacks the permission objects/query/service.',
  'services-nowhere': [],
  'services-of': ['active', 'disk', 'http'],
  services: [
    {
      kind: 'table',
      columns: 'host, check, state, since (time), measured, says',
      rows: [
        ['web01', 'the host itself', 'UP', '-0.643 s', null, 'rig'],
        ['web01', 'active', 'PENDING', null, null, ''],
        ['web01', 'disk', 'OK', '-0.469 s', '/srv 41 %', 'DISK OK - /srv 41% used'],
        ['web01', 'http', 'WARNING', '-0.381 s', 'time 2.5 s', 'HTTP WARNING - 200 in 2.5 s'],
      ],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  values: [
    {
      kind: 'table',
      columns: 'host, check, what, value, warning at, critical at, min, max',
      rows: [
        ['web01', 'disk', '/srv', '41 %', '80 %', '90 %', null, null],
        ['web01', 'http', 'time', '2.5 s', '2 s', '5 s', null, null],
      ],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'why-fine': { kind: 'none', said: 'no problems: 2 checks fine' },
  'why-group': { kind: 'never_existed', what: 'nope', near: [] },
  'why-host': { kind: 'never_existed', what: 'web99', near: [] },
  'why-service': { kind: 'never_existed', what: 'htp', near: ['http'] },
  'why-unmeasured': { kind: 'none', said: 'no values: 1 check measures nothing' },
};

describe.each([['Icinga 2.13.6', 'icinga2/icinga-2.13.6', OUTCOMES]] as const)(
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
