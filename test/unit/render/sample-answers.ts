/** Answers made by hand for tests of words, tables and files: everything has a sensible value unless a test says another. */
import type { Answer } from '../../../src/domain/answer.ts';
import type { SeriesFrame } from '../../../src/domain/frame.ts';
import type { Question } from '../../../src/domain/question.ts';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import { makeSeries, type Series } from '../../../src/domain/series.ts';
import type { TimeRange } from '../../../src/domain/time-range.ts';
import { makeUnit } from '../../../src/domain/unit.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** Wed 25 Nov 2026, 11:02 in Berlin (CET, UTC+1). */
export const NOW = Date.UTC(2026, 10, 25, 10, 2);
const ZONE = 'Europe/Berlin';

/** A moment of the test's day by Berlin's winter clock: `at('10:47')`. */
export function at(clock: string, day = '2026-11-25'): number {
  return Date.parse(`${day}T${clock.length === 5 ? `${clock}:00` : clock}+01:00`);
}

export function sampleRange(overrides: Partial<TimeRange> = {}): TimeRange {
  return { fromMs: NOW - HOUR, toMs: NOW, zone: ZONE, text: 'last 1h', ...overrides };
}

function sampleQuery(overrides: Partial<SavedQuery> = {}): SavedQuery {
  return {
    id: 'cpu',
    pack: 'demo',
    sourceName: 'demo',
    kind: 'graphite',
    block: {},
    title: 'CPU of ${host}',
    aliases: [],
    examples: [],
    tags: [],
    parameters: [{ name: 'host', type: 'host', isMulti: true }],
    unit: makeUnit('percent'),
    looks: {},
    consolidate: 'average',
    measure: 'mean',
    worst: 'high',
    thresholds: [],
    rangeText: 'last 1h',
    maxRangeMs: 90 * DAY,
    overlays: [],
    links: [],
    isDemo: false,
    origin: 'queries/demo/cpu.yaml:1',
    ...overrides,
  };
}

export function sampleQuestion(overrides: Partial<Question> = {}): Question {
  return {
    query: sampleQuery(),
    arguments: { host: ['web01'] },
    range: sampleRange(),
    output: 'chart',
    looks: {},
    notes: [],
    text: 'cpu web01 last 1h',
    ...overrides,
  };
}

/** A series of one value per step from the start of a window; null is a gap. */
export function sampleSeries(
  name: string,
  values: readonly (number | null)[],
  { unit = 'percent', fromMs = NOW - HOUR, stepMs = MINUTE } = {},
): Series {
  return makeSeries(
    { name, labels: {}, unit: makeUnit(unit), stepMs },
    values.map((value, index) => [fromMs + index * stepMs, value]),
  );
}

export function sampleFrame(series: readonly Series[], overrides: Partial<SeriesFrame> = {}): SeriesFrame {
  return { kind: 'series', series, range: sampleRange(), warnings: [], ...overrides };
}

/** An answer; `series` go into its one frame. */
export function sampleAnswer(
  series: readonly Series[],
  {
    query = {},
    question = {},
    ...overrides
  }: Partial<Omit<Answer, 'question'>> & {
    query?: Partial<SavedQuery>;
    question?: Partial<Question>;
  } = {},
): Answer {
  const asked = sampleQuestion({ query: sampleQuery(query), ...question });
  return {
    question: asked,
    title: 'CPU of web01',
    frames: [sampleFrame(series, { range: asked.range })],
    annotations: [],
    thresholds: asked.query.thresholds,
    links: [
      { title: 'Graphite', url: 'https://graphite.example.net/composer?from=1' },
      { title: 'Host dashboard', url: 'https://grafana.example.net/d/hosts' },
    ],
    notes: [],
    origin: 'Graphite · servers.web01.cpu.busy',
    nowMs: NOW,
    ...overrides,
  };
}

/** The spec's own example: an hour of web01 with a minute each at 10:44 to 10:49 above 80 %, peak 93 % at 10:47, 62 % now. */
export function exampleValues(): number[] {
  return Array.from({ length: 60 }, (_, minute) => {
    if (minute === 45) return 93;
    if (minute >= 42 && minute < 48) return 85;
    return minute === 59 ? 62 : 35;
  });
}
