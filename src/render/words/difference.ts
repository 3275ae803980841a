/** How two values differ, in words. Pure. */
import { formatValue } from '../../domain/format-number.ts';
import { makeUnit, type Unit } from '../../domain/unit.ts';

const PLAIN = makeUnit('none');
const PERCENT = makeUnit('percent');

/** A size of a difference: percent in points, others in their unit: `12 points`, `120 ms`. */
export function sizeOfDifference(size: number, unit: Unit): string {
  if (unit.scale !== 'percent') return formatValue(size, unit);
  const points = formatValue(size, PLAIN);
  return `${points} ${points === '1' ? 'point' : 'points'}`;
}

/**
 * How a value differs from an earlier or another one, ready for its other side: `12 points more than`, `120 ms (55 %)
 * less than`, `the same as` when both are written alike. The share is that of the other value, where that is above 0.
 */
export function differenceWords(value: number, was: number, unit: Unit): string {
  if (formatValue(value, unit) === formatValue(was, unit)) return 'the same as';
  const size = Math.abs(value - was);
  const word = value > was ? 'more' : unit.isWhole ? 'fewer' : 'less';
  const share = unit.scale !== 'percent' && was > 0 ? ` (${formatValue((100 * size) / was, PERCENT)})` : '';
  return `${sizeOfDifference(size, unit)}${share} ${word} than`;
}
