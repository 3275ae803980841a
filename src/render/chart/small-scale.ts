/** The value axis of a small plot: zero, a middle and a round top, three lines in all. Pure. */
import type { Looks } from '../../domain/saved-query.ts';
import type { Unit } from '../../domain/unit.ts';
import { chooseValueScale, type ValueExtent, type ValueScale } from './value-axis.ts';

const HEADROOM = 1.06;
/** Round in themselves and in their half. */
const DECIMAL_TOPS = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8];
const BINARY_TOPS = [1, 1.5];
const MINUTES = [1, 2, 3, 4, 6, 8, 10, 12, 20, 30, 40, 60];
const DURATION_TOPS = [
  ...[...MINUTES, 80],
  ...[...MINUTES, 80].map((count) => count * 60),
  ...[1, 2, 4, 6, 8, 12, 24, 36].map((hours) => hours * 3600),
  ...[2, 4, 6, 8, 10, 14, 20, 30].map((days) => days * 86_400),
];

/** Chooses the axis of a small plot. Values below zero and log axes have lines as on a large one. */
export function smallScale(
  extent: ValueExtent,
  unit: Unit,
  looks: Pick<Looks, 'min' | 'max' | 'log'>,
  isSolid: boolean,
  heightPx: number,
): ValueScale {
  if (looks.log && Number.isFinite(extent.minPositive)) return chooseValueScale(extent, unit, looks, isSolid, heightPx);
  if (extent.min < 0) return belowZero(extent, unit, looks, isSolid, heightPx);
  const min = isSolid ? Math.min(0, looks.min ?? 0) : (looks.min ?? 0);
  const asked = looks.max !== undefined && looks.max > Math.max(min, isSolid ? 0 : Number.NEGATIVE_INFINITY);
  const max = asked ? (looks.max as number) : roundTop(extent.max, unit);
  if (max - min <= 1e-300) return chooseValueScale(extent, unit, {}, isSolid, heightPx);
  const middle = (min + max) / 2;
  const isMiddle = !unit.isWhole || Number.isInteger(middle);
  return {
    min,
    max,
    isLog: false,
    ticks: [min, ...(isMiddle ? [middle] : []), max].map((value) => ({ value, line: value === 0 ? 'zero' : 'grid' })),
  };
}

/** Round ends on both sides of zero, with a line at zero. */
function belowZero(
  extent: ValueExtent,
  unit: Unit,
  looks: Pick<Looks, 'min' | 'max'>,
  isSolid: boolean,
  heightPx: number,
): ValueScale {
  if (looks.min !== undefined || looks.max !== undefined)
    return chooseValueScale(extent, unit, looks, isSolid, heightPx);
  const min = -roundTop(-extent.min, unit);
  const max = extent.max > 0 ? roundTop(extent.max, unit) : 0;
  const ends = [min, ...(max > 0 ? [max] : [])].map((value) => ({ value, line: 'grid' as const }));
  const ticks = [...ends, { value: 0, line: 'zero' as const }].sort((a, b) => a.value - b.value);
  return { min, max, isLog: false, ticks };
}

/** The least round number above the data. */
function roundTop(greatest: number, unit: Unit): number {
  if (greatest <= 0 || greatest > 5e306) return greatest <= 0 ? 1 : greatest;
  if (greatest < 1e-300) return 1e-300;
  const wanted = greatest * HEADROOM;
  if (unit.scale === 'percent' && greatest <= 100 && wanted > 80) return 100;
  if (unit.scale === 'iec' && wanted > 1) return firstOf(BINARY_TOPS, 2, wanted, false);
  const duration = unit.scale === 'duration' && wanted > 1 ? DURATION_TOPS.find((top) => top >= wanted) : undefined;
  return duration ?? firstOf(DECIMAL_TOPS, 10, wanted, unit.isWhole);
}

function firstOf(mantissas: readonly number[], base: number, wanted: number, isWhole: boolean): number {
  const power = Math.floor(Math.log(wanted) / Math.log(base) + 1e-9);
  for (let exponent = power; exponent <= power + 2; exponent += 1) {
    for (const mantissa of mantissas) {
      const top = base === 10 ? Number(`${mantissa}e${exponent}`) : mantissa * base ** exponent;
      const isEven = !isWhole || top === 1 || top % 2 === 0;
      if (top >= wanted * (1 - 1e-9) && isEven) return top;
    }
  }
  return wanted;
}
