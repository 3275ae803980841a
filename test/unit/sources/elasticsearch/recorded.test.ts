/** What the adapter makes of recorded answers of Elasticsearch and OpenSearch; see `test/fixtures/README.md`. */
import { describe, expect, it } from 'vitest';
import { recordingsOf, replay } from '../../../doubles/recorded.ts';

/** By the name of the recording; times are from its "now" on. */
const OUTCOMES: Readonly<Record<string, unknown>> = {
  'check-index': {
    version: 'Elasticsearch 8.19.21',
    problems: [
      'Elasticsearch shows nothing called nope-* to my login. Set index to what there is, or give my login the rights read and view_index_metadata on it.',
    ],
  },
  'check-other': {
    version: 'Elasticsearch 8.19.21',
    problems: ['It is set to flavour: opensearch, but Elasticsearch 8.19.21 answers; set flavour: elasticsearch.'],
  },
  'check-time': {
    version: 'Elasticsearch 8.19.21',
    problems: ['Nothing in logs-nginx-default has a date field host.name. Set timeField to the one that has the time.'],
  },
  check: { version: 'Elasticsearch 8.19.21', problems: [] },
  'counts-none': [
    {
      kind: 'series',
      series: ['web01 {host=web01} count: -780 0, -720 0, -660 0, -600 2, -540 0'],
      stepMs: 60000,
      warnings: [],
    },
  ],
  counts: [
    {
      kind: 'series',
      series: [
        'web02 {host=web02} count: -180 1, -150 1, -120 1, -90 1, -60 1, -30 1',
        'db01 {host=db01} count: -180 1, -150 1, -120 1, -90 1, -60 1, -30 1',
        'web01 {host=web01} count: -180 1, -150 1, -120 1, -90 1, -60 1, -30 1',
      ],
      stepMs: 30000,
      warnings: [],
    },
  ],
  empty: [{ kind: 'series', series: [], stepMs: 60000, warnings: [] }],
  esql: 'SOURCE_BAD_QUERY: This server (Elasticsearch) has no ES|QL. Ask it in KQL, or with a definition.',
  'field-text':
    'SOURCE_BAD_QUERY: The field message is text, which Elasticsearch can neither group nor measure; name a keyword or a number.',
  'field-unknown': [
    {
      kind: 'series',
      series: ['web01 {host=web01}: -120 NaN, -90 NaN, -60 NaN, -30 NaN'],
      stepMs: 30000,
      warnings: [],
    },
  ],
  'field-words':
    'SOURCE_BAD_QUERY: Elasticsearch does not understand the query: Field host.name of type keyword is not supported for aggregation avg.',
  'hosts-none': [],
  'hosts-text':
    'SOURCE_BAD_QUERY: The field message is text, which Elasticsearch can neither group nor measure; name a keyword or a number.',
  hosts: ['db01', 'web01', 'web02'],
  'index-unknown': 'SOURCE_NOT_FOUND: Elasticsearch has no index nope.',
  'lines-kql': [
    {
      kind: 'logs',
      lines: [
        {
          timeMs: '-650 s',
          level: 'error',
          message: 'GET /p1 500 payment refused: žádná karta',
          fields: { 'host.name': 'web02' },
        },
        {
          timeMs: '-620 s',
          level: 'error',
          message: 'GET /p1 500 payment refused: žádná karta',
          fields: { 'host.name': 'web02' },
        },
        {
          timeMs: '-600 s',
          level: 'error',
          message: 'GET /p2 500 payment refused: žádná karta',
          fields: { 'host.name': 'web01' },
        },
        {
          timeMs: '-570 s',
          level: 'error',
          message: 'GET /p2 500 payment refused: žádná karta',
          fields: { 'host.name': 'web01' },
        },
        {
          timeMs: '-50 s',
          level: 'error',
          message: 'GET /p2 500 payment refused: žádná karta',
          fields: { 'host.name': 'web02' },
        },
        {
          timeMs: '-20 s',
          level: 'error',
          message: 'GET /p2 500 payment refused: žádná karta',
          fields: { 'host.name': 'web02' },
        },
      ],
      total: 6,
      warnings: [],
    },
    {
      kind: 'series',
      series: [
        'count {} count: -700 0, -690 0, -680 0, -670 0, -660 0, -650 1, -640 0, -630 0, -620 1, -610 0, -600 1, -590 0, -580 0, -570 1, -560 0, -550 0, -540 0, -530 0, -520 0, -510 0, -500 0, -490 0, -480 0, -470 0, -460 0, -450 0, -440 0, -430 0, -420 0, -410 0, -400 0, -390 0, -380 0, -370 0, -360 0, -350 0, -340 0, -330 0, -320 0, -310 0, -300 0, -290 0, -280 0, -270 0, -260 0, -250 0, -240 0, -230 0, -220 0, -210 0, -200 0, -190 0, -180 0, -170 0, -160 0, -150 0, -140 0, -130 0, -120 0, -110 0, -100 0, -90 0, -80 0, -70 0, -60 0, -50 1, -40 0, -30 0, -20 1, -10 0',
      ],
      stepMs: 10000,
      warnings: [],
    },
  ],
  'lines-none': [
    { kind: 'logs', lines: [], total: 0, warnings: [] },
    { kind: 'series', series: [], stepMs: 2000, warnings: [] },
  ],
  'lines-phrase': [
    {
      kind: 'logs',
      lines: [
        {
          timeMs: '-600 s',
          level: 'error',
          message: 'GET /p2 500 payment refused: žádná karta',
          matches: [[12, 27]],
          fields: { 'host.name': 'web01' },
        },
        {
          timeMs: '-570 s',
          level: 'error',
          message: 'GET /p2 500 payment refused: žádná karta',
          matches: [[12, 27]],
          fields: { 'host.name': 'web01' },
        },
      ],
      total: 2,
      warnings: [],
    },
    {
      kind: 'series',
      series: [
        'web01 {host=web01} count: -600 1, -595 0, -590 0, -585 0, -580 0, -575 0, -570 1, -565 0, -560 0, -555 0, -550 0, -545 0, -540 0, -535 0, -530 0, -525 0, -520 0, -515 0, -510 0, -505 0, -500 0, -495 0, -490 0, -485 0, -480 0, -475 0, -470 0, -465 0, -460 0, -455 0, -450 0, -445 0, -440 0, -435 0, -430 0, -425 0, -420 0, -415 0, -410 0, -405 0, -400 0, -395 0, -390 0, -385 0, -380 0, -375 0, -370 0, -365 0, -360 0, -355 0, -350 0, -345 0, -340 0, -335 0, -330 0, -325 0, -320 0, -315 0, -310 0, -305 0, -300 0, -295 0, -290 0, -285 0, -280 0, -275 0, -270 0, -265 0, -260 0, -255 0, -250 0, -245 0, -240 0, -235 0, -230 0, -225 0, -220 0, -215 0, -210 0, -205 0, -200 0, -195 0, -190 0, -185 0, -180 0, -175 0, -170 0, -165 0, -160 0, -155 0, -150 0, -145 0, -140 0, -135 0, -130 0, -125 0, -120 0, -115 0, -110 0, -105 0, -100 0, -95 0, -90 0, -85 0, -80 0, -75 0, -70 0, -65 0, -60 0, -55 0, -50 0, -45 0, -40 0, -35 0, -30 0, -25 0, -20 0, -15 0, -10 0, -5 0',
      ],
      stepMs: 5000,
      warnings: [],
    },
  ],
  lines: [
    {
      kind: 'logs',
      lines: [
        {
          timeMs: '-90 s',
          level: 'info',
          message: 'GET /p1 200',
          fields: { 'service.name': 'checkout', 'http.response.status_code': '200' },
        },
        {
          timeMs: '-60 s',
          level: 'info',
          message: 'GET /p2 200',
          fields: { 'service.name': 'checkout', 'http.response.status_code': '200' },
        },
        {
          timeMs: '-30 s',
          level: 'info',
          message: 'GET /p2 200',
          fields: { 'service.name': 'checkout', 'http.response.status_code': '200' },
        },
      ],
      total: 3,
      warnings: [],
    },
    {
      kind: 'series',
      series: [
        'web01 {host=web01} count: -90 1, -89 0, -88 0, -87 0, -86 0, -85 0, -84 0, -83 0, -82 0, -81 0, -80 0, -79 0, -78 0, -77 0, -76 0, -75 0, -74 0, -73 0, -72 0, -71 0, -70 0, -69 0, -68 0, -67 0, -66 0, -65 0, -64 0, -63 0, -62 0, -61 0, -60 1, -59 0, -58 0, -57 0, -56 0, -55 0, -54 0, -53 0, -52 0, -51 0, -50 0, -49 0, -48 0, -47 0, -46 0, -45 0, -44 0, -43 0, -42 0, -41 0, -40 0, -39 0, -38 0, -37 0, -36 0, -35 0, -34 0, -33 0, -32 0, -31 0, -30 1, -29 0, -28 0, -27 0, -26 0, -25 0, -24 0, -23 0, -22 0, -21 0, -20 0, -19 0, -18 0, -17 0, -16 0, -15 0, -14 0, -13 0, -12 0, -11 0, -10 0, -9 0, -8 0, -7 0, -6 0, -5 0, -4 0, -3 0, -2 0, -1 0',
      ],
      stepMs: 1000,
      warnings: [],
    },
  ],
  'lucene-unparsable':
    'SOURCE_BAD_QUERY: Elasticsearch does not understand the query: Failed to parse query log.level:(error.',
  metric: [
    {
      kind: 'series',
      series: ['web01 {host=web01} nanoseconds: -90 0.004, -75 NaN, -60 0.005, -45 NaN, -30 0.005, -15 NaN'],
      stepMs: 15000,
      warnings: [],
    },
  ],
  'nothing-of-one': [
    {
      kind: 'series',
      series: ['web01 {host=web01} count: -120 1, -90 1, -60 1, -30 1'],
      stepMs: 30000,
      warnings: ['Elasticsearch has nothing for web99.'],
    },
  ],
  'pattern-unknown': 'SOURCE_NOT_FOUND: No index of Elasticsearch matches nope-*, or none that my login may read.',
  percentiles: [
    {
      kind: 'series',
      series: [
        'p50 {host=web01} nanoseconds: -120 0.004, -60 0.005',
        'p99 {host=web01} nanoseconds: -120 0.004, -60 0.005',
      ],
      stepMs: 60000,
      warnings: [],
    },
  ],
  shards: [
    {
      kind: 'series',
      series: ['avg of event.duration {} nanoseconds: -60 0.006, -30 0.006'],
      stepMs: 30000,
      warnings: [
        'Partial: 1 of 2 shards of Elasticsearch failed (illegal_argument_exception); the numbers are too low.',
      ],
    },
  ],
  split: [
    {
      kind: 'series',
      series: [
        '/p0 {url.path=/p0} count: -180 6, -120 0, -60 0',
        '/p1 {url.path=/p1} count: -180 0, -120 6, -60 0',
        'others {} count: -180 0, -120 0, -60 6',
      ],
      stepMs: 60000,
      warnings: [],
    },
  ],
  unique: [{ kind: 'series', series: ['unique of host.name {} count: -120 3, -60 3'], stepMs: 60000, warnings: [] }],
  'value-unreadable':
    'SOURCE_BAD_QUERY: Elasticsearch does not understand the query: failed to create query: For input string: "many".',
  'why-before': { kind: 'not_yet', what: 'web01', firstMs: '-79860 s' },
  'why-filter': { kind: 'filter', filter: 'log.level: fatal', withoutFilter: 4 },
  'why-host': { kind: 'never_existed', what: 'web03', near: ['web01', 'web02'] },
  'why-phrase': { kind: 'filter', filter: '"nowhere to be found"', withoutFilter: 4 },
};

