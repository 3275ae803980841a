/** A tree whose values are written down in the test: one archive, values from one moment on, nothing elsewhere. */
import {
  type Archive,
  addMetric,
  type GraphiteEvent,
  type MetricTree,
  makeNode,
} from '../../../src/demo/metric-tree.ts';

/** 2026-11-25 14:00:00 UTC, a multiple of every step that tests use. */
export const T0 = 1_795_615_200;

/** Makes a tree of 60 s metrics; `null` is a gap. The first value is of {@link T0} + 60. */
export function smallTree(
  metrics: Readonly<Record<string, readonly (number | null)[]>>,
  {
    stepS = 60,
    archives = [{ stepS, keptS: 86_400 }],
    events = [],
  }: { stepS?: number; archives?: readonly Archive[]; events?: readonly GraphiteEvent[] } = {},
): MetricTree {
  const root = makeNode();
  for (const [path, values] of Object.entries(metrics)) {
    addMetric(root, path, {
      archives,
      read: ({ startS, stepS: askedS, count }) =>
        new Float64Array(count).map((_, index) => {
          const place = (startS + index * askedS - T0) / stepS - 1;
          return values[place] ?? Number.NaN;
        }),
    });
  }
  return { root, events: (fromS, untilS) => events.filter(({ whenS }) => whenS >= fromS && whenS <= untilS) };
}
