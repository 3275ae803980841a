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
 * less than`, `the same as` when both are written alike. Points have no more decimals than the values they are between;
 * the share is that of the other value, where that is above 0.
 */
export function differenceWords(value: number, was: number, unit: Unit): string {
  const [now, then] = [formatValue(value, unit), formatValue(was, unit)];
  if (now === then) return 'the same as';
  const size = differenceSize(value, was, unit);
  if (size === 0) return 'about the same as';
  const word = value > was ? 'more' : unit.isWhole ? 'fewer' : 'less';
  const share = unit.scale !== 'percent' && was > 0 ? ` (${shareWords((100 * size) / was)})` : '';
  return `${sizeOfDifference(size, unit)}${share} ${word} than`;
}

function differenceSize(value: number, was: number, unit: Unit): number {
  const size = Math.abs(value - was);
  if (unit.scale !== 'percent') return size;
  const decimals = [value, was].map((one) => /\.(\d+)/.exec(formatValue(one, unit))?.[1]?.length ?? 0);
  return Number(size.toFixed(Math.max(...decimals)));
}

/** A share to whole percent from 10 on, else to a tenth. */
function shareWords(share: number): string {
  return formatValue(Number(share.toFixed(share >= 10 ? 0 : 1)), PERCENT);
}
