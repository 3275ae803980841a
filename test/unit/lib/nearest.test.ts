import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/lib/nearest.ts';

it.each([
  ['wbe01', ['web01', 'web02', 'db01'], ['web01']],
  ['cpuu', ['cpu', 'load', 'cpus'], ['cpu', 'cpus']],
  ['warn', ['warning', 'critical'], ['warning']],
  ['warning', ['warn', 'info'], ['warn']],
  ['CPU', ['cpu'], ['cpu']],
  ['thresholds', ['threshold'], ['threshold']],
  ['x', ['y', 'long'], ['y']],
  ['checkout', ['payments'], []],
  ['', ['a'], []],
  ['a'.repeat(65), ['a'.repeat(65)], []],
])('%s is near %j: %j', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toEqual(expected);
});

it('gives the nearest first, at most as many as wanted, each once', () => {
  expect(nearest('web01', ['web10', 'web02', 'web01', 'web01'], 2)).toEqual(['web01', 'web02']);
});

it.each([
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
  ['', 'abc', 3],
  ['same', 'same', 0],
])('%s to %s takes %i steps', (a, b, steps) => {
  expect(editDistance(a, b)).toBe(steps);
});

const word = fc.string({ maxLength: 12 });
propertyTest.prop([word, word])('the distance is a symmetric number between the lengths', (a, b) => {
  const distance = editDistance(a, b);
  expect(distance).toBe(editDistance(b, a));
  expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
  expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
});
