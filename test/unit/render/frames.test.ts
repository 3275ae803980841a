import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/domain/answer.ts';
import type { Exemplar, HeatmapFrame, LogsFrame, SeriesFrame, TableFrame } from '../../../src/domain/frame.ts';
import { plainText } from '../../../src/domain/message.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { monospaceTable } from '../../../src/lib/text-table.ts';
import { wantsPicture, wordsOf } from '../../../src/render/answer-parts.ts';
import { answerCsv } from '../../../src/render/csv.ts';
import { withOwnLooks } from '../../../src/render/own-looks.ts';
import { answerTable } from '../../../src/render/table.ts';
import { quantileOf } from '../../../src/render/words/heatmap.ts';
import { linksOf } from '../../../src/render/words/links.ts';
import { answerAlt, answerMessage } from '../../../src/render/words.ts';
import { at, HOUR, MINUTE, NOW, sampleAnswer, sampleFrame, sampleRange, sampleSeries } from './sample-answers.ts';

const plain = (text: string) => text.replaceAll('\u202F', ' ');

/** All lines of an answer's text blocks. */
function linesOf(answer: Answer): string[] {
  return answerMessage(answer).blocks.flatMap((block) =>
    block.kind === 'text' ? block.lines.map((line) => plain(plainText(line))) : [],
  );
}

const tableOf = (answer: Answer) => {
  const table = answerTable(answer);
  return table
    ? monospaceTable(table)
        .split('\n')
        .map((line) => plain(line).trimEnd())
    : [];
};

/** Ten minutes of buckets up to 0.1, 0.5, 1 s and beyond; `rows` from the lowest up. */
function heatmap(rows: readonly (readonly number[])[], overrides: Partial<HeatmapFrame> = {}): HeatmapFrame {
  const columns = rows[0]?.length ?? 0;
  return {
    kind: 'heatmap',
    range: sampleRange(),
    stepMs: MINUTE,
    warnings: [],
    xEdges: Float64Array.from({ length: columns + 1 }, (_, index) => at('10:30') + index * MINUTE),
    yEdges: Float64Array.of(0, 0.1, 0.5, 1, Number.POSITIVE_INFINITY),
    counts: Float64Array.from(rows.flat()),
    unit: makeUnit('seconds'),
    ...overrides,
  };
}

const QUIET = [60, 60, 60, 60];
const SLOW = heatmap([
  [...QUIET, 30, 0, 0, 0],
  [40, 40, 40, 40, 60, 80, 40, 40],
  [0, 0, 0, 0, 10, 20, 60, 50],
  [0, 0, 0, 0, 0, 0, 0, 10],
]);
const heatAnswer = (frame: HeatmapFrame, overrides: Parameters<typeof sampleAnswer>[1] = {}) =>
  sampleAnswer([], { title: 'Latency of checkout', frames: [frame], ...overrides });

