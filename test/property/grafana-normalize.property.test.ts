/** Whatever a server calls a dashboard or a frame is read without a fault. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { decodeFrames } from '../../src/sources/grafana/decode-frames.ts';
import { libraryUidsIn, normalizeV1 } from '../../src/sources/grafana/normalize-v1.ts';
import { libraryUidsInV2, normalizeV2 } from '../../src/sources/grafana/normalize-v2.ts';
import { CPU_PANEL, HOST_VARIABLE, SHAPES, TABBED } from '../doubles/grafana/shapes.ts';
import type { Json } from '../doubles/grafana/store.ts';

const anything = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<unknown>;

/** A good dashboard in which some things are anything. */
function spoiled(good: Json): fc.Arbitrary<Json> {
  const text = JSON.stringify(good);
  const keys = [...new Set([...text.matchAll(/"(\w+)":/g)].map(([, key]) => key as string))];
  return fc
    .tuple(fc.subarray(keys, { minLength: 1, maxLength: 4 }), anything)
    .map(([names, value]) => JSON.parse(text, (key, old: unknown) => (names.includes(key) ? value : old)));
}

describe('reading a dashboard', () => {
  test.prop([
    spoiled({ ...SHAPES.v1, rows: [{ title: 'r', panels: [CPU_PANEL] }], templating: { list: [HOST_VARIABLE] } }),
  ])('of classic JSON never fails', (raw) => {
    const dashboard = normalizeV1(raw, { uid: 'x' }, new Map(libraryUidsIn(raw).map((uid) => [uid, CPU_PANEL])));
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(dashboard.panels.every(({ targets, type }) => Array.isArray(targets) && typeof type === 'string')).toBe(
      true,
    );
  });

  test.prop([spoiled(TABBED.v2 as Json)])('of schema v2 never fails', (raw) => {
    const dashboard = normalizeV2(raw, { uid: 'x' }, new Map(libraryUidsInV2(raw).map((uid) => [uid, CPU_PANEL])));
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(typeof dashboard.title).toBe('string');
  });

  test.prop([fc.array(anything, { maxLength: 4 })])('of frames never fails, and every column is as long', (frames) => {
    for (const frame of decodeFrames(frames, 'A')) {
      expect(frame.fields.every(({ values }) => values.length === frame.length)).toBe(true);
    }
  });
});
