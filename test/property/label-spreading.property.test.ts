/** Spread labels never overlap, never cross, never leave the plot. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { spreadLabels } from '../../src/render/chart/spread.ts';

const [GAP, LOW, HIGH] = [24, 96, 338];
const wishes = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), { minLength: 1, maxLength: 10 });

propertyTest.prop([wishes], { numRuns: 2_000 })('keeps labels apart, in order and inside', (drawn) => {
  const places = spreadLabels(drawn, GAP, LOW, HIGH);
  const order = drawn.map((_, index) => index).sort((a, b) => (drawn[a] as number) - (drawn[b] as number) || a - b);
  for (const [at, index] of order.entries()) {
    const place = places[index] as number;
    expect(place).toBeGreaterThanOrEqual(LOW - 1e-6);
    expect(place).toBeLessThanOrEqual(HIGH + 1e-6);
    const before = order[at - 1];
    if (before !== undefined) expect(place - (places[before] as number)).toBeGreaterThanOrEqual(GAP - 1e-6);
  }
});

propertyTest.prop([wishes])('moves nothing that does not have to move', (drawn) => {
  const apart = drawn.map((_, index) => LOW + index * GAP);
  expect(spreadLabels(apart, GAP, LOW, HIGH)).toEqual(apart);
});

propertyTest.prop([fc.integer({ min: 12, max: 60 })])('shares the height evenly when labels are too many', (count) => {
  const places = spreadLabels(
    Array.from({ length: count }, () => 200),
    GAP,
    LOW,
    HIGH,
  );
  expect(places[0]).toBeCloseTo(LOW);
  expect(places.at(-1)).toBeCloseTo(HIGH);
});

it('centres a block on the mean of its wishes', () => {
  expect(spreadLabels([200, 202, 204], GAP, LOW, HIGH)).toEqual([178, 202, 226]);
});
