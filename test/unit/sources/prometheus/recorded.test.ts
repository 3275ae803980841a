/** What the adapter makes of recorded answers of Prometheus and VictoriaMetrics; see `test/fixtures/README.md`. */
import { describe, expect, it } from 'vitest';
import { recordingsOf, replay } from '../../../doubles/recorded.ts';

/** By the name of the recording; times are from its "now" on. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  'alerts-elsewhere': { kind: 'none', said: 'no alert fires (1 elsewhere)' },
  'alerts-none': [
    { kind: 'table', columns: 'host, problem, state, since (time), handled, says', rows: [], warnings: [] },
  ],
  alerts: [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['127.0.0.1:19612', 'RigQueueHigh', 'CRITICAL', '7140.377 s', null, 'Queue mail holds 150 jobs']],
      warnings: ["1 more alert waits for the rule's time to pass."],
    },
  ],
  'check-other': {
    version: 'Prometheus 2.42.0+ds',
    problems: ['It is set to flavour: mimir, but Prometheus answers; set flavour: prometheus.'],
  },
  check: { version: 'Prometheus 2.42.0+ds', problems: [] },
  empty: [{ kind: 'series', series: [], stepMs: 60000, warnings: [] }],
  exemplars: [
    { kind: 'series', series: ['web01 {host=web01 job=backfill}: -120 18, -60 19'], stepMs: 60000, warnings: [] },
  ],
  gaps: [
    {
      kind: 'series',
      series: ['web01 {host=web01 job=backfill}: -240 NaN, -180 17, -120 NaN, -60 19'],
      stepMs: 60000,
      warnings: [],
    },
  ],
  heatmap: [
    {
      kind: 'heatmap',
      xEdges: ['-240 s', '-180 s', '-120 s', '-60 s'],
      yEdges: [0, 1, 2],
      counts: [4, 4, 4, 5, 5, 5],
      unit: 'none',
      stepMs: 60000,
      warnings: ['The top row also holds everything above it: its bucket has no upper end.'],
    },
  ],
  'hosts-none': [],
  'hosts-unparsable':
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: 1:11: parse error: error parsing regexp: missing closing ): ^(?:()$.',
  hosts: ['db01', 'web01', 'web02'],
  'many-to-many':
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: found duplicate series for the match group {host="db01"} on the right hand-side of the operation: {__name__="rig_http_requests_total", code="500", host="db01", job="backfill"}, {__name__="rig_http_re….',
  'nothing-of-one': [
    {
      kind: 'series',
      series: ['web01 {host=web01 job=backfill}: -120 18, -60 19'],
      stepMs: 60000,
      warnings: ['Prometheus has nothing for web99.'],
    },
  ],
  'range-apart': [
    {
      kind: 'series',
      series: [
        'web02 {host=web02 job=backfill}: -180 2.25, -120 2.5, -60 2.75',
        'db01 {host=db01 job=backfill}: -180 3.25, -120 3.5, -60 3.75',
        'web01 {host=web01 job=backfill}: -180 1.25, -120 1.5, -60 1.75',
      ],
      stepMs: 60000,
      warnings: [],
    },
  ],
  'range-peaks': [
    {
      kind: 'series',
      series: ['web01 {host=web01 job=backfill}: -7200 19, -6000 19, -4800 19, -3600 19, -2400 19, -1200 19'],
      stepMs: 1200000,
      consolidated: 'max',
      warnings: [],
    },
  ],
  range: [
    {
      kind: 'series',
      series: [
        'web02 {host=web02 job=backfill} percent: -300 25, -240 26, -180 27, -120 28, -60 29',
        'db01 {host=db01 job=backfill} percent: -300 35, -240 36, -180 37, -120 38, -60 39',
        'web01 {host=web01 job=backfill} percent: -300 15, -240 16, -180 17, -120 18, -60 19',
      ],
      stepMs: 60000,
      warnings: [],
    },
  ],
  ranking: [
    {
      kind: 'series',
      series: [
        'web02 {host=web02 job=backfill}: -600 2.5, -480 2.75, -360 1.5, -240 2, -120 2.5',
        'db01 {host=db01 job=backfill}: -600 3.5, -480 3.75, -360 2.5, -240 3, -120 3.5',
        'web01 {host=web01 job=backfill}: -600 1.5, -480 1.75, -360 0.5, -240 1, -120 1.5',
      ],
      stepMs: 120000,
      consolidated: 'last',
      warnings: [],
    },
  ],
  rate: [
    {
      kind: 'series',
      series: [
        'code 200 {code=200 host=web01 job=backfill} req/s: -180 2, -120 2, -60 2',
        'code 500 {code=500 host=web01 job=backfill} req/s: -180 0.1, -120 0.1, -60 0.1',
      ],
      stepMs: 60000,
      warnings: [],
    },
  ],
  scalar: [{ kind: 'series', series: ['scalar(vector(7)) {}: -120 7, -60 7'], stepMs: 60000, warnings: [] }],
  'too-many':
    'SOURCE_TOO_MUCH: This would read 3 series; the limit is 2. Name fewer, or sum them up, as in sum by (instance).',
  'unknown-function':
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: 1:1: parse error: unknown function with name "nope".',
  unparsable: 'SOURCE_BAD_QUERY: Prometheus does not understand the query: 1:28: parse error: unexpected end of input.',
  'why-before': { kind: 'not_yet', what: 'web01', firstMs: '-79320 s' },
  'why-host': { kind: 'never_existed', what: 'rig_load1{host="web03"}', near: ['web01', 'web02'] },
  'why-metric': { kind: 'never_existed', what: 'rig_cpu_uzer_percent', near: ['rig_cpu_user_percent'] },
  'why-too-old': { kind: 'too_old', keptMs: 5184000000 },
  'wrong-types':
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: 1:6: parse error: expected type range vector in call to function "rate", got instant vector.',
};

/** Where VictoriaMetrics 1.79.5 differs. */
const DIFFERENT: Readonly<Record<string, unknown>> = {
  alerts: [
    {
      kind: 'table',
      columns: 'host, problem, state, since (time), handled, says',
      rows: [['127.0.0.1:19624', 'RigQueueHigh', 'CRITICAL', '7147.347 s', null, 'Queue mail holds 150 jobs']],
      warnings: ["1 more alert waits for the rule's time to pass."],
    },
  ],
  'check-other': {
    version: 'VictoriaMetrics',
    problems: ['It is set to flavour: mimir, but VictoriaMetrics answers; set flavour: victoriametrics.'],
  },
  check: { version: 'VictoriaMetrics', problems: [] },
  'hosts-unparsable':
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: cannot parse matches=rig_load1{host="("}: cannot expand WITH expressions: invalid regexp in host="(": error parsing regexp: missing closing ): ^(?:()$.',
  'many-to-many':
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: cannot execute query: cannot evaluate "rig_http_requests_total + on (host) rig_http_requests_total": duplicate time series on the left side of + on (host): {code="200", host="web02", job="backfill"} ….',
  'unknown-function':
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: cannot execute query: unknown func "nope".',
  unparsable:
    'SOURCE_BAD_QUERY: Prometheus does not understand the query: cannot execute query: singleExpr: unexpected token ""; want "(", "{", "-", "+"; unparsed data: "".',
  'why-before': { kind: 'not_yet', what: 'web01', firstMs: '-79200 s' },
  'why-metric': {
    kind: 'never_existed',
    what: 'rig_cpu_uzer_percent',
    near: ['rig_cpu_user_percent', 'rig_disk_used_percent'],
  },
  'why-too-old': { kind: 'not_yet', what: 'web01', firstMs: '-79200 s' },
  'wrong-types': [
    {
      kind: 'series',
      series: [
        'db01 {host=db01 job=backfill}: -300 0.004166666666666667, -240 0.004166666666666667, -180 0.004166666666666667, -120 0.004166666666666667, -60 0.004166666666666667',
        'web01 {host=web01 job=backfill}: -300 0.004166666666666667, -240 0.004166666666666667, -180 0.004166666666666667, -120 0.004166666666666667, -60 0.004166666666666667',
        'web02 {host=web02 job=backfill}: -300 0.004166666666666667, -240 0.004166666666666667, -180 0.004166666666666667, -120 0.004166666666666667, -60 0.004166666666666667',
      ],
      stepMs: 60000,
      warnings: [],
    },
  ],
};

describe.each([
  ['Prometheus 2.42.0', 'prometheus/prometheus-2.42.0', OUTCOMES],
  ['VictoriaMetrics 1.79.5', 'prometheus/victoriametrics-1.79.5', { ...OUTCOMES, ...DIFFERENT }],
] as const)('%s', (_product, folder, outcomes: Readonly<Record<string, unknown>>) => {
  const recordings = recordingsOf(folder);

  it('has an outcome for each recording', () => {
    expect(recordings.map(({ name }) => name)).toEqual(Object.keys(outcomes).sort());
  });

  it.each(recordings)('$about ($name)', async (recording) => {
    expect(await replay(recording)).toEqual(outcomes[recording.name]);
  });
});