describe('a heatmap in words', () => {
  it('says how many, where the bulk is, what is beyond a limit, when it was worst and what moved', () => {
    const answer = heatAnswer(SLOW, { thresholds: [{ op: '>', value: 0.5, severity: 'warning', title: 'SLO' }] });
    expect(linesOf(answer)[0]).toBe(
      'Latency of checkout 800 in 1 h · p50 about 240 ms, p95 about 890 ms · 18.8 % above warning (500 ms, SLO) · ' +
        'p95 highest at 10:37 (above 1 s) · p50 up from about 83 ms to about 590 ms (first and last quarter) · ' +
        'most at 10:30 (100 within 1 min)',
    );
  });

  it('is a picture unless a table or a file was asked for, and its alt text has the numbers', () => {
    const answer = heatAnswer(SLOW);
    expect(wantsPicture(answer)).toBe(true);
    expect(wantsPicture({ ...answer, question: { ...answer.question, output: 'table' } })).toBe(false);
    expect(plain(answerAlt(answer))).toMatch(/^Latency of checkout: 800 in 1 h; p50 about 240 ms.* 10:02–11:02 CET\.$/);
  });

  it('estimates inside a bucket, and only says above what in the one without an end', () => {
    const edges = Float64Array.of(0, 1, 2, Number.POSITIVE_INFINITY);
    expect(quantileOf(Float64Array.of(50, 50, 0), edges, 0.75)).toEqual({ value: 1.5, isAbove: false });
    expect(quantileOf(Float64Array.of(1, 1, 98), edges, 0.5)).toEqual({ value: 2, isAbove: true });
    expect(quantileOf(Float64Array.of(0, 0, 0), edges, 0.5)).toBeUndefined();
  });

  it('says so when nothing was counted, and marks a share of a bucket as about', () => {
    expect(linesOf(heatAnswer(heatmap([[0], [0], [0], [0]])))[0]).toBe('Latency of checkout none in 1 h');
    const cut = heatAnswer(heatmap([[50], [50], [0], [0]]), {
      thresholds: [{ op: '>', value: 0.3, severity: 'critical' }],
    });
    expect(linesOf(cut)[0]).toContain('about 25 % above critical (300 ms)');
  });

  it('has a row for each bucket, the highest first, as a table', () => {
    const answer = heatAnswer(SLOW, { question: { output: 'table' } });
    expect(tableOf(answer)).toEqual([
      'bucket           count   share  most',
      'above 1 s           10  1.25 %  10:37 (10)',
      '500 ms – 1 s       140  17.5 %  10:36 (60)',
      '100 ms – 500 ms    380  47.5 %  10:35 (80)',
      'up to 100 ms       270  33.8 %  10:30 (60)',
    ]);
    expect(tableOf(heatAnswer(heatmap([[0], [0], [0], [0]])))).toEqual([]);
  });

  it('tells rare buckets without digits that nobody reads, in whole counts', () => {
    const answer = heatAnswer(heatmap([[99_990], [30.4], [1.3, 0.2], [0.4]]), { question: { output: 'table' } });
    expect(tableOf(answer)).toEqual([
      'bucket             count     share  most',
      'above 1 s              0  < 0.01 %',
      '500 ms – 1 s           1  < 0.01 %  10:30 (1)',
      '100 ms – 500 ms       30    0.03 %  10:30 (30)',
      'up to 100 ms     100.0 k     100 %  10:30 (100 k)',
    ]);
  });

  it('has a row for each cell with a count in its file', () => {
    const csv = answerCsv(
      heatAnswer(
        heatmap([
          [1, Number.NaN],
          [0, 0],
          [0, 0],
          [0, 2],
        ]),
      ),
    );
    expect(csv).toBe('time,from (s),to (s),count\r\n2026-11-25T09:30:00Z,0,0.1,1\r\n2026-11-25T09:31:00Z,1,,2\r\n');
  });
});

const panel = (
  title: string,
  values: readonly (number | null)[],
  overrides: Partial<SeriesFrame> = {},
  unit = 'percent',
) => sampleFrame([sampleSeries('busy', values, { unit })], { title, ...overrides });
const minutes = (value: (minute: number) => number) => Array.from({ length: 60 }, (_, minute) => value(minute));

