import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import type { DataFrame, Field } from '../../src/sources/grafana/data-frame.ts';
import { importDashboard } from '../../src/sources/grafana/library/import.ts';
import { normalizeV1 } from '../../src/sources/grafana/normalize-v1.ts';
import { makeFrames } from '../../src/sources/grafana/present/make-frames.ts';
import { KNOWN_TRANSFORMATIONS } from '../../src/sources/grafana/present/transform.ts';

const WINDOW = { fromMs: 0, toMs: 600_000, zone: 'UTC', maxPoints: 100 };
const TYPES = [
  'timeseries',
  'graph',
  'stat',
  'singlestat',
  'gauge',
  'bargauge',
  'table',
  'table-old',
  'barchart',
  'piechart',
  'state-timeline',
  'histogram',
  'heatmap',
  'logs',
  'acme-panel',
];

/** Anything that a file may hold, often with names that mean something. */
const anything = fc.jsonValue({ maxDepth: 3 });
const KEYS = [
  'unit',
  'min',
  'max',
  'mappings',
  'thresholds',
  'custom',
  'stacking',
  'mode',
  'steps',
  'calcs',
  'reduceOptions',
  'fields',
  'displayName',
  'value',
  'color',
  '__proto__',
  'constructor',
  'decimals',
  'options',
  'drawStyle',
  'noValue',
  'sortBy',
  'calculate',
];
const VALUES = fc.oneof(
  anything,
  fc.constantFrom('percent', 'normal', 'bytes', 'dateTimeAsIso', 'bool', '/(/', '/.*/', 'Value', 80, 0, true, null),
);
const settings = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.oneof(VALUES, fc.dictionary(fc.constantFrom(...KEYS), VALUES)),
);
const transformations = fc.array(
  fc.record({ id: fc.constantFrom(...KNOWN_TRANSFORMATIONS, 'unheard'), options: fc.oneof(settings, anything) }),
  { maxLength: 3 },
);

const panels = fc.record({
  id: fc.integer({ min: 1, max: 99 }),
  type: fc.constantFrom(...TYPES),
  title: fc.string({ maxLength: 20 }),
  targets: fc.constant([{ refId: 'A', expr: 'up{a="$host"}', datasource: { type: 'prometheus', uid: 'p' } }]),
  fieldConfig: fc.oneof(
    anything,
    fc.record({
      defaults: settings,
      overrides: fc.array(fc.record({ matcher: settings, properties: fc.array(settings, { maxLength: 3 }) }), {
        maxLength: 3,
      }),
    }),
  ),
  options: fc.oneof(settings, anything),
  transformations,
  yaxes: anything,
  seriesOverrides: fc.array(settings, { maxLength: 2 }),
  styles: anything,
  valueMaps: anything,
});

const cell = fc.oneof(fc.double(), fc.string({ maxLength: 8 }), fc.boolean(), fc.constant(null));
const field = (length: number): fc.Arbitrary<Field> =>
  fc.record({
    name: fc.constantFrom('Value', 'Time', 'host', '__proto__', 'le', '0.5', 'count', 'yMin', 'yMax', 'body'),
    type: fc.constantFrom('time', 'number', 'string', 'boolean', 'other'),
    labels: fc.dictionary(fc.constantFrom('le', 'host', '__proto__'), fc.string({ maxLength: 4 })),
    config: settings,
    values: fc.array(cell, { minLength: length, maxLength: length }),
  });
const numbers = (length: number): fc.Arbitrary<readonly Field[]> =>
  fc.tuple(
    fc.record({
      name: fc.constant('Time'),
      type: fc.constant('time' as const),
      config: fc.constant({}),
      values: fc.constant(Array.from({ length }, (_, at) => at * 60_000)),
    }),
    fc.record({
      name: fc.constant('Value'),
      type: fc.constant('number' as const),
      config: settings,
      values: fc.array(fc.oneof(fc.double(), fc.constant(null)), { minLength: length, maxLength: length }),
    }),
  );
const frames: fc.Arbitrary<readonly DataFrame[]> = fc.array(
  fc.integer({ min: 0, max: 5 }).chain((length) =>
    fc.record({
      refId: fc.constant('A'),
      length: fc.constant(length),
      notices: fc.constant([]),
      fields: fc.oneof(numbers(length), fc.array(field(length), { maxLength: 4 })),
    }),
  ),
  { maxLength: 3 },
);

function dashboard(panel: unknown) {
  return normalizeV1(
    {
      title: 'x',
      panels: [panel],
      templating: { list: [{ name: 'host', type: 'query', query: 'label_values(up, host)', current: { value: 'a' } }] },
    },
    { uid: 'x' },
    new Map(),
  );
}

describe('whatever a dashboard holds', () => {
  test.prop([panels, frames])('is shown, or refused with a reason', (raw, data) => {
    const [panel] = dashboard(raw).panels;
    if (!panel) return;
    try {
      const shown = makeFrames(panel, data, { window: WINDOW, interpolate: (text) => text });
      expect(shown.length).toBeGreaterThan(0);
      const odd = shown
        .flatMap((one) => (one.kind === 'series' ? one.series.flatMap(({ values }) => [...values]) : []))
        .filter((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
      expect(odd).toEqual([]);
      const names = shown.flatMap((one) => (one.kind === 'series' ? [one.series.map(({ name }) => name)] : []));
      expect(names.every((some) => new Set(some).size === some.length)).toBe(true);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(BotError);
    }
    expect(({} as Record<string, unknown>).unit).toBeUndefined();
  });

  test.prop([panels])('is written down, or left out', (raw) => {
    const { panels: read } = dashboard(raw);
    const imported = importDashboard(dashboard(raw), read);
    expect(imported.every(({ name, definition }) => name !== '' && typeof definition.title === 'string')).toBe(true);
  });
});
