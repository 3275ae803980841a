import { expect, it } from 'vitest';
import { makeUnit } from '../../../src/domain/unit.ts';
import { differenceWords } from '../../../src/render/words/difference.ts';

it.each([
  [62, 50, 'percent', '12 points more than'],
  [50, 62, 'percent', '12 points less than'],
  [38.63, 39.197, 'percent', '0.6 points less than'],
  [51, 50, 'percent', '1 point more than'],
  [62.449, 62.451, 'percent', 'about the same as'],
  [50.001, 50, 'percent', 'the same as'],
  [0.34, 0.22, 'seconds', '120 ms (55 %) more than'],
  [118, 120, 'count', '2 (1.7 %) fewer than'],
  [300, 120, 'count', '180 (150 %) more than'],
  [5, 0, 'count', '5 more than'],
  [-5, -8, '°C', '3 °C more than'],
  [2 * 1024 ** 3, 1024 ** 3, 'bytes', '1 GiB (100 %) more than'],
])('says of %d after %d %s: %s', (value, was, unit, expected) => {
  expect(differenceWords(value, was, makeUnit(unit)).replaceAll('\u202F', ' ')).toBe(expected);
});