describe('a contact sheet in words', () => {
  const sheet = sampleAnswer([], {
    title: 'Overview of web01',
    frames: [
      panel(
        'CPU',
        minutes(() => 20),
      ),
      panel(
        'Disk',
        minutes((minute) => 60 + minute / 2),
        { thresholds: [{ op: '>', value: 80, severity: 'critical' }] },
      ),
      panel(
        'Memory',
        minutes((minute) => (minute === 30 ? 95 : 50)),
        {
          thresholds: [{ op: '>', value: 90, severity: 'warning' }],
        },
      ),
      panel('Swap', [null, null]),
    ],
  });

  it('says how many panels are beyond a limit first, then each in a line, the worst first', () => {
    expect(linesOf(sheet)).toEqual([
      'Overview of web01 3 panels · 1 beyond a limit now: Disk 89.5 % (above critical (80 %))',
      'Disk: 89.5 % now, peak 89.5 % at 11:01 · above critical (80 %) since 10:43, still (19 min)',
      'Memory: 50 % now, peak 95 % at 10:32 · above warning (90 %) for 1 min (10:32–10:33)',
      'CPU: 20 % now',
      'Without values in this window: Swap',
      'last 1 hour, 10:02–11:02 CET · Graphite · Host dashboard',
    ]);
  });

  it('has its numbers in the alt text and one row for each panel as a table', () => {
    expect(plain(answerAlt(sheet))).toContain('Disk: last 89.5 %, min 60 %, mean 74.8 %, max 89.5 %.');
    const table = { ...sheet, question: { ...sheet.question, output: 'table' as const } };
    expect(tableOf(table)).toEqual([
      'panel      now    mean          peak  limit',
      'Disk    89.5 %  74.8 %  89.5 % 11:01  above critical (80 %) 19 min',
      'Memory    50 %  50.7 %    95 % 10:32  above warning (90 %) 1 min',
      'CPU       20 %    20 %    20 % 10:02',
    ]);
    // the table says it, so the lines do not
    expect(linesOf(table)).toHaveLength(3);
  });

  it('names the panel in the head of each column of its file', () => {
    expect(answerCsv(sheet).split('\r\n')[0]).toBe('time,CPU: busy (%),Disk: busy (%),Memory: busy (%),Swap: busy (%)');
  });

  it('is one plot where only one frame has a title', () => {
    const one = sampleAnswer([], {
      frames: [
        panel(
          'CPU',
          minutes(() => 20),
        ),
      ],
    });
    expect(linesOf(one)[0]).toMatch(/^CPU of web01 20 % now/);
  });
});

const counts = (title: string, values: readonly number[]) =>
  sampleFrame([sampleSeries('errors', values, { unit: 'count' })], {
    title,
    looks: { bars: true },
    consolidated: 'sum',
    stepMs: MINUTE,
  });

describe('strips in words', () => {
  it('says each in a line under the first: of counts the sum and when most, of others newest and peak', () => {
    const answer = sampleAnswer(
      [
        sampleSeries(
          'busy',
          minutes(() => 20),
        ),
      ],
      {
        under: [
          counts(
            'Errors of checkout',
            minutes((minute) => (minute === 42 ? 57 : 1)),
          ),
          panel(
            'Memory',
            minutes((minute) => minute * 1024 ** 3),
            {},
            'bytes',
          ),
          panel('Swap', [null], {}, 'bytes'),
        ],
      },
    );
    expect(linesOf(answer).slice(1, 4)).toEqual([
      'Errors of checkout: 116, most in 10:44 (57)',
      'Memory: 59 GiB now, peak 59 GiB at 11:01',
      'Swap: no value in this window',
    ]);
    expect(plain(answerAlt(answer))).toContain('Errors of checkout: 116 in all, most within 1 min 57.');
  });

  it('calls the peak of what was put together by its name', () => {
    const load = panel(
      'Load',
      minutes((minute) => minute),
      {},
      'none',
    );
    const averaged = { ...load, stepMs: MINUTE, consolidated: 'average' as const };
    const answer = sampleAnswer([sampleSeries('busy', [1])], { under: [averaged] });
    expect(linesOf(answer)[1]).toBe('Load: 59 now, peak of 1 min averages 59 at 11:01');
  });

  it('names the parts of a strip behind its title for who cannot see', () => {
    const two = [sampleSeries('checkout', [1, 2], { unit: 'count' }), sampleSeries('search', [3], { unit: 'count' })];
    const strip = sampleFrame(two, { title: 'Errors of checkout, search' });
    const answer = sampleAnswer([sampleSeries('busy', [1])], { under: [strip] });
    expect(plain(answerAlt(answer))).toContain('Errors of checkout, search (search): last 3');
  });

  it('takes series of another unit out of the first line and says them below it', () => {
    const answer = sampleAnswer([
      sampleSeries(
        'busy',
        minutes(() => 20),
      ),
      sampleSeries(
        'wait',
        minutes(() => 0.2),
        { unit: 'seconds' },
      ),
    ]);
    expect(linesOf(answer).slice(0, 2)).toEqual(['CPU of web01 20 % now · every value the same', 'wait: 200 ms now']);
    expect(tableOf({ ...answer, question: { ...answer.question, output: 'table' } })).toHaveLength(3);
  });

  it('says tables, heatmaps and lines that came with it, and shows the first rows of tables', () => {
    const table: TableFrame = {
      kind: 'table',
      title: 'Problems of web01',
      range: sampleRange(),
      warnings: [],
      columns: [{ name: 'problem', type: 'string' }],
      rows: [['disk'], ['load']],
    };
    const lines: LogsFrame = {
      kind: 'logs',
      title: 'Errors',
      range: sampleRange(),
      warnings: [],
      lines: [],
      total: 1204,
    };
    const answer = sampleAnswer(
      [
        sampleSeries(
          'busy',
          minutes(() => 20),
        ),
      ],
      {
        frames: [
          sampleFrame([
            sampleSeries(
              'busy',
              minutes(() => 20),
            ),
          ]),
          table,
        ],
        under: [lines, { ...SLOW, title: 'Latency' }],
      },
    );
    expect(linesOf(answer).slice(1, 4)).toEqual([
      'Problems of web01: 2 problems',
      'Errors: 1204 in 1 h',
      'Latency: 800 in 1 h · p50 about 240 ms, p95 about 890 ms · p95 highest at 10:37 (above 1 s) · p50 up from about 83 ms to about 590 ms (first and last quarter) · most at 10:30 (100 within 1 min)',
    ]);
    expect(wantsPicture(answer)).toBe(true);
    expect(wordsOf(answer).message.blocks.map(({ kind }) => kind)).toEqual(['text', 'table']);
  });
});

