/** Made-up data for pictures: a seeded generator, a fixed clock and zone, so that every run draws the same. */
import type { Annotation, Threshold } from '../../src/domain/annotation.ts';
import type { Answer } from '../../src/domain/answer.ts';
import type { SeriesFrame } from '../../src/domain/frame.ts';
import type { Question } from '../../src/domain/question.ts';
import type { Looks, SavedQuery } from '../../src/domain/saved-query.ts';
import { makeSeries, type Series } from '../../src/domain/series.ts';
import { makeUnit } from '../../src/domain/unit.ts';

/** Wed 25 Nov 2026, 15:00 in Berlin. */
export const NOW_MS = Date.UTC(2026, 10, 25, 14, 0);
const ZONE = 'Europe/Berlin';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Noise that wanders around zero, about ±1. */
export function noise(seed: number): () => number {
  const next = random(seed);
  let value = 0;
  return () => {
    value = value * 0.8 + (next() - 0.5) * 1.2;
    return value;
  };
}

/** A bump of height 1 around `middle`, `width` wide; `at`, `middle`, `width` are shares of the window. */
export function bump(at: number, middle: number, width: number): number {
  return Math.exp(-(((at - middle) / width) ** 2));
}

/** What a case may say; the rest has defaults. */
export interface CaseSpec {
  readonly title: string;
  readonly unit?: string;
  readonly spanMs?: number;
  readonly stepMs?: number;
  readonly rangeText?: string;
  readonly toMs?: number;
  readonly nowMs?: number;
  readonly zone?: string;
  /** Values of each series; null is a gap. `at` runs from 0 to 1 over the window. */
  readonly series: Readonly<Record<string, (at: number, timeMs: number) => number | null>>;
  /** Whether each series is of a host of its own that was asked for. */
  readonly hosts?: boolean;
  readonly looks?: Looks;
  readonly thresholds?: readonly Threshold[];
  readonly annotations?: readonly Annotation[];
  readonly query?: Partial<SavedQuery>;
  readonly question?: Partial<Question>;
  readonly answer?: Partial<Answer>;
  readonly frame?: Partial<SeriesFrame>;
  readonly origin?: string;
}

/** Samples of a function over a window. */
export function sample(
  name: string,
  unitId: string,
  fromMs: number,
  toMs: number,
  stepMs: number,
  valueAt: (at: number, timeMs: number) => number | null,
): Series {
  const samples: [number, number | null][] = [];
  for (let timeMs = fromMs; timeMs < toMs; timeMs += stepMs)
    samples.push([timeMs, valueAt((timeMs - fromMs) / (toMs - fromMs), timeMs)]);
  return makeSeries({ name, labels: {}, unit: makeUnit(unitId), stepMs }, samples);
}

/** A definition that asks for nothing in particular. */
export function savedQuery(overrides: Partial<SavedQuery> = {}): SavedQuery {
  return {
    id: 'cpu',
    pack: 'golden',
    sourceName: 'graphite',
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
    rangeText: '1h',
    maxRangeMs: 90 * DAY,
    overlays: [],
    links: [],
    isDemo: false,
    origin: 'golden.yaml:1',
    ...overrides,
  };
}

/** An answer made from a spec. */
export function makeAnswer(spec: CaseSpec): Answer {
  const toMs = spec.toMs ?? NOW_MS;
  const fromMs = toMs - (spec.spanMs ?? HOUR);
  const stepMs = spec.stepMs ?? 10_000;
  const unitId = spec.unit ?? 'percent';
  const query = savedQuery({
    unit: makeUnit(unitId),
    looks: spec.looks ?? {},
    thresholds: spec.thresholds ?? [],
    ...spec.query,
  });
  const range = { fromMs, toMs, zone: spec.zone ?? ZONE, text: spec.rangeText ?? 'last 1h' };
  const series = Object.entries(spec.series).map(([name, valueAt]) =>
    sample(name, unitId, fromMs, toMs, stepMs, valueAt),
  );
  return {
    question: {
      query,
      arguments: spec.hosts ? { host: Object.keys(spec.series) } : {},
      range,
      output: 'chart',
      looks: spec.looks ?? {},
      notes: [],
      text: '',
      ...spec.question,
    },
    title: spec.title,
    frames: [{ kind: 'series', range, stepMs, warnings: [], series, ...spec.frame }],
    annotations: spec.annotations ?? [],
    thresholds: spec.thresholds ?? [],
    links: [],
    notes: [],
    origin: spec.origin ?? 'Graphite',
    nowMs: spec.nowMs ?? NOW_MS,
    ...spec.answer,
  };
}

/** A mark on the time axis, `at` a time of 25 Nov 2026 in Berlin: `14:32`. */
export function mark(title: string, at: string, until?: string): Annotation {
  return {
    title,
    timeMs: clockMs(at),
    kind: until ? 'incident' : 'deploy',
    tags: [],
    ...(until !== undefined && { endMs: clockMs(until) }),
  };
}

/** ms since the Unix epoch of a time of 25 Nov 2026 in Berlin: `14:32`. */
export function clockMs(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return Date.UTC(2026, 10, 25, hours - 1, minutes);
}
