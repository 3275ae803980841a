/** Heatmaps, contact sheets and strips of any content: no text touches another or the edge, no place is unknown. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Threshold } from '../../src/domain/annotation.ts';
import type { Answer } from '../../src/domain/answer.ts';
import { BotError } from '../../src/domain/errors.ts';
import type { HeatmapFrame, SeriesFrame } from '../../src/domain/frame.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { type ChartModel, layoutChart } from '../../src/render/chart.ts';
import { answerAlt, answerMessage } from '../../src/render/words.ts';
import { HOUR, MINUTE, makeAnswer, mark, NOW_MS, sample } from '../golden/generate.ts';
import { touching } from '../golden/texts.ts';

const UNITS = ['percent', 'bytes', 'bytes/s', 'seconds', 'none', 'count', 'req/s', '°C', 'orders/min'];
const unit = fc.constantFrom(...UNITS);
const title = fc.oneof(
  fc.constantFrom('CPU', 'Errors of checkout', 'خدمة الدفع web01', '支付服务', 'x'.repeat(300), ' '),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
);
const size = fc.constantFrom(1e-9, 0.001, 0.4, 7, 100, 12_345, 3e9, 1e15);
const shape = fc.constantFrom('flat', 'zero', 'rise', 'wave', 'negative', 'gaps', 'alone', 'silent', 'ended');
type Shape = 'flat' | 'zero' | 'rise' | 'wave' | 'negative' | 'gaps' | 'alone' | 'silent' | 'ended';

function valueAt(kind: Shape, scale: number): (at: number) => number | null {
  const wave = (at: number) => scale * (1 + 0.4 * Math.sin(at * 20));
  const all: Record<Shape, (at: number) => number | null> = {
    flat: () => scale,
    zero: () => 0,
    rise: (at) => scale * at,
    wave,
    negative: (at) => scale * Math.sin(at * 9),
    gaps: (at) => (Math.floor(at * 7) % 2 ? null : wave(at)),
    alone: (at) => (at === 0.5 ? scale : null),
    silent: () => null,
    ended: (at) => (at > 0.6 ? null : wave(at)),
  };
  return all[kind];
}

const range = { fromMs: NOW_MS - HOUR, toMs: NOW_MS, zone: 'Europe/Berlin', text: 'last 1h' };

const threshold = fc.record({
  op: fc.constantFrom('>' as const, '<' as const),
  share: fc.constantFrom(0, 0.5, 0.95, 1, 1.05, 9),
  severity: fc.constantFrom('warning' as const, 'critical' as const),
});

const seriesFrame = fc
  .record({
    title,
    unit,
    size,
    shapes: fc.array(shape, { minLength: 1, maxLength: 10 }),
    looks: fc.constantFrom({}, { bars: true }, { stacked: true }, { log: true }, { step: true }, { min: 0, max: 100 }),
    thresholds: fc.array(threshold, { maxLength: 3 }),
  })
  .map(({ title, unit, size, shapes, looks, thresholds }): SeriesFrame => {
    const series = shapes.map((kind, index) =>
      sample(`${kind}-${index}`, unit, range.fromMs, range.toMs, MINUTE, valueAt(kind, size * (index + 1))),
    );
    const limits = thresholds.map(({ share, ...one }): Threshold => ({ ...one, value: share * size }));
    return { kind: 'series', title, range, stepMs: MINUTE, warnings: [], series, looks, thresholds: limits };
  });

const edges = fc
  .record({
    start: fc.constantFrom(Number.NEGATIVE_INFINITY, -5, 0, 0.001, 2),
    growth: fc.constantFrom(1.05, 1.5, 2, 10),
    isEven: fc.boolean(),
    count: fc.integer({ min: 1, max: 90 }),
    isOpen: fc.boolean(),
  })
  .map(({ start, growth, isEven, count, isOpen }) => {
    const inner = Array.from({ length: count }, (_, index) => (isEven ? index + 3 : 0.003 * growth ** index));
    const kept = inner.filter((edge) => edge > start && Number.isFinite(edge));
    return [start, ...kept, ...(isOpen || kept.length === 0 ? [Number.POSITIVE_INFINITY] : [])];
  })
  .filter((all) => all.length > 2 || Number.isFinite(all[0] as number));

const heatmap = fc
  .record({
    edges,
    unit,
    columns: fc.integer({ min: 1, max: 400 }),
    most: fc.constantFrom(0, 0.3, 1, 5, 700, 1e9),
    seed: fc.nat(50),
  })
  .map(({ edges, unit, columns, most, seed }): HeatmapFrame => {
    const rows = edges.length - 1;
    const counts = Float64Array.from({ length: rows * columns }, (_, at) => {
      const wave = Math.sin(at * 12.9898 + seed) * 0.5 + 0.5;
      if ((at % columns) % 17 === seed % 17) return Number.NaN;
      return wave < 0.4 ? 0 : most >= 1 ? Math.round(most * wave) : most * wave;
    });
    const xEdges = Float64Array.from({ length: columns + 1 }, (_, at) => range.fromMs + (at * HOUR) / columns);
    return {
      kind: 'heatmap',
      range,
      warnings: [],
      xEdges,
      yEdges: Float64Array.from(edges),
      counts,
      unit: makeUnit(unit),
    };
  });

const made = (frames: Answer['frames'], more: Partial<Answer> = {}): Answer =>
  makeAnswer({
    title: 'Made up',
    series: {},
    annotations: [mark('deploy v1', '14:20'), mark('deploy v2', '14:21')],
    answer: { frames, ...more },
  });

/** The model, or nothing where there is nothing to draw. */
function modelOf(answer: Answer): ChartModel | undefined {
  try {
    return layoutChart(answer, { theme: 'light' });
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'RENDER_FAILED') return undefined;
    throw thrown;
  }
}