describe('tables in words', () => {
  const columns: TableFrame['columns'] = [
    { name: 'host', type: 'string' },
    { name: 'problem', type: 'string' },
    { name: 'severity', type: 'string' },
    { name: 'since', type: 'time' },
  ];
  const table = (rows: TableFrame['rows'], overrides: Partial<TableFrame> = {}): Answer =>
    sampleAnswer([], {
      title: 'Problems of web01',
      frames: [{ kind: 'table', range: sampleRange(), warnings: [], columns, rows, ...overrides }],
    });
  const rows = [
    ['web01', 'load', 'warning', at('10:41')],
    ['web01', 'disk', 'critical', at('09:30', '2026-11-24')],
    ['web01', 'ntp', 'ok', null],
  ];

  it('counts the states, the worst first, and names who is in them', () => {
    expect(linesOf(table(rows))[0]).toBe('Problems of web01 3 problems, 1 critical: disk, 1 warning: load, 1 ok');
  });

  it('tells times in the zone of the asker, with the day where it is another', () => {
    expect(tableOf(table(rows))).toEqual([
      'host   problem  severity  since',
      'web01  load     warning   10:41',
      'web01  disk     critical  Tue 24 Nov 09:30',
      'web01  ntp      ok',
    ]);
  });

  it('says the greatest number and whose it is where there is no state', () => {
    const answer = sampleAnswer([], {
      title: 'Requests by route',
      frames: [
        {
          kind: 'table',
          range: sampleRange(),
          warnings: [],
          columns: [
            { name: 'route', type: 'string' },
            { name: 'bytes', type: 'number', unit: makeUnit('bytes') },
          ],
          rows: [
            ['/a', 2048],
            ['/b', 1024 ** 3],
          ],
        },
      ],
    });
    expect(linesOf(answer)[0]).toBe('Requests by route 2 rows, most bytes: /b 1 GiB');
  });

  it('says the number of a single row that holds no other', () => {
    const columns = [
      { name: 'name', type: 'string' as const },
      { name: 'value', type: 'number' as const, unit: makeUnit('percent') },
    ];
    const frame = { kind: 'table' as const, range: sampleRange(), warnings: [], columns, rows: [['web01', 29]] };
    const [first] = linesOf(sampleAnswer([], { title: 'Web / CPU now', frames: [frame] }));
    expect(first).toBe('Web / CPU now web01 29 %');
    const nameless = { ...frame, columns: columns.slice(1), rows: [[29]] };
    expect(linesOf(sampleAnswer([], { title: 'Web / CPU now', frames: [nameless] }))[0]).toBe('Web / CPU now 29 %');
  });

  it('says when there is no row, without a table', () => {
    expect(linesOf(table([]))[0]).toBe('Problems of web01 no problems');
    expect(answerTable(table([]))).toBeUndefined();
    expect(linesOf({ ...table([]), title: 'Top talkers' })[0]).toBe('Top talkers no rows');
  });

  it('cuts long cells and puts a wide table into a file, what is left out counted', () => {
    const wide = Array.from({ length: 12 }, (_, index) => ({ name: `column${index}`, type: 'string' as const }));
    const parts = wordsOf(table([wide.map(() => 'a value\nof some length')], { columns: wide }));
    const block = parts.message.blocks.find(({ kind }) => kind === 'table');
    expect(block?.kind === 'table' && [block.table.columns.length, block.table.more]).toEqual([4, '… 8 more columns']);
    expect(parts.file?.mediaType).toBe('text/csv');
    const [row] = answerTable(table([['x'.repeat(500), 'disk', 'ok', null]]))?.rows ?? [];
    expect(row?.[0]).toHaveLength(48);
  });

  it('keeps whole numbers without a unit as they are, and cuts the digits of others', () => {
    const numbers = table([[1234567, -0.123456789, null, 2.5]], {
      columns: ['id', 'rate', 'none', 'cpu'].map((name) => ({ name, type: 'number' as const })),
    });
    expect(answerTable(numbers)?.rows).toEqual([['1234567', '−0.1235', '', '2.5']]);
  });
});