/** Where OpenSearch 2.19.1 differs. */
const DIFFERENT: Readonly<Record<string, unknown>> = {
  'check-index': {
    version: 'OpenSearch 2.19.1',
    problems: [
      'OpenSearch shows nothing called nope-* to my login. Set index to what there is, or give my login the rights read and view_index_metadata on it.',
    ],
  },
  'check-other': {
    problems: [
      'What answers at this address is no Elasticsearch; set `flavour` to opensearch, or to auto. Check the url: something else may answer there.',
    ],
  },
  'check-time': {
    version: 'OpenSearch 2.19.1',
    problems: ['Nothing in logs-nginx-default has a date field host.name. Set timeField to the one that has the time.'],
  },
  check: { version: 'OpenSearch 2.19.1', problems: [] },
  esql: 'SOURCE_BAD_QUERY: This server (OpenSearch) has no ES|QL. Ask it in KQL, or with a definition.',
  'field-text':
    'SOURCE_BAD_QUERY: The field message is text, which OpenSearch can neither group nor measure; name a keyword or a number.',
  'field-words':
    'SOURCE_BAD_QUERY: OpenSearch does not understand the query: Field host.name of type keyword is not supported for aggregation avg.',
  'hosts-text':
    'SOURCE_BAD_QUERY: The field message is text, which OpenSearch can neither group nor measure; name a keyword or a number.',
  'index-unknown': 'SOURCE_NOT_FOUND: OpenSearch has no index nope.',
  'lucene-unparsable':
    'SOURCE_BAD_QUERY: OpenSearch does not understand the query: Failed to parse query log.level:(error.',
  'nothing-of-one': [
    {
      kind: 'series',
      series: ['web01 {host=web01} count: -120 1, -90 1, -60 1, -30 1'],
      stepMs: 30000,
      warnings: ['OpenSearch has nothing for web99.'],
    },
  ],
  'pattern-unknown': 'SOURCE_NOT_FOUND: No index of OpenSearch matches nope-*, or none that my login may read.',
  shards: [
    {
      kind: 'series',
      series: ['avg of event.duration {} nanoseconds: -60 0.006, -30 0.006'],
      stepMs: 30000,
      warnings: ['Partial: 1 of 2 shards of OpenSearch failed (illegal_argument_exception); the numbers are too low.'],
    },
  ],
  'value-unreadable':
    'SOURCE_BAD_QUERY: OpenSearch does not understand the query: failed to create query: For input string: "many".',
  'why-before': { kind: 'not_yet', what: 'web01', firstMs: '-79800 s' },
};

describe.each([
  ['Elasticsearch 8.19.21', 'elasticsearch/elasticsearch-8.19.21', OUTCOMES],
  ['OpenSearch 2.19.1', 'elasticsearch/opensearch-2.19.1', { ...OUTCOMES, ...DIFFERENT }],
] as const)('%s', (_product, folder, outcomes: Readonly<Record<string, unknown>>) => {
  const recordings = recordingsOf(folder);

  it('has an outcome for each recording', () => {
    expect(recordings.map(({ name }) => name)).toEqual(Object.keys(outcomes).sort());
  });

  it.each(recordings)('$about ($name)', async (recording) => {
    expect(await replay(recording)).toEqual(outcomes[recording.name]);
  });
});
