/** No text of a picture touches another, a line or a marker, or leaves the picture, whatever the answer holds. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Annotation, Threshold } from '../../src/domain/annotation.ts';
import type { Box, Stroke, Text } from '../../src/render/chart/model.ts';
import { touchesData } from '../../src/render/chart/plot.ts';
import { textWidth } from '../../src/render/chart/text.ts';
import { labelMiddle, tickStyle } from '../../src/render/chart/time-axis.ts';
import { type ChartModel, layoutChart } from '../../src/render/chart.ts';
import { type CaseSpec, DAY, HOUR, MINUTE, makeAnswer, NOW_MS, noise } from '../golden/generate.ts';

type Named = Box & { readonly what: string };

/** The box that a text's letters fill. */
function boxOf({ text, x, y, align, size, weight }: Text, what: string): Named {
  const width = textWidth(text, { size, weight });
  const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
  return { what: `${what} "${text}"`, left, right: left + width, top: y - size * 0.7, bottom: y + 1 };
}

function boxesOf(model: ChartModel): Named[] {
  const limits = { left: 24, right: model.width - 24 };
  const { plot } = model;
  return [
    boxOf(model.title, 'title'),
    boxOf(model.subtitle, 'subtitle'),
    boxOf(model.footer.left, 'footer'),
    boxOf(model.footer.right, 'query'),
    ...(model.badge ? [{ what: 'badge', ...model.badge.box }] : []),
    ...model.valueAxis.ticks.flatMap(({ label, y }) => {
      const text = {
        text: label ?? '',
        x: plot.left - 10,
        y: y + 6,
        align: 'right' as const,
        color: '',
        ...tickStyle({ isDate: false }),
      };
      return label === undefined ? [] : [boxOf(text, 'tick')];
    }),
    ...model.timeAxis.ticks.flatMap((tick) => {
      const x = labelMiddle(tick, limits);
      const text = {
        text: tick.label ?? '',
        x,
        y: plot.bottom + 26,
        align: 'center' as const,
        color: '',
        ...tickStyle(tick),
      };
      return tick.label === undefined ? [] : [boxOf(text, 'time')];
    }),
    ...model.limits.flatMap(({ pill, word }) => [{ what: 'pill', ...pill }, ...(word ? [boxOf(word, 'word')] : [])]),
    ...model.marks.flatMap(({ text }) => (text ? [boxOf(text, 'note')] : [])),
    ...(model.moreMarks ? [boxOf(model.moreMarks, 'more')] : []),
    ...model.labels.flatMap(({ name, value }) => [boxOf(name, 'name'), ...(value ? [boxOf(value, 'value')] : [])]),
    ...model.texts.map((text) => boxOf(text, 'text')),
    ...(model.table
      ? [...model.table.heads, ...model.table.rows.flatMap(({ cells }) => cells)]
          .filter(({ text }) => text)
          .map((text) => boxOf(text, 'cell'))
      : []),
  ];
}

function collisions(model: ChartModel): string[] {
  const boxes = boxesOf(model);
  const touch = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const outside = boxes.filter(
    ({ left, right, top, bottom }) => left < 23 || right > model.width - 23 || top < 4 || bottom > model.height - 4,
  );
  const pairs = boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => touch(a, b))
      .map((b) => `${a.what} touches ${b.what}`),
  );
  return [...outside.map(({ what }) => `${what} is outside`), ...pairs];
}

/** Straight lines of a broken one, as boxes: level and upright ones exactly. */
function strokeBoxes({ points, width }: Pick<Stroke, 'points' | 'width'>, what: string): Named[] {
  const boxes: Named[] = [];
  for (let index = 2; index < points.length; index += 2) {
    const [x1, y1, x2, y2] = points.slice(index - 2, index + 2) as [number, number, number, number];
    const half = width / 2;
    boxes.push({
      what,
      left: Math.min(x1, x2) - half,
      right: Math.max(x1, x2) + half,
      top: Math.min(y1, y2) - half,
      bottom: Math.max(y1, y2) + half,
    });
  }
  return boxes;
}

/** Lines and markers that no text may touch. */
function markersOf(model: ChartModel): Named[] {
  const { plot, marks, limits, labels, dots } = model;
  return [
    ...limits.flatMap(({ strokes }) => strokes.flatMap((stroke) => strokeBoxes(stroke, 'limit'))),
    ...labels.flatMap(({ connector }) => (connector ? strokeBoxes(connector, 'connector') : [])),
    ...labels.flatMap(({ swatch }) => (swatch ? [{ ...swatch, what: 'swatch' }] : [])),
    ...marks.flatMap(({ stem }) => (stem ? strokeBoxes(stem, 'stem') : [])),
    ...marks.flatMap(({ kind, fromX, toX }) =>
      kind === 'span'
        ? [{ what: 'span bar', left: fromX, right: toX, top: plot.top - 4, bottom: plot.top }]
        : [{ what: 'triangle', left: fromX - 6, right: fromX + 6, top: plot.top - 9, bottom: plot.top }],
    ),
    ...dots.map(({ x, y, radius }) => ({
      what: 'dot',
      left: x - radius,
      right: x + radius,
      top: y - radius,
      bottom: y + radius,
    })),
  ];
}

