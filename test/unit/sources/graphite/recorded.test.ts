/** What the adapter makes of recorded answers of graphite-web; see `test/fixtures/README.md`. */
import { describe, expect, it } from 'vitest';
import { recordingsOf, replay } from '../../../doubles/recorded.ts';

/** By the name of the recording; times are from its "now" on. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  'annotations-none': [],
  annotations: [
    {
      timeMs: '-1320 s',
      kind: 'deploy',
      title: 'deploy web 1.4.2',
      text: 'rolled out by alice',
      tags: ['deploy', 'web'],
    },
  ],
  'arguments-missing':
    "SOURCE_BAD_QUERY: Graphite does not understand the target: TypeError: movingAverage() missing 1 required positional argument: 'windowSize'.",
  'arguments-wrong':
    "SOURCE_BAD_QUERY: Graphite does not understand the target: ValueError: could not convert string to float: 'x'.",
  'check-other': {
    version: 'graphite-web 1.1.8',
    problems: ['It is set to flavour: carbonapi, but graphite-web 1.1.8 answers; set flavour: graphite-web.'],
  },
  check: { version: 'graphite-web 1.1.8', problems: [] },
  'empty-tags': [{ kind: 'series', series: [], warnings: [] }],
  empty: [{ kind: 'series', series: [], warnings: [] }],
  'function-unknown':
    'SOURCE_BAD_QUERY: Graphite does not understand the target: Received request for unknown function: nope.',
  functions: [
    {
      kind: 'series',
      series: [
        'all {}: -40 87, -30 87, -20 87, -10 87',
        'db01 {}: -40 7, -30 7, -20 7, -10 7',
        'web01 {}: -40 5, -30 5, -20 5, -10 5',
        'web02 {}: -40 6, -30 6, -20 6, -10 6',
      ],
      stepMs: 10000,
      warnings: [],
    },
  ],
  'hosts-inside': ['db01', 'web01', 'web02'],
  'hosts-none': [],
  hosts: ['db01', 'web01', 'web02'],
  'nothing-of-one': [
    {
      kind: 'series',
      series: ['web01 {host=web01}: -40 19, -30 19, -20 19, -10 19'],
      stepMs: 10000,
      warnings: ['Graphite has nothing for web99.'],
    },
  ],
  'range-old': [
    {
      kind: 'series',
      series: ['web01 {host=web01}: -64800 10, -64740 11, -64680 12, -64620 13'],
      stepMs: 60000,
      warnings: ['So far back Graphite keeps one point per 1 min.'],
    },
  ],
  'range-peaks': [
    {
      kind: 'series',
      series: ['web01 {host=web01}: -6010 19, -4810 19, -3610 19, -2410 19, -1210 19'],
      stepMs: 1200000,
      rawStepMs: 10000,
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
      series: ['in {host=web01} bytes/s: -60 NaN, -50 1000, -40 1000, -30 1000, -20 1000, -10 1000'],
      stepMs: 10000,
      warnings: [],
    },
  ],
  silent: [
    {
      kind: 'series',
      series: ['web01 {host=web01}: -172800 NaN, -172740 NaN'],
      stepMs: 60000,
      warnings: ['So far back Graphite keeps one point per 1 min.'],
    },
  ],
  'too-many':
    'SOURCE_TOO_MUCH: This would read 9 series; the limit is 2. Name fewer, or narrow it with a pattern such as web*.',
  'why-host': { kind: 'never_existed', what: 'servers.web03', near: ['web01', 'web02'] },
  'why-path': { kind: 'never_existed', what: 'servers.web01.cpu.uzer', near: ['user'] },
  'why-tags': { kind: 'never_existed', what: 'name=disk.used, host=web77', near: [] },
};

describe.each([['graphite-web 1.1.8', 'graphite/graphite-web-1.1.8', OUTCOMES]] as const)(
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