/** Numbers of a model that are none; gaps of lines are meant. */
function unknownPlaces({ cells, panels = [], height, texts }: ChartModel): unknown[] {
  const all = [height, ...(cells ? [...cells.xs, ...cells.ys] : []), ...texts.flatMap(({ x, y }) => [x, y])];
  const inPanels = panels.flatMap(({ plot, texts: words, strokes, dots, labels }) => [
    ...Object.values(plot),
    ...words.flatMap(({ x, y }) => [x, y]),
    ...strokes.flatMap(({ points }) => points),
    ...dots.flatMap(({ x, y }) => [x, y]),
    ...labels.map(({ y }) => y),
  ]);
  return [...all, ...inPanels].filter((value) => !Number.isFinite(value));
}

function expectSound(answer: Answer): void {
  const model = modelOf(answer);
  expect(model ? [touching(model), unknownPlaces(model)] : [[], []]).toEqual([[], []]);
  expect(model === undefined || model.height <= 675).toBe(true);
  const words = JSON.stringify([answerMessage(answer), answerAlt(answer)]);
  expect(words).not.toMatch(/NaN|undefined|Infinity/);
}

propertyTest.prop([heatmap, fc.array(threshold, { maxLength: 3 })], { numRuns: 60 })(
  'a heatmap of any buckets and counts',
  (frame, thresholds) => {
    const middle = frame.yEdges.find((edge) => edge > 0 && Number.isFinite(edge)) ?? 1;
    expectSound(
      made([frame], { thresholds: thresholds.map(({ share, ...one }) => ({ ...one, value: share * middle * 3 })) }),
    );
  },
);

propertyTest.prop([fc.array(seriesFrame, { minLength: 2, maxLength: 9 })], { numRuns: 40 })(
  'a contact sheet of any panels',
  (frames) => {
    expectSound(made(frames));
  },
);

propertyTest.prop([seriesFrame, fc.array(seriesFrame, { minLength: 1, maxLength: 5 })], { numRuns: 40 })(
  'any strips under any plot',
  ({ title: _, ...main }, under) => {
    expectSound(made([main], { under }));
  },
);
