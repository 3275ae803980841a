/** What the adapter makes of recorded answers of InfluxDB; see `test/fixtures/README.md`. */
import { describe, expect, it } from 'vitest';
import { recordingsOf, replay } from '../../../doubles/recorded.ts';

/** By the name of the recording; times are from its "now" on. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  'annotations-none': [],
  annotations: [
    {
      timeMs: '4320 s',
      kind: 'deploy',
      title: 'deploy web 1.4.2',
      text: 'rolled out by alice',
      tags: ['deploy', 'web'],
    },
  ],
  'check-database': {
    version: 'InfluxDB 1.6.7',
    problems: ['There is no database telegarf. This login sees telegraf.'],
  },
  'check-events': { version: 'InfluxDB 1.6.7', problems: ['There is no measurement marks to take events from.'] },
  'check-password': {
    problems: [
      'InfluxDB does not accept my login (401). Set token (InfluxDB 2 and 3), or username and password, or the headers that its proxy wants.',
    ],
  },
  'check-right': {
    problems: [
      'InfluxDB does not let my login read this (403). Allow it to read the database telegraf: GRANT READ ON "telegraf" (1), or a token that may read the bucket.',
    ],
  },
  'check-version': {
    version: 'InfluxDB 1.6.7',
    problems: ['It is set to version: 2, but InfluxDB 1.6.7 answers; set version: 1.'],
  },
  check: { version: 'InfluxDB 1.6.7', problems: [] },
  'database-wrong':
    'SOURCE_NOT_FOUND: InfluxDB does not have the database: database not found: telegarf. Check database and retentionPolicy in the configuration.',
  'empty-field': [{ kind: 'series', series: [], stepMs: 10000, warnings: [] }],
  empty: [{ kind: 'series', series: [], stepMs: 10000, warnings: [] }],
  'function-unknown': 'SOURCE_BAD_QUERY: InfluxDB does not understand the query: undefined function nope().',
  'hosts-none': [],
  hosts: ['db01', 'web01', 'web02'],
  'mixed-aggregates':
    'SOURCE_BAD_QUERY: InfluxDB does not understand the query: mixing aggregate and non-aggregate queries is not supported.',
  'password-wrong': 'SOURCE_AUTH: InfluxDB does not accept my login (401).',
  'policy-wrong':
    'SOURCE_NOT_FOUND: InfluxDB does not have the database: retention policy not found: nope. Check database and retentionPolicy in the configuration.',
  'range-fields': [
    {
      kind: 'series',
      series: [
        '/ used {host=web01 path=/} bytes: -30 42949672960, -20 42949672960, -10 42949672960',
        '/ free {host=web01 path=/} bytes: -30 64424509440, -20 64424509440, -10 64424509440',
      ],
      stepMs: 10000,
      warnings: [],
    },
  ],
  'range-peaks': [
    {
      kind: 'series',
      series: ['web01 {host=web01}: -7200 19, -6000 19, -4800 19, -3600 19, -2400 19, -1200 19'],
      stepMs: 1200000,
      consolidated: 'max',
      warnings: [],
    },
  ],
  range: [
    {
      kind: 'series',
      series: [
        'web02 {host=web02} percent: -60 29, -50 29, -40 29, -30 29, -20 29, -10 29',
        'db01 {host=db01} percent: -60 39, -50 39, -40 39, -30 39, -20 39, -10 39',
        'web01 {host=web01} percent: -60 19, -50 19, -40 19, -30 19, -20 19, -10 19',
      ],
      stepMs: 10000,
      warnings: [],
    },
  ],
  rate: [
    {
      kind: 'series',
      series: ['web01 {host=web01} bytes/s: -60 1000, -50 1000, -40 1000, -30 1000, -20 1000, -10 1000'],
      stepMs: 10000,
      warnings: [],
    },
  ],
  'right-missing': 'SOURCE_FORBIDDEN: InfluxDB does not let my login read this (403).',
  'too-many': 'SOURCE_TOO_MUCH: This would read 3 series; the limit is 2. Name fewer, or group by fewer tags.',
  typed: [
    {
      kind: 'series',
      series: ['web01 {host=web01}: -30 1.75, -20 1.75, -10 1.75', 'db01 {host=db01}: -30 3.75, -20 3.75, -10 3.75'],
      stepMs: 10000,
      warnings: ['InfluxDB has nothing for web99.'],
    },
  ],
  'why-before': { kind: 'not_yet', what: 'web01', firstMs: '-80280 s' },
  'why-field': { kind: 'never_existed', what: 'cpu.usage_uzer', near: ['cpu.usage_user'] },
  'why-host': { kind: 'never_existed', what: 'web03', near: ['web01', 'web02'] },
  'why-measurement': { kind: 'never_existed', what: 'cpuu', near: ['cpu'] },
  'wrong-type':
    'SOURCE_BAD_QUERY: InfluxDB does not understand the query: unsupported mean iterator type: query.stringInterruptIterator.',
};

describe.each([['InfluxDB 1.6.7', 'influxdb/influxdb-1.6.7', OUTCOMES]] as const)(
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