/** Texts in the plot that stand on data, a line or a marker; words of limits stand in a gap of their own line. */
function crossings(model: ChartModel): string[] {
  const texts = boxesOf(model).filter(({ what }) => !what.startsWith('pill') && !what.startsWith('badge'));
  const touch = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const crossed = markersOf(model).flatMap((marker) =>
    texts.filter((text) => touch(text, marker)).map(({ what }) => `${what} meets a ${marker.what}`),
  );
  const inPlot = texts.filter(({ what }) => /^(?:word|text "(?:max|min|no data))/.test(what));
  const onData = inPlot.filter((box) => touchesData(model, { ...box, left: box.left + 1, right: box.right - 1 }));
  return [...crossed, ...onData.map(({ what }) => `${what} stands on data`)];
}

const name = fc.oneof(
  fc.constantFrom('web01', 'a', 'خادم', '数据库', '🔥 hot', 'servers.eu-west-1.checkout-api-7d9f8b6c5d.primary'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
);
/** Times are shares of the window until a span is drawn. */
const annotation: fc.Arbitrary<Annotation> = fc.record({
  timeMs: fc.double({ min: 0, max: 0.999, noNaN: true }),
  kind: fc.constant('deploy' as const),
  title: name,
  tags: fc.constant([]),
});
const span: fc.Arbitrary<Annotation> = annotation.map((mark) => ({ ...mark, endMs: mark.timeMs + 0.12 }));
const threshold: fc.Arbitrary<Threshold> = fc.record({
  op: fc.constantFrom('>' as const, '<' as const),
  value: fc.double({ min: -20, max: 120, noNaN: true }),
  severity: fc.constantFrom('warning' as const, 'critical' as const),
});
/** Shapes of series, by share of the window; `wander` is noise. */
const SHAPES: Readonly<Record<string, (at: number, wander: () => number) => number | null>> = {
  steady: (_, wander) => 0.5 + 0.3 * wander(),
  calm: (_, wander) => 0.5 + 0.02 * wander(),
  spike: (at, wander) => (at > 0.6 && at < 0.62 ? 0.95 : 0.3 + 0.02 * wander()),
  gapped: (at, wander) => (at > 0.3 && at < 0.5 ? null : 0.6 + 0.1 * wander()),
  ended: (at, wander) => (at > 0.6 ? null : 0.4 + 0.1 * wander()),
  below: (at) => 0.6 * Math.sin(at * 12),
  zero: () => 0,
  jagged: (at) => (Math.floor(at * 4_000) % 2 ? 0.9 : 0.1),
};
const SPANS_MS = [5 * MINUTE, HOUR, DAY, 7 * DAY, 40 * DAY];
const spec: fc.Arbitrary<CaseSpec> = fc
  .record({
    title: name,
    names: fc.uniqueArray(name, { minLength: 1, maxLength: 40 }),
    base: fc.double({ min: 1e-6, max: 1e12, noNaN: true }),
    unit: fc.constantFrom('percent', 'bytes/s', 'seconds', 'none', 'count', 'orders/min'),
    looks: fc.constantFrom({}, { stacked: true }, { bars: true }, { log: true }, { min: 0, max: 100 }),
    annotations: fc.array(fc.oneof(annotation, annotation, span), { maxLength: 9 }),
    thresholds: fc.array(threshold, { maxLength: 3 }),
    isDemo: fc.boolean(),
    worst: fc.constantFrom('high' as const, 'low' as const),
    shape: fc.constantFrom(...Object.keys(SHAPES)),
    spanMs: fc.constantFrom(...SPANS_MS),
    seed: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ names, base, seed, isDemo, worst, shape, spanMs, annotations, ...rest }) => ({
    ...rest,
    spanMs,
    stepMs: spanMs / (shape === 'jagged' ? 2_000 : 60),
    query: { isDemo, worst },
    annotations: annotations.map(({ timeMs, endMs, ...mark }) => ({
      ...mark,
      timeMs: NOW_MS - spanMs * (1 - timeMs),
      ...(endMs !== undefined && { endMs: NOW_MS - spanMs * (1 - endMs) }),
    })),
    origin: `Graphite · ${names.join(',')}`,
    thresholds: rest.thresholds.map((limit) => ({ ...limit, value: (limit.value / 100) * base })),
    series: Object.fromEntries(
      names.map((key, index) => {
        const wander = noise(seed + index);
        const draw = SHAPES[shape] ?? (() => 0);
        const lift = shape === 'zero' ? 0 : (index % 5) * 0.1;
        return [
          key,
          (at: number) => {
            const value = draw(at, wander);
            return value === null ? null : base * (value + lift);
          },
        ];
      }),
    ),
  }));

propertyTest.prop([spec, fc.constantFrom('light' as const, 'dark' as const)], { numRuns: 200 })(
  'keeps every text apart from every other, from lines, markers and data, inside the margins',
  (drawn, theme) => {
    const model = layoutChart(makeAnswer(drawn), { theme });
    expect([...collisions(model), ...crossings(model)]).toEqual([]);
  },
);
