/** No text of a picture touches another or leaves the picture, whatever the answer holds. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect } from 'vitest';
import type { Annotation, Threshold } from '../../src/domain/annotation.ts';
import type { Box, Text } from '../../src/render/chart/model.ts';
import { textWidth } from '../../src/render/chart/text.ts';
import { labelMiddle, tickStyle } from '../../src/render/chart/time-axis.ts';
import { type ChartModel, layoutChart } from '../../src/render/chart.ts';
import { type CaseSpec, HOUR, MINUTE, makeAnswer, NOW_MS, noise } from '../golden/generate.ts';

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
    ({ left, right, top, bottom }) => left < 8 || right > model.width - 8 || top < 4 || bottom > model.height - 4,
  );
  const pairs = boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter((b) => touch(a, b))
      .map((b) => `${a.what} touches ${b.what}`),
  );
  return [...outside.map(({ what }) => `${what} is outside`), ...pairs];
}

const name = fc.oneof(
  fc.constantFrom('web01', 'a', 'خادم', '数据库', '🔥 hot', 'servers.eu-west-1.checkout-api-7d9f8b6c5d.primary'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
);
const annotation: fc.Arbitrary<Annotation> = fc.record({
  timeMs: fc.integer({ min: NOW_MS - HOUR, max: NOW_MS - 1 }),
  kind: fc.constant('deploy' as const),
  title: name,
  tags: fc.constant([]),
});
const span: fc.Arbitrary<Annotation> = annotation.map((mark) => ({ ...mark, endMs: mark.timeMs + 7 * MINUTE }));
const threshold: fc.Arbitrary<Threshold> = fc.record({
  op: fc.constantFrom('>' as const, '<' as const),
  value: fc.double({ min: 0, max: 120, noNaN: true }),
  severity: fc.constantFrom('warning' as const, 'critical' as const),
});
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
    seed: fc.integer({ min: 0, max: 999 }),
  })
  .map(({ names, base, seed, isDemo, ...rest }) => ({
    ...rest,
    stepMs: MINUTE,
    query: { isDemo },
    origin: `Graphite · ${names.join(',')}`,
    thresholds: rest.thresholds.map((limit) => ({ ...limit, value: (limit.value / 100) * base })),
    series: Object.fromEntries(
      names.map((key, index) => {
        const wander = noise(seed + index);
        return [key, () => base * (0.5 + 0.3 * wander() + (index % 5) * 0.1)];
      }),
    ),
  }));

propertyTest.prop([spec, fc.constantFrom('light' as const, 'dark' as const)], { numRuns: 150 })(
  'keeps every text apart from every other, inside the picture',
  (drawn, theme) => {
    expect(collisions(layoutChart(makeAnswer(drawn), { theme }))).toEqual([]);
  },
);