describe('links of frames', () => {
  const exemplar = (clock: string, value: number, more: Partial<Exemplar> = {}): Exemplar => ({
    timeMs: at(clock),
    value,
    labels: { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' },
    ...more,
  });
  const seconds = sampleSeries(
    'p95',
    minutes(() => 0.3),
    { unit: 'seconds' },
  );
  const answerWith = (frame: Partial<SeriesFrame>) =>
    sampleAnswer([seconds], { frames: [sampleFrame([seconds], frame)] });

  it('links the slowest trace after the links of the answer', () => {
    const url = 'https://traces.example.net/4bf92f';
    const answer = answerWith({
      exemplars: [exemplar('10:40', 0.4, { url: 'https://x/1' }), exemplar('10:44', 1.2, { url })],
    });
    expect(linksOf(answer).map((link) => plain(link.title))).toEqual([
      'Graphite',
      'Host dashboard',
      'slowest trace 4bf92f… 1.2 s at 10:44',
    ]);
    expect(linesOf(answer)[1]).toContain('Host dashboard · slowest trace 4bf92f… 1.2 s at 10:44');
  });

  it('gives the whole id where a trace has no page, and never links anything but the web', () => {
    expect(linesOf(answerWith({ exemplars: [exemplar('10:44', 1.2)] }))[2]).toBe(
      'slowest trace 1.2 s at 10:44: 4bf92f3577b34da6a3ce929d0e0e4736',
    );
    const hostile = answerWith({ exemplars: [exemplar('10:44', 1.2, { url: 'javascript:alert(1)' })] });
    expect(linksOf(hostile)).toHaveLength(2);
  });

  it('adds at most three links of frames, none twice', () => {
    const links = [1, 2, 2, 3, 4].map((page) => ({ title: `page ${page}`, url: `https://x.example.net/${page}` }));
    expect(linksOf(answerWith({ links })).map(({ title }) => title)).toEqual([
      'Graphite',
      'Host dashboard',
      'page 1',
      'page 2',
      'page 3',
    ]);
  });
});

describe('withOwnLooks', () => {
  const own = {
    looks: { min: 0, max: 100, stacked: true },
    thresholds: [{ op: '>', value: 90, severity: 'critical' }],
  } as const;

  it('takes looks and limits of the frame where definition and question say nothing', () => {
    const answer = withOwnLooks(
      sampleAnswer([], { frames: [panel('CPU', [95], own)], question: { looks: { max: 50 } } }),
    );
    expect(answer.question.looks).toEqual({ min: 0, max: 50, stacked: true });
    expect(answer.thresholds).toEqual(own.thresholds);
    expect(linesOf(answer)[0]).toContain('above critical (90 %)');
  });

  it('keeps the limits of the definition, and gives the same answer each time', () => {
    const thresholds = [{ op: '>', value: 10, severity: 'warning' }] as const;
    const answer = sampleAnswer([], { frames: [panel('CPU', [95], own)], thresholds });
    expect(withOwnLooks(answer).thresholds).toEqual(thresholds);
    expect(withOwnLooks(answer)).toBe(withOwnLooks(withOwnLooks(answer)));
    const plainAnswer = sampleAnswer([sampleSeries('busy', [1])]);
    expect(withOwnLooks(plainAnswer)).toBe(plainAnswer);
  });
});

it('speaks of a window that ended as of one', () => {
  const past = { ...sampleRange({ fromMs: NOW - 3 * HOUR, toMs: NOW - 2 * HOUR }) };
  const frame = sampleFrame(
    [
      sampleSeries(
        'errors',
        minutes(() => 2),
        { unit: 'count', fromMs: past.fromMs },
      ),
    ],
    {
      title: 'Errors',
      consolidated: 'sum',
      range: past,
    },
  );
  const answer = sampleAnswer(
    [
      sampleSeries(
        'busy',
        minutes(() => 20),
        { fromMs: past.fromMs },
      ),
    ],
    {
      question: { range: past },
      under: [frame],
    },
  );
  expect(linesOf(answer)[1]).toBe('Errors: 120, most in 08:02 (2)');
});

describe('frames of several units', () => {
  const two = (title: string): SeriesFrame =>
    sampleFrame(
      [
        sampleSeries(
          'busy',
          minutes(() => 20),
        ),
        sampleSeries(
          'heat',
          minutes((minute) => 40 + minute / 10),
          { unit: '°C' },
        ),
      ],
      { title },
    );

  it('says both units of a panel, and gives both a row', () => {
    const answer = sampleAnswer([], {
      title: 'Rack',
      frames: [
        two('CPU and heat'),
        panel(
          'Disk',
          minutes(() => 3),
        ),
      ],
    });
    expect(linesOf(answer)[1]).toBe('CPU and heat: 20 % now · heat 45.9 °C now, peak 45.9 °C at 11:01');
    expect(answerTable(answer)?.rows.map(([title, name]) => [title, name])).toEqual([
      ['CPU and heat', 'busy'],
      ['CPU and heat', 'heat'],
      ['Disk', ''],
    ]);
  });

  it('tells strips of one query apart by their unit', () => {
    const answer = sampleAnswer(
      [
        sampleSeries(
          'busy',
          minutes(() => 1),
        ),
      ],
      { under: [two('Rack')] },
    );
    expect(linesOf(answer).slice(1, 3)).toEqual([
      'Rack, in %: 20 % now',
      'Rack, in °C: 45.9 °C now, peak 45.9 °C at 11:01',
    ]);
  });
});

it('makes a sheet of panels among which there is a heatmap, and says that one below', () => {
  const answer = sampleAnswer([], {
    title: 'Rack',
    frames: [
      { ...SLOW, title: 'Latency' },
      panel(
        'CPU',
        minutes(() => 20),
      ),
      panel(
        'Disk',
        minutes(() => 3),
      ),
    ],
  });
  expect(wantsPicture(answer)).toBe(true);
  expect(
    linesOf(answer)
      .slice(0, 4)
      .map((line) => line.slice(0, 24)),
  ).toEqual(['Rack 2 panels', 'CPU: 20 % now', 'Disk: 3 % now', 'Latency: 800 in 1 h · p5']);
});

it('says what the other side of a compared heatmap was', () => {
  const comparison = { label: 'last week', offsetMs: 0, fromMs: 0, frames: [heatmap([[50], [50], [0], [0]])] };
  expect(linesOf(heatAnswer(SLOW, { comparison }))[0]).toContain('last week: 100, p50 about 100 ms, p95 about 460 ms');
});

it('gives no picture of a heatmap in which nothing was counted', () => {
  expect(wantsPicture(heatAnswer(heatmap([[0], [Number.NaN], [0], [0]])))).toBe(false);
});
