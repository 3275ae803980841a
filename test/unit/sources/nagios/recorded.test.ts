/** What the adapter makes of recorded answers of Nagios; see `test/fixtures/README.md`. */
import { describe, expect, it } from 'vitest';
import { recordingsOf, replay } from '../../../doubles/recorded.ts';

/** By the name of the recording; times are from its "now" on. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  annotations: [
    {
      timeMs: '2.704 s',
      kind: 'alert',
      title: 'web01 disk CRITICAL',
      text: 'DISK CRITICAL - /srv 97% used',
      tags: ['web01', 'disk', 'critical'],
    },
  ],
  'check-elsewhere': {
    problems: [
      'Nagios has no JSON CGIs at this address (404); check url and cgiPath in the configuration. They are at /nagios4/cgi-bin: set cgiPath: /nagios4/cgi-bin.',
    ],
  },
  'check-password': {
    problems: [
      'Nagios does not accept my login (401). Set username and password as for its web interface (or token, for a proxy before it).',
    ],
  },
  check: { version: 'Nagios 4.4.6', problems: [] },
  'group-unknown': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  groups: [],
  'history-none': [{ kind: 'table', columns: 'time (time), host, check, state, says', rows: [], warnings: [] }],
  history: [
    {
      kind: 'table',
      columns: 'time (time), host, check, state, says',
      rows: [
        ['2.704 s', 'web01', 'disk', 'CRITICAL', 'DISK CRITICAL - /srv 97% used'],
        ['-2.296 s', 'web01', 'http', 'WARNING', 'HTTP WARNING - 200 in 2.5 s'],
      ],
      warnings: [],
    },
  ],
  'host-unknown': [
    {
      kind: 'table',
      columns: 'host, check, state, since (time), measured, says',
      rows: [
        ['db01', 'the host itself', 'UP', null, null, 'OK: rig'],
        ['db01', 'replication', 'OK', null, 'lag 0 s', 'lag 0 s'],
      ],
      warnings: ['Nagios has no host called web99.'],
      asOfMs: '0 s',
    },
  ],
  hosts: ['db01', 'web01'],
  'password-wrong': 'SOURCE_AUTH: Nagios does not accept my login (401).',
  'problems-all': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['web01', 'http', 'WARNING', '-2.296 s', null, 'HTTP WARNING - 200 in 2.5 s']],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'problems-handled': [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [
        ['web01', 'http', 'WARNING', '-2.296 s', null, 'HTTP WARNING - 200 in 2.5 s'],
        ['web01', 'disk', 'CRITICAL', '2.704 s', 'acknowledged by ana: on it', 'DISK CRITICAL - /srv 97% used'],
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
      rows: [['web01', 'http', 'WARNING', '-2.296 s', null, 'HTTP WARNING - 200 in 2.5 s']],
      warnings: ['Nagios tells its state of now only; `history` tells of changes before.'],
      asOfMs: '0 s',
    },
  ],
  problems: [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['web01', 'http', 'WARNING', '-2.296 s', null, 'HTTP WARNING - 200 in 2.5 s']],
      warnings: [],
      asOfMs: '0 s',
    },
  ],
  'services-nowhere': [],
  'services-of': ['active', 'disk', 'http'],
  services: [
    {
      kind: 'table',
      columns: 'host, check, state, since (time), measured, says',
      rows: [
        ['web01', 'the host itself', 'UP', null, null, 'OK: rig'],
        ['web01', 'active', 'PENDING', null, null, ''],
        ['web01', 'disk', 'OK', null, '/srv 41 %', 'DISK OK - /srv 41% used'],
        ['web01', 'http', 'WARNING', '-2.296 s', 'time 2.5 s', 'HTTP WARNING - 200 in 2.5 s'],
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
  'why-history': { kind: 'none', said: 'no change of state in this window, of 2 checks' },
  'why-host': { kind: 'never_existed', what: 'web99', near: [] },
  'why-service': { kind: 'never_existed', what: 'htp', near: ['http'] },
  'why-unmeasured': { kind: 'none', said: 'no values: 1 check measures nothing' },
};

describe.each([['Nagios 4.4.6', 'nagios/nagios-4.4.6', OUTCOMES]] as const)(
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
