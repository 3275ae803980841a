import { expect, it } from 'vitest';
import { lostBuckets } from '../../../../src/sources/prometheus/lost-buckets.ts';

const rate = 'rate(took_bucket{service="web01"}[5m])';

it.each([
  [`histogram_quantile(0.95, sum(${rate}))`, 'sum by (le) (…)'],
  [`histogram_quantile(0.95, sum by (service) (${rate}))`, 'sum by (service, le) (…)'],
  [`histogram_quantile(0.95, sum(${rate}) by (service))`, 'sum by (service, le) (…)'],
  [`1000 * histogram_quantile(0.95, avg without (le, x) (sum by (service, le, x) (${rate})))`, 'avg without (x) (…)'],
])('finds that `le` is added up: %s', (expression, kept) => {
  expect(lostBuckets(expression)?.kept).toBe(kept);
});

it.each([
  `histogram_quantile(0.95, sum by (service, le) (${rate}))`,
  `histogram_quantile(0.95, sum without (x) (${rate}))`,
  `histogram_quantile(0.95, ${rate})`,
  `sum(histogram_quantile(0.95, ${rate}))`,
  `sum(${rate})`,
  'histogram_quantile(0.95, sum(rate(took{service="web01"}[5m])))',
  'histogram_quantile(0.95, sum by (le) (took_bucket{sum="x"}))',
])('claims nothing where it is kept, or not needed: %s', (expression) => {
  expect(lostBuckets(expression)).toBeUndefined();
});
